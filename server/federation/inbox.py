"""Every inbox: a request is verified, kept once, and answered 202 only when that is durable.

Nothing is stored before the library's door has let it pass. What an activity means is decided
later, by the job in `receiving`; here it is only kept, together with that job.
"""

import hashlib
from dataclasses import dataclass, replace
from time import monotonic
from typing import cast

from aiohttp import web
from sqlalchemy import Table, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from activitypub.delivery.fan_out import authority_of
from activitypub.documents.activity import Activity, read_activity
from activitypub.documents.jsonbytes import json_bytes, parse_document
from activitypub.documents.names import MAX_DOCUMENT_BYTES
from activitypub.documents.origin import same_url
from activitypub.errors import DocumentError, Refused, UnknownActivity
from activitypub.receiving.refusals import refusal_of
from activitypub.receiving.request import check_head, inbox_request
from activitypub.receiving.verified import Door, How, Ignored, NeedsRefetch, Verified, verify
from server.federation.actors import actor_by_uri, is_ours
from server.federation.hosts import HostBook
from server.federation.key_source import ActorKeys
from server.federation.model import Actor, Reach, ReceivedActivity
from server.federation.requests import header_lines, refused_response
from server.federation.synchronising import HEADER, SYNCHRONISE, Claim, FollowerBook, read_claim
from server.federation.wire import Wire
from server.platform.errors import NotFound, Unavailable
from server.platform.http.bodies import read_capped
from server.platform.instance import Instance
from server.platform.jobs.hosts import note_answer
from server.platform.jobs.model import READY, JobRequest, JobRow
from server.platform.work import Reading, Work

RECEIVE = "receive"
ORIGIN = "origin"
"""How an activity is believed that somebody else passed on: its origin is asked."""

_OWN_AFFAIRS = frozenset({"Delete", "Update"})
_BODY_SECONDS = 30.0
_GAUGE_SECONDS = 1.0
_RETRY_AFTER = 60
_TRUSTED_BY = {How.HTTP_SIGNATURE: "signature", How.PROOF: "proof", How.FETCHED: ORIGIN}
# What is said about an activity of one's own is in order with that activity, else with its object.
_OWN_ID_FIRST = frozenset({"Follow", "Like", "Dislike", "EmojiReact", "Announce", "Block", "Offer"})

# Made once, on the table: making a statement costs more than running it.
_TABLE = cast("Table", ReceivedActivity.__table__)
_KEEPING = {
    "postgresql": postgresql.insert(_TABLE).on_conflict_do_nothing(index_elements=["dedupe_key"]),
    "sqlite": sqlite.insert(_TABLE).on_conflict_do_nothing(index_elements=["dedupe_key"]),
}
_WAITING = (
    select(func.count())
    .select_from(JobRow)
    .where(JobRow.kind == RECEIVE, JobRow.state == literal_column(f"'{READY}'"))
)


