"""The changes of a match: answering, agreeing, meeting, resting, ending.

Each asks the table (`rules.TRANSITIONS`) through `changing.move` and nothing else for what is
possible; here stands what else has to hold, and who is told. Making and proposing pairs is in
`drafting`, whose functions are given out here too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from server.matching import telling
from server.matching.changing import held, keep_ban, move, saved, side_of, tell_pair
from server.matching.drafting import (
    Draft,
    PairRefused,
    SecondLookNeeded,
    ban_pair,
    draft_match,
    lift_ban,
    propose,
    set_locked,
)
from server.matching.events import MatchStopped, StaffAsked, Wish
from server.matching.model import Match, MatchState, Side
from server.matching.queries import MatchRow, match_for, row_of
from server.matching.rules import (
    ASKED,
    CONSENTED,
    FOLLOWED_UP_AFTER,
    OPEN_STATES,
    READ_ONLY,
    TERM,
    TIME,
    AnsweredAlready,
    By,
    MatchRefused,
    Step,
    TermOver,
    may,
)
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.work import Work
from server.programmes.queries import agreement_of, participation
from server.programmes.rules import OUTCOMES
from server.vocabularies.queries import is_known

__all__ = [
    "Draft",
    "More",
    "PairRefused",
    "SecondLookNeeded",
    "agree",
    "answer",
    "ask_staff",
    "ban_pair",
    "begin_closing",
    "close_match",
    "draft_match",
    "end_at_once",
    "expire",
    "lift_ban",
    "note_first_meeting",
    "note_followed_up",
    "pause",
    "propose",
    "rematch",
    "remind",
    "resume",
    "set_locked",
    "stop",
    "withdraw",
]

LONGEST_PAUSE: Final = timedelta(days=365)
_STOPPED_BY: Final[Mapping[Side, str]] = {Side.TALENT: "withdrew_T", Side.OTHER: "withdrew_M"}


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """What reports ask for beside the outcome; None is "not asked"."""

    at_skill_level: bool | None = None
    found_through_network: bool | None = None
    # The sector of the contact that it was found through: a code of the vocabulary `helix`.
    helix: str | None = None


_NO_MORE: Final = More()


def answer(w: Work, match_id: int, person_id: int, *, yes: bool) -> MatchRow:
    """Answer when it is one's turn; the talent's yes makes it the turn of the other side.

    A no needs no reason and forbids the pair. Raises NotFound for whoever was not asked,
    AnsweredAlready and TermOver.
    """
    match = _held_for(w, match_id, person_id)
    by = By.person(person_id)
    step = Step.ACCEPT if yes else Step.DECLINE
    _require_turn(w, match, side_of(match, by))
    state = move(w, match, step, by)
    if state is MatchState.ACCEPTED_BY_TALENT:
        match.other_asked_at, match.expires_at, match.reminded_at = w.now, w.now + TERM, None
        if match.other_id is not None:
            telling.tell(w, match.other_id, telling.MATCH_ASKED, match.id)
    elif state is MatchState.BOTH_CONSENTED:
        match.expires_at = None
        match.agreement_version = _version_of_today(w, match.programme_id)
        tell_pair(w, match, telling.MATCH_AGREED)
    else:
        match.expires_at = None
        if match.talent_id is not None and match.other_id is not None:
            keep_ban(w, match.talent_id, match.other_id, "refused")
        _never_came_about(w, match, but=person_id)
    return saved(w, match)


def agree(w: Work, match_id: int, person_id: int, version: int) -> MatchRow:
    """Accept the agreement in the version that was shown; once, by each of the two.

    Raises Invalid for another version, AnsweredAlready, and MatchRefused when it is too late.
    """
    match = _held_for(w, match_id, person_id)
    by = By.person(person_id)
    side = side_of(match, by)
    if match.agreement_version != version:
        raise Invalid(say("This text has changed. Please read it again."))
    if row_of(match).agreed_at(side) is not None:
        raise AnsweredAlready
    move(w, match, Step.AGREE, by)
    if side is Side.TALENT:
        match.talent_agreed_at = w.now
    else:
        match.other_agreed_at = w.now
    _start_if_ready(w, match, by)
    return saved(w, match)


def note_first_meeting(w: Work, match_id: int, by: By = TIME) -> MatchRow:
    """Note that the two have met; a later meeting changes nothing.

    From then on the match is active as soon as both have accepted the agreement.
    """
    match = _held_by(w, match_id, by)
    if match.state in CONSENTED and match.state != MatchState.BOTH_CONSENTED:
        return row_of(match)
    move(w, match, Step.MEET, by)
    _start_if_ready(w, match, by)
    return saved(w, match)


def pause(w: Work, match_id: int, by: By, until: datetime | None = None) -> MatchRow:
    """Let a match rest, until a day or without one. Raises Invalid for a day that is over."""
    match = _held_by(w, match_id, by)
    if until is not None and not w.now < until <= w.now + LONGEST_PAUSE:
        raise Invalid(details={"until": [("ERR_INVALID", say("This day is not possible."))]})
    move(w, match, Step.PAUSE, by)
    match.paused_until = until
    tell_pair(w, match, telling.MATCH_CHANGED, but=by.person_id)
    return saved(w, match)


def resume(w: Work, match_id: int, by: By = TIME) -> MatchRow:
    """Go on after a rest."""
    match = _held_by(w, match_id, by)
    move(w, match, Step.RESUME, by)
    match.paused_until = None
    tell_pair(w, match, telling.MATCH_CHANGED, but=by.person_id)
    return saved(w, match)


def begin_closing(w: Work, match_id: int, by: By) -> MatchRow:
    """Come to the end: last talks and questions; the coordinators write the outcome down."""
    match = _held_by(w, match_id, by)
    move(w, match, Step.END, by)
    match.paused_until = None
    tell_pair(w, match, telling.MATCH_CHANGED, but=by.person_id)
    if by.login_id is None:
        telling.tell_staff(w, match.programme_id, match.id)
    return saved(w, match)


def close_match(
    w: Work, match_id: int, by: By, outcome: str, more: More = _NO_MORE
) -> MatchRow:  # fmt: skip
    """End a match with what became of it, by staff; the two read for 14 days more.

    Raises Invalid for an outcome or a sector that there is not.
    """
    match = held(w, match_id)
    if outcome not in OUTCOMES or (more.helix and not is_known(w, "helix", more.helix)):
        raise Invalid(details={"outcome": [("ERR_INCLUSION", say("Choose from the list."))]})
    move(w, match, Step.CLOSE, by)
    _ended(w, match, outcome, more)
    tell_pair(w, match, telling.MATCH_ENDED)
    return saved(w, match)


def withdraw(w: Work, match_id: int, login_id: int) -> MatchRow:
    """Take back what was not agreed yet; whoever was asked hears that it did not come about."""
    match = held(w, match_id)
    move(w, match, Step.WITHDRAW, By.staff(login_id))
    match.expires_at = None
    tell_pair(w, match, telling.MATCH_OVER)
    return saved(w, match)


def end_at_once(
    w: Work, match_id: int, by_person_id: int, *, reads_on: bool = False
) -> MatchRow:  # fmt: skip
    """End a match because one of the two wants no more of it; tell the coordinators.

    What was agreed is closed, and with `reads_on` they may still read for 14 days; what was only
    asked is withdrawn. What is over already stays as it is. Raises NotFound for anybody else.
    """
    match = held(w, match_id)
    by = By.person(by_person_id)
    side = side_of(match, by)
    former = MatchState(match.state)
    if former not in OPEN_STATES:
        return row_of(match)
    move(w, match, Step.STOP, by)
    match.expires_at = None
    if former in CONSENTED:
        _ended(w, match, _STOPPED_BY[side])
        if not reads_on:
            match.readable_until = w.now
        tell_pair(w, match, telling.MATCH_ENDED, but=by_person_id)
    elif former in ASKED:
        tell_pair(w, match, telling.MATCH_OVER, but=by_person_id)
    telling.tell_staff(w, match.programme_id, match.id)
    w.emit(MatchStopped(match.id, match.programme_id, by_person_id))
    return saved(w, match)


def stop(w: Work, match_id: int, person_id: int) -> MatchRow:
    """End a match at once, as one of the two who was asked; before both agreed, take a yes back.

    Raises NotFound for whoever was not asked, and MatchRefused for what is over.
    """
    match = _held_for(w, match_id, person_id)
    if match.state not in OPEN_STATES:
        raise MatchRefused
    return end_at_once(w, match_id, person_id)


def rematch(w: Work, match_id: int, login_id: int, draft: Draft | None = None) -> MatchRow:
    """End a match that does not fit and, with `draft`, put its successor on the board.

    Returns the new draft, or the ended match. What is going on is closed as a mismatch, what is
    only asked is withdrawn; the former other side is not paired with the talent again.
    """
    former = row_of(held(w, match_id))
    if former.state in CONSENTED:
        former = close_match(w, match_id, By.staff(login_id), "mismatch")
    elif former.state in OPEN_STATES:
        former = withdraw(w, match_id, login_id)
    if former.talent_id is not None and former.other_id is not None:
        keep_ban(w, former.talent_id, former.other_id, "staff", login_id)
    if draft is None:
        return former
    other = participation(w, draft.other_part_id)
    if former.talent_id is None or former.other_id == other.person_id:
        raise PairRefused
    return draft_match(w, login_id, replace(draft, former_id=former.id))


def ask_staff(w: Work, match_id: int, person_id: int, wish: Wish) -> MatchRow:
    """Ask the staff for another pair, or to look again; nothing else changes.

    A second time is the same wish. Only a talent in a match that goes on asks for another pair.
    Raises NotFound for whoever was not asked, MatchRefused for what is over.
    """
    row = match_for(w, match_id, person_id)
    may_ask = row.is_open
    if wish is Wish.ANOTHER:
        may_ask = row.is_consented and row.side_of(person_id) is Side.TALENT
    if not may_ask:
        raise MatchRefused
    w.emit(StaffAsked(row.id, row.programme_id, person_id, wish))
    return row


def note_followed_up(w: Work, match_id: int, by: By) -> MatchRow:
    """Note that the talent was asked again, six months after the end."""
    match = held(w, match_id)
    move(w, match, Step.FOLLOW_UP, by)
    return saved(w, match)


def expire(w: Work, match_id: int) -> bool:
    """End a proposal whose term is over; tell whether it was."""
    match = held(w, match_id)
    is_over = match.expires_at is not None and match.expires_at <= w.now
    if match.state not in ASKED or not is_over:
        return False
    move(w, match, Step.EXPIRE, TIME)
    match.expires_at = None
    _never_came_about(w, match)
    w.session.flush()
    return True


def remind(w: Work, match_id: int) -> bool:
    """Remind whoever's turn it is, once; tell whether it was done."""
    match = held(w, match_id)
    if match.state not in ASKED or match.reminded_at is not None:
        return False
    turn = match.talent_id if match.state == MatchState.PROPOSED else match.other_id
    match.reminded_at = w.now
    w.session.flush()
    if turn is not None:
        telling.tell(w, turn, telling.MATCH_REMINDER, match.id)
    return True


