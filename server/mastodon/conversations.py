"""Conversations: direct messages by thread and circle. Source: "conversations API methods"."""

from aiohttp import web

from server.mastodon.calls import EMPTY, answer, call_of
from server.mastodon.entities.account import author
from server.mastodon.entities.scene import Entity, Scene
from server.mastodon.entities.status import status
from server.messages import queries, service
from server.messages.queries import ConversationRow
from server.platform.http.decorators import api
from server.platform.http.paging import page_asked, page_links
from server.platform.http.parameters import path_id
from server.platform.work import Work


def entity(scene: Scene, row: ConversationRow) -> Entity:
    """Return the Conversation entity; the accounts are those of the others."""
    return {
        "id": str(row.id),
        "unread": row.unread,
        "accounts": [author(scene, one) for one in row.people],
        "last_status": status(scene, row.last) if row.last is not None else None,
    }


@api(scope="read:statuses")
async def conversations(request: web.Request) -> web.Response:
    """Answer a page of the person's conversations; the Link header goes by the last status."""
    call = await call_of(request)
    page = page_asked(call.parameters)
    found = await call.instance.read(queries.conversations, call.viewer, page)
    links = page_links(request, [one.last_id for one in found], page.limit)
    return answer([entity(call.scene, one) for one in found], headers=links)


@api(scope="write:conversations")
async def read(request: web.Request) -> web.Response:
    """Mark one of the person's conversations as read."""
    call = await call_of(request)
    conversation_id = path_id(request)

    def unit(w: Work) -> Entity:
        service.mark_read(w, call.me, conversation_id)
        return entity(call.scene, queries.conversation(w, call.viewer, conversation_id))

    return answer(await call.instance.work(unit))


@api(scope="write:conversations")
async def remove(request: web.Request) -> web.Response:
    """Take a conversation off the person's list, until somebody writes again."""
    call = await call_of(request)
    await call.instance.work(service.take_off_list, call.me, path_id(request))
    return answer(EMPTY)


ROUTES = (
    web.get("/api/v1/conversations", conversations, name="api.conversations"),
    web.post("/api/v1/conversations/{id}/read", read, name="api.read_conversation"),
    web.delete("/api/v1/conversations/{id}", remove, name="api.remove_conversation"),
)
"""What clients call for direct messages; writing one is a status like any other."""
