"""The consent ledger: a longer reach is a consent, a shorter one takes it back."""

from sqlalchemy import select

from server.federation.model import Reach
from server.people.model import PersonKind
from server.people.service import change_reach
from server.platform.instance import Instance
from server.privacy.model import Consent
from server.privacy.privacy import export
from tests.support.people import make_person


async def _ledger(instance: Instance, person_id: int) -> list[tuple[str, bool]]:
    def unit(r):
        rows = r.session.scalars(
            select(Consent).where(Consent.person_id == person_id).order_by(Consent.id)
        )
        return [(row.purpose, row.given) for row in rows]

    return await instance.read(unit)


async def test_a_talent_at_home_has_agreed_to_nothing_yet(instance: Instance):
    tia = await make_person(instance, "tia", PersonKind.TALENT, reach=None)

    assert await _ledger(instance, tia.id) == []


async def test_raising_and_lowering_the_reach_are_both_on_record(instance: Instance):
    tia = await make_person(instance, "tia", PersonKind.TALENT, reach=None)

    await instance.work(change_reach, tia.id, Reach.FEDIVERSE)
    await instance.work(change_reach, tia.id, Reach.HOME)

    assert await _ledger(instance, tia.id) == [
        ("reach:fediverse", True),
        ("reach:fediverse", False),
    ]
    told = await instance.read(export, tia.id)
    assert [one["given"] for one in told["consents"]] == [True, False]


async def test_an_employer_starts_with_the_consent_to_be_public(instance: Instance):
    ann = await make_person(instance, "ann")

    assert await _ledger(instance, ann.id) == [("reach:fediverse", True)]
