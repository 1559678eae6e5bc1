"""Makers of matches for tests: they walk the whole way through the services to the state wanted."""

from typing import Any

from sqlalchemy import select

from server.matching import service
from server.matching.model import Match, MatchState
from server.matching.queries import MatchRow, match_row
from server.matching.rules import By
from server.platform.instance import Instance
from server.platform.work import Reading, Work
from server.programmes.model import Participation, ParticipationState, Programme
from tests.support.programmes import make_programme, take_part

STAFF = 1
"""The number of a login of the staff that nobody signs in with."""
S = MatchState


async def make_match(
    instance: Instance,
    talent_id: int,
    other_id: int,
    state: MatchState = MatchState.BOTH_CONSENTED,
    *,
    programme_id: int | None = None,
    login_id: int = STAFF,
    **draft: Any,
) -> int:
    """Make a match of two people here in a state; they take part first when they do not yet.

    `draft` goes into `service.Draft` (score, explanation …). `closed` has the outcome `internship`.
    """
    if programme_id is None:
        programme_id = await _programme(instance)
    talent = await _part(instance, programme_id, talent_id)
    other = await _part(instance, programme_id, other_id)

    def unit(w: Work) -> int:
        wanted = service.Draft(talent_part_id=talent, other_part_id=other, **draft)
        made = service.draft_match(w, login_id, wanted).id
        _walk(w, made, MatchState(state), login_id)
        assert match_row(w, made).state == state
        return made

    return await instance.work(unit)


async def the_match(instance: Instance, match_id: int) -> MatchRow:
    """Return a match as it is now."""
    return await instance.read(match_row, match_id)


def _walk(w: Work, match_id: int, state: MatchState, login_id: int) -> None:
    row = match_row(w, match_id)
    assert row.talent_id is not None
    assert row.other_id is not None
    if state is S.DRAFT:
        return
    service.propose(w, match_id, login_id)
    if state is S.PROPOSED:
        return
    if state is S.WITHDRAWN:
        service.withdraw(w, match_id, login_id)
        return
    if state is S.EXPIRED:
        w.session.get_one(Match, match_id).expires_at = w.now
        assert service.expire(w, match_id)
        return
    if state is S.DECLINED:
        service.answer(w, match_id, row.talent_id, yes=False)
        return
    service.answer(w, match_id, row.talent_id, yes=True)
    if state is S.ACCEPTED_BY_TALENT:
        return
    service.answer(w, match_id, row.other_id, yes=True)
    _walk_on(w, match_id, state, login_id)


def _walk_on(w: Work, match_id: int, state: MatchState, login_id: int) -> None:
    """Go on from both having said yes."""
    row = match_row(w, match_id)
    if state is S.BOTH_CONSENTED:
        return
    if state is not S.FIRST_MEETING and row.agreement_version is not None:
        for person_id in (row.talent_id, row.other_id):
            assert person_id is not None
            service.agree(w, match_id, person_id, row.agreement_version)
    service.note_first_meeting(w, match_id)
    by = By.staff(login_id)
    if state is S.PAUSED:
        service.pause(w, match_id, by)
    if state is S.CLOSING:
        service.begin_closing(w, match_id, by)
    if state in {S.CLOSED, S.FOLLOWED_UP}:
        service.close_match(w, match_id, by, "internship")
    if state is S.FOLLOWED_UP:
        service.note_followed_up(w, match_id, by)


async def _programme(instance: Instance) -> int:
    """Return the last programme there is, or a new one."""

    def last(r: Reading) -> int | None:
        return r.session.scalar(select(Programme.id).order_by(Programme.id.desc()).limit(1))

    known = await instance.read(last)
    return known or (await make_programme(instance)).id


async def _part(instance: Instance, programme_id: int, person_id: int) -> int:
    """Return the accepted participation of somebody, or let them take part."""

    def known(r: Reading) -> int | None:
        return r.session.scalar(
            select(Participation.id).where(
                Participation.programme_id == programme_id,
                Participation.person_id == person_id,
                Participation.state == ParticipationState.ACCEPTED,
            )
        )

    found = await instance.read(known)
    return found or await take_part(instance, programme_id, person_id)
