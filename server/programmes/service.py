"""Taking part: applying, the intake, being accepted or refused, pausing, leaving, finishing.

What staff do to a programme itself is in `leading`, what they write down of mentors in `mentors`.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from server.activity_log.service import record
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.people.sealing import seal_for
from server.people.writing import rows_changed
from server.platform.errors import Conflict, Invalid, NotAllowed, NotFound
from server.platform.i18n import say
from server.platform.storage.old import count_old
from server.platform.work import Reading, Work
from server.privacy.ledger import Manner, has_agreed, write_decision
from server.privacy.texts import MATCHING, ShownText
from server.programmes.events import ParticipationChanged
from server.programmes.model import Participation, ParticipationState, Role
from server.programmes.queries import (
    WISHES,
    ParticipationRow,
    participation,
    programme,
    public_programme,
    wishes_of,
)
from server.programmes.rules import (
    APPLICATION_KEPT,
    INSIDE,
    MATCHED_IN,
    MOST_CAPACITY,
    MOST_WISHES,
    OPEN,
    OUTCOMES,
    may_change,
    role_of,
)
from server.programmes.telling import tell_accepted, tell_of_application, tell_refused

S: Final = ParticipationState


class NoCall(Conflict):
    """The programme takes no applications now."""

    code = "no_call"
    text = say("You cannot apply here now.")


class AppliedAlready(Conflict):
    """They take part, or wait for an answer."""

    code = "applied_already"
    text = say("You applied already.")


class NotYours(NotAllowed):
    """People of this kind do not take part in programmes."""

    code = "wrong_kind"


class CannotChange(Conflict):
    """Where they stand allows no such change, or somebody else was quicker."""

    code = "cannot_change"
    text = say("This cannot be done now. Load the page again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What somebody says when they apply; `wishes` are sealed."""

    wishes: str = ""
    capacity: int = 1
    available_until: date | None = None
    by_hand: bool = False


def apply(
    w: Work,
    person_id: int,
    programme_id: int,
    application: Application,
    *,
    agreed: ShownText | None = None,
    by: int | None = None,
) -> int:
    """Apply to a programme and return the participation.

    `agreed` is the text of the consent as they just read it, when they had not agreed before.
    Raises NotFound, NoCall, NotYours, AppliedAlready, Invalid.
    """
    if not public_programme(w, programme_id).takes_applications(w.now.date()):
        raise NoCall
    made = _enter(w, person_id, programme_id, application, agreed=agreed, by=by)
    tell_of_application(w, programme_id)
    return made


def add(
    w: Work, person_id: int, programme_id: int, application: Application, *, by: int | None
) -> int:
    """Note an application for somebody who gave it to the staff, after the call as well.

    Their consent must be in the ledger. Raises NotFound, NoCall, NotYours, AppliedAlready, Invalid.
    """
    if programme(w, programme_id).state not in MATCHED_IN:
        raise NoCall
    return _enter(w, person_id, programme_id, application, agreed=None, by=by)


def invite_to_intake(w: Work, participation_id: int, *, on: date | None, by: int | None) -> None:
    """Plan the first talk, or write down when it was."""
    row = participation(w, participation_id)
    if row.state is not S.INTAKE:
        _move(w, row, S.INTAKE, by)
    _set(w, participation_id, intake_on=on)


def accept(w: Work, participation_id: int, *, by: int | None) -> None:
    """Let somebody take part, and tell them. Raises Invalid when all places are taken."""
    row = participation(w, participation_id)
    if row.state not in {S.APPLIED, S.INTAKE}:
        raise CannotChange
    if not has_agreed(w, row.person_id, MATCHING):
        raise Invalid(say("There is no consent."))
    _check_place(w, row)
    _move(w, row, S.ACCEPTED, by, accepted_at=w.now)
    tell_accepted(w, row)


def refuse(w: Work, participation_id: int, *, by: int | None) -> None:
    """Say no to an application, and tell them."""
    row = participation(w, participation_id)
    _move(w, row, S.REFUSED, by, ended_at=w.now)
    tell_refused(w, row)


def pause(w: Work, participation_id: int, *, until: date | None, by: int | None) -> None:
    """Rest without shame: nobody new is proposed meanwhile."""
    if until is not None and until < w.now.date():
        raise Invalid(details={"until": [("ERR_INVALID", say("is out of range"))]})
    _move(w, participation(w, participation_id), S.PAUSED, by, paused_until=until)


