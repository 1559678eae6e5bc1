"""Time-sorted ids: 64-bit snowflakes, milliseconds since 1970 shifted by 16 bits.

They are shown as decimal strings. Clients compare ids by length and then text, which decimal
snowflakes satisfy; a post received late gets an id made from its own publication time, so that it
does not jump to the top of a timeline.
"""

import secrets
import threading
from datetime import UTC, datetime

SEQUENCE_BITS = 16
_SEQUENCE_MASK = (1 << SEQUENCE_BITS) - 1
MAX_ID = (1 << 63) - 1


class Ids:
    """Makes ids that grow within a process, even when the clock steps back."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def new(self, at: datetime) -> int:
        """Return an id for something made now; always greater than the one before it."""
        base = _base(at)
        with self._lock:
            if self._last >= base:  # within one millisecond they follow each other
                self._last += 1
            else:  # processes begin each at a place of its own
                self._last = base | secrets.randbelow(_SEQUENCE_MASK // 4)
            return self._last

    def backdated(self, at: datetime) -> int:
        """Return an id that sorts where `at` belongs; a collision is as unlikely as 1 in 65,536.

        Two things of the same millisecond differ in their random part; callers that insert into a
        table retry on a clash.
        """
        return _base(at) | secrets.randbelow(_SEQUENCE_MASK)


def moment_of(made: int) -> datetime:
    """Return the moment an id was made for, to the millisecond, in UTC."""
    return datetime.fromtimestamp((made >> SEQUENCE_BITS) / 1000, UTC)


def lowest_id_at(at: datetime) -> int:
    """Return the smallest id that something made at this moment can have."""
    return _base(at)


def parsed_id(text: str) -> int | None:
    """Return the id that a decimal string names, or None when it names none."""
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(MAX_ID)):
        return None
    number = int(text)
    return number if number <= MAX_ID else None


def _base(at: datetime) -> int:
    return max(0, int(at.timestamp() * 1000)) << SEQUENCE_BITS
