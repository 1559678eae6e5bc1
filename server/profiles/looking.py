"""Who of the staff looked at somebody's private answers, as that person reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from server.activity_log.queries import about_person
from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.profiles.fields import BY_NAME, Field
from server.profiles.service import PURPOSES

ROLE_WORDS: Final = {
    "admin": say("Somebody who runs this site"),
    "coordinator": say("A coordinator"),
    "coach": say("A coach"),
}
_SOMEBODY: Final = say("Somebody of the staff")
_UNKNOWN: Final = say("No reason was written down")


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when, in which role, what for, and at which questions."""

    at: datetime
    role: str
    purpose: str
    fields: tuple[Field, ...]

    @property
    def who(self) -> Message:
        """The role in words; who it was, the person learns from the staff when they ask."""
        return ROLE_WORDS.get(self.role, _SOMEBODY)

    @property
    def why(self) -> Message:
        """The purpose in words."""
        return PURPOSES.get(self.purpose, _UNKNOWN)


def looks_at(r: Reading, person_id: int) -> list[Look]:
    """Return every look at somebody's private answers, the latest first."""
    found = [
        Look(
            at=entry.created_at,
            role=str(entry.about.get("role", "")),
            purpose=str(entry.about.get("purpose", "")),
            fields=tuple(
                BY_NAME[name]
                for name in str(entry.about.get("fields", "")).split(",")
                if name in BY_NAME
            ),
        )
        for entry in about_person(r, person_id)
        if entry.verb == "look_at_profile"
    ]
    return list(reversed(found))
