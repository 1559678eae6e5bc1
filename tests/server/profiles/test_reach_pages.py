"""How far one is seen is explained, changed after a confirmation, and undone for a day."""

from datetime import timedelta

import pytest

from server.federation.model import Reach
from server.people.model import PersonKind
from server.people.queries import person_of
from server.people.relations import follow
from server.people.rules import HOUSE
from server.people.service import change_reach
from server.platform.errors import Invalid, NotFound
from server.profiles import reach
from server.profiles.model import Audience
from tests.support.people import make_person, make_remote


@pytest.fixture
async def mentor(instance):
    return await make_person(instance, "mia", PersonKind.MENTOR, Reach.PARTNERS)


async def now(instance, person):
    return Reach((await instance.read(person_of, HOUSE, person.id)).reach)


async def test_a_change_is_explained_confirmed_and_undone(instance, sign_in, mentor, give):
    await give(mentor.id, "job_title", "Baker", Audience.PUBLIC)
    reader = await sign_in(mentor.id)
    await reader.get("/settings/reach")
    assert await reader.post("/settings/reach", [("to", "fediverse")]) == 200
    assert "see these answers: Job" in reader.text
    assert await now(instance, mentor) is Reach.PARTNERS
    assert await reader.post("/settings/reach", reader.form("/settings/reach")) == 303
    assert await now(instance, mentor) is Reach.FEDIVERSE
    await reader.get("/settings/reach")
    assert await reader.post("/settings/reach/undo") == 303
    assert await now(instance, mentor) is Reach.PARTNERS
    await reader.get("/settings/reach")
    assert "Undo" not in reader.text
    assert await reader.post("/settings/reach/undo") == 422


async def test_lowering_names_who_is_asked_to_delete(instance, sign_in):
    person = await make_person(instance, "mia", PersonKind.MENTOR, Reach.FEDIVERSE)
    rob = await make_remote(instance, "rob")
    await instance.work(follow, rob.id, person.id, uri="https://far.example/follows/1")
    told = await instance.read(reach.consequences, person.id, Reach.HOME)
    assert told.lowers
    assert told.follows == 1
    reader = await sign_in(person.id)
    await reader.get("/settings/reach")
    await reader.post("/settings/reach", [("to", "home")])
    assert "1 contact on another server ends." in reader.text


async def test_a_follow_of_a_partner_outlives_the_reach_of_partners_alone(instance):
    from server.federation.hosts import set_policy
    from server.federation.model import HostPolicy

    person = await make_person(instance, "mia", PersonKind.MENTOR, Reach.FEDIVERSE)
    for name, host in (("rob", "far.example"), ("pia", "partner.example")):
        other = await make_remote(instance, name, host)
        await instance.work(follow, other.id, person.id, uri=f"https://{host}/follows/1")
    await instance.work(set_policy, "partner.example", HostPolicy.PARTNER, "")
    assert (await instance.read(reach.consequences, person.id, Reach.PARTNERS)).follows == 1
    assert (await instance.read(reach.consequences, person.id, Reach.HOME)).follows == 2


async def test_after_a_day_or_another_change_nothing_can_be_undone(instance, mentor):
    await instance.work(reach.switch, mentor.id, Reach.FEDIVERSE)
    assert await instance.read(reach.undoable, mentor.id) is not None
    await instance.work(change_reach, mentor.id, Reach.HOME)
    assert await instance.read(reach.undoable, mentor.id) is None
    await instance.work(reach.switch, mentor.id, Reach.PARTNERS)
    instance.clock.at += timedelta(hours=24)
    assert await instance.read(reach.undoable, mentor.id) is None
    with pytest.raises(Invalid):
        await instance.work(reach.undo, mentor.id)
    await instance.work(reach.forget_changes)
    assert await now(instance, mentor) is Reach.PARTNERS


async def test_the_same_reach_changes_nothing(instance, sign_in, mentor):
    await instance.work(reach.switch, mentor.id, Reach.PARTNERS)
    assert await instance.read(reach.undoable, mentor.id) is None
    reader = await sign_in(mentor.id)
    await reader.get("/settings/reach")
    assert await reader.post("/settings/reach", [("to", "partners")]) == 303


@pytest.mark.parametrize(("sent", "status"), [([("to", "moon")], 422), ([], 400)])
async def test_nonsense_is_refused(instance, sign_in, mentor, sent, status):
    reader = await sign_in(mentor.id)
    await reader.get("/settings/reach")
    assert await reader.post("/settings/reach", sent) == status
    assert await now(instance, mentor) is Reach.PARTNERS


async def test_nobody_elsewhere_has_consequences(instance):
    rob = await make_remote(instance, "rob")
    with pytest.raises(NotFound):
        await instance.read(reach.consequences, rob.id, Reach.HOME)
