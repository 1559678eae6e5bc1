"""Laying numbers out once: the same tables go to the page, the print, CSV and the spreadsheet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from server.platform.i18n import Message, say
from server.programmes.rules import OUTCOMES, POSITIVE
from server.reports import rules
from server.reports.funding import EVERYBODY
from server.reports.hiding import Key, Sum, hidden
from server.reports.indicators import TALENT, IndicatorSet
from server.reports.rules import MatchFacts, PartFacts, Period

ALL: Final = "all"
"""The one column of a plain table, and the row that sums a table up."""
HIDDEN: Final = "hidden"
"""In the place of a number that would say too much about single people."""
Value = int | float | str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its words and a value for each column; None where there can be none."""

    key: str
    label: Message
    values: tuple[Value, ...]
    # The rows that a number was worked out from: it is hidden when one of them is.
    base: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `sums` are what a reader can add up; `note` defines what was counted."""

    key: str
    title: Message
    note: Message
    rows: tuple[Row, ...]
    columns: tuple[tuple[str, Message], ...] = ((ALL, say("Number")),)
    sums: tuple[Sum, ...] = ()
    has_chart: bool = True

    @property
    def bars(self) -> list[tuple[Message, Value]]:
        """What a chart draws: the first number of each row, without the row that sums it up."""
        return [(row.label, row.values[0]) for row in self.rows if row.key != ALL]

    @property
    def most(self) -> int:
        """The greatest number of the chart, for the length of its bars."""
        return max((value for _, value in self.bars if isinstance(value, int)), default=0)

    @property
    def hides(self) -> bool:
        """Tell whether something is hidden."""
        return any(HIDDEN in row.values for row in self.rows)


STEP_WORDS: Final[Mapping[str, Message]] = {
    "applied": say("Applied"),
    "accepted": say("Accepted"),
    "proposed": say("Proposed"),
    "both": say("Both said yes"),
    "met": say("Met once"),
    "met_often": say("Met three times"),
}
REFUSAL_WORDS: Final[Mapping[str, Message]] = {
    "talent": say("The talent said no"),
    "other": say("The other side said no"),
    "expired": say("No answer"),
    "withdrawn": say("Taken back by the staff"),
}
MODE_WORDS: Final[Mapping[str, Message]] = {
    "walk": say("Walk"),
    "coffee": say("Coffee"),
    "onsite": say("At a place"),
    "phone": say("Phone"),
    "video": say("Video"),
}
_TOTAL: Final = say("Together")


@dataclass(frozen=True, slots=True)
class Counts:
    """Everything that the organisation's own numbers are counted from."""

    parts: Sequence[PartFacts]
    matches: Sequence[MatchFacts]
    meetings: Mapping[str, int]


def number_tables(counts: Counts, period: Period) -> list[Table]:
    """Return the organisation's own numbers of a period."""
    return [
        _funnel(counts, period),
        _outcomes(counts, period),
        *_register(counts, period),
        _summed(
            "meetings",
            say("Meetings"),
            say("Meetings in the period that took place, of pairs and with the staff."),
            {name: counts.meetings.get(name, 0) for name in MODE_WORDS},
            MODE_WORDS,
        ),
        _waiting(counts, period),
        _summed(
            "refusals",
            say("Proposals without a match"),
            say("Proposals that ended in the period before both said yes."),
            rules.refusals(counts.matches, period),
            REFUSAL_WORDS,
        ),
    ]


def _funnel(counts: Counts, period: Period) -> Table:
    steps = rules.funnel(counts.parts, counts.matches, period)
    return Table(
        "funnel",
        say("From application to meeting"),
        say("Talents who applied in the period, and how far they came until today."),
        tuple(Row(name, STEP_WORDS[name], (count,)) for name, count in steps.items()),
    )


def _outcomes(counts: Counts, period: Period) -> Table:
    found = rules.outcomes_of_talents(counts.parts, counts.matches, period)
    return _summed(
        "outcomes",
        say("What became of them"),
        say("The last outcome of each talent who applied in the period."),
        {code: found[code] for code in OUTCOMES if code in found},
        OUTCOMES,
    )


