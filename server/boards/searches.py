"""Saved searches: kept by members, changed and deleted by them alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from server.boards.filters import Wanted, kind_of, query_of, wanted_in_text
from server.boards.model import Rhythm, SavedSearch
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.work import Reading, Work

MOST: Final = 50
_EVERY: Final = {
    Rhythm.AT_ONCE: timedelta(0),
    Rhythm.DAILY: timedelta(days=1),
    Rhythm.WEEKLY: timedelta(days=7),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How somebody wants to hear of what is new in a search."""

    by_notice: bool = True
    by_email: bool = False
    rhythm: Rhythm = Rhythm.AT_ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRow:
    """A saved search as its owner sees it."""

    id: int
    name: str
    wanted: Wanted
    ways: Ways
    created_at: datetime


def save_search(
    w: Work, person_id: int, login_id: int | None, name: str, wanted: Wanted, ways: Ways
) -> int:
    """Keep a filter for a member and return its id; the same filter again changes ways and name.

    Raises Invalid for a fifty-first.
    """
    kept = w.session.scalar(
        select(SavedSearch).where(
            SavedSearch.person_id == person_id,
            SavedSearch.query == query_of(wanted),
            SavedSearch.kind.is_not_distinct_from(wanted.kind.value if wanted.kind else None),
        )
    )
    if kept is None:
        count = select(func.count()).where(SavedSearch.person_id == person_id)
        if (w.session.scalar(count) or 0) >= MOST:
            text = say("You have %(most)s saved searches. Delete one first.", most=MOST)
            raise Invalid(details={"name": [("ERR_TOO_MANY", text)]})
        kept = SavedSearch(
            id=w.new_id(),
            person_id=person_id,
            kind=wanted.kind.value if wanted.kind else None,
            query=query_of(wanted),
            checked_at=w.now,
            created_at=w.now,
        )
        w.session.add(kept)
    kept.login_id = login_id
    _set(w, kept, name, ways)
    return kept.id


def change_search(w: Work, person_id: int, search_id: int, name: str, ways: Ways) -> None:
    """Change name and ways of one's own search. Raises NotFound for another's."""
    _set(w, _own(w, person_id, search_id), name, ways)


def delete_search(w: Work, person_id: int, search_id: int) -> None:
    """Delete one's own search. Raises NotFound for another's."""
    w.session.delete(_own(w, person_id, search_id))


def searches_of(r: Reading, person_id: int) -> list[SearchRow]:
    """Return somebody's searches, the latest first; one that no version understands is left out."""
    rows = r.session.scalars(
        select(SavedSearch)
        .where(SavedSearch.person_id == person_id)
        .order_by(SavedSearch.id.desc())
    )
    return [row for row in map(search_row, rows) if row is not None]


def search_row(kept: SavedSearch) -> SearchRow | None:
    """Return a search with its filter read, or None when it means nothing any more."""
    try:
        wanted = wanted_in_text(kept.query, kind_of(kept.kind))
    except (Invalid, NotFound):
        return None
    ways = Ways(by_notice=kept.by_notice, by_email=kept.by_email, rhythm=Rhythm(kept.rhythm))
    return SearchRow(
        id=kept.id, name=kept.name, wanted=wanted, ways=ways, created_at=kept.created_at
    )


def next_time(rhythm: Rhythm, now: datetime) -> datetime:
    """Return when a search is looked at again."""
    return now + _EVERY[rhythm]


def exported(r: Reading, person_id: int) -> Sequence[SavedSearch]:
    """Return somebody's rows for their export."""
    return r.session.scalars(
        select(SavedSearch).where(SavedSearch.person_id == person_id).order_by(SavedSearch.id)
    ).all()


def _own(w: Work, person_id: int, search_id: int) -> SavedSearch:
    kept = w.session.get(SavedSearch, search_id)
    if kept is None or kept.person_id != person_id:
        raise NotFound
    return kept


def _set(w: Work, kept: SavedSearch, name: str, ways: Ways) -> None:
    kept.name = name
    kept.by_notice, kept.by_email, kept.rhythm = ways.by_notice, ways.by_email, ways.rhythm
    kept.next_at = next_time(ways.rhythm, w.now)
    w.session.flush()
