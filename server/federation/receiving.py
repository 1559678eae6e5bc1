"""The job that gives a kept activity its effect: everything fetched first, then one transaction.

Who answers which activity the features declare (`ActivityHandler`). An activity that makes no
sense is dropped, one whose parts cannot be fetched now is tried again, one that trips over a fault
of ours is parked after five tries; none of them holds up the others.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import update

from activitypub.documents.activity import Activity, read_activity
from activitypub.documents.jsonbytes import JsonObject, json_bytes, parse_document
from activitypub.documents.names import TOMBSTONE
from activitypub.documents.origin import require_actor_owns, same_url, trusted_object
from activitypub.documents.reading import text_of
from activitypub.errors import (
    ActivityPubError,
    DocumentError,
    FetchTimeout,
    Gone,
    RecentlyFailed,
    RemoteFailure,
)
from activitypub.fetching.budget import Budget
from activitypub.fetching.slots import Busy
from activitypub.receiving.verified import verified_from_origin
from server.federation.actors import actor_by_uri
from server.federation.inbox import ORIGIN
from server.federation.model import Actor, ReceivedActivity
from server.federation.outbox import takes_back
from server.federation.remote import load_actor, load_document, require_federation
from server.federation.wire import Wire
from server.platform.errors import MeshworkError, Unavailable
from server.platform.feature import ActivityHandler, Received
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.outcomes import Failed, GivenUp, Outcome
from server.platform.work import Reading, Work

_log = structlog.get_logger("receiving")
_TRIES = 5
_TEMPORARY = (FetchTimeout, RemoteFailure, RecentlyFailed, Busy)
_WITH_OBJECT = frozenset({"Create", "Update"})


@dataclass(frozen=True, slots=True)
class _Kept:
    """A received activity that has not had its effect yet."""

    id: int
    body: bytes
    trusted_by: str
    received_at: datetime


def _load(r: Reading, row_id: int) -> _Kept | None:
    row = r.session.get(ReceivedActivity, row_id)
    if row is None or row.handled_at is not None or row.body is None:
        return None
    return _Kept(row.id, row.body, row.trusted_by, row.received_at)


async def take_in(instance: Instance, job: Job) -> Outcome | None:
    """Give one received activity its effect."""
    kept = await instance.read(_load, int(job.payload["id"]))
    if kept is None:
        return None
    try:
        received = await _believed(instance, kept)
        if received is None:
            await _drop(instance, kept, "not confirmed by its origin, or from somebody suspended")
        else:
            await _apply(instance, kept, received)
    except _TEMPORARY as error:
        why = type(error).__name__
        return GivenUp(why) if job.attempts >= _TRIES else Failed(why)
    except ActivityPubError as error:
        await _drop(instance, kept, type(error).__name__)
    except Unavailable:
        raise
    except MeshworkError as error:
        await _drop(instance, kept, error.code)
    return None


async def _apply(instance: Instance, kept: _Kept, received: Received) -> None:
    activity = received.activity
    answers: list[tuple[ActivityHandler, Any]] = [
        (handler, await handler.prepare(instance, received) if handler.prepare else None)
        for handler in instance.activity_handlers
        if handler.activity_type == activity.type and handler.when(activity)
    ]
    await instance.work(_effect, kept.id, received, answers)


def _effect(
    w: Work, row_id: int, received: Received, answers: list[tuple[ActivityHandler, Any]]
) -> None:
    """Let every feature answer and mark the activity, in one transaction."""
    if _finished(w, row_id):
        for handler, prepared in answers:
            handler.apply(w, received, prepared)


def _finished(w: Work, row_id: int) -> bool:
    """Mark an activity as handled; False when another worker was first."""
    marked = w.session.execute(
        update(ReceivedActivity)
        .where(ReceivedActivity.id == row_id, ReceivedActivity.handled_at.is_(None))
        .values(handled_at=w.now, body=None),
        execution_options={"synchronize_session": False},
    )
    return getattr(marked, "rowcount", 0) > 0


async def _drop(instance: Instance, kept: _Kept, why: str) -> None:
    _log.info("received activity dropped", why=why)
    await instance.work(_finished, kept.id)


async def _believed(instance: Instance, kept: _Kept) -> Received | None:
    """Return the activity with its sender's row and its object; None when it is not to be had."""
    budget = Budget()
    if kept.trusted_by == ORIGIN:
        confirmed = await _from_origin(instance, parse_document(kept.body), budget)
        if confirmed is None:
            return None
        activity, raw = confirmed
    else:
        activity, raw = read_activity(parse_document(kept.body)), kept.body
    actor_id = await _sender(instance, activity, budget)
    if actor_id is None or not await instance.read(_may_act, actor_id, activity.type):
        return None
    fetched = await _object_of(instance, activity, budget)
    return Received(activity=activity, actor_id=actor_id, fetched=fetched, raw=raw)


