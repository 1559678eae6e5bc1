"""The list of erasures, kept beside the instance key: outside the database and its backups.

A backup still holds whoever was erased after it was made. Restoring it replays this list, so that
an erasure stays one (GDPR art. 17). A line is the number of a person and a moment: nothing in it
tells who that was.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from server.platform.errors import Unavailable
from server.settings import Settings


class ErasuresDamaged(Unavailable):
    """The list cannot be read; nothing may be restored until somebody has looked at it."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """That a person of this instance was erased at a moment."""

    person_id: int
    at: datetime


def list_of(settings: Settings) -> Path:
    """Return where the list lies."""
    return settings.secrets.key_file.with_name("erasures.jsonl")


def note_erasure(path: Path, erasure: Erasure) -> None:
    """Add a line, durably; done before the erasure, so that no crash in between can lose it."""
    line = json.dumps({"person": str(erasure.person_id), "at": erasure.at.isoformat()}) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def erasures_in(path: Path) -> Sequence[Erasure]:
    """Return the erasures on record, oldest first; a torn last line was never confirmed.

    Raises ErasuresDamaged, because skipping a line would bring somebody back.
    """
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")
    found = []
    for number, line in enumerate(lines[:-1], start=1):
        try:
            read = json.loads(line)
            found.append(Erasure(int(read["person"]), datetime.fromisoformat(read["at"])))
        except (ValueError, KeyError, TypeError) as error:
            raise ErasuresDamaged(
                safe=f"line {number} of {path} cannot be read; repair it first"
            ) from error
    return found
