"""The buttons under a post: like, boost, bookmark, vote; and for its author close and delete."""

from collections.abc import Callable, Mapping
from typing import Final

from aiohttp import web

from server.people.reader import Reader, reader_of, see
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form, page
from server.platform.http.negotiation import local_path
from server.platform.http.parameters import path_id
from server.platform.http.render import render
from server.platform.i18n import say
from server.platform.work import Reading, Work
from server.posts import reactions_to
from server.posts.model import PostState
from server.posts.polls import vote
from server.posts.rows import PostRow
from server.posts.service import close_post, delete_post
from server.web.addresses import person_path, post_path
from server.web.posts import shown_post

_DOINGS: Final[Mapping[str, Callable[[Work, int, int], object]]] = {
    "like": reactions_to.like,
    "unlike": reactions_to.unlike,
    "boost": reactions_to.boost,
    "unboost": reactions_to.unboost,
    "bookmark": reactions_to.bookmark,
    "unbookmark": reactions_to.unbookmark,
    "pin": reactions_to.pin,
    "unpin": reactions_to.unpin,
    "mute-thread": reactions_to.mute_thread,
    "unmute-thread": reactions_to.unmute_thread,
}
"""What a button under a post does: the doer first, then the post."""

_MAX_BACK: Final = 2_000


@form(needs="person")
async def act(request: web.Request) -> web.StreamResponse:
    """Do something with a post, or take it back."""
    reader = await reader_of(request)
    verb, post_id = request.match_info["verb"], path_id(request)
    path = await reader.instance.work(_act, reader, verb, post_id)
    return see(local_path(reader.parameters.text("back", max_length=_MAX_BACK), path))


def _act(w: Work, reader: Reader, verb: str, post_id: int) -> str:
    post = shown_post(w, reader, post_id)
    _DOINGS[verb](w, reader.me, post.id)
    return post_path(post)


@form(needs="person")
async def vote_in_poll(request: web.Request) -> web.StreamResponse:
    """Vote in the poll of a post."""
    reader = await reader_of(request)
    choices = [_place(text) for text in reader.parameters.texts("choices", most=20)]
    path = await reader.instance.work(_vote, reader, path_id(request), choices)
    return see(path)


def _place(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise Invalid(say("Choose one of the answers."))
    return int(text[:4])


def _vote(w: Work, reader: Reader, post_id: int, choices: list[int]) -> str:
    post = shown_post(w, reader, post_id)
    if not choices:
        raise Invalid(say("Choose one of the answers."))
    vote(w, reader.me, post.id, choices)
    return post_path(post)


@form(needs="person")
async def close(request: web.Request) -> web.StreamResponse:
    """Say that one's own offer is filled or withdrawn, or open again."""
    reader = await reader_of(request)
    state = reader.parameters.choice("state", (PostState.FILLED, PostState.WITHDRAWN, "open"))
    if state is None:
        raise Invalid(details={"state": [("ERR_BLANK", say("can't be blank"))]})
    path = await reader.instance.work(_close, reader, path_id(request), PostState(state))
    return see(path)


def _close(w: Work, reader: Reader, post_id: int, state: PostState) -> str:
    post = own_post(w, reader, post_id)
    close_post(w, reader.me, post.id, state)
    return post_path(post)


def own_post(r: Reading, reader: Reader, post_id: int) -> PostRow:
    """Return a post of the reader's own. Raises NotFound for everything else."""
    post = shown_post(r, reader, post_id)
    if post.author.id != reader.me or not post.is_local:
        raise NotFound
    return post


@page(needs="person")
async def ask_delete(request: web.Request) -> web.StreamResponse:
    """Ask before a post is deleted, and say what goes with it."""
    reader = await reader_of(request)
    post = await reader.instance.read(own_post, reader, path_id(request))
    return await render(request, "web/delete.html", {"post": post})


@form(needs="person")
async def delete(request: web.Request) -> web.StreamResponse:
    """Delete a post of one's own, here and on every server that got it."""
    reader = await reader_of(request)
    path = await reader.instance.work(_delete, reader, path_id(request))
    return see(path)


def _delete(w: Work, reader: Reader, post_id: int) -> str:
    post = own_post(w, reader, post_id)
    delete_post(w, reader.me, post.id)
    return person_path(post.author)


_VERBS: Final = "|".join(_DOINGS)

ROUTES: Final = (
    web.post("/posts/{id:[0-9]+}/vote", vote_in_poll, name="web.vote"),
    web.post("/posts/{id:[0-9]+}/close", close, name="web.close"),
    web.get("/posts/{id:[0-9]+}/delete", ask_delete, name="web.ask_delete"),
    web.post("/posts/{id:[0-9]+}/delete", delete, name="web.delete"),
    web.post(f"/posts/{{id:[0-9]+}}/{{verb:{_VERBS}}}", act, name="web.react"),
)
