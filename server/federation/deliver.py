"""The job that delivers: a claimed batch is signed on threads, posted side by side, noted.

Each delivery ends by itself, so a slow host holds up nobody. What was delivered is written to the
ledger before the job is finished: a crash in between repeats a delivery, it never hides one.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from activitypub.delivery.retrying import LAST_TRY_AFTER
from activitypub.delivery.sending import (
    Delivered,
    Errand,
    Later,
    PreparedActivity,
    Refused,
    SignedErrand,
)
from activitypub.delivery.sending import Outcome as Answer
from activitypub.errors import DocumentError
from server.federation.hosts import policies_for
from server.federation.keys import KeyRing
from server.federation.ledger import UNREACHABLE, Got, note_deliveries, note_erasures
from server.federation.model import Actor, OutgoingActivity, Reach
from server.federation.outbox import may_still_send, takes_back
from server.federation.synchronising import FollowerBook, digest_header
from server.federation.wire import Wire
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.outcomes import Done, Failed, GivenUp, Outcome
from server.platform.work import Reading, Work

Finish = Callable[[Job, Outcome], None]


@dataclass(frozen=True, slots=True)
class _Parcel:
    """What the deliveries of one activity share: its bytes, made once, and whose it is."""

    actor_id: int
    activity_type: str
    object_uri: str
    prepared: PreparedActivity
    is_synchronised: bool


@dataclass(frozen=True, slots=True)
class _Batch:
    """The parcels of a claimed batch, and which of its deliveries may still go."""

    parcels: Mapping[int, _Parcel]
    allowed: frozenset[int]
    digests: Mapping[tuple[int, str], str]


async def deliver(instance: Instance, jobs: Sequence[Job], finish: Finish) -> None:
    """Deliver a batch; `finish` is called for each job as soon as its end is on record."""
    batch = await instance.read(_load, jobs, _book(instance))
    going = [job for job in jobs if job.id in batch.allowed]
    for job in jobs:
        if job.id not in batch.allowed:
            finish(job, Done())  # blocked, out of reach or withdrawn since it was queued
    signed = await _signed(instance, going, batch, finish)
    ends = _Ends(instance, batch, finish)
    async with asyncio.TaskGroup() as group:
        writing = group.create_task(ends.write())
        async with asyncio.TaskGroup() as sending:
            for job, errand in signed:
                sending.create_task(_send(instance, job, errand, ends))
        ends.close()
        await writing
    await instance.part(Wire).forms.save(instance)


def _book(instance: Instance) -> FollowerBook | None:
    try:
        return instance.part(FollowerBook)
    except KeyError:
        return None


def _load(r: Reading, jobs: Sequence[Job], book: FollowerBook | None) -> _Batch:
    wanted = {int(job.payload["activity"]) for job in jobs}
    rows = r.session.execute(
        select(OutgoingActivity, Actor)
        .join(Actor, Actor.id == OutgoingActivity.actor_id)
        .where(OutgoingActivity.id.in_(wanted))
    ).all()
    parcels = {
        row.id: _Parcel(
            actor_id=actor.id,
            activity_type=row.activity_type,
            object_uri=row.object_uri,
            prepared=PreparedActivity(row.body),
            is_synchronised=bool(row.targets.get("sync")),
        )
        for row, actor in rows
    }
    actors = {actor.id: actor for _, actor in rows}
    policies = policies_for(r, {job.host for job in jobs if job.host})
    allowed = frozenset(
        job.id
        for job in jobs
        if (parcel := parcels.get(int(job.payload["activity"]))) is not None
        and _is_wanted(actors[parcel.actor_id], parcel)
        and may_still_send(
            policies, job.host or "", Reach(actors[parcel.actor_id].reach), parcel.activity_type
        )
    )
    return _Batch(parcels, allowed, _digests(r, jobs, parcels, actors, book))


def _is_wanted(actor: Actor, parcel: _Parcel) -> bool:
    """Of somebody who has left only what takes something back still goes out."""
    return actor.gone_at is None or takes_back(parcel.activity_type)


def _digests(
    r: Reading,
    jobs: Sequence[Job],
    parcels: Mapping[int, _Parcel],
    actors: Mapping[int, Actor],
    book: FollowerBook | None,
) -> dict[tuple[int, str], str]:
    """Return the header of FEP-8fcf for each author and host that gets followers-only posts."""
    if book is None:
        return {}
    pairs = {
        (parcel.actor_id, job.host)
        for job in jobs
        if job.host and (parcel := parcels.get(int(job.payload["activity"]))) is not None
        if parcel.is_synchronised
    }
    headers = {}
    for actor_id, host in sorted(pairs):
        header = digest_header(actors[actor_id], book.followers_at(r, actor_id, host))
        if header is not None:
            headers[actor_id, host] = header
    return headers


async def _signed(
    instance: Instance, jobs: Sequence[Job], batch: _Batch, finish: Finish
) -> list[tuple[Job, SignedErrand]]:
    """Return the errands signed, shared inboxes first and those of one host together."""
    parcels = {job.id: batch.parcels[int(job.payload["activity"])] for job in jobs}
    keys = await instance.part(KeyRing).signing_keys(p.actor_id for p in parcels.values())
    ready: list[tuple[Job, Errand]] = []
    for job in sorted(jobs, key=lambda one: (not one.payload["shared"], one.host or "", one.id)):
        parcel = parcels[job.id]
        key = keys.get(parcel.actor_id)
        if key is None:
            finish(job, GivenUp("the keys of the actor were destroyed"))
            continue
        headers = {}
        if parcel.is_synchronised and (
            digest := batch.digests.get((parcel.actor_id, job.host or ""))
        ):
            headers["Collection-Synchronization"] = digest
        try:
            ready.append((job, Errand(parcel.prepared, job.payload["inbox"], key, headers)))
        except DocumentError:
            finish(job, GivenUp("the inbox is not a URL"))
    wire = instance.part(Wire)
    signed = await wire.signing.sign_many(
        [errand for _, errand in ready], knocks=wire.forms, now=instance.clock.now()
    )
    return [(job, one) for (job, _), one in zip(ready, signed, strict=True)]


async def _send(instance: Instance, job: Job, errand: SignedErrand, ends: "_Ends") -> None:
    answer = await instance.part(Wire).sender.send_signed(errand)
    ends.add(job, answer)


@dataclass(slots=True)
class _Ends:
    """Ends of deliveries on their way to the database; what came in together is written so."""

    instance: Instance
    batch: _Batch
    finish: Finish
    _waiting: list[tuple[Job, Answer]] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _is_closed: bool = False

    def add(self, job: Job, answer: Answer) -> None:
        """Take an answer; it is written as soon as the write before it has ended."""
        self._waiting.append((job, answer))
        self._news.set()

    def close(self) -> None:
        """Say that no more answers come."""
        self._is_closed = True
        self._news.set()

    async def write(self) -> None:
        """Write until closed and empty."""
        while self._waiting or not self._is_closed:
            await self._news.wait()
            self._news.clear()
            answers, self._waiting = self._waiting, []
            if answers:
                await self._record(answers)

    async def _record(self, answers: Sequence[tuple[Job, Answer]]) -> None:
        now = self.instance.clock.now()
        ended = [(job, answer, _end_of(job, answer, now)) for job, answer in answers]
        await self.instance.work(_note, self.batch.parcels, ended)
        for job, _, outcome in ended:
            self.finish(job, outcome)


def _end_of(job: Job, answer: Answer, now: datetime) -> Outcome:
    """Return how a delivery ended: taken, refused for good, or to be tried again for seven days."""
    match answer:
        case Delivered():
            return Done(host_ok=True)
        case Refused(status, why):
            return GivenUp(f"{why} ({status})", host_ok=status is not None)
        case Later(after, why, status, is_host_failing):
            if now - job.created_at >= LAST_TRY_AFTER:
                return GivenUp(f"{why} ({status}) for seven days")
            not_before = now + after if after is not None else None
            return Failed(f"{why} ({status})", not_before, host_failed=is_host_failing)


def _note(
    w: Work, parcels: Mapping[int, _Parcel], ended: Iterable[tuple[Job, Answer, Outcome]]
) -> None:
    """Write to the ledger who got what, who took a Delete, and who could not be told."""
    got, erased, lost = [], [], []
    for job, answer, outcome in ended:
        parcel = parcels[int(job.payload["activity"])]
        line = Got(parcel.object_uri, job.host or "", parcel.actor_id)
        if isinstance(answer, Delivered) and parcel.activity_type == "Delete":
            erased.append(line)
        elif isinstance(answer, Delivered) and not takes_back(parcel.activity_type):
            got.append(line)
        elif isinstance(outcome, GivenUp) and parcel.activity_type == "Delete":
            lost.append(line)
    note_deliveries(w, got)
    note_erasures(w, erased)
    note_erasures(w, lost, UNREACHABLE)
