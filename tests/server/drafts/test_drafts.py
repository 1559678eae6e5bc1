"""Drafts: kept sealed, only their author's, published at their moment, forgotten in the end."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from server.drafts import jobs, service
from server.drafts.model import SavedDraft
from server.drafts.privacy import PERSONAL_DATA
from server.drafts.queries import DraftRow, draft_of, drafts_of
from server.drafts.rules import KEPT, MAX_DRAFTS, Written, as_bytes, from_bytes
from server.media.model import Media
from server.media.service import delete_unattached
from server.people.model import Person
from server.people.rules import HOUSE
from server.people.service import suspend_person
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.http.paging import Page
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.work import Reading, Work
from server.posts.model import Held
from server.posts.queries import account_posts
from tests.support.people import make_person, make_remote
from tests.support.posts import follow, make_picture, sent, vacancy_record

HOUR = timedelta(hours=1)


def _count(r: Reading) -> int:
    return r.session.scalar(select(func.count()).select_from(SavedDraft)) or 0


def _sealed(r: Reading, draft_id: int) -> bytes:
    return r.session.get_one(SavedDraft, draft_id).sealed


def _is_there(r: Reading, media_id: int) -> bool:
    return r.session.get(Media, media_id) is not None


def _job(draft_id: int, now: Any) -> Job:
    return Job(
        id=1, kind=service.PUBLISH, payload={"draft": str(draft_id)}, attempts=0, created_at=now,
        host=None, order_key=None,
    )  # fmt: skip


async def posts_of(instance: Instance, person_id: int) -> list[Any]:
    return await instance.read(account_posts, HOUSE, person_id, Page(40))


async def saved(instance: Instance, author_id: int, **said: Any) -> SavedDraft:
    return await instance.work(service.save_draft, author_id, Written(**said))


async def read(instance: Instance, author_id: int, draft_id: int) -> DraftRow:
    return await instance.read(draft_of, author_id, draft_id)


def test_a_draft_comes_back_as_it_was_kept_and_unknown_parts_are_left_out() -> None:
    written = Written(kind="event", record={"name": "Café"}, media_ids=[1], reply_to=2)
    assert from_bytes(as_bytes(written)) == written
    newer = json.dumps({**json.loads(as_bytes(written)), "later": 1}).encode()
    assert from_bytes(newer) == written


def test_a_draft_that_is_far_too_long_is_refused() -> None:
    with pytest.raises(Invalid):
        as_bytes(Written(text="x" * 300_000))


async def test_a_draft_is_kept_sealed_and_changed(instance: Instance) -> None:
    ann = await make_person(instance)
    made = await saved(instance, ann.id, text="My secret plan")
    assert b"secret" not in await instance.read(_sealed, made.id)
    assert (await read(instance, ann.id, made.id)).written.text == "My secret plan"
    await instance.work(service.save_draft, ann.id, Written(text="New"), draft_id=made.id)
    assert (await read(instance, ann.id, made.id)).written.text == "New"
    assert await instance.read(_count) == 1


async def test_a_draft_is_nobody_else_s(instance: Instance) -> None:
    ann, bob = await make_person(instance), await make_person(instance, "bob")
    made = await saved(instance, ann.id, text="Mine")
    assert await instance.read(drafts_of, bob.id) == []
    at = instance.clock.now() + HOUR
    for unit, arguments in (
        (draft_of, (bob.id, made.id)),
        (service.discard_draft, (bob.id, made.id)),
        (service.unschedule_draft, (bob.id, made.id)),
        (service.reschedule_draft, (bob.id, made.id, at)),
    ):
        with pytest.raises(NotFound):
            await instance.work(unit, *arguments)
    with pytest.raises(NotFound):
        await instance.work(service.save_draft, bob.id, Written(text="x"), draft_id=made.id)
    assert (await read(instance, ann.id, made.id)).written.text == "Mine"


async def test_whoever_may_not_write_keeps_no_drafts(instance: Instance) -> None:
    ann, far = await make_person(instance), await make_remote(instance)
    await instance.work(suspend_person, ann.id)
    with pytest.raises(NotAllowed):
        await saved(instance, ann.id, text="x")
    with pytest.raises(NotFound):
        await saved(instance, far.id, text="x")


async def test_nobody_has_more_than_very_many_drafts(instance: Instance) -> None:
    ann = await make_person(instance)

    def many(w: Work) -> None:
        for _ in range(MAX_DRAFTS):
            service.save_draft(w, ann.id, Written(text="x"))

    await instance.work(many)
    with pytest.raises(Invalid):
        await saved(instance, ann.id, text="one more")


async def test_a_draft_is_published_at_its_moment_and_not_before(instance: Instance) -> None:
    ann = await make_person(instance)
    at = instance.clock.now() + HOUR
    made = await instance.work(service.schedule_draft, ann.id, Written(text="Later"), at)
    await jobs.publish(instance, _job(made.id, at))
    assert await posts_of(instance, ann.id) == []
    instance.clock.move(HOUR)
    await jobs.publish(instance, _job(made.id, at))
    await jobs.publish(instance, _job(made.id, at))
    [post] = await posts_of(instance, ann.id)
    assert post.source == "Later"
    assert await instance.read(_count) == 0


async def test_a_missed_moment_is_made_up_for(instance: Instance) -> None:
    ann = await make_person(instance)
    far = await make_remote(instance)
    await follow(instance, far.id, ann.id)
    at = instance.clock.now() + HOUR
    record = vacancy_record(instance.clock.now())
    await instance.work(service.schedule_draft, ann.id, Written(kind="vacancy", record=record), at)
    instance.clock.move(timedelta(hours=9))
    await jobs.sweep(instance, _job(0, at))
    [post] = await posts_of(instance, ann.id)
    assert post.title == "Care assistant"
    assert "Create" in [one["type"] for one in await sent(instance)]


async def test_another_moment_counts_and_none_lets_it_stay_a_draft(instance: Instance) -> None:
    ann = await make_person(instance)
    at = instance.clock.now() + HOUR
    made = await instance.work(service.schedule_draft, ann.id, Written(text="Later"), at)
    await instance.work(service.reschedule_draft, ann.id, made.id, at + HOUR)
    instance.clock.move(HOUR)
    await jobs.publish(instance, _job(made.id, at))
    assert await posts_of(instance, ann.id) == []
    await instance.work(service.unschedule_draft, ann.id, made.id)
    instance.clock.move(HOUR * 2)
    await jobs.sweep(instance, _job(made.id, at))
    assert await posts_of(instance, ann.id) == []
    assert (await read(instance, ann.id, made.id)).publish_at is None


@pytest.mark.parametrize("ahead", [timedelta(minutes=4, seconds=59), -HOUR, timedelta(days=400)])
async def test_a_moment_too_near_or_too_far_is_refused(
    ahead: timedelta, instance: Instance
) -> None:
    ann = await make_person(instance)
    made = await saved(instance, ann.id, text="x")
    at = instance.clock.now() + ahead
    with pytest.raises(Invalid):
        await instance.work(service.schedule_draft, ann.id, Written(text="x"), at)
    with pytest.raises(Invalid):
        await instance.work(service.reschedule_draft, ann.id, made.id, at)
    assert (await read(instance, ann.id, made.id)).publish_at is None


@pytest.mark.parametrize(
    "written",
    [
        Written(),
        Written(text="x" * 6_000),
        Written(kind="vacancy", record={"title": "Only a title"}),
        Written(kind="dream", record={}),
        Written(text="x", poll={"options": ["one"], "expires_in": 600}),
    ],
)
async def test_what_could_not_be_published_is_not_scheduled(
    written: Written, instance: Instance
) -> None:
    ann = await make_person(instance)
    at = instance.clock.now() + HOUR
    with pytest.raises(Invalid):
        await instance.work(service.schedule_draft, ann.id, written, at)
    assert await instance.read(_count) == 0


async def test_an_answer_to_what_cannot_be_seen_is_not_scheduled(instance: Instance) -> None:
    ann = await make_person(instance)
    at = instance.clock.now() + HOUR
    with pytest.raises(NotFound):
        await instance.work(service.schedule_draft, ann.id, Written(text="x", reply_to=404), at)


async def test_what_is_refused_at_its_moment_goes_back_with_the_reason(
    instance: Instance,
) -> None:
    ann = await make_person(instance)
    at = instance.clock.now() + timedelta(days=20)
    record = vacancy_record(instance.clock.now())
    written = Written(kind="vacancy", record=record)
    made = await instance.work(service.schedule_draft, ann.id, written, at)
    instance.clock.move(timedelta(days=40))
    await jobs.sweep(instance, _job(made.id, at))
    assert await posts_of(instance, ann.id) == []
    row = await read(instance, ann.id, made.id)
    assert row.publish_at is None
    assert row.trouble


async def test_a_scheduled_first_post_still_waits_for_a_moderator(instance: Instance) -> None:
    ann = await make_person(instance)

    def doubt(w: Work) -> None:
        w.session.get_one(Person, ann.id).waits_for_trust = True

    await instance.work(doubt)
    at = instance.clock.now() + HOUR
    await instance.work(service.schedule_draft, ann.id, Written(text="Later"), at)
    instance.clock.move(HOUR)
    await jobs.sweep(instance, _job(0, at))
    [post] = await posts_of(instance, ann.id)
    assert post.held == Held.WAITING


async def test_pictures_stay_with_their_draft(instance: Instance) -> None:
    ann = await make_person(instance)
    kept, dropped = await make_picture(instance, ann.id), await make_picture(instance, ann.id)
    made = await saved(instance, ann.id, text="x", media_ids=[kept, dropped])
    await instance.work(
        service.save_draft, ann.id, Written(text="x", media_ids=[kept]), draft_id=made.id
    )
    instance.clock.move(timedelta(days=2))
    await instance.work(delete_unattached)
    assert await instance.read(_is_there, kept)
    assert not await instance.read(_is_there, dropped)
    await instance.work(service.discard_draft, ann.id, made.id)
    instance.clock.move(timedelta(days=2))
    await instance.work(delete_unattached)
    assert not await instance.read(_is_there, kept)


async def test_a_published_draft_has_its_pictures(instance: Instance) -> None:
    ann = await make_person(instance)
    picture = await make_picture(instance, ann.id)
    at = instance.clock.now() + timedelta(days=3)
    written = Written(text="x", media_ids=[picture])
    await instance.work(service.schedule_draft, ann.id, written, at)
    instance.clock.move(timedelta(days=3))
    await instance.work(delete_unattached)
    await jobs.sweep(instance, _job(0, at))
    [post] = await posts_of(instance, ann.id)
    assert [one.media_id for one in post.media] == [picture]


async def test_a_draft_nobody_touches_is_forgotten(instance: Instance) -> None:
    ann = await make_person(instance)
    await saved(instance, ann.id, text="Old")
    instance.clock.move(KEPT - HOUR)
    fresh = await saved(instance, ann.id, text="Fresh")
    instance.clock.move(HOUR * 2)
    await jobs.drop_old(instance, _job(0, instance.clock.now()))
    assert [one.id for one in await instance.read(drafts_of, ann.id)] == [fresh.id]


async def test_drafts_are_given_out_and_erased(instance: Instance) -> None:
    ann, bob = await make_person(instance), await make_person(instance, "bob")
    await saved(instance, ann.id, text="Mine")
    await saved(instance, bob.id, text="Other")
    given = json.dumps(await instance.read(PERSONAL_DATA.export, ann.id))
    assert "Mine" in given
    assert "Other" not in given
    await instance.work(PERSONAL_DATA.erase, ann.id)
    assert await instance.read(drafts_of, ann.id) == []
    assert len(await instance.read(drafts_of, bob.id)) == 1
