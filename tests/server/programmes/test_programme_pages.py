"""The pages of programmes: the staff's way from a draft to the end, and who is kept out."""

import re

import pytest
from sqlalchemy import select

from server.access.model import StaffRole
from server.activity_log.model import LogEntry
from server.people.model import PersonKind
from server.platform.instance import Instance
from server.programmes import leading
from server.programmes.model import ParticipationState, ProgrammeState
from server.programmes.queries import (
    agreement_of,
    participation,
    participations_of,
    programme,
    staff_of,
    weights_of,
)
from server.programmes.rules import SIGNALS
from tests.server.programmes.conftest import SignIn
from tests.support.page_reader import PageReader
from tests.support.programmes import agree, make_programme, take_part

S = ProgrammeState


async def test_staff_bring_a_programme_from_a_draft_to_its_end(
    instance: Instance, cora: PageReader, anybody: PageReader
) -> None:
    assert await cora.get("/staff/programmes/new") == 200
    typed = [
        *((n, v) for n, v in cora.form("/staff/programmes/new") if n not in {"name-en", "places"}),
        ("kind", "mentoring"), ("name-en", "Together to work"), ("places", "10"),
    ]  # fmt: skip
    assert await cora.post("/staff/programmes/new", typed) == 303
    where = cora.headers["Location"]
    programme_id = int(where.rsplit("/", 1)[1])
    assert await cora.get(where) == 200
    assert "Write the agreement first." in cora.text
    assert await cora.post(f"{where}/state", [("state", "call")]) == 422
    assert await anybody.get(f"/programmes/{programme_id}") == 404
    texts = [("agreement-en", "Every two weeks."), ("conduct-en", "Be kind.")]
    assert await cora.post(f"{where}/agreement", texts) == 303
    for state in ("call", "matching", "running", "closing", "closed"):
        assert await cora.post(f"{where}/state", [("state", state)]) == 303, cora.text
        assert (await instance.read(programme, programme_id)).state == state
        assert await anybody.get(f"/programmes/{programme_id}") == 200
        assert "Every two weeks." in anybody.text
    assert await cora.post(f"{where}/state", [("state", "call")]) == 409
    assert "cannot be done now" in cora.text
    assert await cora.post(f"{where}/agreement", texts) == 409
    assert await anybody.get("/programmes") == 200
    assert "Together to work" in anybody.text


async def test_a_change_of_the_scoring_is_a_new_version_that_all_can_read(
    instance: Instance, cora: PageReader, anybody: PageReader
) -> None:
    made = await make_programme(instance)
    page = f"/staff/programmes/{made.id}/scoring"
    await cora.get(page)
    typed = dict(cora.form(page)) | {"language": "77", "threshold": "55", "floor_language": "A2"}
    assert await cora.post(page, list(typed.items())) == 303
    now = await instance.read(weights_of, made.id)
    assert (now.version, now.weights["language"], now.threshold) == (2, 77, 55)
    assert now.floors["language"] == "A2"
    former = await instance.read(weights_of, made.id, 1)
    assert dict(former.weights) == dict(SIGNALS)
    await anybody.get(f"/programmes/{made.id}")
    assert re.search(r"common language\s+77", anybody.text)
    assert "Version 2" in anybody.text
    assert "We never use: nationality" in anybody.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"language": "-1"}, {"language": "101"}, {"language": "many"}, {"threshold": "1e9"},
        {"floor_language": "Z9"}, {"floor_distance": "moon"}, {"floor_availability": "99"},
        dict.fromkeys(SIGNALS, "0"),
    ],
)  # fmt: skip
async def test_scoring_that_makes_no_sense_changes_nothing(
    instance: Instance, cora: PageReader, wrong: dict[str, str]
) -> None:
    made = await make_programme(instance)
    page = f"/staff/programmes/{made.id}/scoring"
    await cora.get(page)
    assert await cora.post(page, list((dict(cora.form(page)) | wrong).items())) == 422
    assert (await instance.read(weights_of, made.id)).version == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name-en": ""}, {"name-en": "x" * 121}, {"starts_on": "soon"}, {"starts_on": "0001-01-01"},
        {"starts_on": "2026-05-02", "ends_on": "2026-05-01"}, {"places": "0"}, {"places": "-3"},
        {"check_in_weeks": "one"}, {"check_in_weeks": "0"}, {"check_in_weeks": "1," * 40},
        {"check_in_every": "0"}, {"silence_days": "9999999999999999999999"},
        {"regions[]": "<b>"}, {"kind": "party"},
    ],
)  # fmt: skip
async def test_a_plan_that_makes_no_sense_comes_back(
    cora: PageReader, wrong: dict[str, str]
) -> None:
    await cora.get("/staff/programmes/new")
    typed = dict(cora.form("/staff/programmes/new")) | {"name-en": "Fine", "kind": "coaching"}
    assert await cora.post("/staff/programmes/new", list((typed | wrong).items())) == 422
    assert await cora.get("/staff/programmes") == 200
    assert "Fine" not in cora.text


