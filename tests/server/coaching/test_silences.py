"""Silence of a match: the task, the gentle notices, the call, and every sign that ends it."""

from datetime import timedelta

from sqlalchemy import update

from server.coaching.checking import Answer, answer_check_in
from server.coaching.model import CheckIn, Silence, StaffTask, Useful
from server.matching import service as matching
from server.matching.model import Match, MatchState
from server.matching.rules import By
from server.meetings.model import Meeting, MeetingState, Mode
from server.messages.circles import written
from server.messages.model import Conversation
from server.programmes.model import Participation

NOTICE = "coaching_how_are_you"


async def test_silence_is_a_task_then_two_notices_then_a_call_and_never_an_exclusion(scene):
    await scene.follow(days=21)
    assert await scene.open_tasks() == []
    await scene.follow(days=1)
    assert await scene.open_tasks() == ["silence"]
    assert await scene.told(scene.talent, NOTICE) == []
    await scene.follow(days=7)
    assert await scene.told(scene.talent, NOTICE) == [NOTICE]
    assert await scene.told(scene.mentor, NOTICE) == [NOTICE]
    await scene.follow(days=7)
    assert await scene.told(scene.talent, NOTICE) == [NOTICE] * 2
    assert await scene.open_tasks() == ["silence"]
    await scene.follow(days=7)
    assert sorted(await scene.open_tasks()) == ["call", "silence"]
    await scene.follow(days=200)
    assert sorted(await scene.open_tasks()) == ["call", "silence"]
    assert await scene.told(scene.talent, NOTICE) == [NOTICE] * 2
    (match,) = await scene.rows(Match)
    assert match.state == MatchState.ACTIVE
    parts = await scene.rows(Participation)
    assert {one.state for one in parts} == {"accepted"}


async def test_the_coordinator_hears_of_it_and_the_task_names_nobody(scene):
    await scene.follow(days=22)
    (task,) = await scene.rows(StaffTask)
    assert task.programme_id == scene.programme
    assert (task.login_id, task.person_id, task.text) == (None, None, None)
    await scene.reads_cora.get("/staff/tasks")
    assert "A match is silent" in scene.reads_cora.text
    assert "Tia" in scene.reads_cora.text


async def test_an_answer_ends_the_silence_and_its_tasks(scene):
    await scene.follow(days=7)
    await scene.follow(days=15)
    assert await scene.open_tasks() == ["silence"]
    rows = await scene.rows(CheckIn, CheckIn.person_id == scene.talent)
    given = Answer(True, Useful.YES, False)
    await scene.instance.work(answer_check_in, rows[0].id, scene.talent, given)
    await scene.follow(hours=6)
    assert await scene.open_tasks() == []
    assert await scene.rows(Silence) == []
    await scene.follow(days=20)
    assert await scene.open_tasks() == []
    await scene.follow(days=2)
    assert await scene.open_tasks() == ["silence"], "it begins anew"


async def test_a_meeting_to_come_is_a_sign(scene):
    start = scene.instance.clock.now() + timedelta(days=30)

    def plan(w):
        w.session.add(
            Meeting(
                id=w.new_id(), match_id=scene.match, programme_id=scene.programme,
                first_id=scene.talent, second_id=scene.mentor, state=MeetingState.CONFIRMED,
                state_at=w.now, mode=Mode.WALK, times=[], zone="UTC", minutes=60,
                starts_at=start, ends_at=start + timedelta(hours=1), uid="x@ours.example",
                created_at=w.now,
            )
        )  # fmt: skip

    await scene.instance.work(plan)
    await scene.follow(days=40)
    assert await scene.open_tasks() == []
    await scene.instance.work(
        lambda w: w.session.execute(update(Meeting).values(state=MeetingState.CANCELLED))
    )
    await scene.follow(hours=6)
    assert await scene.open_tasks() == ["silence"], "a meeting that was called off is none"


async def test_a_message_between_the_two_is_a_sign_and_one_to_others_is_none(scene):
    async def write(thread, *others):
        def unit(w):
            w.session.add(
                Conversation(
                    id=w.new_id(), person_id=scene.talent, thread_id=thread,
                    others=written(others), last_id=w.new_id(),
                )
            )  # fmt: skip

        await scene.instance.work(unit)

    await scene.follow(days=10)
    await write(1, scene.mentor)
    await scene.follow(days=20)
    assert await scene.open_tasks() == []
    await write(2, 12345)
    await write(3, scene.mentor, 12345)
    await scene.follow(days=2)
    assert await scene.open_tasks() == ["silence"]


async def test_a_pause_ends_the_silence_at_once(scene):
    await scene.follow(days=22)
    await scene.instance.work(matching.pause, scene.match, By.person(scene.mentor))
    assert await scene.rows(Silence) == []
    assert await scene.open_tasks() == []


async def test_a_match_that_closes_leaves_no_task_behind(scene):
    await scene.follow(days=22)
    by = By.staff(scene.coordinator)
    await scene.instance.work(matching.close_match, scene.match, by, "goal_reached")
    await scene.follow(days=1)
    assert await scene.rows(Silence) == []
    assert await scene.open_tasks() == []
