"""What people do with posts: like, boost, keep, pin, vote. Source: "statuses", "polls"."""

from collections.abc import Callable

from aiohttp import web

from server.mastodon.calls import Call, answer, call_of
from server.mastodon.entities.account import author
from server.mastodon.entities.scene import Entity
from server.mastodon.entities.status import poll as poll_entity
from server.mastodon.entities.status import statuses
from server.mastodon.statuses import status_entity
from server.people.rules import Viewer
from server.platform.errors import NotFound
from server.platform.http.decorators import api
from server.platform.http.paging import Page, page_asked, page_links
from server.platform.http.parameters import path_id
from server.platform.work import Reading, Work
from server.posts import queries as posts
from server.posts import reactions_to
from server.posts.polls import vote as cast_vote
from server.posts.rows import PersonMark
from server.posts.rules import audience_asked

_MANY, _MOST = 40, 80


async def _acted(call: Call, act: Callable[[Work, int, int], object]) -> web.Response:
    """Do something to a post and answer it as it is now; of a boost, what it shows."""
    post_id = path_id(call.request)

    def unit(w: Work) -> Entity:
        # Read first, so that what may not be seen is answered like what is not there.
        post = posts.post(w, call.viewer, post_id)
        act(w, call.me, post_id)
        w.session.flush()
        return status_entity(w, call.scene, (post.boost_of or post).id)

    return answer(await call.instance.work(unit))


@api(scope="write:favourites")
async def favourite(request: web.Request) -> web.Response:
    """Like a post."""
    return await _acted(await call_of(request), reactions_to.like)


@api(scope="write:favourites")
async def unfavourite(request: web.Request) -> web.Response:
    """Take a like back."""
    return await _acted(await call_of(request), reactions_to.unlike)


@api(scope="write:bookmarks")
async def bookmark(request: web.Request) -> web.Response:
    """Keep a post."""
    return await _acted(await call_of(request), reactions_to.bookmark)


@api(scope="write:bookmarks")
async def unbookmark(request: web.Request) -> web.Response:
    """Stop keeping a post."""
    return await _acted(await call_of(request), reactions_to.unbookmark)


@api(scope="write:accounts")
async def pin(request: web.Request) -> web.Response:
    """Feature one's own post."""
    return await _acted(await call_of(request), reactions_to.pin)


@api(scope="write:accounts")
async def unpin(request: web.Request) -> web.Response:
    """Stop featuring one's own post."""
    return await _acted(await call_of(request), reactions_to.unpin)


@api(scope="write:mutes")
async def mute(request: web.Request) -> web.Response:
    """Hear nothing more of a conversation."""
    return await _acted(await call_of(request), reactions_to.mute_thread)


@api(scope="write:mutes")
async def unmute(request: web.Request) -> web.Response:
    """Hear of a conversation again."""
    return await _acted(await call_of(request), reactions_to.unmute_thread)


@api(scope="write:statuses", limit="post")
async def reblog(request: web.Request) -> web.Response:
    """Boost a post; the answer is the boost, with the post inside."""
    call = await call_of(request)
    post_id = path_id(request)
    visibility = call.parameters.text("visibility", max_length=20)
    audience = audience_asked(visibility) if visibility else None

    def unit(w: Work) -> Entity:
        boost = reactions_to.boost(w, call.me, post_id, audience=audience)
        w.session.flush()
        return status_entity(w, call.scene, boost.id)

    return answer(await call.instance.work(unit))


@api(scope="write:statuses")
async def unreblog(request: web.Request) -> web.Response:
    """Take a boost back; the answer is the post itself."""
    return await _acted(await call_of(request), reactions_to.unboost)


async def _people(
    call: Call, read: Callable[[Reading, Viewer, int, Page], list[PersonMark]]
) -> web.Response:
    page = page_asked(call.parameters, default=_MANY, most=_MOST)
    found = await call.instance.read(read, call.viewer, path_id(call.request), page)
    links = page_links(call.request, [one.mark_id for one in found], page.limit)
    scene = call.scene
    return answer([author(scene, one.person) for one in found], headers=links)


@api(scope="read:accounts", needs="nobody")
async def favourited_by(request: web.Request) -> web.Response:
    """Answer who likes a post."""
    return await _people(await call_of(request), posts.liked_by)


@api(scope="read:accounts", needs="nobody")
async def reblogged_by(request: web.Request) -> web.Response:
    """Answer who boosted a post."""
    return await _people(await call_of(request), posts.boosted_by)


async def _kept(
    call: Call, read: Callable[[Reading, Viewer, Page], list[posts.MarkedPost]]
) -> web.Response:
    page = page_asked(call.parameters)
    found = await call.instance.read(read, call.viewer, page)
    links = page_links(call.request, [one.mark_id for one in found], page.limit)
    return answer(statuses(call.scene, (one.post for one in found)), headers=links)


@api(scope="read:favourites")
async def favourites(request: web.Request) -> web.Response:
    """Answer what the person likes."""
    return await _kept(await call_of(request), posts.liked_posts)


@api(scope="read:bookmarks")
async def bookmarks(request: web.Request) -> web.Response:
    """Answer what the person keeps."""
    return await _kept(await call_of(request), posts.bookmarked_posts)


def _poll(r: Reading, call: Call, post_id: int) -> Entity:
    found = posts.post(r, call.viewer, post_id).poll
    if found is None:
        raise NotFound
    return poll_entity(call.scene, found)


@api(scope="read:statuses", needs="nobody")
async def poll(request: web.Request) -> web.Response:
    """Answer a poll."""
    call = await call_of(request)
    return answer(await call.instance.read(_poll, call, path_id(request)))


@api(scope="write:statuses")
async def vote(request: web.Request) -> web.Response:
    """Vote in a poll; choices are places in its options."""
    call = await call_of(request)
    post_id = path_id(request)
    choices = call.parameters.ids("choices", most=_MANY)

    def unit(w: Work) -> Entity:
        cast_vote(w, call.me, post_id, choices)
        w.session.flush()
        return _poll(w, call, post_id)

    return answer(await call.instance.work(unit))


_ONE = "/api/v1/statuses/{id}"
_ACTIONS = (
    favourite, unfavourite, bookmark, unbookmark, pin, unpin, mute, unmute, reblog, unreblog,
)  # fmt: skip
ROUTES = (
    *(web.post(f"{_ONE}/{act.__name__}", act, name=f"api.{act.__name__}") for act in _ACTIONS),
    web.get(f"{_ONE}/favourited_by", favourited_by, name="api.favourited_by"),
    web.get(f"{_ONE}/reblogged_by", reblogged_by, name="api.reblogged_by"),
    web.get("/api/v1/favourites", favourites, name="api.favourites"),
    web.get("/api/v1/bookmarks", bookmarks, name="api.bookmarks"),
    web.get("/api/v1/polls/{id}", poll, name="api.poll"),
    web.post("/api/v1/polls/{id}/votes", vote, name="api.vote"),
)
