"""Searching people, posts and hashtags. Source: Mastodon's API, "search API methods"."""

from urllib.parse import urlsplit

from aiohttp import web

from server.federation.remote import resolve_actor, resolve_handle
from server.mastodon.calls import Call, answer, call_of
from server.mastodon.entities.account import account
from server.mastodon.entities.scene import Entity
from server.mastodon.entities.status import statuses
from server.mastodon.entities.tag import tag
from server.people.cards import PersonRow
from server.people.queries import (
    person_by_handle,
    person_by_id,
    person_by_uri,
    search_people,
)
from server.people.rules import Viewer
from server.platform.errors import NotSignedIn
from server.platform.http.decorators import api
from server.platform.http.paging import Slice, slice_asked
from server.platform.http.visitor import visitor_of
from server.platform.work import Reading
from server.posts.boards import search_posts
from server.posts.loading import post_row
from server.posts.queries import post_by_uri
from server.posts.rows import PostRow
from server.posts.tags import search_tags
from server.posts.threads import fetch_for_search

_TYPES = ("accounts", "statuses", "hashtags")
_MAX_QUERY = 2_048
Found = tuple[list[PersonRow], list[PostRow]]


@api(scope="read:search", needs="nobody", limit="search")
async def search(request: web.Request) -> web.Response:
    """Answer what a text, a handle or an address finds; always all three lists."""
    call = await call_of(request)
    text = (call.parameters.text("q", max_length=_MAX_QUERY) or "").strip()
    asked = slice_asked(call.parameters, default=20, most=40)
    wanted = call.parameters.choice("type", _TYPES)
    resolves = call.parameters.flag("resolve")
    if (resolves or asked.offset) and visitor_of(request).person_id is None:
        raise NotSignedIn
    if _is_address(text):
        people, found = await _at_address(call, text, resolves=resolves)
        return answer(_results(call, people, found, []))
    if resolves and "@" in text.lstrip("@") and " " not in text:
        await resolve_handle(call.instance, text)
    return answer(await call.instance.read(_search, call, text, asked, wanted))


def _is_address(text: str) -> bool:
    try:
        scheme = urlsplit(text).scheme
    except ValueError:  # such as an unfinished IPv6 address
        return False
    return scheme in {"https", "http"} and " " not in text


async def _at_address(call: Call, url: str, *, resolves: bool) -> Found:
    """Return exactly the person or the post that an address names, asking its server if wanted."""
    found = await call.instance.read(_known, call.viewer, url)
    if any(found) or not resolves:
        return found
    post_id = await fetch_for_search(call.instance, url)
    person_id = await resolve_actor(call.instance, url) if post_id is None else None
    return await call.instance.read(_known, call.viewer, url, post_id, person_id)


def _known(
    r: Reading,
    viewer: Viewer,
    url: str,
    post_id: int | None = None,
    person_id: int | None = None,
) -> Found:
    post = post_by_uri(r, viewer, url)
    if post is None and post_id is not None:
        post = post_row(r, viewer, post_id)
    if post is not None:
        return [], [post]
    person = person_by_uri(r, viewer, url) or _on_page(r, viewer, url)
    if person is None and person_id is not None:
        person = person_by_id(r, viewer, person_id)
    return ([person] if person is not None else []), []


def _on_page(r: Reading, viewer: Viewer, url: str) -> PersonRow | None:
    """Return one of our people by the address of their page, such as https://…/@ann."""
    start = r.site.url("/@")
    return person_by_handle(r, viewer, url.removeprefix(start)) if url.startswith(start) else None


def _search(r: Reading, call: Call, text: str, asked: Slice, wanted: str | None) -> Entity:
    people: list[PersonRow] = []
    found: list[PostRow] = []
    tags: list[str] = []
    if wanted in {None, "accounts"}:
        people = search_people(
            r,
            call.viewer,
            text,
            limit=asked.limit,
            offset=asked.offset,
            only_followed=call.parameters.flag("following"),
        )
    if wanted in {None, "statuses"} and call.viewer.person_id is not None:
        author_id = call.parameters.id("account_id")
        found = search_posts(r, call.viewer, text, asked, author_id=author_id)
    if wanted in {None, "hashtags"}:
        tags = search_tags(r, call.viewer, text, asked)
    return _results(call, people, found, tags)


def _results(call: Call, people: list[PersonRow], found: list[PostRow], tags: list[str]) -> Entity:
    return {
        "accounts": [account(call.scene, one) for one in people],
        "statuses": statuses(call.scene, found),
        "hashtags": [tag(call.scene, name) for name in tags],
    }


ROUTES = (web.get("/api/v2/search", search, name="api.search"),)
