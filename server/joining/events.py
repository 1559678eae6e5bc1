"""What joining announces to the features above."""

from dataclasses import dataclass

from server.platform.events import Event


@dataclass(frozen=True, slots=True)
class PersonJoined(Event):
    """Somebody has joined, or taken over the account that was made for them."""

    person_id: int
    login_id: int
