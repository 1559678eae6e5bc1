"""What the tests of the door share: the time, and how a request was turned away."""

from datetime import UTC, datetime

import pytest

from activitypub.errors import Refused
from activitypub.receiving.verified import verify


def now():
    return datetime.now(UTC)


async def refusal(request, door):
    with pytest.raises(Refused) as refused:
        await verify(request, door=door)
    return refused.value.status, refused.value.code
