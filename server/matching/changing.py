"""The one way a match changes: a step by the table, written down and announced.

`service` decides what else has to hold; nothing but `move` writes the state of a match.
"""

from typing import Final

from sqlalchemy import update

from server.activity_log.service import record
from server.matching import telling
from server.matching.events import MatchChanged
from server.matching.model import Match, MatchEvent, MatchState, PairBan, Side
from server.matching.queries import MatchRow, row_of
from server.matching.rules import By, MatchRefused, Step, after
from server.people.writing import insert_once
from server.platform.errors import NotFound
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Work

SUBJECT: Final = "match"


def held(w: Work, match_id: int) -> Match:
    """Return a match that nobody else changes until this unit of work ends. Raises NotFound."""
    one_at_a_time(w.session, match_id)
    match = w.session.get(Match, match_id, populate_existing=True)
    if match is None:
        raise NotFound
    return match


def side_of(match: Match, by: By) -> Side:
    """Return as what somebody acts. Raises NotFound for whoever is neither of the two."""
    if by.login_id is not None:
        return Side.STAFF
    if by.person_id is None:
        return Side.TIME
    side = row_of(match).side_of(by.person_id)
    if side is None:
        raise NotFound
    return side


def move(w: Work, match: Match, step: Step, by: By) -> MatchState:
    """Take one step and return the state that follows. Raises MatchRefused by the table.

    The row is changed only when it still is in the state that the step was decided for.
    """
    side = side_of(match, by)
    former = MatchState(match.state)
    state = after(former, step, side)
    if state is not former:
        changed = w.session.execute(
            update(Match)
            .where(Match.id == match.id, Match.state == former)
            .values(state=state, state_at=w.now)
        )
        if not getattr(changed, "rowcount", 0):
            raise MatchRefused
        w.session.refresh(match, ["state", "state_at"])
    note(w, match, former, step, by)
    if state is not former:
        w.emit(MatchChanged(match.id, match.programme_id, former, state))
    return state


def note(w: Work, match: Match, former: MatchState | None, step: Step | None, by: By) -> None:
    """Write a change down: with the match, and in the activity log when staff made it."""
    w.session.add(
        MatchEvent(
            id=w.new_id(),
            match_id=match.id,
            former=former,
            state=match.state,
            step=step,
            by=side_of(match, by),
            login_id=by.login_id,
            at=w.now,
        )
    )
    w.session.flush()
    if by.login_id is not None:
        log(w, by.login_id, f"match_{step or 'draft'}", match)


def log(w: Work, login_id: int, verb: str, match: Match) -> None:
    """Write in the activity log what somebody of the staff did to a match."""
    record(
        w,
        login_id=login_id,
        verb=verb,
        subject_type=SUBJECT,
        subject_id=match.id,
        about={"programme": str(match.programme_id), "state": str(match.state)},
    )


def tell_pair(w: Work, match: Match, kind: str, *, but: int | None = None) -> None:
    """Tell both people who know of the match, but the one who did it."""
    asked = ((match.talent_id, match.talent_asked_at), (match.other_id, match.other_asked_at))
    for person_id, asked_at in asked:
        if person_id is not None and asked_at is not None and person_id != but:
            telling.tell(w, person_id, kind, match.id)


def keep_ban(
    w: Work, talent_id: int, other_id: int, reason: str, login_id: int | None = None
) -> None:
    """Write down that two people must not be paired; a second time changes nothing."""
    insert_once(
        w.session,
        PairBan,
        {
            "talent_id": talent_id,
            "other_id": other_id,
            "reason": reason,
            "login_id": login_id,
            "created_at": w.now,
        },
    )


def saved(w: Work, match: Match) -> MatchRow:
    """Write what was set and return the match."""
    w.session.flush()
    return row_of(match)
