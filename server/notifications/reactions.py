"""What notifications answer: follows, requests, and people parting."""

from server.notifications.model import NotificationType
from server.notifications.service import forget_between, notify, take_back
from server.people.events import (
    Blocked,
    Followed,
    FollowRequested,
    FollowRequestEnded,
    Unfollowed,
)
from server.platform.events import Reaction
from server.platform.work import Work


def _on_followed(w: Work, event: Followed) -> None:
    take_back(w, NotificationType.FOLLOW_REQUEST, event.follower_id, person_id=event.followee_id)
    notify(w, event.followee_id, NotificationType.FOLLOW, event.follower_id)


def _on_follow_requested(w: Work, event: FollowRequested) -> None:
    notify(w, event.followee_id, NotificationType.FOLLOW_REQUEST, event.follower_id)


def _on_request_ended(w: Work, event: FollowRequestEnded) -> None:
    told = NotificationType.FOLLOW_REQUEST
    take_back(w, told, event.follower_id, person_id=event.followee_id)


def _on_unfollowed(w: Work, event: Unfollowed) -> None:
    take_back(w, NotificationType.FOLLOW, event.follower_id, person_id=event.followee_id)


def _on_blocked(w: Work, event: Blocked) -> None:
    forget_between(w, event.blocker_id, event.blocked_id)
    forget_between(w, event.blocked_id, event.blocker_id)


REACTIONS = (
    Reaction(Followed, _on_followed),
    Reaction(FollowRequested, _on_follow_requested),
    Reaction(FollowRequestEnded, _on_request_ended),
    Reaction(Unfollowed, _on_unfollowed),
    Reaction(Blocked, _on_blocked),
)
