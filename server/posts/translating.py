"""Machine translation by the service the operator configured (LibreTranslate's API).

Two uses. Reading: a post that everybody on the web may read is translated for a reader, and the
result is kept with the post (`kept_translation`). Writing: an author lets the machine translate
their own words. Nothing else is ever sent: what is not public stays here, whoever may read it.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from activitypub.errors import FetchError
from activitypub.fetching.client import GuardedClient, Limits, Response
from activitypub.fetching.guard import Guard, ssl_context
from server.federation.model import Reach
from server.people.rules import HOUSE, Viewer
from server.platform.errors import NotAllowed, NotFound, Unavailable
from server.platform.i18n import say
from server.platform.instance import Instance
from server.platform.text import clean, plain_text
from server.platform.work import Reading, Work
from server.posts.loading import post_row
from server.posts.model import Audience, PostTranslation
from server.posts.rows import PostRow

_LANGUAGES_KEPT: Final = timedelta(hours=24)
_LIMITS: Final = Limits(total_seconds=60.0)
_SUCCESS: Final = range(200, 300)
_EVERYWHERE: Final = tuple(ip_network(one) for one in ("0.0.0.0/0", "::/0"))


@dataclass(slots=True)
class Service:
    """The configured service and what it told about itself; part of an instance that has one."""

    client: GuardedClient
    url: str
    api_key: str
    pairs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    asked_at: datetime | None = None

    @property
    def name(self) -> str:
        """Who translates, for readers: the host of the service."""
        return urlsplit(self.url).hostname or self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """A post in another language, made by a machine. `content` is safe HTML."""

    content: str
    spoiler: str
    language: str
    source: str
    provider: str
    media: Mapping[str, str]
    options: Sequence[str]


async def start(instance: Instance) -> AsyncIterator[None]:
    """Open the way to the service when the operator configured one."""
    chosen = instance.settings.translation
    if not chosen.url:
        yield
        return
    # The operator named this one address by hand, so it may well be on this machine; nobody else
    # has a say in where this client goes, and it follows no redirect.
    guard = Guard(allowed_networks=_EVERYWHERE)
    ca_file = instance.settings.federation.ca_file
    async with GuardedClient(user_agent="Meshwork", guard=guard, tls=ssl_context(ca_file)) as one:
        instance.add_part(Service(one, chosen.url.rstrip("/"), chosen.api_key))
        yield


def is_offered(instance: Instance) -> bool:
    """Tell whether a service is configured."""
    return bool(instance.settings.translation.url)


async def languages_offered(instance: Instance) -> Mapping[str, frozenset[str]]:
    """Return into which languages each language can be translated; empty without a service.

    Asked once a day. Raises Unavailable when the service does not answer.
    """
    if not is_offered(instance):
        return {}
    service, now = instance.part(Service), instance.clock.now()
    if service.asked_at is None or service.asked_at + _LANGUAGES_KEPT < now:
        answered = await _read(service.client.get(f"{service.url}/languages", limits=_LIMITS))
        service.pairs = _pairs(answered)
        service.asked_at = now
    return service.pairs


def _pairs(answered: object) -> Mapping[str, frozenset[str]]:
    rows = [one for one in answered if isinstance(one, dict)] if isinstance(answered, list) else []
    every = frozenset(str(one.get("code", "")) for one in rows)
    return {
        str(one.get("code", "")): frozenset(map(str, one.get("targets") or every))
        - {str(one.get("code", ""))}
        for one in rows
    }


async def translate_texts(
    instance: Instance, texts: Sequence[str], *, source: str | None, target: str, form: str = "text"
) -> list[str]:
    """Return texts in another language, in order; empty ones stay empty. `form` is text or html.

    Raises NotAllowed for languages the service does not have, Unavailable when it fails.
    """
    tag, into = (source or "").partition("-")[0], target.partition("-")[0]
    pairs = await languages_offered(instance)
    if not _is_possible(pairs, tag, into):
        raise NotAllowed(say("This language cannot be translated here."))
    wanted = [text for text in texts if text.strip()]
    if not wanted:
        return list(texts)
    service = instance.part(Service)
    asked = {"q": wanted, "source": tag or "auto", "target": into, "format": form}
    if service.api_key:
        asked["api_key"] = service.api_key
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    answered = await _read(
        service.client.post(
            f"{service.url}/translate", body=orjson.dumps(asked), headers=headers, limits=_LIMITS
        )
    )
    made = answered.get("translatedText") if isinstance(answered, dict) else None
    if not isinstance(made, list) or len(made) != len(wanted):
        raise Unavailable
    said = iter(str(one) for one in made)
    return [next(said) if text.strip() else text for text in texts]


def _is_possible(pairs: Mapping[str, frozenset[str]], source: str, target: str) -> bool:
    if not source:
        return any(target in targets for targets in pairs.values())
    return target in pairs.get(source, frozenset())


async def _read(request: Any) -> Any:  # noqa: ANN401 - JSON of any type
    try:
        response: Response = await request
        if response.status not in _SUCCESS:
            raise Unavailable
        return orjson.loads(response.body)
    except (FetchError, orjson.JSONDecodeError) as error:
        raise Unavailable from error


def may_be_translated(post: PostRow) -> bool:
    """Decide whether the text of a post may leave this instance: only if everybody may read it."""
    is_everybodys = post.audience in {Audience.PUBLIC, Audience.UNLISTED}
    return is_everybodys and post.held is None and post.author.reach == Reach.FEDIVERSE


async def translated_post(
    instance: Instance, viewer: Viewer, post_id: int, target: str
) -> Translated:
    """Return a post that the viewer sees in another language, made now or kept from before.

    Raises NotFound for what the viewer does not see or when no service is configured, NotAllowed
    for what is not everybody's or cannot be translated, Unavailable.
    """
    post = await instance.read(post_row, viewer, post_id)
    if post is None or not is_offered(instance):
        raise NotFound
    post = post.boost_of or post
    target = target.partition("-")[0].lower()
    if not may_be_translated(post) or (post.language or "").partition("-")[0] == target:
        raise NotAllowed
    known = await instance.read(kept_translation, post, target)
    if known is None:
        known = await _translate(instance, post, target)
        await instance.work(_keep, post, target, known)
    return _translated(instance, post, target, known)


async def _translate(instance: Instance, post: PostRow, target: str) -> dict[str, Any]:
    plain = [post.spoiler, *(one.description for one in post.media)]
    plain += [option.title for option in post.poll.options] if post.poll else []
    [content] = await translate_texts(
        instance, [post.content], source=post.language, target=target, form="html"
    )
    others = await translate_texts(instance, plain, source=post.language, target=target)
    pictures = len(post.media)
    return {
        "content": str(clean(content)),
        "spoiler": plain_text(others[0]),
        "media": others[1 : pictures + 1],
        "options": others[pictures + 1 :],
    }


def _translated(
    instance: Instance, post: PostRow, target: str, known: Mapping[str, Any]
) -> Translated:
    ids = [str(one.media_id) for one in post.media if one.media_id is not None]
    return Translated(
        content=str(clean(known["content"])),
        spoiler=known["spoiler"],
        language=target,
        source=(post.language or "").partition("-")[0] or "und",
        provider=instance.part(Service).name,
        media=dict(zip(ids, known["media"], strict=False)),
        options=tuple(known["options"]),
    )


def _hash_of(post: PostRow) -> str:
    """Return what a translation is of: another text has another."""
    options = [option.title for option in post.poll.options] if post.poll else []
    parts = [post.content, post.spoiler, *(one.description for one in post.media), *options]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def kept_translation(r: Reading, post: PostRow, target: str) -> dict[str, Any] | None:
    """Return the translation of exactly this text that was made before."""
    row = r.session.get(PostTranslation, (post.id, target))
    return row.said if row is not None and row.content_hash == _hash_of(post) else None


def _keep(w: Work, post: PostRow, target: str, said: Mapping[str, Any]) -> None:
    """Keep a translation with its post, unless the post is gone by now."""
    if post_row(w, HOUSE, post.id) is None:
        return
    w.session.merge(
        PostTranslation(
            post_id=post.id,
            language=target,
            content_hash=_hash_of(post),
            said=dict(said),
            created_at=w.now,
        )
    )
