"""From what somebody typed, or a record of a kind, to everything a post holds: checked and worded.

Nothing is stored here. `service` and `editing` ask for a `Composed` and write it. Refusals are
`Invalid` with the field and Mastodon's code; the places of a record are JSON pointers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

from activitypub.documents.reading import language_of
from schemas import FieldError
from server.people.cards import PersonRow
from server.people.queries import person_by_handle
from server.people.rules import Viewer
from server.platform.errors import Invalid
from server.platform.i18n import Message, say
from server.platform.linkify import (
    Mentioned,
    linkify_plain,
    mentions_in,
    tag_key,
    tags_in,
    visible_length,
)
from server.platform.text import clean_own, plain_text
from server.platform.work import Reading, Site
from server.posts.kinds import Kind, closes_at, hashtag_of, state_of
from server.posts.kinds.content import Hashtag, content_map, one_line_of, plain_text_of
from server.posts.kinds.reading import languages_of, main_language, texts_in, title_of
from server.posts.kinds.rules import errors_to_publish
from server.posts.model import Audience, PostState
from server.posts.rules import (
    MAX_CHARACTERS,
    MAX_MEDIA,
    MAX_MENTIONS,
    MAX_OPTION_CHARACTERS,
    MAX_OPTIONS,
    MAX_POLL_SECONDS,
    MAX_TAGS,
    MIN_OPTIONS,
    MIN_POLL_SECONDS,
    leaves_home,
)

_TAG_LENGTH = 100
_TITLE_LENGTH = 500
_IDENTIFIERS = UUID("6e0f5a52-6f0c-5a5e-9d3b-8a1d0a0c7e21")


@dataclass(frozen=True, slots=True, kw_only=True)
class PollDraft:
    """A poll to be: its options in order, and how many seconds it takes votes."""

    options: Sequence[str]
    expires_in: int
    multiple: bool = False
    hides_totals: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants to publish.

    `audience`, `sensitive` and `language` None mean the author's own defaults. With `kind` the
    `record` says everything (`schemas`), and `text` is not used. An `idempotency_key` makes a
    repeated request answer with the first post. `to` are people whom a direct post is addressed to
    without being named in its text.
    """

    author_id: int
    text: str = ""
    audience: Audience | None = None
    spoiler: str = ""
    sensitive: bool | None = None
    language: str | None = None
    in_reply_to_id: int | None = None
    media_ids: Sequence[int] = ()
    poll: PollDraft | None = None
    kind: str | None = None
    record: Mapping[str, Any] | None = None
    application: str | None = None
    idempotency_key: str | None = None
    to: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an author wants their post to be; everything is sent, what is left out is taken away.

    For a post of a kind only `record` and `media_ids` count. `poll` None leaves the poll as it is.
    `descriptions` are new texts for pictures of the post, by their id.
    """

    text: str = ""
    spoiler: str = ""
    sensitive: bool | None = None
    language: str | None = None
    media_ids: Sequence[int] = ()
    poll: PollDraft | None = None
    record: Mapping[str, Any] | None = None
    descriptions: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody a post is addressed to; `silent` without being named in the text."""

    person: PersonRow
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """The words of a post, ready to be stored. `content` is safe HTML; tags are (key, shown)."""

    content: str
    search_text: str
    content_map: Mapping[str, str] | None = None
    source: str | None = None
    spoiler: str = ""
    sensitive: bool = False
    language: str | None = None
    tags: Sequence[tuple[str, str]] = ()
    mentions: Sequence[Named] = ()
    kind: str | None = None
    record: Mapping[str, Any] | None = None
    title: str | None = None
    state: PostState | None = None
    closes_at: datetime | None = None
    card: Mapping[str, Any] | None = field(default=None)


def refused(name: str, code: str, why: Message) -> Invalid:
    """Return the refusal of one field."""
    return Invalid(details={name: [(code, why)]})