async def test_what_was_typed_is_shown_as_text(
    instance: Instance, cora: PageReader, anybody: PageReader
) -> None:
    made = await make_programme(instance, name="<script>alert(1)</script>")
    for path in ("/programmes", f"/programmes/{made.id}"):
        await anybody.get(path)
        assert "<script>alert" not in anybody.body
    await cora.get(f"/staff/programmes/{made.id}/change")
    assert "<script>alert" not in cora.body


async def test_a_programme_is_changed(instance: Instance, cora: PageReader) -> None:
    made = await make_programme(instance)
    page = f"/staff/programmes/{made.id}/change"
    await cora.get(page)
    typed = dict(cora.form(page)) | {"name-en": "New name", "check_in_weeks": "٢، 6;"}
    assert await cora.post(page, list(typed.items())) == 303
    row = await instance.read(programme, made.id)
    assert (row.name["en"], row.check_in_weeks) == ("New name", (2, 6))
    assert row.state is S.MATCHING


async def test_an_agreement_needs_both_texts(instance: Instance, cora: PageReader) -> None:
    made = await make_programme(instance)
    page = f"/staff/programmes/{made.id}/agreement"
    for wrong in ([("agreement-en", "Only one")], [], [("agreement-en", "x" * 8001)]):
        assert await cora.get(page) == 200
        assert await cora.post(page, wrong) == 422
    assert (await instance.read(agreement_of, made.id)).version == 1


async def test_pages_of_staff_are_for_those_who_work_there(
    instance: Instance, sign_in: SignIn, anybody: PageReader
) -> None:
    made = await make_programme(instance)
    ann, ann_id = await sign_in("ann")
    part = await take_part(instance, made.id, ann_id)
    mod, _ = await sign_in("mod", PersonKind.ORGANISATION, StaffRole.MODERATOR)
    coach, _ = await sign_in("coach", PersonKind.ORGANISATION, StaffRole.COACH)
    one, login_less = await sign_in("one", PersonKind.ORGANISATION, StaffRole.COORDINATOR)
    two, _ = await sign_in("two", PersonKind.ORGANISATION, StaffRole.COORDINATOR)
    paths = [
        "/staff/programmes", "/staff/programmes/new", f"/staff/programmes/{made.id}",
        f"/staff/programmes/{made.id}/scoring", f"/staff/programmes/{made.id}/agreement",
        f"/staff/programmes/{made.id}/change", f"/staff/programmes/{made.id}/people",
        f"/staff/programmes/people/{part}",
    ]  # fmt: skip
    for path in paths:
        for reader in (ann, mod, coach):
            assert await reader.get(path) == 403, path
        assert await anybody.get(path) in {302, 303, 401}, path
        assert await two.get(path) == 200, path
    # A programme that names its own coordinator is closed to others.
    await one.get(f"/staff/programmes/{made.id}")
    team = {n: "" for n, _ in one.form(f"/staff/programmes/{made.id}/team") if n != "form_token"}
    labels = {label.get_text(): str(label["for"]) for label in one.page.select("label")}
    mine = next(name for text, name in labels.items() if "one" in text)
    pairs = list((team | {mine: "coordinator"}).items())
    assert await one.post(f"/staff/programmes/{made.id}/team", pairs) == 303
    assert list((await instance.read(staff_of, made.id)).values()) == ["coordinator"]
    for path in paths[2:]:
        assert await one.get(path) == 200, path
        assert await two.get(path) == 403, path
    assert await two.post(f"/staff/programmes/{made.id}/people", [("handle", "@ann")]) == 403
    for verb in ("accept", "refuse", "pause", "resume", "intake", "seen", "training"):
        assert await ann.post(f"/staff/programmes/people/{part}/{verb}") == 403
        assert await two.post(f"/staff/programmes/people/{part}/{verb}") == 403
    assert await two.post(f"/staff/programmes/{made.id}/state", [("state", "closing")]) == 403
    assert await two.post(f"/staff/programmes/{made.id}/scoring") == 403
    assert await one.get("/staff/programmes/99/people") == 404
    assert await one.get("/staff/programmes/people/99") == 404
    assert login_less


