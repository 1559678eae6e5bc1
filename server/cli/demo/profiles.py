"""What the invented people tell of themselves: answers of their profiles, from `profiles.json`.

A name such as `phone@public` carries the audience; without one the field's first audience counts.
Organisations also tell what the cast says of them.
"""

from collections.abc import Mapping
from typing import Any, Final

from server.cli.demo.script import REGION_CODE, Part
from server.people.model import PersonKind
from server.profiles.model import Audience
from server.profiles.service import Answered

_OF_BODIES: Final = {"site": "website", "mailbox": "mailbox", "helix": "helix"}


def answers_of(person: Part, told: Mapping[str, Mapping[str, Any]]) -> dict[str, Answered]:
    """Return the answers of somebody of the cast."""
    answers: dict[str, Answered] = {}
    if person["kind"] in {PersonKind.EMPLOYER, PersonKind.ORGANISATION}:
        answers = {_OF_BODIES[part]: Answered(person[part]) for part in _OF_BODIES}
        answers["region"] = Answered([REGION_CODE])
    for name, value in told.get(person["handle"], {}).items():
        field, _, audience = name.partition("@")
        answers[field] = Answered(value, Audience(audience) if audience else None)
    return answers
