"""The job that turns one activity into deliveries: in pages, with the place reached kept.

Each page of recipients is one transaction that inserts its deliveries and moves the cursor, so a
worker that dies continues where it was: no inbox is left out and none is served twice.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete

from activitypub.delivery.fan_out import Inbox, Recipient, inboxes_of
from server.federation.hosts import policies_for
from server.federation.model import Actor, OutgoingActivity
from server.federation.outbox import DELIVER, cancel_waiting, may_still_send, order_of, takes_back
from server.platform.feature import RecipientSource
from server.platform.instance import Instance
from server.platform.jobs.hosts import unavailable_hosts
from server.platform.jobs.model import Job, JobRequest
from server.platform.work import Work

PAGE = 500
_DIGEST_CHARS = 16


async def fan_out(instance: Instance, job: Job) -> None:
    """Make the deliveries of one activity, page by page, until every recipient has one."""
    activity_id = int(job.payload["activity"])
    sources: dict[str, RecipientSource] = {}
    for feature in instance.features:
        sources.update(feature.recipients or {})
    while not await instance.work(next_page, activity_id, sources):
        pass


@dataclass(slots=True)
class _Progress:
    """How far a fan-out has come: the group (-1: the named inboxes), the cursor, what was made."""

    group: int
    after: int
    sent: int
    seen: list[str]

    def as_json(self) -> dict[str, Any]:
        return {"group": self.group, "after": self.after, "sent": self.sent, "seen": self.seen}


def next_page(w: Work, activity_id: int, sources: Mapping[str, RecipientSource]) -> bool:
    """Make the deliveries of the next page; returns True when there is nothing left to do.

    An activity that nobody gets is deleted at once.
    """
    row = w.session.get(OutgoingActivity, activity_id)
    if row is None or row.progress is None:
        return True
    progress = _Progress(**row.progress)
    groups = row.targets["groups"]
    if progress.group < 0:
        if row.activity_type == "Delete":  # a fan-out before this one may just have ended
            cancel_waiting(w, row.object_uri)
        named = [Inbox(url, host, is_shared=shared) for url, host, shared in row.targets["inboxes"]]
        _enqueue(w, row, named, progress)
        progress.group = 0
    elif progress.group < len(groups):
        name, owner_id = groups[progress.group]
        page = sources[name](w.session, owner_id, progress.after, PAGE) if name in sources else ()
        recipients = [Recipient(one.inbox, one.shared_inbox, one.host) for one in page]
        personally = not row.targets["shared"]
        inboxes = inboxes_of(recipients, own_host=w.site.host, personally=personally)
        _enqueue(w, row, inboxes, progress)
        if len(page) < PAGE:
            progress.group, progress.after = progress.group + 1, 0
        else:
            progress.after = page[-1].cursor
    is_complete = progress.group >= len(groups)
    row.progress = None if is_complete else progress.as_json()
    if is_complete and progress.sent == 0:
        w.session.execute(delete(OutgoingActivity).where(OutgoingActivity.id == activity_id))
    return is_complete


def _enqueue(w: Work, row: OutgoingActivity, inboxes: Sequence[Inbox], progress: _Progress) -> None:
    """Insert a delivery for each inbox that has none yet and may get it."""
    seen = set(progress.seen)
    fresh = _permitted(w, row, [inbox for inbox in inboxes if _mark(inbox) not in seen])
    w.enqueue_all(_requests(row, fresh))
    progress.sent += len(fresh)
    # A personal inbox of a group comes up once, by its cursor; the others may come up again.
    progress.seen += [_mark(one) for one in fresh if one.is_shared or progress.group < 0]


def _requests(row: OutgoingActivity, inboxes: Iterable[Inbox]) -> list[JobRequest]:
    return [
        JobRequest(
            kind=DELIVER,
            payload={"activity": row.id, "inbox": inbox.url, "shared": inbox.is_shared},
            host=inbox.host,
            order_key=order_of(row.object_uri, inbox),
        )
        for inbox in inboxes
    ]


def _mark(inbox: Inbox) -> str:
    return hashlib.sha256(inbox.url.encode()).hexdigest()[:_DIGEST_CHARS]


def _permitted(w: Work, row: OutgoingActivity, inboxes: Sequence[Inbox]) -> list[Inbox]:
    """Leave out hosts that may not get it, and those that have been silent for seven days.

    Only what takes something back still goes to silent hosts.
    """
    actor = w.session.get_one(Actor, row.actor_id)
    hosts = {inbox.host for inbox in inboxes}
    policies = policies_for(w, hosts)
    silent: frozenset[str] = frozenset()
    if not takes_back(row.activity_type):
        silent = unavailable_hosts(w.session)
    return [
        inbox
        for inbox in inboxes
        if inbox.host not in silent
        and may_still_send(policies, inbox.host, actor.reach, row.activity_type)
    ]
