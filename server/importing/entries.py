"""What a source gives, whatever its form: entries with an identity of their own and a record.

An entry's record is as complete as the source makes it. What every entry of a source lacks in the
same way (the organisation, the place, where to apply) is filled in from the source's own words.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from server.platform.i18n import Message
from server.posts.kinds import Kind

MAX_ENTRIES = 500
"""How many entries of one source are read; the rest is told as left out."""

Record = dict[str, Any]


class Unreadable(Exception):
    """A source cannot be read; `said` tells its owner why and what to do."""

    def __init__(self, said: Message) -> None:
        super().__init__(str(said))
        self.said = said


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that a source offers.

    `identity` is the source's own name for it and stays the same from run to run (UID, guid, a
    column). `number` is its place in the source, from 1, for telling where a fault is.
    """

    identity: str
    kind: Kind
    record: Record = field(hash=False)
    number: int = 0
    is_cancelled: bool = False

    @property
    def fingerprint(self) -> str:
        """What it says as 64 hexadecimal digits: another one means that it has changed."""
        text = json.dumps([self.kind, self.record, self.is_cancelled], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Collected:
    """All entries of one reading; `left_out` counts what was not read (past, or too many)."""

    entries: tuple[Entry, ...]
    left_out: int = 0


def collected(entries: Iterable[Entry], left_out: int = 0) -> Collected:
    """Return the entries, each identity once (the last one counts), at most `MAX_ENTRIES`."""
    by_identity = {entry.identity: entry for entry in entries}
    kept = tuple(by_identity.values())[:MAX_ENTRIES]
    return Collected(kept, left_out + len(by_identity) - len(kept))


def completed_by(entry: Entry, defaults: Mapping[str, Any]) -> Entry:
    """Return the entry with what its source says of all of them; its own words come first."""
    missing = {name: value for name, value in defaults.items() if name not in entry.record}
    return replace(entry, record={**entry.record, **missing})
