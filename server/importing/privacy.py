"""Export and erasure of what somebody takes over from elsewhere."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from server.importing.model import ImportItem, ImportSource, ImportUpload
from server.people.sealing import open_for
from server.platform.work import Reading, Work


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return the person's sources with their entries, and tables that are not taken over yet."""
    sources = r.session.scalars(
        select(ImportSource).where(ImportSource.person_id == person_id).order_by(ImportSource.id)
    ).all()
    uploads = r.session.scalars(select(ImportUpload).where(ImportUpload.person_id == person_id))
    return {
        "import_sources": [
            {
                "name": one.name,
                "form": one.form,
                "address": one.address,
                "kind": one.kind,
                "audience": one.audience,
                "defaults": one.defaults,
                "created_at": one.created_at.isoformat(),
                "entries": _entries(r, one.id),
            }
            for one in sources
        ],
        "import_uploads": [
            {
                "name": one.name,
                "content": open_for(r, person_id, one.content, f"import upload {one.id}").decode(
                    errors="replace"
                ),
            }
            for one in uploads
        ],
    }


def _entries(r: Reading, source_id: int) -> list[dict[str, Any]]:
    rows = r.session.scalars(
        select(ImportItem).where(ImportItem.source_id == source_id).order_by(ImportItem.id)
    )
    return [{"identity": row.identity, "title": row.title, "state": row.state} for row in rows]


def erase(w: Work, person_id: int) -> None:
    """Delete the person's sources and uploads; posts are erased by posts."""
    w.session.execute(delete(ImportUpload).where(ImportUpload.person_id == person_id))
    w.session.execute(delete(ImportSource).where(ImportSource.person_id == person_id))
