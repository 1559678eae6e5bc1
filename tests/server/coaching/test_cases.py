"""Cases: who may open one, that every time is written down, and what staff write into it."""

import pytest
from sqlalchemy import update

from server.access.model import StaffRole
from server.coaching.cases import READ, openings_of
from server.coaching.model import CaseNote, Obstacle, Reference, StaffTask
from server.coaching.queries import register_rows
from server.privacy.ledger import write_decision
from server.privacy.texts import REFERRAL, ShownText
from server.programmes import leading
from server.programmes.model import Participation
from tests.support.people import make_login


def at(scene, verb=""):
    path = f"/staff/cases/{scene.talent}"
    return f"{path}/{scene.part}/{verb}" if verb else path


async def opened(scene, who="carl"):
    reader = scene.readers[who]
    assert await reader.get(f"{at(scene)}?purpose=coaching") == 200
    return reader


async def do(reader, scene, verb, *pairs):
    return await reader.post(at(scene, verb), [("purpose", "coaching"), *pairs])


async def agree_to_referral(scene):
    text = ShownText(REFERRAL.name, REFERRAL.version, "en", "Shown")
    await scene.instance.work(write_decision, scene.talent, text, given=True)


async def test_only_the_coach_in_charge_and_coordinators_of_the_programme_see_a_case(
    scene, anybody
):
    wanted = {"carl": 200, "cora": 200, "olga": 404, "mo": 403, "ada": 403, "tia": 403}
    for name, status in wanted.items():
        assert await scene.readers[name].get(at(scene)) == status, name
        assert await scene.readers[name].get(f"{at(scene)}?purpose=duty") == status, name
    assert await anybody.get(at(scene)) in {303, 401}
    assert len(await scene.log(READ)) == 2


async def test_a_coordinator_of_another_programme_sees_nothing(scene):
    other = await make_login(scene.instance, [], "c2@ours.example", roles=[StaffRole.COORDINATOR])
    staff = {scene.coach: "coach", other.id: "coordinator"}
    await scene.instance.work(leading.set_staff, scene.programme, staff, by=None)
    await scene.reads_cora.get("/staff/cases")
    assert "Tia" not in scene.reads_cora.text
    assert await scene.reads_cora.get(at(scene)) == 404


async def test_the_register_lists_only_ones_own_cases_and_opens_none(scene):
    await scene.reads_carl.get("/staff/cases")
    assert "Tia" in scene.reads_carl.text
    assert "Max" not in scene.reads_carl.text
    await scene.reads_cora.get("/staff/cases")
    assert "Max" in scene.reads_cora.text
    await scene.reads_olga.get("/staff/cases")
    assert "Tia" not in scene.reads_olga.text
    assert await scene.log(READ) == []


async def test_a_case_opens_for_a_reason_and_the_person_reads_who_when_and_why(scene):
    carl = scene.reads_carl
    assert await carl.get(at(scene)) == 200
    assert "Why do you look?" in carl.text
    assert "A new note" not in carl.text
    assert await carl.get(f"{at(scene)}?purpose=curious") == 422
    assert await carl.get(f"{at(scene)}?purpose=matching") == 422
    assert await carl.get(f"{at(scene)}?purpose=coaching&part=7") == 404
    assert await scene.log(READ) == []
    await opened(scene)
    (entry,) = await scene.log(READ)
    assert (entry.subject_id, entry.login_id) == (str(scene.talent), scene.coach)
    assert entry.about == {"purpose": "coaching", "role": "coach"}
    await scene.reads_tia.get("/settings/coaching")
    assert "A coach. To help you as your coach." in scene.reads_tia.text
    assert await scene.instance.read(openings_of, scene.mentor) == []


async def test_a_case_is_kept_by_no_browser(scene):
    carl = await opened(scene)
    assert "no-store" in carl.headers["Cache-Control"]


async def test_notes_are_sealed_and_the_person_knows_that_they_exist(scene):
    carl = await opened(scene)
    assert await do(carl, scene, "note", ("text", "Likes to <i>walk</i>")) == 303
    (note,) = await scene.rows(CaseNote)
    assert b"walk" not in note.text_sealed
    cora = await opened(scene, "cora")
    assert "Likes to <i>walk</i>" in cora.text
    assert "Carl" in cora.text
    await scene.reads_tia.get("/settings/coaching")
    assert "There is 1 note about you." in scene.reads_tia.text
    assert "walk" not in scene.reads_tia.text
    assert len(await scene.log("write_case_note")) == 1


