"""The pages of lists: making one, who is on it, and reading it."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.people.cards import PersonRow
from server.people.queries import person_by_handle
from server.people.reader import Reader, neighbours_of, reader_of, see
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form, page
from server.platform.http.paging import Page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work
from server.posts.loading import post_rows
from server.posts.rows import PostRow
from server.timelines.lists import queries, service
from server.timelines.lists.model import RepliesPolicy
from server.timelines.lists.queries import ListRow, list_row

POLICIES: Final = (
    (RepliesPolicy.LIST.value, say("Answers among the people on this list")),
    (RepliesPolicy.FOLLOWED.value, say("Answers to everybody I follow")),
    (RepliesPolicy.NONE.value, say("No answers")),
)
_MAX: Final = 300


@dataclass(frozen=True, slots=True)
class ListPage:
    """A part of a list, and who is on it."""

    row: ListRow
    people: list[PersonRow]
    posts: list[PostRow]


@page(needs="person")
async def lists(request: web.Request) -> web.StreamResponse:
    """Show one's lists, and the form for one more."""
    return await _lists(await reader_of(request))


async def _lists(reader: Reader, refused: Message | str | None = None) -> web.Response:
    rows = await reader.instance.read(queries.lists_of, reader.me)
    context = {
        "lists": rows,
        "refused": refused,
        "title": reader.parameters.text("title", max_length=_MAX) or "",
    }
    status = 422 if refused else 200
    return await render(reader.request, "timelines/lists.html", context, status=status)


@form(needs="person")
async def make(request: web.Request) -> web.StreamResponse:
    """Make a list."""
    reader = await reader_of(request)
    title = reader.parameters.text("title", max_length=_MAX) or ""
    try:
        list_id = await reader.instance.work(_make, reader.me, title)
    except Invalid as refused:
        return await _lists(reader, refused.safe)
    return see(path_for(request.app, "timelines.list", id=list_id))


def _make(w: Work, owner_id: int, title: str) -> int:
    return service.make_list(w, owner_id, title).id


@page(needs="person")
async def one(request: web.Request) -> web.StreamResponse:
    """Show what the people of a list publish."""
    reader = await reader_of(request)
    return await _one(reader, path_id(request))


async def _one(reader: Reader, list_id: int, refused: Message | str | None = None) -> web.Response:
    asked = reader.page()
    found = await reader.instance.read(_page, reader, list_id, asked)
    context = {
        "found": found,
        "policies": POLICIES,
        "refused": refused,
        "neighbours": neighbours_of([post.id for post in found.posts], asked),
    }
    status = 422 if refused else 200
    return await render(reader.request, "timelines/list.html", context, status=status)


def _page(r: Reading, reader: Reader, list_id: int, asked: Page) -> ListPage:
    row = list_row(service.own_list(r, reader.me, list_id))
    people = queries.members(r, reader.viewer, list_id, None)
    ids = queries.list_timeline(r, reader.viewer, list_id, asked)
    return ListPage(row, people, post_rows(r, reader.viewer, ids))


@form(needs="person")
async def change(request: web.Request) -> web.StreamResponse:
    """Change the name of a list and what it shows, or delete it."""
    reader, list_id = await reader_of(request), path_id(request)
    if reader.parameters.given("delete"):
        await reader.instance.work(service.delete_list, reader.me, list_id)
        return see(path_for(request.app, "timelines.lists"))
    try:
        await reader.instance.work(_change, reader, list_id)
    except Invalid as refused:
        return await _one(reader, list_id, refused.safe)
    return see(path_for(request.app, "timelines.list", id=list_id))


def _change(w: Work, reader: Reader, list_id: int) -> None:
    sent = reader.parameters
    policy = sent.choice("replies_policy", [value for value, _ in POLICIES])
    service.change_list(
        w,
        reader.me,
        list_id,
        title=sent.text("title", max_length=_MAX) or "",
        replies_policy=RepliesPolicy(policy) if policy else None,
        exclusive=sent.flag("exclusive"),
    )


@form(needs="person")
async def put(request: web.Request) -> web.StreamResponse:
    """Put somebody on a list, or take them off."""
    reader, list_id = await reader_of(request), path_id(request)
    try:
        await reader.instance.work(_put, reader, list_id)
    except NotFound:
        # Whether the list or the person is missing shows when the page is drawn.
        return await _one(reader, list_id, say("You do not follow anybody with this handle."))
    except Invalid as refused:
        return await _one(reader, list_id, refused.safe)
    return see(path_for(request.app, "timelines.list", id=list_id))


def _put(w: Work, reader: Reader, list_id: int) -> None:
    handle = (reader.parameters.text("handle", max_length=_MAX) or "").strip().lstrip("@")
    person = person_by_handle(w, reader.viewer, handle) if handle else None
    if person is None:
        raise NotFound
    if reader.parameters.flag("off"):
        service.remove_members(w, reader.me, list_id, [person.id])
    else:
        service.add_members(w, reader.me, list_id, [person.id])


ROUTES: Final = (
    web.get("/lists", lists, name="timelines.lists"),
    web.post("/lists", make, name="timelines.make_list"),
    web.get("/lists/{id:[0-9]+}", one, name="timelines.list"),
    web.post("/lists/{id:[0-9]+}", change, name="timelines.change_list"),
    web.post("/lists/{id:[0-9]+}/people", put, name="timelines.put_on_list"),
)
