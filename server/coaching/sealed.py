"""Opening and sealing the words of coaching under a person's key; what cannot be opened is gone."""

import json
from typing import Any, Final

from server.people.sealing import open_for, seal_for
from server.platform.secrets import SecretsError
from server.platform.work import Reading, Work

CHECK_IN: Final = "note of a check-in"
SURVEY: Final = "answers of a survey"
TASK: Final = "words of a task"
NOTE: Final = "case note"
STORY: Final = "story"


def sealed_text(w: Work, person_id: int, text: str, about: str) -> bytes | None:
    """Return a text sealed for a person; None for an empty one."""
    text = text.strip()
    return seal_for(w, person_id, text.encode(), about) if text else None


def opened_text(r: Reading, person_id: int | None, sealed: bytes | None, about: str) -> str:
    """Return a sealed text; empty when there is none, or its key was destroyed."""
    if sealed is None or person_id is None:
        return ""
    try:
        return open_for(r, person_id, sealed, about).decode()
    except SecretsError:
        return ""


def opened_json(r: Reading, person_id: int, sealed: bytes | None, about: str) -> dict[str, Any]:
    """Return a sealed JSON object; empty when there is none."""
    text = opened_text(r, person_id, sealed, about)
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}
