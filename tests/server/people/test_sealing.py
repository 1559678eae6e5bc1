"""A person's private values open under their own key alone, and never again once they are gone."""

import pytest
from sqlalchemy import func, select

from server.people.model import PersonKey
from server.people.privacy import erase, export
from server.people.sealing import destroy_key, has_key, open_for, seal_for
from server.people.service import delete_person
from server.platform.secrets import SecretsError
from server.platform.work import Reading
from tests.support.people import make_person


def keys(r: Reading) -> int:
    return r.session.scalar(select(func.count()).select_from(PersonKey)) or 0


async def test_what_was_sealed_for_somebody_opens_again(instance):
    ann = await make_person(instance, "ann")
    sealed = await instance.work(seal_for, ann.id, b"not yet", "work permission")
    assert b"not yet" not in sealed
    opened = await instance.read(open_for, ann.id, sealed, "work permission")
    assert opened == b"not yet"


async def test_a_key_is_made_once_on_first_use(instance):
    ann = await make_person(instance, "ann")
    assert not await instance.read(has_key, ann.id)
    first = await instance.work(seal_for, ann.id, b"same", "phone")
    second = await instance.work(seal_for, ann.id, b"same", "phone")
    assert first != second
    assert await instance.read(keys) == 1


async def test_another_persons_key_does_not_open_it(instance):
    ann, ben = await make_person(instance, "ann"), await make_person(instance, "ben")
    sealed = await instance.work(seal_for, ann.id, b"secret", "phone")
    await instance.work(seal_for, ben.id, b"other", "phone")
    with pytest.raises(SecretsError):
        await instance.read(open_for, ben.id, sealed, "phone")


async def test_it_opens_only_as_what_it_was_sealed(instance):
    ann = await make_person(instance, "ann")
    sealed = await instance.work(seal_for, ann.id, b"secret", "phone")
    with pytest.raises(SecretsError):
        await instance.read(open_for, ann.id, sealed, "display name")


async def test_nothing_opens_for_somebody_without_a_key(instance):
    ann, ben = await make_person(instance, "ann"), await make_person(instance, "ben")
    sealed = await instance.work(seal_for, ann.id, b"secret", "phone")
    with pytest.raises(SecretsError):
        await instance.read(open_for, ben.id, sealed, "phone")


@pytest.mark.parametrize("end", [erase, delete_person, destroy_key])
async def test_the_end_of_a_person_destroys_the_key_for_good(instance, end):
    ann = await make_person(instance, "ann")
    sealed = await instance.work(seal_for, ann.id, b"secret", "phone")
    await instance.work(end, ann.id)
    assert await instance.read(keys) == 0
    with pytest.raises(SecretsError):
        await instance.read(open_for, ann.id, sealed, "phone")


async def test_an_export_tells_of_the_key_and_never_gives_it_out(instance):
    ann = await make_person(instance, "ann")
    assert (await instance.read(export, ann.id))["has_sealed_values"] is False
    await instance.work(seal_for, ann.id, b"secret", "phone")
    told = await instance.read(export, ann.id)
    assert told["has_sealed_values"] is True
    assert not any(isinstance(value, bytes) for value in told.values())
