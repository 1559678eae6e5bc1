"""Export and erasure of a person's pictures, files included."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from server.media.model import Media
from server.media.service import delete_media
from server.platform.work import Reading, Work


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return the person's pictures with their words and addresses."""
    rows = r.session.scalars(select(Media).where(Media.person_id == person_id).order_by(Media.id))
    return {
        "media": [
            {
                "url": r.site.url(f"/media/{row.file_name}"),
                "file": row.file_name,
                "description": row.description,
                "created_at": row.created_at.isoformat(),
            }
            for row in rows
        ]
    }


def erase(w: Work, person_id: int) -> None:
    """Delete the person's pictures and their files."""
    delete_media(w, w.session.scalars(select(Media.id).where(Media.person_id == person_id)).all())
