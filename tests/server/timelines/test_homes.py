"""What comes into whose home, what leaves it again, and that a home stays short."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from server.platform.http.paging import Page
from server.platform.work import Reading, Work
from server.posts.model import Audience, Post
from server.posts.removing import delete_post
from server.timelines.model import HomeEntry
from server.timelines.rules import HOME_LENGTH, HomeCase, belongs_home, channels_of
from server.timelines.service import trim_homes
from tests.support.api import counted_statements

from .conftest import Town


@pytest.mark.parametrize(
    ("case", "belongs"),
    [
        (HomeCase(follows_author=False, is_author=True), True),
        (HomeCase(follows_author=False), False),
        (HomeCase(follows_author=True), True),
        (HomeCase(follows_author=True, is_separated=True), False),
        (HomeCase(follows_author=True, is_boost=True), True),
        (HomeCase(follows_author=True, is_boost=True, wants_boosts=False), False),
        (HomeCase(follows_author=True, is_reply=True), False),
        (HomeCase(follows_author=True, is_reply=True, follows_replied=True), True),
        (HomeCase(follows_author=True, is_reply=True, is_replied=True), True),
        (HomeCase(follows_author=True, is_reply=True, is_reply_to_self=True), True),
    ],
)
def test_the_rule_in_words(case: HomeCase, belongs: bool) -> None:
    assert belongs_home(case) is belongs


@pytest.mark.parametrize(
    ("changed", "channels"),
    [
        ({}, ["public", "public:local"]),
        ({"is_local": False}, ["public", "public:remote"]),
        ({"has_media": True}, ["public", "public:local", "public:media", "public:local:media"]),
        ({"audience": "unlisted"}, []),
        ({"audience": "members"}, []),
        ({"is_boost": True}, []),
        ({"is_reply": True}, []),
    ],
)
def test_the_public_channels_of_a_post(changed: dict[str, object], channels: list[str]) -> None:
    plain = {
        "audience": "public", "is_local": True, "is_boost": False, "is_reply": False,
        "has_media": False,
    }  # fmt: skip
    assert channels_of(**{**plain, **changed}) == channels  # type: ignore[arg-type]  # by name


async def test_posts_reach_their_author_and_the_followers(town: Town) -> None:
    await town.follow("ann", "ben")
    post = await town.post("ben")
    assert await town.home("ann") == await town.home("ben") == [post]
    assert await town.home("cem") == []


@pytest.mark.parametrize(
    ("audience", "arrives"),
    [
        (Audience.PUBLIC, True), (Audience.UNLISTED, True), (Audience.FOLLOWERS, True),
        (Audience.PARTNERS, True), (Audience.MEMBERS, True), (Audience.DIRECT, False),
    ],
)  # fmt: skip
async def test_each_audience_reaches_followers_but_direct(
    town: Town, audience: Audience, arrives: bool
) -> None:
    await town.follow("ann", "ben")
    await town.follow("cem", "ben")
    await town.post("ben", "@cem x", audience=audience)
    assert bool(await town.home("ann")) is arrives
    assert len(await town.home("cem")) == 1


async def test_an_answer_reaches_whom_it_answers_and_who_follows_both(town: Town) -> None:
    await town.follow("ann", "ben")
    await town.follow("dia", "ben", "cem")
    await town.follow("cem", "ben")
    top = await town.post("cem")
    answer = await town.post("ben", "@cem x", in_reply_to_id=top)
    assert answer not in await town.home("ann")
    assert answer in await town.home("dia")
    assert answer in await town.home("cem")
    own = await town.post("ben", in_reply_to_id=answer)
    assert own in await town.home("ann")


async def test_boosts_reach_those_who_want_them_but_not_the_author(town: Town) -> None:
    await town.follow("ann", "ben")
    await town.follow("dia", "ben", shows_boosts=False)
    await town.follow("cem", "ben")
    post = await town.post("cem")
    boost = await town.boost("ben", post)
    assert await town.home("ann") == [boost]
    assert await town.home("dia") == []
    assert await town.home("cem") == [post]


@pytest.mark.parametrize(("do", "undo"), [("mute", "unmute"), ("block", "unblock")])
async def test_separated_people_are_neither_read_nor_boosted_to_each_other(
    town: Town, do: str, undo: str
) -> None:
    await town.follow("ann", "ben", "cem")
    early = await town.post("cem")
    await town.boost("ben", early)
    assert len(await town.home("ann")) == 2
    await town.do(do, "ann", "cem")
    assert await town.home("ann") == []
    late = await town.post("cem")
    await town.boost("ben", late)
    assert await town.home("ann") == []
    await town.do(undo, "ann", "cem")
    plain = await town.post("ben")
    assert await town.home("ann") == [plain]


async def test_a_mute_that_ran_out_lets_posts_in_again(town: Town) -> None:
    await town.follow("ann", "ben")
    until = town.instance.clock.now() + timedelta(hours=1)
    await town.do("mute", "ann", "ben", notifications=True, until=until)
    await town.post("ben")
    town.later(hours=2)
    post = await town.post("ben")
    assert await town.home("ann") == [post]


async def test_a_new_follow_brings_the_latest_public_posts(town: Town) -> None:
    posts = [await town.post("ben", str(number)) for number in range(42)]
    await town.post("ben", audience=Audience.FOLLOWERS)
    await town.post("ben", in_reply_to_id=await town.post("cem"))
    boosted = await town.post("cem")
    await town.boost("ben", boosted)
    await town.follow("ann", "ben")
    assert await town.home("ann") == posts[:1:-1]
    assert len(await town.home("ann")) == 40


async def test_what_parting_takes_out_a_second_follow_brings_back_once(town: Town) -> None:
    post = await town.post("ben")
    await town.follow("ann", "ben")
    await town.do("unfollow", "ann", "ben")
    assert await town.home("ann") == []
    await town.follow("ann", "ben")
    await town.follow("ann", "ben", shows_boosts=False)
    assert await town.home("ann") == [post]


async def test_a_removed_follower_loses_the_posts(town: Town) -> None:
    await town.follow("ann", "ben")
    await town.post("ben", audience=Audience.FOLLOWERS)
    await town.do("remove_follower", "ben", "ann")
    assert await town.home("ann") == []


async def test_a_deleted_post_and_its_boosts_leave_every_home(town: Town) -> None:
    await town.follow("ann", "ben")
    post = await town.post("cem")
    await town.boost("ben", post)
    await town.instance.work(delete_post, town.ids["cem"], post)
    for handle in ("ann", "ben", "cem"):
        assert await town.home(handle) == []

    def entries(r: Reading) -> int:
        return r.session.scalar(select(func.count()).select_from(HomeEntry)) or 0

    assert await town.instance.read(entries) == 0


async def test_pages_of_a_home_meet_without_gap(town: Town) -> None:
    posts = [await town.post("ann", str(number)) for number in range(7)][::-1]
    first = await town.home("ann", Page(limit=3))
    second = await town.home("ann", Page(limit=3, max_id=first[-1]))
    assert first + second == posts[:6]
    assert await town.home("ann", Page(limit=3, min_id=posts[6])) == posts[3:6]
    assert await town.home("ann", Page(limit=3, since_id=posts[6])) == posts[:3]


async def test_a_home_keeps_its_newest_entries(town: Town) -> None:
    first = await town.post("ann", "first")
    second = await town.post("ann", "second")

    def fill(w: Work) -> None:
        """Every entry needs a post: boosts are the shortest ones."""
        row = w.session.get_one(Post, second)
        values = {
            column.name: getattr(row, column.name)
            for column in Post.__table__.c
            if column.name not in {"id", "uri"}
        }
        made = [
            {**values, "id": second + number, "uri": f"https://ours.example/x/{number}"}
            for number in range(1, HOME_LENGTH)
        ]
        w.session.execute(insert(Post), made)
        entries = [{"person_id": town.ids["ann"], "post_id": one["id"]} for one in made]
        w.session.execute(insert(HomeEntry), entries)

    await town.instance.work(fill)
    town.later(minutes=1)
    other = await town.post("ben")

    def kept(r: Reading, handle: str) -> list[int]:
        mine = select(HomeEntry.post_id).where(HomeEntry.person_id == town.ids[handle])
        return sorted(r.session.scalars(mine))

    assert len(await town.instance.read(kept, "ann")) == HOME_LENGTH + 1
    await town.instance.work(trim_homes)
    left = await town.instance.read(kept, "ann")
    assert (len(left), left[0]) == (HOME_LENGTH, second)
    assert first not in left
    assert await town.instance.read(kept, "ben") == [other]


async def test_filling_homes_costs_the_same_for_any_number_of_followers(town: Town) -> None:
    costs = []
    for handles in (("ann",), ("ben", "cem")):
        for handle in handles:
            await town.follow(handle, "dia")
        with counted_statements() as seen:
            await town.post("dia")
        costs.append(len(seen))
    assert costs[0] == costs[1]
