"""What is written down of a mentor: training, the guide, and what staff saw on which day.

A document itself is never taken in: only that it was seen, by whom, and when (GDPR art. 10).
"""

from datetime import date
from typing import Final

from server.activity_log.service import record
from server.people.model import Person, PersonKind
from server.people.writing import insert_once
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.work import Work
from server.programmes.model import MentorRecord

MOST_TRAINING: Final = 40
MOST_NAME: Final = 80


def note_training(w: Work, person_id: int, what: str, on: date, *, by: int | None) -> None:
    """Write down a day of training. Raises NotFound for who is no mentor, Invalid."""
    what = what.strip()
    if not what:
        raise Invalid(details={"what": [("ERR_BLANK", say("can't be blank"))]})
    if len(what) > MOST_NAME:
        fault = say("is too long (at most %(most)s)", most=MOST_NAME)
        raise Invalid(details={"what": [("ERR_TOO_LONG", fault)]})
    _not_later(w, "on", on)
    row = _record(w, person_id)
    if len(row.training) >= MOST_TRAINING:
        fault = say("has too many entries (at most %(most)s)", most=MOST_TRAINING)
        raise Invalid(details={"what": [("ERR_TOO_MANY", fault)]})
    row.training = [*row.training, {"what": what, "on": on.isoformat()}]
    _saw(w, row, by, "training_noted")


def note_seen(
    w: Work, person_id: int, *, identity: date | None, check: date | None, by: int | None
) -> None:
    """Write down on which days staff saw a passport and a certificate; None takes it away."""
    for name, day in (("identity", identity), ("check", check)):
        if day is not None:
            _not_later(w, name, day)
    row = _record(w, person_id)
    row.identity_seen_on, row.check_seen_on = identity, check
    _saw(w, row, by, "mentor_seen")


def read_guide(w: Work, person_id: int) -> None:
    """Write down that a mentor has read the guide."""
    _record(w, person_id).guide_read_at = w.now
    w.session.flush()


def _record(w: Work, person_id: int) -> MentorRecord:
    person = w.session.get(Person, person_id)
    if person is None or person.kind != PersonKind.MENTOR:
        raise NotFound
    insert_once(w.session, MentorRecord, {"person_id": person_id, "training": []})
    return w.session.get_one(MentorRecord, person_id)


def _saw(w: Work, row: MentorRecord, by: int | None, verb: str) -> None:
    row.seen_by = by
    w.session.flush()
    record(w, login_id=by, verb=verb, subject_type="person", subject_id=row.person_id)


def _not_later(w: Work, name: str, day: date) -> None:
    if day > w.now.date():
        raise Invalid(details={name: [("ERR_INVALID", say("is out of range"))]})
