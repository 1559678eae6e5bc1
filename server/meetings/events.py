"""What meetings announce to the rooms above, in the same transaction."""

from dataclasses import dataclass

from server.platform.events import Event


@dataclass(frozen=True, slots=True)
class MeetingPlanned(Event):
    """Both sides agreed on a time, for the first time or on a new one."""

    meeting_id: int
    match_id: int | None


@dataclass(frozen=True, slots=True)
class MeetingHeld(Event):
    """Somebody says that the meeting took place."""

    meeting_id: int
    match_id: int | None
