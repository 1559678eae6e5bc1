"""The life of a match: one table of what may follow what, by whom; everything else follows from it.

A change is a step (`Step`) of a side (`Side`) in a state; what is not in `TRANSITIONS` cannot be
done by anybody. Nothing here reads or writes: `service` keeps what was decided.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self

from server.matching.model import MatchState, Side
from server.people.model import PersonKind
from server.platform.errors import Conflict
from server.platform.i18n import say


class Step(StrEnum):
    """What somebody does to a match."""

    PUT_FORWARD = "put_forward"
    """Staff would like to propose it; a second member of the staff has to agree."""
    PROPOSE = "propose"
    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    """Staff take back what was not agreed yet."""
    AGREE = "agree"
    """A side accepts the text of the agreement."""
    MEET = "meet"
    START = "start"
    """They have met and both have accepted the agreement: the work begins."""
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    """The last talks; nothing new is begun."""
    CLOSE = "close"
    STOP = "stop"
    """A side wants no more of it, at once: a block, a consent taken back, an erasure."""
    FOLLOW_UP = "follow_up"


Edge = tuple[MatchState, Step, Side]
_S, _D = MatchState, Step
_TALENT, _OTHER, _STAFF, _TIME = Side.TALENT, Side.OTHER, Side.STAFF, Side.TIME
_PAIR: Final = (_TALENT, _OTHER)
_ANYBODY: Final = (_TALENT, _OTHER, _STAFF)

ASKED: Final = frozenset({_S.PROPOSED, _S.ACCEPTED_BY_TALENT})
"""Somebody's answer is waited for."""
CONSENTED: Final = frozenset(
    {_S.BOTH_CONSENTED, _S.FIRST_MEETING, _S.ACTIVE, _S.PAUSED, _S.CLOSING}
)
"""Both have said yes: they see each other, may meet and write."""
OPEN_STATES: Final = frozenset({_S.DRAFT}) | ASKED | CONSENTED
"""It is not over; two people have one such match at most."""
ENDED: Final = frozenset({_S.CLOSED, _S.FOLLOWED_UP})
NEVER_BEGUN: Final = frozenset({_S.DECLINED, _S.EXPIRED, _S.WITHDRAWN})
READABLE: Final = CONSENTED | ENDED
"""What was written may be read: without end while it is open, for `READ_ONLY` after its end."""


def _edges(
    states: Iterable[MatchState], step: Step, sides: Iterable[Side], then: MatchState | None
) -> dict[Edge, MatchState]:
    """Return one row of the table for each state and side; `then` None stays where it is."""
    sides = tuple(sides)
    return {(state, step, side): then or state for state in states for side in sides}


_GOING: Final = (_S.BOTH_CONSENTED, _S.FIRST_MEETING, _S.ACTIVE, _S.PAUSED)

TRANSITIONS: Final[Mapping[Edge, MatchState]] = MappingProxyType(
    _edges([_S.DRAFT], _D.PUT_FORWARD, [_STAFF], None)
    | _edges([_S.DRAFT], _D.PROPOSE, [_STAFF], _S.PROPOSED)
    | _edges([_S.PROPOSED], _D.ACCEPT, [_TALENT], _S.ACCEPTED_BY_TALENT)
    | _edges([_S.PROPOSED], _D.DECLINE, [_TALENT], _S.DECLINED)
    | _edges([_S.ACCEPTED_BY_TALENT], _D.ACCEPT, [_OTHER], _S.BOTH_CONSENTED)
    | _edges([_S.ACCEPTED_BY_TALENT], _D.DECLINE, [_OTHER], _S.DECLINED)
    | _edges(ASKED, _D.EXPIRE, [_TIME], _S.EXPIRED)
    | _edges([_S.DRAFT, *ASKED], _D.WITHDRAW, [_STAFF], _S.WITHDRAWN)
    | _edges([_S.DRAFT, *ASKED], _D.STOP, _PAIR, _S.WITHDRAWN)
    | _edges([_S.BOTH_CONSENTED, _S.FIRST_MEETING], _D.AGREE, _PAIR, None)
    # The clock as well: the room of meetings notes that one was held.
    | _edges([_S.BOTH_CONSENTED], _D.MEET, [*_ANYBODY, _TIME], _S.FIRST_MEETING)
    | _edges([_S.FIRST_MEETING], _D.START, [*_ANYBODY, _TIME], _S.ACTIVE)
    | _edges([_S.ACTIVE], _D.PAUSE, _ANYBODY, _S.PAUSED)
    | _edges([_S.PAUSED], _D.RESUME, [*_ANYBODY, _TIME], _S.ACTIVE)
    | _edges(_GOING, _D.END, _ANYBODY, _S.CLOSING)
    | _edges(CONSENTED, _D.CLOSE, [_STAFF], _S.CLOSED)
    | _edges(CONSENTED, _D.STOP, _PAIR, _S.CLOSED)
    | _edges([_S.CLOSED], _D.FOLLOW_UP, [_TALENT, _STAFF], _S.FOLLOWED_UP)
)
"""(state, step, side) → the state that follows. The one place that says what is possible."""


