"""What goes out: an activity is kept with the change it tells about, and fanned out by a job.

`send` is called inside the unit of work of the change, so the activity exists exactly when the
change does. Whom it reaches is bounded here by the author's reach and by the policies of hosts,
whatever the caller asks for; `fan_out` and `deliver` check again, because days may pass.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import BigInteger, ColumnElement, cast, delete, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from activitypub.delivery.audience import audience_in, without_blind_recipients
from activitypub.delivery.fan_out import Inbox, Recipient, authority_of, inboxes_of
from activitypub.documents.context import PROOF_TERMS, with_context
from activitypub.documents.jsonbytes import JsonObject, json_bytes
from activitypub.documents.urls import is_web_url
from activitypub.signatures.proofs import with_proof
from server.federation.hosts import Policies, policies_for
from server.federation.keys import proving_key
from server.federation.ledger import hosts_of, recipients_of_actor
from server.federation.model import Actor, OutgoingActivity, Reach
from server.platform.errors import NotFound
from server.platform.jobs.model import READY, JobRequest, JobRow
from server.platform.work import Work

FAN_OUT = "fan_out"
DELIVER = "deliver"
_TAKES_BACK = frozenset({"Delete", "Undo"})
"""Activities that shrink what others know: they go even where nothing else goes any more."""


def activity_uri(w: Work) -> str:
    """Return a fresh id for an activity of ours."""
    return w.site.url(f"/activities/{w.new_id()}")


def order_of(object_uri: str, inbox: Inbox | None = None) -> str:
    """Return the key under which everything about an object goes to an inbox in order.

    Without an inbox it is the key of the fan-outs. A host with a shared inbox so gets all in
    order; one without (GoToSocial) gets it side by side, in order for each of its people.
    """
    digest = _digest(object_uri, 32)
    return f"{digest}@" if inbox is None else f"{digest}@{inbox.host}/{_digest(inbox.url, 16)}"


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def cancel_waiting(w: Work, object_uri: str) -> None:
    """Drop whatever still waits to be told about an object: it is about to be deleted."""
    order = order_of(object_uri)
    w.session.execute(
        delete(JobRow).where(
            # "A" is the character after "@": one range of the index on order keys.
            JobRow.order_key >= order,
            JobRow.order_key < order[:-1] + "A",
            JobRow.state == READY,
            JobRow.lease.is_(None),
        ),
        execution_options={"synchronize_session": False},
    )


def forget_told(w: Work, actor_id: int, *, object_uri: str | None = None) -> None:
    """Delete what was said about an object that is deleted, or everything somebody said who goes.

    What takes something back stays until it is delivered.
    """
    told = [OutgoingActivity.actor_id == actor_id]
    told.append(OutgoingActivity.activity_type.not_in(_TAKES_BACK))
    if object_uri is not None:
        told.append(OutgoingActivity.object_uri == object_uri)
    w.session.execute(
        delete(OutgoingActivity).where(*told), execution_options={"synchronize_session": False}
    )


def job_activity() -> ColumnElement[int]:
    """Return, for queries over jobs, the activity that a fan-out or a delivery is about.

    Read as text first: the databases' own reading of JSON numbers ends at 32 bits.
    """
    return cast(JobRow.payload["activity"].as_string(), BigInteger)


def takes_back(activity_type: str) -> bool:
    """Say whether an activity shrinks what others know (Delete, Undo)."""
    return activity_type in _TAKES_BACK


def send(  # noqa: PLR0913 - each names one way to be addressed
    w: Work,
    *,
    actor_id: int,
    activity: Mapping[str, object],
    object_uri: str,
    to_actors: Iterable[int] = (),
    to_groups: Iterable[tuple[str, int]] = (),
    to_hosts_of: str | None = None,
    personal: bool = False,
    proof: bool = False,
) -> None:
    """Keep an activity and have it delivered to everybody named who may get it.

    `to_groups` are recipient sources by name with the actor they belong to; `to_hosts_of` is an
    object whose every ledger host is told. `personal` uses no shared inbox (direct messages).
    `proof` adds an integrity proof (FEP-8b32), to public activities only: a proof of something
    private would make a leak provable. A Delete of the actor itself goes to every host that ever
    got anything of it. Nothing of somebody whose reach is `home` goes out, except that hosts of
    the ledger are told what to delete; nothing is kept when nobody elsewhere would get it.
    Raises NotFound for an actor that is not ours.
    """
    actor = w.session.get(Actor, actor_id)
    if actor is None or not actor.is_local:
        raise NotFound
    activity_type = str(activity.get("type", ""))
    groups = [] if actor.reach == Reach.HOME else [list(group) for group in to_groups]
    recipients = [] if actor.reach == Reach.HOME else _recipients(w, to_actors)
    inboxes = inboxes_of(recipients, own_host=w.site.host, personally=personal)
    reached = _allowed(w, actor, inboxes)
    if to_hosts_of is not None or _deletes_itself(activity_type, actor, object_uri):
        told = set(hosts_of(w, to_hosts_of) if to_hosts_of is not None else ())
        if _deletes_itself(activity_type, actor, object_uri):
            told |= set(recipients_of_actor(w, actor_id))
        reached += _ledger_inboxes(w, actor, sorted(told), activity_type, known=reached)
    if not reached and not groups:
        return
    _keep(
        w,
        actor,
        activity=_document(w, actor, activity, proof=proof),
        object_uri=object_uri,
        targets={
            "inboxes": [[inbox.url, inbox.host, inbox.is_shared] for inbox in reached],
            "groups": groups,
            "shared": not personal,
            "sync": bool(groups) and not audience_in(activity).is_public,
        },
    )


def _deletes_itself(activity_type: str, actor: Actor, object_uri: str) -> bool:
    return activity_type == "Delete" and object_uri == actor.uri


def _keep(
    w: Work, actor: Actor, *, activity: JsonObject, object_uri: str, targets: Mapping[str, object]
) -> None:
    if activity.get("type") == "Delete":
        cancel_waiting(w, object_uri)
        forget_told(w, actor.id, object_uri=object_uri)
    row = OutgoingActivity(
        id=w.new_id(),
        actor_id=actor.id,
        uri=str(activity["id"]),
        activity_type=str(activity["type"]),
        object_uri=object_uri,
        body=json_bytes(activity),
        targets=dict(targets),
        progress={"group": -1, "after": 0, "sent": 0, "seen": []},
        created_at=w.now,
    )
    w.session.add(row)
    w.session.flush()
    w.enqueue(
        JobRequest(kind=FAN_OUT, payload={"activity": row.id}, order_key=order_of(object_uri))
    )


def _document(w: Work, actor: Actor, activity: Mapping[str, object], *, proof: bool) -> JsonObject:
    """Return the activity as everybody gets it: no blind recipients, a proof when it is public."""
    bare = without_blind_recipients(activity)
    is_proved = proof and actor.reach == Reach.FEDIVERSE and audience_in(activity).is_public
    key = proving_key(w, actor) if is_proved else None
    if key is None or not isinstance(key.key, Ed25519PrivateKey):
        return with_context(bare)
    complete = with_context(bare, also=PROOF_TERMS)
    return with_proof(complete, key.key, key_id=key.key_id, now=w.now)


def _recipients(w: Work, actor_ids: Iterable[int]) -> list[Recipient]:
    wanted = list(dict.fromkeys(actor_ids))
    if not wanted:
        return []
    rows = w.session.execute(
        select(Actor.inbox, Actor.shared_inbox, Actor.uri)
        .where(Actor.id.in_(wanted), Actor.host != "", Actor.gone_at.is_(None))
        .order_by(Actor.id)
    )
    return [Recipient(inbox, shared, authority_of(uri)) for inbox, shared, uri in rows]


def _allowed(w: Work, actor: Actor, inboxes: Sequence[Inbox]) -> list[Inbox]:
    policies = policies_for(w, [inbox.host for inbox in inboxes])
    return [inbox for inbox in inboxes if policies.may_receive(inbox.host, actor.reach)]


def may_still_send(policies: Policies, host: str, reach: Reach, activity_type: str) -> bool:
    """Say whether an activity that was accepted for sending may still go to a host.

    What takes something back goes to whoever may have it, however short the reach is now; a
    blocked host gets nothing.
    """
    if takes_back(activity_type):
        return policies.may_federate(host)
    return policies.may_receive(host, reach)


def _ledger_inboxes(
    w: Work, actor: Actor, hosts: Sequence[str], activity_type: str, *, known: Sequence[Inbox]
) -> list[Inbox]:
    """Return one inbox for each host: its shared one, or any actor's there when it has none."""
    policies = policies_for(w, hosts)
    covered = {inbox.host for inbox in known}
    found = []
    for host in hosts:
        if host in covered or not may_still_send(policies, host, actor.reach, activity_type):
            continue
        inbox = _inbox_at(w, host)
        if inbox is not None:
            found.append(inbox)
    return found


def _inbox_at(w: Work, host: str) -> Inbox | None:
    """Return where a host is told something: by an actor whose id, or else whose inbox, is there.

    Ids are asked first, because there is an index for them; a few servers receive on another host.
    """
    for column in (Actor.uri, Actor.inbox):
        row = w.session.execute(
            select(Actor.inbox, Actor.shared_inbox)
            .where(or_(*_places(column, host)), Actor.host != "")
            .order_by(Actor.shared_inbox.is_(None), Actor.gone_at.is_not(None), Actor.id)
            .limit(1)
        ).first()
        url = None if row is None else row.shared_inbox or row.inbox
        if row is not None and url is not None and is_web_url(url):
            return Inbox(url, authority_of(url), is_shared=row.shared_inbox is not None)
    return None


def _places(column: InstrumentedAttribute[str], host: str) -> list[ColumnElement[bool]]:
    # "0" is the character after "/": an index answers what begins with a host.
    return [
        (column >= f"{scheme}://{host}/") & (column < f"{scheme}://{host}0")
        for scheme in ("https", "http")
    ]
