"""What programmes hold about a person, to be given out and to be erased (GDPR art. 15, 17, 20)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import delete

from server.platform.feature import PersonalData
from server.platform.work import Reading, Work
from server.programmes.model import MentorRecord, Participation
from server.programmes.queries import (
    ParticipationRow,
    mentor_record,
    participations_of,
    programme,
    wishes_of,
)


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return every participation with its wishes and notes, and what was seen of a mentor."""
    seen = mentor_record(r, person_id)
    return {
        "programmes": [_participation(r, row) for row in participations_of(r, person_id)],
        "mentor_record": {
            "training": [{"what": one.what, "on": _iso(one.on)} for one in seen.training],
            "guide_read_at": _iso(seen.guide_read_at),
            "identity_seen_on": _iso(seen.identity_seen_on),
            "check_seen_on": _iso(seen.check_seen_on),
        },
    }


def erase(w: Work, person_id: int) -> None:
    """Delete all of it."""
    for table in (Participation, MentorRecord):
        w.session.execute(delete(table).where(table.person_id == person_id))


def _participation(r: Reading, row: ParticipationRow) -> Mapping[str, Any]:
    said = wishes_of(r, row.id)
    return {
        "programme": dict(programme(r, row.programme_id).name),
        "role": row.role.value,
        "state": row.state.value,
        "applied_at": _iso(row.applied_at),
        "state_at": _iso(row.state_at),
        "intake_on": _iso(row.intake_on),
        "accepted_at": _iso(row.accepted_at),
        "ended_at": _iso(row.ended_at),
        "outcome": row.outcome,
        "capacity": row.capacity,
        "available_until": _iso(row.available_until),
        "paused_until": _iso(row.paused_until),
        "by_hand": row.by_hand,
        "wishes": said.get("wishes", ""),
        "intake_notes": said.get("intake", ""),
    }


def _iso(one: date | datetime | None) -> str | None:
    return one.isoformat() if one is not None else None


PERSONAL_DATA: Final = PersonalData(export=export, erase=erase)
