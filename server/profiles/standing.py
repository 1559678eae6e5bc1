"""How a viewer stands to people, as the database and the room of matching know it."""

from collections.abc import Collection
from typing import Final

from server.people.rules import Place, Viewer
from server.platform.work import Reading
from server.profiles.rules import MatchSource, NobodyMatched, Standing, standing_from


class Matches:
    """Who is asked about matches; the room that makes them registers itself when it starts.

    One for the process: a source keeps no state of its own, it reads the database it is given.
    """

    def __init__(self) -> None:
        self._source: MatchSource = NobodyMatched()

    def known_by(self, source: MatchSource) -> MatchSource:
        """Ask this source from now on; return the one that was asked before."""
        former, self._source = self._source, source
        return former

    def among(self, r: Reading, viewer: Viewer, ids: Collection[int]) -> frozenset[int]:
        """Return which of these people a viewer is matched with; nobody for a viewer elsewhere."""
        if viewer.place is not Place.LOCAL or viewer.person_id is None:
            return frozenset()
        return self._source.matched_with(r, viewer.person_id, ids)

    def in_touch(self, r: Reading, one_id: int, other_id: int) -> bool:
        """Tell whether two people are in a match that goes on, so may write and meet."""
        return bool(self._source.in_touch_with(r, one_id, [other_id]))

    def parted(self, r: Reading, one_id: int, other_id: int) -> bool:
        """Tell whether the match of two people is over: what opened the way then is closed."""
        return bool(self._source.parted_from(r, one_id, [other_id]))


MATCHES: Final = Matches()


def standings_of(r: Reading, viewer: Viewer, ids: Collection[int]) -> dict[int, Standing]:
    """Return how a viewer stands to each of these people."""
    matched = MATCHES.among(r, viewer, ids)
    return {one: standing_from(viewer, one, is_matched=one in matched) for one in ids}
