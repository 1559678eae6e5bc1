"""`meshwork backup` and `meshwork restore`: everything durable in one file, and back.

A backup is made while the server runs. Restoring needs it stopped, and the instance key in its
place. What is restored sends nothing again except what takes something back (Delete, Undo); who
was erased since is erased again; everybody signs in anew, because revocations since are unknown.
"""

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from server.cli.archive import (
    FORMAT,
    Archive,
    Manifest,
    media_files,
    opened_archive,
    sha256_of,
    write_archive,
)
from server.cli.common import (
    Commands,
    Failed,
    command,
    opened,
    require_schema,
    run_async,
    settings_of,
)
from server.cli.database import upgraded
from server.cli.dumping import (
    dump_postgresql,
    dump_sqlite,
    has_tables,
    postgresql_facts,
    require_room,
    restore_postgresql,
    single_file,
)
from server.cli.files import fresh_file
from server.cli.progress import Advance, progress
from server.cli.restoring import Restored, make_safe
from server.federation.wire import software_version
from server.platform.storage import migrate
from server.platform.storage.engines import is_sqlite, sqlite_path
from server.privacy.erasures import erasures_in, list_of
from server.settings import Settings


def register(commands: Commands) -> None:
    """Add the commands."""
    backup_parser = command(
        commands, "backup", backup,
        about="Write database and pictures into one file while the server runs; the key is not"
        " in it.",
        examples="meshwork backup /backups/meshwork-$(date +%F).tar.gz\n"
        "meshwork backup backup.tar   (not compressed: faster, pictures hardly shrink)",
    )  # fmt: skip
    backup_parser.add_argument("file", type=Path, metavar="FILE")
    restore_parser = command(
        commands, "restore", restore,
        about="Bring back a backup: server stopped, instance key in place. Erasures are replayed.",
        examples="meshwork restore /backups/meshwork.tar.gz\nmeshwork restore backup.tar --force",
    )  # fmt: skip
    restore_parser.add_argument("file", type=Path, metavar="FILE")
    restore_parser.add_argument(
        "--force", action="store_true", help="replace the instance that is there"
    )


def backup(asked: argparse.Namespace) -> None:
    """Write a backup."""
    settings = settings_of(asked)
    run_async(require_schema(settings))
    url, file = settings.database.url, asked.file
    media = media_files(settings.media.root)
    size = _database_size(url)
    media_bytes = sum(each for _, each in media)
    require_room(file.absolute().parent, 2 * size + media_bytes)
    with (
        fresh_file(file) as part,
        TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as folder,
        progress("Backing up", size + media_bytes) as advance,
    ):
        dump = Path(folder) / "database"
        _dump(url, dump, advance)
        count = write_archive(
            part,
            compressed=file.suffix in {".gz", ".tgz"},
            manifest=_manifest(settings, dump),
            database=dump,
            media=[path for path, _ in media],
            advance=advance,
        )
    print(f"Wrote {file}: the database and {count} pictures")
    print(f"Keep the key file elsewhere: {settings.secrets.key_file} (and {list_of(settings)})")


def _database_size(url: str) -> int:
    if not is_sqlite(url):
        return run_async(postgresql_facts(url))[0]
    path = sqlite_path(url)
    logs = path.with_name(path.name + "-wal")
    return path.stat().st_size + (logs.stat().st_size if logs.exists() else 0)


def _dump(url: str, target: Path, advance: Advance) -> None:
    if is_sqlite(url):
        dump_sqlite(sqlite_path(url), target, advance)
    else:
        dump_postgresql(url, target)
        advance(target.stat().st_size)


def _manifest(settings: Settings, dump: Path) -> Manifest:
    return Manifest(
        format=FORMAT,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        software=software_version(),
        base_url=settings.instance.base_url,
        database=_kind_of(settings.database.url),
        schema=migrate.newest() or "",
        database_sha256=sha256_of(dump),
    )


def _kind_of(url: str) -> str:
    return "sqlite" if is_sqlite(url) else "postgresql"


def restore(asked: argparse.Namespace) -> None:
    """Bring back a backup."""
    settings = settings_of(asked)
    erasures = erasures_in(list_of(settings))
    with opened_archive(asked.file) as archive:
        _require_fit(settings, archive.manifest)
        if is_sqlite(settings.database.url):
            restored = _restore_sqlite(settings, archive, force=asked.force)
        else:
            restored = _restore_postgresql(settings, archive, force=asked.force)
        made_at = archive.manifest.made_at
    print(f"Restored the state of {made_at}: {restored.people} people, {restored.posts} posts")
    print(
        f"Not sent again: {restored.dropped} deliveries. Erased again: {restored.erased}"
        f" of {len(erasures)} on record. Everybody has to sign in anew."
    )


def _require_fit(settings: Settings, manifest: Manifest) -> None:
    if manifest.base_url != settings.instance.base_url:
        raise Failed(
            f"the backup is of {manifest.base_url}, this instance is {settings.instance.base_url}"
        )
    if manifest.database != _kind_of(settings.database.url):
        raise Failed(f"the backup is of a {manifest.database} database; set database.url to one")
    if not settings.secrets.key_file.exists():
        raise Failed(f"put the instance key back first: {settings.secrets.key_file} is missing")


def _restore_sqlite(settings: Settings, archive: Archive, *, force: bool) -> Restored:
    """Make everything ready beside the database, then put it in its place at once."""
    target = sqlite_path(settings.database.url)
    if has_tables(target):
        if not force:
            raise Failed(f"{target} holds an instance; --force replaces it")
        single_file(target)
    require_room(target.absolute().parent, archive.size)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(target.name + ".restoring")
    _remove_database(beside)
    with progress("Restoring", archive.size) as advance:
        try:
            archive.put_database(beside, advance)
            copied = replace(
                settings, database=replace(settings.database, url=f"sqlite+aiosqlite:///{beside}")
            )
            restored = run_async(_made_safe(copied))
            single_file(beside)
            kept = archive.put_media(settings.media.root, advance)
            _remove_logs(target)
            beside.replace(target)
        finally:
            _remove_database(beside)
    _remove_other_media(settings.media.root, kept)
    return restored


def _restore_postgresql(settings: Settings, archive: Archive, *, force: bool) -> Restored:
    """Replace the database in one transaction, then make it safe before anybody may serve it."""
    url = settings.database.url
    _, has_any, others = run_async(postgresql_facts(url))
    if has_any and not force:
        raise Failed("the database holds an instance; --force replaces it")
    if others:
        raise Failed("the database is in use; stop the server and the workers first")
    require_room(settings.media.root.absolute(), archive.size)
    with TemporaryDirectory() as folder, progress("Restoring", archive.size) as advance:
        dump = Path(folder) / "database"
        archive.put_database(dump, advance)
        restore_postgresql(url, dump)
        restored = run_async(_made_safe(settings))
        kept = archive.put_media(settings.media.root, advance)
    _remove_other_media(settings.media.root, kept)
    return restored


async def _made_safe(settings: Settings) -> Restored:
    """Bring a restored database to this program's schema, and take out what must not come back."""
    await upgraded(settings)
    async with opened(settings) as instance:
        return await make_safe(instance, erasures_in(list_of(settings)))


def _remove_other_media(root: Path, kept: frozenset[Path]) -> None:
    """Delete pictures that the restored database does not know."""
    for path, _ in media_files(root):
        if path not in kept:
            path.unlink(missing_ok=True)


def _remove_database(path: Path) -> None:
    path.unlink(missing_ok=True)
    _remove_logs(path)


def _remove_logs(path: Path) -> None:
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
