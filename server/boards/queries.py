"""Reading the boards: which posts fit a filter, in which order, and how many have which value.

Every statement joins the post and its visibility function; the entries alone show nothing to
anybody. A page takes one statement for its ids and the batch loader's for the posts; all counts
together take three, and look at the newest five thousand matches at most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    exists,
    func,
    not_,
    or_,
    select,
)

from server.boards.filters import Sort, Wanted
from server.boards.model import BoardEntry, BoardMark, BoardPlace, Facet
from server.boards.places import KM_PER_DEGREE, Point, km_per_degree_east, middle_of
from server.boards.rules import LEVELS, needs_met, primary, rank_of
from server.people.rules import Viewer
from server.platform.http.paging import Slice
from server.platform.work import Reading
from server.posts.boards import words_of
from server.posts.kinds import Kind
from server.posts.loading import post_rows
from server.posts.model import Post, PostState
from server.posts.rows import PostRow
from server.posts.visibility import visible_to

MOST_COUNTED: Final = 5_000
_FLAGS: Final = ("free", "no_cv", "childcare", "step_free", "travel_help")
_COUNTED_FACETS: Final = (Facet.REGION, Facet.EMPLOYMENT, Facet.OCCUPATION, Facet.LANGUAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many of what fits a filter have which value, so that nobody chooses into the void.

    `kinds` counts without regard to the kind that is filtered by. `levels` says how many somebody
    with that level can do. `is_capped` when there were more than were looked at.
    """

    total: int = 0
    is_capped: bool = False
    kinds: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[Facet, Mapping[str, int]] = field(default_factory=dict)
    flags: Mapping[str, int] = field(default_factory=dict)
    modes: Mapping[str, int] = field(default_factory=dict)
    contracts: Mapping[str, int] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)


def found(r: Reading, viewer: Viewer, wanted: Wanted, asked: Slice, zone: ZoneInfo) -> list[int]:
    """Return the ids of a page of what fits a filter and the viewer may see."""
    rows = _matches(r, viewer, wanted, zone).order_by(*_order(r, wanted))
    return list(r.session.scalars(rows.limit(asked.limit).offset(asked.offset)))


def found_posts(
    r: Reading, viewer: Viewer, wanted: Wanted, asked: Slice, zone: ZoneInfo
) -> list[PostRow]:
    """Return a page of posts that fit a filter, as the viewer sees them."""
    return post_rows(r, viewer, found(r, viewer, wanted, asked, zone))


def found_since(
    r: Reading, viewer: Viewer, wanted: Wanted, since: datetime, limit: int, zone: ZoneInfo
) -> list[int]:
    """Return what fits a filter and was listed after a moment, newest first."""
    rows = _matches(r, viewer, wanted, zone).where(BoardEntry.listed_at > since)
    return list(r.session.scalars(rows.order_by(BoardEntry.post_id.desc()).limit(limit)))


def found_between(
    r: Reading,
    viewer: Viewer,
    wanted: Wanted,
    between: tuple[datetime, datetime],
    limit: int,
    zone: ZoneInfo,
) -> list[int]:
    """Return what fits a filter and happens, or closes without happening, between two moments."""
    first, last = between
    happens = and_(BoardEntry.starts_at < last, _end() >= first)
    closes = and_(BoardEntry.closes_at >= first, BoardEntry.closes_at < last)
    shown = case((BoardEntry.kind == Kind.EVENT, happens), else_=closes)
    rows = _matches(r, viewer, wanted, zone).where(shown)
    moment = func.coalesce(
        case((BoardEntry.kind == Kind.EVENT, BoardEntry.starts_at)), BoardEntry.closes_at
    )
    return list(r.session.scalars(rows.order_by(moment, BoardEntry.post_id).limit(limit)))


def found_dated(
    r: Reading,
    viewer: Viewer,
    wanted: Wanted,
    limit: int,
    zone: ZoneInfo,
    *,
    author_id: int | None = None,
) -> list[int]:
    """Return what belongs into a calendar: what is open and has a date, and coming events.

    An event that was called off stays until it would have been over, so that calendars which have
    it can strike it through.
    """
    comes = and_(
        BoardEntry.kind == Kind.EVENT, func.coalesce(_end(), BoardEntry.closes_at) >= r.now
    )
    is_dated = or_(BoardEntry.starts_at.is_not(None), BoardEntry.closes_at.is_not(None))
    rows = _matches(r, viewer, replace(wanted, closed=True), zone)
    rows = rows.where(is_dated, or_(_is_open(r), comes))
    if author_id is not None:
        rows = rows.where(Post.author_id == author_id)
    soonest = func.coalesce(BoardEntry.closes_at, BoardEntry.starts_at)
    return list(r.session.scalars(rows.order_by(soonest, BoardEntry.post_id).limit(limit)))


