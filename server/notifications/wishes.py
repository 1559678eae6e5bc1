"""What somebody chose about notices, kept and read; how far they have read."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.notifications.model import NoticeWishes
from server.notifications.ways import Ways, ways_of
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Reading, Work


@dataclass(frozen=True, slots=True)
class Wishes:
    """One person's choices; the defaults for who made none."""

    chosen: Mapping[str, object]
    quiet_from: int | None = None
    quiet_until: int | None = None
    seen_id: int = 0

    def ways(self, kind: str) -> Ways:
        """Return how a kind is told."""
        return ways_of(self.chosen, kind)

    def hidden(self, kinds: frozenset[str]) -> frozenset[str]:
        """Return which of some kinds are not wanted on the page."""
        return frozenset(kind for kind in kinds if not self.ways(kind).page)


def wishes_of(r: Reading, person_id: int) -> Wishes:
    """Return what a person chose."""
    row = r.session.get(NoticeWishes, person_id)
    if row is None:
        return Wishes({})
    return Wishes(row.ways, row.quiet_from, row.quiet_until, row.seen_id)


def keep_wishes(
    w: Work, person_id: int, ways: Mapping[str, Ways], quiet: tuple[int, int] | None
) -> None:
    """Keep how a person wants to be told; kinds that are not named stay as they were."""
    row = _row(w, person_id)
    row.ways = {**row.ways, **{kind: one.as_json() for kind, one in ways.items()}}
    row.quiet_from, row.quiet_until = quiet or (None, None)
    w.session.flush()


def note_seen(w: Work, person_id: int, newest_id: int) -> None:
    """Remember the newest notice that a person has seen; an older one changes nothing."""
    row = _row(w, person_id)
    row.seen_id = max(row.seen_id, newest_id)
    w.session.flush()


def _row(w: Work, person_id: int) -> NoticeWishes:
    one_at_a_time(w.session, person_id)
    row = w.session.get(NoticeWishes, person_id)
    if row is None:
        row = NoticeWishes(
            person_id=person_id, ways={}, quiet_from=None, quiet_until=None,
            seen_id=0, daily_id=0, weekly_id=0,
        )  # fmt: skip
        w.session.add(row)
        w.session.flush()
    return row


def row_of(w: Work, person_id: int) -> NoticeWishes:
    """Return the person's row, made if need be; for the marks of summaries."""
    return _row(w, person_id)
