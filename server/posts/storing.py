"""Writing a post and what hangs on it, from here and elsewhere alike; counters change with rows.

Nothing is decided here and nobody is told: `service` and `receiving` do that around it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, insert, select, update

from server.media.model import Media
from server.people.cards import PersonRow
from server.people.model import Person
from server.people.queries import people_by_ids
from server.people.rules import HOUSE
from server.people.writing import insert_once
from server.platform.work import Work
from server.posts.drafting import Composed, Named
from server.posts.model import (
    Audience,
    Held,
    Mention,
    Poll,
    Post,
    PostMedia,
    PostRevision,
    PostTag,
    ThreadMute,
    Vote,
)
from server.posts.rules import is_listed
from server.posts.sealing import opened_words, seal_version, seal_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Everything of a new post beside its words."""

    id: int
    uri: str
    url: str
    is_local: bool
    author_id: int
    audience: Audience
    published_at: datetime
    edited_at: datetime | None = None
    parent: Post | None = None
    parent_uri: str | None = None
    remote_media: Sequence[Mapping[str, Any]] = ()
    emojis: Sequence[Mapping[str, Any]] = ()
    received: bytes | None = None
    application: str | None = None
    idempotency_key: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    held: Held | None = None


def insert_post(w: Work, placed: Placed, composed: Composed) -> Post:
    """Insert a post with its hashtags and mentions, and count it unless it is held back."""
    parent = placed.parent
    post = Post(
        id=placed.id,
        uri=placed.uri,
        url=placed.url,
        is_local=placed.is_local,
        author_id=placed.author_id,
        audience=placed.audience,
        in_reply_to_id=parent.id if parent else None,
        in_reply_to_uri=parent.uri if parent else placed.parent_uri,
        in_reply_to_person_id=parent.author_id if parent else None,
        conversation_id=parent.conversation_id if parent else placed.id,
        received=placed.received,
        remote_media=[dict(one) for one in placed.remote_media],
        emojis=[dict(one) for one in placed.emojis],
        application=placed.application,
        idempotency_key=placed.idempotency_key,
        published_at=placed.published_at,
        edited_at=placed.edited_at,
        created_at=w.now,
        held=placed.held,
        **dict(placed.counts),
    )
    put_words(w, post, composed)
    w.session.add(post)
    w.session.flush()
    put_tags(w, post, composed.tags)
    put_mentions(w, post.id, composed.mentions)
    if post.held is None:
        count_post(w, post, 1)
    return post


def count_post(w: Work, post: Post, change: int) -> None:
    """Count a post for its author and for what it answers, or count it no longer."""
    count_posts(w, post.author_id, Audience(post.audience), change)
    if post.in_reply_to_id is not None:
        count(w, post.in_reply_to_id, "replies_count", change)


def put_words(w: Work, post: Post, composed: Composed) -> None:
    """Write the words of a post into its row; those of a direct post are sealed."""
    post.content = composed.content
    post.content_map = dict(composed.content_map) if composed.content_map else None
    post.source = composed.source
    post.spoiler = composed.spoiler
    post.sensitive = composed.sensitive
    post.language = composed.language
    post.search_text = composed.search_text
    post.kind = composed.kind
    post.record = dict(composed.record) if composed.record is not None else None
    post.title = composed.title
    post.state = composed.state
    post.closes_at = composed.closes_at
    post.card = dict(composed.card) if composed.card else None
    seal_words(w, post, [one.person.id for one in composed.mentions], composed.tags)


def put_tags(w: Work, post: Post, tags: Sequence[tuple[str, str]]) -> None:
    """Set the hashtags by which a post is found; of a sealed one they lie with its words."""
    w.session.execute(delete(PostTag).where(PostTag.post_id == post.id))
    if tags and post.sealed is None:
        rows = [{"name": name, "post_id": post.id, "shown": shown} for name, shown in tags]
        w.session.execute(insert(PostTag), rows)


def put_mentions(w: Work, post_id: int, mentions: Iterable[Named]) -> list[int]:
    """Set whom a post names; return the ids of those who were not named before."""
    before = set(w.session.scalars(select(Mention.person_id).where(Mention.post_id == post_id)))
    wanted: dict[int, bool] = {}
    for one in mentions:
        wanted[one.person.id] = wanted.get(one.person.id, True) and one.silent
    w.session.execute(delete(Mention).where(Mention.post_id == post_id))
    if wanted:
        w.session.execute(
            insert(Mention),
            [
                {"post_id": post_id, "person_id": person_id, "silent": silent}
                for person_id, silent in sorted(wanted.items())
            ],
        )
    return [person_id for person_id in wanted if person_id not in before]


