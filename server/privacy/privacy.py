"""Export and erasure of what privacy itself holds."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from server.platform.work import Reading, Work
from server.privacy.model import Archive, Consent, ConsentText, PlannedErasure


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return what the person agreed to and took back, oldest first, with the texts they read."""
    rows = r.session.execute(
        select(Consent, ConsentText.text)
        .outerjoin(ConsentText, ConsentText.text_hash == Consent.text_hash)
        .where(Consent.person_id == person_id)
        .order_by(Consent.id)
    )
    archives = r.session.scalars(
        select(Archive).where(Archive.person_id == person_id).order_by(Archive.id)
    )
    planned = r.session.get(PlannedErasure, person_id)
    return {
        "consents": [
            {
                "purpose": row.purpose,
                "given": row.given,
                "at": row.at.isoformat(),
                "version": row.version,
                "language": row.language,
                "how": row.how,
                "paper": row.reference,
                "text_hash": row.text_hash,
                "text": text,
            }
            for row, text in rows
        ],
        "archives_asked_for": [one.requested_at.isoformat() for one in archives],
        **({"deletion_planned_for": planned.due_at.isoformat()} if planned is not None else {}),
    }


def erase(w: Work, person_id: int) -> None:
    """Delete the person's consents, archives and plans; files go with the next cleaning.

    An archive's key goes with its row: from that moment nobody can read the file.
    """
    for table in (Consent, Archive, PlannedErasure):
        w.session.execute(delete(table).where(table.person_id == person_id))
