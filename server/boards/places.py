"""The middles of regions (NUTS 3 of Belgium and Finland), and how far things are from each other.

The numbers are rounded to about a kilometre: they place what names no address, and are the start
of "at most 20 km from here". A region of a higher level lies between those inside it.
"""

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

KM_PER_DEGREE: Final = 111.2
_SMALLEST: Final = 3
"""Codes of two letters are whole countries, whose middle says nothing."""


class Point(NamedTuple):
    """A place on the earth, in degrees north and east."""

    latitude: float
    longitude: float


@cache
def middles() -> Mapping[str, Point]:
    """Return the middle of every region of level 3 that we know."""
    text = files("server.boards").joinpath("data/middles.json").read_text("utf-8")
    return {code: Point(*place) for code, place in json.loads(text)["middles"].items()}


@cache
def middle_of(code: str) -> Point | None:
    """Return the middle of a region, or None for a country or one that we do not know."""
    asked = code.upper()
    if len(asked) < _SMALLEST:
        return None
    inside = [point for known, point in middles().items() if known.startswith(asked)]
    if not inside:
        return None
    return Point(
        round(sum(point.latitude for point in inside) / len(inside), 3),
        round(sum(point.longitude for point in inside) / len(inside), 3),
    )


def km_per_degree_east(latitude: float) -> float:
    """Return how many kilometres one degree of longitude is at a latitude."""
    return KM_PER_DEGREE * math.cos(math.radians(latitude))


def distance(one: Point, other: Point) -> float:
    """Return kilometres between two places as the crow flies; good to 1 % within 500 km."""
    east = (one.longitude - other.longitude) * km_per_degree_east(other.latitude)
    north = (one.latitude - other.latitude) * KM_PER_DEGREE
    return math.hypot(east, north)
