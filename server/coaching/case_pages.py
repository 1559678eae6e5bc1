"""The staff's pages of cases: the register, and a person's case, opened for a reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from server.coaching import service
from server.coaching.cases import Case, open_case, register, whose
from server.coaching.colleagues import STAFF
from server.coaching.forms import Faults, day_typed, faults_of, no_faults
from server.coaching.rules import (
    MOST_CASE_NOTE,
    MOST_STORY,
    MOST_TASK,
    OBSTACLES,
    READING,
    RESULTS,
    SERVICES,
    USEFUL_WORDS,
)
from server.coaching.sight import sight_of
from server.coaching.stories import StoryWish, publish_on_paper, write_story
from server.people.cards import PersonRow
from server.people.reader import Reader, reader_of, see
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form, page
from server.platform.http.parameters import Parameters, path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Translator
from server.platform.work import Work
from server.privacy.texts import STORIES, shown
from server.profiles.service import PURPOSES
from server.programmes.rules import INSIDE, OUTCOMES, PARTICIPATION_WORDS, ROLE_WORDS

_PAGE: Final = 20


@page(needs="login", staff=STAFF)
async def cases(request: web.Request) -> web.StreamResponse:
    """List the cases that one may open."""
    reader, visitor = await reader_of(request), visitor_of(request)
    found = await reader.instance.read(
        register,
        visitor.login,
        visitor.staff_roles,
        before=reader.page().max_id,
        limit=_PAGE + 1,
    )
    older = {"max_id": found[_PAGE - 1].part.id} if len(found) > _PAGE else None
    return await render(
        request,
        "coaching/cases.html",
        {
            "lines": found[:_PAGE],
            "older": older,
            "states": PARTICIPATION_WORDS,
            "outcomes": OUTCOMES,
        },
    )


@form(needs="login", staff=STAFF)
async def case(request: web.Request) -> web.StreamResponse:
    """Ask why the case is opened, or show it. Raises NotFound for a case of others."""
    return await _shown(await reader_of(request), no_faults())


async def _shown(reader: Reader, faults: Faults, *, status: int = 200) -> web.StreamResponse:
    visitor, sent, person_id = (
        visitor_of(reader.request),
        reader.parameters,
        path_id(reader.request),
    )
    who = (visitor.login, visitor.staff_roles, person_id)
    purpose = sent.text("purpose", max_length=40) or ""
    opened: Case | None = None
    person: PersonRow = await reader.instance.read(whose, *who)
    if purpose:
        try:
            opened = await reader.instance.work(
                open_case, *who, purpose=purpose, part_id=sent.id("part")
            )
        except Invalid as wrong:
            faults, status = faults_of(wrong), 422
    answer = await render(
        reader.request,
        "coaching/case.html" if opened else "coaching/ask.html",
        {
            "person": person,
            "case": opened,
            "is_open": opened is not None and opened.part.state in INSIDE,
            "purpose": purpose,
            "purposes": [(one, PURPOSES[one]) for one in READING],
            "faults": faults,
            "typed": lambda name: sent.text(name) or "",
            "words": _WORDS,
        },
        status=status,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@dataclass(frozen=True, slots=True)
class Doer:
    """Who of the staff does something to which participation, and what they sent."""

    login_id: int
    roles: frozenset[str]
    part_id: int
    sent: Parameters
    translator: Translator

    @property
    def key(self) -> tuple[int, frozenset[str], int]:
        """What every change of a case begins with."""
        return self.login_id, self.roles, self.part_id


def _note(w: Work, by: Doer) -> None:
    service.add_note(w, *by.key, by.sent.text("text") or "")


def _hand_over(w: Work, by: Doer) -> None:
    to_login = by.sent.id("colleague") or 0
    service.hand_over(w, *by.key, to_login=to_login, text=by.sent.text("why") or "")


def _reference(w: Work, by: Doer) -> None:
    word = by.sent.text("service", max_length=100) or ""
    service.refer(w, *by.key, service=word, on=day_typed(by.sent, "on"))


def _result(w: Work, by: Doer) -> None:
    word = by.sent.text("result", max_length=100) or ""
    service.set_result(w, *by.key, by.sent.id("reference") or 0, word)


def _obstacles(w: Work, by: Doer) -> None:
    service.set_obstacles(w, *by.key, by.sent.texts("obstacles", max_length=100))


def _outcome(w: Work, by: Doer) -> None:
    service.end_coaching(w, *by.key, by.sent.text("outcome", max_length=100) or "")


def _story(w: Work, by: Doer) -> None:
    wish = StoryWish(
        called=by.sent.text("called") or "",
        text=by.sent.text("story") or "",
        link=by.sent.text("link") or "",
        language=by.translator.tag,
    )
    write_story(w, *by.key, wish)


def _paper(w: Work, by: Doer) -> None:
    publish_on_paper(
        w,
        by.login_id,
        by.roles,
        by.sent.id("story_id") or 0,
        shown(STORIES, by.translator),
        by.sent.text("reference") or "",
    )


_CHANGES: Final[Mapping[str, Callable[[Work, Doer], None]]] = MappingProxyType(
    {
        "note": _note,
        "hand-over": _hand_over,
        "reference": _reference,
        "result": _result,
        "obstacles": _obstacles,
        "outcome": _outcome,
        "story": _story,
        "paper": _paper,
    }
)


@form(needs="login", staff=STAFF)
async def change(request: web.Request) -> web.StreamResponse:
    """Write something into a case, then show it again.

    Raises NotFound for a case of others, Conflict when it is over.
    """
    reader, visitor = await reader_of(request), visitor_of(request)
    part_id, verb = path_id(request, "part"), request.match_info["verb"]
    by = Doer(visitor.login, visitor.staff_roles, part_id, reader.parameters, reader.translator)
    person_id = path_id(request)
    try:
        await reader.instance.work(_change, _CHANGES[verb], by, person_id)
    except Invalid as wrong:
        return await _shown(reader, faults_of(wrong), status=422)
    path = path_for(request.app, "coaching.case", id=person_id)
    purpose = reader.parameters.text("purpose", max_length=40)
    is_left = verb == "hand-over"
    query = urlencode({"part": part_id, "purpose": purpose or ""})
    return see(path_for(request.app, "coaching.cases") if is_left else f"{path}?{query}")


def _change(w: Work, what: Callable[[Work, Doer], None], by: Doer, person_id: int) -> None:
    if sight_of(w, *by.key).part.person_id != person_id:
        raise NotFound
    what(w, by)


_WORDS: Final = {
    "services": SERVICES,
    "results": RESULTS,
    "obstacles": OBSTACLES,
    "outcomes": OUTCOMES,
    "useful": USEFUL_WORDS,
    "states": PARTICIPATION_WORDS,
    "roles": ROLE_WORDS,
    "story": STORIES,
    "most": {"note": MOST_CASE_NOTE, "story": MOST_STORY, "task": MOST_TASK},
}

ROUTES: Final = (
    web.get("/staff/cases", cases, name="coaching.cases"),
    web.get("/staff/cases/{id:[0-9]+}", case, name="coaching.case"),
    web.post(
        "/staff/cases/{id:[0-9]+}/{part:[0-9]+}/{verb:" + "|".join(_CHANGES) + "}",
        change,
        name="coaching.change_case",
    ),
)
