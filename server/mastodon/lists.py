"""Lists and their timelines. Source: Mastodon's API, "lists API methods"."""

from typing import Final

from aiohttp import web

from server.mastodon.calls import EMPTY, Call, answer, call_of
from server.mastodon.entities.account import account
from server.mastodon.entities.scene import Entity
from server.mastodon.timelines import answer_page
from server.platform.http.decorators import api
from server.platform.http.paging import Page, page_asked, page_links
from server.platform.http.parameters import path_id
from server.platform.work import Reading, Work
from server.timelines.lists import queries, service
from server.timelines.lists.model import RepliesPolicy
from server.timelines.lists.queries import ListRow, list_row

_POLICIES: Final = tuple(policy.value for policy in RepliesPolicy)
_ID: Final = "/api/v1/lists/{id}"


def entity(row: ListRow) -> Entity:
    """Return a list as clients read it."""
    return {
        "id": str(row.id),
        "title": row.title,
        "replies_policy": row.replies_policy.value,
        "exclusive": row.exclusive,
    }


@api(scope="read:lists")
async def all_lists(request: web.Request) -> web.Response:
    """Answer the person's lists."""
    call = await call_of(request)
    rows = await call.instance.read(queries.lists_of, call.me)
    return answer([entity(row) for row in rows])


@api(scope="read:lists")
async def one(request: web.Request) -> web.Response:
    """Answer one list."""
    call = await call_of(request)
    return answer(entity(await call.instance.read(_row, call.me, path_id(request))))


def _row(r: Reading, owner_id: int, list_id: int) -> ListRow:
    return list_row(service.own_list(r, owner_id, list_id))


@api(scope="write:lists")
async def make(request: web.Request) -> web.Response:
    """Make a list."""
    call = await call_of(request)
    return answer(entity(await call.instance.work(_make, call)))


def _make(w: Work, call: Call) -> ListRow:
    sent = call.parameters
    made = service.make_list(
        w,
        call.me,
        sent.text("title") or "",
        replies_policy=RepliesPolicy(sent.choice("replies_policy", _POLICIES) or "list"),
        exclusive=sent.flag("exclusive"),
    )
    return list_row(made)


@api(scope="write:lists")
async def change(request: web.Request) -> web.Response:
    """Change a list."""
    call = await call_of(request)
    return answer(entity(await call.instance.work(_change, call, path_id(request))))


def _change(w: Work, call: Call, list_id: int) -> ListRow:
    sent = call.parameters
    policy = sent.choice("replies_policy", _POLICIES)
    changed = service.change_list(
        w,
        call.me,
        list_id,
        title=sent.text("title"),
        replies_policy=RepliesPolicy(policy) if policy else None,
        exclusive=sent.boolean("exclusive"),
    )
    return list_row(changed)


@api(scope="write:lists")
async def remove(request: web.Request) -> web.Response:
    """Delete a list."""
    call = await call_of(request)
    await call.instance.work(service.delete_list, call.me, path_id(request))
    return answer(EMPTY)


@api(scope="read:lists")
async def people(request: web.Request) -> web.Response:
    """Answer who is on a list; `limit=0` answers all of them."""
    call = await call_of(request)
    asked = _page(call)
    rows = await call.instance.read(queries.members, call.viewer, path_id(request), asked)
    links = page_links(request, [row.id for row in rows], asked.limit) if asked else None
    return answer([account(call.scene, row) for row in rows], headers=links)


def _page(call: Call) -> Page | None:
    if call.parameters.text("limit") == "0":
        return None
    return page_asked(call.parameters, default=40, most=80)


@api(scope="write:lists")
async def add_people(request: web.Request) -> web.Response:
    """Put people on a list."""
    call = await call_of(request)
    ids = call.parameters.ids("account_ids")
    await call.instance.work(service.add_members, call.me, path_id(request), ids)
    return answer(EMPTY)


@api(scope="write:lists")
async def remove_people(request: web.Request) -> web.Response:
    """Take people off a list."""
    call = await call_of(request)
    ids = call.parameters.ids("account_ids")
    await call.instance.work(service.remove_members, call.me, path_id(request), ids)
    return answer(EMPTY)


@api(scope="read:lists")
async def lists_with(request: web.Request) -> web.Response:
    """Answer those of one's lists that somebody is on."""
    call = await call_of(request)
    rows = await call.instance.read(queries.lists_with, call.me, path_id(request))
    return answer([entity(row) for row in rows])


@api(scope="read:lists")
async def timeline(request: web.Request) -> web.Response:
    """Answer what the people of a list publish."""
    call = await call_of(request)
    page, list_id = page_asked(call.parameters), path_id(request)
    return await answer_page(call, lambda r: queries.list_timeline(r, call.viewer, list_id, page))


ROUTES: Final = (
    web.get("/api/v1/lists", all_lists, name="api.lists"),
    web.post("/api/v1/lists", make, name="api.make_list"),
    web.get(_ID, one, name="api.list"),
    web.put(_ID, change, name="api.change_list"),
    web.delete(_ID, remove, name="api.delete_list"),
    web.get(_ID + "/accounts", people, name="api.list_people"),
    web.post(_ID + "/accounts", add_people, name="api.add_to_list"),
    web.delete(_ID + "/accounts", remove_people, name="api.remove_from_list"),
    web.get("/api/v1/accounts/{id}/lists", lists_with, name="api.lists_with"),
    web.get("/api/v1/timelines/list/{id}", timeline, name="api.list_timeline"),
)
