"""Answers for a funder: given by the person or beside them, sealed, counted, and let go."""

import csv
import io
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from server.access.model import StaffRole
from server.activity_log.queries import about_person
from server.people.model import PersonKind
from server.platform.errors import Invalid, NotFound
from server.platform.instance import Instance
from server.platform.work import Reading, Work
from server.privacy.erase import erase_person
from server.privacy.ledger import Manner, has_agreed, write_decision
from server.privacy.model import Consent, How
from server.privacy.texts import FUNDER, ShownText, choices, questions
from server.programmes.queries import participation
from server.programmes.service import finish
from server.reports.model import Counted, ExportTrail, FundedProgramme, FunderAnswers
from server.reports.privacy import PERSONAL_DATA
from server.reports.rules import Period
from server.reports.service import (
    Answering,
    ConsentMissing,
    Export,
    forget_old,
    fund,
    note_export,
    write_answers,
)
from tests.server.reports.scenes import table
from tests.support.page_reader import PageReader, Pairs
from tests.support.people import make_person
from tests.support.programmes import make_programme, take_part

ENTRY = {
    "gender": "woman", "age": 34, "labour": "unemployed", "education": "isced_3_4",
    "third_country": "yes", "foreign_background": "yes", "housing": "no", "rural": "no",
    "disability": "not_said", "minority": "no",
}  # fmt: skip


def sent(part_id: int | None = None, **changed: str) -> Pairs:
    told = {f"answer_{name}": str(value) for name, value in ENTRY.items()}
    told |= {"moment": "entry", "agree": "1", **changed}
    if part_id is not None:
        told["participation"] = str(part_id)
    return list(told.items())


@pytest.fixture
async def programme_id(instance: Instance) -> int:
    """Give a programme that a funder pays."""
    made = await make_programme(instance)
    await instance.work(fund, paid(made.id), by=1)
    return made.id


def paid(programme_id: int, **changed: Any) -> FundedProgramme:
    told = {
        "indicator_set": "esf_plus_2021",
        "operation": "VL-2026-7",
        "keep_until": date(2031, 12, 31),
    }
    return FundedProgramme(programme_id=programme_id, **{**told, **changed})


async def take(
    instance: Instance, programme_id: int, handle: str, kind: PersonKind = PersonKind.TALENT
) -> tuple[int, int]:
    person = await make_person(instance, handle, kind, None)
    return person.id, await take_part(instance, programme_id, person.id)


async def answer(instance: Instance, part_id: int, moment: str = "entry", **changed: Any) -> None:
    answers = {**ENTRY, **changed} if moment == "entry" else changed

    def unit(w: Work) -> None:
        part = participation(w, part_id)
        if not has_agreed(w, part.person_id, FUNDER):
            text = ShownText(FUNDER.name, FUNDER.version, "en", "The text that was shown")
            write_decision(w, part.person_id, text, given=True)
        write_answers(w, part, Answering(moment, answers))

    await instance.work(unit)


async def rows(instance: Instance) -> list[FunderAnswers]:
    return await instance.read(lambda r: list(r.session.scalars(select(FunderAnswers))))


async def test_somebody_answers_on_their_own_page(
    instance: Instance, sign_in: Any, programme_id: int
) -> None:
    person_id, part_id = await take(instance, programme_id, "tala")
    tala: PageReader = await sign_in(person_id)
    assert await tala.get("/settings/funder-questions") == 200
    assert "not answered yet" in tala.text
    path = f"/settings/funder-questions?participation={part_id}"
    assert await tala.get(path) == 200
    assert "I prefer not to say" in tala.text
    assert await tala.post("/settings/funder-questions", sent(part_id)) == 303
    await tala.get("/settings/funder-questions")
    assert "complete" in tala.text
    assert await instance.read(has_agreed, person_id, FUNDER)
    await tala.get(path)
    assert ("answer_gender", "woman") in tala.form("/settings/funder-questions")
    assert ("answer_age", "34") in tala.form("/settings/funder-questions")
    (row,) = await rows(instance)
    assert b"woman" not in row.sealed
    assert row.moments["entry"] == {"on": "2026-11-23", "by": "self", "complete": True}


async def test_without_consent_nothing_is_kept(
    instance: Instance, sign_in: Any, programme_id: int
) -> None:
    person_id, part_id = await take(instance, programme_id, "tala")
    tala: PageReader = await sign_in(person_id)
    await tala.get(f"/settings/funder-questions?participation={part_id}")
    assert await tala.post("/settings/funder-questions", sent(part_id, agree="")) == 422
    # What was filled in is still there.
    assert ("answer_gender", "woman") in tala.form("/settings/funder-questions")
    assert await rows(instance) == []
    with pytest.raises(ConsentMissing):
        await instance.work(
            lambda w: write_answers(w, participation(w, part_id), Answering("entry", ENTRY))
        )


