"""How a viewer stands to people, as the database and the room of matching know it."""

from collections.abc import Collection, Hashable
from typing import Final, Protocol

from sqlalchemy import ColumnElement, SQLColumnExpression, false

from server.people.rules import Place, Viewer
from server.platform.work import Reading
from server.profiles.rules import Standing, standing_from


class MatchSource(Hashable, Protocol):
    """Whoever knows which people are matched with each other; the room of matching does."""

    def matched_with(self, r: Reading, viewer_id: int, ids: Collection[int]) -> frozenset[int]:
        """Return whose answers for matched people the viewer sees; for a while after the end too.

        Of these people only, as with the others below.
        """
        ...

    def in_touch_with(self, r: Reading, viewer_id: int, ids: Collection[int]) -> frozenset[int]:
        """Return with whom the viewer is in a match that goes on: they may write and meet."""
        ...

    def parted_from(self, r: Reading, viewer_id: int, ids: Collection[int]) -> frozenset[int]:
        """Return with whom the viewer had a match and has none now."""
        ...

    def over_between(
        self, one: SQLColumnExpression[int], other: SQLColumnExpression[int]
    ) -> ColumnElement[bool]:
        """Return the condition that a match of two people is over and they read it no more.

        False for two who have another match that goes on, or is still read.
        """
        ...


class NobodyMatched:
    """The source while nobody is matched yet."""

    def matched_with(
        self,
        r: Reading,  # noqa: ARG002 - the protocol's shape
        viewer_id: int,  # noqa: ARG002 - as above
        ids: Collection[int],  # noqa: ARG002 - as above
    ) -> frozenset[int]:
        """Return nobody."""
        return frozenset()

    in_touch_with = matched_with
    parted_from = matched_with

    def over_between(
        self,
        one: SQLColumnExpression[int],  # noqa: ARG002 - the protocol's shape
        other: SQLColumnExpression[int],  # noqa: ARG002 - as above
    ) -> ColumnElement[bool]:
        """Return a condition that holds for nobody."""
        return false()


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

    @property
    def source(self) -> MatchSource:
        """Whoever is asked now; statements that are made once are made once for each."""
        return self._source

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
