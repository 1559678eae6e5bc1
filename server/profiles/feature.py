"""The wiring of profiles: what people tell of themselves, each answer with its audience."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, cast

import aiohttp_jinja2
from aiohttp import web

from server.platform.feature import NOTHING, Feature, MenuEntry, PersonalData
from server.platform.http.render import Here
from server.platform.i18n import Message, say
from server.profiles import jobs
from server.profiles.admin import CHECKERS
from server.profiles.fields import BY_NAME
from server.profiles.privacy import erase, export
from server.profiles.queries import VisibleAnswer
from server.profiles.reactions import REACTIONS
from server.profiles.routes import ROUTES
from server.profiles.verifying import CHECKS

_HERE: Final = Path(__file__).parent


def visible(answers: Iterable[object]) -> list[VisibleAnswer]:
    """Return the answers that a template may print; nothing else passes.

    Raises TypeError for what did not come from the queries, which decide who sees what.
    """
    found = list(answers)
    for one in found:
        if not isinstance(one, VisibleAnswer):
            raise TypeError(f"a template was given {type(one).__name__} in place of an answer")
    return [one for one in found if isinstance(one, VisibleAnswer)]


def install(app: web.Application) -> None:
    """Give templates the one filter through which answers are printed, and the words of checks."""
    environment = aiohttp_jinja2.get_env(app)
    environment.filters["visible"] = visible
    here = cast("Callable[[], Here]", environment.globals["here"])

    def said_pairs(options: Iterable[tuple[str, Message]]) -> list[tuple[str, str]]:
        return [(key, here().translator.say(text)) for key, text in options]

    environment.globals.update(
        check_words=CHECKS,
        said_pairs=said_pairs,
        with_none=lambda options: [("", here().translator.say(_NONE)), *said_pairs(options)],
        term_pairs=lambda terms: [(term.code, term.label) for term in terms],
        fault_lines_of=lambda lines: [
            (name, say("%(question)s: %(fault)s", question=_label(name), fault=fault))
            for name, fault in lines
        ],
    )


def _label(name: str) -> Message:
    return BY_NAME[name].label if name in BY_NAME else _OTHER_LABELS[name]


_NONE: Final = say("No answer")
_OTHER_LABELS: Final[Mapping[str, Message]] = {
    "display_name": say("Name"),
    "handle": say("Handle"),
    "picture": say("Picture"),
    "description": say("What is in the picture?"),
}


FEATURE: Final = Feature(
    name="profiles",
    personal_data=PersonalData(export=export, erase=erase),
    activities=NOTHING,
    routes=ROUTES,
    reactions=REACTIONS,
    job_kinds=jobs.JOB_KINDS,
    recurring=jobs.RECURRING,
    templates=_HERE / "templates",
    static=_HERE / "static",
    own_pages=(
        MenuEntry(
            label=say("My profile"),
            help=say("What you tell of yourself, and who sees it."),
            route="profiles.overview",
        ),
        MenuEntry(
            label=say("Name and picture"),
            help=say("What you are called here and how you look."),
            route="profiles.name",
        ),
        MenuEntry(
            label=say("How far you are seen"),
            help=say("Who can find you: this place, its partners, or everybody."),
            route="profiles.reach",
        ),
        MenuEntry(
            label=say("Colleagues"),
            help=say("Who else acts for your organisation."),
            route="profiles.members",
        ),
        MenuEntry(
            label=say("Who looked at my data"),
            help=say("When staff saw your private answers, and why."),
            route="profiles.looked_at",
        ),
    ),
    staff_pages=(
        MenuEntry(
            label=say("Organisations"),
            help=say("Check who is behind an organisation, and mark it."),
            route="profiles.organisations",
            roles=CHECKERS,
        ),
    ),
    install=install,
)
"""The room of profiles."""
