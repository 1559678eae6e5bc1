"""Places of posts on a flat picture: points by projection, and tiles under them when there are any.

The projection is Web Mercator, because tiles are cut in it; the picture is as large as its points
need. Without a source of tiles there is a plain ground: the points still stand to each other as
they do in the world. Everything here is arithmetic; templates draw it as SVG.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from server.boards.places import Point
from server.posts.rows import PostRow

WIDTH: Final = 800
HEIGHT: Final = 560
TILE: Final = 256
_MARGIN: Final = 60
_WIDEST: Final = 12
"""The zoom level at which one place fills the picture: about 30 km across, a town and around it."""
_NARROWEST: Final = 2
_MOST_NORTH: Final = 85.0
_SAME: Final = 14.0
"""Points closer than this, in pixels, are drawn as one."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A point of the picture with the posts that stand there."""

    number: int
    x: float
    y: float
    posts: Sequence[PostRow]
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the ground: its address, and where it lies in the picture."""

    url: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Map:
    """The picture: its pins, its tiles, a length for its scale, and who made the ground."""

    pins: Sequence[Pin]
    tiles: Sequence[Tile]
    scale_km: int
    scale_length: float
    attribution: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class _Frame:
    """The part of the world that is shown: its zoom level, its corner in pixels of the world."""

    zoom: int
    left: float
    top: float


def map_of(
    placed: Iterable[tuple[PostRow, Point, bool]], *, tile_url: str = "", attribution: str = ""
) -> Map | None:
    """Return the map of posts, or None when none of them has a place.

    `tile_url` has `{z}`, `{x}` and `{y}` in it; empty for no tiles.
    """
    shown = list(placed)
    if not shown:
        return None
    frame = _frame([point for _, point, _ in shown])
    middle = sum(point.latitude for _, point, _ in shown) / len(shown)
    scale_km, scale_length = _scale(frame, middle)
    return Map(
        pins=_pins(shown, frame),
        tiles=_tiles(frame, tile_url) if tile_url else (),
        scale_km=scale_km,
        scale_length=scale_length,
        attribution=attribution if tile_url else "",
    )


def _world(point: Point, zoom: int) -> tuple[float, float]:
    """Return pixels from the corner of the world. Source: the Web Mercator projection."""
    size = TILE * 2**zoom
    north = math.radians(max(-_MOST_NORTH, min(_MOST_NORTH, point.latitude)))
    x = (point.longitude + 180) / 360 * size
    y = (1 - math.asinh(math.tan(north)) / math.pi) / 2 * size
    return x, y


def _frame(points: Sequence[Point]) -> _Frame:
    for zoom in range(_WIDEST, _NARROWEST - 1, -1):
        xs, ys = zip(*(_world(point, zoom) for point in points), strict=True)
        fits = (
            max(xs) - min(xs) <= WIDTH - 2 * _MARGIN and max(ys) - min(ys) <= HEIGHT - 2 * _MARGIN
        )
        if fits or zoom == _NARROWEST:
            return _Frame(zoom, (max(xs) + min(xs) - WIDTH) / 2, (max(ys) + min(ys) - HEIGHT) / 2)
    raise AssertionError("the narrowest zoom level always returns")


def _pins(shown: Sequence[tuple[PostRow, Point, bool]], frame: _Frame) -> list[Pin]:
    groups: list[tuple[float, float, dict[int, PostRow], bool]] = []
    for post, point, is_exact in shown:
        x, y = _world(point, frame.zoom)
        x, y = x - frame.left, y - frame.top
        for near_x, near_y, posts, _ in groups:
            if math.hypot(near_x - x, near_y - y) < _SAME:
                posts.setdefault(post.id, post)
                break
        else:
            groups.append((x, y, {post.id: post}, is_exact))
    return [
        Pin(number, round(x, 1), round(y, 1), list(posts.values()), is_exact)
        for number, (x, y, posts, is_exact) in enumerate(groups, 1)
    ]


def _tiles(frame: _Frame, tile_url: str) -> list[Tile]:
    most = 2**frame.zoom
    columns = range(math.floor(frame.left / TILE), math.ceil((frame.left + WIDTH) / TILE))
    rows = range(math.floor(frame.top / TILE), math.ceil((frame.top + HEIGHT) / TILE))
    return [
        Tile(
            tile_url.replace("{z}", str(frame.zoom))
            .replace("{x}", str(column % most))
            .replace("{y}", str(row)),
            round(column * TILE - frame.left, 1),
            round(row * TILE - frame.top, 1),
        )
        for row in rows
        for column in columns
        if 0 <= row < most
    ]


def _scale(frame: _Frame, latitude: float) -> tuple[int, float]:
    """Return a round number of kilometres and its length in pixels, at most a fifth of all."""
    around = 40_075 * math.cos(math.radians(min(abs(latitude), _MOST_NORTH)))
    km_per_pixel = around / (TILE * 2**frame.zoom)
    most = km_per_pixel * WIDTH / 5
    fitting = [
        first * 10**power for power in range(5) for first in (1, 2, 5) if first * 10**power <= most
    ]
    chosen = max(fitting, default=1)
    return chosen, round(chosen / km_per_pixel, 1)
