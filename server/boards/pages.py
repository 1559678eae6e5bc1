"""The pages of the boards: one for each kind and one for everything; as list, calendar and map."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from aiohttp import web

from server.boards import queries
from server.boards.addresses import FORMATS, board_path
from server.boards.choosing import Choices, choices
from server.boards.filters import DISTANCES, Sort, Wanted, kind_of, query_of, wanted_of
from server.boards.maps import Map, map_of
from server.boards.memory import BoardMemory
from server.boards.months import MOST_SHOWN, Month, bounds, month_asked, month_of
from server.boards.queries import Counts
from server.people.reader import Reader, reader_of
from server.platform.http.decorators import page
from server.platform.http.paging import MAX_OFFSET, Slice, slice_asked
from server.platform.http.render import render
from server.platform.http.security_headers import nonce_of, page_policy
from server.platform.i18n import say
from server.platform.work import Reading
from server.posts.kinds import FACTS, Kind
from server.posts.loading import post_rows
from server.posts.rows import PostRow

VIEWS: Final = ("list", "calendar", "map")
SORTS: Final = (
    (Sort.NEWEST, say("Newest first")),
    (Sort.CLOSING, say("Closing soon first")),
    (Sort.STARTING, say("Starting soon first")),
    (Sort.NEAREST, say("Nearest first")),
)
_PAGE: Final = 8  # what keeps a first view below fifty kilobytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a page of a board is asked for."""

    wanted: Wanted
    view: str
    slice: Slice
    first_day: date
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything that a page of a board shows; `month` and `map` only in their views."""

    counts: Counts
    choices: Choices
    posts: list[PostRow]
    month: Month | None = None
    map: Map | None = None
    pins: dict[int, int] = field(default_factory=dict)


@page()
async def board(request: web.Request) -> web.StreamResponse:
    """Show a board: what is open, filtered as the address says."""
    reader = await reader_of(request)
    kind = kind_of(request.match_info.get("kind"))
    asked = _asked(reader, wanted_of(request, kind))
    memory = reader.instance.part(BoardMemory)
    key = (reader.viewer, query_of(asked.wanted, with_kind=True))
    now = reader.instance.clock.now()
    counted = memory.counts(key, now)
    shown = await reader.instance.read(_shown, reader, asked, counted)
    if counted is None:
        memory.keep_counts(key, now, shown.counts)
    answer = await render(request, "boards/board.html", _context(reader, asked, shown))
    tiles = _origin(reader.instance.settings.map.tile_url)
    if shown.map is not None and tiles:
        # Pictures of that one host, on this one page.
        answer.headers["Content-Security-Policy"] = page_policy(
            nonce_of(request), media_sources=(tiles,)
        )
    return answer


def _asked(reader: Reader, wanted: Wanted) -> Asked:
    sent = reader.parameters
    zone = ZoneInfo(reader.instance.settings.instance.time_zone)
    today = reader.instance.clock.now().astimezone(zone).date()
    return Asked(
        wanted=wanted,
        view=sent.choice("view", VIEWS) or VIEWS[0],
        slice=slice_asked(sent, default=_PAGE, most=_PAGE),
        first_day=month_asked(sent.text("month", max_length=7), today),
        zone=zone,
    )


def _shown(r: Reading, reader: Reader, asked: Asked, counted: Counts | None) -> Shown:
    counts = counted or queries.counts(r, reader.viewer, asked.wanted, asked.zone)
    offered = choices(r, asked.wanted, counts, reader.translator.tag)
    if asked.view == "calendar":
        month = _month(r, reader, asked)
        return Shown(counts=counts, choices=offered, posts=[], month=month)
    posts = queries.found_posts(r, reader.viewer, asked.wanted, _slice(asked), asked.zone)
    if asked.view == "map":
        drawn = _map(r, reader, posts)
        pins = {post.id: pin.number for pin in drawn.pins for post in pin.posts} if drawn else {}
        return Shown(counts=counts, choices=offered, posts=posts, map=drawn, pins=pins)
    return Shown(counts=counts, choices=offered, posts=posts)


def _slice(asked: Asked) -> Slice:
    return Slice(3 * _PAGE, asked.slice.offset) if asked.view == "map" else asked.slice


def _month(r: Reading, reader: Reader, asked: Asked) -> Month:
    between = bounds(asked.first_day, asked.zone)
    # A day that has passed is looked at to see what was, too.
    wanted = asked.wanted.without("sort")
    ids = queries.found_between(r, reader.viewer, wanted, between, MOST_SHOWN, asked.zone)
    posts = post_rows(r, reader.viewer, ids)
    today = r.now.astimezone(asked.zone).date()
    return month_of(asked.first_day, posts, asked.zone, reader.translator.locale, today)


def _map(r: Reading, reader: Reader, posts: list[PostRow]) -> Map | None:
    by_id = {post.id: post for post in posts}
    placed = [
        (by_id[post_id], point, is_exact)
        for post_id, point, is_exact in queries.places_of(r, list(by_id))
    ]
    settings = reader.instance.settings.map
    return map_of(placed, tile_url=settings.tile_url, attribution=settings.attribution)


def _context(reader: Reader, asked: Asked, shown: Shown) -> dict[str, object]:
    wanted, offset = asked.wanted, asked.slice.offset
    view = None if asked.view == VIEWS[0] else asked.view
    length = _slice(asked).limit
    has_more = asked.view != "calendar" and len(shown.posts) == length
    after = offset + length if has_more and offset + length <= MAX_OFFSET else None
    return {
        "kind": FACTS[wanted.kind] if wanted.kind else None,
        "wanted": wanted,
        "shown": shown,
        "view": asked.view,
        "views_paths": {name: board_path(wanted, view=None if name == VIEWS[0] else name)
                  for name in VIEWS},
        "sorts": SORTS if wanted.centre else SORTS[:-1],
        "distances": DISTANCES,
        "query": query_of(wanted),
        "canonical": reader.instance.site.url(board_path(wanted.without("sort"))),
        "is_indexed": wanted.count <= 1 and not offset and asked.view == VIEWS[0],
        "clear": board_path(Wanted(kind=wanted.kind), view=view),
        "before": board_path(wanted, view=view, offset=max(0, offset - length) or None)
        if offset
        else None,
        "after": board_path(wanted, view=view, offset=after) if after else None,
        "feeds": feeds_of(reader, wanted),
        "frame": _frame_text(reader, wanted),
        "kind_paths": _kind_paths(wanted, view),
        "months": {
            way: board_path(wanted, view="calendar", month=getattr(shown.month, way))
            for way in ("before", "after")
        }
        if shown.month
        else {},
    }  # fmt: skip


def feeds_of(reader: Reader, wanted: Wanted) -> dict[str, tuple[str, str]]:
    """Return the addresses and types of a board's feeds, in the reader's language, by form."""
    site, tag = reader.instance.site, reader.translator.tag
    return {
        form: (site.url(board_path(wanted, form=form, lang=tag)), media_type)
        for form, media_type in FORMATS.items()
    }


def _frame_text(reader: Reader, wanted: Wanted) -> str:
    """Return the address of the board as others may put it into their pages."""
    path = board_path(wanted, inside="/embed", lang=reader.translator.tag)
    return reader.instance.site.url(path)


def _kind_paths(wanted: Wanted, view: str | None) -> dict[str, str]:
    """Return the same filter for every other board; what only vacancies have is left behind."""
    shared = wanted.without("employment", "contract", "no_cv")
    paths = {"": board_path(shared.without("kind"), view=view)}
    for kind in FACTS:
        there = wanted if kind is Kind.VACANCY else shared
        paths[kind.value] = board_path(replace(there, kind=kind), view=view)
    return paths


def _origin(tile_url: str) -> str:
    parts = urlsplit(tile_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


ROUTES: Final = (
    web.get("/board", board, name="web.boards"),
    web.get("/board/{kind}", board, name="web.board"),
)
