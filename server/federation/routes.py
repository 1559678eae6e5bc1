"""Addresses of federation: the inboxes, the instance's actor, activities while they are kept.

Persons' own documents and collections are served by the rooms above, with `serving.served`.
"""

from aiohttp import web
from sqlalchemy import select

from activitypub.delivery.audience import audience_in
from activitypub.documents.jsonbytes import parse_document
from activitypub.documents.names import MAX_DOCUMENT_BYTES
from activitypub.errors import Refused
from server.federation.actors import INSTANCE_ACTOR_ID, instance_actor
from server.federation.documents import empty_outbox, instance_document, partial_followers
from server.federation.gone import gone
from server.federation.inbox import receive
from server.federation.model import Actor, OutgoingActivity, Reach
from server.federation.outbox import takes_back
from server.federation.requests import refused_response
from server.federation.serving import Asker, Document, activity_response, asker_of, served
from server.federation.synchronising import FollowerBook, partial_url
from server.platform.errors import NotFound
from server.platform.http.decorators import activity
from server.platform.ids import parsed_id
from server.platform.instance import instance_of
from server.platform.work import Reading


@activity(max_bytes=MAX_DOCUMENT_BYTES)
async def shared_inbox(request: web.Request) -> web.Response:
    """Take in what is for anybody on this instance."""
    return await receive(instance_of(request), request)


@activity(max_bytes=MAX_DOCUMENT_BYTES)
async def instance_inbox(request: web.Request) -> web.Response:
    """Take in what is for the instance itself."""
    return await receive(instance_of(request), request, owner_id=INSTANCE_ACTOR_ID)


@activity(max_bytes=MAX_DOCUMENT_BYTES)
async def personal_inbox(request: web.Request) -> web.Response:
    """Take in what is for one person."""
    return await receive(instance_of(request), request, owner_id=_id_in(request))


@activity()
async def instance_actor_document(request: web.Request) -> web.Response:
    """Show the instance's actor to everybody, unsigned too.

    Two servers that answer only signed requests could otherwise never check each other's keys.
    """
    return activity_response(await instance_of(request).read(_instance_document))


def _instance_document(r: Reading) -> dict[str, object]:
    return instance_document(instance_actor(r), r.site)


@activity()
async def instance_outbox(request: web.Request) -> web.Response:
    """Show the empty outbox of the instance's actor."""

    def build(r: Reading, _: Asker) -> Document:
        return Document(empty_outbox(instance_actor(r)))

    return await served(request, build, instance_of(request).site.url("/actor/outbox"))


@activity()
async def outgoing_activity(request: web.Request) -> web.Response:
    """Show a public activity of ours for as long as it is kept, so that forwards can be checked."""
    uri = instance_of(request).site.url(f"/activities/{_id_in(request)}")

    def build(r: Reading, _: Asker) -> Document | None:
        found = r.session.execute(
            select(
                OutgoingActivity.body,
                OutgoingActivity.actor_id,
                OutgoingActivity.activity_type,
                OutgoingActivity.object_uri,
            )
            .join(Actor, Actor.id == OutgoingActivity.actor_id)
            .where(OutgoingActivity.uri == uri)
            .where(Actor.reach == Reach.FEDIVERSE, Actor.gone_at.is_(None))
            .where(Actor.suspended_at.is_(None))
        ).first()
        if found is None:
            return None
        if not takes_back(found.activity_type) and gone(r, found.object_uri) is not None:
            return None  # what it says was deleted
        document = parse_document(found.body)
        return Document(document, found.actor_id) if audience_in(document).is_public else None

    return await served(request, build, uri)


@activity()
async def followers_synchronization(request: web.Request) -> web.Response:
    """Tell a host which of its people follow one of ours (FEP-8fcf); nobody else is told.

    401 without a signature that holds; 404 for whoever that host cannot see.
    """
    instance = instance_of(request)
    owner_id = _id_in(request)
    try:
        asker = await asker_of(request, must_sign=True)
    except Refused as refused:
        return refused_response(refused)
    try:
        book = instance.part(FollowerBook)
    except KeyError as error:
        raise NotFound from error
    return activity_response(await instance.read(_partial_list, book, asker, owner_id))


def _partial_list(r: Reading, book: FollowerBook, asker: Asker, owner_id: int) -> dict[str, object]:
    owner = r.session.get(Actor, owner_id)
    if owner is None or not owner.is_local or owner.gone_at or not _may_see(owner, asker):
        raise NotFound
    followers = book.followers_at(r, owner_id, asker.host or "")
    return partial_followers(partial_url(owner), owner, followers)


def _may_see(owner: Actor, asker: Asker) -> bool:
    return owner.reach == Reach.FEDIVERSE or (owner.reach == Reach.PARTNERS and asker.is_partner)


def _id_in(request: web.Request) -> int:
    found = parsed_id(request.match_info["id"])
    if found is None:
        raise NotFound
    return found


ROUTES = (
    web.post("/inbox", shared_inbox, name="federation.shared_inbox"),
    web.get("/actor", instance_actor_document, name="federation.instance_actor"),
    web.post("/actor/inbox", instance_inbox, name="federation.instance_inbox"),
    web.get("/actor/outbox", instance_outbox, name="federation.instance_outbox"),
    web.get("/activities/{id:[0-9]+}", outgoing_activity, name="federation.activity"),
    web.post("/people/{id:[0-9]+}/inbox", personal_inbox, name="federation.personal_inbox"),
    web.get(
        "/people/{id:[0-9]+}/followers_synchronization",
        followers_synchronization,
        name="federation.followers_synchronization",
    ),
)
