"""Taking part: what people and staff can do, and what is refused."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from server.people.model import PersonKind
from server.people.queries import person_of
from server.platform.errors import Invalid, NotFound
from server.platform.instance import Instance
from server.privacy.ledger import has_agreed
from server.privacy.texts import MATCHING, ShownText
from server.programmes import service
from server.programmes.events import ParticipationChanged
from server.programmes.model import (
    Participation,
    ParticipationState,
    ProgrammeState,
    Role,
)
from server.programmes.queries import (
    participation,
    participations,
    participations_of,
    wishes_of,
)
from server.programmes.service import Application
from tests.support.people import make_person
from tests.support.programmes import agree, make_programme, take_part

S = ParticipationState
READ = ShownText(MATCHING.name, MATCHING.version, "en", "What was shown")


async def test_everybody_takes_part_as_what_they_are(instance: Instance) -> None:
    made = await make_programme(instance)
    for kind, role in (
        (PersonKind.TALENT, Role.TALENT),
        (PersonKind.MENTOR, Role.MENTOR),
        (PersonKind.EMPLOYER, Role.HOST),
        (PersonKind.ORGANISATION, Role.HOST),
    ):
        person = await make_person(instance, f"a{kind.value}", kind)
        one = await take_part(instance, made.id, person.id, role, capacity=3)
        row = await instance.read(participation, one)
        assert (row.role, row.state) == (role, S.ACCEPTED)
        assert row.capacity == (1 if role is Role.TALENT else 3)
    mentors = await instance.read(lambda r: participations(r, made.id, roles=[Role.MENTOR]))
    assert len(mentors) == 1


async def test_who_waits_longest_comes_first(instance: Instance) -> None:
    made = await make_programme(instance)
    ann = await make_person(instance, "ann", PersonKind.TALENT)
    bea = await make_person(instance, "bea", PersonKind.TALENT)
    await take_part(instance, made.id, ann.id, "talent")
    early = datetime(2020, 1, 1, tzinfo=UTC)
    await take_part(instance, made.id, bea.id, "talent", applied_at=early)
    rows = await instance.read(participations, made.id)
    assert [row.person_id for row in rows] == [bea.id, ann.id]
