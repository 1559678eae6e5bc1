"""Archives that people ask for: requested on a page, written by a job, fetched within a week."""

import asyncio
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import delete, select

from server.activity_log.service import record
from server.notifications.service import inform
from server.platform.errors import NotFound
from server.platform.instance import Instance
from server.platform.jobs.model import JobRequest
from server.platform.secrets import WrappedKey
from server.platform.work import Reading, Work
from server.privacy.export import write_archive
from server.privacy.model import Archive
from server.privacy.sealing import seal_file
from server.privacy.telling import ARCHIVE_READY

KEPT: Final = timedelta(days=7)
WRITE: Final = "privacy.write_archive"
_FOLDER: Final = "archives"


def ask_for_archive(w: Work, person_id: int, login_id: int) -> Archive:
    """Ask for an archive; one that is still being written is the answer to a second request."""
    waiting = w.session.scalar(
        select(Archive).where(
            Archive.person_id == person_id,
            Archive.login_id == login_id,
            Archive.ready_at.is_(None),
            Archive.expires_at > w.now,
        )
    )
    if waiting is not None:
        return waiting
    archive = Archive(
        id=w.new_id(),
        person_id=person_id,
        login_id=login_id,
        wrapped_key=w.vault.new_key().sealed,
        requested_at=w.now,
        expires_at=w.now + KEPT,
    )
    w.session.add(archive)
    record(
        w, login_id=login_id, verb="ask_for_archive", subject_type="person", subject_id=person_id
    )
    w.enqueue(JobRequest(kind=WRITE, payload={"archive": archive.id}))
    w.session.flush()
    return archive


def archives_of(r: Reading, person_id: int, login_id: int) -> list[Archive]:
    """Return the archives that a login has asked for about somebody, the newest first."""
    rows = (
        select(Archive)
        .where(
            Archive.person_id == person_id,
            Archive.login_id == login_id,
            Archive.expires_at > r.now,
        )
        .order_by(Archive.id.desc())
    )
    return list(r.session.scalars(rows))


def ready_archive(r: Reading, archive_id: int, person_id: int, login_id: int) -> Archive:
    """Return an archive that can be fetched. Raises NotFound for every other, foreign ones too."""
    archive = r.session.get(Archive, archive_id)
    if archive is None or (archive.person_id, archive.login_id) != (person_id, login_id):
        raise NotFound
    if archive.ready_at is None or archive.expires_at <= r.now:
        raise NotFound
    return archive


def delete_archive(w: Work, archive_id: int, person_id: int, login_id: int) -> None:
    """Delete an archive before its time; its file goes with the next cleaning, at once unreadable.

    Raises NotFound.
    """
    archive = w.session.get(Archive, archive_id)
    if archive is None or (archive.person_id, archive.login_id) != (person_id, login_id):
        raise NotFound
    w.session.delete(archive)


def about(archive_id: int) -> str:
    """Return what an archive's seal says it is."""
    return f"archive {archive_id}"


def path_of(instance: Instance, archive_id: int) -> Path:
    """Return where the sealed file of an archive lies."""
    return instance.settings.media.root / _FOLDER / f"{archive_id}.sealed"


async def write_asked_archive(instance: Instance, archive_id: int) -> None:
    """Write the archive that was asked for; nothing happens when it is not wanted any more."""
    archive = await instance.read(_unwritten, archive_id)
    if archive is None:
        return
    target = path_of(instance, archive_id)
    await asyncio.to_thread(_make_room, target)
    with tempfile.TemporaryDirectory(prefix="meshwork-archive-") as folder:
        plain = Path(folder) / "archive.zip"
        await write_archive(instance, archive.person_id, plain)
        key = WrappedKey(archive.wrapped_key)
        size = await asyncio.to_thread(
            seal_file, instance.vault, key, about(archive_id), plain, target
        )
    await instance.work(_note_written, archive_id, size)


def _unwritten(r: Reading, archive_id: int) -> Archive | None:
    archive = r.session.get(Archive, archive_id)
    return archive if archive is not None and archive.ready_at is None else None


def _make_room(target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.unlink(missing_ok=True)  # what an earlier try left behind


def _note_written(w: Work, archive_id: int, size: int) -> None:
    archive = w.session.get(Archive, archive_id)
    if archive is not None:
        archive.size, archive.ready_at, archive.expires_at = size, w.now, w.now + KEPT
        inform(w, archive.person_id, ARCHIVE_READY, {})


async def clean_archives(instance: Instance) -> None:
    """Delete what is past its seven days, and the files that no archive names any more."""
    kept = await instance.work(_forget_expired)
    folder = instance.settings.media.root / _FOLDER
    await asyncio.to_thread(_delete_others, folder, kept)


def _forget_expired(w: Work) -> frozenset[str]:
    w.session.execute(delete(Archive).where(Archive.expires_at <= w.now))
    return frozenset(f"{one}.sealed" for one in w.session.scalars(select(Archive.id)))


def _delete_others(folder: Path, kept: frozenset[str]) -> None:
    with suppress(FileNotFoundError):
        for path in folder.iterdir():
            if path.suffix == ".sealed" and path.name not in kept:
                path.unlink(missing_ok=True)
