"""What profiles hold about a person, given out opened and readable, and erased."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from server.platform.work import Reading, Work
from server.profiles.fields import BY_NAME
from server.profiles.looking import looks_at
from server.profiles.model import ProfileAnswer, ReachChange, Verification
from server.profiles.queries import own_answers, verified_mark
from server.profiles.words import in_words


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return every answer with its audience, the mark of staff, and who looked at what."""
    answers = own_answers(r, person_id)
    mark = verified_mark(r, person_id)
    return {
        "profile_answers": [
            {
                "field": name,
                "question": str(BY_NAME[name].title),
                "answer": [str(text) for text in in_words(r, BY_NAME[name], one.value, "en")],
                "value": one.value,
                "seen_by": one.audience.value,
            }
            for name, one in answers.items()
        ],
        "verified_by_staff": []
        if mark is None
        else [{"checked": list(mark.checked), "at": mark.at.isoformat()}],
        "looks_at_private_answers": [
            {
                "at": look.at.isoformat(),
                "purpose": look.purpose,
                "role": look.role,
                "fields": [field.name for field in look.fields],
            }
            for look in looks_at(r, person_id)
        ],
    }


def erase(w: Work, person_id: int) -> None:
    """Delete what profiles hold of the person; the log of looks stays, it names nobody."""
    for table in (ProfileAnswer, Verification, ReachChange):
        w.session.execute(delete(table).where(table.person_id == person_id))
