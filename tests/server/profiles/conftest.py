"""What the tests of profiles share: answers given, jobs run, a reader who fills in forms."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from server.platform.instance import Instance
from server.profiles.model import Audience
from server.profiles.service import Answered, answer

Give = Callable[..., Awaitable[None]]


@pytest.fixture
def give(instance: Instance) -> Give:
    """Give a function that answers one field of somebody."""

    async def given(
        person_id: int, field: str, value: Any, audience: Audience | None = None
    ) -> None:
        await instance.work(answer, person_id, {field: Answered(value, audience)})

    return given


@pytest.fixture
def run_jobs(instance: Instance) -> Callable[[], Awaitable[Any]]:
    """Give a function that does the background work that is due."""
    return instance.jobs.run_until_empty
