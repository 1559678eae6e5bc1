"""What the form of a board offers: every choice with its words and how many posts it leads to.

Only what leads somewhere is offered, and what is chosen already; so nobody is sent into the void,
and the lists stay short on a phone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from schemas import label_of
from server.boards.addresses import board_path
from server.boards.filters import EMPLOYMENTS, MODES, Wanted
from server.boards.model import Facet
from server.boards.queries import Counts
from server.boards.rules import LEVELS
from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.posts.kinds import Kind
from server.vocabularies.queries import children, labels

_MOST_REGIONS = 60
_MAJOR = 1
_ESCO = "esco:"
_ESCO_OCCUPATION = "http://data.europa.eu/esco/occupation/"
_COUNTRY = 2
_PROVINCE = 4


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its value, its words, how many posts fit, and how deep it is in a tree."""

    value: str
    label: str | Message
    count: int = 0
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in words, and the address of the board without it, or with it when it is not set."""

    label: str | Message
    href: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The lists of the form; labels from vocabularies are in the reader's language already."""

    regions: Sequence[Option]
    occupations: Sequence[Option]
    employments: Sequence[Option]
    contracts: Sequence[Option]
    modes: Sequence[Option]
    levels: Sequence[Option]
    languages: Sequence[Option]
    spoken: Sequence[Option]
    flags: Sequence[Option]
    chips: Sequence[Chip]
    quick: Sequence[Chip]


FLAG_WORDS: Mapping[str, Message] = {
    "no_cv": say("No CV needed"),
    "free": say("Free of charge"),
    "childcare": say("With childcare"),
    "step_free": say("Step-free access"),
    "travel_help": say("Help with travel costs"),
}


def choices(r: Reading, wanted: Wanted, counts: Counts, language: str) -> Choices:
    """Return what can be chosen from here, in the words of a language."""
    marks = counts.marks
    regions = _regions(r, wanted, marks.get(Facet.REGION, {}), language)
    occupations = _occupations(r, wanted, marks.get(Facet.OCCUPATION, {}), language)
    languages = _languages(r, wanted, marks.get(Facet.LANGUAGE, {}), language)
    spoken = _named(r, "language", {*r.site.languages, *filter(None, [wanted.speaks])}, language)
    found = Choices(
        regions=regions,
        occupations=occupations,
        employments=_enumerated(
            "employmentType", EMPLOYMENTS, marks.get(Facet.EMPLOYMENT, {}), wanted.employment
        ),
        contracts=_enumerated(
            "contractTerm", ("PERMANENT", "FIXED"), counts.contracts, [wanted.contract]
        ),
        modes=[
            Option(mode, label_of(Kind.EVENT, "mode", mode), counts.modes.get(mode, 0))
            for mode in MODES
            if counts.modes.get(mode) or wanted.mode == mode
        ],
        levels=[Option(one, one, counts.levels.get(one, 0)) for one in LEVELS],
        languages=languages,
        spoken=spoken,
        flags=[
            Option(name, words, counts.flags.get(name, 0))
            for name, words in FLAG_WORDS.items()
            if counts.flags.get(name) or getattr(wanted, name)
        ],
        chips=(),
        quick=[
            Chip(words, board_path(wanted.having(name)), counts.flags[name])
            for name, words in FLAG_WORDS.items()
            if counts.flags.get(name) and not getattr(wanted, name)
        ],
    )
    return replace(found, chips=chips(wanted, found))


def _enumerated(
    name: str, values: Sequence[str], counts: Mapping[str, int], chosen: Iterable[str]
) -> list[Option]:
    kept = set(chosen)
    return [
        Option(value, label_of(Kind.VACANCY, name, value), counts.get(value, 0))
        for value in values
        if counts.get(value) or value in kept
    ]


def _named(r: Reading, scheme: str, codes: Iterable[str], language: str) -> list[Option]:
    """Return codes by their labels, in the order of the labels."""
    named = labels(r, scheme, codes, language)
    # What the vocabulary does not know would be shown as a bare code.
    known = [Option(code, label) for code, label in named.items() if label != code]
    return sorted(known, key=lambda one: str(one.label).casefold())