def resume(w: Work, participation_id: int, *, by: int | None) -> None:
    """Go on after a rest. Raises Invalid without consent."""
    row = participation(w, participation_id)
    if row.state is not S.PAUSED:
        raise CannotChange
    if not has_agreed(w, row.person_id, MATCHING):
        raise Invalid(say("There is no consent."))
    _move(w, row, S.ACCEPTED, by, paused_until=None)


def resume_rested(w: Work) -> int:
    """Let everybody go on whose rest is over and whose consent still stands; return how many."""
    rested = w.session.execute(
        select(Participation.id, Participation.person_id).where(
            Participation.state == S.PAUSED, Participation.paused_until < w.now.date()
        )
    ).all()
    ready = [one for one, person_id in rested if has_agreed(w, person_id, MATCHING)]
    for participation_id in ready:
        resume(w, participation_id, by=None)
    return len(ready)


def withdraw(w: Work, participation_id: int, *, by: int | None) -> None:
    """Leave a programme, or take an application back."""
    _move(w, participation(w, participation_id), S.WITHDRAWN, by, ended_at=w.now)


def finish(w: Work, participation_id: int, *, outcome: str | None, by: int | None) -> None:
    """End a participation with what became of it. Raises Invalid for an unknown outcome."""
    if outcome is not None and outcome not in OUTCOMES:
        raise Invalid(details={"outcome": [("ERR_INCLUSION", say("is not included in the list"))]})
    row = participation(w, participation_id)
    _move(w, row, S.FINISHED, by, ended_at=w.now, outcome=outcome)


def end_with_programme(w: Work, participation_id: int, *, by: int | None) -> None:
    """End a participation because its programme closes; an outcome that stands is kept."""
    row = participation(w, participation_id)
    finish(w, participation_id, outcome=row.outcome, by=by)


def set_availability(
    w: Work, participation_id: int, *, capacity: int, available_until: date | None
) -> None:
    """Say how many people at the same time, and until when. Raises Invalid."""
    row = participation(w, participation_id)
    if row.state not in OPEN:
        raise CannotChange
    _check_offer(w, capacity, available_until)
    _set(w, participation_id, capacity=capacity, available_until=available_until)


def set_by_hand(w: Work, participation_id: int, *, by_hand: bool) -> None:
    """Choose to be matched without a score, or with one."""
    if participation(w, participation_id).state not in OPEN:
        raise CannotChange
    _set(w, participation_id, by_hand=by_hand)


def put_in_charge(w: Work, participation_id: int, login_id: int | None) -> None:
    """Name the coach in charge."""
    participation(w, participation_id)
    _set(w, participation_id, login_id=login_id)


def note_intake(w: Work, participation_id: int, note: str) -> None:
    """Keep notes of the first talk, sealed beside the wishes; the person may read them."""
    row = participation(w, participation_id)
    said = {**wishes_of(w, participation_id), "intake": _short(note, "intake")}
    _set(w, participation_id, wishes_sealed=_sealed(w, row.person_id, said))


def forget_old(w: Work) -> int:
    """Delete applications that came to nothing, and the wishes of who ended, after 90 days."""
    w.session.execute(
        update(Participation).where(_with_old_wishes(w.now)).values(wishes_sealed=None)
    )
    return rows_changed(w.session.execute(delete(Participation).where(_came_to_nothing(w.now))))


def too_old(r: Reading, at: datetime) -> int:
    """Return how many applications and wishes `forget_old` would delete at a moment."""
    which = or_(_came_to_nothing(at), _with_old_wishes(at))
    return count_old(r.session, [(Participation, which)])


def _came_to_nothing(at: datetime) -> ColumnElement[bool]:
    return and_(
        Participation.state_at < at - APPLICATION_KEPT,
        Participation.state.in_((S.REFUSED, S.WITHDRAWN)),
        Participation.accepted_at.is_(None),
    )


def _with_old_wishes(at: datetime) -> ColumnElement[bool]:
    return and_(
        Participation.state_at < at - APPLICATION_KEPT,
        Participation.state.not_in(OPEN),
        Participation.wishes_sealed.is_not(None),
    )


