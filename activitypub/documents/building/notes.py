"""Notes, Questions and Tombstones of ours.

A study, vacancy, project or tool is a Note whose `extensions` carry the machine record and whose
first attachment is the link to its page. A Note has no `name`, and a `summary` only as a content
warning, because several servers fold or retitle a post that has one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from activitypub.documents.building.parts import (
    MediaFile,
    PageLink,
    file_attachment,
    page_attachment,
    pruned,
    require_addressees,
    timestamp,
)
from activitypub.documents.context import with_context
from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.names import MAX_POLL_OPTIONS, TOMBSTONE
from activitypub.errors import DocumentError


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDraft:
    """What our post shall say.

    `content` is clean HTML in `language`; `translations` are further languages. `summary` is a
    content warning. `may_quote` and `may_reply` are those whose quote or reply is approved at
    once (FEP-044f, GoToSocial): None says nothing, an empty tuple permits nobody but the author.
    `extensions` are properties with a prefix, such as `svept:posting`.
    """

    id: str
    author: str
    to: tuple[str, ...]
    published: datetime
    content: str
    cc: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    language: str | None = None
    translations: Mapping[str, str] = field(default_factory=dict)
    url: str | None = None
    updated: datetime | None = None
    summary: str | None = None
    sensitive: bool = False
    in_reply_to: str | None = None
    context: str | None = None
    conversation: str | None = None
    end_time: datetime | None = None
    tags: tuple[JsonObject, ...] = ()
    page: PageLink | None = None
    files: tuple[MediaFile, ...] = ()
    replies: str | None = None
    likes: str | None = None
    shares: str | None = None
    may_quote: tuple[str, ...] | None = None
    may_reply: tuple[str, ...] | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollDraft:
    """A poll: options with their counts, in order. `closed_at` once it is over."""

    options: tuple[tuple[str, int], ...]
    ends_at: datetime
    multiple: bool = False
    voters: int = 0
    closed_at: datetime | None = None


def note_of(draft: NoteDraft) -> JsonObject:
    """Build a Note. Raises DocumentError when nobody is addressed or it was updated too early."""
    properties = {**body_of(draft, "Note"), **_attached(draft)}
    return with_context(pruned(properties, keep="content"))


def question_of(draft: NoteDraft, poll: PollDraft) -> JsonObject:
    """Build a Question. Raises DocumentError with fewer than two options, or with one twice."""
    names = [name for name, _ in poll.options]
    if not 1 < len(set(names)) == len(names) <= MAX_POLL_OPTIONS:
        raise DocumentError("a poll needs at least two options, all different")
    properties = {
        **body_of(draft, "Question"),
        **_attached(draft),
        "anyOf" if poll.multiple else "oneOf": [_option(*option) for option in poll.options],
        "votersCount": poll.voters,
        "endTime": timestamp(poll.ends_at),
        "closed": timestamp(poll.closed_at) if poll.closed_at else None,
    }
    return with_context(pruned(properties, keep="content"))


def _option(name: str, votes: int) -> JsonObject:
    return {
        "type": "Note",
        "name": name,
        "replies": {"type": "Collection", "totalItems": votes},
    }


def tombstone_of(identifier: str, *, former_type: str, deleted: datetime) -> JsonObject:
    """Build what is served (with status 410) and sent in place of a deleted object."""
    return with_context(
        {
            "id": identifier,
            "type": TOMBSTONE,
            "formerType": former_type,
            "deleted": timestamp(deleted),
        }
    )


def body_of(draft: NoteDraft, kind: str) -> JsonObject:
    """Return the properties that a post of any type has, not yet pruned, without attachments."""
    require_addressees(draft.to, draft.cc)
    if draft.updated is not None and draft.updated < draft.published:
        raise DocumentError("a post cannot be updated before it was published")
    return {
        "id": draft.id,
        "type": kind,
        "attributedTo": draft.author,
        "to": draft.to,
        "cc": draft.cc,
        "audience": draft.audience[0] if len(draft.audience) == 1 else draft.audience,
        "published": timestamp(draft.published),
        "updated": timestamp(draft.updated) if draft.updated else None,
        "url": draft.url,
        "summary": draft.summary,
        "sensitive": draft.sensitive,
        "inReplyTo": draft.in_reply_to,
        "context": draft.context,
        "conversation": draft.conversation,
        # A post of pictures alone has an empty content, not none.
        **_content(draft),
        "tag": draft.tags,
        "endTime": timestamp(draft.end_time) if draft.end_time else None,
        "replies": draft.replies,
        "likes": draft.likes,
        "shares": draft.shares,
        "interactionPolicy": _policy(draft),
        **draft.extensions,
    }


def _content(draft: NoteDraft) -> JsonObject:
    """`content`, and `contentMap` with the same text first: Mastodon takes its first key."""
    if draft.language is None:
        if draft.translations:
            raise DocumentError("a text with translations needs a language of its own")
        return {"content": draft.content}
    others = {tag: text for tag, text in draft.translations.items() if tag != draft.language}
    return {
        "content": draft.content,
        "contentMap": {draft.language: draft.content, **others} if draft.content else None,
    }


def _policy(draft: NoteDraft) -> JsonObject:
    return pruned(
        {
            "canQuote": _permission(draft.may_quote, draft.author),
            "canReply": _permission(draft.may_reply, draft.author),
        }
    )


def _permission(approved: tuple[str, ...] | None, author: str) -> JsonObject | None:
    return None if approved is None else {"automaticApproval": list(approved or (author,))}


def _attached(draft: NoteDraft) -> JsonObject:
    """The page first: Lemmy takes the first attachment as the link of the post."""
    page = [page_attachment(draft.page)] if draft.page else []
    return {"attachment": [*page, *(file_attachment(file) for file in draft.files)]}