async def _sender(instance: Instance, activity: Activity, budget: Budget) -> int | None:
    """Return the sender's row; for a Delete only a known one, as its origin may have it no more."""
    if activity.type == "Delete":
        return await instance.read(_known_id, activity.actor)
    return await load_actor(instance, activity.actor, budget=budget)


def _known_id(r: Reading, uri: str) -> int | None:
    actor = actor_by_uri(r, uri)
    return actor.id if actor is not None else None


def _may_act(r: Reading, actor_id: int, activity_type: str) -> bool:
    """Who was suspended by staff can only take back what they said before."""
    actor = r.session.get(Actor, actor_id)
    return actor is not None and (actor.suspended_at is None or takes_back(activity_type))


async def _object_of(instance: Instance, activity: Activity, budget: Budget) -> JsonObject | None:
    """Fetch what was created or changed when it did not come along in a form to be trusted."""
    if activity.type not in _WITH_OBJECT or activity.object_id is None:
        return None
    if trusted_object(activity.document) is not None:
        return None
    document = (await load_document(instance, activity.object_id, budget=budget)).document
    require_actor_owns(activity.actor, document)
    return document


async def _from_origin(
    instance: Instance, passed_on: JsonObject, budget: Budget
) -> tuple[Activity, bytes] | None:
    """Ask the origin about an activity that somebody else passed on; None when it denies it."""
    claimed = read_activity(passed_on)
    await require_federation(instance, claimed.actor)
    if claimed.type == "Delete":
        confirmed = await _is_deleted(instance, claimed.object_id, budget)
        return (claimed, json_bytes(passed_on)) if confirmed else None
    try:
        documents = instance.part(Wire).documents
        fetched = await documents.fetch_exactly(claimed.id, budget=budget)
        verified = verified_from_origin(fetched)
        if same_url(verified.value.actor, claimed.actor):
            return verified.value, verified.raw
    except _TEMPORARY:
        raise
    except ActivityPubError:
        pass  # many servers do not give out activities; the object says enough
    return await _rebuilt(instance, claimed, budget)


async def _is_deleted(instance: Instance, object_id: str | None, budget: Budget) -> bool:
    """Say whether the origin calls an object deleted: 410 or a Tombstone.

    A 404 is not enough: that is also how private things are answered, and anybody could have
    such a post removed here by passing on a Delete that never was.
    """
    if object_id is None:
        return False
    try:
        fetched = await load_document(instance, object_id, budget=budget)
    except Gone:
        return True
    return text_of(fetched.document.get("type")) == TOMBSTONE


async def _rebuilt(
    instance: Instance, claimed: Activity, budget: Budget
) -> tuple[Activity, bytes] | None:
    """Return the activity around its object as the origin gives it, if the actor owns it."""
    if claimed.type not in _WITH_OBJECT or claimed.object_id is None:
        return None
    fetched = await load_document(instance, claimed.object_id, budget=budget)
    if not same_url(fetched.id, claimed.object_id):
        raise DocumentError("the object is another one at its origin")
    require_actor_owns(claimed.actor, fetched.document)
    document: JsonObject = {
        "@context": fetched.document.get("@context"),
        "id": claimed.id,
        "type": claimed.type,
        "actor": claimed.actor,
        "to": fetched.document.get("to"),
        "cc": fetched.document.get("cc"),
        "object": fetched.document,
    }
    return read_activity(document), json_bytes(document)
