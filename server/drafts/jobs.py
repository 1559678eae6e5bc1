"""Publishing drafts at their moment, and forgetting old ones."""

from datetime import timedelta
from typing import Final

from server.drafts import service
from server.drafts.model import SavedDraft
from server.drafts.queries import ABOUT
from server.drafts.rules import from_bytes
from server.people.sealing import open_for
from server.platform.errors import MeshworkError
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.platform.work import Reading
from server.posts.service import resolve_mentions

SWEEP: Final = "drafts.sweep"
DROP_OLD: Final = "drafts.drop_old"


async def publish(instance: Instance, job: Job) -> None:
    """Publish one draft, when its moment has come and it is still wanted."""
    await publish_draft(instance, int(job.payload["draft"]))


async def publish_draft(instance: Instance, draft_id: int) -> None:
    """Publish a due draft; one that is refused goes back to its author with the reason."""
    text = await instance.read(_text_of, draft_id)
    if text is None:
        return
    await resolve_mentions(instance, text)
    try:
        await instance.work(service.publish_now, draft_id)
    except MeshworkError as refused:
        await instance.work(service.note_trouble, draft_id, refused.safe)


def _text_of(r: Reading, draft_id: int) -> str | None:
    row = r.session.get(SavedDraft, draft_id)
    if row is None:
        return None
    return from_bytes(open_for(r, row.author_id, row.sealed, ABOUT)).text


async def sweep(instance: Instance, _: Job) -> None:
    """Publish what is due and was missed, for example while the clock was set."""
    for draft_id in await instance.work(service.due_drafts):
        await publish_draft(instance, draft_id)


async def drop_old(instance: Instance, _: Job) -> None:
    """Delete drafts that nobody touched for a long time."""
    while await instance.work(service.drop_old_drafts):
        continue


JOB_KINDS: Final = (
    one_by_one(service.PUBLISH, publish),
    one_by_one(SWEEP, sweep),
    one_by_one(DROP_OLD, drop_old),
)

RECURRING: Final = (
    Recurring(SWEEP, timedelta(minutes=5)),
    Recurring(DROP_OLD, timedelta(days=1)),
)
