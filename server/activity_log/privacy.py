"""What a person gets to read of the log, and what stays after an erasure.

Entries hold numbers only and are kept for accountability (GDPR art. 5(2)) until their 24 months
are over; the number of an erased person leads nowhere.
"""

from collections.abc import Mapping
from typing import Any

from server.activity_log.queries import about_person
from server.platform.work import Reading, Work


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return what staff did to this person."""
    return {
        "staff_actions": [
            {"verb": entry.verb, "at": entry.created_at.isoformat(), "about": entry.about}
            for entry in about_person(r, person_id)
        ]
    }


def erase(w: Work, person_id: int) -> None:
    """Keep the entries: they hold no personal data once the person is gone."""
    del w, person_id
