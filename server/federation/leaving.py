"""The end of an actor of ours: its id answers 410, and its keys go when nothing needs them.

The keys are kept until the last Delete was delivered, because receivers check it with them; then
they are destroyed, so that nobody can ever speak in the name of somebody who has left.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from server.federation.gone import mark_gone
from server.federation.keys import KeyRing, destroy_keys
from server.federation.model import Actor, OutgoingActivity
from server.federation.outbox import DELIVER, FAN_OUT, forget_told, job_activity
from server.platform.errors import NotFound
from server.platform.instance import Instance
from server.platform.jobs.model import READY, Job, JobRequest, JobRow
from server.platform.work import Work

DESTROY_KEYS = "destroy_keys"
_LOOK_AGAIN_AFTER = timedelta(minutes=10)
_AT_LATEST = timedelta(days=8)  # deliveries are given up after seven


def close_actor(w: Work, actor_id: int) -> None:
    """Mark an actor of ours as gone, after its Delete was sent with `outbox.send`.

    Its id answers 410 for 30 days and its name is not found any more; its keys are destroyed by a
    job once the queue holds nothing of it. Raises NotFound for an actor that is not ours.
    """
    actor = w.session.get(Actor, actor_id)
    if actor is None or not actor.is_local:
        raise NotFound
    if actor.gone_at is None:
        actor.gone_at = w.now
        mark_gone(w, actor.uri, actor.actor_type)
        forget_told(w, actor_id)
    _look_again(w, actor_id, since=w.now, at=w.now)


def _look_again(w: Work, actor_id: int, *, since: datetime, at: datetime) -> None:
    payload = {"actor": actor_id, "since": since.isoformat()}
    w.enqueue(JobRequest(kind=DESTROY_KEYS, payload=payload, run_at=at))


async def destroy_keys_when_sent(instance: Instance, job: Job) -> None:
    """Destroy an actor's keys when nothing of it is left to deliver; else look again later."""
    actor_id = int(job.payload["actor"])
    since = datetime.fromisoformat(job.payload["since"])
    if await instance.work(_destroy_if_sent, actor_id, since):
        instance.part(KeyRing).forget(actor_id)


def _destroy_if_sent(w: Work, actor_id: int, since: datetime) -> bool:
    if w.now - since < _AT_LATEST and _is_queued(w, actor_id):
        _look_again(w, actor_id, since=since, at=w.now + _LOOK_AGAIN_AFTER)
        return False
    destroy_keys(w, actor_id)
    return True


def _is_queued(w: Work, actor_id: int) -> bool:
    of_actor = select(OutgoingActivity.id).where(OutgoingActivity.actor_id == actor_id)
    waiting = select(JobRow.id).where(
        JobRow.kind.in_([FAN_OUT, DELIVER]),
        JobRow.state == READY,
        job_activity().in_(of_actor),
    )
    return w.session.scalar(waiting.limit(1)) is not None