class MatchRefused(Conflict):
    """What was asked for cannot be done to this match now."""

    code = "match_refused"
    text = say("This cannot be done any more. Please look at the page again.")


class AnsweredAlready(MatchRefused):
    """Somebody answers a second time."""

    code = "answered_already"
    text = say("You have answered already.")


class TermOver(MatchRefused):
    """Somebody answers after the term."""

    code = "term_over"
    text = say("The time to answer is over.")


def after(state: MatchState, step: Step, side: Side) -> MatchState:
    """Return the state that follows. Raises MatchRefused for what the table does not have."""
    follows = TRANSITIONS.get((MatchState(state), step, side))
    if follows is None:
        raise MatchRefused(detail=f"{side} cannot {step} a match that is {state}")
    return follows


def may(state: MatchState, step: Step, side: Side) -> bool:
    """Tell whether a side may do something in a state."""
    return (MatchState(state), step, side) in TRANSITIONS


TERM: Final = timedelta(days=7)
"""How long each side has for an answer."""
REMINDED_AFTER: Final = timedelta(days=3)
READ_ONLY: Final = timedelta(days=14)
"""How long they still see each other and read what they wrote after the end."""
FOLLOWED_UP_AFTER: Final = timedelta(days=182)
KEPT_UNBEGUN: Final = timedelta(days=90)
KEPT_WITH_PEOPLE: Final = timedelta(days=365)
KEPT_DECISIONS: Final = timedelta(days=730)

REASONS: Final = ("refused", "block", "conflict", "staff")
"""Codes of why two people must not be paired."""

KINDS_OF_OTHERS: Final = frozenset(
    {PersonKind.MENTOR, PersonKind.EMPLOYER, PersonKind.ORGANISATION}
)


@dataclass(frozen=True, slots=True)
class By:
    """Who makes a change: one of the two, somebody of the staff, or the clock."""

    person_id: int | None = None
    login_id: int | None = None

    @classmethod
    def person(cls, person_id: int) -> Self:
        """One of the two people."""
        return cls(person_id=person_id)

    @classmethod
    def staff(cls, login_id: int) -> Self:
        """Somebody of the staff, by their login."""
        return cls(login_id=login_id)


TIME: Final = By()
"""The clock, or a room that noticed something."""


def may_look(state: MatchState, side: Side, *, was_asked: bool) -> bool:
    """Tell whether a side may know of a match: only once it was their turn, never of a draft."""
    return side in _PAIR and was_asked and MatchState(state) is not MatchState.DRAFT


def shows_card(state: MatchState, side: Side) -> bool:
    """Tell whether a side is shown the card of the other: while asked, and while waiting."""
    asked = MatchState.PROPOSED if side is Side.TALENT else MatchState.ACCEPTED_BY_TALENT
    return MatchState(state) in {asked, MatchState.ACCEPTED_BY_TALENT}
