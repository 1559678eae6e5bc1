"""What programmes give out about a person, and that erasing leaves nothing of theirs."""

from datetime import date
from typing import Any

from sqlalchemy import func, select

from server.people.model import PersonKind
from server.platform.instance import Instance
from server.programmes import mentors
from server.programmes.model import MentorRecord, Participation
from server.programmes.privacy import PERSONAL_DATA
from tests.support.people import make_person
from tests.support.programmes import make_programme, take_part


async def _scene(instance: Instance) -> int:
    made = await make_programme(instance)
    max_ = await make_person(instance, "max", PersonKind.MENTOR)
    ann = await make_person(instance, "ann", PersonKind.TALENT)
    await take_part(instance, made.id, max_.id, wishes="Evenings", capacity=2)
    await take_part(instance, made.id, ann.id)
    day = date(2025, 11, 1)
    await instance.work(mentors.note_training, max_.id, "First day", day, by=None)
    await instance.work(mentors.note_seen, max_.id, identity=day, check=None, by=None)
    return max_.id


async def test_somebody_gets_a_copy_of_what_is_theirs(instance: Instance) -> None:
    max_id = await _scene(instance)
    given: Any = await instance.read(PERSONAL_DATA.export, max_id)
    (part,) = given["programmes"]
    assert part["programme"] == {"en": "Together to work"}
    assert (part["role"], part["state"], part["capacity"]) == ("mentor", "accepted", 2)
    assert part["wishes"] == "Evenings"
    assert given["mentor_record"] == {
        "training": [{"what": "First day", "on": "2025-11-01"}],
        "guide_read_at": None,
        "identity_seen_on": "2025-11-01",
        "check_seen_on": None,
    }


async def test_erasing_leaves_nothing(instance: Instance) -> None:
    max_id = await _scene(instance)
    await instance.work(PERSONAL_DATA.erase, max_id)
    left = await instance.read(
        lambda r: (
            r.session.scalars(select(Participation.person_id)).all(),
            r.session.scalar(select(func.count()).select_from(MentorRecord)),
        )
    )
    assert max_id not in left[0]
    assert len(left[0]) == 1
    assert left[1] == 0
