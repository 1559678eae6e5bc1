"""The page of a post: the whole of it, the conversation around it, its earlier versions."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.federation.gone import gone
from server.people.reader import Reader, reader_of, see
from server.people.rules import ANYBODY, Place
from server.platform.errors import Gone, NotFound
from server.platform.http.decorators import page
from server.platform.http.negotiation import vary_on_accept, wants_activity
from server.platform.http.parameters import path_id
from server.platform.http.render import render
from server.platform.work import Reading
from server.posts.history import revisions
from server.posts.loading import post_row
from server.posts.queries import Thread, context
from server.posts.queries import post as post_seen
from server.posts.rows import PostRow, RevisionRow
from server.web.addresses import post_path
from server.web.preview import preview_of_post
from server.web.showing import offer_of

_MAX_TAG: Final = 35


@dataclass(frozen=True, slots=True)
class Conversation:
    """A post with what stands around it."""

    post: PostRow
    thread: Thread


@page()
async def show(request: web.Request) -> web.StreamResponse:
    """Show one post, or lead a server that asks for ActivityPub to the object."""
    reader = await reader_of(request)
    post_id = path_id(request)
    if wants_activity(request):
        return await _object(reader, post_id)
    found = await reader.instance.read(_conversation, reader, post_id)
    right_path = post_path(found.post)
    if found.post.id != post_id or request.match_info["handle"] != found.post.author.acct:
        return see(right_path)
    asked = reader.parameters.text("lang", max_length=_MAX_TAG)
    offer = offer_of(found.post, tag=reader.translator.tag, asked=asked)
    answer = await render(
        request,
        "web/post.html",
        {
            "post": found.post,
            "thread": found.thread,
            "offer": offer,
            "preview": preview_of_post(reader.instance.site, found.post, offer),
            "may_act": reader.is_person,
            "is_mine": reader.viewer.person_id == found.post.author.id,
        },
    )
    answer.headers["Vary"] = "Accept, Accept-Language, Cookie"
    return answer


async def _object(reader: Reader, post_id: int) -> web.Response:
    """Lead a server to the object, when everybody may know of it; the object's route decides."""
    post = await reader.instance.read(post_row, ANYBODY, post_id)
    if post is None or not post.is_local or post.boost_of is not None:
        raise NotFound
    answer = web.Response(status=302, headers={"Location": post.uri})
    vary_on_accept(answer)
    return answer


def shown_post(r: Reading, reader: Reader, post_id: int) -> PostRow:
    """Return a post that the reader may see; of a boost what it shows.

    Raises Gone for one of ours that was deleted lately, else NotFound. Posts from elsewhere are
    shown to members only: others read them on their own server.
    """
    row = post_row(r, reader.viewer, post_id)
    if row is None and gone(r, r.site.url(f"/posts/{post_id}")) is not None:
        raise Gone
    if row is None:
        raise NotFound
    row = row.boost_of or row
    if not row.is_local and reader.viewer.place is not Place.LOCAL and row.kind is None:
        raise NotFound
    return row


def _conversation(r: Reading, reader: Reader, post_id: int) -> Conversation:
    post = shown_post(r, reader, post_id)
    return Conversation(post, context(r, reader.viewer, post.id))


@dataclass(frozen=True, slots=True)
class Past:
    """A post and all its versions, the latest first."""

    post: PostRow
    versions: list[RevisionRow]


@page()
async def history(request: web.Request) -> web.StreamResponse:
    """Show every version of a post."""
    reader = await reader_of(request)
    past = await reader.instance.read(_past, reader, path_id(request))
    return await render(request, "web/history.html", {"post": past.post, "versions": past.versions})


def _past(r: Reading, reader: Reader, post_id: int) -> Past:
    post = post_seen(r, reader.viewer, shown_post(r, reader, post_id).id)
    return Past(post, list(reversed(revisions(r, reader.viewer, post.id))))


ROUTES: Final = (
    web.get("/@{handle}/{id:[0-9]+}", show, name="web.post"),
    web.get("/@{handle}/{id:[0-9]+}/history", history, name="web.history"),
)
