"""What somebody wants to see of the boards: read from the query of the address and written back.

The address is the whole state of a board, so it can be kept, sent, subscribed to and put on other
websites. Parameters that say nothing are left out and the rest has a fixed order, which makes one
address for one filter. How a page shows its results (`view`, `offset`) is no part of the filter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from server.boards.places import Point, middle_of
from server.boards.rules import LEVELS, ONLINE
from server.platform.errors import Invalid, NotFound
from server.platform.http.nesting import Tree, Value
from server.platform.http.parameters import Parameters
from server.platform.i18n import say
from server.posts.kinds import Kind

MODES: Final = ("ONSITE", "ONLINE", "HYBRID")
CONTRACTS: Final = ("PERMANENT", "FIXED")
EMPLOYMENTS: Final = (
    "FULL_TIME", "PART_TIME", "TEMPORARY", "CONTRACTOR", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER",
)  # fmt: skip
DISTANCES: Final = (10, 20, 30, 50, 100)
_MAX_TEXT: Final = 200
_MAX_CODE: Final = 80
_MAX_VALUES: Final = 10
_LISTS: Final = frozenset({"region", "employment"})
FLAGS: Final = ("free", "no_cv", "childcare", "step_free", "travel_help", "closed")


class Sort(StrEnum):
    """In which order posts stand; posts that lack what is sorted by come last."""

    NEWEST = "newest"
    CLOSING = "closing"
    STARTING = "starting"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A filter. Everything given has to fit; of `regions` and `employment` one is enough.

    `within` adds what is at most so many kilometres from the middle of a region; `speaks` and
    `level` say what somebody can (then posts that ask for another language or more are left out);
    `occupation` is an ISCO-08 code or the beginning of one; `since` and `until` are the days on
    which something starts.
    """

    kind: Kind | None = None
    text: str = ""
    regions: tuple[str, ...] = ()
    within: int = 0
    speaks: str = ""
    level: str = ""
    occupation: str = ""
    employment: tuple[str, ...] = ()
    contract: str = ""
    since: date | None = None
    until: date | None = None
    mode: str = ""
    language: str = ""
    free: bool = False
    no_cv: bool = False
    childcare: bool = False
    step_free: bool = False
    travel_help: bool = False
    closed: bool = False
    sort: Sort = Sort.NEWEST

    @property
    def centre(self) -> Point | None:
        """Where the nearest is counted from: the middle of the first region, or None."""
        return middle_of(self.regions[0]) if self.regions else None

    @property
    def count(self) -> int:
        """How many filters are set; the kind and the order are none."""
        usual = Wanted()
        looked_past = {"kind", "sort", "within"}
        return sum(
            getattr(self, one.name) != getattr(usual, one.name)
            for one in fields(self)
            if one.name not in looked_past
        )

    def without(self, *names: str) -> "Wanted":
        """Return the filter with some of its fields as they are by default."""
        usual = Wanted()
        return replace(self, **{name: getattr(usual, name) for name in names})

    def having(self, flag: str) -> "Wanted":
        """Return the filter with one of `FLAGS` set."""
        changed: dict[str, Any] = {flag: True}
        return replace(self, **changed)


def kind_of(name: str | None) -> Kind | None:
    """Return the kind of a board's path; None for no name. Raises NotFound for an unknown one."""
    if not name:
        return None
    try:
        return Kind(name)
    except ValueError as unknown:
        raise NotFound from unknown


def wanted_of(request: web.Request, kind: Kind | None = None) -> Wanted:
    """Return the filter that an address names. Raises Invalid for values that mean nothing."""
    return wanted_in(request.rel_url.query.items(), kind)


def wanted_in_text(query: str, kind: Kind | None = None) -> Wanted:
    """Return the filter of a kept query. Raises Invalid."""
    return wanted_in(parse_qsl(query, max_num_fields=100), kind)


