"""The pages of coaching: people's own, and the staff's tasks; each refusal changes nothing."""

import pytest

from server.coaching.model import CheckIn, Moment, StaffTask, Survey
from server.coaching.queries import surveys_summed
from server.coaching.tasks import count_open
from server.programmes import service as taking_part
from tests.server.coaching.conftest import COACH


async def ready(scene, who="tia"):
    person = scene.talent if who == "tia" else scene.mentor
    await scene.follow(days=7)
    (row,) = await scene.rows(CheckIn, CheckIn.person_id == person)
    return scene.readers[who], f"/check-ins/{row.id}"


async def test_three_taps_and_a_note_answer_a_check_in(scene):
    tia, path = await ready(scene)
    assert await tia.get(path) == 200
    assert tia.page.find("h1").get_text() == "How is your match?"
    assert "Max" in tia.text
    sent = [("met", "true"), ("useful", "yes"), ("wants_help", "false"), ("note", "<b>Nice</b>")]
    assert await tia.post(path, sent) == 303
    assert await tia.get(path) == 200
    assert "Thank you" in tia.text
    assert "<b>Nice</b>" in tia.text, "as text"
    assert await tia.post(path, sent) == 409
    assert "You have answered already." in tia.text


@pytest.mark.parametrize(
    "sent",
    [
        [],
        [("met", "true"), ("useful", "yes")],
        [("met", "maybe"), ("useful", "yes"), ("wants_help", "false")],
        [("met", "true"), ("useful", "very"), ("wants_help", "false")],
        [("met[]", "true"), ("useful", "yes"), ("wants_help", "false")],
        [("met", "true"), ("useful", "yes"), ("wants_help", "no"), ("note", "x" * 1001)],
    ],
)
async def test_half_and_hostile_answers_are_refused_with_the_form(scene, sent):
    tia, path = await ready(scene)
    await tia.get(path)
    assert await tia.post(path, sent) == 422
    assert tia.page.select(".field--wrong")
    rows = await scene.rows(CheckIn, CheckIn.answered_at.is_not(None))
    assert rows == []


async def test_a_check_in_of_another_is_not_there(scene, anybody):
    _, path = await ready(scene)
    for reader in (scene.reads_max, scene.reads_cora):
        assert await reader.get(path) == 404
        assert await reader.post(path, [("met", "true")]) in {403, 404}
    assert await scene.reads_max.get("/check-ins/99999999999999999999999") == 404
    assert await anybody.get(path) in {303, 401}


async def test_a_notice_leads_to_the_check_in_and_names_nobody(scene):
    tia, path = await ready(scene)
    await tia.get("/notifications")
    assert path in tia.body
    told = tia.page.find("a", {"href": path}).get_text()
    assert "Max" not in told


async def test_it_says_when_the_time_is_over(scene):
    tia, path = await ready(scene)
    await tia.get(path)
    await scene.follow(days=29)
    sent = [("met", "true"), ("useful", "yes"), ("wants_help", "false")]
    assert await tia.post(path, sent) == 409
    assert await tia.get(path) == 200
    assert "The time to answer is over." in tia.text


async def survey_of(scene, person):
    (row,) = await scene.rows(Survey, Survey.person_id == person)
    return row


async def test_a_survey_at_the_start_is_answered_once_and_counted_without_names(scene):
    since = scene.instance.clock.now()
    await scene.follow(hours=1)
    row = await survey_of(scene, scene.talent)
    path, tia = f"/surveys/{row.id}", scene.reads_tia
    assert await tia.get(path) == 200
    assert [one["name"] for one in tia.page.select("input[type=number]")] == [
        "confidence", "network",
    ]  # fmt: skip
    assert await tia.post(path, [("confidence", "3"), ("network", "12")]) == 303
    assert await tia.post(path, [("confidence", "3"), ("network", "12")]) == 409
    kept = await survey_of(scene, scene.talent)
    assert b"12" not in kept.answers_sealed or b"confidence" not in kept.answers_sealed
    his = await survey_of(scene, scene.mentor)
    max_ = scene.reads_max
    await max_.get(f"/surveys/{his.id}")
    await max_.post(f"/surveys/{his.id}", [("confidence", "5"), ("network", "0")])
    await scene.follow(hours=1)
    sums = await scene.instance.read(
        surveys_summed, scene.programme, since, scene.instance.clock.now()
    )
    start = sums[Moment.START]
    assert (start.asked, start.answered) == (2, 2)
    assert (start.mean("confidence"), start.mean("network")) == (4.0, 6.0)
    assert start.mean("again") is None
    assert sums[Moment.END].asked == 0
    await tia.get("/settings/coaching")
    assert "How many people here could help you with work?" in tia.text


@pytest.mark.parametrize(
    ("confidence", "network"),
    [("6", "1"), ("0", "1"), ("", "1"), ("3", "501"), ("x", "1"), ("3", "-1"), ("1e9", "1")],
)
async def test_answers_that_there_are_not_are_refused(scene, confidence, network):
    await scene.follow(hours=1)
    row = await survey_of(scene, scene.talent)
    await scene.reads_tia.get(f"/surveys/{row.id}")
    sent = [("confidence", confidence), ("network", network)]
    assert await scene.reads_tia.post(f"/surveys/{row.id}", sent) == 422
    assert (await survey_of(scene, scene.talent)).answered_at is None


