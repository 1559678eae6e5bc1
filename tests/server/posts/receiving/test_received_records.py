"""Machine-readable records that arrive with a post."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from server.platform.clock import SetClock
from server.platform.instance import Instance
from server.posts.model import PostState
from tests.server.posts.receiving.strangers import ROB
from tests.support.posts import create, hear, kept, remote_note, vacancy_record


def _vacancy(now: datetime, **said: Any) -> dict[str, Any]:
    from schemas import to_wire

    record = {
        **vacancy_record(now, contact={"email": "jobs@far.example"}),
        "identifier": "urn:uuid:3bbd9642-d194-5c1d-85c5-df34ad2cd4f4",
        "state": "OPEN",
        "hiringOrganization": {"id": ROB, "name": "Rob"},
        **said,
    }
    return {
        "contentMap": {"en": "<p><strong>Care assistant</strong></p>"},
        "content": "<p><strong>Care assistant</strong></p>",
        "svept:posting": to_wire("vacancy", record),
    }


async def test_a_record_makes_a_post_of_a_kind_and_its_bytes_are_kept(
    instance: Instance, ann: Any
) -> None:
    note = remote_note(ROB, **_vacancy(instance.clock.now()))

    await hear(instance, create(note))

    post = await kept(instance, note["id"])
    assert (post.kind, post.title, post.state) == ("vacancy", "Care assistant", PostState.OPEN)
    assert post.closes_at == instance.clock.now() + timedelta(days=30)
    assert post.received is not None
    assert b"svept:posting" in post.received


@pytest.mark.parametrize(
    "posting",
    [
        "nonsense",
        {"svept:profile": "vacancy/2"},
        {"svept:profile": "vacancy/1", "sdo:title": 7},
    ],
)
async def test_a_broken_record_is_an_ordinary_post(
    instance: Instance, ann: Any, posting: Any
) -> None:
    note = remote_note(ROB, **{"svept:posting": posting})

    await hear(instance, create(note))

    post = await kept(instance, note["id"])
    assert post.kind is None
    assert "Hello" in post.content


async def test_a_closed_record_from_elsewhere_closes_by_itself(
    instance: Instance, ann: Any
) -> None:
    from server.posts.closing import close_due

    note = remote_note(ROB, **_vacancy(instance.clock.now()))
    await hear(instance, create(note))
    clock = instance.clock
    assert isinstance(clock, SetClock)
    clock.move(timedelta(days=31))

    assert await instance.work(close_due) == 1

    assert (await kept(instance, note["id"])).state == PostState.EXPIRED