class InboxGauge:
    """How many received activities wait, counted at most once a second."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._waiting = 0
        self._counted_at: float | None = None

    async def is_full(self) -> bool:
        """Say whether so much waits that more is not accepted for now."""
        now = monotonic()
        if self._counted_at is None or now - self._counted_at > _GAUGE_SECONDS:
            self._counted_at = now
            self._waiting = await self._instance.read(_waiting)
        return self._waiting >= self._instance.settings.limits.inbox_queue


def _waiting(r: Reading) -> int:
    return r.session.scalar(_WAITING) or 0


@dataclass(frozen=True, slots=True)
class _Arrival:
    """What is kept of a verified request."""

    dedupe_key: str
    actor_uri: str
    activity_type: str
    body: bytes
    trusted_by: str
    order_key: str
    host: str
    claim: Claim | None = None


async def receive(
    instance: Instance, request: web.Request, *, owner_id: int | None = None
) -> web.Response:
    """Take an activity in; `owner_id` is whose own inbox it came to, None for a shared one.

    Answers 202 when it is kept, is known already or may be ignored; 400 malformed, 401 not
    signed by whom it should be, 403 refused, 404 no such inbox, 410 its owner has left, 413 too
    large, 415 another media type, 503 too much to do or the key cannot be fetched now.
    """
    if await instance.part(InboxGauge).is_full():
        raise Unavailable(_RETRY_AFTER)  # before a byte of the body is read
    try:
        owner_reach = Reach.FEDIVERSE
        if owner_id is not None:
            owner_reach = await instance.read(_owner_reach, owner_id)
        arrival = await _admitted(instance, request, owner_reach)
    except Refused as refused:
        return refused_response(refused)
    if arrival is not None:
        await instance.work(_keep, arrival)
    return web.Response(status=202)


def _owner_reach(r: Reading, owner_id: int) -> Reach:
    """Return how far the owner of an inbox goes; who stays at home has no inbox."""
    owner = r.session.get(Actor, owner_id)
    if owner is None or not owner.is_local or owner.reach == Reach.HOME:
        raise NotFound
    if owner.gone_at is not None:
        raise Refused(410, "gone", "Whose inbox this was has left.")
    return Reach(owner.reach)


async def _admitted(
    instance: Instance, request: web.Request, owner_reach: Reach
) -> _Arrival | None:
    """Return what is to be kept; None when there is nothing to do. Raises Refused."""
    lines = header_lines(request)
    check_head(lines)
    body = await read_capped(request, MAX_DOCUMENT_BYTES, seconds=_BODY_SECONDS)
    signed = inbox_request(request.raw_path, lines, body, received_at=instance.clock.now())
    may_be_own_affair = b'"Delete"' in body or b'"Update"' in body
    if may_be_own_affair and await _is_strangers_own_affair(instance, body):
        return None
    policies = await instance.part(HostBook).current()
    door = Door(
        policy=instance.part(Wire).signatures,
        keys=instance.part(ActorKeys),
        is_blocked=lambda host: not policies.may_knock(host),
    )
    reception = await verify(signed, door=door)
    if isinstance(reception, Ignored):
        return None
    arrival = _arrival_of(reception)
    if is_ours(instance.site, arrival.actor_uri):
        # Our own people's doings are known here. Whoever passes one on could only repeat it.
        return None
    if not policies.may_receive(arrival.host, owner_reach):
        raise Refused(403, "blocked", "This server does not accept anything from there.")
    if isinstance(reception, Verified) and reception.how is How.HTTP_SIGNATURE:
        return replace(arrival, claim=_claim(instance, request))
    return arrival


async def _is_strangers_own_affair(instance: Instance, body: bytes) -> bool:
    """Say whether somebody unknown deletes or changes itself: there is nothing here to do.

    No key is fetched for it and nobody stored: who left has no key any more and tells everybody,
    and who changed was of no interest to anybody here (GDPR art. 5(1)(c)).
    """
    try:
        activity = read_activity(parse_document(body))
    except UnknownActivity:
        return False
    except DocumentError as error:
        raise refusal_of(error) from error
    target = activity.object_id
    if activity.type not in _OWN_AFFAIRS or target is None or not same_url(target, activity.actor):
        return False
    return await instance.read(actor_by_uri, activity.actor) is None


def _claim(instance: Instance, request: web.Request) -> Claim | None:
    try:
        instance.part(FollowerBook)
    except KeyError:
        return None
    return read_claim(request.headers.get(HEADER))


def _arrival_of(reception: Verified[Activity] | NeedsRefetch) -> _Arrival:
    if isinstance(reception, NeedsRefetch):
        # The forwarder is part of the key, so that it cannot suppress the genuine activity.
        return _Arrival(
            dedupe_key=_digest(ORIGIN, reception.forwarder, reception.activity_id),
            actor_uri=reception.actor,
            activity_type=reception.activity_type,
            body=json_bytes(
                {
                    "id": reception.activity_id,
                    "type": reception.activity_type,
                    "actor": reception.actor,
                    "object": reception.object_id,
                }
            ),
            trusted_by=ORIGIN,
            order_key=f"in:{_digest(reception.object_id or reception.activity_id)}",
            host=authority_of(reception.forwarder),
        )
    activity = reception.value
    return _Arrival(
        dedupe_key=_digest(activity.actor, activity.id),
        actor_uri=activity.actor,
        activity_type=activity.type,
        body=reception.raw,
        trusted_by=_TRUSTED_BY[reception.how],
        order_key=f"in:{_digest(_subject(activity))}",
        host=authority_of(reception.signer),
    )


def _subject(activity: Activity) -> str:
    """Return what an activity is about: activities about the same thing are taken in order."""
    if activity.type in _OWN_ID_FIRST:
        return activity.id
    return activity.object_id or activity.id


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _keep(w: Work, arrival: _Arrival) -> None:
    """Keep an activity and its job in one transaction; one that was here before changes nothing."""
    row_id = w.new_id()
    kept = w.session.execute(
        _KEEPING[w.session.get_bind().dialect.name],
        {
            "id": row_id,
            "dedupe_key": arrival.dedupe_key,
            "actor_uri": arrival.actor_uri,
            "activity_type": arrival.activity_type,
            "body": arrival.body,
            "trusted_by": arrival.trusted_by,
            "received_at": w.now,
        },
    )
    if getattr(kept, "rowcount", 0) <= 0:
        return
    w.enqueue(JobRequest(kind=RECEIVE, payload={"id": row_id}, order_key=arrival.order_key))
    note_answer(w.session, w.now, arrival.host)
    if arrival.claim is not None:
        w.enqueue(
            JobRequest(
                kind=SYNCHRONISE,
                payload={
                    "actor": arrival.actor_uri,
                    "collection": arrival.claim.collection_id,
                    "url": arrival.claim.url,
                    "digest": arrival.claim.digest,
                },
                unique_key=f"sync:{_digest(arrival.actor_uri)}",
            )
        )
