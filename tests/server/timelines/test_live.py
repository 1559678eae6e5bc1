"""What the hub is told, on which channels, and only after the commit."""

from collections.abc import Callable

import pytest

from server.platform.live import Listener
from server.platform.work import Work
from server.posts import reactions_to
from server.posts.drafting import Change, Draft
from server.posts.editing import edit_post
from server.posts.model import Audience
from server.posts.removing import delete_post
from server.posts.service import publish_post

from .conftest import Town

Heard = Callable[[], list[tuple[str, str, int]]]


@pytest.fixture
def hear(town: Town) -> Callable[..., Heard]:
    """Listen to channels; the result gives what was heard since, sorted by channel."""

    def listen(*channels: str) -> Heard:
        listener = Listener()
        for channel in channels:
            town.instance.live.subscribe(listener, channel)

        def heard() -> list[tuple[str, str, int]]:
            found = []
            while not listener.waiting.empty():
                message = listener.waiting.get_nowait()
                assert message is not None
                found.append((message.channel, message.what, message.subject))
            return sorted(found)

        return heard

    return listen


async def test_a_post_is_told_to_homes_sides_and_hashtags(
    town: Town, hear: Callable[..., Heard]
) -> None:
    await town.follow("ann", "ben")
    ann, ben, cem = (f"user:{town.ids[one]}" for one in ("ann", "ben", "cem"))
    heard = hear(ann, ben, cem, "public", "public:local", "public:remote", "hashtag:work")
    post = await town.post("ben", "#Work")
    assert heard() == sorted(
        (channel, "update", post)
        for channel in (ann, ben, "public", "public:local", "hashtag:work")
    )


@pytest.mark.parametrize(
    "audience", [Audience.UNLISTED, Audience.FOLLOWERS, Audience.MEMBERS, Audience.PARTNERS]
)
async def test_what_is_not_public_is_told_to_homes_alone(
    town: Town, hear: Callable[..., Heard], audience: Audience
) -> None:
    heard = hear(f"user:{town.ids['ben']}", "public", "public:local", "hashtag:work")
    post = await town.post("ben", "#work", audience=audience)
    await town.instance.work(delete_post, town.ids["ben"], post)
    me = f"user:{town.ids['ben']}"
    assert heard() == [(me, "delete", post), (me, "update", post)]


async def test_a_boost_an_edit_and_a_deletion_are_told(
    town: Town, hear: Callable[..., Heard]
) -> None:
    await town.follow("ann", "ben")
    post = await town.post("cem")
    me = f"user:{town.ids['ann']}"
    heard = hear(me, "public")
    boost = await town.boost("ben", post)
    assert heard() == [(me, "update", boost)]
    await town.instance.work(edit_post, town.ids["cem"], post, Change(text="y"))
    assert heard() == [("public", "status.update", post), (me, "status.update", post)]
    await town.instance.work(delete_post, town.ids["cem"], post)
    assert heard() == [("public", "delete", post), (me, "delete", boost)]


async def test_a_boost_taken_back_is_told(town: Town, hear: Callable[..., Heard]) -> None:
    await town.follow("ann", "ben")
    post = await town.post("cem")
    boost = await town.boost("ben", post)
    heard = hear(f"user:{town.ids['ann']}", "public")
    await town.instance.work(reactions_to.unboost, town.ids["ben"], post)
    assert heard() == [(f"user:{town.ids['ann']}", "delete", boost)]


async def test_a_notification_is_told_to_its_receiver(
    town: Town, hear: Callable[..., Heard]
) -> None:
    me = town.ids["ann"]
    heard = hear(f"user:{me}", f"user:notification:{me}", f"user:notification:{town.ids['ben']}")
    await town.follow("ben", "ann")
    told = heard()
    assert [(channel, what) for channel, what, _ in told] == [
        (f"user:{me}", "notification"),
        (f"user:notification:{me}", "notification"),
    ]


async def test_nothing_is_told_of_what_was_rolled_back(
    town: Town, hear: Callable[..., Heard]
) -> None:
    heard = hear("public", f"user:{town.ids['ann']}")

    def unit(w: Work) -> None:
        publish_post(w, Draft(author_id=town.ids["ann"], text="x"))
        raise LookupError

    with pytest.raises(LookupError):
        await town.instance.work(unit)
    assert heard() == []
    assert await town.home("ann") == []
