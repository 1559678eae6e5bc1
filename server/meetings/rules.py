"""What is decided about meetings without reading or writing: the life of one, and its times.

Times are kept as a clock on the wall shows them, with the name of its zone: a meeting at two stays
at two when summer time begins in between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from server.meetings.model import MeetingState, Mode, Side
from server.platform.errors import Conflict, FieldFaults, Invalid
from server.platform.i18n import Message, say

MOST_TIMES: Final = 5
MOST_PLACE: Final = 300
MOST_NOTE: Final = 1000
MOST_ITEM: Final = 300
MOST_ITEMS: Final = 100
FARTHEST: Final = timedelta(days=366)
LENGTHS: Final = (30, 45, 60, 90, 120, 180)
DAY_BEFORE: Final = timedelta(days=1)
HOUR_BEFORE: Final = timedelta(hours=1)
DATES_KEPT: Final = timedelta(days=730)
WORDS_KEPT: Final = timedelta(days=90)
AGAIN_KEPT: Final = timedelta(days=180)
ASKED_AFTER_EVENT: Final = timedelta(days=30)
ROOM: Final = "{room}"


class Act(StrEnum):
    """What can be done to a meeting."""

    CHOOSE = "choose"
    """The side that is asked takes one of the times."""
    COUNTER = "counter"
    """The side that is asked names other times; now the other side is asked."""
    MOVE = "move"
    """Either side gives the agreed time up and names others."""
    CANCEL = "cancel"
    HOLD = "hold"
    """Either side says, from its beginning on, that it takes or took place."""
    MISS = "miss"
    """Either side says, from its beginning on, that somebody did not come."""


_OPEN: Final = (MeetingState.PROPOSED, MeetingState.MOVED)

TRANSITIONS: Final[Mapping[Act, Mapping[MeetingState, MeetingState]]] = {
    Act.CHOOSE: dict.fromkeys(_OPEN, MeetingState.CONFIRMED),
    Act.COUNTER: {one: one for one in _OPEN},
    Act.MOVE: {MeetingState.CONFIRMED: MeetingState.MOVED},
    Act.CANCEL: dict.fromkeys((*_OPEN, MeetingState.CONFIRMED), MeetingState.CANCELLED),
    Act.HOLD: {MeetingState.CONFIRMED: MeetingState.DONE},
    Act.MISS: {MeetingState.CONFIRMED: MeetingState.NO_SHOW},
}
"""The life of a meeting: what may be done in which state, and what follows. There is no other."""

UNDECIDED: Final = frozenset(_OPEN)
COMING: Final = frozenset({*_OPEN, MeetingState.CONFIRMED})
OVER: Final = frozenset({MeetingState.DONE, MeetingState.NO_SHOW})
_TURN: Final = frozenset({Act.CHOOSE, Act.COUNTER})
_BEFORE: Final = frozenset({Act.MOVE})
_AFTER: Final = frozenset({Act.HOLD, Act.MISS})


class NotNow(Conflict):
    """This cannot be done to the meeting as it stands: somebody was faster, or it is not time."""

    code = "meeting_changed"
    text = say("The meeting is different now. Please look at it again.")


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about an act: the state, whose turn it is, when it begins."""

    state: MeetingState
    asked: Side | None
    starts_at: datetime | None


def state_after(meeting: Standing, act: Act, side: Side, now: datetime) -> MeetingState:
    """Return the state that an act of a side leads to. Raises NotNow when it may not be done."""
    following = TRANSITIONS[act].get(meeting.state)
    if following is None or (act in _TURN and meeting.asked != side):
        raise NotNow
    has_begun = meeting.starts_at is not None and meeting.starts_at <= now
    if (act in _BEFORE and has_begun) or (act in _AFTER and not has_begun):
        raise NotNow
    return following


def acts_of(meeting: Standing, side: Side, now: datetime) -> frozenset[Act]:
    """Return what a side may do now; pages show exactly these buttons."""
    return frozenset(act for act in Act if _may(meeting, act, side, now))


def _may(meeting: Standing, act: Act, side: Side, now: datetime) -> bool:
    try:
        state_after(meeting, act, side, now)
    except NotNow:
        return False
    return True


