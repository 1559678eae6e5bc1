"""What notifications announce to the features above."""

from dataclasses import dataclass

from server.platform.events import Event


@dataclass(frozen=True, slots=True)
class Notified(Event):
    """A person of this instance was told of something."""

    notification_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class Informed(Event):
    """A person of this instance was told of something that Mastodon's API has no type for."""

    notice_id: int
    person_id: int
    kind: str
