"""Direct messages sealed at rest: their words lie in one sealed column, the plain ones are empty.

Sealed under the key of the author here, and of what comes from elsewhere, or from the instance
itself, under the key of one receiver here: whoever goes takes their words with them. The column
begins with the number of the person whose key it is. Opened here alone, for who reads through
`loading` or `history`, which decide who may. Posts of a kind keep their record in the open: it is
an offer, and rules read it. Rows from before stay readable as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from sqlalchemy import select

from server.federation.actors import INSTANCE_ACTOR_ID
from server.federation.model import Actor
from server.people.model import PersonKey
from server.people.sealing import open_for, seal_for
from server.platform.secrets import SecretsError
from server.platform.work import Reading, Work
from server.posts.model import Audience, Mention, Post, PostRevision

_OWNER_BYTES: Final = 8
_MESSAGE: Final = "direct message"
_VERSION: Final = "version of a direct message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a post says, opened; empty when its key was destroyed."""

    content: str = ""
    content_map: Mapping[str, str] | None = None
    source: str | None = None
    spoiler: str = ""
    title: str | None = None
    card: Mapping[str, Any] | None = None
    tags: Sequence[Sequence[str]] = ()
    remote_media: Sequence[Mapping[str, Any]] = field(default_factory=list)


_NAMES: Final = ("content", "content_map", "source", "spoiler", "title", "card", "remote_media")


def opened_words(r: Reading, post: Any) -> Words:  # noqa: ANN401 - an entity, or a row of its columns
    """Return the words of a post, whether they are sealed or not."""
    if post.sealed is None:
        return Words(**{name: getattr(post, name) for name in _NAMES})
    opened = _opened(r, post.sealed, _MESSAGE)
    return Words() if opened is None else Words(**opened)


def seal_words(
    w: Work, post: Post, named: Iterable[int], tags: Sequence[tuple[str, str]] = ()
) -> None:
    """Move the words of a direct post into its sealed column; other posts stay as they are.

    `named` are those it is addressed to; without a key of anybody here nothing can be sealed.
    """
    if post.audience != Audience.DIRECT:
        return
    with w.session.no_autoflush:  # not even for a moment in the open
        owner = owner_of(post.sealed) if post.sealed else _owner(w, post, named)
        if owner is not None:
            _move_in(w, post, owner, tags)


def _move_in(w: Work, post: Post, owner: int, tags: Sequence[tuple[str, str]]) -> None:
    said = {name: getattr(post, name) for name in _NAMES}
    post.sealed = _sealed(w, owner, {**said, "tags": [list(tag) for tag in tags]}, _MESSAGE)
    post.content, post.spoiler, post.search_text = "", "", ""
    post.content_map, post.source, post.title, post.card = None, None, None, None
    post.remote_media, post.received = [], None


def seal_version(w: Work, post: Post, revision: PostRevision) -> None:
    """Seal an earlier version of a sealed post under the same key."""
    if post.sealed is None:
        return
    said = {
        "content": revision.content,
        "spoiler": revision.spoiler,
        "media": revision.media,
        "poll": revision.poll,
    }
    revision.sealed = _sealed(w, owner_of(post.sealed), said, _VERSION)
    revision.content, revision.spoiler, revision.media, revision.poll = "", "", [], None


def version_of(r: Reading, revision: PostRevision) -> Mapping[str, Any]:
    """Return `content`, `spoiler`, `media` and `poll` of a version, opened where it is sealed."""
    plain: dict[str, Any] = {
        "content": revision.content,
        "spoiler": revision.spoiler,
        "media": revision.media,
        "poll": revision.poll,
    }
    if revision.sealed is None:
        return plain
    return _opened(r, revision.sealed, _VERSION) or plain


def reseal(w: Work, post: Post, owner: int) -> None:
    """Put a message under another receiver's key, because the one it has is destroyed soon."""
    if post.sealed is None:
        return
    opened = _opened(w, post.sealed, _MESSAGE)
    if opened is not None:
        post.sealed = _sealed(w, owner, opened, _MESSAGE)
    versions = select(PostRevision).where(PostRevision.post_id == post.id)
    for one in w.session.scalars(versions).all():
        said = _opened(w, one.sealed, _VERSION) if one.sealed else None
        if said is not None:
            one.sealed = _sealed(w, owner, said, _VERSION)
    w.session.flush()


def keys_for(r: Reading, posts: Iterable[Any]) -> Sequence[PersonKey]:
    """Read the keys of many posts at once; held by the caller, opening each needs no statement."""
    owners = {owner_of(post.sealed) for post in posts if post.sealed is not None}
    if not owners:
        return ()
    return r.session.scalars(select(PersonKey).where(PersonKey.person_id.in_(owners))).all()


def owner_of(sealed: bytes) -> int:
    """Return whose key sealed a message."""
    return int.from_bytes(sealed[:_OWNER_BYTES], "big")


def _owner(w: Work, post: Post, named: Iterable[int]) -> int | None:
    """The author here, else the first receiver here; the instance itself has no words to keep."""
    if post.is_local and post.author_id != INSTANCE_ACTOR_ID:
        return post.author_id
    known = select(Mention.person_id).where(Mention.post_id == post.id)
    wanted = {*named, *w.session.scalars(known)}
    return w.session.scalar(
        select(Actor.id)
        .where(Actor.id.in_(wanted), Actor.host == "", Actor.id != INSTANCE_ACTOR_ID)
        .order_by(Actor.id)
        .limit(1)
    )


def _sealed(w: Work, owner: int, said: Mapping[str, Any], about: str) -> bytes:
    text = orjson.dumps(said)
    return owner.to_bytes(_OWNER_BYTES, "big") + seal_for(w, owner, text, about)


def _opened(r: Reading, sealed: bytes, about: str) -> dict[str, Any] | None:
    try:
        text = open_for(r, owner_of(sealed), sealed[_OWNER_BYTES:], about)
    except SecretsError:
        return None
    found: dict[str, Any] = orjson.loads(text)
    return found