async def test_a_survey_of_another_is_not_there(scene):
    await scene.follow(hours=1)
    row = await survey_of(scene, scene.talent)
    for name in ("max", "carl", "cora", "ada"):
        assert await scene.readers[name].get(f"/surveys/{row.id}") == 404


async def test_the_end_asks_how_it_was(scene):
    await scene.follow(days=20)
    await scene.instance.work(taking_part.finish, scene.part, outcome="internship", by=None)
    await scene.follow(hours=1)
    (row,) = await scene.rows(Survey, Survey.person_id == scene.talent, Survey.moment == Moment.END)
    tia, path = scene.reads_tia, f"/surveys/{row.id}"
    await tia.get(path)
    answers = {"confidence": "4", "network": "9", "satisfaction": "9", "again": "1"}
    assert await tia.post(path, [*answers.items()]) == 303


async def test_tasks_are_for_coaches_and_coordinators_only(scene, anybody):
    for name, status in {"carl": 200, "cora": 200, "mo": 403, "ada": 403, "tia": 403}.items():
        for path in ("/staff/tasks", "/staff/cases"):
            assert await scene.readers[name].get(path) == status, (name, path)
    assert await anybody.get("/staff/tasks") in {303, 401}


async def test_a_task_by_hand_is_made_and_ticked_off(scene):
    carl = scene.reads_carl
    await carl.get("/staff/tasks")
    due = (scene.instance.clock.now()).date().isoformat()
    assert await carl.post("/staff/tasks", [("text", "Print posters"), ("due_on", due)]) == 303
    await carl.get("/staff/tasks")
    assert "Print posters" in carl.text
    for login_id, due_now in ((scene.coach, 1), (scene.other_coach, 0)):
        assert await scene.instance.read(count_open, login_id, COACH) == due_now
    await carl.get("/staff")
    assert "1 waits" in carl.text
    await scene.reads_olga.get("/staff")
    assert "1 waits" not in scene.reads_olga.text
    (task,) = await scene.rows(StaffTask)
    await scene.reads_olga.get("/staff/tasks")
    assert "Print posters" not in scene.reads_olga.text
    assert await scene.reads_olga.post(f"/staff/tasks/{task.id}/done") == 404
    assert await carl.post(f"/staff/tasks/{task.id}/done") == 303
    assert await carl.post(f"/staff/tasks/{task.id}/done") == 303
    assert await scene.open_tasks() == []


@pytest.mark.parametrize(
    "sent",
    [
        [("text", "")],
        [("text", "x" * 301)],
        [("text", "a"), ("due_on", "2020-01-01")],
        [("text", "a"), ("due_on", "9999-12-31")],
        [("text", "a"), ("due_on", "soon")],
        [("text", "a"), ("programme", "x")],
    ],
)
async def test_a_task_that_makes_no_sense_is_refused(scene, sent):
    await scene.reads_carl.get("/staff/tasks")
    assert await scene.reads_carl.post("/staff/tasks", sent) == 422
    assert await scene.rows(StaffTask) == []


async def test_a_coach_gives_nobody_tasks_and_writes_about_nobody_else(scene):
    carl, olga = scene.reads_carl, scene.reads_olga
    await carl.get("/staff/tasks")
    sent = [("text", "Do"), ("colleague", str(scene.other_coach))]
    assert await carl.post("/staff/tasks", sent) == 404
    assert await carl.post("/staff/tasks", [*sent, ("programme", str(scene.programme))]) == 404
    await olga.get("/staff/tasks")
    sent = [("text", "Ask"), ("person", str(scene.talent))]
    assert await olga.post("/staff/tasks", sent) == 404
    assert await scene.rows(StaffTask) == []
    assert await carl.post("/staff/tasks", sent) == 303
    (task,) = await scene.rows(StaffTask)
    assert task.text is None
    assert b"Ask" not in task.text_sealed


async def test_a_task_is_given_to_a_colleague_of_the_programme_only(scene):
    await scene.follow(days=22)
    (task,) = await scene.rows(StaffTask)
    cora, olga, give = scene.reads_cora, scene.reads_olga, f"/staff/tasks/{task.id}/give"
    await cora.get("/staff/tasks?of=programme")
    assert "A match is silent" in cora.text
    assert await cora.post(give, [("colleague", "12345")]) == 422
    assert await cora.post(give, []) == 422
    assert await olga.get("/staff/tasks") == 200
    assert "A match is silent" not in olga.text
    assert await olga.post(give, [("colleague", str(scene.other_coach))]) == 404
    assert await cora.post(give, [("colleague", str(scene.other_coach))]) == 303
    await olga.get("/staff/tasks")
    assert "A match is silent" in olga.text
    assert await scene.told(olga_person := await person_of_login(scene, scene.other_coach)) == [
        "coaching_task"
    ], olga_person


async def person_of_login(scene, login_id):
    from server.access.queries import people_of_login

    return (await scene.instance.read(people_of_login, login_id))[0].id
