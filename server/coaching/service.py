"""What staff write into a case: notes, references, obstacles, the outcome, a hand-over.

Every change is for who may see the case (`sight`), and is written in the activity log without its
words.
"""

from collections.abc import Collection
from datetime import date
from typing import Final

from sqlalchemy import delete

from server.activity_log.service import record
from server.coaching import tasks
from server.coaching.colleagues import colleagues
from server.coaching.model import CaseNote, Obstacle, Reference, TaskKind
from server.coaching.rules import MOST_CASE_NOTE, OBSTACLES, OPEN, RESULTS, SERVICES
from server.coaching.sealed import NOTE
from server.coaching.sight import Sight, sight_of
from server.people.sealing import seal_for
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.work import Work
from server.privacy.ledger import has_agreed
from server.privacy.texts import REFERRAL
from server.programmes.service import finish, put_in_charge

Roles = Collection[str]
_UNKNOWN: Final = ("ERR_INCLUSION", say("is not included in the list"))


def add_note(w: Work, login_id: int, roles: Roles, part_id: int, text: str) -> None:
    """Write a note, sealed. Raises NotFound for a case of others, Invalid for no or long words."""
    sight = sight_of(w, login_id, roles, part_id)
    _write_note(w, sight, login_id, text, hands_over=False)


def _write_note(w: Work, sight: Sight, login_id: int, text: str, *, hands_over: bool) -> None:
    text, field = text.strip(), "why" if hands_over else "text"
    if not text:
        raise Invalid(details={field: [("ERR_BLANK", say("can't be blank"))]})
    if len(text) > MOST_CASE_NOTE:
        fault = say("is too long (at most %(most)s)", most=MOST_CASE_NOTE)
        raise Invalid(details={field: [("ERR_TOO_LONG", fault)]})
    person_id = sight.part.person_id
    w.session.add(
        CaseNote(
            id=w.new_id(),
            participation_id=sight.part.id,
            person_id=person_id,
            login_id=login_id,
            hands_over=hands_over,
            text_sealed=seal_for(w, person_id, text.encode(), NOTE),
            created_at=w.now,
        )
    )
    w.session.flush()
    _log(w, login_id, "write_case_note", sight)


def hand_over(
    w: Work, login_id: int, roles: Roles, part_id: int, *, to_login: int, text: str
) -> None:
    """Put a colleague in charge, with a note and a task for them.

    Raises NotFound for a case of others, Invalid for who does not work in the programme, or when
    there is no note.
    """
    sight = sight_of(w, login_id, roles, part_id)
    known = {one.login_id for one in colleagues(w, sight.part.programme_id)}
    if to_login not in known or to_login == sight.part.login_id:
        raise Invalid(details={"colleague": [_UNKNOWN]})
    _write_note(w, sight, login_id, text, hands_over=True)
    put_in_charge(w, part_id, to_login)
    _log(w, login_id, "hand_over_case", sight)
    if to_login != login_id:
        tasks.alert(
            w,
            TaskKind.HANDED_OVER,
            sight.part.programme_id,
            person_id=sight.part.person_id,
            login_id=to_login,
        )


def refer(
    w: Work, login_id: int, roles: Roles, part_id: int, *, service: str, on: date | None
) -> int:
    """Write down that somebody was pointed to a partner service, which they agreed to before.

    Raises NotFound for a case of others, Invalid for an unknown service, a day to come, or without
    their consent.
    """
    sight = sight_of(w, login_id, roles, part_id)
    day = on or w.now.date()
    if service not in SERVICES:
        raise Invalid(details={"service": [_UNKNOWN]})
    if day > w.now.date() or (w.now.date() - day).days > 3650:  # noqa: PLR2004 - ten years
        raise Invalid(details={"on": [("ERR_INVALID", say("is out of range"))]})
    if not has_agreed(w, sight.part.person_id, REFERRAL):
        fault = say("This person has not agreed to help from partner organisations.")
        raise Invalid(details={"service": [("ERR_CONSENT", fault)]})
    made = Reference(
        id=w.new_id(),
        participation_id=sight.part.id,
        person_id=sight.part.person_id,
        service=service,
        result=OPEN,
        referred_on=day,
        login_id=login_id,
    )
    w.session.add(made)
    w.session.flush()
    _log(w, login_id, "refer_to_service", sight)
    return made.id


def set_result(
    w: Work, login_id: int, roles: Roles, part_id: int, reference_id: int, result: str
) -> None:
    """Write down what came of a reference. Raises NotFound, Invalid."""
    sight = sight_of(w, login_id, roles, part_id)
    row = w.session.get(Reference, reference_id)
    if row is None or row.participation_id != sight.part.id:
        raise NotFound
    if result not in RESULTS:
        raise Invalid(details={"result": [_UNKNOWN]})
    row.result = result
    _log(w, login_id, "note_reference_result", sight)


def set_obstacles(
    w: Work, login_id: int, roles: Roles, part_id: int, codes: Collection[str]
) -> None:
    """Say what stands in somebody's way, as codes alone. Raises NotFound, Invalid."""
    sight = sight_of(w, login_id, roles, part_id)
    wanted = set(codes)
    if not wanted <= set(OBSTACLES):
        raise Invalid(details={"obstacles": [_UNKNOWN]})
    w.session.execute(delete(Obstacle).where(Obstacle.participation_id == part_id))
    for code in sorted(wanted):
        w.session.add(
            Obstacle(
                participation_id=part_id,
                code=code,
                person_id=sight.part.person_id,
                noted_at=w.now,
            )
        )
    w.session.flush()
    _log(w, login_id, "note_obstacles", sight)


def end_coaching(w: Work, login_id: int, roles: Roles, part_id: int, outcome: str) -> None:
    """Finish somebody's participation with an outcome code.

    Raises NotFound for a case of others, Invalid for an unknown code, Conflict when it is over.
    """
    sight = sight_of(w, login_id, roles, part_id)
    if not outcome:
        raise Invalid(details={"outcome": [_UNKNOWN]})
    finish(w, part_id, outcome=outcome, by=login_id)
    _log(w, login_id, "end_coaching", sight)


def _log(w: Work, login_id: int, verb: str, sight: Sight) -> None:
    record(
        w,
        login_id=login_id,
        verb=verb,
        subject_type="person",
        subject_id=sight.part.person_id,
        about={"role": sight.role},
    )