async def test_staff_take_somebody_in_and_each_look_is_written_down(
    instance: Instance, cora: PageReader, sign_in: SignIn
) -> None:
    made = await make_programme(instance, state=S.CALL)
    ann, ann_id = await sign_in("ann")
    part = await take_part(
        instance, made.id, ann_id, "talent", accepted=False, wishes="A baker, please"
    )
    await cora.get(f"/staff/programmes/{made.id}/people")
    assert "waits for 0 days" in cora.text
    page = f"/staff/programmes/people/{part}"
    assert await cora.get(page) == 200
    assert "A baker, please" in cora.text
    looks = await instance.read(
        lambda r: r.session.scalars(
            select(LogEntry).where(LogEntry.verb == "look_at_profile")
        ).all()
    )
    assert [(one.subject_id, one.about["purpose"]) for one in looks] == [(str(ann_id), "matching")]
    talk = [("intake_on", "2026-02-02"), ("intake", "Speaks good Dutch")]
    assert await cora.post(f"{page}/intake", talk) == 303
    await ann.get("/settings/programmes")
    assert "Speaks good Dutch" in ann.text
    assert await cora.post(f"{page}/accept") == 303
    assert (await instance.read(participation, part)).state is ParticipationState.ACCEPTED
    assert await cora.post(f"{page}/accept") == 409
    assert await cora.post(f"{page}/refuse") == 409
    assert await cora.post(f"{page}/pause", [("until", "tomorrow")]) == 422
    assert await cora.post(f"{page}/pause", [("until", "1999-01-01")]) == 422
    assert await cora.post(f"{page}/pause") == 303
    assert await cora.post(f"{page}/resume") == 303
    assert await cora.post(f"{page}/explode") == 404


async def test_staff_note_an_application_given_on_paper(
    instance: Instance, cora: PageReader, sign_in: SignIn
) -> None:
    made = await make_programme(instance)
    over = await make_programme(instance, state=S.CLOSED)
    _, ann_id = await sign_in("ann")
    page = f"/staff/programmes/{made.id}/people"
    await cora.get(page)
    assert await cora.post(page, [("handle", "@ann")]) == 422  # no consent in the ledger
    assert await instance.read(participations_of, ann_id) == []
    await instance.work(agree, ann_id)
    for wrong in ("", "@nobody", "x" * 5000, "<b>", "@ann@far.example"):
        assert await cora.post(page, [("handle", wrong)]) == 422
    assert await cora.post(f"/staff/programmes/{over.id}/people", [("handle", "@ann")]) == 409
    assert await cora.post(page, [("handle", "@ann")]) == 303
    assert await cora.post(page, [("handle", "@ann")]) == 409
    (row,) = await instance.read(participations_of, ann_id)
    assert row.state is ParticipationState.APPLIED


async def test_what_staff_saw_of_a_mentor_is_a_day_and_never_a_document(
    instance: Instance, cora: PageReader, sign_in: SignIn
) -> None:
    made = await make_programme(instance)
    max_, max_id = await sign_in("max", PersonKind.MENTOR)
    part = await take_part(instance, made.id, max_id, "mentor")
    page = f"/staff/programmes/people/{part}"
    assert await cora.get(page) == 200
    seen = [("identity", "2025-12-01"), ("check", "2025-12-02")]
    assert await cora.post(f"{page}/seen", seen) == 303
    for wrong in ([("what", "First day")], [("what", ""), ("on", "2025-11-01")],
                  [("what", "Later"), ("on", "2199-01-01")]):  # fmt: skip
        assert await cora.post(f"{page}/training", wrong) == 422
    assert await cora.post(f"{page}/training", [("what", "First day"), ("on", "2025-11-01")]) == 303
    await max_.get("/settings/programmes")
    assert "First day" in max_.text
    assert "2 December 2025" in max_.text
    assert await max_.post("/settings/programmes/guide") == 303
    await max_.get("/settings/programmes")
    assert "Read on" in max_.text
    assert 'type="file"' not in cora.body
    # Who is no mentor has no such record.
    ann, ann_id = await sign_in("ann")
    talent = await take_part(instance, made.id, ann_id, "talent")
    assert await cora.post(f"/staff/programmes/people/{talent}/seen", seen) == 404
    await ann.get("/settings/programmes")
    assert await ann.post("/settings/programmes/guide") == 404


async def test_a_state_that_does_not_exist_is_refused(instance: Instance, cora: PageReader) -> None:
    made = await make_programme(instance)
    await cora.get(f"/staff/programmes/{made.id}")
    for state in ("", "draft", "party", "x" * 300):
        assert await cora.post(f"/staff/programmes/{made.id}/state", [("state", state)]) == 422
    await instance.work(leading.run_programme, made.id, by=None)
    assert (await instance.read(programme, made.id)).state is S.RUNNING