def compose_text(
    r: Reading, author: PersonRow, written: Draft | Change, audience: Audience
) -> Composed:
    """Return an ordinary post: limits checked, mentions and hashtags found, HTML made."""
    text, spoiler = written.text.strip(), written.spoiler.strip()
    if visible_length(text) + len(spoiler) > MAX_CHARACTERS:
        raise refused("text", "ERR_TOO_LONG", say("is too long"))
    named = mentioned_in(r, author, text)
    stays_home = not leaves_home(audience, author.reach)
    shown = {
        acct: Mentioned(person.url or person.uri, person.username)
        for acct, person in named.items()
        # A post that travels does not link to somebody who wants to stay at home.
        if stays_home or leaves_home(Audience.PUBLIC, person.reach)
    }
    sensitive = author.default_sensitive if written.sensitive is None else written.sensitive
    return Composed(
        content=linkify_plain(text, shown, tag_page(r.site)),
        search_text=searchable(spoiler, text),
        source=written.text,
        spoiler=spoiler,
        sensitive=sensitive or bool(spoiler),
        language=language_asked(written.language, author),
        tags=keyed_tags(tags_in(text)),
        mentions=tuple(Named(person) for person in unique_people(named.values())),
    )


def mentioned_in(r: Reading, author: PersonRow, text: str) -> dict[str, PersonRow]:
    """Return whom a text names, by the spelling in it, as far as they are known here."""
    viewer = Viewer.member(author.id)
    found: dict[str, PersonRow] = {}
    for mention in mentions_in(text)[:MAX_MENTIONS]:
        person = person_by_handle(r, viewer, mention.acct)
        if person is not None:
            found[mention.acct] = person
    return found


def unique_people(people: Iterable[PersonRow]) -> list[PersonRow]:
    """Return the people, each once, in order."""
    return list({person.id: person for person in people}.values())


def tag_page(site: Site) -> Callable[[str], str]:
    """Return what gives the page of a hashtag by its key."""

    def page(key: str) -> str:
        return site.url(f"/tags/{quote(key, safe='')}")

    return page


def keyed_tags(names: Sequence[str]) -> list[tuple[str, str]]:
    """Return hashtags by their key, each once, at most fifty; what is too long is left out."""
    by_key: dict[str, str] = {}
    for name in names:
        key = tag_key(name)
        if 0 < len(key) <= _TAG_LENGTH and len(name) <= _TAG_LENGTH:
            by_key.setdefault(key, name)
    return list(by_key.items())[:MAX_TAGS]


def searchable(*texts: str | None) -> str:
    """Return texts as they are searched: folded, one after the other."""
    return "\n".join(text for text in texts if text).casefold()


def language_asked(asked: str | None, author: PersonRow) -> str | None:
    """Return the language of a post: the one given, else the author's. Raises Invalid."""
    if not asked:
        return author.language
    found = language_of(asked)
    if found is None:
        raise refused("language", "ERR_INVALID", say("is not a language"))
    return found


def check_amounts(written: Draft | Change, *, has_poll: bool) -> None:
    """Refuse an empty post, too many pictures, and pictures beside a poll."""
    if len(written.media_ids) > MAX_MEDIA:
        raise refused("media_ids", "ERR_TOO_LONG", say("are more than four"))
    if written.media_ids and has_poll:
        raise refused("media_ids", "ERR_INVALID", say("cannot be beside a poll"))
    if not (written.text.strip() or written.spoiler.strip() or written.media_ids or has_poll):
        raise refused("text", "ERR_BLANK", say("can't be blank"))


def check_poll(poll: PollDraft) -> list[str]:
    """Return the options of a poll when it is acceptable. Raises Invalid."""
    options = [option.strip() for option in poll.options]
    if not MIN_OPTIONS <= len(options) <= MAX_OPTIONS:
        raise refused("poll", "ERR_INVALID", say("needs two to eight options"))
    if any(not option or len(option) > MAX_OPTION_CHARACTERS for option in options):
        raise refused("poll", "ERR_INVALID", say("has an empty or too long option"))
    if len({option.casefold() for option in options}) != len(options):
        raise refused("poll", "ERR_INVALID", say("has the same option twice"))
    if not MIN_POLL_SECONDS <= poll.expires_in <= MAX_POLL_SECONDS:
        raise refused("poll", "ERR_INVALID", say("must end in five minutes to one month"))
    return options


