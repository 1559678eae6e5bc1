"""Check-ins on a set clock: who is asked when, who may answer, and what a pause changes."""

import pytest

from server.coaching.checking import (
    Answer,
    AnsweredAlready,
    TermOver,
    answer_check_in,
    own_check_in,
)
from server.coaching.model import CheckIn, StaffTask, TaskKind, Useful
from server.coaching.queries import check_ins_counted
from server.matching import service as matching
from server.matching.rules import By
from server.platform.errors import Invalid, NotFound

GOOD = Answer(met=True, useful=Useful.YES, wants_help=False)


async def weeks_of(scene, person_id):
    rows = await scene.rows(CheckIn, CheckIn.person_id == person_id)
    return sorted(one.week for one in rows)


async def first(scene, person_id):
    await scene.follow(days=7)
    (row,) = await scene.rows(CheckIn, CheckIn.person_id == person_id)
    return row


async def answer(scene, check_in_id, person_id, given=GOOD):
    await scene.instance.work(answer_check_in, check_in_id, person_id, given)


async def test_both_are_asked_in_week_1_4_and_8_and_told_once(scene):
    await scene.follow(days=6)
    assert await weeks_of(scene, scene.talent) == []
    await scene.follow(days=1)
    await scene.follow(hours=6)
    assert await weeks_of(scene, scene.talent) == [1] == await weeks_of(scene, scene.mentor)
    assert await scene.told(scene.talent, "coaching_check_in") == ["coaching_check_in"]
    await scene.follow(days=21)
    await scene.follow(days=28)
    await scene.follow(days=28)
    assert await weeks_of(scene, scene.talent) == [1, 4, 8, 12]


async def test_a_paused_match_is_left_alone_and_goes_on_later(scene):
    by = By.person(scene.talent)
    await scene.instance.work(matching.pause, scene.match, by)
    await scene.follow(days=7)
    await scene.follow(days=50)
    assert await weeks_of(scene, scene.talent) == []
    assert await scene.open_tasks() == []
    await scene.instance.work(matching.resume, scene.match, by)
    await scene.follow(hours=6)
    assert await weeks_of(scene, scene.talent) == [8]


async def test_a_match_that_is_over_is_asked_no_more(scene):
    by = By.staff(scene.coordinator)
    await scene.instance.work(matching.close_match, scene.match, by, "internship")
    await scene.follow(days=7)
    assert await weeks_of(scene, scene.talent) == []


async def test_an_answer_is_kept_with_its_note_sealed(scene):
    row = await first(scene, scene.talent)
    given = Answer(met=True, useful=Useful.A_LITTLE, wants_help=False, note=" Good walk ")
    await answer(scene, row.id, scene.talent, given)
    kept = await scene.instance.read(own_check_in, row.id, scene.talent)
    assert (kept.met, kept.useful, kept.wants_help) == (True, "a_little", False)
    assert b"walk" not in kept.note_sealed
    assert await scene.open_tasks() == []


async def test_it_is_answered_once(scene):
    row = await first(scene, scene.talent)
    await answer(scene, row.id, scene.talent)
    with pytest.raises(AnsweredAlready):
        await answer(scene, row.id, scene.talent, Answer(False, Useful.NO, True))
    kept = await scene.instance.read(own_check_in, row.id, scene.talent)
    assert kept.met
    assert await scene.open_tasks() == []


async def test_nobody_answers_for_another(scene):
    row = await first(scene, scene.talent)
    for number in (row.id, row.id + 1):
        with pytest.raises(NotFound):
            await answer(scene, number, scene.mentor)
    assert (await scene.instance.read(own_check_in, row.id, scene.talent)).answered_at is None


async def test_it_is_too_late_after_four_weeks(scene):
    row = await first(scene, scene.talent)
    await scene.follow(days=29)
    with pytest.raises(TermOver):
        await answer(scene, row.id, scene.talent)


async def test_too_many_words_are_refused(scene):
    row = await first(scene, scene.talent)
    with pytest.raises(Invalid):
        await answer(scene, row.id, scene.talent, Answer(True, Useful.YES, False, "x" * 1001))


async def test_who_wants_help_is_a_task_for_the_coach_in_charge_else_for_coordinators(scene):
    row = await first(scene, scene.talent)
    await answer(scene, row.id, scene.talent, Answer(True, Useful.NO, True))
    (task,) = await scene.rows(StaffTask)
    assert (task.kind, task.login_id, task.person_id) == (TaskKind.HELP, scene.coach, scene.talent)
    (his,) = await scene.rows(CheckIn, CheckIn.person_id == scene.mentor)
    await answer(scene, his.id, scene.mentor, Answer(True, Useful.NO, True))
    tasks = await scene.rows(StaffTask, StaffTask.person_id == scene.mentor)
    assert [one.login_id for one in tasks] == [None]


async def test_reports_count_without_names(scene):
    since = scene.instance.clock.now()
    row = await first(scene, scene.talent)
    await answer(scene, row.id, scene.talent, Answer(True, Useful.YES, True))
    await scene.follow(days=1)
    until = scene.instance.clock.now()
    for programme in (scene.programme, None):
        counts = await scene.instance.read(check_ins_counted, programme, since, until)
        assert (counts.asked, counts.answered, counts.met) == (2, 1, 1)
        assert (counts.useful, counts.a_little, counts.wants_help) == (1, 0, 1)
    none = await scene.instance.read(check_ins_counted, scene.programme, until, until)
    assert (none.asked, none.met) == (0, 0)
    elsewhere = await scene.instance.read(check_ins_counted, scene.programme + 1, since, until)
    assert elsewhere.asked == 0
