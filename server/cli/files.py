"""Files that commands write: whole or not at all, never over another, for the owner only."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.cli.common import Failed


@contextmanager
def fresh_file(path: Path) -> Iterator[Path]:
    """Give a path to write to; it becomes `path` at the end, or vanishes when writing failed.

    Only its owner may read it, because it holds personal data. Raises Failed when there is a file
    already, or no folder for it.
    """
    if path.exists():
        raise Failed(f"{path} exists already; nothing was written")
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise Failed(f"cannot write {path}: {error.strerror}") from error
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
