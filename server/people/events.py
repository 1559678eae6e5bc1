"""What people announce to the features above; each event is answered in the same transaction."""

from dataclasses import dataclass

from server.federation.model import Reach
from server.platform.events import Event


@dataclass(frozen=True, slots=True)
class PersonCreated(Event):
    """Somebody of this instance has come to be."""

    person_id: int


@dataclass(frozen=True, slots=True)
class PersonChanged(Event):
    """A profile shows something else than before, here or elsewhere."""

    person_id: int


@dataclass(frozen=True, slots=True)
class PersonSuspended(Event):
    """Staff suspended somebody; sessions, tokens and streams end."""

    person_id: int


@dataclass(frozen=True, slots=True)
class PersonDeleted(Event):
    """Somebody, here or elsewhere, is about to be deleted; the row is still there.

    Whoever holds anything of the person deletes it now.
    """

    person_id: int


@dataclass(frozen=True, slots=True)
class ReachRaised(Event):
    """Somebody here may be seen by more servers than before."""

    person_id: int
    former: Reach
    current: Reach


@dataclass(frozen=True, slots=True)
class ReachLowered(Event):
    """Somebody here may be seen by fewer servers; the actor still has the former reach.

    Whoever sent anything out takes back what may no longer be seen.
    """

    person_id: int
    former: Reach
    current: Reach


@dataclass(frozen=True, slots=True)
class Followed(Event):
    """A follow is in force: made, or accepted."""

    follow_id: int
    follower_id: int
    followee_id: int


@dataclass(frozen=True, slots=True)
class FollowRequested(Event):
    """Somebody waits for a person to accept their follow."""

    follow_id: int
    follower_id: int
    followee_id: int


@dataclass(frozen=True, slots=True)
class FollowRequestEnded(Event):
    """A request to follow was answered or taken back."""

    follow_id: int
    follower_id: int
    followee_id: int


@dataclass(frozen=True, slots=True)
class Unfollowed(Event):
    """A follow that was in force has ended, from either side."""

    follower_id: int
    followee_id: int


@dataclass(frozen=True, slots=True)
class Blocked(Event):
    """One person blocks another; the follows between them are gone already."""

    blocker_id: int
    blocked_id: int


@dataclass(frozen=True, slots=True)
class Muted(Event):
    """A person of this instance does not want to see another any more."""

    muter_id: int
    muted_id: int


@dataclass(frozen=True, slots=True)
class Moved(Event):
    """A person has another home now, and both homes say so."""

    old_id: int
    new_id: int
