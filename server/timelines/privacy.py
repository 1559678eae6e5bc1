"""Export and erasure of how far a person has read; homes hold references only."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from server.platform.work import Reading, Work
from server.timelines.model import HomeEntry, Marker


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return the person's read markers."""
    rows = r.session.scalars(select(Marker).where(Marker.person_id == person_id))
    return {
        "markers": [
            {
                "timeline": row.timeline,
                "last_read_id": str(row.last_read_id),
                "updated_at": row.updated_at.isoformat(),
            }
            for row in rows
        ]
    }


def erase(w: Work, person_id: int) -> None:
    """Delete the person's home and markers."""
    w.session.execute(delete(HomeEntry).where(HomeEntry.person_id == person_id))
    w.session.execute(delete(Marker).where(Marker.person_id == person_id))
