"""The page of a post: the whole of it, the conversation around it, its earlier versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from aiohttp import web

from server.federation.gone import gone
from server.participation.queries import Attending, Interest, attending, interest
from server.people.reader import Reader, reader_of, see
from server.people.rules import ANYBODY, Place
from server.platform.errors import Gone, NotFound
from server.platform.http.decorators import page
from server.platform.http.negotiation import vary_on_accept, wants_activity
from server.platform.http.parameters import path_id
from server.platform.http.render import render
from server.platform.http.visitor import visitor_of
from server.platform.work import Reading
from server.posts.history import revisions
from server.posts.loading import post_row
from server.posts.model import Audience
from server.posts.queries import Thread, context
from server.posts.queries import post as post_seen
from server.posts.rows import PostRow, RevisionRow
from server.posts.similar import similar_posts
from server.profiles.queries import VerifiedMark, verified_mark
from server.profiles.verifying import CHECKS
from server.web.addresses import post_path
from server.web.preview import preview_of_post
from server.web.showing import Offer, offer_of

KEEP_OFFLINE: Final = "X-Keep-Offline"
"""Tells our service worker that a page may be read without a net later (`static/worker.js`)."""

MAX_TAG: Final = 35
"""As many characters as a language tag can have here."""


class View(StrEnum):
    """How somebody wants to read an offer."""

    FULL = "full"
    EASY = "easy"
    TEXT = "text"


_TEMPLATES: Final = {View.TEXT: "web/post_text.html"}


@dataclass(frozen=True, slots=True)
class Conversation:
    """A post with what stands around it, as one viewer sees it."""

    post: PostRow
    thread: Thread
    attending: Attending | None
    interest: Interest | None
    verified: VerifiedMark | None
    similar: Sequence[PostRow]


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
    asked = reader.parameters.text("lang", max_length=MAX_TAG)
    offer = offer_of(found.post, tag=reader.translator.tag, asked=asked)
    view = _view(reader, offer)
    answer = await render(
        request,
        _TEMPLATES.get(view, "web/post.html"),
        {
            "post": found.post,
            "around": found,
            "thread": found.thread,
            "offer": offer,
            "view": view,
            "preview": preview_of_post(reader.instance.site, found.post, offer),
            "checks": CHECKS,
            "may_act": reader.is_person,
            "is_mine": reader.viewer.person_id == found.post.author.id,
        },
    )
    answer.headers["Vary"] = "Accept, Accept-Language, Cookie"
    if found.post.audience is not Audience.DIRECT and not visitor_of(request).is_shared_device:
        answer.headers[KEEP_OFFLINE] = "yes"
    return answer


def _view(reader: Reader, offer: Offer | None) -> View:
    """Return how to show it; what is asked for and is not there is shown in full."""
    asked = reader.parameters.text("view", max_length=20)
    if offer is None or asked not in set(View):
        return View.FULL
    view = View(asked)
    return View.FULL if view is View.EASY and not offer.easy.text else view


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
    post, viewer = shown_post(r, reader, post_id), reader.viewer
    return Conversation(
        post=post,
        thread=context(r, viewer, post.id),
        attending=attending(r, viewer, post),
        interest=interest(r, viewer, post),
        verified=verified_mark(r, post.author.id) if post.author.is_local else None,
        similar=similar_posts(r, viewer, post) if post.kind and post.is_closed else (),
    )


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
