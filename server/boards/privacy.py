"""Export and erasure of what somebody searches for; entries of boards hold nothing of a person."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import delete, select

from server.boards.model import SavedSearch, SearchAlert
from server.boards.searches import exported
from server.platform.feature import PersonalData
from server.platform.work import Reading, Work


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return the person's saved searches and the posts they were told of."""
    told = r.session.execute(
        select(SearchAlert.post_id, SearchAlert.alerted_at)
        .where(SearchAlert.person_id == person_id)
        .order_by(SearchAlert.post_id)
    )
    return {
        "saved_searches": [
            {
                "name": row.name,
                "kind": row.kind,
                "query": row.query,
                "by_notice": row.by_notice,
                "by_email": row.by_email,
                "rhythm": str(row.rhythm),
                "created_at": row.created_at.isoformat(),
            }
            for row in exported(r, person_id)
        ],
        "search_alerts": [
            {"post_id": str(post_id), "alerted_at": moment.isoformat()} for post_id, moment in told
        ],
    }


def erase(w: Work, person_id: int) -> None:
    """Delete the person's searches and what they were told."""
    w.session.execute(delete(SavedSearch).where(SavedSearch.person_id == person_id))
    w.session.execute(delete(SearchAlert).where(SearchAlert.person_id == person_id))


PERSONAL_DATA: Final = PersonalData(export=export, erase=erase)
