"""Posts, boosts and follows for the tests of timelines, through the services."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from server.people import relations
from server.people.rules import Viewer
from server.platform.clock import SetClock
from server.platform.http.paging import Page
from server.platform.instance import Instance
from server.posts import reactions_to
from server.posts.drafting import Draft
from server.posts.model import Audience
from server.posts.service import publish_post
from server.timelines import queries
from tests.support.people import make_person

EVERYTHING = Page(limit=40)


@dataclass
class Town:
    """An instance and what its people do, by handle."""

    instance: Instance
    ids: dict[str, int]

    def later(self, **span: float) -> None:
        """Move the clock by a span of minutes, hours or days."""
        clock = self.instance.clock
        assert isinstance(clock, SetClock)
        clock.move(timedelta(**span))

    async def people(self, *handles: str) -> None:
        for handle in handles:
            self.ids[handle] = (await make_person(self.instance, handle)).id

    async def post(self, handle: str, text: str = "x", **more: Any) -> int:
        more.setdefault("audience", Audience.PUBLIC)
        draft = Draft(author_id=self.ids[handle], text=text, **more)
        return (await self.instance.work(publish_post, draft)).id

    async def boost(self, handle: str, post_id: int) -> int:
        return (await self.instance.work(reactions_to.boost, self.ids[handle], post_id)).id

    async def do(self, what: str, doer: str, other: str, **more: Any) -> None:
        change: Callable[..., Any] = getattr(relations, what)
        await self.instance.work(change, self.ids[doer], self.ids[other], **more)

    async def follow(self, follower: str, *followed: str, **more: Any) -> None:
        for other in followed:
            await self.do("follow", follower, other, **more)

    async def home(self, handle: str, page: Page = EVERYTHING) -> list[int]:
        return await self.instance.read(queries.home, Viewer.member(self.ids[handle]), page)


@pytest.fixture
async def town(instance: Instance) -> Town:
    """Give an instance with Ann, Ben, Cem and Dia, who have nothing to do with one another yet."""
    made = Town(instance, {})
    await made.people("ann", "ben", "cem", "dia")
    return made