@pytest.mark.parametrize(
    ("verb", "pairs"),
    [
        ("note", [("text", "  ")]),
        ("note", [("text", "x" * 4001)]),
        ("reference", [("service", "doctor"), ("on", "")]),
        ("reference", [("service", "housing"), ("on", "2027-01-01")]),
        ("reference", [("service", "housing"), ("on", "1900-01-01")]),
        ("reference", [("service", "housing"), ("on", "tomorrow")]),
        ("obstacles", [("obstacles[]", "religion")]),
        ("outcome", [("outcome", "rich")]),
        ("outcome", []),
        ("hand-over", [("colleague", "1"), ("why", "Please")]),
        ("story", [("called", ""), ("story", "x")]),
        ("story", [("called", "T"), ("story", "x"), ("link", "javascript:alert(1)")]),
        ("story", [("called", "T"), ("story", "x"), ("link", "https://a b")]),
        ("story", [("called", "T"), ("story", "x"), ("link", "https://[")]),
    ],
)
async def test_nonsense_is_refused_with_the_case_and_changes_nothing(scene, verb, pairs):
    await agree_to_referral(scene)
    carl = await opened(scene)
    assert await do(carl, scene, verb, *pairs) == 422
    for table in (CaseNote, Reference, Obstacle, StaffTask):
        assert await scene.rows(table) == []
    (part,) = await scene.rows(Participation, Participation.id == scene.part)
    assert (part.state, part.login_id) == ("accepted", scene.coach)


@pytest.mark.parametrize(
    "verb",
    ["note", "reference", "result", "obstacles", "outcome", "hand-over", "story", "paper"],
)
async def test_others_write_into_no_case(scene, verb):
    await scene.reads_olga.get("/staff/cases")
    assert await do(scene.reads_olga, scene, verb, ("text", "x")) == 404
    await scene.reads_mo.get("/settings")
    assert await do(scene.reads_mo, scene, verb, ("text", "x")) == 403
    other = f"/staff/cases/{scene.mentor}/{scene.part}/{verb}"
    carl = await opened(scene)
    assert await carl.post(other, [("text", "x")]) == 404
    assert await scene.rows(CaseNote) == []


async def test_a_reference_needs_consent_and_holds_a_kind_and_a_result_only(scene):
    carl = await opened(scene)
    assert await do(carl, scene, "reference", ("service", "housing")) == 422
    assert "has not agreed to help from partner organisations" in carl.text
    await agree_to_referral(scene)
    sent = [("service", "housing"), ("on", "2026-11-20")]
    assert await do(carl, scene, "reference", *sent) == 303
    (row,) = await scene.rows(Reference)
    assert (row.service, row.result, row.referred_on.isoformat()) == (
        "housing", "open", "2026-11-20",
    )  # fmt: skip
    result = [("reference", str(row.id)), ("result", "helped")]
    assert await do(carl, scene, "result", ("reference", "5"), ("result", "helped")) == 404
    assert await do(carl, scene, "result", ("reference", str(row.id)), ("result", "?")) == 422
    assert await do(carl, scene, "result", *result) == 303
    await scene.reads_tia.get("/settings/coaching")
    assert "Housing service – It helped" in scene.reads_tia.text


async def test_obstacles_are_codes_that_the_person_sees(scene):
    carl = await opened(scene)
    both = [("obstacles[]", "low_skills"), ("obstacles[]", "few_vacancies")]
    assert await do(carl, scene, "obstacles", *both) == 303
    assert await do(carl, scene, "obstacles", both[0]) == 303
    assert [one.code for one in await scene.rows(Obstacle)] == ["low_skills"]
    await scene.reads_tia.get("/settings/coaching")
    assert "Skills are missing" in scene.reads_tia.text
    assert await do(carl, scene, "obstacles") == 303
    assert await scene.rows(Obstacle) == []


async def test_a_hand_over_puts_a_colleague_in_charge_with_a_note_and_a_task(scene):
    carl = await opened(scene)
    to = ("colleague", str(scene.other_coach))
    assert await do(carl, scene, "hand-over", to, ("why", "")) == 422
    assert await do(carl, scene, "hand-over", to, ("why", "Call on Monday")) == 303
    assert carl.headers["Location"].endswith("/staff/cases")
    assert await carl.get(at(scene)) == 404, "it is not his any more"
    olga = await opened(scene, "olga")
    assert "Call on Monday" in olga.text
    assert await scene.open_tasks() == ["handed_over"]
    await olga.get("/staff/tasks")
    assert "A colleague handed over a person to you" in olga.text


async def test_the_outcome_ends_the_coaching_once(scene):
    since = scene.instance.clock.now()
    carl = await opened(scene)
    await do(carl, scene, "obstacles", ("obstacles[]", "low_skills"))
    assert await do(carl, scene, "outcome", ("outcome", "job_permanent")) == 303
    assert await do(carl, scene, "outcome", ("outcome", "moved")) == 409
    await scene.follow(hours=1)
    until = scene.instance.clock.now()
    rows = await scene.instance.read(register_rows, since, until, scene.programme)
    assert [(one.role, one.state, one.outcome, one.obstacles) for one in rows] == [
        ("talent", "finished", "job_permanent", ("low_skills",)),
        ("mentor", "accepted", None, ()),
    ]
    assert not any(hasattr(one, "person_id") for one in rows)
    assert await scene.instance.read(register_rows, since, since, None) == []
    await scene.follow(days=1)
    later = scene.instance.clock.now()
    after = await scene.instance.read(register_rows, until, later, scene.programme)
    assert [one.role for one in after] == ["mentor"]


async def test_who_lost_the_role_or_the_case_sees_it_no_more(scene):
    await scene.instance.work(
        lambda w: w.session.execute(
            update(Participation).where(Participation.id == scene.part).values(login_id=None)
        )
    )
    assert await scene.reads_carl.get(at(scene)) == 404
