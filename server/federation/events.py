"""What federation announces to the rooms above; they answer inside the same transaction."""

from dataclasses import dataclass

from activitypub.documents.actor import Actor as ActorDocument
from server.platform.events import Event


@dataclass(frozen=True, slots=True)
class RemoteActorSeen(Event):
    """An actor elsewhere was fetched for the first time or anew; its row is already written."""

    actor_id: int
    document: ActorDocument


@dataclass(frozen=True, slots=True)
class ActorGone(Event):
    """The origin of an actor elsewhere says that it was deleted (410)."""

    actor_id: int


@dataclass(frozen=True, slots=True)
class HostBlocked(Event):
    """Staff blocked a host; what came from there is to disappear."""

    host: str
