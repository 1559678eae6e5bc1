"""Stories with consent, and what coaching holds about people: given out, erased, forgotten."""

import json
from datetime import timedelta

import pytest

from server.coaching.checking import Answer, answer_check_in
from server.coaching.jobs import forget_old
from server.coaching.model import (
    CaseNote,
    CheckIn,
    Obstacle,
    Reference,
    Silence,
    StaffTask,
    Story,
    Survey,
    Useful,
)
from server.coaching.privacy import PERSONAL_DATA
from server.coaching.service import add_note, end_coaching, set_obstacles
from server.coaching.tasks import Wish, make_task
from server.platform.errors import NotFound
from server.privacy.ledger import has_agreed, history
from server.privacy.texts import STORIES
from tests.server.coaching.conftest import COACH

STORY = [
    ("called", "T."),
    ("story", "I found work.\n<script>x</script>"),
    ("link", "https://video.example/1"),
]


async def write_story(scene):
    carl = scene.reads_carl
    path = f"/staff/cases/{scene.talent}"
    await carl.get(f"{path}?purpose=coaching")
    sent = [("purpose", "coaching"), *STORY]
    assert await carl.post(f"{path}/{scene.part}/story", sent) == 303
    return (await scene.rows(Story))[-1]


async def decide(scene, story, answer, version=str(STORIES.version), who="tia"):
    reader = scene.readers[who]
    await reader.get("/settings/coaching")
    sent = [("answer", answer), ("version", version)]
    return await reader.post(f"/settings/coaching/stories/{story.id}", sent)


async def test_a_story_is_public_after_the_consent_of_its_person_only(scene, anybody):
    story = await write_story(scene)
    assert await scene.told(scene.talent, "coaching_story") == ["coaching_story"]
    assert await anybody.get("/stories") == 200
    assert "I found work" not in anybody.text
    assert await decide(scene, story, "yes", who="max") == 404
    assert await decide(scene, story, "yes", version="0") == 409
    assert await decide(scene, story, "perhaps") == 422
    await anybody.get("/stories")
    assert "I found work" not in anybody.text
    assert await decide(scene, story, "yes") == 303
    await anybody.get("/stories")
    assert "I found work." in anybody.text
    assert "<script>x" not in anybody.body
    link = anybody.page.find("a", href="https://video.example/1")
    assert "noopener" in link["rel"]
    (row,) = [
        one for one in await scene.instance.read(history, scene.talent) if one.purpose == "stories"
    ]
    assert row.given


async def test_a_consent_taken_back_deletes_the_story_at_once(scene, anybody):
    story = await write_story(scene)
    await decide(scene, story, "yes")
    tia = scene.reads_tia
    assert await tia.get("/settings/consents/stories") == 200
    sent = [("answer", "no"), ("version", str(STORIES.version))]
    assert await tia.post("/settings/consents/stories", sent) == 303
    await anybody.get("/stories")
    assert "I found work" not in anybody.text
    assert await scene.rows(Story) == []
    assert not await scene.instance.read(has_agreed, scene.talent, STORIES)


async def test_who_was_never_asked_for_a_story_is_not_asked_in_the_settings(scene):
    assert await scene.reads_max.get("/settings/consents/stories") == 404


async def test_a_no_deletes_the_story(scene):
    story = await write_story(scene)
    assert await decide(scene, story, "no") == 303
    assert await scene.rows(Story) == []


async def test_a_signed_paper_counts_with_where_it_is_kept(scene, anybody):
    story = await write_story(scene)
    carl, path = scene.reads_carl, f"/staff/cases/{scene.talent}/{scene.part}/paper"
    sent = [("purpose", "coaching"), ("story_id", str(story.id))]
    assert await carl.post(path, [*sent, ("reference", " ")]) == 422
    assert (await scene.rows(Story))[0].published_at is None
    assert await carl.post(path, [*sent, ("reference", "Folder 3")]) == 303
    await anybody.get("/stories")
    assert "I found work." in anybody.text
    (row,) = [
        one for one in await scene.instance.read(history, scene.talent) if one.purpose == "stories"
    ]
    assert (row.how, row.reference, row.login_id) == ("paper", "Folder 3", scene.coach)