def _regions(r: Reading, wanted: Wanted, counts: Mapping[str, int], language: str) -> list[Option]:
    """Return regions as a tree: each below the one it lies in."""
    most = sorted(counts, key=lambda code: (len(code), -counts[code]))[:_MOST_REGIONS]
    # Where nothing is now one may still live, and look around from there.
    around = [one for code in most if len(code) == _PROVINCE for one in children(r, "nuts", code)]
    codes = sorted({*most, *around, *wanted.regions})
    named = labels(r, "region", codes, language)
    return [
        Option(
            code, named[code], counts.get(code, 0), max(0, len(code) - _COUNTRY) * code.isupper()
        )
        for code in codes
    ]


def _occupations(
    r: Reading, wanted: Wanted, counts: Mapping[str, int], language: str
) -> list[Option]:
    """Return the major groups of ISCO-08 and, of the chosen one, the groups right below it."""
    chosen = wanted.occupation
    shown = {code for code in counts if len(code) == _MAJOR}
    shown |= {code for code in counts if chosen and code[:-1] == chosen}
    shown |= (
        {chosen[:length] for length in range(1, len(chosen) + 1)} if chosen.isdigit() else set()
    )
    named = labels(r, "isco", sorted(shown), language)
    found = [
        Option(code, label, counts.get(code, 0), len(code) - _MAJOR)
        for code, label in named.items()
    ]
    if chosen.startswith(_ESCO):
        address = _ESCO_OCCUPATION + chosen.removeprefix(_ESCO)
        said = labels(r, "esco_occupation", [address], language)
        found.append(Option(chosen, said[address], counts.get(chosen, 0)))
    return found


def _languages(
    r: Reading, wanted: Wanted, counts: Mapping[str, int], language: str
) -> list[Option]:
    codes = {code for code in counts if "-" not in code} | {wanted.language} - {""}
    named = labels(r, "language", sorted(codes), language)
    found = [Option(code, label, counts.get(code, 0)) for code, label in named.items()]
    return sorted(found, key=lambda one: -one.count)


def chips(wanted: Wanted, offered: Choices) -> list[Chip]:
    """Return what is set, each with the way back to the board without it."""
    shown: list[tuple[str | Message, Wanted]] = []
    if wanted.text:
        shown.append((say("Words: %(words)s", words=wanted.text), wanted.without("text")))
    for code in wanted.regions:
        rest = tuple(one for one in wanted.regions if one != code)
        shown.append((_label(offered.regions, code), replace(wanted, regions=rest)))
    if wanted.within:
        words = say("And %(km)s km around it", km=wanted.within)
        shown.append((words, wanted.without("within")))
    shown += [
        (_label(options, getattr(wanted, name)), wanted.without(name))
        for name, options in (
            ("occupation", offered.occupations), ("contract", offered.contracts),
            ("mode", offered.modes),
        )
        if getattr(wanted, name)
    ]  # fmt: skip
    for kind_of_work in wanted.employment:
        rest = tuple(one for one in wanted.employment if one != kind_of_work)
        shown.append((_label(offered.employments, kind_of_work), replace(wanted, employment=rest)))
    shown += [*_language_chips(wanted, offered), *_day_chips(wanted)]
    shown += [
        (words, wanted.without(name))
        for name, words in {**FLAG_WORDS, "closed": say("Ended ones too")}.items()
        if getattr(wanted, name)
    ]
    return [Chip(label, board_path(rest)) for label, rest in shown]


def _language_chips(wanted: Wanted, offered: Choices) -> list[tuple[str | Message, Wanted]]:
    shown: list[tuple[str | Message, Wanted]] = []
    if wanted.speaks:
        name = str(_label(offered.spoken, wanted.speaks))
        level = wanted.level or LEVELS[-1]
        words = say("I know %(language)s: %(level)s", language=name, level=level)
        shown.append((words, wanted.without("speaks", "level")))
    elif wanted.level:
        words = say("Language level up to %(level)s", level=wanted.level)
        shown.append((words, wanted.without("level")))
    if wanted.language:
        words = say(
            "Text in %(language)s", language=str(_label(offered.languages, wanted.language))
        )
        shown.append((words, wanted.without("language")))
    return shown


def _day_chips(wanted: Wanted) -> list[tuple[str | Message, Wanted]]:
    shown: list[tuple[str | Message, Wanted]] = []
    if wanted.since:
        day = wanted.since.isoformat()
        shown.append((say("From %(day)s", day=day), wanted.without("since")))
    if wanted.until:
        day = wanted.until.isoformat()
        shown.append((say("Until %(day)s", day=day), wanted.without("until")))
    return shown


def _label(options: Sequence[Option], value: str) -> str | Message:
    return next((one.label for one in options if one.value == value), value)