async def test_a_part_of_the_answers_is_kept_and_not_counted(
    instance: Instance, sign_in: Any, programme_id: int
) -> None:
    person_id, part_id = await take(instance, programme_id, "tala")
    tala: PageReader = await sign_in(person_id)
    await tala.get(f"/settings/funder-questions?participation={part_id}")
    assert await tala.post("/settings/funder-questions", sent(part_id, answer_rural="")) == 303
    await tala.get("/settings/funder-questions")
    assert "begun" in tala.text
    admin = await make_person(instance, "ada", PersonKind.ORGANISATION)
    ada: PageReader = await sign_in(admin.id, [StaffRole.ADMIN])
    await ada.get("/staff/numbers")
    assert "1 person is not counted for the funder" in ada.text
    assert table(ada, "esf_plus_2021")["EECO01 Participants in total"] == ["0", "0", "0", "0"]


@pytest.mark.parametrize(
    "changed",
    [
        {"answer_age": "7"}, {"answer_age": "old"}, {"answer_gender": "robot"},
        {"moment": "exit"}, {"moment": "never"},
    ],
)  # fmt: skip
async def test_an_impossible_answer_changes_nothing(
    instance: Instance, sign_in: Any, programme_id: int, changed: dict[str, str]
) -> None:
    person_id, part_id = await take(instance, programme_id, "tala")
    tala: PageReader = await sign_in(person_id)
    await tala.get(f"/settings/funder-questions?participation={part_id}")
    assert await tala.post("/settings/funder-questions", sent(part_id, **changed)) == 422
    assert await rows(instance) == []


async def test_nobody_else_reads_or_answers(
    instance: Instance, sign_in: Any, programme_id: int
) -> None:
    _, part_id = await take(instance, programme_id, "tala")
    other, own_part = await take(instance, programme_id, "mo", PersonKind.MENTOR)
    mentor: PageReader = await sign_in(other)
    await mentor.get("/settings")
    for number in (part_id, own_part, 12345):  # mentors are asked nothing
        assert await mentor.get(f"/settings/funder-questions?participation={number}") == 404
        assert await mentor.post("/settings/funder-questions", sent(number)) == 404
    beside = f"/staff/numbers/{programme_id}/answers/{part_id}"
    assert await mentor.get(beside) == 403
    assert await mentor.post(beside, sent()) == 403
    await mentor.get("/settings/funder-questions")
    assert "No funder asks you anything." in mentor.text
    assert await rows(instance) == []


async def test_a_programme_without_a_funder_asks_nothing(instance: Instance, sign_in: Any) -> None:
    made = await make_programme(instance)
    person_id, part_id = await take(instance, made.id, "tala")
    tala: PageReader = await sign_in(person_id)
    assert await tala.get(f"/settings/funder-questions?participation={part_id}") == 404


async def test_staff_beside_the_person_write_and_do_not_read(
    instance: Instance, sign_in: Any, programme_id: int
) -> None:
    person_id, part_id = await take(instance, programme_id, "tala")
    await answer(instance, part_id, gender="man")
    cora = await make_person(instance, "cora", PersonKind.ORGANISATION)
    staff: PageReader = await sign_in(cora.id, [StaffRole.COORDINATOR])
    path = f"/staff/numbers/{programme_id}/answers/{part_id}"
    assert await staff.get(f"/staff/numbers/{programme_id}/funder") == 200
    assert path in staff.body
    assert await staff.get(path) == 200
    assert not any(name.startswith("answer_gender") for name, _ in staff.form(path))
    assert await staff.post(path, sent()) == 303
    (row,) = await rows(instance)
    assert row.moments["entry"]["by"] == "staff"
    log = await instance.read(about_person, person_id)
    assert "write_funder_answers" in [one.verb for one in log]
    assert await staff.get(f"/staff/numbers/{programme_id + 1}/answers/{part_id}") == 404


