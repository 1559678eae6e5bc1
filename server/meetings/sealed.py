"""What is sealed of meetings, and under whose key: the place and one note of each side."""

from typing import Final

from server.meetings.model import Meeting, Side
from server.people.sealing import open_for, seal_for
from server.platform.secrets import SecretsError
from server.platform.work import Reading, Work

_PLACE: Final = "place of a meeting"
_NOTE: Final = "note of a meeting"


def seal_place(w: Work, meeting: Meeting, text: str) -> bytes | None:
    """Return the place sealed under the key of the first side; None for no place."""
    if not text or meeting.first_id is None:
        return None
    return seal_for(w, meeting.first_id, text.encode(), _PLACE)


def place_of(r: Reading, meeting: Meeting) -> str:
    """Return the place, or the link of a video call; empty when there is none any more."""
    return opened(r, meeting.first_id, meeting.place_sealed, _PLACE)


def seal_note(w: Work, meeting: Meeting, side: Side, text: str) -> bytes | None:
    """Return a note sealed under the key of its side; that of staff under the person's."""
    owner = _owner(meeting, side)
    if not text or owner is None:
        return None
    return seal_for(w, owner, text.encode(), f"{_NOTE} {side}")


def note_of(r: Reading, meeting: Meeting, side: Side) -> str:
    """Return the note of a side; empty when there is none any more."""
    sealed = meeting.first_note_sealed if side is Side.FIRST else meeting.second_note_sealed
    return opened(r, _owner(meeting, side), sealed, f"{_NOTE} {side}")


def _owner(meeting: Meeting, side: Side) -> int | None:
    is_person = side is Side.SECOND and not meeting.with_staff
    return meeting.second_id if is_person else meeting.first_id


def opened(r: Reading, person_id: int | None, sealed: bytes | None, about: str) -> str:
    """Return what was sealed; empty when nothing was, or its key is gone."""
    if sealed is None or person_id is None:
        return ""
    try:
        return open_for(r, person_id, sealed, about).decode()
    except SecretsError:
        return ""
