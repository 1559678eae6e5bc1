"""Posts as ActivityPub documents: the object, its Create, its answers; outbox and featured posts.

Who asks decides what is there, by the one visibility clause. A browser that comes here is led to
the page, if its reader may see the post; the pages themselves are the web surface's.
"""

from typing import Final

from aiohttp import web
from sqlalchemy import select

from activitypub.documents import building
from activitypub.documents.jsonbytes import JsonObject
from server.federation.serving import Asker, Document, served
from server.people.cards import PersonRow
from server.people.queries import person_by_id
from server.people.rules import ANYBODY, Place, Viewer
from server.platform.http.decorators import activity
from server.platform.http.paging import Page
from server.platform.http.parameters import parsed_id, path_id
from server.platform.http.visitor import visitor_of
from server.platform.instance import instance_of
from server.platform.work import Reading
from server.posts.documents import document_of
from server.posts.loading import post_row
from server.posts.model import Post
from server.posts.queries import account_posts, pinned_posts
from server.posts.rows import PostRow
from server.posts.sending import announce_document, create_uri
from server.posts.visibility import visible_to

_PAGE: Final = 20
_MAX_REPLIES: Final = 100


def viewer_of_asker(asker: Asker) -> Viewer:
    """Return how somebody looks who asks for a document: anonymous, or as their server counts."""
    if asker.host is None:
        return ANYBODY
    return Viewer(asker.actor_id, Place.PARTNER if asker.is_partner else Place.FEDIVERSE)


@activity()
async def post_object(request: web.Request) -> web.StreamResponse:
    """Show a post of ours as an object, or lead a browser to its page."""
    post_id = path_id(request)
    uri = _uri(request, post_id)
    page = await _page_of(request, post_id)

    def build(r: Reading, asker: Asker) -> Document | None:
        post = _seen(r, asker, post_id)
        if post is None or post.boost_of is not None:
            return None
        return Document(document_of(r, post, named=post.mentions), post.author.id)

    return await served(request, build, uri, page=page)


async def _page_of(request: web.Request, post_id: int) -> str | None:
    visitor = visitor_of(request)
    viewer = Viewer.member(visitor.person_id) if visitor.signed_in else ANYBODY
    post = await instance_of(request).read(post_row, viewer, post_id)
    if post is None or not post.is_local or post.boost_of is not None:
        return None
    return f"/@{post.author.username}/{post.id}"


@activity()
async def post_activity(request: web.Request) -> web.StreamResponse:
    """Show the Create of a post, or the Announce that a boost is."""
    post_id = path_id(request)
    uri = _uri(request, post_id)

    def build(r: Reading, asker: Asker) -> Document | None:
        post = _seen(r, asker, post_id)
        return None if post is None else Document(_activity_of(r, post), post.author.id)

    return await served(request, build, uri)


def _activity_of(r: Reading, post: PostRow) -> JsonObject:
    if post.boost_of is not None:
        return announce_document(r, post)
    document = document_of(r, post, named=post.mentions)
    return building.create_of(document, activity_id=create_uri(post.uri))


@activity()
async def replies(request: web.Request) -> web.StreamResponse:
    """Show the answers to a post of ours that the asker may see, oldest first."""
    post_id = path_id(request)
    uri = f"{_uri(request, post_id)}/replies"

    def build(r: Reading, asker: Asker) -> Document | None:
        post = _seen(r, asker, post_id)
        if post is None or post.boost_of is not None:
            return None
        found = r.session.scalars(
            select(Post.uri)
            .where(Post.in_reply_to_id == post_id, visible_to(viewer_of_asker(asker)))
            .order_by(Post.id)
            .limit(_MAX_REPLIES)
        ).all()
        return Document(building.listing_of(uri, list(found), owner=post.author.uri))

    return await served(request, build, uri)


@activity()
async def outbox(request: web.Request) -> web.StreamResponse:
    """Show what somebody published and boosted, newest first, in pages."""
    person_id = path_id(request)
    uri = instance_of(request).site.url(f"/people/{person_id}/outbox")
    is_page = "page" in request.rel_url.query
    below = parsed_id(request.rel_url.query.get("below", ""))

    def build(r: Reading, asker: Asker) -> Document | None:
        person = _person(r, asker, person_id)
        if person is None:
            return None
        if not is_page:
            return Document(
                building.collection_of(
                    uri,
                    first=f"{uri}?page=1",
                    total_items=person.posts_count,
                    owner=person.uri,
                )
            )
        posts = account_posts(r, viewer_of_asker(asker), person_id, Page(limit=_PAGE, max_id=below))
        return Document(_outbox_page(r, uri, posts, below), person_id)

    return await served(request, build, uri)


def _outbox_page(r: Reading, uri: str, posts: list[PostRow], below: int | None) -> JsonObject:
    here = f"{uri}?page=1" if below is None else f"{uri}?page=1&below={below}"
    older = f"{uri}?page=1&below={posts[-1].id}" if posts else None
    items = [_activity_of(r, post) for post in posts]
    return building.page_of(here, part_of=uri, items=items, following=older)


@activity()
async def featured(request: web.Request) -> web.StreamResponse:
    """Show the posts that somebody features on their profile."""
    person_id = path_id(request)
    uri = instance_of(request).site.url(f"/people/{person_id}/featured")

    def build(r: Reading, asker: Asker) -> Document | None:
        person = _person(r, asker, person_id)
        if person is None:
            return None
        posts = pinned_posts(r, viewer_of_asker(asker), person_id)
        items = [document_of(r, post, named=post.mentions) for post in posts]
        return Document(building.listing_of(uri, items, owner=person.uri), person_id)

    return await served(request, build, uri)


def _seen(r: Reading, asker: Asker, post_id: int) -> PostRow | None:
    post = post_row(r, viewer_of_asker(asker), post_id)
    return post if post is not None and post.is_local else None


def _person(r: Reading, asker: Asker, person_id: int) -> PersonRow | None:
    person = person_by_id(r, viewer_of_asker(asker), person_id)
    return person if person is not None and person.is_local else None


def _uri(request: web.Request, post_id: int) -> str:
    return instance_of(request).site.url(f"/posts/{post_id}")


ROUTES: Final = (
    web.get("/posts/{id:[0-9]+}", post_object, name="posts.object"),
    web.get("/posts/{id:[0-9]+}/activity", post_activity, name="posts.activity"),
    web.get("/posts/{id:[0-9]+}/replies", replies, name="posts.replies"),
    web.get("/people/{id:[0-9]+}/outbox", outbox, name="posts.outbox"),
    web.get("/people/{id:[0-9]+}/featured", featured, name="posts.featured"),
)
"""The addresses of posts as documents."""