def other_side(side: Side) -> Side:
    """Return the other of the two."""
    return Side.SECOND if side is Side.FIRST else Side.FIRST


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody proposes: times on the wall of a zone, how long, how and where."""

    times: Sequence[str]
    zone: str
    minutes: int
    mode: Mode
    place: str = ""


def checked_wish(wish: Wish, now: datetime) -> Wish:
    """Return a wish with its times in order, each once. Raises Invalid with what is wrong.

    One to five times that exist on that clock, in the future and within a year.
    """
    faults: dict[str, list[tuple[str, Message | str]]] = {}
    if not is_zone(wish.zone):
        faults["zone"] = [("ERR_INVALID", say("is not a time zone"))]
    elif fault := _fault_of_times(wish.times, wish.zone, now):
        faults["times"] = [fault]
    if wish.minutes not in LENGTHS:
        faults["minutes"] = [("ERR_INCLUSION", say("is not included in the list"))]
    if len(wish.place) > MOST_PLACE:
        faults["place"] = [("ERR_TOO_LONG", say("is too long (at most %(most)s)", most=MOST_PLACE))]
    _raise(faults)
    times = sorted({_wall(text).isoformat(timespec="minutes") for text in wish.times})
    return Wish(times, wish.zone, wish.minutes, wish.mode, wish.place.strip())


def _raise(faults: FieldFaults) -> None:
    if faults:
        raise Invalid(details=faults)


def _fault_of_times(times: Sequence[str], zone: str, now: datetime) -> tuple[str, Message] | None:
    if not times:
        return "ERR_BLANK", say("can't be blank")
    if len(times) > MOST_TIMES:
        return (
            "ERR_TOO_MANY",
            say("has too many entries (at most %(most)s)", most=MOST_TIMES),
        )
    found = [fault for text in times if (fault := _fault_of_time(text, zone, now)) is not None]
    return ("ERR_INVALID", found[0]) if found else None


def _fault_of_time(text: str, zone: str, now: datetime) -> Message | None:
    try:
        moment = moment_on(text, zone)
    except ValueError:
        return say("must be a date and time")
    if moment is None:
        return say("does not exist: the clocks change that night")
    if moment <= now:
        return say("must be in the future")
    return say("must be within a year") if moment > now + FARTHEST else None


def _wall(text: str) -> datetime:
    """Return a time on a wall, to the minute. Raises ValueError for anything else."""
    wall = datetime.fromisoformat(text.strip())
    if wall.tzinfo is not None:
        raise ValueError("a time on the wall has no offset")
    return wall.replace(second=0, microsecond=0)


def moment_on(text: str, zone: str) -> datetime | None:
    """Return the moment (in UTC) when a clock of the zone shows this; None when it never does.

    Of a time that comes twice, in the night when summer time ends, the first. Raises ValueError
    for a text that is no time.
    """
    wall = _wall(text)
    try:
        moment = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except OverflowError as broken:
        raise ValueError("no such time") from broken
    is_shown = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall
    return moment if is_shown else None


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Tell whether this is an IANA time zone of this machine."""
    return name in _zones()


@cache
def usual_zones() -> tuple[str, ...]:
    """Return the zones that forms offer; any other can be typed."""
    return tuple(sorted(one for one in _zones() if one.startswith("Europe/")))


def link_of(pattern: str, room: str) -> str:
    """Return the address of a video room; `room` must be a secret of letters, digits, - and _."""
    return pattern.replace(ROOM, room)


def offered_modes(pattern: str) -> tuple[Mode, ...]:
    """Return the ways to meet; video only where the operator has a service for it."""
    return tuple(one for one in Mode if one is not Mode.VIDEO or pattern)


def is_web_link(text: str) -> bool:
    """Tell whether a text is an address that a page may lead to."""
    parts = urlsplit(text)
    return parts.scheme == "https" and bool(parts.hostname)


def due_reminder(
    starts_at: datetime, day_sent: datetime | None, hour_sent: datetime | None, now: datetime
) -> timedelta | None:
    """Return which reminder is due, one day or one hour before; None for none.

    Whoever gets the one of the last hour does not get the one of the day any more.
    """
    if now >= starts_at:
        return None
    if starts_at - now <= HOUR_BEFORE:
        return HOUR_BEFORE if hour_sent is None else None
    if starts_at - now <= DAY_BEFORE:
        return DAY_BEFORE if day_sent is None else None
    return None
