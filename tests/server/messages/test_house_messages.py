"""Notices of matches and meetings as messages of the instance itself."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from server.federation.actors import INSTANCE_ACTOR_ID
from server.messages import jobs, service
from server.notifications.service import inform
from server.people.service import delete_person
from server.people.usage import usage
from server.platform.instance import Instance
from server.posts.direct import MessageRefused
from tests.server.messages.talks import listed, make_pair, pass_days, reply, rows_with
from tests.support.people import make_person, make_token
from tests.support.posts import sent, told

KIND = "break_glass"


@pytest.fixture
def as_message(instance: Instance) -> Iterator[None]:
    """Let a kind of notice that there is come as a message, too."""
    known = dict(instance.notices)
    changed = {**known, KIND: replace(known[KIND], as_message=True)}
    object.__setattr__(instance, "notices", changed)
    yield
    object.__setattr__(instance, "notices", known)


async def _informed(instance: Instance, person_id: int, kind: str = KIND) -> None:
    await instance.work(inform, person_id, kind, {})
    await instance.jobs.run_until_empty()


@pytest.mark.usefixtures("as_message")
async def test_the_instance_writes_a_short_message_with_a_link(instance: Instance) -> None:
    tala, _, _ = await make_pair(instance)
    await make_token(instance, tala)
    before = await instance.read(usage)
    await _informed(instance, tala)
    (row,) = await listed(instance, tala)
    assert row.unread
    assert [one.id for one in row.people] == [INSTANCE_ACTOR_ID]
    assert row.last is not None
    assert "https://ours.example/settings/messages" in (row.last.source or "")
    assert ("mention", INSTANCE_ACTOR_ID, row.last_id) in await told(instance, tala)
    assert await sent(instance) == []
    assert await rows_with(instance, "opened one of your conversations") == []
    assert await instance.read(usage) == before


@pytest.mark.usefixtures("as_message")
async def test_nobody_is_written_to_who_has_no_client_or_switched_it_off(
    instance: Instance,
) -> None:
    tala, mo, _ = await make_pair(instance)
    await make_token(instance, mo)
    await instance.work(service.choose_from_house, mo, wanted=False)
    for one in (tala, mo):
        await _informed(instance, one)
        assert await listed(instance, one) == []
    await instance.work(service.choose_from_house, mo, wanted=True)
    await _informed(instance, mo)
    assert len(await listed(instance, mo)) == 1


async def test_other_kinds_of_notices_stay_notices(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    await make_token(instance, ann.id)
    await _informed(instance, ann.id)
    await _informed(instance, ann.id, "no_such_kind")
    assert await listed(instance, ann.id) == []


@pytest.mark.usefixtures("as_message")
async def test_an_answer_to_the_instance_is_refused_with_a_text(instance: Instance) -> None:
    tala, _, _ = await make_pair(instance)
    await make_token(instance, tala)
    await _informed(instance, tala)
    (row,) = await listed(instance, tala)
    with pytest.raises(MessageRefused) as refused:
        await reply(instance, tala, row.id, "Hello?")
    assert "Nobody reads answers" in str(refused.value.safe)


@pytest.mark.usefixtures("as_message")
async def test_such_messages_go_with_the_person_and_with_time(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    for one in (tala, mo):
        await make_token(instance, one)
        await _informed(instance, one)
    await instance.work(delete_person, tala)
    pass_days(instance, 91)
    assert await instance.work(jobs.forget_old) == 1
    assert await listed(instance, mo) == []
