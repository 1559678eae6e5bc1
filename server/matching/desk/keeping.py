"""What the desk holds about people: their copy of it, and when it is deleted."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, or_, select

from server.matching.desk.decisions import KEPT_OPEN, reason_of
from server.matching.desk.model import BoardMark, CardOpening, DeskNote
from server.matching.desk.notes import text_of
from server.matching.model import Decision
from server.platform.storage.old import Old, delete_old
from server.platform.work import Reading, Work

NOTES_KEPT: Final = timedelta(days=365)


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return the notes about a talent, and why somebody was chosen for them."""
    notes = r.session.scalars(
        select(DeskNote).where(DeskNote.talent_id == person_id).order_by(DeskNote.id)
    )
    decided = r.session.scalars(
        select(Decision).where(Decision.talent_id == person_id).order_by(Decision.id)
    )
    return {
        "notes_of_coordinators": [
            {"at": one.at.isoformat(), "text": text_of(r, one)} for one in notes
        ],
        "decisions_of_coordinators": [
            {"at": one.at.isoformat(), "as_suggested": one.followed, "reason": reason_of(r, one)}
            for one in decided
        ],
    }


def forget_person(w: Work, person_id: int) -> None:
    """Delete what the desk holds of somebody who leaves."""
    w.session.execute(delete(DeskNote).where(DeskNote.talent_id == person_id))
    for table in (BoardMark, CardOpening):
        theirs = or_(table.talent_id == person_id, table.other_id == person_id)
        w.session.execute(delete(table).where(theirs))
    w.session.flush()


def forget_old(w: Work) -> None:
    """Delete openings of cards after seven days, and notes after twelve months."""
    delete_old(w.session, old_at(w.now))


def old_at(at: datetime) -> list[Old]:
    """Return what of the desk is too old at a moment."""
    return [
        (CardOpening, CardOpening.opened_at <= at - KEPT_OPEN),
        (DeskNote, DeskNote.at <= at - NOTES_KEPT),
    ]
