"""Export and erasure of the consent ledger."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from server.platform.work import Reading, Work
from server.privacy.model import Consent


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return what the person agreed to and took back, oldest first."""
    rows = r.session.scalars(
        select(Consent).where(Consent.person_id == person_id).order_by(Consent.id)
    )
    return {
        "consents": [
            {"purpose": row.purpose, "given": row.given, "at": row.at.isoformat()} for row in rows
        ]
    }


def erase(w: Work, person_id: int) -> None:
    """Delete the person's consents."""
    w.session.execute(delete(Consent).where(Consent.person_id == person_id))