def places_of(r: Reading, ids: Sequence[int]) -> list[tuple[int, Point, bool]]:
    """Return where posts are: id, place, and whether the place is exact. The ids were seen."""
    if not ids:
        return []
    rows = r.session.execute(
        select(BoardPlace.post_id, BoardPlace.latitude, BoardPlace.longitude, BoardPlace.is_exact)
        .where(BoardPlace.post_id.in_(ids))
        .order_by(BoardPlace.post_id, BoardPlace.number)
    )
    return [(row[0], Point(row[1], row[2]), row[3]) for row in rows]


def counts(r: Reading, viewer: Viewer, wanted: Wanted, zone: ZoneInfo) -> Counts:
    """Return the counts for a filter."""
    matching = (
        _matches(r, viewer, wanted, zone)
        .order_by(BoardEntry.post_id.desc())
        .limit(MOST_COUNTED)
        .subquery()
    )
    marked = r.session.execute(
        select(BoardMark.facet, BoardMark.value, func.count())
        .join(matching, matching.c.post_id == BoardMark.post_id)
        .where(BoardMark.facet.in_(_COUNTED_FACETS))
        .group_by(BoardMark.facet, BoardMark.value)
    )
    marks: dict[Facet, dict[str, int]] = {facet: {} for facet in _COUNTED_FACETS}
    for facet, value, count in marked:
        marks[Facet(facet)][value] = count
    single = _single_values(r, matching)
    total = single.get(("total", ""), 0)
    return Counts(
        total=total,
        is_capped=total >= MOST_COUNTED,
        kinds=_kinds(r, viewer, wanted, zone),
        marks=marks,
        flags={name: single.get(("flag", name), 0) for name in _FLAGS},
        modes={name: count for (what, name), count in single.items() if what == "mode"},
        contracts={name: count for (what, name), count in single.items() if what == "contract"},
        levels={level: single.get(("level", level), 0) for level in LEVELS},
    )


def _single_values(r: Reading, matching: Any) -> dict[tuple[str, str], int]:  # noqa: ANN401 - a subquery
    """Count what a post has one value of, in one row of sums."""
    wanted: dict[tuple[str, str], ColumnElement[bool]] = {
        ("flag", name): _flag(name) for name in _FLAGS
    }
    wanted |= {("mode", mode): BoardEntry.mode == mode for mode in ("ONSITE", "ONLINE", "HYBRID")}
    wanted |= {("contract", one): BoardEntry.contract == one for one in ("PERMANENT", "FIXED")}
    wanted |= {("level", level): BoardEntry.level <= rank_of(level) for level in LEVELS}
    sums = [func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in wanted.values()]
    row = r.session.execute(
        select(func.count(), *sums)
        .select_from(BoardEntry)
        .join(matching, matching.c.post_id == BoardEntry.post_id)
    ).one()
    return dict(zip([("total", ""), *wanted], map(int, row), strict=True))


def _kinds(r: Reading, viewer: Viewer, wanted: Wanted, zone: ZoneInfo) -> dict[str, int]:
    any_kind = _matches(r, viewer, wanted.without("kind"), zone)
    rows = r.session.execute(
        any_kind.with_only_columns(BoardEntry.kind, func.count()).group_by(BoardEntry.kind)
    )
    return {str(kind): count for kind, count in rows}


def _matches(r: Reading, viewer: Viewer, wanted: Wanted, zone: ZoneInfo) -> Select[int]:
    """Return the ids of what fits, in no order. The one place where entries and posts meet."""
    return (
        select(BoardEntry.post_id)
        .join(Post, Post.id == BoardEntry.post_id)
        .where(visible_to(viewer), *_conditions(r, wanted, zone))
    )


