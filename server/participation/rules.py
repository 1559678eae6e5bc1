"""Who may take part, and who moves up: pure decisions over a record and a moment.

What a record says about signing up is read here once into a `SignUp`. Everything that refuses is an
error of its own, so that pages, tests and the wire can tell them apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from schemas.rules import moment_of
from server.participation.model import PlaceState
from server.people.model import PersonKind
from server.platform.errors import Conflict, Invalid, NotAllowed
from server.platform.i18n import say
from server.posts.kinds.reading import number_in, text_in

MOST_TOGETHER: Final = 5
"""How many people one may bring along, oneself included."""
MAX_NOTE: Final = 500
MAX_MESSAGE: Final = 2_000
MAX_ANSWER: Final = 1_000
RETENTION: Final = timedelta(days=30)
_DOORS_OPEN: Final = timedelta(hours=2)
LIVE: Final = frozenset({PlaceState.REQUESTED, PlaceState.GOING, PlaceState.WAITING})
"""The states of somebody who counts on coming, or may yet."""
_TALENTS: Final = frozenset({PersonKind.TALENT, PersonKind.MENTOR})


class JoinMode(StrEnum):
    """How one takes part in an event (FEP-8a8e, Mobilizon)."""

    NONE = "none"
    FREE = "free"
    RESTRICTED = "restricted"
    EXTERNAL = "external"


class NoSignUp(Invalid):
    """The event has no sign-up here: none is needed, or it is elsewhere."""

    code = "no_sign_up"
    text = say("You cannot sign up for this event here.")


class OwnEvent(Invalid):
    """The organiser needs no place."""

    code = "own_event"
    text = say("This is your own event. You do not need a place.")


class SignUpOver(Conflict):
    """The event is over or cancelled, or its last day for signing up has passed."""

    code = "sign_up_over"
    text = say("Signing up for this event is over.")


class EventFull(Conflict):
    """There is no place left, and no waiting list."""

    code = "event_full"
    text = say("All places are taken.")


class PlaceRefused(NotAllowed):
    """The organiser has said no before."""

    code = "place_refused"
    text = say("The organiser could not give you a place at this event.")


class NotForHands(Invalid):
    """Hands are raised for open vacancies of this instance, by people who look for work."""

    code = "not_for_hands"
    text = say("You cannot show interest in this post here.")


@dataclass(frozen=True, slots=True)
class SignUp:
    """What the record of an event says about signing up; `capacity` None is no limit."""

    mode: JoinMode
    capacity: int | None
    has_waiting_list: bool
    until: datetime | None
    starts: datetime | None
    ends: datetime | None
    is_cancelled: bool

    @property
    def is_here(self) -> bool:
        """Tell whether one signs up on this instance."""
        return self.mode in {JoinMode.FREE, JoinMode.RESTRICTED}

    def is_over(self, now: datetime) -> bool:
        """Tell whether the event itself is over or cancelled."""
        return self.is_cancelled or (self.ends is not None and self.ends <= now)

    def is_open(self, now: datetime) -> bool:
        """Tell whether one may still sign up; once it began only those who have a place come."""
        last = self.until or self.starts
        return self.is_here and not self.is_over(now) and (last is None or now < last)

    def doors_are_open(self, now: datetime) -> bool:
        """Tell whether the organiser may note who came: from two hours before the start."""
        return self.starts is not None and now >= self.starts - _DOORS_OPEN


def sign_up_of(record: Mapping[str, Any], *, is_withdrawn: bool = False) -> SignUp:
    """Return what a checked record says about signing up; one that says nothing needs none."""
    mode = text_in(record, "joinMode")
    capacity = number_in(record, "maximumAttendeeCapacity")
    return SignUp(
        mode=JoinMode(mode) if mode in set(JoinMode) else JoinMode.NONE,
        capacity=None if capacity is None else int(capacity),
        has_waiting_list=record.get("waitingList") is True,
        until=moment_of(text_in(record, "registrationUntil")),
        starts=moment_of(text_in(record, "startTime")),
        ends=moment_of(text_in(record, "endTime")),
        is_cancelled=is_withdrawn or text_in(record, "eventStatus") == "EventCancelled",
    )


def free_places(sign_up: SignUp, taken: int) -> int | None:
    """Return how many places are left, None without a limit; never less than none."""
    return None if sign_up.capacity is None else max(0, sign_up.capacity - taken)


def state_of_new(sign_up: SignUp, *, number: int, free: int | None, waiting: int) -> PlaceState:
    """Return how a wish to come begins. Raises EventFull without a place or a list to wait on.

    Whoever comes later never overtakes those who wait.
    """
    if sign_up.mode is JoinMode.RESTRICTED:
        return PlaceState.REQUESTED
    return state_when_accepted(sign_up, number=number, free=free, waiting=waiting)


def state_when_accepted(
    sign_up: SignUp, *, number: int, free: int | None, waiting: int
) -> PlaceState:
    """Return where somebody stands once nobody has to be asked. Raises EventFull."""
    if free is None or (number <= free and waiting == 0):
        return PlaceState.GOING
    if not sign_up.has_waiting_list:
        raise EventFull
    return PlaceState.WAITING


@dataclass(frozen=True, slots=True)
class InLine:
    """Somebody in the waiting list: which place, for how many."""

    place_id: int
    number: int


def moving_up(line: Iterable[InLine], free: int | None) -> list[int]:
    """Return the places of those who move up, in the order of the line.

    A group that is too large for what is free keeps its turn and does not hold up who comes after.
    """
    up: list[int] = []
    left = free
    for one in line:
        if left is None or one.number <= left:
            up.append(one.place_id)
            left = None if left is None else left - one.number
    return up


def may_raise_hand(kind: PersonKind | None) -> bool:
    """Tell whether somebody of a kind can show interest: people, not organisations."""
    return kind in _TALENTS


def guarded_cells(cells: Sequence[object]) -> list[str]:
    """Return the cells of a line of CSV so that no spreadsheet takes one for a formula."""
    texts = ["" if one is None else str(one) for one in cells]
    return [f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text for text in texts]
