"""Check-ins, surveys and reasons in reports: sums of several programmes, no single survey."""

from collections import Counter
from datetime import UTC, date

import pytest

from server.coaching.model import Moment
from server.coaching.queries import CheckInCounts, SurveySums
from server.platform.instance import Instance
from server.reports.following import _check_ins, _reasons, _surveys, following_tables
from server.reports.rules import Period
from tests.support.programmes import make_programme


def counts(asked: int) -> CheckInCounts:
    return CheckInCounts(asked=asked, answered=asked - 1, met=2, useful=1, a_little=1, wants_help=0)


def sums(answered: int, total: int) -> dict[Moment, SurveySums]:
    none = SurveySums(asked=0, answered=0, sums={}, answered_each={})
    some = SurveySums(
        asked=9,
        answered=answered,
        sums={"confidence": total},
        answered_each={"confidence": answered},
    )
    return {Moment.START: some, Moment.MIDDLE: none, Moment.END: none}


def test_check_ins_of_several_programmes_are_added() -> None:
    table = _check_ins([counts(3), counts(4)])
    assert table is not None
    assert [row.values[0] for row in table.rows] == [7, 5, 4, 2, 2, 0]


@pytest.mark.parametrize(("each", "shown"), [((2, 2), "hidden"), ((3, 2), 3.4), ((5, 0), 3.4)])
def test_a_mean_of_fewer_than_five_is_hidden_from_everybody(
    each: tuple[int, int], shown: float | str
) -> None:
    table = _surveys([sums(each[0], 10), sums(each[1], 7)])
    assert table is not None
    rows = {row.key: row.values for row in table.rows}
    assert rows["confidence"] == (shown, None, None)
    assert rows["answered"] == (sum(each), 0, 0)


def test_reasons_are_counted_by_their_code() -> None:
    table = _reasons(Counter(low_skills=2, few_vacancies=1))
    assert table is not None
    assert {row.key: row.values[0] for row in table.rows if row.values[0]} == {
        "few_vacancies": 1,
        "low_skills": 2,
    }


async def test_what_nobody_was_asked_has_no_table(instance: Instance) -> None:
    made = await make_programme(instance)
    period = Period(date(2026, 1, 1), date(2026, 11, 23))
    assert await instance.read(following_tables, [made.id], period, UTC) == ()
