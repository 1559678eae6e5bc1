"""Editing, closing and deleting: versions, what others are told, and every refusal."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from server.federation.gone import gone
from server.media.model import Media
from server.people.rules import HOUSE, Viewer
from server.platform.errors import Invalid, NotFound
from server.platform.instance import Instance
from server.platform.jobs.model import JobRow
from server.platform.work import Reading
from server.posts import jobs, reactions_to
from server.posts.closing import close_due, delete_retained
from server.posts.history import revisions, source
from server.posts.model import Audience, Poll, PostState, Vote
from server.posts.polls import vote
from server.posts.service import Change, PollDraft, close_post, delete_post, edit_post
from tests.support.people import card, make_person, make_remote
from tests.support.posts import (
    follow,
    make_picture,
    make_poll,
    make_post,
    make_vacancy,
    seen,
    sent,
    shown,
    told,
    vacancy_record,
)


async def test_an_edit_keeps_both_versions_and_tells_everybody(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    bob = await make_person(instance, "bob")
    rob = await make_remote(instance)
    await follow(instance, rob.id, ann.id)
    post = await make_post(instance, ann.id, "first #one")
    await instance.work(reactions_to.boost, bob.id, post.id)

    change = Change(text="second #two @bob", spoiler="careful", language="nl")
    await instance.work(edit_post, ann.id, post.id, change)

    row = await seen(instance, post.id)
    assert "second" in row.content
    assert (row.spoiler, row.sensitive, row.language) == ("careful", True, "nl")
    assert [tag.name for tag in row.tags] == ["two"]
    versions = await instance.read(revisions, HOUSE, post.id)
    assert [("first" in one.content, "second" in one.content) for one in versions] == [
        (True, False),
        (False, True),
    ]
    update = (await sent(instance))[-1]
    assert update["type"] == "Update"
    assert update["object"]["updated"] > update["object"]["published"]
    heard = [kind for kind, _, _ in await told(instance, bob.id)]
    assert heard == ["mention", "update"]
    assert (await instance.read(source, ann.id, post.id)).text == "second #two @bob"


async def test_updated_grows_with_each_edit_of_one_second(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance)
    await follow(instance, rob.id, ann.id)
    post = await make_post(instance, ann.id, "0")

    for text in ("1", "2", "3"):
        await instance.work(edit_post, ann.id, post.id, Change(text=text))

    times = [one["object"]["updated"] for one in await sent(instance) if one["type"] == "Update"]
    assert times == sorted(set(times))
    assert len(times) == 3


async def test_an_edit_that_changes_nothing_leaves_no_trace(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    picture = await make_picture(instance, ann.id)
    post = await make_post(instance, ann.id, "same", media_ids=[picture], language="en")
    before = len(await sent(instance))

    await instance.work(edit_post, ann.id, post.id, Change(text="same", media_ids=[picture]))

    row = await seen(instance, post.id)
    assert row.edited_at is None
    assert len(await instance.read(revisions, HOUSE, post.id)) == 1
    assert len(await sent(instance)) == before


async def test_pictures_left_out_of_an_edit_are_let_go(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    one, two = await make_picture(instance, ann.id), await make_picture(instance, ann.id)
    post = await make_post(instance, ann.id, "x", media_ids=[one])

    await instance.work(edit_post, ann.id, post.id, Change(text="x", media_ids=[two]))

    assert [media.media_id for media in (await seen(instance, post.id)).media] == [two]

    def attached(r: Reading) -> list[bool]:
        return [r.session.get_one(Media, media).attached for media in (one, two)]

    assert await instance.read(attached) == [False, True]


async def test_new_options_start_the_poll_again(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    bob = await make_person(instance, "bob")
    post = await make_poll(instance, ann.id)
    await instance.work(vote, bob.id, post.id, [0])
    same = PollDraft(options=("tea", "coffee"), expires_in=3600)
    await instance.work(edit_post, ann.id, post.id, Change(text="Which one?", poll=same))
    row = await seen(instance, post.id)
    assert row.poll is not None
    assert row.poll.votes_count == 1

    other = PollDraft(options=("tea", "water"), expires_in=3600)
    await instance.work(edit_post, ann.id, post.id, Change(text="Which one?", poll=other))

    def counted(r: Reading) -> tuple[int, Any]:
        votes = r.session.scalar(select(func.count()).select_from(Vote))
        return votes or 0, r.session.get_one(Poll, post.id).options

    votes, options = await instance.read(counted)
    assert votes == 0
    assert options == [{"title": "tea", "votes": 0}, {"title": "water", "votes": 0}]


@pytest.mark.parametrize("do", ["edit", "delete", "close", "source"])
async def test_only_the_author_changes_a_post(instance: Instance, do: str) -> None:
    ann = await make_person(instance, "ann")
    eve = await make_person(instance, "eve")
    post = await make_vacancy(instance, ann.id)

    attempts = {
        "edit": lambda: instance.work(edit_post, eve.id, post.id, Change(text="mine")),
        "delete": lambda: instance.work(delete_post, eve.id, post.id),
        "close": lambda: instance.work(close_post, eve.id, post.id, PostState.FILLED),
        "source": lambda: instance.read(source, eve.id, post.id),
    }

    with pytest.raises(NotFound):
        await attempts[do]()

    assert (await seen(instance, post.id)).state == PostState.OPEN


async def test_a_text_cannot_replace_a_record(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    post = await make_vacancy(instance, ann.id)

    with pytest.raises(Invalid):
        await instance.work(edit_post, ann.id, post.id, Change(text="oops"))


async def test_a_record_is_edited_and_keeps_its_identity(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    post = await make_vacancy(instance, ann.id)
    identifier = (await seen(instance, post.id)).record

    record = vacancy_record(instance.clock.now(), title="Nurse", identifier="urn:uuid:x")
    await instance.work(edit_post, ann.id, post.id, Change(record=record))

    row = await seen(instance, post.id)
    assert row.title == "Nurse"
    assert row.record is not None
    assert identifier is not None
    assert row.record["identifier"] == identifier["identifier"]
    with pytest.raises(Invalid):
        await instance.work(edit_post, ann.id, post.id, Change(record={"title": "x"}))


async def test_closing_says_so_everywhere_and_can_be_taken_back(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance)
    await follow(instance, rob.id, ann.id)
    post = await make_vacancy(instance, ann.id)

    await instance.work(close_post, ann.id, post.id, PostState.FILLED)
    await instance.work(close_post, ann.id, post.id, PostState.FILLED)

    row = await seen(instance, post.id)
    assert row.state == PostState.FILLED
    assert row.is_closed
    assert row.content.startswith("<p><strong>Filled")
    updates = [one for one in await sent(instance) if one["type"] == "Update"]
    assert len(updates) == 1
    assert updates[0]["object"]["svept:posting"]["svept:state"] == "FILLED"

    await instance.work(close_post, ann.id, post.id, PostState.OPEN)
    assert not (await seen(instance, post.id)).is_closed


async def test_what_cannot_be_closed_is_refused(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    plain = await make_post(instance, ann.id)
    vacancy = await make_vacancy(instance, ann.id)
    await instance.work(close_post, ann.id, vacancy.id, PostState.WITHDRAWN)

    with pytest.raises(Invalid):
        await instance.work(close_post, ann.id, plain.id, PostState.FILLED)
    with pytest.raises(Invalid):
        await instance.work(close_post, ann.id, vacancy.id, PostState.FILLED)


async def test_a_post_expires_at_its_date_and_goes_thirty_days_later(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance)
    await follow(instance, rob.id, ann.id)
    post = await make_vacancy(instance, ann.id)
    assert await instance.work(close_due) == 0

    instance.clock.move(timedelta(days=30))  # type: ignore[attr-defined]  # the set clock
    assert (await seen(instance, post.id)).is_closed  # already before the job ran
    assert await instance.work(close_due) == 1
    assert await instance.work(close_due) == 0

    row = await seen(instance, post.id)
    assert row.state == PostState.EXPIRED
    assert row.content.startswith("<p><strong>Expired")
    assert (await sent(instance))[-1]["type"] == "Update"

    assert await instance.work(delete_retained) == 0
    instance.clock.move(timedelta(days=31))  # type: ignore[attr-defined]  # the set clock
    assert await instance.work(delete_retained) == 1
    assert await shown(instance, post.id) is None
    assert (await sent(instance))[-1]["type"] == "Delete"


async def test_the_recurring_jobs_run(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    post = await make_vacancy(instance, ann.id)
    poll = await make_poll(instance, ann.id)
    instance.clock.move(timedelta(days=62))  # type: ignore[attr-defined]  # the set clock

    await jobs.close_due(instance, None)  # type: ignore[arg-type]  # recurring jobs say nothing
    await jobs.end_polls(instance, None)  # type: ignore[arg-type]  # as above
    await jobs.delete_retained(instance, None)  # type: ignore[arg-type]  # as above
    await jobs.drop_old(instance, None)  # type: ignore[arg-type]  # as above

    assert (await seen(instance, post.id)).state == PostState.EXPIRED
    assert ("poll", ann.id, poll.id) in await told(instance, ann.id)


async def test_deleting_takes_everything_along(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    bob = await make_person(instance, "bob")
    rob = await make_remote(instance)
    await follow(instance, rob.id, ann.id)
    parent = await make_post(instance, bob.id, "parent")
    picture = await make_picture(instance, ann.id)
    post = await make_post(
        instance, ann.id, "@bob hi", media_ids=[picture], in_reply_to_id=parent.id
    )
    boost = await instance.work(reactions_to.boost, bob.id, post.id)
    await instance.work(reactions_to.like, bob.id, post.id)
    answer = await make_post(instance, bob.id, "answer", in_reply_to_id=post.id)

    await instance.work(delete_post, ann.id, post.id)

    assert await shown(instance, post.id) is None
    assert await shown(instance, boost.id) is None
    left = await seen(instance, answer.id)
    assert left.in_reply_to_id is None
    assert (await seen(instance, parent.id)).replies_count == 0
    assert (await card(instance, ann.id)).posts_count == 0
    assert (await card(instance, bob.id)).posts_count == 2
    assert await told(instance, bob.id) == []
    delete = (await sent(instance))[-1]
    assert delete["type"] == "Delete"
    assert delete["object"]["type"] == "Tombstone"
    tombstone = await instance.read(gone, post.uri)
    assert tombstone is not None
    assert tombstone.former_type == "Note"

    def files(r: Reading) -> tuple[Any, list[str]]:
        kinds = r.session.scalars(select(JobRow.kind)).all()
        return r.session.get(Media, picture), list(kinds)

    media, kinds = await instance.read(files)
    assert media is None
    assert "media.delete_files" in kinds
    with pytest.raises(NotFound):
        await instance.work(delete_post, ann.id, post.id)


async def test_a_boost_is_deleted_by_its_own_id(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    bob = await make_person(instance, "bob")
    post = await make_post(instance, ann.id)
    boost = await instance.work(reactions_to.boost, bob.id, post.id)

    with pytest.raises(NotFound):
        await instance.work(delete_post, ann.id, boost.id)
    await instance.work(delete_post, bob.id, boost.id)

    assert (await seen(instance, post.id)).boosts_count == 0


async def test_an_edit_of_a_message_lets_nobody_new_in_without_a_way(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    bob = await make_person(instance, "bob")
    cas = await make_person(instance, "cas")
    await follow(instance, bob.id, ann.id)
    post = await make_post(instance, ann.id, "@bob hi", audience=Audience.DIRECT)

    with pytest.raises(Exception, match="does not take direct messages"):
        await instance.work(edit_post, ann.id, post.id, Change(text="@bob @cas hi"))

    assert await shown(instance, post.id, Viewer.member(cas.id)) is None


async def test_a_new_description_is_an_edit(instance: Instance) -> None:
    ann, eve = await make_person(instance, "ann"), await make_person(instance, "eve")
    picture = await make_picture(instance, ann.id, "A harbour")
    foreign = await make_picture(instance, eve.id, "Mine")
    post = await make_post(instance, ann.id, "x", media_ids=[picture])

    same = Change(text="x", media_ids=[picture], descriptions={picture: "A harbour"})
    await instance.work(edit_post, ann.id, post.id, same)
    assert (await seen(instance, post.id)).edited_at is None

    other = Change(text="x", media_ids=[picture], descriptions={picture: "Boats", foreign: "!"})
    await instance.work(edit_post, ann.id, post.id, other)

    row = await seen(instance, post.id)
    assert row.media[0].description == "Boats"
    assert row.edited_at is not None
    assert (await instance.read(lambda r: r.session.get_one(Media, foreign))).description == "Mine"


async def test_pictures_can_be_kept_for_a_redraft(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    picture = await make_picture(instance, ann.id)
    post = await make_post(instance, ann.id, "typo", media_ids=[picture])

    await instance.work(lambda w: delete_post(w, ann.id, post.id, keeps_media=True))
    again = await make_post(instance, ann.id, "right", media_ids=[picture])

    assert [media.media_id for media in (await seen(instance, again.id)).media] == [picture]