def _held_for(w: Work, match_id: int, person_id: int) -> Match:
    """Return a match for one of the two whose turn it is or was. Raises NotFound."""
    match = held(w, match_id)
    match_for(w, match_id, person_id)
    return match


def _held_by(w: Work, match_id: int, by: By) -> Match:
    return held(w, match_id) if by.person_id is None else _held_for(w, match_id, by.person_id)


def _require_turn(w: Work, match: Match, side: Side) -> None:
    """Raise unless a side is asked now and in time."""
    if not may(MatchState(match.state), Step.ACCEPT, side):
        if match.state == MatchState.EXPIRED:
            raise TermOver
        raise AnsweredAlready if _answered(match, side) else MatchRefused
    if match.expires_at is not None and match.expires_at <= w.now:
        raise TermOver


def _answered(match: Match, side: Side) -> bool:
    """Tell whether a side has said yes or no, as far as the state shows."""
    if side is Side.TALENT:
        return match.other_asked_at is not None or match.state == MatchState.DECLINED
    return match.state in CONSENTED or match.state == MatchState.DECLINED


def _never_came_about(w: Work, match: Match, but: int | None = None) -> None:
    """Tell whoever was asked, in the same words whatever the cause, and the coordinators."""
    tell_pair(w, match, telling.MATCH_OVER, but=but)
    telling.tell_staff(w, match.programme_id, match.id)


def _version_of_today(w: Work, programme_id: int) -> int | None:
    try:
        return agreement_of(w, programme_id).version
    except NotFound:
        return None


def _start_if_ready(w: Work, match: Match, by: By) -> None:
    """Begin the work once the two have met and have accepted the agreement, if there is one."""
    needs_none = match.agreement_version is None
    both = match.talent_agreed_at is not None and match.other_agreed_at is not None
    if match.state == MatchState.FIRST_MEETING and (needs_none or both):
        match.started_at = w.now
        w.session.flush()
        move(w, match, Step.START, by)


def _ended(w: Work, match: Match, outcome: str, more: More = _NO_MORE) -> None:
    told: dict[str, Any] = {
        "at_skill_level": more.at_skill_level,
        "found_through_network": more.found_through_network,
        "helix": more.helix,
    }
    match.outcome = outcome
    match.outcome_more = {name: one for name, one in told.items() if one is not None}
    match.closed_at, match.paused_until = w.now, None
    match.readable_until = w.now + READ_ONLY
    match.follow_up_at = w.now + FOLLOWED_UP_AFTER
