"""Following, blocking, muting, requests, notes. Source: Mastodon's API, "accounts API methods"."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from aiohttp import web

from server.mastodon.accounts import MANY, MOST, listed
from server.mastodon.calls import Call, answer, call_of
from server.mastodon.entities.account import account, relationship
from server.mastodon.entities.scene import moment_or_none
from server.people import queries as people
from server.people import relations
from server.people.rules import Viewer
from server.platform.errors import NotFound
from server.platform.http.decorators import api
from server.platform.http.paging import page_asked, page_links
from server.platform.http.parameters import path_id
from server.platform.work import Reading, Work

P = ParamSpec("P")
T = TypeVar("T")
_MAX_NOTE = 2_000


def _related(
    w: Work, call: Call, other_id: int, change: Callable[[Work], object]
) -> people.Relationship:
    """Make a change towards somebody the person may see; return how they stand now."""
    people.person_of(w, Viewer.member(call.me), other_id)
    change(w)
    w.session.flush()
    return people.relationships(w, call.me, [other_id])[0]


async def _answer_change(
    call: Call,
    change: Callable[Concatenate[Work, int, int, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> web.Response:
    other_id = path_id(call.request)
    found = await call.instance.work(
        _related, call, other_id, lambda w: change(w, call.me, other_id, *args, **kwargs)
    )
    return answer(relationship(found))


@api(scope="write:follows")
async def follow(request: web.Request) -> web.Response:
    """Follow somebody, or change what one wants to see of them."""
    call = await call_of(request)
    return await _answer_change(
        call,
        relations.follow,
        shows_boosts=call.parameters.boolean("reblogs"),
        notifies=call.parameters.boolean("notify"),
    )


@api(scope="write:follows")
async def unfollow(request: web.Request) -> web.Response:
    """Stop following somebody, or take a request back."""
    return await _answer_change(await call_of(request), relations.unfollow)


@api(scope="write:follows")
async def remove_from_followers(request: web.Request) -> web.Response:
    """Let somebody not follow any more."""
    return await _answer_change(await call_of(request), relations.remove_follower)


@api(scope="write:blocks")
async def block(request: web.Request) -> web.Response:
    """Block somebody; both stop following."""
    return await _answer_change(await call_of(request), relations.block)


@api(scope="write:blocks")
async def unblock(request: web.Request) -> web.Response:
    """Take a block back."""
    call = await call_of(request)
    return await _answer_undo(call, relations.unblock)


@api(scope="write:mutes")
async def mute(request: web.Request) -> web.Response:
    """Mute somebody; a duration of 0 is for ever."""
    call = await call_of(request)
    seconds = call.parameters.integer("duration", least=0, most=10**9) or 0
    notifications = call.parameters.boolean("notifications")
    return await _answer_change(
        call,
        relations.mute,
        notifications=True if notifications is None else notifications,
        until=call.instance.clock.now() + timedelta(seconds=seconds) if seconds else None,
    )


@api(scope="write:mutes")
async def unmute(request: web.Request) -> web.Response:
    """Take a mute back."""
    return await _answer_undo(await call_of(request), relations.unmute)


async def _answer_undo(call: Call, undo: Callable[[Work, int, int], bool]) -> web.Response:
    """Undo what also hides the other: somebody blocked is not visible, and still unblocked."""
    other_id = path_id(call.request)

    def unit(w: Work) -> people.Relationship:
        undo(w, call.me, other_id)
        w.session.flush()
        found = people.relationships(w, call.me, [other_id])
        if not found:
            raise NotFound
        return found[0]

    return answer(relationship(await call.instance.work(unit)))


@api(scope="write:accounts")
async def note(request: web.Request) -> web.Response:
    """Keep a private note about somebody."""
    call = await call_of(request)
    text = call.parameters.edited("comment", max_length=_MAX_NOTE) or ""
    return await _answer_change(call, relations.set_note, text)


@api(scope="read:blocks")
async def blocks(request: web.Request) -> web.Response:
    """Answer whom the person blocks."""
    call = await call_of(request)
    return await listed(call, people.blocked, call.me)


@api(scope="read:mutes")
async def mutes(request: web.Request) -> web.Response:
    """Answer whom the person mutes."""
    call = await call_of(request)
    page = page_asked(call.parameters, default=MANY, most=MOST)

    def unit(r: Reading) -> tuple[list[people.Listed], dict[int, datetime | None]]:
        found = people.muted(r, call.me, page)
        standing = people.relationships(r, call.me, [one.person.id for one in found])
        return found, {one.id: one.muting_expires_at for one in standing}

    found, ends = await call.instance.read(unit)
    scene = call.scene
    entities = [
        {**account(scene, one.person), "mute_expires_at": moment_or_none(ends.get(one.person.id))}
        for one in found
    ]
    return answer(entities, headers=page_links(request, [one.id for one in found], page.limit))


@api(scope="read:follows")
async def follow_requests(request: web.Request) -> web.Response:
    """Answer who waits to follow."""
    call = await call_of(request)
    return await listed(call, people.follow_requests, call.me)


@api(scope="write:follows")
async def authorize(request: web.Request) -> web.Response:
    """Let somebody follow who asked to."""
    return await _answer_request(await call_of(request), relations.accept_follow)


@api(scope="write:follows")
async def reject(request: web.Request) -> web.Response:
    """Refuse somebody who asked to follow."""
    return await _answer_request(await call_of(request), relations.reject_follow)


async def _answer_request(call: Call, decide: Callable[[Work, int, int], bool]) -> web.Response:
    other_id = path_id(call.request)

    def unit(w: Work) -> people.Relationship:
        if not decide(w, call.me, other_id):
            raise NotFound
        w.session.flush()
        return people.relationships(w, call.me, [other_id])[0]

    return answer(relationship(await call.instance.work(unit)))


_ONE = "/api/v1/accounts/{id}"
_REQUEST = "/api/v1/follow_requests/{id}"
ROUTES = (
    web.post(f"{_ONE}/follow", follow, name="api.follow"),
    web.post(f"{_ONE}/unfollow", unfollow, name="api.unfollow"),
    web.post(f"{_ONE}/remove_from_followers", remove_from_followers, name="api.remove_follower"),
    web.post(f"{_ONE}/block", block, name="api.block"),
    web.post(f"{_ONE}/unblock", unblock, name="api.unblock"),
    web.post(f"{_ONE}/mute", mute, name="api.mute_account"),
    web.post(f"{_ONE}/unmute", unmute, name="api.unmute_account"),
    web.post(f"{_ONE}/note", note, name="api.note"),
    web.get("/api/v1/blocks", blocks, name="api.blocks"),
    web.get("/api/v1/mutes", mutes, name="api.mutes"),
    web.get("/api/v1/follow_requests", follow_requests, name="api.follow_requests"),
    web.post(f"{_REQUEST}/authorize", authorize, name="api.authorize_follow"),
    web.post(f"{_REQUEST}/reject", reject, name="api.reject_follow"),
)
