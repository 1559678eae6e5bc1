"""Notifications. Source: Mastodon's API, "notifications API methods"."""

from aiohttp import web

from server.mastodon.calls import EMPTY, Call, answer, call_of
from server.mastodon.entities.account import author
from server.mastodon.entities.scene import Entity, Scene, moment
from server.mastodon.entities.status import status
from server.notifications import queries, service
from server.notifications.model import NotificationType
from server.notifications.queries import NotificationRow, Wanted
from server.people.queries import people_by_ids
from server.platform.errors import NotFound
from server.platform.http.decorators import api
from server.platform.http.paging import page_asked, page_links
from server.platform.http.parameters import path_id
from server.platform.work import Reading
from server.posts.loading import post_rows
from server.timelines.filters.queries import matches_of
from server.timelines.filters.rules import hides
from server.timelines.queries import markers

_MOST = 80
_ABOUT_A_POST = frozenset(NotificationType) - {
    NotificationType.FOLLOW,
    NotificationType.FOLLOW_REQUEST,
}


def entities(r: Reading, scene: Scene, rows: list[NotificationRow]) -> list[Entity]:
    """Return Notification entities; one whose person or post cannot be seen any more is left out.

    So is one whose post the person's filters hide in notifications.

    A constant number of statements for a page.
    """
    people = people_by_ids(r, scene.viewer, {row.from_id for row in rows})
    wanted = list(dict.fromkeys(row.post_id for row in rows if row.post_id is not None))
    posts = {post.id: post for post in post_rows(r, scene.viewer, wanted)}
    made = []
    for row in rows:
        person, post = people.get(row.from_id), posts.get(row.post_id or 0)
        if person is None or (post is None and row.notification_type in _ABOUT_A_POST):
            continue
        if post is not None and hides(matches_of(scene.filters, post), "notifications"):
            continue
        entity: Entity = {
            "id": str(row.id),
            "type": row.notification_type.value,
            "created_at": moment(row.created_at),
            "group_key": f"ungrouped-{row.id}",
            "account": author(scene, person),
        }
        if post is not None:
            entity["status"] = status(scene, post)
        made.append(entity)
    return made


@api(scope="read:notifications")
async def notifications(request: web.Request) -> web.Response:
    """Answer a page of the person's notifications."""
    call = await call_of(request)
    page = page_asked(call.parameters, default=40, most=_MOST)
    wanted = _wanted(call)

    def unit(r: Reading) -> tuple[list[NotificationRow], list[Entity]]:
        rows = queries.page(r, call.me, page, wanted)
        return rows, entities(r, call.scene, rows)

    rows, found = await call.instance.read(unit)
    return answer(found, headers=page_links(request, [row.id for row in rows], page.limit))


def _wanted(call: Call) -> Wanted:
    return Wanted(
        types=call.parameters.texts("types"),
        excluded=call.parameters.texts("exclude_types"),
        from_id=call.parameters.id("account_id"),
    )


@api(scope="read:notifications")
async def unread_count(request: web.Request) -> web.Response:
    """Answer how many came after the read marker."""
    call = await call_of(request)

    def unit(r: Reading) -> int:
        marked = markers(r, call.me, ["notifications"])
        return queries.unread_count(r, call.me, marked[0].last_read_id if marked else 0)

    return answer({"count": await call.instance.read(unit)})


@api(scope="read:notifications")
async def notification(request: web.Request) -> web.Response:
    """Answer one notification."""
    call = await call_of(request)
    wanted = path_id(request)

    def unit(r: Reading) -> list[Entity]:
        row = queries.one(r, call.me, wanted)
        return entities(r, call.scene, [row]) if row is not None else []

    found = await call.instance.read(unit)
    if not found:
        raise NotFound
    return answer(found[0])


@api(scope="write:notifications")
async def clear(request: web.Request) -> web.Response:
    """Delete all of the person's notifications."""
    call = await call_of(request)
    await call.instance.work(service.clear, call.me)
    return answer(EMPTY)


@api(scope="write:notifications")
async def dismiss(request: web.Request) -> web.Response:
    """Delete one notification."""
    call = await call_of(request)
    if not await call.instance.work(service.dismiss, call.me, [path_id(request)]):
        raise NotFound
    return answer(EMPTY)


ROUTES = (
    web.get("/api/v1/notifications", notifications, name="api.notifications"),
    web.get("/api/v1/notifications/unread_count", unread_count, name="api.unread_count"),
    web.post("/api/v1/notifications/clear", clear, name="api.clear_notifications"),
    web.get("/api/v1/notifications/{id}", notification, name="api.notification"),
    web.post("/api/v1/notifications/{id}/dismiss", dismiss, name="api.dismiss"),
)