def _register(counts: Counts, period: Period) -> tuple[Table, Table]:
    kept = rules.register(rules.cases(counts.parts, counts.matches), period)
    words = {**OUTCOMES, rules.NO_OUTCOME: say("No outcome written down")}
    found = [code for code in words if kept.outcomes.get(code)]
    good = tuple(code for code in found if code in POSITIVE)
    bad = tuple(code for code in found if code not in POSITIVE)
    rate = rules.success_rate(kept.positive, kept.finished)
    rows = (
        Row("started", say("Started"), (kept.started,)),
        Row("active", say("Active on the last day"), (kept.active,)),
        Row("finished", say("Finished"), (kept.finished,)),
        Row("positive", say("With a positive outcome"), (kept.positive,)),
        Row("other", say("With another outcome"), (kept.finished - kept.positive,)),
        *(Row(code, words[code], (kept.outcomes[code],)) for code in (*good, *bad)),
    )
    sums = (
        Sum(("finished", ALL), (("positive", ALL), ("other", ALL))),
        *((Sum(("positive", ALL), _keys(good)),) if good else ()),
        *((Sum(("other", ALL), _keys(bad)),) if bad else ()),
    )
    register = Table(
        "register",
        say("Coachings and matches"),
        say("Coachings, and matches to which both said yes."),
        rows,
        sums=sums,
    )
    success = Table(
        "success",
        say("Success rate"),
        say("Success rate = finished with a positive outcome ÷ all finished in the period."),
        (Row("rate", say("Per cent"), (rate,), ("positive", "finished")),),
        has_chart=False,
    )
    return register, success


def _keys(rows: Collection[str]) -> tuple[Key, ...]:
    return tuple((row, ALL) for row in rows)


def _waiting(counts: Counts, period: Period) -> Table:
    days = rules.waits(counts.parts, counts.matches, period)
    return Table(
        "waiting",
        say("Waiting time"),
        say("From the application to the day both said yes, for matches of the period."),
        (
            Row("people", say("People"), (len(days),)),
            Row("median", say("Median in days"), (rules.median_wait(days),), ("people",)),
        ),
        has_chart=False,
    )


def _summed(
    key: str,
    title: Message,
    note: Message,
    found: Mapping[str, int],
    words: Mapping[str, Message],
) -> Table:
    rows = tuple(Row(name, words[name], (count,)) for name, count in found.items())
    total = Row(ALL, _TOTAL, (sum(found.values()),))
    sums = (Sum((ALL, ALL), _keys(found)),) if found else ()
    return Table(key, title, note, (*rows, total), sums=sums)


def funder_table(kept: IndicatorSet, sums: Mapping[Key, int]) -> Table:
    """Return the indicators of a funder, for everybody and by group."""
    groups = tuple(kept.groups)
    rows, adding = [], list[Sum]()
    for one in kept.indicators.values():
        label = say("%(code)s %(label)s", code=one.code, label=one.label)
        by_group = tuple(sums[one.code, group] for group in groups)
        none = (None,) * len(groups)
        values: tuple[Value, ...] = by_group if one.of == TALENT else none
        rows.append(Row(one.code, label, (sums[one.code, EVERYBODY], *values)))
        if one.of == TALENT:
            parts = tuple((one.code, group) for group in groups)
            adding.append(Sum((one.code, EVERYBODY), parts))
    for total, codes in kept.sums:
        for group in (EVERYBODY, *groups):
            adding.append(Sum((total, group), tuple((code, group) for code in codes)))
    return Table(
        kept.name,
        say("%(title)s: numbers for the funder", title=kept.title),
        say("Only people whose answers are complete count. %(source)s.", source=kept.source),
        tuple(rows),
        ((EVERYBODY, _TOTAL), *kept.groups.items()),
        tuple(adding),
        has_chart=False,
    )


def without_small(tables: Sequence[Table]) -> list[Table]:
    """Return tables in which small numbers are hidden, so that nobody can compute them back."""
    gone: set[str] = set()
    return [_hidden_in(one, hidden(_counts(one), one.sums), gone) for one in tables]


def without_special(table: Table, kept: IndicatorSet) -> Table:
    """Return a funder's table in which only small numbers of special categories are hidden.

    So far the staff may see it, who know who takes part; nobody but the person knows such answers.
    """
    special = {one.code for one in kept.indicators.values() if one.special}
    counts = {key: value for key, value in _counts(table).items() if key[0] in special}
    sums = [one for one in table.sums if all(key in counts for key in one.members)]
    return _hidden_in(table, hidden(counts, sums), set())


def _counts(table: Table) -> dict[Key, int]:
    return {
        (row.key, column): value
        for row in table.rows
        for (column, _), value in zip(table.columns, row.values, strict=True)
        if isinstance(value, int) and not row.base
    }


def _hidden_in(table: Table, keys: Collection[Key], gone: set[str]) -> Table:
    """Hide some numbers of a table, and what was worked out from a row whose name is in `gone`."""
    gone |= {row for row, _ in keys}
    rows = []
    for row in table.rows:
        values = tuple(
            HIDDEN if (row.key, column) in keys or not gone.isdisjoint(row.base) else value
            for (column, _), value in zip(table.columns, row.values, strict=True)
        )
        rows.append(replace(row, values=values))
    return replace(table, rows=tuple(rows))
