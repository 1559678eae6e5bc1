"""Export and erasure of read markers, filters and lists; homes hold references."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from server.people.rules import Viewer
from server.platform.work import Reading, Work
from server.timelines.filters.queries import filters_of
from server.timelines.filters.service import erase_filters
from server.timelines.lists.queries import lists_of, members
from server.timelines.lists.service import erase_lists
from server.timelines.model import HomeEntry, Marker


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return the person's read markers, filters and lists."""
    viewer = Viewer.member(person_id)
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
        "lists": [
            {
                "title": one.title,
                "replies": one.replies_policy.value,
                "exclusive": one.exclusive,
                "people": [person.uri for person in members(r, viewer, one.id, None)],
            }
            for one in lists_of(r, person_id)
        ],
    }


def erase(w: Work, person_id: int) -> None:
    """Delete the person's home, markers, filters and lists."""
    erase_filters(w, person_id)
    erase_lists(w, person_id)
    w.session.execute(delete(HomeEntry).where(HomeEntry.person_id == person_id))
    w.session.execute(delete(Marker).where(Marker.person_id == person_id))