def compose_kind(
    r: Reading,
    author: PersonRow,
    kind: str,
    record: Mapping[str, Any],
    *,
    url: str,
    published: datetime,
) -> Composed:
    """Return a post of a kind: the record completed and checked, and its readable whole.

    Raises Invalid with a fault for each place of the record.
    """
    which = kind_asked(kind)
    complete = completed(which, record, author, published, url)
    check_record(which, complete, published=published, now=r.now)
    return worded(r.site, which, complete, url=url)


def kind_asked(kind: str) -> Kind:
    """Return the kind with this name. Raises Invalid."""
    try:
        return Kind(kind)
    except ValueError as error:
        raise refused("kind", "ERR_INCLUSION", say("is not a known value")) from error


def check_record(
    kind: Kind, record: Mapping[str, Any], *, published: datetime, now: datetime
) -> None:
    """Raise Invalid with a fault for each place of the record that is wrong."""
    errors = errors_to_publish(kind, record, published=published, now=now)
    if errors:
        raise record_refused(errors)


def record_refused(errors: Sequence[FieldError]) -> Invalid:
    """Return the refusal of a record."""
    details: dict[str, list[tuple[str, Message]]] = {}
    for error in errors:
        fault = ("ERR_INVALID", say(error.message, **error.values))
        details.setdefault(f"record{error.pointer}", []).append(fault)
    return Invalid(details=details)


def completed(
    kind: Kind, record: Mapping[str, Any], author: PersonRow, published: datetime, url: str
) -> dict[str, Any]:
    """Return the record with what its author need not type: identifier, state, day, language."""
    given = {name: value for name, value in record.items() if value not in (None, "", [], {})}
    defaults: dict[str, Any] = {
        "identifier": f"urn:uuid:{uuid5(_IDENTIFIERS, url)}",
        "state": "OPEN",
        "inLanguage": author.language or "en",
        "datePosted": published.date().isoformat(),
    }
    if kind is Kind.VACANCY:
        defaults["hiringOrganization"] = {"id": author.uri, "name": author.name}
        given |= _employer_named(given, author)
    return defaults | given


def _employer_named(given: Mapping[str, Any], author: PersonRow) -> dict[str, Any]:
    """Return the employer that a record gives, as far as its author can vouch for it.

    Another employer is a name here: with the id of somebody else's actor, other instances would
    not believe the whole record (FEP-fe34).
    """
    employer = given.get("hiringOrganization")
    if not isinstance(employer, Mapping) or employer.get("id") in (None, author.uri):
        return {}
    return {"hiringOrganization": {name: value for name, value in employer.items() if name != "id"}}


def worded(site: Site, kind: Kind, record: Mapping[str, Any], *, url: str) -> Composed:
    """Return the readable whole of a checked record, in every language it has."""
    tags = kind_tags(kind, record)
    links = [Hashtag(shown, tag_page(site)(key)) for key, shown in tags]
    texts = content_map(kind, record, url=url, tags=links)
    cleaned = {language: str(clean_own(html)) for language, html in texts.items()}
    language = main_language(record)
    translated = [plain_text(html) for tag, html in cleaned.items() if tag != language]
    title = title_of(kind, record)[:_TITLE_LENGTH]
    return Composed(
        content=cleaned.get(language) or next(iter(cleaned.values())),
        content_map={tag: html for tag, html in cleaned.items() if tag != "und"} or None,
        search_text=searchable(plain_text_of(kind, record, url=""), *translated),
        language=None if language == "und" else language,
        tags=tags,
        kind=kind.value,
        record=dict(record),
        title=title,
        state=PostState(state_of(record).value.lower()),
        closes_at=closes_at(kind, record),
        card={
            "url": url,
            "title": title,
            "description": one_line_of(kind, record),
            "provider": site.name,
            "image": None,
        },
    )


def kind_tags(kind: Kind, record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the hashtags of a post of a kind: the kind's in its languages, then its own tags."""
    of_kind = [hashtag_of(kind, language) for language in languages_of(record)]
    own = ["".join(tag.lstrip("#").split()) for tag in texts_in(record, "tags")]
    return keyed_tags([*of_kind, *own])
