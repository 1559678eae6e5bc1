"""What profiles hold is given out readable and goes with the person; updates travel; mails go."""

import json

import pytest
from sqlalchemy import func, select

from server.federation.model import OutgoingActivity, Reach
from server.people.model import PersonKind
from server.people.queries import person_of
from server.people.relations import follow
from server.people.rules import HOUSE, Viewer
from server.people.service import ProfileChange, change_reach, delete_person, update_profile
from server.platform.errors import Invalid, NotFound
from server.platform.work import Reading
from server.privacy.erase import erase_person
from server.profiles import reach
from server.profiles.model import Audience, ProfileAnswer, ReachChange, Verification
from server.profiles.privacy import export
from server.profiles.queries import own_answers, profile_of
from server.profiles.service import Answered, answer, look_as_staff
from server.profiles.verifying import verify
from tests.support.people import make_person, make_remote


@pytest.fixture
async def mentor(instance):
    return await make_person(instance, "mia", PersonKind.MENTOR, Reach.FEDIVERSE)


def rows(r: Reading) -> int:
    tables = (ProfileAnswer, Verification, ReachChange)
    return sum(r.session.scalar(select(func.count()).select_from(t)) or 0 for t in tables)


def updates(r: Reading) -> list[dict]:
    sent = r.session.scalars(select(OutgoingActivity).order_by(OutgoingActivity.id))
    found = [json.loads(row.body) for row in sent]
    return [one for one in found if one["type"] == "Update"]


async def test_an_export_is_opened_and_readable(instance, mentor, give):
    await give(mentor.id, "own_gender", "woman")
    await give(mentor.id, "region", ["BE25"], Audience.MEMBERS)
    await instance.work(
        look_as_staff,
        login_id=1,
        roles=frozenset({"coordinator"}),
        person_id=mentor.id,
        purpose="matching",
    )
    told = await instance.read(export, mentor.id)
    assert {one["field"]: (one["answer"], one["seen_by"]) for one in told["profile_answers"]} == {
        "own_gender": (["A woman"], "private"),
        "region": (["West Flanders (province)"], "members"),
    }
    assert [one["fields"] for one in told["looks_at_private_answers"]] == [["own_gender"]]
    assert json.dumps(told)


async def test_an_export_says_that_staff_checked(instance):
    body = await make_person(instance, "hub", PersonKind.ORGANISATION)
    await instance.work(verify, login_id=1, person_id=body.id, checked=["call"])
    told = await instance.read(export, body.id)
    assert told["verified_by_staff"][0]["checked"] == ["call"]


@pytest.mark.parametrize("how", ["erase", "delete"])
async def test_everything_goes_with_the_person(instance, mentor, give, how):
    await give(mentor.id, "own_gender", "woman")
    await give(mentor.id, "job_title", "Baker", Audience.PUBLIC)
    await instance.work(reach.switch, mentor.id, Reach.PARTNERS)
    assert await instance.read(rows) == 3
    if how == "erase":
        await instance.work(erase_person, instance.features, person_id=mentor.id, login_id=None)
    else:
        await instance.work(delete_person, mentor.id)
    assert await instance.read(rows) == 0
    await instance.jobs.run_until_empty()


async def test_nobody_has_an_empty_export(instance):
    told = await instance.read(export, 5)
    assert not any(told.values())


