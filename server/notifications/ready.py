"""Everything a person was told, as rows that a page, a push or a summary only has to write down.

Both sorts in one list: Mastodon's types and the notices that rooms declare. A notice whose person
may not be seen any more, or whose kind no room declares any more, is left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, select

from server.notifications.model import Notification, NotificationType, OwnNotice
from server.notifications.queries import NotificationRow, Wanted, own_notifications, row_of
from server.notifications.wishes import wishes_of
from server.people.cards import PersonRow
from server.people.queries import people_by_ids
from server.people.rules import Viewer
from server.platform.http.paging import Page, page_of
from server.platform.i18n import Message, say
from server.platform.notices import Notice
from server.platform.storage.paging import paged
from server.platform.work import Reading

Declared = Mapping[str, Notice]
"""The kinds that rooms declare, by name: `instance.notices`."""

_COUNTED: Final = 100
_TYPES: Final = frozenset(one.value for one in NotificationType)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyNotice:
    """One notice: `text` is a whole sentence.

    `person` did it (None for our own kinds), `post_id` is the post it is about; `path` leads to
    what it is about, None where the post or the person is that.
    """

    id: int
    kind: str
    icon: str
    text: Message
    path: str | None
    person: PersonRow | None
    post_id: int | None
    created_at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Said:
    icon: str
    label: Message
    text: Message


TYPES: Final[Mapping[str, _Said]] = {
    "mention": _Said(
        "reply",
        say("Somebody writes to you"),
        say("%(name)s wrote to you or named you.", name=""),
    ),
    "follow_request": _Said(
        "person", say("Somebody asks to follow you"), say("%(name)s asks to follow you.", name="")
    ),
    "follow": _Said(
        "person", say("Somebody follows you"), say("%(name)s follows you now.", name="")
    ),
    "favourite": _Said(
        "star", say("Somebody likes your post"), say("%(name)s likes your post.", name="")
    ),
    "reblog": _Said(
        "boost", say("Somebody shares your post"), say("%(name)s shared your post.", name="")
    ),
    "poll": _Said("poll", say("A poll ends"), say("A poll by %(name)s ended.", name="")),
    "update": _Said(
        "edit",
        say("A post you know changes"),
        say("%(name)s changed a post that you know.", name=""),
    ),
    "status": _Said(
        "bell",
        say("Somebody you watch writes"),
        say("%(name)s wrote something new.", name=""),
    ),
}
"""Mastodon's types in our words."""


def sentence(notification_type: str, name: str) -> Message:
    """Return what happened, with a name that keeps its own direction (FSI and PDI around it)."""
    said = TYPES[notification_type].text
    return Message(said.text, {"name": f"\u2068{name}\u2069"})


def kinds_of(declared: Declared) -> list[tuple[str, Message, bool]]:
    """Return every kind there is with its name, and whether it can be left out of the page."""
    ours = [(one.kind, one.label, not one.is_essential) for one in declared.values()]
    return [*ours, *((kind, said.label, True) for kind, said in TYPES.items())]


def ready_notices(r: Reading, viewer: Viewer, asked: Page, declared: Declared) -> list[ReadyNotice]:
    """Return a page of what the viewer was told and wants to see there, the newest first.

    Ids are of one kind for both sorts, so paging by id goes over both.
    """
    me = viewer.person_id
    if me is None:
        return []
    wishes = wishes_of(r, me)
    essential = {kind for kind, one in declared.items() if one.is_essential}
    hidden = wishes.hidden(_TYPES | frozenset(declared) - essential)
    theirs = paged(
        own_notifications(r, me, Wanted(excluded=hidden & _TYPES)), Notification.id, asked
    )
    ours = paged(_own(me, set(declared) - hidden), OwnNotice.id, asked)
    rows: list[NotificationRow | OwnNotice] = [
        *(row_of(one) for one in r.session.scalars(theirs)),
        *r.session.scalars(ours),
    ]
    rows.sort(key=lambda row: row.id, reverse=not asked.ascends)
    found = page_of(rows[: asked.limit], asked, lambda row: row.id)
    return written(r, viewer, found, declared, seen_id=wishes.seen_id)


def written(
    r: Reading,
    viewer: Viewer,
    rows: Iterable[NotificationRow | OwnNotice],
    declared: Declared,
    *,
    seen_id: int = 0,
) -> list[ReadyNotice]:
    """Return notices in words, in the order given; one statement for all the people in them."""
    rows = list(rows)
    named = {row.from_id for row in rows if isinstance(row, NotificationRow)}
    people = people_by_ids(r, viewer, named)
    made = []
    for row in rows:
        if isinstance(row, NotificationRow):
            one = _of_type(row, people.get(row.from_id), seen_id)
        else:
            one = _of_ours(row, declared.get(row.kind), seen_id)
        if one is not None:
            made.append(one)
    return made


def _of_type(row: NotificationRow, person: PersonRow | None, seen_id: int) -> ReadyNotice | None:
    if person is None:
        return None
    kind = row.notification_type.value
    return ReadyNotice(
        id=row.id,
        kind=kind,
        icon=TYPES[kind].icon,
        text=sentence(kind, person.name),
        path=None,
        person=person,
        post_id=row.post_id,
        created_at=row.created_at,
        is_new=row.id > seen_id,
    )


def _of_ours(row: OwnNotice, notice: Notice | None, seen_id: int) -> ReadyNotice | None:
    if notice is None:
        return None
    return ReadyNotice(
        id=row.id,
        kind=row.kind,
        icon=notice.icon,
        text=notice.text(row.about),
        path=notice.path(row.about),
        person=None,
        post_id=None,
        created_at=row.created_at,
        is_new=row.id > seen_id,
    )


def unread_notices(r: Reading, person_id: int, declared: Declared) -> int:
    """Return how many of both sorts are newer than what the person has seen; at most 100."""
    wishes = wishes_of(r, person_id)
    hidden = wishes.hidden(_TYPES | frozenset(declared))
    theirs = own_notifications(r, person_id, Wanted(excluded=hidden & _TYPES)).where(
        Notification.id > wishes.seen_id
    )
    ours = _own(person_id, set(declared) - hidden).where(OwnNotice.id > wishes.seen_id)
    counts = [
        r.session.scalar(select(func.count()).select_from(one.limit(_COUNTED).subquery())) or 0
        for one in (theirs, ours)
    ]
    return min(sum(counts), _COUNTED)


def _own(person_id: int, kinds: set[str]) -> Select[OwnNotice]:
    return select(OwnNotice).where(OwnNotice.person_id == person_id, OwnNotice.kind.in_(kinds))


def one_of_ours(r: Reading, notice_id: int) -> OwnNotice | None:
    """Return one notice of our own kinds, for who tells it further."""
    return r.session.get(OwnNotice, notice_id)
