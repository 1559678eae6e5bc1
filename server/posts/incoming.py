"""Posts of other software turned into ours: cleaned, capped, their records checked.

Everything here is pure but for looking up who is named. A record that is valid makes a post of a
kind; anything else is the ordinary post it also is, so no document is ever refused for its extras.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any, Final

from sqlalchemy import select

from activitypub.documents.links import Attachment
from activitypub.documents.names import NOTE_TYPES
from activitypub.documents.note import Note, Visibility, visibility_of
from activitypub.documents.origin import same_origin
from activitypub.documents.readable import readable_html
from server.federation.hosts import policy_of
from server.federation.model import Actor, HostPolicy
from server.people.cards import PersonRow
from server.people.queries import people_by_ids
from server.people.rules import HOUSE
from server.platform.ids import Ids
from server.platform.linkify import is_tag_name
from server.platform.text import clean, plain_text
from server.platform.work import Reading
from server.posts.drafting import Composed, Named, keyed_tags, searchable
from server.posts.kinds import Kind, closes_at, state_of
from server.posts.kinds.content import one_line_of
from server.posts.kinds.reading import title_of
from server.posts.kinds.wire import event_of, record_of
from server.posts.model import Audience, Poll, PostState

MAX_ATTACHMENTS: Final = 16
_MAX_EMOJIS: Final = 50
_MAX_LANGUAGES: Final = 10
_MAX_SPOILER: Final = 2_000
_MAX_DESCRIPTION: Final = 1_500
_MAX_TITLE: Final = 500
_MAX_NAMED: Final = 100
_MAX_OPTION: Final = 200
_MOST_VOTES: Final = 2_000_000_000
_MAX_URL: Final = 2_048
_FRESH_SECONDS: Final = 300
_LANGUAGE_CHARS: Final = 35
_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_AUDIENCES: Final[Mapping[Visibility, Audience]] = {
    Visibility.PUBLIC: Audience.PUBLIC,
    Visibility.UNLISTED: Audience.UNLISTED,
    Visibility.FOLLOWERS: Audience.FOLLOWERS,
    Visibility.DIRECT: Audience.DIRECT,
}


def audience_of(r: Reading, author: PersonRow, note: Note) -> Audience:
    """Return for whom a post from elsewhere is.

    The partners collection of the author's own instance counts when that instance is a partner;
    otherwise its post falls back to what it also addresses.
    """
    partners = [one for one in note.to if one.endswith("/partners") and same_origin(one, note.id)]
    found = _AUDIENCES[visibility_of(note, followers=author.followers)]
    is_closed_round = bool(partners) and found in {Audience.FOLLOWERS, Audience.DIRECT}
    if is_closed_round and policy_of(r, author.host) is HostPolicy.PARTNER:
        return Audience.PARTNERS
    return found


def named_by(r: Reading, note: Note) -> list[Named]:
    """Return whom a post mentions or addresses, as far as they are known here, each once."""
    mentioned = [mention.href for mention in note.tags.mentions]
    addressed = [one for one in (*note.to, *note.cc) if one not in mentioned]
    uris = [*mentioned, *addressed][:_MAX_NAMED]
    if not uris:
        return []
    rows = r.session.execute(select(Actor.uri, Actor.id).where(Actor.uri.in_(uris)))
    ids = {uri: actor_id for uri, actor_id in rows}  # noqa: C416 - the type checker reads rows so
    people = people_by_ids(r, HOUSE, ids.values())
    known = [(uri, people[ids[uri]]) for uri in uris if uri in ids and ids[uri] in people]
    # Somebody elsewhere who only gets a copy is of no interest here.
    return [
        Named(person, silent=uri not in mentioned)
        for uri, person in known
        if uri in mentioned or person.is_local
    ]


def words_of(note: Note, named: Sequence[Named]) -> Composed:
    """Return the words of a post from elsewhere: of a kind when it carries a sound record."""
    found = record_of(note.document)
    return _ordinary(note, named) if found is None else _of_kind(note, named, *found)


def _ordinary(note: Note, named: Sequence[Named]) -> Composed:
    content = clean(_with_time_and_place(note))
    spoiler = _spoiler(note)
    title = note.name.text[:_MAX_TITLE] if note.is_converted and note.name else None
    return Composed(
        content=content,
        content_map=None if note.is_converted else _translations(note),
        search_text=searchable(spoiler, plain_text(content)),
        spoiler=spoiler,
        sensitive=note.sensitive or bool(spoiler),
        language=_language(note),
        tags=_tags(note),
        mentions=tuple(named),
        title=title,
        card=_card(note, title),
    )


def _of_kind(note: Note, named: Sequence[Named], kind: Kind, record: Mapping[str, Any]) -> Composed:
    content = clean(note.content.text)
    title = title_of(kind, record)[:_MAX_TITLE]
    picture = next((one.url for one in note.attachments if _is_picture(one)), None)
    return Composed(
        content=content,
        content_map=_translations(note),
        search_text=searchable(title, plain_text(content)),
        sensitive=note.sensitive,
        language=_language(note),
        tags=_tags(note),
        mentions=tuple(named),
        kind=kind.value,
        record=dict(record),
        title=title,
        state=PostState(state_of(record).value.lower()),
        closes_at=closes_at(kind, record),
        card={
            "url": page_of(note),
            "title": title,
            "description": one_line_of(kind, record),
            "provider": "",
            "image": picture,
        },
    )


def _with_time_and_place(note: Note) -> str:
    """Events of other software say when and where in fields that a text does not show."""
    html = readable_html(note)
    facts = event_of(note.document)
    if facts is None:
        return html
    line = one_line_of(Kind.EVENT, facts, _language(note) or "")
    title, end, rest = html.partition("</p>")
    return f"{title}{end}<p>{escape(line)}</p>{rest}" if line else html


def _spoiler(note: Note) -> str:
    if note.type not in NOTE_TYPES or note.summary is None:
        return ""
    return plain_text(note.summary.text)[:_MAX_SPOILER]


def _language(note: Note) -> str | None:
    return note.language if note.language and len(note.language) <= _LANGUAGE_CHARS else None


def _translations(note: Note) -> dict[str, str] | None:
    found = list(note.content.translations.items())[:_MAX_LANGUAGES]
    return {tag: str(clean(html)) for tag, html in found} if len(found) > 1 else None


def _tags(note: Note) -> list[tuple[str, str]]:
    return keyed_tags([tag.name for tag in note.tags.hashtags if is_tag_name(tag.name)])


def page_of(note: Note) -> str:
    """Return the page of a post for people, or its id. Only ever shown, never believed."""
    return note.url if note.url and len(note.url) <= _MAX_URL else note.id


def _card(note: Note, title: str | None) -> dict[str, Any] | None:
    """Return the preview of the page that a post leads to, from what the post says itself."""
    if note.is_converted and title:
        description = plain_text(note.summary.text)[:_MAX_SPOILER] if note.summary else ""
        image = note.image.url if note.image else None
        return _card_of(page_of(note), title, description, image)
    link = next((one for one in note.attachments if one.is_link), None)
    if link is None or not link.description:
        return None
    return _card_of(link.url, link.description[:_MAX_TITLE], "", link.preview_url)


def _card_of(url: str, title: str, description: str, image: str | None) -> dict[str, Any]:
    return {
        "url": url,
        "title": title,
        "description": description,
        "provider": "",
        "image": image,
    }


def media_of_note(note: Note) -> list[dict[str, Any]]:
    """Return the pictures and files of a post, sixteen at most, as they are stored."""
    files = [_stored(one) for one in note.attachments if not one.is_link]
    if not files and note.is_converted and note.image is not None:
        files = [
            {
                "url": note.image.url,
                "media_type": note.image.media_type,
                "description": (note.image.description or "")[:_MAX_DESCRIPTION],
            }
        ]
    return files[:MAX_ATTACHMENTS]


def _stored(one: Attachment) -> dict[str, Any]:
    return {
        "url": one.url,
        "media_type": one.media_type,
        "description": (one.description or "")[:_MAX_DESCRIPTION],
        "blurhash": one.blurhash,
        "width": one.width,
        "height": one.height,
        "focus": list(one.focal_point) if one.focal_point else None,
        "preview_url": one.preview_url,
        "duration": one.duration_seconds,
    }


def _is_picture(one: Attachment) -> bool:
    return one.type == "Image" or (one.media_type or "").startswith("image/")


def emojis_of(note: Note) -> list[dict[str, Any]]:
    """Return the custom emoji of a post as they are stored."""
    return [
        {"shortcode": one.shortcode, "url": one.picture.url}
        for one in note.tags.emojis[:_MAX_EMOJIS]
    ]


def poll_of_note(note: Note, post_id: int, now: datetime) -> Poll | None:
    """Return the poll of a Question with the counts its author gives."""
    if note.poll is None:
        return None
    hides = all(option.votes is None for option in note.poll.options)
    return Poll(
        post_id=post_id,
        options=[
            {"title": option.name[:_MAX_OPTION], "votes": _count(option.votes)}
            for option in note.poll.options
        ],
        multiple=note.poll.multiple,
        hides_totals=hides,
        voters_count=_count(note.poll.voters),
        expires_at=note.poll.ends_at,
        closed_at=now if note.poll.is_closed else None,
    )


def _count(told: int | None) -> int:
    """Return a count as it is shown: no sum of them may outgrow what JSON and clients can read."""
    return min(told or 0, _MOST_VOTES)


def id_for(ids: Ids, published: datetime, now: datetime) -> int:
    """Return the id of a post from elsewhere: an old one sorts where it belongs."""
    if (now - published).total_seconds() < _FRESH_SECONDS:
        return ids.new(now)
    return ids.backdated(published)


def published_of(note: Note, now: datetime) -> datetime:
    """Return when a post was published; never in the future, never before computers."""
    written = note.published or now
    return min(max(written, _EARLIEST), now)


def kept_bytes(note: Note, raw: bytes) -> bytes | None:
    """Return the bytes to keep: of what carries a record or a proof, so that it stays checkable."""
    carries = "svept:posting" in note.document or "proof" in note.document
    return raw if carries and raw else None
