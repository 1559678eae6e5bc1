"""What reports hold about a person: answers for a funder, given out and erased (GDPR art. 15, 17).

An erasure first writes down what the person counted as, in numbers that lead to nobody, so that
the reports of former years stay right.
"""

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

from server.platform.feature import PersonalData
from server.platform.work import Reading, Work
from server.reports.keeping import keep_person
from server.reports.service import let_go, opened, rows_of_person


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return what somebody answered for funders."""
    return {
        "funder_answers": [
            {
                "programme": str(row.programme_id),
                "questions": row.indicator_set,
                "name_in_the_file": row.pseudonym,
                "entry": row.entry_on.isoformat(),
                "exit": row.exit_on.isoformat() if row.exit_on else None,
                "answers": opened(r, row),
                "answered": dict(row.moments),
                "kept_until": row.keep_until.isoformat(),
            }
            for row in rows_of_person(r, person_id)
        ]
    }


def erase(w: Work, person_id: int) -> None:
    """Delete the answers, and keep the numbers of what other rooms delete next.

    What ended was written down by night already; of the rest the days are those of UTC.
    """
    keep_person(w, person_id, UTC)
    let_go(w, rows_of_person(w, person_id))


PERSONAL_DATA: Final = PersonalData(export=export, erase=erase)
