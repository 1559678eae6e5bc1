"""What the tests of the client API share."""

from collections.abc import AsyncIterator

import pytest

from server.platform.instance import Instance
from tests.support.api import Api, Surface, serving


@pytest.fixture
async def surface(instance: Instance) -> AsyncIterator[Surface]:
    """Give an instance that answers HTTP."""
    async with serving(instance) as served:
        yield served


@pytest.fixture
async def ann(surface: Surface) -> Api:
    """Give the client of Ann, an employer whom everybody may see."""
    return await surface.person("ann")


@pytest.fixture
async def ben(surface: Surface) -> Api:
    """Give the client of Ben, another one."""
    return await surface.person("ben")