async def test_consent_beside_a_coach_says_so(
    instance: Instance, sign_in: Any, programme_id: int
) -> None:
    person_id, part_id = await take(instance, programme_id, "tala")
    cora = await make_person(instance, "cora", PersonKind.ORGANISATION)
    staff: PageReader = await sign_in(cora.id, [StaffRole.COORDINATOR])
    path = f"/staff/numbers/{programme_id}/answers/{part_id}"
    await staff.get(path)
    assert await staff.post(path, sent(agree="")) == 422
    assert await staff.post(path, sent()) == 303

    def read(r: Reading) -> Consent | None:
        return r.session.scalar(
            select(Consent).where(Consent.person_id == person_id, Consent.purpose == "funder")
        )

    given = await instance.read(read)
    assert given is not None
    assert given.how == How.COACH
    assert given.login_id is not None


async def test_a_coach_of_another_programme_may_not(
    instance: Instance, sign_in: Any, programme_id: int
) -> None:
    _, part_id = await take(instance, programme_id, "tala")
    coach = await make_person(instance, "cees", PersonKind.ORGANISATION)
    staff: PageReader = await sign_in(coach.id, [StaffRole.COACH])
    assert await staff.get(f"/staff/numbers/{programme_id}/answers/{part_id}") == 403


async def test_the_end_and_half_a_year_later_are_asked_in_their_time(
    instance: Instance, sign_in: Any, programme_id: int
) -> None:
    _, part_id = await take(instance, programme_id, "tala")
    await answer(instance, part_id)
    with pytest.raises(NotFound):
        await answer(instance, part_id, "exit", exit=["employed"], qualification="yes")
    await instance.work(lambda w: finish(w, part_id, outcome="job_permanent", by=None))
    await answer(instance, part_id, "exit", exit=["employed"], qualification="yes")
    with pytest.raises(NotFound):
        await answer(instance, part_id, "later", work_later="yes")
    instance.clock.move(timedelta(days=182))  # type: ignore[attr-defined]  # the clock of tests
    await answer(instance, part_id, "later", work_later="yes")
    admin = await make_person(instance, "ada", PersonKind.ORGANISATION)
    ada: PageReader = await sign_in(admin.id, [StaffRole.ADMIN])
    await ada.get("/staff/numbers?since=2026-01-01")
    found = table(ada, "esf_plus_2021")
    assert found["EECR04 In work at the end"] == ["1", "1", "0", "0"]
    assert found["EECR05 In work six months later"] == ["1", "1", "0", "0"]
    assert found["EECR06 Better work six months later"] == ["0", "0", "0", "0"]


async def test_consent_taken_back_deletes_the_answers_and_keeps_the_sum(
    instance: Instance, sign_in: Any, programme_id: int
) -> None:
    person_id, part_id = await take(instance, programme_id, "tala")
    await answer(instance, part_id, disability="yes")
    admin = await make_person(instance, "ada", PersonKind.ORGANISATION)
    ada: PageReader = await sign_in(admin.id, [StaffRole.ADMIN])
    await ada.get("/staff/numbers?since=2026-11-01")
    before = table(ada, "esf_plus_2021")
    text = ShownText(FUNDER.name, FUNDER.version, "en", "The text that was shown")
    await instance.work(lambda w: write_decision(w, person_id, text, given=False, manner=Manner()))
    assert await rows(instance) == []
    await ada.get("/staff/numbers?since=2026-11-01")
    assert table(ada, "esf_plus_2021") == before
    assert before["EECO01 Participants in total"] == ["1", "1", "0", "0"]
    assert before["EECO12 With disabilities"][0] == "hidden"


async def test_an_erasure_takes_the_answers_along_and_no_mark_leads_to_another(
    instance: Instance, programme_id: int
) -> None:
    person_id, part_id = await take(instance, programme_id, "tala")
    await answer(instance, part_id)
    await instance.work(
        lambda w: erase_person(w, instance.features, person_id=person_id, login_id=None)
    )
    assert await rows(instance) == []

    def read(r: Reading) -> list[tuple[int, dict[str, Any]]]:
        kept = r.session.scalars(select(Counted).where(Counted.kind == "answer"))
        return [(one.source_id, one.facts) for one in kept]

    marks = await instance.read(read)
    assert {one["code"] for _, one in marks} == {
        "EECO01", "EECO02", "EECO10", "EECO13", "EECO14",
    }  # fmt: skip
    numbers = sorted(number for number, _ in marks)
    assert min(b - a for a, b in pairwise(numbers)) > 2**30
    assert all(one["on"] == "2026-11-01" for _, one in marks)


