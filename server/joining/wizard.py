"""The pages of the wizard: one question at a time, and the end.

A draft belongs to the browser that began it. Steps that come too early lead to the one that is
due; nothing is lost on the way back.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from server.access.entering import start_session
from server.federation.keys import new_keys
from server.joining.choices import LEAST_AGE
from server.joining.doors import can_mail
from server.joining.drafts import COOKIE, DraftGone
from server.joining.finishing import Joined, NotFinished, finish
from server.joining.guide import Faults, Guide, guide_of, show_step
from server.joining.rules import Step
from server.joining.starting import guarded
from server.joining.steps import TAKES
from server.people.model import PersonKind
from server.people.queries import person_of
from server.people.reader import reader_of, see
from server.people.rules import HOUSE
from server.platform.choices import chosen
from server.platform.errors import Invalid, NotFound
from server.platform.http.cookies import drop_cookie
from server.platform.http.decorators import form, page
from server.platform.http.limits import spend
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import say
from server.privacy.texts import notices, questions


@form(needs="nobody")
@guarded
async def go_on_page(request: web.Request) -> web.StreamResponse:
    """Lead to the step that is due."""
    return _due(request, await guide_of(request))


def _due(request: web.Request, guide: Guide | None) -> web.StreamResponse:
    return see(guide.path(guide.due) if guide else path_for(request.app, "joining.start"))


@form(needs="nobody")
@guarded
async def step_page(request: web.Request) -> web.StreamResponse:
    """Show a step that is answered, or lead to the one that is due."""
    step, guide = _step_of(request), await guide_of(request)
    if guide is None or not guide.may_see(step):
        return _due(request, guide)
    return await _shown(guide, step)


@form(needs="nobody")
@guarded
async def take_step(request: web.Request) -> web.StreamResponse:
    """Keep what a step was answered with, and go on, back, or away for a while."""
    step, guide = _step_of(request), await guide_of(request)
    if guide is None or not guide.may_see(step):
        return _due(request, guide)
    going = guide.reader.parameters.text("go", max_length=20) or "next"
    try:
        if step is not Step.CHECK:
            faults = await TAKES[step](guide)
        elif going == "next":
            return await _finish(guide)
        else:
            faults = {}
    except DraftGone:
        return see(path_for(request.app, "joining.start"))
    return await _after(guide, step, going, faults)


async def _after(guide: Guide, step: Step, going: str, faults: Faults) -> web.StreamResponse:
    """Go where somebody wants to go; away from a page also when something in it is wrong."""
    app = guide.reader.request.app
    before = guide.before(step)
    if going == "back" and before is not None:
        return see(guide.path(before))
    if going == "later":
        return see(path_for(app, "joining.later"))
    if faults:
        now = await guide_of(guide.reader.request) or guide
        return await _shown(now, step, faults, status=422)
    return see(guide.path(step) if going == "again" else path_for(app, "joining.go_on"))


async def _finish(guide: Guide) -> web.StreamResponse:
    reader = guide.reader
    if guide.answers.invitation_id is None and not guide.door.confirms:
        spend(reader.request, "sign_up")
    keys = await asyncio.to_thread(new_keys)
    try:
        joined = await reader.instance.work(
            finish,
            guide.draft.row.id,
            keys,
            guide.texts,
            mails=can_mail(reader.instance.settings),
        )
    except NotFinished as early:
        return await _shown(guide, Step.CHECK, {"": early.safe}, status=409)
    except Invalid as taken:
        named = "sign_in_name" if "name" in taken.details else "email"
        fault = say("This cannot be used any more. Choose something else.")
        return await _shown(guide, Step.SIGN_IN, {named: fault}, status=422)
    return await _inside(guide, joined)


async def _inside(guide: Guide, joined: Joined) -> web.StreamResponse:
    """Lead somebody who is done to their first page, signed in.

    In the browser of a coach the coach stays signed in, and the person signs in on their own.
    """
    request = guide.reader.request
    if joined.person_id is None:
        answer: web.StreamResponse = see(path_for(request.app, "joining.waiting"))
    elif visitor_of(request).has_page_session:
        told = {"both": guide.both, "say": say, "answers": guide.answers, "joined": joined}
        title = say("The account is made")
        answer = await render(request, "joining/made.html", {**told, "title": title})
    else:
        answer = see(path_for(request.app, "joining.welcome"))
        await start_session(request, answer, login_id=joined.login_id, person_id=joined.person_id)
    drop_cookie(request, answer, COOKIE)
    return answer


async def _shown(
    guide: Guide, step: Step, faults: Faults | None = None, *, status: int = 200
) -> web.Response:
    return await show_step(guide, step, faults, status=status, more=await _more(guide, step))


async def _more(guide: Guide, step: Step) -> Mapping[str, object]:
    """Return what the page of one step needs beside what all have."""
    if step is Step.AGE:
        return {"least": await guide.reader.instance.read(chosen, LEAST_AGE)}
    if step in {Step.AGREE, Step.CHECK}:
        kind = PersonKind(guide.answers.kind or "")
        return {"notices": notices(kind), "questions": questions(kind), "texts": guide.texts}
    return {}


def _step_of(request: web.Request) -> Step:
    try:
        return Step(request.match_info["step"])
    except ValueError:
        raise NotFound from None


@page()
async def waiting_page(request: web.Request) -> web.StreamResponse:
    """Say that the staff will look at an application."""
    return await render(request, "joining/waiting.html")


@page(needs="person")
async def welcome_page(request: web.Request) -> web.StreamResponse:
    """Greet somebody who has just joined, with three things to do next."""
    reader = await reader_of(request)
    person = await reader.instance.read(person_of, HOUSE, reader.me)
    return await render(request, "joining/welcome.html", {"person": person})


ROUTES: Final = (
    web.get("/join/on", go_on_page, name="joining.go_on"),
    web.get("/join/waiting", waiting_page, name="joining.waiting"),
    web.get("/join/at/{step}", step_page, name="joining.step"),
    web.post("/join/at/{step}", take_step, name="joining.take_step"),
    web.get("/welcome", welcome_page, name="joining.welcome"),
)
