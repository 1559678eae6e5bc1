"""What funders ask for, read from data files: questions, indicators, and rules between their sums.

A new period or another funder is a new file in `data`, no code. A file that contradicts itself, or
that asks for something it does not count (GDPR art. 5(1)(c)), is refused at start with a reason.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from server.platform.i18n import Message

DATA: Final = Path(__file__).parent / "data"
MOMENTS: Final = ("entry", "exit", "later")
NOT_SAID: Final = "not_said"
"""The answer of who prefers not to say; for some questions it is a complete one."""
TALENT, HOST = "talent", "host"


class WrongFile(Exception):
    """A data file contradicts itself; the text says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: a choice, several, or a whole number from `least` to `most`."""

    name: str
    of: str
    moment: str
    label: Message
    options: Mapping[str, Message]
    many: bool
    least: int
    most: int
    # To say nothing is a complete answer, as for the special categories of GDPR art. 9.
    may_refuse: bool
    special: bool
    only_if: Mapping[str, Sequence[str]]

    @property
    def is_number(self) -> bool:
        """Tell whether the answer is a number."""
        return not self.options


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One number of a funder: whom it counts, as conditions over answers, and at which moment."""

    code: str
    of: str
    at: str
    label: Message
    when: Mapping[str, Sequence[Any]]
    special: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorSet:
    """A file: everything a funder asks for in a period."""

    name: str
    title: str
    source: str
    since: date
    until: date
    breakdown: str
    total: str
    questions: Mapping[str, Question]
    indicators: Mapping[str, Indicator]
    sums: tuple[tuple[str, tuple[str, ...]], ...]
    at_most: tuple[tuple[str, str], ...]
    only_with: tuple[tuple[str, str], ...]

    def asked(self, of: str, moment: str) -> list[Question]:
        """Return the questions for a talent or a host at a moment, in order."""
        every = self.questions.values()
        return [one for one in every if one.of == of and one.moment == moment]

    @property
    def groups(self) -> Mapping[str, Message]:
        """By what all numbers are broken down, with words."""
        return self.questions[self.breakdown].options


@cache
def indicator_sets() -> Mapping[str, IndicatorSet]:
    """Return every set by its name. Raises WrongFile."""
    return {one.name: one for one in map(read_set, sorted(DATA.glob("*.json")))}


def read_set(path: Path) -> IndicatorSet:
    """Read and check a file. Raises WrongFile with the reason."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        made = _made(told)
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise WrongFile(f"{path.name}: {broken!r}") from broken
    for fault in _faults(made, path.stem):
        raise WrongFile(f"{path.name}: {fault}")
    return made


def _made(told: Mapping[str, Any]) -> IndicatorSet:
    return IndicatorSet(
        name=str(told["name"]),
        title=str(told["title"]),
        source=str(told["source"]),
        since=date.fromisoformat(told["since"]),
        until=date.fromisoformat(told["until"]),
        breakdown=str(told["breakdown"]),
        total=str(told["total"]),
        questions=_unique("question", (_question(one) for one in told["questions"])),
        indicators=_unique("indicator", (_indicator(one) for one in told["indicators"])),
        sums=tuple((one["total"], tuple(one["parts"])) for one in told.get("sums", ())),
        at_most=tuple((less, more) for less, more in told.get("at_most", ())),
        only_with=tuple((one, other) for one, other in told.get("only_with", ())),
    )


def _question(told: Mapping[str, Any]) -> Question:
    return Question(
        name=str(told["name"]),
        of=str(told.get("of", TALENT)),
        moment=str(told["moment"]),
        label=Message(told["label"]),
        options={str(code): Message(label) for code, label in told.get("options", ())},
        many=bool(told.get("many", False)),
        least=int(told.get("least", 0)),
        most=int(told.get("most", 0)),
        may_refuse=bool(told.get("may_refuse", False)),
        special=bool(told.get("special", False)),
        only_if={str(name): tuple(codes) for name, codes in told.get("only_if", {}).items()},
    )


def _indicator(told: Mapping[str, Any]) -> Indicator:
    return Indicator(
        code=str(told["code"]),
        of=str(told.get("of", TALENT)),
        at=str(told["at"]),
        label=Message(told["label"]),
        when={str(name): tuple(values) for name, values in told["when"].items()},
        special=bool(told.get("special", False)),
    )


def _unique(what: str, found: Iterable[Any]) -> dict[str, Any]:
    every: dict[str, Any] = {}
    for one in found:
        key = one.code if isinstance(one, Indicator) else one.name
        if key in every:
            raise ValueError(f"the {what} {key} is there twice")
        every[key] = one
    return every


def _faults(made: IndicatorSet, stem: str) -> Iterable[str]:
    if made.name != stem:
        yield "the name is not the file's"
    if made.until < made.since:
        yield "it ends before it begins"
    if made.breakdown not in made.questions or not made.groups:
        yield "the breakdown is no question with options"
    for question in made.questions.values():
        yield from _faults_of_question(made, question)
    for indicator in made.indicators.values():
        yield from _faults_of_indicator(made, indicator)
    used = {name for one in made.indicators.values() for name in one.when}
    for name in made.questions.keys() - used - {made.breakdown}:
        yield f"nothing counts the answer to {name}"
    named = {made.total, *(one for total, parts in made.sums for one in (total, *parts))}
    named |= {one for pair in (*made.at_most, *made.only_with) for one in pair}
    for code in named - made.indicators.keys():
        yield f"a rule names {code}, which is not there"


def _faults_of_question(made: IndicatorSet, one: Question) -> Iterable[str]:
    if one.moment not in MOMENTS or one.of not in {TALENT, HOST}:
        yield f"{one.name}: unknown moment or role"
    if one.is_number and one.most <= one.least:
        yield f"{one.name}: neither options nor bounds"
    if NOT_SAID in one.options:
        yield f"{one.name}: {NOT_SAID} is an option of every question"
    if one.special and not one.may_refuse:
        yield f"{one.name}: a special category has to be free to refuse"
    yield from _faults_of_condition(made, one.name, one.only_if)


def _faults_of_indicator(made: IndicatorSet, one: Indicator) -> Iterable[str]:
    if one.at not in MOMENTS or one.of not in {TALENT, HOST}:
        yield f"{one.code}: unknown moment or role"
    yield from _faults_of_condition(made, one.code, one.when)
    asked = [made.questions[name] for name in one.when if name in made.questions]
    if any(question.special for question in asked) and not one.special:
        yield f"{one.code}: counts a special category and does not say so"
    if any(MOMENTS.index(question.moment) > MOMENTS.index(one.at) for question in asked):
        yield f"{one.code}: is counted before it is asked"


def _faults_of_condition(
    made: IndicatorSet, place: str, condition: Mapping[str, Sequence[Any]]
) -> Iterable[str]:
    for name, values in condition.items():
        question = made.questions.get(name)
        if question is None:
            yield f"{place}: there is no question {name}"
        elif question.is_number:
            is_range = len(values) == len(("least", "most"))
            if not is_range or not all(isinstance(one, int) for one in values):
                yield f"{place}: {name} needs the least and the most"
        elif not values or not set(values) <= question.options.keys():
            yield f"{place}: {name} has no such option"
