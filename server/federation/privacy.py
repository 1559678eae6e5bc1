"""What federation holds of a person, and how it ends: the ledger, the keys, what is on its way."""

from collections.abc import Mapping
from typing import Any

from server.federation.leaving import close_actor
from server.federation.ledger import lines_of_actor
from server.federation.model import Actor
from server.platform.feature import PersonalData
from server.platform.work import Reading, Work


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return which servers got which object of a person, and when (GDPR art. 15 (1) c)."""
    lines = [
        {
            "object": line.object_uri,
            "server": line.host,
            "how": line.how,
            "first": line.first_at.isoformat(),
            "last": line.last_at.isoformat(),
            "erased": line.erased,
            "erased_at": line.erased_at.isoformat() if line.erased_at else None,
        }
        for line in lines_of_actor(r, person_id)
    ]
    return {"servers_that_got_something.json": lines}


def erase(w: Work, person_id: int) -> None:
    """Close the actor; its keys are destroyed once its Delete has gone out.

    The ledger stays for a year as the proof of whom the Delete was sent to (GDPR art. 19); it
    names hosts and ids that answer 410, no person.
    """
    actor = w.session.get(Actor, person_id)
    if actor is not None and actor.is_local and actor.gone_at is None:
        close_actor(w, person_id)


PERSONAL_DATA = PersonalData(export=export, erase=erase)
