"""Between this server and one's own: follow from elsewhere, and do here what began elsewhere.

A visitor who has an account on another server says which; its WebFinger tells where to go on. The
other way round, `/authorize_interaction` opens here what one of our people found elsewhere, on the
page where they can follow, like or answer it. Source: Mastodon's remote follow (OStatus subscribe
template) and FEP-3b86.
"""

from typing import Final
from urllib.parse import quote, urlsplit

from aiohttp import web

from activitypub.discovery.handles import Handle, parse_handle
from activitypub.errors import DocumentError, FetchError
from server.federation.remote import resolve_actor, resolve_handle
from server.federation.wire import Wire
from server.people.cards import PersonRow
from server.people.queries import person_by_handle, person_by_id, person_by_uri
from server.people.reader import Reader, reader_of, see
from server.people.rules import Viewer
from server.platform.errors import NotFound
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import render
from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.posts.loading import post_row
from server.posts.queries import post_by_uri
from server.posts.rows import PostRow
from server.posts.threads import fetch_for_search
from server.web.addresses import person_path, post_path
from server.web.people import person_seen

_MAX: Final = 2_048
_PLACE: Final = "{uri}"
_USUAL: Final = "https://%s/authorize_interaction?uri={uri}"
_UNKNOWN: Final = say("This account was not found. Write it like @name@server.example.")


@form(needs="nobody", limit="search")
async def follow_from(request: web.Request) -> web.StreamResponse:
    """Lead a visitor to their own server, to follow somebody from there."""
    reader = await reader_of(request)
    person = await reader.instance.read(person_seen, reader, request.match_info["handle"])
    back = person_path(person)
    return await _lead(reader, person.uri, back, person=person)


@form(needs="nobody", limit="search")
async def interact_from(request: web.Request) -> web.StreamResponse:
    """Lead a visitor to their own server, to like, share or answer a post from there."""
    reader = await reader_of(request)
    post = await reader.instance.read(post_row, reader.viewer, path_id(request))
    if post is None or not post.author.is_local:
        raise NotFound
    return await _lead(reader, post.uri, post_path(post), post=post)


async def _lead(
    reader: Reader,
    uri: str,
    back: str,
    *,
    person: PersonRow | None = None,
    post: PostRow | None = None,
) -> web.Response:
    typed = (reader.parameters.text("from", max_length=_MAX) or "").strip()
    found = await _way(reader, typed, uri) if typed else _UNKNOWN
    context = {
        "typed": typed,
        "wrong": found if isinstance(found, Message) else None,
        "way": "" if isinstance(found, Message) else found,
        "server": "" if isinstance(found, Message) else urlsplit(found).netloc,
        "person": person,
        "post": post,
        "back": back,
        "action": reader.request.path,
    }
    status = 422 if isinstance(found, Message) else 200
    return await render(reader.request, "web/elsewhere.html", context, status=status)


async def _way(reader: Reader, typed: str, uri: str) -> str | Message:
    """Return where somebody's own server does it, or what is wrong with what they typed."""
    handle = _account(typed)
    if handle is None:
        return _UNKNOWN
    if not handle.user:
        return _filled(_USUAL % handle.host, uri)
    try:
        found = await reader.instance.part(Wire).webfinger.look_up(handle)
    except (FetchError, DocumentError):
        return _UNKNOWN
    template = found.subscribe_template or _USUAL % handle.host
    if _PLACE not in template or not template.startswith("https://"):
        return _UNKNOWN
    return _filled(template, uri)


def _account(typed: str) -> Handle | None:
    """Read `@name@host`, `name@host`, or the name of a server alone (then without a user)."""
    text = typed.removeprefix("https://").strip("/")
    if "@" not in text.lstrip("@"):
        host = text.lstrip("@").lower()
        is_host = "." in host and "/" not in host and host.isascii()
        return Handle("", host) if is_host else None
    try:
        handle = parse_handle(text)
    except DocumentError:
        return None
    return handle if handle.host else None


def _filled(template: str, uri: str) -> str:
    return template.replace(_PLACE, quote(uri, safe=""))


@page(needs="person", limit="search")
async def authorize_interaction(request: web.Request) -> web.StreamResponse:
    """Open here what somebody of ours found on another server: a person, a post, a handle."""
    reader = await reader_of(request)
    sent = reader.parameters
    wanted = (sent.text("uri", max_length=_MAX) or sent.text("acct", max_length=_MAX) or "").strip()
    path = await _known(reader, wanted) or await _found(reader, wanted)
    if path is None:
        raise NotFound
    return see(path)


async def _known(reader: Reader, wanted: str) -> str | None:
    return await reader.instance.read(_path_of, reader.viewer, wanted)


def _path_of(r: Reading, viewer: Viewer, wanted: str) -> str | None:
    text = wanted.removeprefix("acct:")
    if text.startswith(("https://", "http://")):
        post = post_by_uri(r, viewer, text)
        if post is not None:
            return post_path(post)
        person = person_by_uri(r, viewer, text)
    else:
        person = person_by_handle(r, viewer, text)
    return person_path(person) if person is not None else None


async def _found(reader: Reader, wanted: str) -> str | None:
    """Ask the other server, as the search does for members."""
    if not wanted.startswith(("https://", "http://")):
        person_id = await resolve_handle(reader.instance, wanted.removeprefix("acct:").lstrip("@"))
        return await reader.instance.read(_person_path, reader.viewer, person_id)
    post_id = await fetch_for_search(reader.instance, wanted)
    if post_id is not None:
        post = await reader.instance.read(post_row, reader.viewer, post_id)
        return post_path(post) if post is not None else None
    person_id = await resolve_actor(reader.instance, wanted)
    return await reader.instance.read(_person_path, reader.viewer, person_id)


def _person_path(r: Reading, viewer: Viewer, person_id: int | None) -> str | None:
    person = person_by_id(r, viewer, person_id) if person_id is not None else None
    return person_path(person) if person is not None else None


ROUTES: Final = (
    web.post("/@{handle}/follow_from", follow_from, name="web.follow_from"),
    web.post("/@{handle}/{id:[0-9]+}/interact_from", interact_from, name="web.interact_from"),
    web.get("/authorize_interaction", authorize_interaction, name="web.authorize_interaction"),
)
