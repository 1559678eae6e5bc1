"""What privacy announces to the features above."""

from dataclasses import dataclass

from server.platform.events import Event


@dataclass(frozen=True, slots=True)
class ConsentGiven(Event):
    """Somebody agreed to a purpose."""

    person_id: int
    purpose: str


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(Event):
    """Somebody took back what they had agreed to; whatever leans on it stops now."""

    person_id: int
    purpose: str
