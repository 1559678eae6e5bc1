"""Posts of every software read into one value.

A Note or Question is a post by itself; an Article, Page, Event, Video or the like is read with
the same fields and shown with `readable.readable_html`. The HTML is raw: nothing here cleans it.
Dates and places of an Event are read by `event`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from activitypub.documents.interaction import InteractionPolicy, interaction_policy_of, quotes_of
from activitypub.documents.links import (
    Attachment,
    Picture,
    Tags,
    attachments_of,
    extensions_of,
    picture_of,
    tags_of,
    url_of,
)
from activitypub.documents.names import (
    CONVERTED_TYPES,
    MAX_NAME_CHARS,
    MAX_SUMMARY_CHARS,
    MAX_URL_CHARS,
    POST_TYPES,
    is_public,
)
from activitypub.documents.origin import owners_of, require_own_id
from activitypub.documents.poll import Poll, poll_of
from activitypub.documents.readable import html_of_plain_text
from activitypub.documents.reading import (
    NO_TEXT,
    Text,
    as_object,
    audience_of,
    boolean_of,
    id_of,
    integer_of,
    language_of,
    localized,
    media_type_of,
    members,
    moment_of,
    text_of,
    type_of,
)
from activitypub.errors import DocumentError

_PLAIN_TEXTS: Final = frozenset({"text/plain", "text/markdown", "text/x.misskeymarkdown"})
_MAX_CONTEXTS: Final = 20


class Visibility(StrEnum):
    """Who a post is addressed to, as every server decides it from `to` and `cc`."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Source:
    """What the author typed, before it became HTML."""

    content: str
    media_type: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """A post of any type.

    `attributed_to` are its owners, the first one is the author to show. `content` is raw HTML
    (plain text and Markdown of PeerTube and Lemmy are already escaped into it). `summary` is the
    content warning of a Note or Question, and an introduction anywhere else. `audience` is the
    group it was posted to (Lemmy, FEP-1b12). `quotes` are ids of quoted posts, not yet approved.
    `extensions` are the properties with a prefix, verbatim; `document` is what was read.
    """

    id: str
    type: str
    attributed_to: tuple[str, ...]
    to: tuple[str, ...]
    cc: tuple[str, ...]
    audience: tuple[str, ...]
    content: Text
    name: Text | None
    summary: Text | None
    source: Source | None
    sensitive: bool
    language: str | None
    in_reply_to: str | None
    context: str | None
    conversation: str | None
    published: datetime | None
    updated: datetime | None
    start_time: datetime | None
    end_time: datetime | None
    url: str | None
    tags: Tags
    attachments: tuple[Attachment, ...]
    image: Picture | None
    poll: Poll | None
    likes: int | None
    shares: int | None
    replies: int | None
    replies_id: str | None
    quotes: tuple[str, ...]
    interaction_policy: InteractionPolicy | None
    extensions: Mapping[str, object]
    document: Mapping[str, object]

    @property
    def is_converted(self) -> bool:
        """Whether this is shown by its title, text and link instead of by its content alone."""
        return self.type in CONVERTED_TYPES

    @property
    def author(self) -> str:
        """The actor to show as author: the first owner."""
        return self.attributed_to[0]


def read_note(document: Mapping[str, object]) -> Note:
    """Read a post.

    Raises DocumentError without an http(s) id, a known type, or an owner. Of an array of types
    the first known one counts. Whether id and owner belong together is `origin`'s question.
    """
    identifier = require_own_id(document)
    kind = type_of(document, POST_TYPES)
    owners = owners_of(document)
    if kind is None:
        raise DocumentError("the document is not a post")
    if not owners:
        raise DocumentError("the post names no author")
    content = _content(document)
    replies = document.get("replies")
    return Note(
        id=identifier,
        type=kind,
        attributed_to=owners,
        to=audience_of(document.get("to")),
        cc=audience_of(document.get("cc")),
        audience=audience_of(document.get("audience")),
        content=content,
        name=localized(document, "name", limit=MAX_NAME_CHARS),
        summary=localized(document, "summary", limit=MAX_SUMMARY_CHARS),
        source=_source(document.get("source")),
        sensitive=boolean_of(document.get("sensitive"), default=False),
        language=_language(document, content),
        in_reply_to=id_of(document.get("inReplyTo")),
        context=_thread(document.get("context")),
        conversation=_thread(document.get("conversation")),
        published=moment_of(document.get("published")),
        updated=moment_of(document.get("updated")),
        start_time=moment_of(document.get("startTime")),
        end_time=moment_of(document.get("endTime")),
        url=url_of(document.get("url")),
        tags=tags_of(document.get("tag")),
        attachments=attachments_of(document.get("attachment")),
        image=picture_of(document.get("image")) or picture_of(document.get("icon")),
        poll=poll_of(document) if kind == "Question" else None,
        likes=_count(document.get("likes")),
        shares=_count(document.get("shares")),
        replies=_count(replies),
        replies_id=id_of(replies),
        quotes=quotes_of(document),
        interaction_policy=interaction_policy_of(document.get("interactionPolicy")),
        extensions=extensions_of(document),
        document=document,
    )


def visibility_of(note: Note, *, followers: str | None) -> Visibility:
    """Decide who a post is for, as Mastodon and GoToSocial do.

    Public in `to` is public, in `cc` unlisted; the author's followers collection in `to` means
    followers only; everything else is direct. `followers` is the URL of that collection, None
    when the author has none or is not known yet.
    """
    if any(is_public(member) for member in note.to):
        return Visibility.PUBLIC
    if any(is_public(member) for member in note.cc):
        return Visibility.UNLISTED
    if followers is not None and followers in note.to:
        return Visibility.FOLLOWERS
    return Visibility.DIRECT


def is_vote(note: Note) -> bool:
    """Whether a Note is an answer to a poll: it has a name, a parent and no content."""
    return (
        note.type == "Note"
        and note.name is not None
        and note.in_reply_to is not None
        and not note.content.text
    )


def _content(document: Mapping[str, object]) -> Text:
    """The content as HTML, whatever it was written in."""
    content = localized(document, "content") or NO_TEXT
    if media_type_of(document.get("mediaType")) not in _PLAIN_TEXTS:
        return content
    translations = {tag: html_of_plain_text(text) for tag, text in content.translations.items()}
    return Text(html_of_plain_text(content.text), content.language, translations)


def _source(value: object) -> Source | None:
    fields = as_object(value)
    if fields is None:
        return None
    content = text_of(fields.get("content"), limit=MAX_SUMMARY_CHARS)
    return Source(content, media_type_of(fields.get("mediaType"))) if content else None


def _language(document: Mapping[str, object], content: Text) -> str | None:
    """The language of the content: by its map, by `language` (PeerTube, Lemmy), by context."""
    named = document.get("language")
    if isinstance(named, dict):
        named = named.get("identifier")
    return content.language or language_of(named) or _context_language(document)


def _context_language(document: Mapping[str, object]) -> str | None:
    """The language of the whole document (`@language` in its context, as Pleroma writes it)."""
    for member in members(document.get("@context"), limit=_MAX_CONTEXTS):
        language = language_of(member.get("@language")) if isinstance(member, dict) else None
        if language is not None:
            return language
    return None


def _thread(value: object) -> str | None:
    """The name of a thread: often a URL, but a `tag:` URI or an opaque text as well."""
    if isinstance(value, dict):
        value = value.get("id")
    return text_of(value, limit=MAX_URL_CHARS)


def _count(value: object) -> int | None:
    """The size of an embedded collection; None when only its id is given."""
    fields = as_object(value)
    return integer_of(fields.get("totalItems")) if fields else None
