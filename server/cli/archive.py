"""The shape of a backup: one tar with a manifest, the database and the uploaded pictures.

The instance key is not inside, on purpose: whoever finds a backup without the key reads no e-mail
address and no private key. Cached pictures of other servers are left out, they are fetched again.
"""

import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final

from server.cli.common import Failed
from server.cli.progress import Advance
from server.media.store import FileStore

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
CONTENTS: Final = "contents.json"
_MEDIA: Final = "media/"
_CHUNK: Final = 1024 * 1024
_MOST_NOTE_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says about itself; `database` is `sqlite` or `postgresql`."""

    format: int
    made_at: str
    software: str
    base_url: str
    database: str
    schema: str
    database_sha256: str

    @property
    def database_name(self) -> str:
        """The name of the database inside the archive."""
        return "database.sqlite" if self.database == "sqlite" else "database.dump"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def media_files(root: Path) -> list[tuple[Path, int]]:
    """Return the uploaded files below a media folder with their sizes, by name."""
    store = FileStore(root)
    found = [path for path in root.glob("??/*") if store.path_of(path.name) == path]
    return sorted((path, path.stat().st_size) for path in found)


def write_archive(
    file: Path, *, compressed: bool, manifest: Manifest, database: Path, media: list[Path],
    advance: Advance,
) -> int:  # fmt: skip
    """Write a backup; return how many pictures are in it. One deleted meanwhile is left out."""
    count = 0
    with tarfile.open(file, "w:gz" if compressed else "w") as tar:
        _add_note(tar, MANIFEST, asdict(manifest))
        _add_file(tar, manifest.database_name, database)
        for path in media:
            try:
                size = path.stat().st_size
                _add_file(tar, _MEDIA + path.name, path)
            except FileNotFoundError:
                continue
            count += 1
            advance(size)
        _add_note(tar, CONTENTS, {"media": count})
    return count


def _add_note(tar: tarfile.TarFile, name: str, content: dict[str, object]) -> None:
    raw = json.dumps(content, indent=2).encode()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(raw), 0o600
    tar.addfile(entry, io.BytesIO(raw))


def _add_file(tar: tarfile.TarFile, name: str, path: Path) -> None:
    with path.open("rb") as file:
        entry = tarfile.TarInfo(name)
        status = path.stat()
        entry.size, entry.mtime, entry.mode = status.st_size, int(status.st_mtime), 0o600
        tar.addfile(entry, file)


class Archive:
    """A backup that is read; made by `opened_archive`. Only names it may hold are ever written."""

    def __init__(self, tar: tarfile.TarFile, path: Path) -> None:
        self._tar = tar
        self._members = {entry.name: entry for entry in tar.getmembers() if entry.isfile()}
        self._path = path
        self.manifest = self._manifest()
        self.media = [name for name in self._members if name.startswith(_MEDIA)]
        if self._note(CONTENTS).get("media") != len(self.media):
            raise _damaged(path)

    @property
    def size(self) -> int:
        """How many bytes come out of it."""
        return sum(entry.size for entry in self._members.values())

    def _manifest(self) -> Manifest:
        note = self._note(MANIFEST)
        if note.get("format") != FORMAT:
            raise Failed(f"{self._path} was made by another version of Meshwork")
        try:
            return Manifest(**note)
        except TypeError as error:
            raise _damaged(self._path) from error

    def _note(self, name: str) -> dict[str, Any]:
        with self._stream(name) as stream:
            read = json.loads(stream.read(_MOST_NOTE_BYTES))
        if not isinstance(read, dict):
            raise _damaged(self._path)
        return read

    def _stream(self, name: str) -> IO[bytes]:
        entry = self._members.get(name)
        stream = None if entry is None else self._tar.extractfile(entry)
        if stream is None:
            raise _damaged(self._path)
        return stream

    def put_database(self, target: Path, advance: Advance) -> None:
        """Write the database to a file. Raises Failed when it is not what was backed up."""
        with self._stream(self.manifest.database_name) as stream, target.open("xb") as file:
            while chunk := stream.read(_CHUNK):
                file.write(chunk)
                advance(len(chunk))
        if sha256_of(target) != self.manifest.database_sha256:
            raise _damaged(self._path)

    def put_media(self, root: Path, advance: Advance) -> frozenset[Path]:
        """Write the pictures into a media folder; return their paths."""
        store = FileStore(root)
        written = set()
        for name in self.media:
            path = store.path_of(name.removeprefix(_MEDIA))
            if path is None:
                raise _damaged(self._path)
            with self._stream(name) as stream:
                content = stream.read()
            store.write(path.name, content)
            written.add(path)
            advance(len(content))
        return frozenset(written)


def _damaged(path: Path) -> Failed:
    return Failed(f"{path} is no backup of Meshwork, or it is damaged")


@contextmanager
def opened_archive(path: Path) -> Iterator[Archive]:
    """Open a backup. Raises Failed when it cannot be read, is damaged or was cut off."""
    try:
        with tarfile.open(path, "r:*") as tar:
            yield Archive(tar, path)
    except FileNotFoundError as error:
        raise Failed(f"{error.filename}: no such file") from error
    except (tarfile.TarError, EOFError, zlib.error, ValueError) as error:
        raise _damaged(path) from error
