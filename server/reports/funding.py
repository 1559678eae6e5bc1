"""Counting for funders: is a record complete, which indicators does it count for, do sums agree.

Pure functions over a set of indicators and answers. A record counts when everything was answered
that has to be, by the rule of the funds that participants with incomplete records are not reported.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from server.platform.i18n import Message, say
from server.reports.indicators import NOT_SAID, TALENT, IndicatorSet, Question
from server.reports.rules import Period

Answers = Mapping[str, Any]
"""By moment and question: {"entry": {"gender": "woman", …}}."""

LATER: Final = timedelta(days=182)
EVERYBODY: Final = ""
"""The group of all, beside those of the breakdown."""


@dataclass(frozen=True, slots=True)
class Record:
    """One participant of a funded programme: when they came and left, and what they answered."""

    of: str
    entry: date
    exit: date | None
    answers: Answers


@dataclass(frozen=True, slots=True)
class Countable:
    """That somebody counts for an indicator, in a group, on a day; more is not known any more."""

    code: str
    group: str
    on: date


def is_asked(question: Question, answered: Mapping[str, Any]) -> bool:
    """Tell whether a question applies after what was answered before."""
    return all(
        _meets(answered.get(name), codes, is_number=False)
        for name, codes in question.only_if.items()
    )


def missing(kept: IndicatorSet, of: str, moment: str, answers: Answers) -> list[Question]:
    """Return the questions of a moment without a complete answer."""
    answered = merged(answers)
    return [
        one
        for one in kept.asked(of, moment)
        if is_asked(one, answered) and not _is_complete(one, answered.get(one.name))
    ]


def _is_complete(question: Question, value: Any) -> bool:  # noqa: ANN401 - an answer of any shape
    if value in (None, "", []):
        return False
    return question.may_refuse or value not in (NOT_SAID, [NOT_SAID])


def merged(answers: Answers) -> dict[str, Any]:
    """Return the answers of all moments together."""
    return {name: value for part in answers.values() for name, value in part.items()}


def countables(kept: IndicatorSet, record: Record) -> list[Countable]:
    """Return what a record counts for; nothing while the answers at entry are not complete."""
    if missing(kept, record.of, "entry", record.answers):
        return []
    answered = merged(record.answers)
    group = str(answered.get(kept.breakdown, EVERYBODY)) if record.of == TALENT else EVERYBODY
    days = {
        "entry": record.entry,
        "exit": record.exit,
        "later": record.exit + LATER if record.exit else None,
    }
    found = []
    for one in kept.indicators.values():
        on = days[one.at]
        if one.of != record.of or on is None or not _counts(kept, one.when, answered):
            continue
        if not missing(kept, record.of, one.at, record.answers):
            found.append(Countable(one.code, group, on))
    return found


def _counts(
    kept: IndicatorSet, when: Mapping[str, Sequence[Any]], answered: Mapping[str, Any]
) -> bool:
    return all(
        _meets(answered.get(name), values, is_number=kept.questions[name].is_number)
        for name, values in when.items()
    )


def _meets(value: Any, wanted: Sequence[Any], *, is_number: bool) -> bool:  # noqa: ANN401 - as above
    if is_number:
        return isinstance(value, int) and wanted[0] <= value <= wanted[1]
    given = value if isinstance(value, list) else [value]
    return any(one in wanted for one in given)


def joined(records: Sequence[Record]) -> Record:
    """Return one record of somebody who came back: the first entry with the last exit.

    Source: the funds' rule for those who enter the same operation again (DOMAIN §3.7).
    """
    ordered = sorted(records, key=lambda one: one.entry)
    first, last = ordered[0], ordered[-1]
    answers = {**last.answers, "entry": first.answers.get("entry", {})}
    return Record(first.of, first.entry, last.exit, answers)


def sums_of(
    kept: IndicatorSet, found: Iterable[Countable], period: Period
) -> Mapping[tuple[str, str], int]:
    """Count by code and group within a period; the group of everybody is the sum of the groups."""
    counted = Counter[tuple[str, str]]()
    for one in found:
        if one.code in kept.indicators and period.has(one.on):
            counted[one.code, EVERYBODY] += 1
            if one.group in kept.groups:
                counted[one.code, one.group] += 1
    groups = (EVERYBODY, *kept.groups)
    return {(code, group): counted[code, group] for code in kept.indicators for group in groups}


def contradictions(kept: IndicatorSet, sums: Mapping[tuple[str, str], int]) -> list[Message]:
    """Return which rules between the numbers do not hold, for everybody and in each group."""
    found: list[Message] = []
    for group in (EVERYBODY, *kept.groups):
        for total, parts in kept.sums:
            if sum(sums[one, group] for one in parts) != sums[total, group]:
                found.append(
                    say("%(parts)s is not %(total)s.", parts=" + ".join(parts), total=total)
                )
        for less, more in kept.at_most:
            if sums[less, group] > sums[more, group]:
                found.append(say("%(less)s is more than %(more)s.", less=less, more=more))
    return list({str(one): one for one in found}.values())


def faults_of_record(kept: IndicatorSet, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return which codes a record counts for without the one they need."""
    have = set(codes)
    return [(one, need) for one, need in kept.only_with if one in have and need not in have]
