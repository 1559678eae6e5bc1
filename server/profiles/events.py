"""What profiles announce to the rooms above."""

from dataclasses import dataclass

from server.platform.events import Event


@dataclass(frozen=True, slots=True)
class ProfileAnswered(Event):
    """Somebody changed answers of their profile, or who sees them."""

    person_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrganisationVerified(Event):
    """Staff checked an organisation, or took that back."""

    person_id: int
    verified: bool
