"""The public and hashtag timelines, and how far somebody has read."""

import pytest

from server.people.rules import ANYBODY, Viewer
from server.platform.http.paging import Page
from server.posts.model import Audience
from server.timelines import queries
from server.timelines.queries import PublicWish
from server.timelines.service import set_markers

from .conftest import EVERYTHING, Town


async def test_public_has_no_boosts_and_no_answers(town: Town) -> None:
    post = await town.post("ann")
    await town.boost("ben", post)
    await town.post("ben", in_reply_to_id=post)
    await town.post("ben", audience=Audience.UNLISTED)
    for viewer in (ANYBODY, Viewer.member(town.ids["cem"])):
        assert await town.instance.read(queries.public, viewer, PublicWish(), EVERYTHING) == [post]


@pytest.mark.parametrize(
    ("wish", "count"),
    [
        (PublicWish(local_only=True), 1),
        (PublicWish(remote_only=True), 0),
        (PublicWish(only_media=True), 0),
    ],
)
async def test_public_is_narrowed_as_wished(town: Town, wish: PublicWish, count: int) -> None:
    await town.post("ann")
    found = await town.instance.read(queries.public, ANYBODY, wish, EVERYTHING)
    assert len(found) == count


async def test_hashtags_are_combined(town: Town) -> None:
    a, ab, abc = [await town.post("ann", text) for text in ("#a", "#a #b", "#a #b #C")]

    async def found(*also: tuple[str, ...]) -> list[int]:
        return await town.instance.read(queries.hashtag, ANYBODY, "A", EVERYTHING, also=also)

    assert await found() == [abc, ab, a]
    assert await found((), ("b",)) == [abc, ab]
    assert await found((), ("b", "c")) == [abc]
    assert await found((), (), ("c",)) == [ab, a]
    assert await found(("nothing",), ("b",), ("c",)) == [ab]


async def test_the_history_of_a_hashtag_counts_people_and_days(town: Town) -> None:
    await town.post("ann", "#work")
    town.later(days=2)
    for handle in ("ann", "ann", "ben"):
        await town.post(handle, "#Work")
    await town.post("cem", "#work", audience=Audience.FOLLOWERS)
    days = await town.instance.read(queries.tag_history, ANYBODY, "work")
    assert [(day.uses, day.people) for day in days] == [(3, 2), (0, 0), (1, 1)] + [(0, 0)] * 4
    town.later(days=8)
    days = await town.instance.read(queries.tag_history, ANYBODY, "work")
    assert {day.uses for day in days} == {0}


async def test_pages_of_a_hashtag_meet_without_gap(town: Town) -> None:
    posts = [await town.post("ann", f"#a {number}") for number in range(5)][::-1]
    below = await town.instance.read(queries.hashtag, ANYBODY, "a", Page(limit=2, max_id=posts[1]))
    above = await town.instance.read(queries.hashtag, ANYBODY, "a", Page(limit=2, min_id=posts[4]))
    assert (below, above) == (posts[2:4], posts[2:4])


async def test_markers_count_their_versions_and_the_last_writer_wins(town: Town) -> None:
    ann = town.ids["ann"]
    await town.instance.work(set_markers, ann, {"home": 5, "notifications": 7})
    await town.instance.work(set_markers, ann, {"home": 3})
    found = await town.instance.read(queries.markers, ann, ["home", "notifications"])
    assert {one.timeline: (one.last_read_id, one.version) for one in found} == {
        "home": (3, 2), "notifications": (7, 1),
    }  # fmt: skip
    assert await town.instance.read(queries.markers, town.ids["ben"], ["home"]) == []
    assert await town.instance.read(queries.markers, ann, []) == []
