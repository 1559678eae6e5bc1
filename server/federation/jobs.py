"""Recurring work of federation: what is kept no longer than it is needed, and looks at hosts."""

from datetime import timedelta

from sqlalchemy import delete, exists, select, update

from activitypub.discovery.nodeinfo import fetch_nodeinfo
from activitypub.errors import ActivityPubError
from server.federation import gone, ledger
from server.federation.hosts import may_federate
from server.federation.model import OutgoingActivity, ReceivedActivity, RemoteHost
from server.federation.outbox import DELIVER, FAN_OUT, job_activity
from server.federation.wire import Wire
from server.platform.instance import Instance
from server.platform.jobs.model import READY, Job, JobRow
from server.platform.work import Work

CLEAN_FEDERATION = "clean_federation"
_RECEIVED_KEPT = timedelta(days=30)
_OUTGOING_KEPT = timedelta(days=7)
_MOST_AT_ONCE = 2_000
_MOST_NAME_CHARS = 100


async def clean(instance: Instance, job: Job) -> None:  # noqa: ARG001 - the shape of a job
    """Delete what is not kept any longer, in short transactions."""
    while await instance.work(_forget_received) >= _MOST_AT_ONCE:
        pass
    while await instance.work(_forget_outgoing) >= _MOST_AT_ONCE:
        pass
    await instance.work(ledger.forget_old_lines)
    await instance.work(gone.forget_old)
    await instance.part(Wire).forms.save(instance)


def _forget_received(w: Work) -> int:
    """Delete keys of activities received 30 days ago: signatures are refused long before."""
    old = (
        select(ReceivedActivity.id)
        .where(ReceivedActivity.received_at < w.now - _RECEIVED_KEPT)
        .limit(_MOST_AT_ONCE)
    )
    return _deleted(w, delete(ReceivedActivity).where(ReceivedActivity.id.in_(old)))


def _forget_outgoing(w: Work) -> int:
    """Delete activities of ours seven days old that no delivery needs any more."""
    waiting = exists().where(
        JobRow.kind.in_([FAN_OUT, DELIVER]),
        JobRow.state == READY,
        job_activity() == OutgoingActivity.id,
    )
    old = (
        select(OutgoingActivity.id)
        .where(OutgoingActivity.created_at < w.now - _OUTGOING_KEPT, ~waiting)
        .limit(_MOST_AT_ONCE)
    )
    return _deleted(w, delete(OutgoingActivity).where(OutgoingActivity.id.in_(old)))


def _deleted(w: Work, statement: object) -> int:
    result = w.session.execute(statement, execution_options={"synchronize_session": False})  # type: ignore[call-overload] # any delete
    return int(getattr(result, "rowcount", 0))


async def look_at_host(instance: Instance, job: Job) -> None:
    """Ask a host what it runs, once, for the staff's list of hosts; silence is an answer too."""
    host = str(job.payload["host"])
    if not await instance.read(may_federate, host):
        return
    wire = instance.part(Wire)
    try:
        told = await fetch_nodeinfo(wire.client, host, base_url=wire.base_url)
    except ActivityPubError:
        await instance.work(_note_software, host, None, None)
        return
    await instance.work(_note_software, host, told.software.name, told.software.version)


def _note_software(w: Work, host: str, name: str | None, version: str | None) -> None:
    w.session.execute(
        update(RemoteHost)
        .where(RemoteHost.host == host)
        .values(
            software=name and name[:_MOST_NAME_CHARS],
            software_version=version and version[:_MOST_NAME_CHARS],
            looked_at=w.now,
        )
    )
