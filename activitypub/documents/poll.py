"""The poll inside a Question: its options, its counts, its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from activitypub.documents.names import MAX_POLL_OPTIONS
from activitypub.documents.reading import (
    as_object,
    integer_of,
    localized,
    members,
    moment_of,
)


@dataclass(frozen=True, slots=True)
class PollOption:
    """One answer, and how many chose it (None when the server keeps that to itself)."""

    name: str
    votes: int | None


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll. `multiple` means that a voter may choose several options (`anyOf`).

    `ends_at` is when voting ends or ended, None for never; `is_closed` says that the author's
    server counts no more.
    """

    multiple: bool
    options: tuple[PollOption, ...]
    voters: int | None
    ends_at: datetime | None
    is_closed: bool


def poll_of(document: Mapping[str, object]) -> Poll | None:
    """Return the poll of a Question, or None when it has no option.

    `closed` may be a time or a boolean (ActivityStreams Vocabulary §4.4); `endTime` is used too.
    """
    multiple = bool(members(document.get("anyOf"), limit=1))
    raw = document.get("anyOf") if multiple else document.get("oneOf")
    found = (_option(member) for member in members(raw, limit=MAX_POLL_OPTIONS))
    options: dict[str, PollOption] = {}
    for option in found:
        if option is not None:
            options.setdefault(option.name, option)
    if not options:
        return None
    closed_at = moment_of(document.get("closed"))
    return Poll(
        multiple=multiple,
        options=tuple(options.values()),
        voters=integer_of(document.get("votersCount")),
        ends_at=closed_at or moment_of(document.get("endTime")),
        is_closed=closed_at is not None or document.get("closed") is True,
    )


def _option(member: object) -> PollOption | None:
    if not isinstance(member, dict):
        return None
    name = localized(member, "name")
    if name is None:
        return None
    replies = as_object(member.get("replies")) or {}
    return PollOption(name.text, integer_of(replies.get("totalItems")))