def _enter(
    w: Work,
    person_id: int,
    programme_id: int,
    application: Application,
    *,
    agreed: ShownText | None,
    by: int | None,
) -> int:
    person = person_of(w, HOUSE, person_id)
    role = role_of(person.kind) if person.is_local else None
    if role is None:
        raise NotYours
    if w.session.scalar(_open_ones(programme_id).where(Participation.person_id == person_id)):
        raise AppliedAlready
    _check_offer(w, application.capacity, application.available_until)
    wishes = _short(application.wishes, "wishes")
    _agree(w, person_id, agreed, by)
    row = Participation(
        id=w.new_id(),
        programme_id=programme_id,
        person_id=person_id,
        role=role,
        state=S.APPLIED,
        applied_at=w.now,
        state_at=w.now,
        capacity=1 if role is Role.TALENT else application.capacity,
        available_until=application.available_until,
        by_hand=application.by_hand,
        wishes_sealed=_sealed(w, person_id, {"wishes": wishes}) if wishes else None,
    )
    w.session.add(row)
    w.session.flush()
    _announce(w, row.id, person_id, None, S.APPLIED, by)
    return row.id


def _agree(w: Work, person_id: int, agreed: ShownText | None, by: int | None) -> None:
    if has_agreed(w, person_id, MATCHING):
        return
    if agreed is None or agreed.purpose != MATCHING.name:
        fault = say("We can look for somebody only if you agree.")
        raise Invalid(details={"agreed": [("ERR_ACCEPTED", fault)]})
    write_decision(w, person_id, agreed, given=True, manner=Manner(login_id=by))


def _move(
    w: Work, row: ParticipationRow, state: ParticipationState, by: int | None, **more: object
) -> None:
    """Change where somebody stands; the only place that does. Raises CannotChange."""
    if not may_change(row.state, state):
        raise CannotChange
    moved = w.session.execute(
        update(Participation)
        .where(Participation.id == row.id, Participation.state == row.state)
        .values(state=state, state_at=w.now, **more)
        .execution_options(synchronize_session="fetch")
    )
    if not rows_changed(moved):
        raise CannotChange
    _announce(w, row.id, row.person_id, row.state, state, by)


def _announce(
    w: Work,
    participation_id: int,
    person_id: int,
    former: ParticipationState | None,
    state: ParticipationState,
    by: int | None,
) -> None:
    record(
        w,
        login_id=by,
        verb=f"participation_{state.value}",
        subject_type="participation",
        subject_id=participation_id,
    )
    w.emit(ParticipationChanged(participation_id, person_id, former, state))


def _set(w: Work, participation_id: int, **values: object) -> None:
    w.session.execute(
        update(Participation).where(Participation.id == participation_id).values(**values)
    )


def _check_offer(w: Work, capacity: int, available_until: date | None) -> None:
    if not 1 <= capacity <= MOST_CAPACITY:
        fault = say("must be between %(least)s and %(most)s", least=1, most=MOST_CAPACITY)
        raise Invalid(details={"capacity": [("ERR_INVALID", fault)]})
    if available_until is not None and available_until < w.now.date():
        raise Invalid(details={"available_until": [("ERR_INVALID", say("is out of range"))]})


def _check_place(w: Work, row: ParticipationRow) -> None:
    places = programme(w, row.programme_id).places
    if row.role is not Role.TALENT or places is None:
        return
    taken = w.session.scalar(
        select(func.count())
        .select_from(Participation)
        .where(
            Participation.programme_id == row.programme_id,
            Participation.role == Role.TALENT,
            Participation.state.in_(INSIDE),
        )
    )
    if (taken or 0) >= places:
        raise Invalid(say("All places are taken."))


def _open_ones(programme_id: int) -> Any:  # noqa: ANN401 - SQLAlchemy's Select
    return select(Participation.id).where(
        Participation.programme_id == programme_id, Participation.state.in_(OPEN)
    )


def _short(text: str, name: str) -> str:
    if len(text) > MOST_WISHES:
        fault = say("is too long (at most %(most)s)", most=MOST_WISHES)
        raise Invalid(details={name: [("ERR_TOO_LONG", fault)]})
    return text.strip()


def _sealed(w: Work, person_id: int, said: dict[str, str]) -> bytes:
    return seal_for(w, person_id, json.dumps(said).encode(), WISHES)


def own_participation(w: Work, participation_id: int, person_id: int) -> ParticipationRow:
    """Return somebody's own. Raises NotFound for another's."""
    row = participation(w, participation_id)
    if row.person_id != person_id:
        raise NotFound
    return row
