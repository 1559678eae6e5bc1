"""People as ActivityPub documents: the actor, and the collections of whom they know.

Who asks decides what is there: somebody out of the asker's sight is not found at all, and in a
collection stand only those who may be seen from the same place. Pages for people in a browser are
the web surface's; here they are led to them.
"""

from typing import Final

from aiohttp import web

from activitypub.documents import building
from activitypub.documents.jsonbytes import JsonObject
from server.federation.serving import Asker, Document, served
from server.people.cards import PersonRow
from server.people.documents import actor_document
from server.people.model import PersonKind
from server.people.queries import Listed, followers, following, person_by_id
from server.people.rules import ANYBODY, Place, Viewer
from server.platform.http.decorators import activity
from server.platform.http.negotiation import Form, form_wanted
from server.platform.http.paging import Page
from server.platform.http.parameters import parsed_id, path_id
from server.platform.http.visitor import visitor_of
from server.platform.instance import instance_of
from server.platform.work import Reading

_PAGE: Final = 40


def viewer_of_asker(asker: Asker) -> Viewer:
    """Return how somebody looks who asks for a document: anonymous, or as their server counts."""
    if asker.host is None:
        return ANYBODY
    return Viewer(asker.actor_id, Place.PARTNER if asker.is_partner else Place.FEDIVERSE)


@activity()
async def actor(request: web.Request) -> web.StreamResponse:
    """Show somebody here as an actor document, or lead a browser to their page."""
    person_id = path_id(request)
    uri = _uri(request, person_id)
    page = await _page_of(request, person_id)

    def build(r: Reading, asker: Asker) -> Document | None:
        person = _seen(r, asker, person_id)
        return None if person is None else Document(actor_document(r, person), person_id)

    return await served(request, build, uri, page=page)


async def _page_of(request: web.Request, person_id: int) -> str | None:
    """Return the page of somebody whom the reader may see; nobody else's handle is given away."""
    if form_wanted(request, default=Form.ACTIVITY) is not Form.HTML:
        return None
    visitor = visitor_of(request)
    viewer = Viewer.member(visitor.person_id) if visitor.signed_in else ANYBODY
    person = await instance_of(request).read(person_by_id, viewer, person_id)
    return f"/@{person.username}" if person is not None and person.is_local else None


@activity()
async def followers_collection(request: web.Request) -> web.StreamResponse:
    """Show who follows somebody, as far as they let others know."""
    return await _collection(request, "followers")


@activity()
async def following_collection(request: web.Request) -> web.StreamResponse:
    """Show whom somebody follows, as far as they let others know."""
    return await _collection(request, "following")


async def _collection(request: web.Request, name: str) -> web.Response:
    person_id = path_id(request)
    uri = f"{_uri(request, person_id)}/{name}"
    is_page = "page" in request.rel_url.query
    below = parsed_id(request.rel_url.query.get("below", ""))

    def build(r: Reading, asker: Asker) -> Document | None:
        person = _seen(r, asker, person_id)
        if person is None:
            return None
        if person.hides_collections:
            return None if is_page else Document(_hidden(person, uri, name))
        if not is_page:
            return Document(_whole(person, uri, name))
        read = followers if name == "followers" else following
        page = Page(limit=_PAGE, max_id=below)
        listed = read(r, viewer_of_asker(asker), person_id, page)
        return Document(_page(uri, listed, below=below))

    return await served(request, build, uri)


def _seen(r: Reading, asker: Asker, person_id: int) -> PersonRow | None:
    person = person_by_id(r, viewer_of_asker(asker), person_id)
    return person if person is not None and person.is_local and person.kind else None


def _hidden(person: PersonRow, uri: str, name: str) -> JsonObject:
    """A collection without `first` is hidden (Mastodon); a talent's does not even say how many."""
    hidden = building.hidden_collection_of(uri)
    if person.kind is not PersonKind.TALENT:
        hidden["totalItems"] = _count(person, name)
    return hidden


def _whole(person: PersonRow, uri: str, name: str) -> JsonObject:
    return building.collection_of(
        uri, first=f"{uri}?page=1", total_items=_count(person, name), owner=person.uri
    )


def _count(person: PersonRow, name: str) -> int:
    return person.followers_count if name == "followers" else person.following_count


def _page(uri: str, listed: list[Listed], *, below: int | None) -> JsonObject:
    here = f"{uri}?page=1" if below is None else f"{uri}?page=1&below={below}"
    following_page = f"{uri}?page=1&below={listed[-1].id}" if len(listed) == _PAGE else None
    items = [one.person.uri for one in listed]
    return building.page_of(here, part_of=uri, items=items, following=following_page)


def _uri(request: web.Request, person_id: int) -> str:
    return instance_of(request).site.url(f"/people/{person_id}")


ROUTES: Final = (
    web.get("/people/{id:[0-9]+}", actor, name="people.actor"),
    web.get("/people/{id:[0-9]+}/followers", followers_collection, name="people.followers"),
    web.get("/people/{id:[0-9]+}/following", following_collection, name="people.following"),
)
"""The addresses of people as documents."""
