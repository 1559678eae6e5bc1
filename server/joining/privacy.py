"""What joining holds about a person, to be given out and to be erased (GDPR art. 15, 17, 20)."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import delete, select

from server.joining.model import Application, Coming, Invitation
from server.platform.feature import PersonalData
from server.platform.work import Reading, Work


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return how the person came, their application, and codes made for them to take over.

    Drafts lead to nobody before they are finished, and are deleted then. Who of the staff brought
    them is not told as a name: the person knows their coach.
    """
    coming = r.session.get(Coming, person_id)
    applications = r.session.scalars(select(Application).where(Application.person_id == person_id))
    codes = r.session.scalars(select(Invitation).where(Invitation.person_id == person_id))
    return {
        "joining": {
            "way": coming.way if coming is not None else None,
            "at": coming.at.isoformat() if coming is not None else None,
            "taken_over_at": coming.taken_over_at.isoformat()
            if coming is not None and coming.taken_over_at is not None
            else None,
            "applications": [
                {"at": one.applied_at.isoformat(), "state": one.state, "language": one.language}
                for one in applications
            ],
            "codes_to_take_over": [
                {"made_at": one.made_at.isoformat(), "note": one.note} for one in codes
            ],
        }
    }


def erase(w: Work, person_id: int) -> None:
    """Delete all of it."""
    for table in (Coming, Application, Invitation):
        w.session.execute(delete(table).where(table.person_id == person_id))


PERSONAL_DATA: Final = PersonalData(export=export, erase=erase)