async def test_others_are_told_when_public_answers_change_and_only_then(
    instance, mentor, give, run_jobs
):
    rob = await make_remote(instance)
    await instance.work(follow, rob.id, mentor.id, uri="https://far.example/follows/1")
    await run_jobs()
    before = len(await instance.read(updates))

    await give(mentor.id, "interests", ["chess"])
    await give(mentor.id, "phone", "059 123 456")
    await run_jobs()
    assert len(await instance.read(updates)) == before

    await give(mentor.id, "website", "www.mill.example", Audience.PUBLIC)
    await run_jobs()
    told = (await instance.read(updates))[-1]["object"]["attachment"]
    assert [(one["type"], one["name"]) for one in told] == [("PropertyValue", "Website")]
    assert 'href="https://www.mill.example"' in told[0]["value"]

    await give(mentor.id, "website", "www.mill.example", Audience.MEMBERS)
    hidden = await instance.read(person_of, HOUSE, mentor.id)
    assert hidden.lines == []
    await run_jobs()
    sent = await instance.read(updates)
    assert len(sent) == before + 2
    assert not sent[-1]["object"].get("attachment")


async def test_lines_are_in_the_language_of_the_person_and_follow_it(
    instance, mentor, give, run_jobs
):
    await give(mentor.id, "years", "2-5", Audience.PUBLIC)
    await run_jobs()
    await instance.work(update_profile, mentor.id, ProfileChange(language="fi"))
    await run_jobs()
    lines = (await instance.read(person_of, HOUSE, mentor.id)).answer_lines
    assert [line["language"] for line in lines] == ["fi"]


async def test_lines_come_back_with_the_reach(instance, mentor, give, run_jobs):
    await instance.work(change_reach, mentor.id, Reach.HOME)
    await give(mentor.id, "job_title", "Baker", Audience.PUBLIC)
    await run_jobs()
    assert (await instance.read(person_of, HOUSE, mentor.id)).answer_lines == []
    await instance.work(change_reach, mentor.id, Reach.FEDIVERSE)
    await run_jobs()
    lines = (await instance.read(person_of, HOUSE, mentor.id)).lines
    assert [line["source"] for line in lines] == ["Baker"]


async def test_at_most_eight_lines_are_told_the_most_useful_first(instance, give, run_jobs):
    body = await make_person(instance, "hub", PersonKind.ORGANISATION)
    for field, value in {
        "legal_name": "The Hub vzw", "number": "0123456749", "website": "hub.example",
        "mailbox": "info@hub.example", "region": ["BE25"], "spoken": ["nl", "ar"],
        "sectors": ["Q"], "services": "x" * 900, "opening_hours": {"mon": [["09:00", "12:00"]]},
    }.items():  # fmt: skip
        await give(body.id, field, value)
    await run_jobs()
    lines = (await instance.read(person_of, HOUSE, body.id)).lines
    assert len(lines) == 8
    assert [line["field"] for line in lines][:3] == ["website", "mailbox", "region"]
    assert max(len(line["source"]) for line in lines) == 255


async def test_several_answers_are_all_or_nothing(instance, mentor):
    sent = {"job_title": Answered("Baker"), "years": Answered("a hundred")}
    with pytest.raises(Invalid) as refused:
        await instance.work(answer, mentor.id, sent)
    assert refused.value.details.keys() == {"years"}
    assert await instance.read(own_answers, mentor.id) == {}


@pytest.mark.parametrize("name", ["no_such_field", "legal_name", "work_permission"])
async def test_a_field_of_another_kind_is_refused(instance, mentor, name):
    with pytest.raises(Invalid):
        await instance.work(answer, mentor.id, {name: Answered("yes")})


async def test_nobody_elsewhere_has_answers(instance):
    rob = await make_remote(instance)
    with pytest.raises(NotFound):
        await instance.work(answer, rob.id, {"name": Answered("Rob")})
    seen = await instance.read(profile_of, Viewer.member(None), rob.id)
    assert seen.answers == ()


async def test_an_invitation_is_mailed_in_words(instance):
    from server.platform.mail.composing import composer_of

    letter = await composer_of(instance).compose(
        "profiles/mail/invitation",
        "en",
        {"organisation": "The Hub", "address": "https://ours.example/x", "code": "AB-CD"},
        ending=None,
    )
    assert letter.subject == "You are invited to act for The Hub"
    assert "https://ours.example/x" in letter.text
    assert "AB-CD" in letter.text
