"""Notes of coordinators to each other about a talent who waits; sealed under the talent's key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from server.matching.desk.model import DeskNote
from server.people.sealing import open_for, seal_for
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.work import Reading, Work

MOST: Final = 1_000
_SEALED_AS: Final = "note of the desk"


@dataclass(frozen=True, slots=True)
class Note:
    """A note, opened; `is_mine` for whoever reads it."""

    id: int
    text: str
    at: datetime
    is_mine: bool


def write_note(w: Work, login_id: int, programme_id: int, talent_id: int, text: str) -> None:
    """Keep a note about a talent. Raises Invalid for an empty or a too long one."""
    words = text.strip()
    if not words:
        raise Invalid(details={"note": [("ERR_BLANK", say("can't be blank"))]})
    if len(words) > MOST:
        fault = say("is too long (at most %(most)s)", most=MOST)
        raise Invalid(details={"note": [("ERR_TOO_LONG", fault)]})
    w.session.add(
        DeskNote(
            id=w.new_id(),
            programme_id=programme_id,
            talent_id=talent_id,
            login_id=login_id,
            sealed=seal_for(w, talent_id, words.encode(), _SEALED_AS),
            at=w.now,
        )
    )


def delete_note(w: Work, programme_id: int, note_id: int) -> int:
    """Delete a note of a programme and return whom it was about. Raises NotFound."""
    row = w.session.get(DeskNote, note_id)
    if row is None or row.programme_id != programme_id:
        raise NotFound
    talent_id = row.talent_id
    w.session.execute(delete(DeskNote).where(DeskNote.id == note_id))
    return talent_id


def notes_about(r: Reading, programme_id: int, talent_id: int, login_id: int) -> list[Note]:
    """Return the notes about a talent in a programme, the newest first."""
    rows = r.session.scalars(
        select(DeskNote)
        .where(DeskNote.talent_id == talent_id, DeskNote.programme_id == programme_id)
        .order_by(DeskNote.id.desc())
    )
    return [Note(row.id, text_of(r, row), row.at, row.login_id == login_id) for row in rows]


def text_of(r: Reading, row: DeskNote) -> str:
    """Return the words of a note."""
    return open_for(r, row.talent_id, row.sealed, _SEALED_AS).decode()
