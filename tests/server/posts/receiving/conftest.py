"""What the tests of arriving posts share: somebody here who follows somebody elsewhere."""

from typing import Any

import pytest

from server.platform.instance import Instance
from tests.support.people import make_person, make_remote
from tests.support.posts import follow


@pytest.fixture
async def ann(instance: Instance) -> Any:
    """Give somebody here who follows rob@far.example."""
    made = await make_person(instance, "ann")
    rob = await make_remote(instance)
    await follow(instance, made.id, rob.id)
    return made