async def fill(scene):
    """Let everything that coaching keeps exist for the talent."""
    await scene.follow(days=7)
    for row in await scene.rows(CheckIn):
        given = Answer(True, Useful.YES, True, "A secret walk")
        await scene.instance.work(answer_check_in, row.id, row.person_id, given)
    key = (scene.coach, COACH, scene.part)
    await scene.instance.work(add_note, *key, "A secret note")
    await scene.instance.work(set_obstacles, *key, ["low_skills"])
    wish = Wish(text="A secret task", person_id=scene.talent)
    await scene.instance.work(make_task, scene.coach, COACH, wish)
    await scene.instance.work(
        lambda w: w.session.add(
            Reference(
                id=w.new_id(), participation_id=scene.part, person_id=scene.talent,
                service="housing", result="open", referred_on=w.now.date(),
            )
        )
    )  # fmt: skip
    await write_story(scene)


TABLES = (CheckIn, Survey, CaseNote, Reference, Obstacle, Story, StaffTask)


async def test_everything_is_given_out_with_the_words_of_the_notes(scene):
    await fill(scene)
    told = await scene.instance.read(PERSONAL_DATA.export, scene.talent)
    text = json.dumps(told)
    for word in (
        "A secret walk", "A secret note", "A secret task", "low_skills", "housing", "I found work",
    ):  # fmt: skip
        assert word in text, word
    assert told["case_opened"][0]["purpose"] == "coaching"
    assert told["surveys"][0]["moment"] == "start"
    his = json.dumps(await scene.instance.read(PERSONAL_DATA.export, scene.mentor))
    for word in ("A secret note", "A secret task", "housing", "I found work"):
        assert word not in his


async def test_erasing_one_side_leaves_nothing_of_theirs_and_the_other_side_whole(scene):
    await fill(scene)
    await scene.follow(days=22)
    assert await scene.rows(Silence) != []
    await scene.instance.work(PERSONAL_DATA.erase, scene.talent)
    for table in TABLES:
        assert await scene.rows(table, table.person_id == scene.talent) == [], table
    assert await scene.rows(Silence) == []
    assert "silence" not in await scene.open_tasks()
    assert len(await scene.rows(CheckIn, CheckIn.person_id == scene.mentor)) == 2


async def test_a_sealed_note_cannot_be_opened_without_its_key(scene):
    from server.coaching.sealed import NOTE, opened_text
    from server.people.sealing import destroy_key

    await fill(scene)
    (note,) = await scene.rows(CaseNote)
    await scene.instance.work(destroy_key, scene.talent)
    assert await scene.instance.read(opened_text, scene.talent, note.text_sealed, NOTE) == ""


async def test_what_is_old_goes_in_time(scene):
    await fill(scene)
    clock, work = scene.instance.clock, scene.instance.work
    await work(end_coaching, scene.coach, COACH, scene.part, "moved")
    await work(forget_old)
    assert all([await scene.rows(table) for table in TABLES])
    clock.move(timedelta(days=61))
    await work(forget_old)
    assert await scene.rows(Story) == []
    assert (await scene.rows(CheckIn))[0].note_sealed is not None
    clock.move(timedelta(days=30))
    await work(forget_old)
    assert [one.note_sealed for one in await scene.rows(CheckIn)] == [None, None]
    assert await scene.rows(CaseNote) != []
    clock.move(timedelta(days=275))
    await work(forget_old)
    for table in (CaseNote, Reference, Obstacle):
        assert await scene.rows(table) == [], table
    assert await scene.rows(CheckIn) != []
    clock.move(timedelta(days=366))
    await work(forget_old)
    assert await scene.rows(CheckIn) == [] == await scene.rows(Survey)


async def test_a_note_is_for_whoever_sees_the_case(scene):
    with pytest.raises(NotFound):
        await scene.instance.work(add_note, scene.other_coach, COACH, scene.part, "Hello")
    with pytest.raises(NotFound):
        await scene.instance.work(
            add_note, scene.coordinator, frozenset({"admin"}), scene.part, "Hello"
        )
