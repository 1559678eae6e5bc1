"""What tests of boards share beside the readers of pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from server.platform.instance import Instance


@pytest.fixture
def later(instance: Instance) -> Callable[..., None]:
    """Give a function that moves the clock."""

    def move(**by: float) -> None:
        instance.clock.move(timedelta(**by))

    return move
