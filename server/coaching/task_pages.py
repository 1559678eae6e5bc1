"""The staff's page of tasks: mine and the programme's; make one, tick it off, hand it over."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.coaching.colleagues import STAFF, Colleague, colleagues, coordinated
from server.coaching.forms import Faults, day_typed, faults_of, no_faults
from server.coaching.rules import MOST_TASK, TASK_WORDS
from server.coaching.tasks import TaskRow, Wish, finish_task, make_task, open_tasks, pass_on
from server.people.reader import Reader, reader_of, see
from server.platform.errors import Invalid
from server.platform.http.decorators import form
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.work import Reading
from server.programmes.queries import ProgrammeRow, programme


@dataclass(frozen=True, slots=True)
class Desk:
    """The tasks with what one may do to them."""

    tasks: list[TaskRow]
    programmes: list[ProgrammeRow]
    colleagues: dict[int, list[Colleague]]
    """By programme."""


@form(needs="login", staff=STAFF)
async def tasks(request: web.Request) -> web.StreamResponse:
    """List what is to be done, the earliest first."""
    return await _shown(await reader_of(request), no_faults())


async def _shown(reader: Reader, faults: Faults, *, status: int = 200) -> web.StreamResponse:
    visitor, sent = visitor_of(reader.request), reader.parameters
    of_programmes = sent.text("of", max_length=20) == "programme"
    desk = await reader.instance.read(
        _desk, visitor.login, visitor.staff_roles, of_programmes=of_programmes
    )
    return await render(
        reader.request,
        "coaching/tasks.html",
        {
            "desk": desk,
            "of_programmes": of_programmes,
            "words": TASK_WORDS,
            "most": MOST_TASK,
            "faults": faults,
            "typed": lambda name: sent.text(name) or "",
        },
        status=status,
    )


def _desk(r: Reading, login_id: int, roles: Collection[str], *, of_programmes: bool) -> Desk:
    found = open_tasks(r, login_id, roles, of_programmes=of_programmes)
    led = coordinated(r, login_id, roles)
    ids = {one.programme_id for one in found if one.programme_id is not None} | set(led)
    return Desk(
        found,
        [programme(r, one) for one in led],
        {one: colleagues(r, one) for one in ids},
    )


@form(needs="login", staff=STAFF)
async def make(request: web.Request) -> web.StreamResponse:
    """Write a task down. Raises NotFound for what is not one's business."""
    reader, visitor = await reader_of(request), visitor_of(request)
    sent = reader.parameters
    try:
        wish = Wish(
            text=sent.text("text", max_length=10_000) or "",
            due_on=day_typed(sent, "due_on"),
            programme_id=sent.id("programme"),
            person_id=sent.id("person"),
            for_login=sent.id("colleague"),
        )
        await reader.instance.work(make_task, visitor.login, visitor.staff_roles, wish)
    except Invalid as wrong:
        return await _shown(reader, faults_of(wrong), status=422)
    return see(path_for(request.app, "coaching.tasks"))


@form(needs="login", staff=STAFF)
async def done(request: web.Request) -> web.StreamResponse:
    """Tick a task off. Raises NotFound for a task of others."""
    reader, visitor = await reader_of(request), visitor_of(request)
    await reader.instance.work(finish_task, path_id(request), visitor.login, visitor.staff_roles)
    return see(path_for(request.app, "coaching.tasks"))


@form(needs="login", staff=STAFF)
async def give(request: web.Request) -> web.StreamResponse:
    """Give a task to a colleague. Raises NotFound for a task of others."""
    reader, visitor = await reader_of(request), visitor_of(request)
    try:
        to_login = reader.parameters.id("colleague") or 0
        await reader.instance.work(
            pass_on, path_id(request), visitor.login, visitor.staff_roles, to_login
        )
    except Invalid as wrong:
        return await _shown(reader, faults_of(wrong), status=422)
    return see(path_for(request.app, "coaching.tasks"))


ROUTES: Final = (
    web.get("/staff/tasks", tasks, name="coaching.tasks"),
    web.post("/staff/tasks", make, name="coaching.make_task"),
    web.post("/staff/tasks/{id:[0-9]+}/done", done, name="coaching.finish_task"),
    web.post("/staff/tasks/{id:[0-9]+}/give", give, name="coaching.give_task"),
)
