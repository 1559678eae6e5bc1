"""A programme with people who take part, and a coordinator at its desk."""

from datetime import timedelta
from typing import Any

import pytest

from server.access.model import StaffRole
from server.people.model import Person, PersonKind
from server.platform.instance import Instance
from tests.support.desks import MENTOR, TALENT, Desk, Staff, describe
from tests.support.page_reader import PageReader
from tests.support.people import make_person
from tests.support.programmes import make_programme, take_part


@pytest.fixture
async def desk(instance: Instance) -> Desk:
    """Give a programme where everybody fits with everybody, mia best for both talents."""
    programme = await make_programme(instance)
    people = {
        "tala": (PersonKind.TALENT, TALENT, 30),
        "omar": (PersonKind.TALENT, {**TALENT, "goals": ["cv"]}, 10),
        "mia": (PersonKind.MENTOR, MENTOR, 5),
        "max": (PersonKind.MENTOR, {**MENTOR, "occupations": ["2221"]}, 5),
    }
    made: dict[str, Person] = {}
    for name, (kind, answers, days) in people.items():
        made[name] = await make_person(instance, name, kind=kind, reach=None)
        await describe(instance, made[name], answers)
        applied = instance.clock.now() - timedelta(days=days, hours=1)
        await take_part(instance, programme.id, made[name].id, applied_at=applied)
    return Desk(instance, programme, **made)


@pytest.fixture
def staff(instance: Instance, sign_in: Any) -> Staff:
    """Give a function that signs in somebody of the staff, with a token for forms."""

    async def signed_in(name: str = "cora", role: StaffRole = StaffRole.COORDINATOR) -> PageReader:
        person = await make_person(instance, name, kind=PersonKind.MENTOR)
        reader: PageReader = await sign_in(person.id, roles=[role])
        await reader.get("/settings")
        return reader

    return signed_in