async def test_on_the_day_the_funder_names_answers_go(
    instance: Instance, programme_id: int
) -> None:
    _, part_id = await take(instance, programme_id, "tala")
    await answer(instance, part_id)
    await instance.work(forget_old)
    assert len(await rows(instance)) == 1
    await instance.work(fund, paid(programme_id, keep_until=date(2026, 11, 24)), by=1)
    instance.clock.move(timedelta(days=2))  # type: ignore[attr-defined]  # the clock of tests
    await instance.work(forget_old)
    assert await rows(instance) == []


@pytest.mark.parametrize("wrong", [{"indicator_set": "other"}, {"keep_until": date(2026, 11, 23)}])
async def test_a_funder_is_written_down_right(instance: Instance, wrong: dict[str, Any]) -> None:
    made = await make_programme(instance)
    with pytest.raises(Invalid):
        await instance.work(fund, paid(made.id, **wrong), by=1)


async def test_a_copy_of_ones_data_has_the_answers(instance: Instance, programme_id: int) -> None:
    person_id, part_id = await take(instance, programme_id, "tala")
    await answer(instance, part_id)
    given = await instance.read(PERSONAL_DATA.export, person_id)
    assert given["funder_answers"][0]["answers"]["entry"] == ENTRY


async def test_only_an_admin_with_a_reason_gets_the_file_about_participants(
    instance: Instance, sign_in: Any, programme_id: int
) -> None:
    person_id, part_id = await take(instance, programme_id, "tala")
    await answer(instance, part_id)
    cora = await make_person(instance, "cora", PersonKind.ORGANISATION)
    ada_person = await make_person(instance, "ada", PersonKind.ORGANISATION)
    staff: PageReader = await sign_in(cora.id, [StaffRole.COORDINATOR])
    ada: PageReader = await sign_in(ada_person.id, [StaffRole.ADMIN])
    path = f"/staff/numbers/{programme_id}/participants"
    await staff.get(f"/staff/numbers/{programme_id}/funder")
    assert path not in staff.body
    assert await staff.post(path, [("reason", "audit")]) == 403
    await ada.get(f"/staff/numbers/{programme_id}/funder")
    assert await ada.post(path, [("reason", "  ")]) == 422
    assert await ada.post(path, [("reason", "=Audit of 2026")]) == 200
    (line,) = csv.DictReader(io.StringIO(ada.body.removeprefix("\ufeff")))
    assert line["operation"] == "VL-2026-7"
    assert line["participant"].startswith("P-")
    assert (line["gender"], line["disability"], line["complete"]) == ("woman", "not_said", "yes")
    assert line["indicators"] == "EECO01 EECO02 EECO10 EECO13 EECO14"
    for secret in (str(person_id), str(part_id), "tala"):
        assert secret not in ada.body

    def read(r: Reading) -> list[tuple[str, str | None]]:
        taken = r.session.scalars(select(ExportTrail))
        return [(one.what, one.reason) for one in taken]

    assert await instance.read(read) == [("participants", "=Audit of 2026")]
    await ada.get("/staff/numbers")
    assert "=Audit of 2026" in ada.text


async def test_the_trail_goes_after_ten_years(instance: Instance) -> None:
    taken = Export(
        what="numbers", form="csv", programme_id=None, hides_small=True,
        period=Period(date(2026, 1, 1), date(2026, 11, 23)),
    )  # fmt: skip
    await instance.work(note_export, taken, by=1)

    def count(r: Reading) -> int:
        return len(r.session.scalars(select(ExportTrail)).all())

    instance.clock.move(timedelta(days=3_660))  # type: ignore[attr-defined]  # the clock of tests
    await instance.work(forget_old)
    assert await instance.read(count) == 0


async def test_a_host_is_asked_what_it_is(
    instance: Instance, sign_in: Any, programme_id: int
) -> None:
    person_id, part_id = await take(instance, programme_id, "hal", PersonKind.EMPLOYER)
    host: PageReader = await sign_in(person_id)
    await host.get(f"/settings/funder-questions?participation={part_id}")
    told = [("participation", str(part_id)), ("answer_entity", "small"), ("agree", "1")]
    assert await host.post("/settings/funder-questions", told) == 303
    admin = await make_person(instance, "ada", PersonKind.ORGANISATION)
    ada: PageReader = await sign_in(admin.id, [StaffRole.ADMIN])
    await ada.get("/staff/numbers")
    found = table(ada, "esf_plus_2021")
    assert found["EECO19 Micro, small and medium-sized firms"] == ["1", "", "", ""]


def test_nobody_is_asked_for_this_consent_while_joining() -> None:
    assert FUNDER not in questions(PersonKind.TALENT)
    assert FUNDER in choices(PersonKind.TALENT)
