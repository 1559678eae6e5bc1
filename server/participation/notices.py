"""The words of what people are told about places and raised hands, and where each notice leads."""

from typing import Final

from server.participation import telling
from server.platform.i18n import Message, say
from server.platform.notices import About, Notice


def _title(about: About) -> str:
    return str(about.get("title") or "")


def _to_post(about: About) -> str | None:
    path = about.get("path")
    return path if isinstance(path, str) and path.startswith("/") else None


def _to_places(about: About) -> str | None:
    post = about.get("post")
    return f"/posts/{post}/places" if isinstance(post, str) and post.isdigit() else None


def _to_hands(_: About) -> str | None:
    return "/settings/interest"


def _given(about: About) -> Message:
    return say("You have a place at: %(title)s", title=_title(about))


def _refused(about: About) -> Message:
    return say("The organiser could not give you a place at: %(title)s", title=_title(about))


def _asked(about: About) -> Message:
    return say("Somebody would like to come to: %(title)s", title=_title(about))


def _cancelled(about: About) -> Message:
    return say("Cancelled: %(title)s. You do not have to do anything.", title=_title(about))


def _raised(about: About) -> Message:
    return say("Somebody is interested in your vacancy: %(title)s", title=_title(about))


def _answered(about: About) -> Message:
    return say("The employer answered you about: %(title)s", title=_title(about))


NOTICES: Final = (
    Notice(
        kind=telling.PLACE_GIVEN,
        label=say("A place at an event for you"),
        icon="event",
        text=_given,
        path=_to_post,
        is_essential=True,
    ),
    Notice(
        kind=telling.PLACE_REFUSED,
        label=say("No place at an event"),
        icon="event",
        text=_refused,
        path=_to_post,
        is_essential=True,
    ),
    Notice(
        kind=telling.PLACE_ASKED,
        label=say("Somebody would like to come to your event"),
        icon="person",
        text=_asked,
        path=_to_places,
    ),
    Notice(
        kind=telling.EVENT_CANCELLED,
        label=say("An event that you wanted to go to is cancelled"),
        icon="event",
        text=_cancelled,
        path=_to_post,
        is_essential=True,
    ),
    Notice(
        kind=telling.HAND_RAISED,
        label=say("Somebody is interested in your vacancy"),
        icon="person",
        text=_raised,
        path=_to_hands,
    ),
    Notice(
        kind=telling.HAND_ANSWERED,
        label=say("An employer answered you"),
        icon="reply",
        text=_answered,
        path=_to_hands,
        is_essential=True,
    ),
)