def _conditions(r: Reading, wanted: Wanted, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    conditions = [_flag(name) for name in _FLAGS if getattr(wanted, name)]
    words = words_of(wanted.text)
    conditions += [Post.search_text.contains(word, autoescape=True) for word in words]
    if wanted.kind:
        conditions.append(BoardEntry.kind == wanted.kind.value)
    if not wanted.closed:
        conditions.append(_is_open(r))
    if wanted.mode:
        conditions.append(BoardEntry.mode == wanted.mode)
    if wanted.contract:
        conditions.append(BoardEntry.contract == wanted.contract)
    for facet, values in _marks_wanted(wanted):
        conditions.append(_marked(facet, values))
    return [*conditions, *_needs(wanted), *_days(wanted, zone), *_where(wanted)]


def _marks_wanted(wanted: Wanted) -> list[tuple[Facet, Sequence[str]]]:
    asked: list[tuple[Facet, Sequence[str]]] = [
        (Facet.OCCUPATION, [wanted.occupation] if wanted.occupation else []),
        (Facet.EMPLOYMENT, wanted.employment),
        (Facet.LANGUAGE, [wanted.language] if wanted.language else []),
    ]
    return [(facet, values) for facet, values in asked if values]


def _is_open(r: Reading) -> ColumnElement[bool]:
    return and_(
        BoardEntry.state == PostState.OPEN,
        or_(BoardEntry.closes_at.is_(None), BoardEntry.closes_at > r.now),
    )


def _flag(name: str) -> ColumnElement[bool]:
    column = BoardEntry.is_free if name == "free" else getattr(BoardEntry, name)
    condition: ColumnElement[bool] = column.is_(True)
    return condition


def _marked(facet: Facet, values: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(
        BoardMark.post_id == BoardEntry.post_id,
        BoardMark.facet == facet,
        BoardMark.value.in_(values),
    )


def _needs(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Leave out what asks for more than somebody can."""
    if wanted.speaks:
        rank = rank_of(wanted.level) or len(LEVELS)
        met = needs_met(primary(wanted.speaks), rank)
        asks_more = exists().where(
            BoardMark.post_id == BoardEntry.post_id,
            BoardMark.facet == Facet.NEED,
            BoardMark.value.not_in(met),
        )
        return [not_(asks_more)]
    return [BoardEntry.level <= rank_of(wanted.level)] if wanted.level else []


def _days(wanted: Wanted, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.since:
        # What goes on already counts too, as long as it has not ended before that day.
        conditions.append(_end() >= _midnight(wanted.since, zone))
    if wanted.until:
        conditions.append(BoardEntry.starts_at < _midnight(wanted.until + timedelta(days=1), zone))
    return conditions


def _end() -> ColumnElement[Any]:
    return func.coalesce(BoardEntry.ends_at, BoardEntry.starts_at, type_=BoardEntry.starts_at.type)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    """In one of the regions, or near enough to the middle of one."""
    if not wanted.regions:
        return []
    ways = [_marked(Facet.REGION, wanted.regions)]
    middles = [middle_of(code) for code in wanted.regions] if wanted.within else []
    ways += [
        exists().where(
            BoardPlace.post_id == BoardEntry.post_id, _square(middle) <= float(wanted.within**2)
        )
        for middle in middles
        if middle is not None
    ]
    return [or_(*ways)]


def _square(centre: Point) -> ColumnElement[float]:
    """The squared distance in km: plain arithmetic, which both databases have."""
    north = (BoardPlace.latitude - centre.latitude) * KM_PER_DEGREE
    east = (BoardPlace.longitude - centre.longitude) * km_per_degree_east(centre.latitude)
    square: ColumnElement[float] = north * north + east * east
    return square


def _order(r: Reading, wanted: Wanted) -> list[SQLColumnExpression[Any]]:
    newest = BoardEntry.post_id.desc()
    centre = wanted.centre
    if wanted.sort is Sort.CLOSING:
        return [BoardEntry.closes_at.is_(None), BoardEntry.closes_at, newest]
    if wanted.sort is Sort.STARTING:
        is_past = or_(BoardEntry.starts_at.is_(None), BoardEntry.starts_at < r.now)
        return [case((is_past, 1), else_=0), BoardEntry.starts_at, newest]
    if wanted.sort is Sort.NEAREST and centre is not None:
        nearest = (
            select(func.min(_square(centre)))
            .where(BoardPlace.post_id == BoardEntry.post_id)
            .correlate(BoardEntry)
            .scalar_subquery()
        )
        return [nearest, newest]
    return [newest]