def named_silently(w: Work, post_id: int) -> list[PersonRow]:
    """Return whom a post is addressed to without naming them."""
    ids = w.session.scalars(
        select(Mention.person_id).where(Mention.post_id == post_id, Mention.silent)
    ).all()
    return list(people_by_ids(w, HOUSE, ids).values())


def put_media(w: Work, post_id: int, media_ids: Sequence[int]) -> None:
    """Set the uploaded pictures of a post and their order."""
    w.session.execute(delete(PostMedia).where(PostMedia.post_id == post_id))
    if media_ids:
        w.session.execute(
            insert(PostMedia),
            [
                {"post_id": post_id, "media_id": media_id, "position": place}
                for place, media_id in enumerate(media_ids)
            ],
        )


def media_of(w: Work, post_id: int) -> list[int]:
    """Return the uploaded pictures of a post, in order."""
    return list(
        w.session.scalars(
            select(PostMedia.media_id)
            .join(Media, Media.id == PostMedia.media_id)
            .where(PostMedia.post_id == post_id)
            .order_by(PostMedia.position)
        )
    )


def let_go(w: Work, media_ids: Sequence[int]) -> None:
    """Leave pictures to whoever attaches them again within a day; then they are deleted."""
    if media_ids:
        w.session.execute(
            update(Media).where(Media.id.in_(media_ids)).values(attached=False, created_at=w.now)
        )


def put_poll(w: Work, poll: Poll) -> None:
    """Set the poll of a post; a former one goes with all its votes."""
    w.session.execute(delete(Vote).where(Vote.post_id == poll.post_id))
    w.session.execute(delete(Poll).where(Poll.post_id == poll.post_id))
    w.session.add(poll)
    w.session.flush()


def remember_version(w: Work, post: Post, *, at: datetime) -> None:
    """Keep the post as it is now as a version."""
    poll = w.session.get(Poll, post.id, populate_existing=True)
    media: list[dict[str, Any]] = [{"id": one} for one in media_of(w, post.id)]
    words = opened_words(w, post)
    revision = PostRevision(
        id=w.new_id(),
        post_id=post.id,
        content=words.content,
        spoiler=words.spoiler,
        sensitive=post.sensitive,
        media=media or [dict(one) for one in words.remote_media],
        poll=[option["title"] for option in poll.options] if poll else None,
        created_at=at,
    )
    seal_version(w, post, revision)
    w.session.add(revision)
    w.session.flush()


def has_versions(w: Work, post_id: int) -> bool:
    """Say whether a post was edited before."""
    found = select(PostRevision.id).where(PostRevision.post_id == post_id).limit(1)
    return w.session.scalar(found) is not None


def count(w: Work, post_id: int, column: str, change: int) -> None:
    """Change a counter of a post; it never goes below zero."""
    counter = getattr(Post, column)
    fresh = case((counter + change < 0, 0), else_=counter + change)
    w.session.execute(
        update(Post)
        .where(Post.id == post_id)
        .values({column: fresh})
        .execution_options(synchronize_session=False)
    )


def count_posts(w: Work, author_id: int, audience: Audience, change: int) -> None:
    """Change how many posts a person has; direct messages do not count."""
    if not is_listed(audience):
        return
    values: dict[str, Any] = {"posts_count": Person.posts_count + change}
    if change > 0:
        values["last_posted_at"] = w.now
    w.session.execute(
        update(Person)
        .where(Person.id == author_id)
        .values(values)
        .execution_options(synchronize_session=False)
    )


def adopt_answers(w: Work, post: Post) -> None:
    """Hang answers below a post that arrived after them, and join their threads."""
    orphans = w.session.execute(
        select(Post.id, Post.conversation_id).where(
            Post.in_reply_to_uri == post.uri, Post.in_reply_to_id.is_(None)
        )
    ).all()
    if not orphans:
        return
    _hang_below(w, post, [orphan.id for orphan in orphans])
    threads = {orphan.conversation_id for orphan in orphans} - {post.conversation_id}
    w.session.execute(
        update(Post)
        .where(Post.conversation_id.in_(threads))
        .values(conversation_id=post.conversation_id)
        .execution_options(synchronize_session=False)
    )
    muters = w.session.scalars(
        select(ThreadMute.person_id).where(ThreadMute.conversation_id.in_(threads))
    ).all()
    for person_id in set(muters):
        mute = {"person_id": person_id, "conversation_id": post.conversation_id}
        insert_once(w.session, ThreadMute, mute)


def _hang_below(w: Work, post: Post, answers: Sequence[int]) -> None:
    w.session.execute(
        update(Post)
        .where(Post.id.in_(answers))
        .values(in_reply_to_id=post.id, in_reply_to_person_id=post.author_id)
        .execution_options(synchronize_session=False)
    )
    count(w, post.id, "replies_count", len(answers))
