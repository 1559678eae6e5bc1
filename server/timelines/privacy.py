"""Export and erasure of how far a person has read and what they filter; homes hold references."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from server.platform.work import Reading, Work
from server.timelines.filters.queries import filters_of
from server.timelines.filters.service import erase_filters
from server.timelines.model import HomeEntry, Marker


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return the person's read markers and filters."""
    rows = r.session.scalars(select(Marker).where(Marker.person_id == person_id))
    return {
        "markers": [
            {
                "timeline": row.timeline,
                "last_read_id": str(row.last_read_id),
                "updated_at": row.updated_at.isoformat(),
            }
            for row in rows
        ],
        "filters": [
            {
                "title": one.title,
                "places": list(one.contexts),
                "action": one.action,
                "expires_at": one.expires_at.isoformat() if one.expires_at else None,
                "words": [word.keyword for word in one.keywords],
                "posts": [str(post.post_id) for post in one.posts],
            }
            for one in filters_of(r, person_id)
        ],
    }


def erase(w: Work, person_id: int) -> None:
    """Delete the person's home, markers and filters."""
    erase_filters(w, person_id)
    w.session.execute(delete(HomeEntry).where(HomeEntry.person_id == person_id))
    w.session.execute(delete(Marker).where(Marker.person_id == person_id))
