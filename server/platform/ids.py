"""Time-sorted ids: 64-bit snowflakes, milliseconds since 1970 shifted by 16 bits.

They are shown as decimal strings. Clients compare ids by length and then text, which decimal
snowflakes satisfy; a post received late gets an id made from its own publication time, so that it
does not jump to the top of a timeline.
"""

import secrets
import threading
from datetime import UTC, datetime

SEQUENCE_BITS = 16
_COUNT_BITS = 8
_LANE_BITS = SEQUENCE_BITS - _COUNT_BITS
_MOST = (1 << _COUNT_BITS) - 1
MAX_ID = (1 << 63) - 1


class Ids:
    """Makes ids that grow within a process, even when the clock steps back.

    The lower half of the sequence numbers the ids of one millisecond, the upper half is the lane of
    the process, drawn at its start: two processes make the same id only when they share a lane and
    a millisecond. The database would refuse it, and the unit or the job is run again.
    """

    def __init__(self, lane: int | None = None) -> None:
        self._lane = (secrets.randbelow(1 << _LANE_BITS) if lane is None else lane) << _COUNT_BITS
        self._last = (0, 0)  # the millisecond, and the count within it
        self._lock = threading.Lock()

    def new(self, at: datetime) -> int:
        """Return an id for something made now; always greater than the one before it."""
        now = _milliseconds(at)
        with self._lock:
            moment, count = self._last
            if now > moment:
                moment, count = now, 0
            elif count < _MOST:
                count += 1
            else:  # a full millisecond borrows from the next
                moment, count = moment + 1, 0
            self._last = (moment, count)
        return moment << SEQUENCE_BITS | self._lane | count

    def backdated(self, at: datetime) -> int:
        """Return an id that sorts where `at` belongs; a collision is as unlikely as 1 in 65,536.

        Two things of the same millisecond differ in their random part; callers that insert into a
        table retry on a clash.
        """
        return _base(at) | secrets.randbelow(1 << SEQUENCE_BITS)


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
    return _milliseconds(at) << SEQUENCE_BITS


def _milliseconds(at: datetime) -> int:
    return max(0, int(at.timestamp() * 1000))
