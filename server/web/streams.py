"""What comes in: the home timeline, notices, hashtags, the search, and who runs this place."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from aiohttp import web

from server.federation.remote import resolve_handle
from server.notifications.ready import ReadyNotice, ready_notices
from server.notifications.wishes import note_seen
from server.people.cards import PersonRow
from server.people.queries import person_by_handle, person_by_id, search_people
from server.people.reader import Reader, neighbours_of, reader_of
from server.platform.errors import NotFound
from server.platform.http.decorators import page
from server.platform.http.paging import Page, Slice, slice_asked
from server.platform.http.render import render
from server.platform.linkify import is_tag_name, tag_key
from server.platform.work import Reading
from server.posts.boards import search_posts
from server.posts.loading import post_rows
from server.posts.rows import PostRow
from server.timelines import queries as timelines

_MAX_TEXT: Final = 200
_PEOPLE_FOUND: Final = 10


@page(needs="person")
async def home(request: web.Request) -> web.StreamResponse:
    """Show what the people one follows publish."""
    reader = await reader_of(request)
    asked = reader.page()
    found = await reader.instance.read(_home, reader, asked)
    ids = [post.id for post in found.posts]
    return await render(
        request,
        "web/home.html",
        {"found": found, "neighbours": neighbours_of(ids, asked)},
    )


@dataclass(frozen=True, slots=True)
class HomePage:
    """A part of somebody's home timeline, and who they are."""

    person: PersonRow
    posts: list[PostRow]


def _home(r: Reading, reader: Reader, asked: Page) -> HomePage:
    person = person_by_id(r, reader.viewer, reader.me)
    if person is None:
        raise NotFound
    ids = timelines.home(r, reader.viewer, asked)
    return HomePage(person, post_rows(r, reader.viewer, ids))


@dataclass(frozen=True, slots=True)
class Line:
    """One notice, and the post that it is about as far as the reader may see it."""

    notice: ReadyNotice
    post: PostRow | None


@page(needs="person")
async def notifications(request: web.Request) -> web.StreamResponse:
    """Show what happened to oneself and one's posts, and note how far that was seen."""
    reader = await reader_of(request)
    asked = reader.page()
    lines = await reader.instance.read(_lines, reader, asked)
    ids = [line.notice.id for line in lines]
    if ids and any(line.notice.is_new for line in lines):
        await reader.instance.work(note_seen, reader.me, max(ids))
    return await render(
        request,
        "web/notifications.html",
        {"lines": lines, "neighbours": neighbours_of(ids, asked)},
    )


def _lines(r: Reading, reader: Reader, asked: Page) -> list[Line]:
    notices = ready_notices(r, reader.viewer, asked, reader.instance.notices)
    about = [one.post_id for one in notices if one.post_id is not None]
    posts = {post.id: post for post in post_rows(r, reader.viewer, about)}
    return [
        Line(one, posts.get(one.post_id) if one.post_id is not None else None) for one in notices
    ]


@page()
async def tag(request: web.Request) -> web.StreamResponse:
    """Show public posts that carry a hashtag."""
    reader = await reader_of(request)
    name = request.match_info["name"]
    if not is_tag_name(name):
        raise NotFound
    asked = reader.page()
    posts = await reader.instance.read(_tagged, reader, tag_key(name), asked)
    ids = [post.id for post in posts]
    return await render(
        request,
        "web/tag.html",
        {"name": name, "posts": posts, "neighbours": neighbours_of(ids, asked)},
    )


def _tagged(r: Reading, reader: Reader, key: str, asked: Page) -> list[PostRow]:
    return post_rows(r, reader.viewer, timelines.hashtag(r, reader.viewer, key, asked))


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    people: list[PersonRow]
    posts: list[PostRow]


@page(limit="search")
async def search(request: web.Request) -> web.StreamResponse:
    """Look for people and posts that the reader may see; members find handles elsewhere too."""
    reader = await reader_of(request)
    text = reader.parameters.text("q", max_length=_MAX_TEXT) or ""
    asked = slice_asked(reader.parameters)
    if reader.is_person and not asked.offset and _is_remote_handle(text):
        await resolve_handle(reader.instance, text.strip().removeprefix("@"))
    found = await reader.instance.read(_search, reader, text, asked)
    return await render(
        request,
        "web/search.html",
        {
            "text": text,
            "found": found,
            "asked": asked,
            "has_more": len(found.posts) >= asked.limit,
        },
    )


def _is_remote_handle(text: str) -> bool:
    user, at, host = text.strip().removeprefix("@").partition("@")
    return bool(user and at and "." in host)


def _search(r: Reading, reader: Reader, text: str, asked: Slice) -> Found:
    people: list[PersonRow] = []
    if not asked.offset and text.strip():
        exact = person_by_handle(r, reader.viewer, text.strip())
        found = search_people(r, reader.viewer, text, limit=_PEOPLE_FOUND)
        shown = [exact, *found] if exact else found
        people = [one for one in shown if one.is_local or reader.is_person]
    posts = search_posts(r, reader.viewer, text, asked)
    return Found(list({one.id: one for one in people}.values()), posts)


@page()
async def about(request: web.Request) -> web.StreamResponse:
    """Say who runs this instance, how to reach them, the rules and the software."""
    reader = await reader_of(request)
    settings = reader.instance.settings.instance
    return await render(
        request,
        "web/about.html",
        {
            "settings": settings,
            "version": _version(),
            "partners_only": reader.instance.site.partners_only,
        },
    )


def _version() -> str:
    try:
        return version("meshwork")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return ""


ROUTES: Final = (
    web.get("/home", home, name="web.home"),
    web.get("/notifications", notifications, name="web.notifications"),
    web.get("/tags/{name}", tag, name="web.tag"),
    web.get("/search", search, name="web.search"),
    web.get("/about", about, name="web.about"),
)
