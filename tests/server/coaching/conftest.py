"""A programme with a match, a coach in charge and a coordinator, for the tests of coaching."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.access.model import StaffRole
from server.access.sessions import begin_session
from server.activity_log.model import LogEntry
from server.coaching.jobs import follow_up
from server.coaching.model import StaffTask
from server.matching.model import MatchState
from server.notifications.model import OwnNotice
from server.people.model import PersonKind
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.instance import Instance
from server.programmes import leading
from server.programmes.service import put_in_charge
from tests.support.matches import make_match
from tests.support.page_reader import PageReader
from tests.support.people import make_login, make_person
from tests.support.programmes import make_programme, take_part

COACH, COORDINATOR = frozenset({"coach"}), frozenset({"coordinator"})


@dataclass
class Scene:
    """Who is there, by number."""

    instance: Instance
    programme: int
    talent: int
    mentor: int
    part: int
    mentor_part: int
    match: int
    coach: int
    coordinator: int
    other_coach: int
    readers: dict[str, PageReader]

    async def follow(self, **span: float) -> None:
        """Let time pass, then run the job."""
        self.instance.clock.move(timedelta(**span))  # type: ignore[attr-defined]  # a SetClock
        await self.instance.work(follow_up)

    async def told(self, person_id: int, *kinds: str) -> list[str]:
        """Return the kinds of what coaching told somebody, oldest first."""

        def read(r: Any) -> list[str]:
            rows = select(OwnNotice.kind).where(
                OwnNotice.person_id == person_id, OwnNotice.kind.like("coaching%")
            )
            return list(r.session.scalars(rows.order_by(OwnNotice.id)))

        found = await self.instance.read(read)
        return [one for one in found if not kinds or one in kinds]

    async def rows(self, table: Any, *where: Any) -> list[Any]:
        return await self.instance.read(
            lambda r: list(r.session.scalars(select(table).where(*where)))
        )

    async def open_tasks(self) -> list[str]:
        return [str(one.kind) for one in await self.rows(StaffTask, StaffTask.done_at.is_(None))]

    async def log(self, verb: str) -> list[LogEntry]:
        return await self.rows(LogEntry, LogEntry.verb == verb)

    def __getattr__(self, name: str) -> Any:
        """Readers by name: `scene.reads_coach`."""
        if name.startswith("reads_"):
            return self.readers[name.removeprefix("reads_")]
        raise AttributeError(name)


@pytest.fixture
async def scene(instance: Instance, site_client: Any) -> Scene:
    """Give an active match of a talent and a mentor, followed up by a coach."""
    readers: dict[str, PageReader] = {}

    async def signed_in(
        name: str, kind: PersonKind, roles: Sequence[StaffRole] = ()
    ) -> tuple[int, int]:
        person = await make_person(instance, name, kind, None, display_name=name.title())
        login = await make_login(instance, [person.id], f"{name}@ours.example", roles=roles)
        token = await instance.work(begin_session, login.id, person.id)
        readers[name] = PageReader(site_client, {SESSION_COOKIE: token})
        return person.id, login.id

    talent, _ = await signed_in("tia", PersonKind.TALENT)
    mentor, _ = await signed_in("max", PersonKind.MENTOR)
    _, coach = await signed_in("carl", PersonKind.MENTOR, [StaffRole.COACH])
    _, other_coach = await signed_in("olga", PersonKind.MENTOR, [StaffRole.COACH])
    _, coordinator = await signed_in("cora", PersonKind.MENTOR, [StaffRole.COORDINATOR])
    await signed_in("mo", PersonKind.MENTOR, [StaffRole.MODERATOR])
    await signed_in("ada", PersonKind.MENTOR, [StaffRole.ADMIN])
    programme = await make_programme(
        instance, check_in_weeks=(1, 4), check_in_every=4, silence_days=21
    )
    staff = {coach: "coach", other_coach: "coach", coordinator: "coordinator"}
    await instance.work(leading.set_staff, programme.id, staff, by=None)
    part = await take_part(instance, programme.id, talent)
    mentor_part = await take_part(instance, programme.id, mentor)
    await instance.work(put_in_charge, part, coach)
    match = await make_match(instance, talent, mentor, MatchState.ACTIVE, programme_id=programme.id)
    return Scene(
        instance, programme.id, talent, mentor, part, mentor_part, match, coach, coordinator,
        other_coach, readers,
    )  # fmt: skip


Ask = Callable[..., Awaitable[Any]]
