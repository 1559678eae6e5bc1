"""What check-ins, surveys and the coaches' reason codes come to, laid out as tables.

A survey is its writer's own, so its means are hidden from everybody while fewer than five people
answered, whatever view somebody chose.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta, tzinfo
from typing import Final

from server.coaching.model import Moment
from server.coaching.queries import (
    CheckInCounts,
    SurveySums,
    check_ins_counted,
    register_rows,
    surveys_summed,
)
from server.coaching.rules import OBSTACLES, QUESTIONS
from server.platform.i18n import Message, say
from server.platform.work import Reading
from server.reports.hiding import FLOOR
from server.reports.rules import Period
from server.reports.tables import HIDDEN, Row, Table, Value

_CHECK_IN_WORDS: Final = {
    "asked": say("Asked"),
    "answered": say("Answered"),
    "met": say("They had met"),
    "useful": say("It was useful"),
    "a_little": say("It was a little useful"),
    "wants_help": say("They want help"),
}
_SURVEY_WORDS: Final = {
    Moment.START: say("At the beginning"),
    Moment.MIDDLE: say("In the middle"),
    Moment.END: say("At the end"),
}


def following_tables(
    r: Reading, ids: Collection[int], period: Period, zone: tzinfo
) -> tuple[Table, ...]:
    """Return what coaching counted of some programmes within a period; no empty table."""
    since = datetime.combine(period.since, datetime.min.time(), zone)
    until = datetime.combine(period.until + timedelta(days=1), datetime.min.time(), zone)
    check_ins = [check_ins_counted(r, one, since, until) for one in ids]
    surveys = [surveys_summed(r, one, since, until) for one in ids]
    reasons = Counter(
        code for one in ids for row in register_rows(r, since, until, one) for code in row.obstacles
    )
    tables = (_check_ins(check_ins), _surveys(surveys), _reasons(reasons))
    return tuple(one for one in tables if one is not None)


def _check_ins(found: list[CheckInCounts]) -> Table | None:
    sums = {name: sum(getattr(one, name) for one in found) for name in _CHECK_IN_WORDS}
    if not sums["asked"]:
        return None
    return Table(
        "check_ins",
        say("Check-ins"),
        say("Check-ins that people were asked for in the period."),
        tuple(Row(name, word, (sums[name],)) for name, word in _CHECK_IN_WORDS.items()),
    )


def _reasons(found: Counter[str]) -> Table | None:
    if not found:
        return None
    return Table(
        "obstacles",
        say("What stood in the way"),
        say("People who took part in the period; some have several reasons."),
        tuple(Row(code, word, (found[code],)) for code, word in OBSTACLES.items()),
    )


def _surveys(found: list[dict[Moment, SurveySums]]) -> Table | None:
    if not any(one.answered for sums in found for one in sums.values()):
        return None
    answered = tuple(sum(sums[moment].answered for sums in found) for moment in _SURVEY_WORDS)
    rows = [
        Row(one.name, one.label, tuple(_mean(found, moment, one.name) for moment in _SURVEY_WORDS))
        for one in QUESTIONS
    ]
    columns: tuple[tuple[str, Message], ...] = tuple(
        (moment.value, word) for moment, word in _SURVEY_WORDS.items()
    )
    return Table(
        "surveys",
        say("Surveys"),
        say("Means of the answers in the period. Those of fewer than %(floor)s people are hidden.",
            floor=FLOOR),
        (Row("answered", _CHECK_IN_WORDS["answered"], answered), *rows),
        columns,
        has_chart=False,
    )  # fmt: skip


def _mean(found: list[dict[Moment, SurveySums]], moment: Moment, question: str) -> Value:
    count = sum(sums[moment].answered_each.get(question, 0) for sums in found)
    if not count:
        return None
    if count < FLOOR:
        return HIDDEN
    return round(sum(sums[moment].sums.get(question, 0) for sums in found) / count, 1)
