"""People's own pages: a check-in, a survey, and what coaching keeps about them."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.coaching.checking import Answer, answer_check_in, own_check_in
from server.coaching.forms import Faults, faults_of, no_faults
from server.coaching.kept import kept_of
from server.coaching.model import CheckIn, Moment, Survey, Useful
from server.coaching.rules import (
    ANSWERED_WITHIN,
    MOST_NOTE,
    OBSTACLES,
    QUESTIONS,
    RESULTS,
    SERVICES,
    SURVEY_WITHIN,
    USEFUL_WORDS,
    Question,
    asked_at,
)
from server.coaching.sealed import CHECK_IN, opened_text
from server.coaching.stories import publish_as_agreed, refuse_story
from server.coaching.surveys import answer_survey, own_survey
from server.matching.queries import match_for
from server.people.queries import people_by_ids
from server.people.reader import Reader, reader_of, see
from server.people.rules import HOUSE
from server.platform.errors import Conflict, Invalid, NotFound
from server.platform.http.decorators import form
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import say
from server.platform.work import Reading
from server.privacy.ledger import Manner
from server.privacy.texts import STORIES, shown


@dataclass(frozen=True, slots=True)
class Asked:
    """A check-in or survey with what stands around it."""

    row: CheckIn | Survey
    note: str
    is_over: bool
    partner: str = ""


@form(needs="person")
async def check_in(request: web.Request) -> web.StreamResponse:
    """Ask three questions, or show what was answered."""
    return await _check_in(await reader_of(request), no_faults())


@form(needs="person")
async def send_check_in(request: web.Request) -> web.StreamResponse:
    """Take the answer. Raises AnsweredAlready, TermOver, NotFound."""
    reader = await reader_of(request)
    sent, check_in_id = reader.parameters, path_id(request)
    await reader.instance.read(own_check_in, check_in_id, reader.me)
    try:
        met, helped = sent.boolean("met"), sent.boolean("wants_help")
        useful = sent.choice("useful", [one.value for one in Useful])
        if met is None or useful is None or helped is None:
            return await _check_in(reader, _missing(reader), status=422)
        answer = Answer(met, Useful(useful), helped, sent.text("note") or "")
        await reader.instance.work(answer_check_in, check_in_id, reader.me, answer)
    except Invalid as wrong:
        return await _check_in(reader, faults_of(wrong), status=422)
    return see(path_for(request.app, "coaching.check_in", id=check_in_id))


def _missing(reader: Reader) -> Faults:
    names = ("met", "useful", "wants_help")
    blank = say("can't be blank")
    found = no_faults()
    for name in names:
        if not reader.parameters.given(name):
            found[name] = [blank]
    return found


async def _check_in(reader: Reader, faults: Faults, *, status: int = 200) -> web.StreamResponse:
    asked = await reader.instance.read(_read_check_in, path_id(reader.request), reader.me)
    return await render(
        reader.request,
        "coaching/check_in.html",
        {
            "asked": asked,
            "faults": faults,
            "useful": USEFUL_WORDS,
            "most": MOST_NOTE,
            "sent": reader.parameters,
        },
        status=status,
    )


def _read_check_in(r: Reading, check_in_id: int, person_id: int) -> Asked:
    row = own_check_in(r, check_in_id, person_id)
    note = opened_text(r, person_id, row.note_sealed, CHECK_IN)
    return Asked(
        row, note, r.now > row.asked_at + ANSWERED_WITHIN, _partner(r, row.match_id, person_id)
    )


def _partner(r: Reading, match_id: int, person_id: int) -> str:
    """Return what the other one is called, as long as the two see each other."""
    try:
        match = match_for(r, match_id, person_id)
    except NotFound:
        return ""
    other = match.partner_of(person_id) if match.is_readable(r.now) else None
    found = people_by_ids(r, HOUSE, [other] if other else []).get(other or 0)
    return (found.display_name or found.acct) if found else ""


@form(needs="person")
async def survey(request: web.Request) -> web.StreamResponse:
    """Ask the questions of a survey, or thank for the answers."""
    return await _survey(await reader_of(request), no_faults())


@form(needs="person")
async def send_survey(request: web.Request) -> web.StreamResponse:
    """Take the answers. Raises AnsweredAlready, TermOver, NotFound."""
    reader = await reader_of(request)
    survey_id = path_id(request)
    await reader.instance.read(own_survey, survey_id, reader.me)
    try:
        answers = {one.name: reader.parameters.integer(one.name) for one in QUESTIONS}
        await reader.instance.work(answer_survey, survey_id, reader.me, answers)
    except Invalid as wrong:
        return await _survey(reader, faults_of(wrong), status=422)
    return see(path_for(request.app, "coaching.survey", id=survey_id))


async def _survey(reader: Reader, faults: Faults, *, status: int = 200) -> web.StreamResponse:
    asked, questions = await reader.instance.read(_read_survey, path_id(reader.request), reader.me)
    return await render(
        reader.request,
        "coaching/survey.html",
        {
            "asked": asked,
            "questions": questions,
            "faults": faults,
            "sent": reader.parameters,
        },
        status=status,
    )


def _read_survey(r: Reading, survey_id: int, person_id: int) -> tuple[Asked, tuple[Question, ...]]:
    row = own_survey(r, survey_id, person_id)
    asked = Asked(row, "", r.now > row.asked_at + SURVEY_WITHIN)
    return asked, asked_at(Moment(row.moment))


@form(needs="person")
async def kept(request: web.Request) -> web.StreamResponse:
    """Show what is kept: that notes exist, references, who opened the case, surveys, stories."""
    reader = await reader_of(request)
    found = await reader.instance.read(kept_of, reader.me)
    return await render(
        request,
        "coaching/kept.html",
        {
            "kept": found,
            "services": SERVICES,
            "results": RESULTS,
            "obstacle_words": OBSTACLES,
            "questions": QUESTIONS,
            "purpose": STORIES,
        },
    )


@form(needs="person")
async def decide_story(request: web.Request) -> web.StreamResponse:
    """Publish a story about oneself, or have it deleted. Raises NotFound, Invalid, Conflict."""
    reader = await reader_of(request)
    sent, story_id = reader.parameters, path_id(request)
    answer = sent.choice("answer", ("yes", "no"))
    if answer == "no":
        await reader.instance.work(refuse_story, story_id, reader.me)
    elif answer == "yes":
        if sent.integer("version") != STORIES.version:
            raise Conflict(say("This text has changed. Please read it again."))
        await reader.instance.work(
            publish_as_agreed,
            story_id,
            reader.me,
            shown(STORIES, reader.translator),
            manner=Manner(login_id=visitor_of(request).login_id),
        )
    else:
        raise Invalid(say("Choose yes or no."))
    return see(path_for(request.app, "coaching.kept"))


ROUTES: Final = (
    web.get("/check-ins/{id:[0-9]+}", check_in, name="coaching.check_in"),
    web.post("/check-ins/{id:[0-9]+}", send_check_in, name="coaching.send_check_in"),
    web.get("/surveys/{id:[0-9]+}", survey, name="coaching.survey"),
    web.post("/surveys/{id:[0-9]+}", send_survey, name="coaching.send_survey"),
    web.get("/settings/coaching", kept, name="coaching.kept"),
    web.post("/settings/coaching/stories/{id:[0-9]+}", decide_story, name="coaching.decide_story"),
)
