"""The preview of retention: it counts what the next run of each job then deletes."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from server.access.model import StaffRole
from server.access.sessions import begin_session
from server.matching.forgetting import forget_old as forget_matches
from server.matching.forgetting import pseudonymise
from server.matching.model import MatchState
from server.matching.rules import By
from server.matching.service import close_match
from server.meetings.jobs import forget_old as forget_meetings
from server.messages.jobs import forget_old as forget_messages
from server.messages.service import Letter, write_first
from server.people.model import PersonKind
from server.platform.clock import SetClock
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.instance import Instance
from server.privacy.retention_pages import going
from tests.server.meetings.scenes import make_pair, planned, wish
from tests.support.matches import STAFF, make_match
from tests.support.page_reader import PageReader
from tests.support.people import make_login, make_person


async def counts(instance: Instance) -> dict[str, tuple[int, int]]:
    """Return by room what goes within a day and within 30, where that is something."""
    found = await instance.read(going, tuple(instance.features))
    assert len(found) == 6
    return {one.room: (one.soon, one.later) for one in found if one.later}


async def test_the_numbers_are_what_the_jobs_then_delete(instance: Instance) -> None:
    pair = await make_pair(instance)
    await planned(instance, pair, wish(place="Café Sands"))
    for text in ("One", "Two"):
        await instance.work(write_first, pair.talent, pair.mentor, Letter(text=text))
    await instance.work(close_match, pair.match_id, By.staff(STAFF), "internship")
    clock = instance.clock
    assert isinstance(clock, SetClock)
    clock.move(timedelta(days=5))
    third = await make_person(instance, "tom", PersonKind.TALENT, None)
    await make_match(instance, third.id, pair.mentor, MatchState.DECLINED)
    assert await counts(instance) == {}

    clock.move(timedelta(days=84, hours=12))  # 89 and a half after the end
    before = {"meetings": (1, 1), "messages": (2, 2), "matching": (0, 1)}
    assert await counts(instance) == before
    clock.move(timedelta(days=1))
    assert await instance.work(forget_messages) == 2
    await instance.work(forget_meetings)
    assert await counts(instance) == {"matching": (0, 1)}
    clock.move(timedelta(days=4, hours=13))
    assert await counts(instance) == {"matching": (1, 1)}
    assert await instance.work(forget_matches) == 1
    assert await counts(instance) == {}

    clock.move(timedelta(days=365 - 95))
    assert (await counts(instance))["matching"] == (1, 1)
    assert await instance.work(pseudonymise) == 1
    assert "matching" not in await counts(instance)


@pytest.mark.parametrize(
    ("role", "status"), [(StaffRole.ADMIN, 200), (StaffRole.COORDINATOR, 403), (None, 403)]
)
async def test_the_preview_is_for_admins(
    instance: Instance, site_client: TestClient[Any, Any], role: StaffRole | None, status: int
) -> None:
    person = await make_person(instance, "ann", PersonKind.MENTOR)
    login = await make_login(instance, [person.id], roles=[role] if role else [])
    session = await instance.work(begin_session, login.id, person.id)
    reader = PageReader(site_client, {SESSION_COOKIE: session})
    assert await reader.get("/staff/retention") == status
    if status == 200:
        assert len(reader.page.select("tbody tr")) == 6
        assert "Within 30 days" in reader.text
