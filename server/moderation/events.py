"""What moderation announces."""

from dataclasses import dataclass

from server.platform.events import Event


@dataclass(frozen=True, slots=True)
class Reported(Event):
    """Somebody, here or elsewhere, reported a person."""

    report_id: int
    target_id: int
