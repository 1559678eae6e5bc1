"""Answering a GET for an ActivityPub document: who asks, what they may see, what is left.

Rooms above build their documents and call `served`. Signatures are checked here, each signed fetch
goes to the ledger, and a deleted object is a Tombstone for 30 days before it is a 404.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from activitypub.documents.context import has_activitystreams_context, with_context
from activitypub.documents.jsonbytes import json_bytes
from activitypub.documents.names import ACTIVITY_JSON
from activitypub.errors import ActivityPubError, Refused
from activitypub.receiving.refusals import refusal_of
from server.federation.actors import actor_by_uri
from server.federation.gone import Tombstone, gone
from server.federation.hosts import policies_for
from server.federation.key_source import Signer, signer_of
from server.federation.ledger import FETCHED, is_noted, note_delivery
from server.federation.model import HostPolicy
from server.federation.requests import refused_response, signed_get
from server.platform.errors import NotFound
from server.platform.http.negotiation import Form, form_wanted, vary_on_accept
from server.platform.instance import Instance, instance_of
from server.platform.work import Reading


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a document: nobody known, or the actor whose signature held.

    `is_partner` says that staff made an agreement with the asker's host. `actor_id` is None for
    an actor of whom there is no row.
    """

    host: str | None = None
    actor_id: int | None = None
    uri: str | None = None
    is_partner: bool = False


NOBODY = Asker()


@dataclass(frozen=True, slots=True)
class Document:
    """A document to be shown: its fields, and whose it is when that goes to the ledger.

    `owner_id` is None for what holds nothing of a person (counts, an empty collection).
    """

    fields: Mapping[str, object]
    owner_id: int | None = None


Build = Callable[[Reading, Asker], Document | None]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the database says to a request: a document, a Tombstone, or neither."""

    document: Document | None
    tombstone: Tombstone | None
    is_noted: bool


async def served(
    request: web.Request, build: Build, object_uri: str, *, page: str | None = None
) -> web.Response:
    """Answer with the document that `build` makes for this asker.

    A browser is led to `page`, if there is one. With authorised fetch, or among partners only,
    who does not sign gets 401; a blocked host, or somebody suspended here, always gets 403. A
    signature that does not hold counts as none where none is needed. Raises NotFound when `build`
    returns None and nothing was deleted here lately (then 410 with a Tombstone).
    """
    if page is not None and form_wanted(request, default=Form.ACTIVITY) is Form.HTML:
        found = web.Response(status=302, headers={"Location": page})
        vary_on_accept(found)
        return found
    instance = instance_of(request)
    try:
        asker = await asker_of(request)
    except Refused as refused:
        return refused_response(refused)
    shown = await instance.read(_look, build, asker, object_uri)
    if shown.document is None:
        if shown.tombstone is None:
            raise NotFound
        return activity_response(shown.tombstone.document(), status=410)
    owner_id = shown.document.owner_id
    if asker.host is not None and owner_id is not None and not shown.is_noted:
        await instance.work(note_delivery, object_uri, asker.host, owner_id, FETCHED)
    return activity_response(shown.document.fields)


def _look(r: Reading, build: Build, asker: Asker, object_uri: str) -> _Shown:
    tombstone = gone(r, object_uri)
    document = build(r, asker) if tombstone is None else None
    noted = asker.host is not None and is_noted(r, object_uri, asker.host)
    return _Shown(document, tombstone, noted)


async def asker_of(request: web.Request, *, must_sign: bool = False) -> Asker:
    """Return who asks. Raises Refused: 401 when a signature is needed, 403 when it is refused."""
    instance = instance_of(request)
    needed = must_sign or instance.site.authorized_fetch or instance.site.partners_only
    signed = signed_get(request, received_at=instance.clock.now())
    if not needed and signed.field("signature") is None:
        return NOBODY
    try:
        signer = await signer_of(instance, signed)
    except ActivityPubError as error:
        if needed:
            raise refusal_of(error) from error
        return NOBODY
    return await _known(instance, signer)


async def _known(instance: Instance, signer: Signer) -> Asker:
    asker, is_welcome = await instance.read(_place, signer)
    if not is_welcome:
        raise Refused(403, "blocked", "This server does not show anything to that one.")
    return asker


def _place(r: Reading, signer: Signer) -> tuple[Asker, bool]:
    policies = policies_for(r, [signer.host])
    actor = actor_by_uri(r, signer.uri)
    asker = Asker(
        host=signer.host,
        actor_id=actor.id if actor is not None else None,
        uri=signer.uri,
        is_partner=policies.of(signer.host) is HostPolicy.PARTNER,
    )
    is_suspended = actor is not None and actor.suspended_at is not None
    return asker, policies.may_federate(signer.host) and not is_suspended


def activity_response(fields: Mapping[str, object], *, status: int = 200) -> web.Response:
    """Return a document as ActivityPub; a context is added when it has none.

    Not to be kept by caches that many share: what is shown may depend on who signed.
    """
    document = fields if has_activitystreams_context(fields) else with_context(fields)
    response = web.Response(
        body=json_bytes(dict(document)), status=status, content_type=ACTIVITY_JSON, charset="utf-8"
    )
    response.headers["Cache-Control"] = "private, max-age=0"
    vary_on_accept(response)
    return response
