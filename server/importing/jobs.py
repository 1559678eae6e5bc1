"""Reading sources in the background: every five minutes those that are due, one after the other."""

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete

from server.importing import queries
from server.importing.entries import Unreadable
from server.importing.fetching import fetch
from server.importing.model import ImportSource, ImportUpload, SourceForm
from server.importing.reading import Asked, read_source
from server.importing.service import (
    note_failure,
    note_unchanged,
    pause,
    take_over,
)
from server.platform.errors import NotAllowed, NotFound
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.jobs.runner import one_by_one
from server.platform.jobs.schedule import Recurring
from server.platform.work import Reading, Work
from server.posts.kinds import Kind

READ_DUE: Final = "importing.read_due"
_MOST: Final = 20
_UPLOADS_KEPT: Final = timedelta(days=1)


async def _read_due(instance: Instance, _: Job) -> None:
    await read_due(instance)


async def read_due(instance: Instance) -> None:
    """Read the sources that are due, and forget uploads that nobody took over."""
    await instance.work(_forget_uploads)
    for source_id in await instance.read(queries.due, _MOST):
        await read_now(instance, source_id)


def _forget_uploads(w: Work) -> None:
    w.session.execute(delete(ImportUpload).where(ImportUpload.created_at < w.now - _UPLOADS_KEPT))


async def read_now(instance: Instance, source_id: int) -> None:
    """Read one source and take over what it says; what goes wrong is kept for its owner to see."""
    source = await instance.read(_source, source_id)
    if source is None or source.address is None:
        return
    try:
        fetched = await fetch(
            instance, source.address, etag=source.etag, last_modified=source.last_modified
        )
        if fetched.body is None:
            await instance.work(note_unchanged, source_id)
            return
        asked = Asked(
            kind=Kind(source.kind),
            language=source.language,
            zone=ZoneInfo(instance.settings.instance.time_zone),
            now=instance.clock.now(),
        )
        found = read_source(fetched.body, SourceForm(source.form), asked)
        report = await instance.work(take_over, source_id, found)
    except Unreadable as wrong:
        await instance.work(note_failure, source_id, wrong)
        return
    except (NotAllowed, NotFound):
        await instance.work(_stop, source_id)
        return
    if not report.later:
        await instance.work(_remember_version, source_id, fetched.etag, fetched.last_modified)


def _source(r: Reading, source_id: int) -> ImportSource | None:
    source = r.session.get(ImportSource, source_id)
    if source is not None:
        r.session.expunge(source)
    return source


def _stop(w: Work, source_id: int) -> None:
    """Whoever may not publish any more gets nothing taken over either."""
    source = w.session.get(ImportSource, source_id)
    if source is not None:
        pause(w, source, paused=True)


def _remember_version(w: Work, source_id: int, etag: str | None, last_modified: str | None) -> None:
    source = w.session.get(ImportSource, source_id)
    if source is not None:
        source.etag, source.last_modified = etag, last_modified


JOB_KINDS: Final = (one_by_one(READ_DUE, _read_due),)
RECURRING: Final = (Recurring(READ_DUE, timedelta(minutes=5)),)
