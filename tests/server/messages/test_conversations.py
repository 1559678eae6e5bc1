"""Conversations: who has which, what is unread, and who may not write."""

import pytest

from server.matching import service as matching
from server.matching.model import MatchState
from server.matching.rules import By
from server.messages import jobs, privacy, queries, service
from server.messages.service import Letter
from server.moderation.service import close_report, report_person
from server.people.rules import Viewer
from server.people.service import delete_person
from server.platform.errors import NotAllowed, NotFound
from server.platform.instance import Instance
from server.posts.direct import MessageRefused
from server.posts.model import Audience
from server.posts.service import delete_post
from tests.server.messages.talks import (
    SECRET,
    listed,
    make_pair,
    pass_days,
    reply,
    rows_with,
    said,
    write,
)
from tests.support.matches import STAFF, the_match
from tests.support.people import make_person
from tests.support.posts import follow, make_post


async def test_a_message_is_unread_for_the_other_alone(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    await write(instance, tala, mo)
    assert [one.unread for one in await listed(instance, tala)] == [False]
    (theirs,) = await listed(instance, mo)
    assert theirs.unread
    assert [one.id for one in theirs.people] == [tala]
    await instance.work(service.mark_read, mo, theirs.id)
    assert await instance.read(queries.unread_count, Viewer.member(mo)) == 0


async def test_answers_stay_in_one_conversation_whoever_wrote_last(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    mine = await write(instance, tala, mo, "One")
    await reply(instance, tala, mine, "Two")
    (theirs,) = await listed(instance, mo)
    await reply(instance, mo, theirs.id, "Three")
    assert await said(instance, tala, mine) == ["One", "Two", "Three"]
    assert await said(instance, mo, theirs.id) == ["One", "Two", "Three"]
    assert len(await listed(instance, tala)) == 1


async def test_sending_twice_with_one_key_is_one_message(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    first = await write(instance, tala, mo, key="same")
    assert await write(instance, tala, mo, key="same") == first
    assert await said(instance, tala, first) == [SECRET]


async def test_private_answers_to_one_public_post_are_apart(instance: Instance) -> None:
    org, ann, ben = [await make_person(instance, one) for one in ("org", "ann", "ben")]
    post = await make_post(instance, org.id, "We look for somebody", audience=Audience.PUBLIC)
    for one in (ann, ben):
        await follow(instance, org.id, one.id)
        await make_post(
            instance, one.id, f"From {one.id}", audience=Audience.DIRECT, in_reply_to_id=post.id
        )
    rows = await listed(instance, org.id)
    assert {tuple(p.id for p in row.people) for row in rows} == {(ann.id,), (ben.id,)}
    for row in rows:
        assert await said(instance, org.id, row.id) == [f"From {row.people[0].id}"]


async def test_a_conversation_taken_off_the_list_comes_back_with_a_message(
    instance: Instance,
) -> None:
    tala, mo, _ = await make_pair(instance)
    mine = await write(instance, tala, mo)
    (theirs,) = await listed(instance, mo)
    await instance.work(service.take_off_list, mo, theirs.id)
    assert await listed(instance, mo) == []
    await reply(instance, tala, mine, "Are you there?")
    assert [one.id for one in await listed(instance, mo)] == [theirs.id]


async def test_a_stranger_who_writes_is_refused_and_nothing_changes(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    eve = await make_person(instance, "eve")
    with pytest.raises(MessageRefused) as refused:
        await write(instance, eve.id, tala)
    assert "does not take direct messages from you" in str(refused.value.safe)
    assert await listed(instance, tala) == []
    assert await listed(instance, eve.id) == []
    assert await rows_with(instance, "zebrafish") == []
    del mo


async def test_anothers_conversation_is_not_found(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    eve = await make_person(instance, "eve")
    mine = await write(instance, tala, mo)
    for doing in (service.mark_read, service.take_off_list, service.stop):
        with pytest.raises(NotFound):
            await instance.work(doing, eve.id, mine)
    with pytest.raises(NotFound):
        await instance.read(queries.lines_of, Viewer.member(eve.id), mine)
    with pytest.raises(NotFound):
        await instance.work(service.answer, mo, mine, Letter(text="Mine?"))


async def test_stop_ends_the_match_and_the_conversation_for_both(instance: Instance) -> None:
    tala, mo, match = await make_pair(instance)
    mine = await write(instance, tala, mo)
    (theirs,) = await listed(instance, mo)
    await instance.work(service.stop, tala, mine)
    assert (await the_match(instance, match)).state == MatchState.CLOSED
    assert await listed(instance, mo, with_deleted=False) == []
    with pytest.raises(NotFound):
        await instance.work(service.answer, mo, theirs.id, Letter(text="Why?"))
    with pytest.raises((NotFound, NotAllowed)):
        await write(instance, mo, tala)


async def test_a_deleted_message_leaves_its_place_to_the_other(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    mine = await write(instance, tala, mo, "One")
    second = await reply(instance, tala, mine, "Two")
    (theirs,) = await listed(instance, mo)
    await instance.work(delete_post, tala, second)
    assert await said(instance, tala, mine) == ["One"]
    assert await said(instance, mo, theirs.id) == ["One", None]
    (left,) = await listed(instance, mo)
    assert left.last is not None
    assert left.last.source == "One"


async def test_nobody_is_written_to_who_is_gone(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    mine = await write(instance, tala, mo)
    await instance.work(delete_person, mo)
    with pytest.raises(NotAllowed):
        await reply(instance, tala, mine, "Hello?")
    assert await said(instance, tala, mine) == [SECRET]


async def test_messages_of_a_closed_match_go_after_ninety_days(instance: Instance) -> None:
    tala, mo, match = await make_pair(instance)
    await write(instance, tala, mo)
    await instance.work(matching.close_match, match, By.staff(STAFF), "internship")
    pass_days(instance, 89)
    assert await instance.work(jobs.forget_old) == 0
    pass_days(instance, 2)
    assert await instance.work(jobs.forget_old) == 1
    assert await listed(instance, tala) == await listed(instance, mo) == []


async def test_a_message_under_complaint_stays_until_the_report_is_closed(
    instance: Instance,
) -> None:
    tala, mo, match = await make_pair(instance)
    await write(instance, tala, mo)
    (row,) = await listed(instance, mo)
    report = await instance.work(
        report_person, reporter_id=mo, target_id=tala, post_ids=[row.last_id]
    )
    await instance.work(matching.close_match, match, By.staff(STAFF), "internship")
    pass_days(instance, 91)
    assert await instance.work(jobs.forget_old) == 0
    await instance.work(close_report, login_id=None, report_id=report.id)
    assert await instance.work(jobs.forget_old) == 1


async def test_messages_of_other_people_stay(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    await write(instance, tala, mo)
    pass_days(instance, 200)
    assert await instance.work(jobs.forget_old) == 0


async def test_export_and_erasure_of_ones_own_view(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    await write(instance, tala, mo)
    told = await instance.read(privacy.export, mo)
    assert [one["with"] for one in told["conversations"]] == [["tala"]]
    assert told["notices_as_messages"] is True
    await instance.work(privacy.erase, mo)
    assert (await instance.read(privacy.export, mo))["conversations"] == []
    assert len(await listed(instance, tala)) == 1


async def test_what_was_written_in_a_match_is_not_found_14_days_after_its_end(
    instance: Instance,
) -> None:
    tala, mo, match = await make_pair(instance)
    await write(instance, tala, mo)
    (before,) = await listed(instance, mo)
    await instance.work(matching.close_match, match, By.staff(STAFF), "internship")
    pass_days(instance, 13)
    assert [one.id for one in await listed(instance, mo)] == [before.id]
    pass_days(instance, 2)
    assert await listed(instance, mo) == []
    with pytest.raises(NotFound):
        await said(instance, mo, before.id)

    await follow(instance, tala, mo)
    assert [one.id for one in await listed(instance, mo)] == [before.id]