def wanted_in(pairs: Iterable[tuple[str, str]], kind: Kind | None = None) -> Wanted:
    """Return the filter that names and values stand for; unknown names are passed over."""
    sent = Parameters(_tree(pairs))
    asked = kind or _kind_asked(sent)
    return _settled(
        Wanted(
            kind=asked,
            text=" ".join((sent.text("text", max_length=_MAX_TEXT) or "").split()),
            regions=_unique(
                _region(one) for one in sent.texts("region", most=_MAX_VALUES, max_length=_MAX_CODE)
            ),
            within=sent.integer("within", least=0, most=1_000) or 0,
            speaks=(sent.text("speaks", max_length=_MAX_CODE) or "").lower(),
            level=sent.choice("level", LEVELS) or "",
            occupation=_occupation(sent.text("occupation", max_length=_MAX_CODE) or ""),
            employment=_unique(_chosen(sent, "employment", EMPLOYMENTS)),
            contract=sent.choice("contract", CONTRACTS) or "",
            since=_day(sent, "since"),
            until=_day(sent, "until"),
            mode=sent.choice("mode", MODES) or "",
            language=sent.text("language", max_length=_MAX_CODE) or "",
            sort=Sort(sent.choice("sort", [one.value for one in Sort]) or Sort.NEWEST),
            **{name: sent.flag(name) for name in FLAGS},
        )
    )


def _settled(wanted: Wanted) -> Wanted:
    """Return the filter without what needs a place when none is known."""
    if wanted.centre is not None:
        return wanted
    sort = Sort.NEWEST if wanted.sort is Sort.NEAREST else wanted.sort
    return replace(wanted, within=0, sort=sort)


def query_of(wanted: Wanted, *, with_kind: bool = False) -> str:
    """Return the query of a filter, always the same for the same filter; "" when it admits all."""
    return urlencode(pairs_of(wanted, with_kind=with_kind))


def pairs_of(wanted: Wanted, *, with_kind: bool = False) -> list[tuple[str, str]]:
    """Return names and values of a filter, in their fixed order."""
    usual = Wanted()
    found: list[tuple[str, str]] = []
    if with_kind and wanted.kind:
        found.append(("kind", wanted.kind.value))
    for one in fields(wanted):
        value = getattr(wanted, one.name)
        if one.name == "kind" or value == getattr(usual, one.name):
            continue
        name = "region" if one.name == "regions" else one.name
        found += [(name, text) for text in _texts(value)]
    return found


def _texts(value: object) -> Sequence[str]:
    if isinstance(value, tuple):
        return [",".join(str(one) for one in value)]
    return ["1" if value is True else str(value)]


def _tree(pairs: Iterable[tuple[str, str]]) -> Tree:
    tree: Tree = {}
    many: dict[str, list[str]] = {name: [] for name in _LISTS}
    for sent, value in pairs:
        name = sent.removesuffix("[]")
        if name in many:
            many[name].append(value)
        else:
            tree[name] = value.strip()
    return {**tree, **{name: _split(values) for name, values in many.items()}}


def _split(values: Iterable[str]) -> list[Value]:
    """Lists may also come as one value with commas, which is shorter in addresses one types."""
    return [one.strip() for text in values for one in text.split(",")]


def _kind_asked(sent: Parameters) -> Kind | None:
    name = sent.choice("kind", [one.value for one in Kind])
    return Kind(name) if name else None


def _region(code: str) -> str:
    return ONLINE if code.lower() == ONLINE else code.upper()


def _occupation(code: str) -> str:
    """Return digits of ISCO-08; of an ESCO address its name, as the marks of posts have it."""
    name = code.rpartition("/")[2]
    digits = name.removeprefix("C")
    if digits.isascii() and digits.isdigit():
        return digits[:4]
    return f"esco:{name}" if name and not name.startswith("esco:") else name


def _chosen(sent: Parameters, name: str, options: Sequence[str]) -> list[str]:
    found = sent.texts(name, most=_MAX_VALUES, max_length=_MAX_CODE)
    if not set(found) <= set(options):
        raise Invalid(details={name: [("ERR_INCLUSION", say("is not included in the list"))]})
    return found


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in values if one))


def _day(sent: Parameters, name: str) -> date | None:
    text = sent.text(name, max_length=10)
    if text is None:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as broken:
        raise Invalid(details={name: [("ERR_INVALID", say("must be a date"))]}) from broken
    if not date.min.replace(year=1900) < found < date.max.replace(year=2200):
        raise Invalid(details={name: [("ERR_INVALID", say("must be a date"))]})
    return found
