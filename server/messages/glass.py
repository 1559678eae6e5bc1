"""Break-glass: the one way for staff into a conversation, written down for the people in it.

Nobody of the staff reads conversations. Whoever runs the site may open one that was reported or
named, with a reason; in the same transaction each person here who takes part is told and finds the
reason in their settings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from server.activity_log.queries import about_person
from server.activity_log.service import record
from server.messages import circles
from server.messages.model import Conversation
from server.messages.queries import Line, lines_of
from server.notifications.service import inform
from server.people.cards import PersonRow
from server.people.queries import people_by_ids, person_by_handle
from server.people.rules import HOUSE
from server.platform.errors import Invalid
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work
from server.posts.model import Audience, Post

VERB: Final = "break_glass"
LEAST_REASON: Final = 10
MOST_REASON: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which conversation: that of a reported message, or the latest of two people; and why."""

    post_id: int | None
    handles: Sequence[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation that was opened: who takes part, and its messages."""

    people: Sequence[PersonRow]
    lines: Sequence[Line]


def break_glass(w: Work, login_id: int, wanted: Wanted) -> Opened:
    """Open one conversation. Raises Invalid without a reason, or when there is none such."""
    reason = wanted.reason.strip()
    if not LEAST_REASON <= len(reason) <= MOST_REASON:
        raise _wrong("reason", say("Write why, in 10 to 500 letters."))
    found = _found(w, wanted)
    circle = circles.read(found.others) | {found.person_id}
    for person_id in circles.local(w, circle):
        record(
            w,
            login_id=login_id,
            verb=VERB,
            subject_type="person",
            subject_id=person_id,
            about={"role": "admin", "reason": reason},
        )
        inform(w, person_id, VERB, {})
    lines = lines_of(w, HOUSE, found.id)
    return Opened(list(people_by_ids(w, HOUSE, circle).values()), lines)


def _wrong(name: str, why: Message) -> Invalid:
    return Invalid(details={name: [("ERR_INVALID", why)]})


def _found(r: Reading, wanted: Wanted) -> Conversation:
    found = _of_post(r, wanted.post_id) if wanted.post_id is not None else _of_two(r, wanted)
    if found is None:
        raise _wrong("first", say("There is no such conversation."))
    return found


def _of_post(r: Reading, post_id: int) -> Conversation | None:
    post = r.session.get(Post, post_id)
    if post is None or post.audience != Audience.DIRECT:
        return None
    circle = circles.circle_of(r, post_id)
    pairs = [
        (Conversation.person_id == one) & (Conversation.others == circles.written(circle - {one}))
        for one in sorted(circle)
    ]
    return r.session.scalars(
        select(Conversation).where(Conversation.thread_id == post.conversation_id, or_(*pairs))
    ).first()


def _of_two(r: Reading, wanted: Wanted) -> Conversation | None:
    people = [person_by_handle(r, HOUSE, handle) for handle in wanted.handles]
    ids = [one.id for one in people if one is not None]
    if len(ids) != 2 or ids[0] == ids[1]:  # noqa: PLR2004 - a conversation of two
        return None
    pairs = [
        (Conversation.person_id == one) & (Conversation.others == str(other))
        for one, other in (ids, reversed(ids))
    ]
    latest = select(Conversation).where(or_(*pairs)).order_by(Conversation.last_id.desc())
    return r.session.scalars(latest.limit(1)).first()


@dataclass(frozen=True, slots=True)
class Opening:
    """That a conversation of somebody was opened, and the reason that was written down."""

    at: datetime
    reason: str


def openings_of(r: Reading, person_id: int) -> list[Opening]:
    """Return when conversations of somebody were opened, the latest first; for that person."""
    return [
        Opening(entry.created_at, str(entry.about.get("reason", "")))
        for entry in reversed(about_person(r, person_id))
        if entry.verb == VERB
    ]
