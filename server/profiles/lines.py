"""What other servers and apps read of a profile: a few lines made of its public answers.

Lines are in the person's own language and stand ready beside the person, so that the actor
document and the Mastodon API need not know of profiles. They are made by a job after each change;
what stops being public is hidden before that, in the transaction of the change.
"""

from typing import Any, Final

from server.people.events import PersonChanged, ReachRaised
from server.people.naming import show_lines
from server.people.profiles import html_of
from server.people.queries import person_by_id
from server.people.rules import HOUSE, MAX_FIELD_CHARS, MAX_FIELDS
from server.platform.i18n import Languages, Translator
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.work import Reading, Work
from server.profiles.fields import USEFUL_FIRST
from server.profiles.queries import Profile, VisibleAnswer, profile_as
from server.profiles.rules import Standing
from server.profiles.service import SHOW, show_later

_CUT: Final = "…"


def write_lines(w: Work, person_id: int, languages: Languages) -> None:
    """Write somebody's lines as other servers may see them now, and tell those who know them."""
    person = person_by_id(w, HOUSE, person_id)
    if person is None or not person.is_local or person.gone:
        return
    translator = languages.translator(person.language)
    seen = profile_as(w, Standing.SERVER, person_id, translator.tag)
    show_lines(w, person_id, [] if seen is None else lines_of(w, seen, translator))


def lines_of(r: Reading, seen: Profile, translator: Translator) -> list[dict[str, Any]]:
    """Return the lines of what a server may see, the most useful first."""
    answers = {one.field: one for one in seen.answers}
    useful = [answers[name] for name in USEFUL_FIRST if name in answers]
    return [_line(r, one, seen.person.language, translator) for one in useful[:MAX_FIELDS]]


def _line(
    r: Reading, one: VisibleAnswer, language: str | None, translator: Translator
) -> dict[str, Any]:
    text = one.link if one.link and one.link.startswith("http") else _text(one, translator)
    if len(text) > MAX_FIELD_CHARS:
        text = text[: MAX_FIELD_CHARS - 1].rstrip() + _CUT
    shown = html_of(r.site, text).removeprefix("<p>").removesuffix("</p>")
    name = translator.say(one.label)
    return {"field": one.field, "language": language, "name": name, "value": shown, "source": text}


def _text(one: VisibleAnswer, translator: Translator) -> str:
    said = ", ".join(translator.say(text) for text in one.texts)
    return " ".join(said.split())


def on_person_changed(w: Work, event: PersonChanged) -> None:
    """Somebody speaks another language now: their lines are written anew in it."""
    person = person_by_id(w, HOUSE, event.person_id)
    if person is None or not person.is_local:
        return
    if any(line["language"] != person.language for line in person.answer_lines):
        show_later(w, person.id)


def on_reach_raised(w: Work, event: ReachRaised) -> None:
    """Somebody may be seen by more servers: what they made public is written for these."""
    show_later(w, event.person_id)


async def _show(instance: Instance, job: Job) -> None:
    await instance.work(write_lines, int(job.payload["person"]), instance.languages)


JOB_KINDS: Final = (one_by_one(SHOW, _show),)
