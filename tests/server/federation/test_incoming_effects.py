"""What an inbox takes in, and that nothing has an effect twice."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from activitypub.signatures.signing import SignatureForm
from server.federation.model import ReceivedActivity
from server.federation.remote import resolve_actor
from server.platform.errors import NotAllowed
from server.platform.jobs.model import DEAD, JobRow
from tests.server.federation.arriving import create, rows


@pytest.mark.parametrize("form", list(SignatureForm))
async def test_a_signed_activity_is_kept_answered_202_and_has_its_effect(ours, peer, form):
    bob = peer.add_actor("bob")

    status, _ = await peer.post(f"{ours.base}/inbox", create(bob), bob, form=form)

    assert status == 202
    assert await rows(ours) == 1
    await ours.run_jobs()
    (effect,) = ours.effects
    assert effect.activity.object_id == f"{bob.uri}/notes/1"
    assert effect.actor_id == await resolve_actor(ours.instance, bob.uri)
    assert json.loads(effect.raw)["id"] == effect.activity.id


async def test_a_handled_activity_keeps_its_key_and_loses_its_content(ours, peer):
    bob = peer.add_actor("bob")
    await peer.post(f"{ours.base}/inbox", create(bob), bob)
    await ours.run_jobs()

    row = await ours.instance.read(lambda r: r.session.scalar(select(ReceivedActivity)))

    assert row.body is None
    assert row.handled_at is not None
    assert row.trusted_by == "signature"


async def test_a_personal_inbox_takes_what_the_shared_one_takes(ours, peer):
    ann, bob = await ours.person(), peer.add_actor("bob")
    assert (await peer.post(ann.inbox, create(bob), bob))[0] == 202
    assert (await peer.post(f"{ours.base}/actor/inbox", create(bob, 2), bob))[0] == 202


async def test_200_copies_at_once_are_one_row_and_one_effect(ours, peer):
    bob = peer.add_actor("bob")
    activity = create(bob)

    answers = await asyncio.gather(
        *(peer.post(f"{ours.base}/inbox", activity, bob) for _ in range(200))
    )

    assert {status for status, _ in answers} == {202}
    assert await rows(ours) == 1
    await ours.run_jobs()
    assert len(ours.effects) == 1


async def test_a_replay_is_answered_202_and_has_no_second_effect(ours, peer):
    bob = peer.add_actor("bob")
    await peer.post(f"{ours.base}/inbox", create(bob), bob)
    await ours.run_jobs()

    status, _ = await peer.post(f"{ours.base}/inbox", create(bob), bob)

    await ours.run_jobs()
    assert (status, await rows(ours), len(ours.effects)) == (202, 1, 1)


@pytest.mark.parametrize("about", ["https://a.example/1", "Delete"])
async def test_an_activity_of_an_unknown_type_is_taken_and_forgotten(ours, peer, about):
    bob = peer.add_actor("bob")
    status, _ = await peer.post(f"{ours.base}/inbox", bob.activity("Bite", 1, target=about), bob)
    assert status == 202
    assert peer.gets == []
    assert await rows(ours) == 0


async def test_a_full_queue_answers_503_and_keeps_nothing(make_ours, make_peer):
    ours = await make_ours(queue=0)
    peer = await make_peer(ours)
    bob = peer.add_actor("bob")
    status, _ = await peer.post(f"{ours.base}/inbox", create(bob), bob)
    assert status == 503
    assert await rows(ours) == 0


async def test_an_object_given_as_an_id_is_fetched_from_its_owner(ours, peer):
    bob = peer.add_actor("bob")
    note = {"@context": bob.document["@context"], **bob.note(1)}
    peer.publish(note["id"], note)
    await peer.post(f"{ours.base}/inbox", bob.activity("Create", 1, object=note["id"]), bob)
    await ours.run_jobs()
    (effect,) = ours.effects
    assert effect.fetched["content"] == note["content"]


async def test_a_fetched_object_of_somebody_else_is_dropped(ours, peer):
    bob, eve = peer.add_actor("bob"), peer.add_actor("eve")
    note = {"@context": bob.document["@context"], **eve.note(1)}
    peer.publish(note["id"], note)
    await peer.post(f"{ours.base}/inbox", bob.activity("Create", 1, object=note["id"]), bob)
    await ours.run_jobs()
    assert ours.effects == []


async def test_a_refusal_of_a_feature_drops_the_activity_for_good(ours, peer):
    bob = peer.add_actor("bob")

    def refuse(_):
        raise NotAllowed

    ours.fault = refuse
    await peer.post(f"{ours.base}/inbox", create(bob), bob)
    await ours.run_jobs()
    row = await ours.instance.read(lambda r: r.session.scalar(select(ReceivedActivity)))
    assert row.handled_at is not None


async def test_poison_is_parked_after_five_tries_and_others_go_on(ours, peer):
    bob = peer.add_actor("bob")

    def poisoned(received):
        if received.activity.id.endswith("/1"):
            raise ZeroDivisionError

    ours.fault = poisoned
    await peer.post(f"{ours.base}/inbox", create(bob, 1), bob)
    await peer.post(f"{ours.base}/inbox", create(bob, 2), bob)
    for _ in range(6):
        await ours.run_jobs()
        ours.clock.move(timedelta(hours=1))

    parked = await ours.instance.read(
        lambda r: r.session.scalars(select(JobRow).where(JobRow.state == DEAD)).all()
    )
    assert [(job.kind, job.attempts) for job in parked] == [("receive", 5)]
    assert [one.activity.id for one in ours.effects] == [f"{bob.uri}/activities/2"]
