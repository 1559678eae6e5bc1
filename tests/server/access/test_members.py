"""Colleagues of an organisation: invited with codes, changed and removed by owners."""

import pytest

from server.access import members
from server.access.members import InvitationOver, LastOwner
from server.access.queries import logins_of_person
from server.access.rules import INVITATION_LASTS
from server.access.service import EDITOR, OWNER
from server.access.sessions import begin_session
from server.access.visitors import Visitors
from server.people.model import PersonKind
from server.people.service import delete_person
from server.platform.errors import Invalid, NotAllowed, NotFound
from tests.support.people import make_login, make_person


@pytest.fixture
async def city(instance):
    return await make_person(instance, "city", PersonKind.ORGANISATION)


@pytest.fixture
async def owner(instance, city):
    return await make_login(instance, [city.id])


@pytest.fixture
async def colleague(instance):
    return await make_login(instance, email="ben@ours.example")


async def joined(instance, city, owner, colleague, role=EDITOR):
    code = await instance.work(members.invite_member, city.id, role, owner.id)
    return await instance.work(members.accept_member, code, colleague.id)


async def test_a_colleague_is_invited_with_a_code(instance, city, owner, colleague):
    code = await instance.work(members.invite_member, city.id, EDITOR, owner.id)
    typed = code.lower().replace("-", " ")
    assert await instance.work(members.accept_member, typed, colleague.id) == city.id
    found = await instance.read(members.members_of, city.id)
    assert [(one.called, one.role) for one in found] == [
        ("ann@ours.example", "owner"),
        ("ben@ours.example", "editor"),
    ]
    with pytest.raises(InvitationOver):
        await instance.work(members.accept_member, code, colleague.id)


async def test_an_invitation_ends(instance, city, owner, colleague):
    code = await instance.work(members.invite_member, city.id, EDITOR, owner.id)
    with pytest.raises(InvitationOver):
        await instance.work(members.accept_member, "ABCD-EFGH-JKMN", colleague.id)
    instance.clock.move(INVITATION_LASTS)
    with pytest.raises(InvitationOver):
        await instance.work(members.accept_member, code, colleague.id)


async def test_an_invitation_goes_with_the_organisation(instance, city, owner, colleague):
    code = await instance.work(members.invite_member, city.id, EDITOR, owner.id)
    await instance.work(delete_person, city.id)
    with pytest.raises(NotFound):
        await instance.work(members.accept_member, code, colleague.id)


async def test_only_owners_invite_change_and_remove(instance, city, owner, colleague):
    await joined(instance, city, owner, colleague)
    for change in (
        lambda w: members.invite_member(w, city.id, EDITOR, colleague.id),
        lambda w: members.invite_member(w, city.id, EDITOR, 5),
        lambda w: members.change_member(w, city.id, owner.id, EDITOR, colleague.id),
        lambda w: members.remove_member(w, city.id, owner.id, colleague.id),
    ):
        with pytest.raises(NotAllowed):
            await instance.work(change)
    with pytest.raises(Invalid):
        await instance.work(members.invite_member, city.id, "king", owner.id)


async def test_the_last_owner_stays(instance, city, owner, colleague):
    await joined(instance, city, owner, colleague)
    for change in (
        lambda w: members.remove_member(w, city.id, owner.id, owner.id),
        lambda w: members.change_member(w, city.id, owner.id, EDITOR, owner.id),
    ):
        with pytest.raises(LastOwner):
            await instance.work(change)
    await instance.work(members.change_member, city.id, colleague.id, OWNER, owner.id)
    await instance.work(members.remove_member, city.id, owner.id, owner.id)
    assert await instance.read(logins_of_person, city.id) == {colleague.id: "owner"}


async def test_who_is_removed_is_signed_out_of_the_organisation(instance, city, owner, colleague):
    await joined(instance, city, owner, colleague)
    cookie = await instance.work(begin_session, colleague.id, city.id)
    await instance.work(members.remove_member, city.id, colleague.id, owner.id)
    assert await instance.part(Visitors).by_session(cookie) is None
    for change in (members.remove_member,):
        with pytest.raises(NotFound):
            await instance.work(change, city.id, colleague.id, owner.id)
    with pytest.raises(NotFound):
        await instance.work(members.change_member, city.id, colleague.id, EDITOR, owner.id)


async def test_an_editor_goes_alone_and_an_owner_stays_one(instance, city, owner, colleague):
    await joined(instance, city, owner, colleague)
    await instance.work(members.remove_member, city.id, colleague.id, colleague.id)
    await joined(instance, city, owner, colleague, OWNER)
    await joined(instance, city, owner, colleague, EDITOR)
    assert await instance.read(members.role_of, city.id, colleague.id) == OWNER
