"""Telling, taking back and forgetting on the real database."""

from datetime import timedelta

import pytest

from server.notifications import queries, service
from server.notifications.model import NotificationType
from server.notifications.privacy import erase, export
from server.notifications.queries import NotificationRow, Wanted
from server.people import relations
from server.platform.errors import NotFound
from server.platform.http.paging import Page
from server.platform.instance import Instance
from server.platform.live import Listener
from tests.support.api import counted_statements
from tests.support.people import make_person, make_remote

EVERYTHING = Page(limit=40)
FOLLOW, MENTION, LIKE = (
    NotificationType.FOLLOW, NotificationType.MENTION, NotificationType.FAVOURITE,
)  # fmt: skip


class Told:
    """An instance with people by handle, and what they were told."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.ids: dict[str, int] = {}

    async def people(self, *handles: str) -> None:
        for handle in handles:
            self.ids[handle] = (await make_person(self.instance, handle)).id

    async def tell(
        self, handle: str, what: NotificationType, from_handle: str, post_id: int = 0
    ) -> None:
        await self.instance.work(
            service.notify, self.ids[handle], what, self.ids[from_handle], post_id
        )

    async def rows(self, handle: str, wanted: Wanted | None = None) -> list[NotificationRow]:
        return await self.instance.read(queries.page, self.ids[handle], EVERYTHING, wanted)

    async def types(self, handle: str) -> list[str]:
        return [row.notification_type.value for row in await self.rows(handle)]


@pytest.fixture
async def told(instance: Instance) -> Told:
    made = Told(instance)
    await made.people("ann", "ben", "cem")
    return made


async def test_a_thing_is_told_once(told: Told) -> None:
    heard = Listener()
    told.instance.live.subscribe(heard, f"user:notification:{told.ids['ann']}")
    for _ in range(3):
        await told.tell("ann", LIKE, "ben", 7)
    row = (await told.rows("ann"))[0]
    assert (row.from_id, row.post_id, len(await told.rows("ann"))) == (told.ids["ben"], 7, 1)
    assert row.created_at == told.instance.clock.now()
    assert heard.waiting.qsize() == 1


async def test_the_same_by_others_or_about_others_is_told_as_well(told: Told) -> None:
    await told.tell("ann", LIKE, "ben", 7)
    await told.tell("ann", LIKE, "ben", 8)
    await told.tell("ann", LIKE, "cem", 7)
    await told.tell("ann", MENTION, "ben", 7)
    assert len(await told.rows("ann")) == 4


async def test_own_doings_and_people_elsewhere_are_not_told(told: Told) -> None:
    rob = await make_remote(told.instance)
    await told.tell("ann", LIKE, "ann", 7)
    await told.instance.work(service.notify, rob.id, FOLLOW, told.ids["ann"], 0)
    assert await told.rows("ann") == []
    assert await told.instance.read(queries.page, rob.id, EVERYTHING) == []
    await told.tell("ann", NotificationType.POLL, "ann", 7)
    assert await told.types("ann") == ["poll"]


@pytest.mark.parametrize(("blocker", "blocked"), [("ann", "ben"), ("ben", "ann")])
async def test_a_block_in_either_direction_says_nothing(
    told: Told, blocker: str, blocked: str
) -> None:
    await told.tell("ann", LIKE, "ben", 7)
    await told.instance.work(relations.block, told.ids[blocker], told.ids[blocked])
    assert await told.rows("ann") == []
    await told.tell("ann", LIKE, "ben", 8)
    assert await told.rows("ann") == []


async def test_a_mute_hides_what_was_told_until_it_ends(told: Told) -> None:
    await told.tell("ann", LIKE, "ben", 7)
    until = told.instance.clock.now() + timedelta(hours=1)
    await told.instance.work(
        relations.mute, told.ids["ann"], told.ids["ben"], notifications=True, until=until
    )
    await told.tell("ann", LIKE, "ben", 8)
    assert await told.rows("ann") == []
    told.instance.clock.move(timedelta(hours=2))  # type: ignore[attr-defined]  # a SetClock
    await told.tell("ann", LIKE, "ben", 9)
    assert [row.post_id for row in await told.rows("ann")] == [9, 7]


async def test_a_mute_of_posts_alone_still_tells(told: Told) -> None:
    await told.instance.work(
        relations.mute, told.ids["ann"], told.ids["ben"], notifications=False, until=None
    )
    await told.tell("ann", LIKE, "ben", 7)
    assert await told.types("ann") == ["favourite"]


async def test_follows_requests_and_their_ends_are_told_and_taken_back(told: Told) -> None:
    ann, ben = told.ids["ann"], told.ids["ben"]
    await told.instance.work(relations.follow, ben, ann)
    assert await told.types("ann") == ["follow"]
    await told.instance.work(relations.unfollow, ben, ann)
    assert await told.types("ann") == []
    from server.people.profiles import ProfileChange
    from server.people.service import update_profile

    await told.instance.work(update_profile, ann, ProfileChange(locked=True))
    await told.instance.work(relations.follow, ben, ann)
    assert await told.types("ann") == ["follow_request"]
    await told.instance.work(relations.accept_follow, ann, ben)
    assert await told.types("ann") == ["follow"]
    cem = told.ids["cem"]
    for end in (
        lambda: told.instance.work(relations.unfollow, cem, ann),
        lambda: told.instance.work(relations.reject_follow, ann, cem),
    ):
        await told.instance.work(relations.follow, cem, ann)
        assert (await told.types("ann"))[0] == "follow_request"
        await end()
        assert await told.types("ann") == ["follow"]


async def test_what_was_undone_or_deleted_is_forgotten(told: Told) -> None:
    for post_id in (7, 8):
        await told.tell("ann", LIKE, "ben", post_id)
        await told.tell("ann", MENTION, "cem", post_id)
    ann, ben = told.ids["ann"], told.ids["ben"]
    await told.instance.work(service.take_back, LIKE, ben, person_id=ann, post_id=7)
    assert len(await told.rows("ann")) == 3
    await told.instance.work(service.forget_post, 8)
    assert [(row.notification_type, row.post_id) for row in await told.rows("ann")] == [
        (MENTION, 7)
    ]


async def test_types_and_people_are_filtered(told: Told) -> None:
    await told.tell("ann", LIKE, "ben", 7)
    await told.tell("ann", MENTION, "cem", 7)
    await told.tell("ann", FOLLOW, "cem")

    async def types(**wanted: object) -> list[str]:
        rows = await told.rows("ann", Wanted(**wanted))  # type: ignore[arg-type]  # by name
        return [row.notification_type.value for row in rows]

    assert await types(types=["mention", "follow"]) == ["follow", "mention"]
    assert await types(excluded=["mention"]) == ["follow", "favourite"]
    assert await types(from_id=told.ids["cem"], excluded=["follow"]) == ["mention"]


async def test_pages_meet_without_gap(told: Told) -> None:
    for post_id in range(1, 6):
        await told.tell("ann", LIKE, "ben", post_id)
    ids = [row.id for row in await told.rows("ann")]

    async def page(**asked: int) -> list[int]:
        found = await told.instance.read(queries.page, told.ids["ann"], Page(**asked))
        return [row.id for row in found]

    assert await page(limit=2) == ids[:2]
    assert await page(limit=2, max_id=ids[1]) == ids[2:4]
    assert await page(limit=2, min_id=ids[4]) == ids[2:4]
    assert await page(limit=2, since_id=ids[4]) == ids[:2]


async def test_the_unread_are_counted_to_a_hundred(told: Told) -> None:
    for post_id in range(1, 4):
        await told.tell("ann", LIKE, "ben", post_id)
    ann = told.ids["ann"]
    newest = (await told.rows("ann"))[0].id
    assert await told.instance.read(queries.unread_count, ann, 0) == 3
    assert await told.instance.read(queries.unread_count, ann, newest) == 0


async def test_only_ones_own_can_be_read_and_dismissed(told: Told) -> None:
    await told.tell("ann", LIKE, "ben", 7)
    row = (await told.rows("ann"))[0]
    ann, ben = told.ids["ann"], told.ids["ben"]
    assert await told.instance.read(queries.one, ann, row.id) == row
    assert await told.instance.read(queries.one, ben, row.id) is None
    assert await told.instance.work(service.dismiss, ben, [row.id]) == 0
    await told.instance.work(service.clear, ben)
    assert await told.rows("ann") == [row]
    assert await told.instance.work(service.dismiss, ann, [row.id]) == 1
    await told.tell("ann", LIKE, "ben", 8)
    await told.instance.work(service.clear, ann)
    assert await told.rows("ann") == []


async def test_after_half_a_year_they_are_forgotten(told: Told) -> None:
    await told.tell("ann", LIKE, "ben", 7)
    clock = told.instance.clock
    clock.move(timedelta(days=179))  # type: ignore[attr-defined]  # a SetClock
    await told.tell("ann", LIKE, "ben", 8)
    await told.instance.work(service.forget_old)
    assert len(await told.rows("ann")) == 2
    clock.move(timedelta(days=2))  # type: ignore[attr-defined]  # a SetClock
    await told.instance.work(service.forget_old)
    assert [row.post_id for row in await told.rows("ann")] == [8]


async def test_export_names_nobody_else_and_erasure_leaves_nothing(told: Told) -> None:
    await told.tell("ann", LIKE, "ben", 7)
    await told.tell("ben", MENTION, "ann", 8)
    await told.tell("cem", FOLLOW, "ben")
    exported = await told.instance.read(export, told.ids["ann"])
    assert exported["notifications"] == [{"type": "favourite", "at": "2026-11-23T12:00:00+00:00"}]
    await told.instance.work(erase, told.ids["ann"])
    assert await told.rows("ann") == []
    assert await told.rows("ben") == []
    assert len(await told.rows("cem")) == 1


async def test_telling_costs_the_same_however_much_was_told(told: Told) -> None:
    costs = []
    for post_id in range(1, 6):
        with counted_statements() as seen:
            await told.tell("ann", LIKE, "ben", post_id)
        costs.append(len(seen))
    assert len(set(costs)) == 1
    assert costs[0] <= 6


async def test_nobody_is_told_of_a_follow_that_is_refused(told: Told) -> None:
    with pytest.raises(NotFound):
        await told.instance.work(relations.follow, told.ids["ben"], 1)
    assert await told.rows("ann") == []
