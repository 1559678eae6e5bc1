"""Data files of funders: read, checked, and counted by what they say."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from server.platform.i18n import Message
from server.reports.funding import (
    EVERYBODY,
    Record,
    contradictions,
    countables,
    faults_of_record,
    joined,
    missing,
    sums_of,
)
from server.reports.indicators import DATA, WrongFile, indicator_sets, read_set
from server.reports.rules import Period
from server.reports.tables import funder_table, without_special
from server.reports.words import TEXTS

Told = dict[str, Any]
ESF = indicator_sets()["esf_plus_2021"]
YEAR = Period(date(2027, 1, 1), date(2027, 12, 31))
ENTRY = {
    "gender": "woman", "age": 34, "labour": "unemployed_long", "education": "isced_5_8",
    "third_country": "yes", "foreign_background": "yes", "housing": "no", "rural": "no",
    "disability": "not_said", "minority": "no",
}  # fmt: skip


def record(
    exit_: Told | None = None,
    later: Told | None = None,
    left: str | None = "2027-05-01",
    **changed: Any,
) -> Record:
    answers: dict[str, Told] = {"entry": {**ENTRY, **changed}}
    if exit_ is not None:
        answers["exit"] = exit_
    if later is not None:
        answers["later"] = later
    return Record("talent", date(2027, 2, 1), date.fromisoformat(left) if left else None, answers)


def codes(one: Record) -> set[str]:
    return {found.code for found in countables(ESF, one)}


def test_the_file_has_every_indicator_of_the_regulation() -> None:
    wanted = {f"EECO{n:02}" for n in range(1, 20)} | {f"EECR{n:02}" for n in range(1, 7)}
    assert ESF.indicators.keys() == wanted
    assert {one for one, found in ESF.indicators.items() if found.special} == {"EECO12", "EECO15"}


def test_somebody_counts_for_what_they_answered() -> None:
    assert codes(record(left=None)) == {
        "EECO01", "EECO02", "EECO03", "EECO11", "EECO13", "EECO14",
    }  # fmt: skip


def test_to_say_nothing_is_complete_for_special_categories_and_not_for_others() -> None:
    assert missing(ESF, "talent", "entry", {"entry": {**ENTRY, "minority": "not_said"}}) == []
    for name in ("labour", "rural"):
        said = {"entry": {**ENTRY, name: "not_said"}}
        assert [one.name for one in missing(ESF, "talent", "entry", said)] == [name]


def test_an_incomplete_record_counts_for_nothing() -> None:
    answers = dict(ENTRY)
    del answers["education"]
    assert codes(Record("talent", date(2027, 2, 1), None, {"entry": answers})) == set()


def test_results_count_when_leaving_and_six_months_later() -> None:
    exit_ = {"exit": ["employed", "education"], "qualification": "yes"}
    later = {"work_later": "yes"}
    found = {one.code: one.on for one in countables(ESF, record(exit_=exit_, later=later))}
    assert {code for code in found if code.startswith("EECR")} == {
        "EECR02", "EECR03", "EECR04", "EECR05",
    }  # fmt: skip
    assert found["EECR04"] == date(2027, 5, 1)
    assert found["EECR05"] == date(2027, 10, 30)
    assert not any(code.startswith("EECR") for code in codes(record(exit_=exit_, left=None)))


def test_better_work_counts_for_those_alone_who_had_work() -> None:
    later = {"work_later": "yes", "better_later": "secure"}
    worked = codes(record(labour="employed", later=later))
    assert "EECR06" in worked
    assert "EECR05" not in worked
    assert "EECR06" not in codes(record(later=later))
    assert faults_of_record(ESF, {"EECR06"}) == [("EECR06", "EECO05")]
    assert faults_of_record(ESF, worked) == []


def test_a_question_that_does_not_apply_is_not_missing() -> None:
    no_work = record(labour="employed", later={"work_later": "no"})
    assert missing(ESF, "talent", "later", no_work.answers) == []


def test_ages_are_bounds_that_include_both_ends() -> None:
    for age, wanted in ((17, "EECO06"), (18, "EECO07"), (29, "EECO07"), (55, "EECO08")):
        assert codes(record(age=age)) & {"EECO06", "EECO07", "EECO08"} == {wanted}
    assert codes(record(age=30)) & {"EECO06", "EECO07", "EECO08"} == set()


def test_who_comes_back_has_the_first_entry_and_the_last_exit() -> None:
    first = record(exit_={"exit": ["other"], "qualification": "no"}, left="2027-03-01")
    again = Record("talent", date(2027, 6, 1), date(2027, 9, 1), {"entry": {**ENTRY, "age": 35}, "exit": {"exit": ["employed"], "qualification": "yes"}})  # fmt: skip
    one = joined([again, first])
    assert (one.entry, one.exit) == (date(2027, 2, 1), date(2027, 9, 1))
    assert one.answers["entry"]["age"] == 34
    assert "EECR04" in codes(one)


def test_sums_are_by_group_and_within_the_period() -> None:
    people = [record(), record(gender="man", labour="employed"), record(gender="man")]
    old = Record("talent", date(2026, 12, 31), None, {"entry": ENTRY})
    found = [mark for one in (*people, old) for mark in countables(ESF, one)]
    sums = sums_of(ESF, found, YEAR)
    assert (sums["EECO01", EVERYBODY], sums["EECO01", "woman"], sums["EECO01", "man"]) == (3, 1, 2)
    assert (sums["EECO02", EVERYBODY], sums["EECO05", "man"]) == (2, 1)
    assert contradictions(ESF, sums) == []


def test_sums_that_do_not_agree_are_told() -> None:
    sums = dict(sums_of(ESF, countables(ESF, record()), YEAR))
    sums["EECO04", EVERYBODY] += 1
    sums["EECO03", "woman"] += 1
    told = {str(one) for one in contradictions(ESF, sums)}
    assert told == {
        "EECO02 + EECO04 + EECO05 is not EECO01.", "EECO03 is more than EECO02.",
    }  # fmt: skip


def test_small_numbers_of_special_categories_are_hidden_even_from_the_staff() -> None:
    people = [record(disability="yes"), record(gender="man", disability="yes")]
    sums = sums_of(ESF, [m for one in people for m in countables(ESF, one)], YEAR)
    rows = {row.key: row.values for row in without_special(funder_table(ESF, sums), ESF).rows}
    assert rows["EECO12"] == ("hidden", "hidden", "hidden", 0)
    assert rows["EECO01"] == (2, 1, 1, 0)


def test_hosts_are_asked_one_thing_and_counted_without_gender() -> None:
    host = Record("host", date(2027, 2, 1), None, {"entry": {"entity": "small"}})
    (found,) = countables(ESF, host)
    assert (found.code, found.group) == ("EECO19", EVERYBODY)


def test_every_text_of_the_files_is_known_to_the_catalogues() -> None:
    known = {one.text for one in TEXTS}
    for kept in indicator_sets().values():
        told: list[Message] = [one.label for one in kept.indicators.values()]
        for question in kept.questions.values():
            told += [question.label, *question.options.values()]
        assert {one.text for one in told} <= known


def broken(**changed: Any) -> Told:
    return {**json.loads((DATA / "esf_plus_2021.json").read_text()), **changed}


def _without(told: Told, name: str) -> Told:
    return {**told, "questions": [one for one in told["questions"] if one["name"] != name]}


def _with(told: Told, code: str, **changed: Any) -> Told:
    every = [{**one, **changed} if one["code"] == code else one for one in told["indicators"]]
    return {**told, "indicators": every}


WRONG: dict[str, Callable[[], Told]] = {
    "no such question": lambda: _without(broken(), "rural"),
    "breakdown": lambda: broken(breakdown="age"),
    "ends before": lambda: broken(until="2020-01-01"),
    "a rule names EECO99": lambda: broken(at_most=[["EECO99", "EECO01"]]),
    "no such option": lambda: _with(broken(), "EECO04", when={"labour": ["resting"]}),
    "the least and the most": lambda: _with(broken(), "EECO06", when={"age": [17]}),
    "special category": lambda: _with(broken(), "EECO12", special=False),
    "before it is asked": lambda: _with(broken(), "EECR03", at="entry"),
    "nothing counts": lambda: _with(broken(), "EECO17", when={}),
    "there twice": lambda: broken(indicators=broken()["indicators"] * 2),
    "KeyError": lambda: {"name": "esf_plus_2021"},
}


@pytest.mark.parametrize("reason", WRONG)
def test_a_file_that_contradicts_itself_is_refused(reason: str, tmp_path: Path) -> None:
    path = tmp_path / "esf_plus_2021.json"
    path.write_text(json.dumps(WRONG[reason]()))
    wanted = "no question rural" if reason == "no such question" else reason
    with pytest.raises(WrongFile, match=wanted):
        read_set(path)


def test_a_file_is_known_by_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps(broken()))
    with pytest.raises(WrongFile, match="not the file's"):
        read_set(path)


def test_a_new_period_is_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "esf_plus_2028.json"
    path.write_text(json.dumps(broken(name="esf_plus_2028", title="ESF+ 2028–2034")))
    assert read_set(path).title == "ESF+ 2028–2034"
