"""What drafts hold about a person, to be given out and to be erased (GDPR art. 15, 17, 20)."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import delete

from server.drafts.model import SavedDraft
from server.drafts.queries import drafts_of
from server.platform.feature import PersonalData
from server.platform.work import Reading, Work


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return everything somebody wrote and did not publish."""
    return {
        "drafts": [
            {
                **asdict(one.written),
                "publish_at": one.publish_at.isoformat() if one.publish_at else None,
                "updated_at": one.updated_at.isoformat(),
            }
            for one in drafts_of(r, person_id)
        ]
    }


def erase(w: Work, person_id: int) -> None:
    """Delete all drafts of somebody."""
    w.session.execute(delete(SavedDraft).where(SavedDraft.author_id == person_id))


PERSONAL_DATA: Final = PersonalData(export=export, erase=erase)
