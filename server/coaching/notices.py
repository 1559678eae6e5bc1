"""The words of what coaching tells people: that there is something, never what or about whom."""

from typing import Final

from server.coaching import checking, silences, stories, surveys, tasks
from server.platform.i18n import Message, say
from server.platform.notices import About, Notice


def _numbered(path: str, about: About, name: str = "id") -> str | None:
    number = about.get(name)
    return f"{path}/{number}" if isinstance(number, str) and number.isdigit() else None


def _how(_: About) -> Message:
    return say("How is your match?")


def _to_check_in(about: About) -> str | None:
    return _numbered("/check-ins", about)


def _survey(_: About) -> Message:
    return say("How are you?")


def _to_survey(about: About) -> str | None:
    return _numbered("/surveys", about)


def _quiet(_: About) -> Message:
    return say("It has been quiet. How about a short walk or a coffee? We are glad to help.")


def _to_match(about: About) -> str | None:
    return _numbered("/matches", about, "match")


def _story(_: About) -> Message:
    return say("There is a story about you. You decide if others may read it.")


def _task(_: About) -> Message:
    return say("You have a task")


NOTICES: Final = (
    Notice(
        kind=checking.ASKED,
        label=say("Questions about a match"),
        icon="reply",
        text=_how,
        path=_to_check_in,
        as_message=True,
    ),
    Notice(
        kind=surveys.ASKED,
        label=say("Surveys"),
        icon="reply",
        text=_survey,
        path=_to_survey,
    ),
    Notice(
        kind=silences.HOW_ARE_YOU,
        label=say("A reminder when it is quiet"),
        icon="clock",
        text=_quiet,
        path=_to_match,
        as_message=True,
    ),
    Notice(
        kind=stories.ASKED,
        label=say("A story about me"),
        icon="person",
        text=_story,
        path=lambda _: "/settings/coaching",
        is_essential=True,
        as_message=True,
    ),
    Notice(
        kind=tasks.GIVEN,
        label=say("Tasks"),
        icon="clock",
        text=_task,
        path=lambda _: "/staff/tasks",
    ),
)
