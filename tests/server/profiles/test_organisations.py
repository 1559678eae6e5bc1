"""Organisations are checked by staff, the mark lapses with what was checked; colleagues act, too."""

import re

import pytest
from sqlalchemy import select

from server.access.members import members_of
from server.access.model import StaffRole
from server.access.service import EDITOR, OWNER, grant_person
from server.access.sessions import begin_session
from server.activity_log.model import LogEntry
from server.people.model import PersonKind
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.work import Reading
from server.profiles.inviting import invite
from server.profiles.queries import verified_among, verified_mark
from server.profiles.service import look_as_staff
from server.profiles.verifying import verify, withdraw
from tests.support.page_reader import PageReader
from tests.support.people import make_login, make_person, make_remote


@pytest.fixture
async def body(instance):
    return await make_person(instance, "hub", PersonKind.ORGANISATION, None, "The Hub")


@pytest.fixture
def as_login(instance, site_client):
    """Give a function that returns a reader of a login, acting for somebody or nobody."""

    async def signed_in(login_id: int, person_id: int | None = None) -> PageReader:
        token = await instance.work(begin_session, login_id, person_id)
        return PageReader(site_client, {SESSION_COOKIE: token})

    return signed_in


def verbs(r: Reading, person_id: int) -> list[str]:
    return list(
        r.session.scalars(
            select(LogEntry.verb).where(LogEntry.subject_id == str(person_id)).order_by(LogEntry.id)
        )
    )


async def staff(instance, role, as_login, email="staff@ours.example"):
    login = await make_login(instance, [], email, roles=[role])
    return await as_login(login.id)


async def test_staff_check_an_organisation_and_everybody_sees_it(
    instance, give, body, as_login, anybody
):
    await give(body.id, "legal_name", "The Hub vzw")
    reader = await staff(instance, StaffRole.COORDINATOR, as_login)
    assert await reader.get("/staff/organisations") == 200
    assert "The Hub vzw" in reader.text
    path = f"/staff/organisations/{body.id}/verify"
    assert await reader.post(path, []) == 422
    assert "Say what you have checked" in reader.text
    assert await reader.post(path, [("checked[]", "register"), ("checked[]", "visit")]) == 303
    mark = await instance.read(verified_mark, body.id)
    assert mark.checked == ("register", "visit")
    assert await instance.read(verified_among, [body.id, 5]) == {body.id}
    await anybody.get("/@hub")
    assert "We visited them" in anybody.text
    await reader.get("/staff/organisations?which=checked")
    assert "The Hub" in reader.text
    assert await reader.post(f"/staff/organisations/{body.id}/withdraw") == 303
    assert await instance.read(verified_mark, body.id) is None
    assert await reader.post(f"/staff/organisations/{body.id}/withdraw") == 404
    assert await instance.read(verbs, body.id) == ["verify_organisation", "withdraw_verification"]


@pytest.mark.parametrize("role", [StaffRole.COACH, StaffRole.MODERATOR])
async def test_other_roles_do_not_check_organisations(instance, body, as_login, role):
    reader = await staff(instance, role, as_login)
    assert await reader.get("/staff/organisations") == 403
    await reader.get("/auth/sign_in")
    assert (
        await reader.post(f"/staff/organisations/{body.id}/verify", [("checked[]", "call")]) == 403
    )
    assert await instance.read(verified_mark, body.id) is None


async def test_a_mark_lapses_when_name_or_number_change(instance, give, body):
    await give(body.id, "legal_name", "The Hub vzw")
    await instance.work(verify, login_id=1, person_id=body.id, checked=["call"])
    await give(body.id, "website", "https://hub.example")
    await give(body.id, "legal_name", "The Hub vzw")
    assert await instance.read(verified_mark, body.id) is not None
    await give(body.id, "number", "0123456749")
    assert await instance.read(verified_mark, body.id) is None
    assert "verification_lapsed" in await instance.read(verbs, body.id)


async def test_only_organisations_here_are_checked_for_something_known(instance, body):
    talent = await make_person(instance, "tia", PersonKind.TALENT, None)
    rob = await make_remote(instance)
    for person in (talent, rob):
        with pytest.raises(NotFound):
            await instance.work(verify, login_id=1, person_id=person.id, checked=["call"])
    for checked in ([], ["horoscope"], ["call", "horoscope"]):
        with pytest.raises(Invalid):
            await instance.work(verify, login_id=1, person_id=body.id, checked=checked)
    with pytest.raises(NotFound):
        await instance.work(withdraw, login_id=1, person_id=body.id)


async def test_staff_in_charge_look_for_a_reason_and_leave_a_trace(instance, give, as_login):
    talent = await make_person(instance, "tia", PersonKind.TALENT, None)
    await give(talent.id, "work_permission", "ask")
    reader = await staff(instance, StaffRole.COACH, as_login)
    path = f"/staff/profiles/{talent.id}"
    assert await reader.get(path) == 200
    assert "Please ask me" not in reader.text
    assert await reader.post(path, []) == 422
    assert await instance.read(verbs, talent.id) == []
    assert await reader.post(path, [("purpose", "coaching")]) == 200
    assert "Please ask me" in reader.text
    assert reader.headers["Cache-Control"] == "no-store"
    assert await instance.read(verbs, talent.id) == ["look_at_profile"]


async def test_nobody_else_looks_at_private_answers(instance, as_login, sign_in, body):
    talent = await make_person(instance, "tia", PersonKind.TALENT, None)
    path = f"/staff/profiles/{talent.id}"
    moderator = await staff(instance, StaffRole.MODERATOR, as_login)
    assert await moderator.get(path) == 403
    member = await sign_in(body.id)
    assert await member.get(path) == 403
    for roles, error in ((frozenset({"moderator"}), NotAllowed), (frozenset(), NotAllowed)):
        with pytest.raises(error):
            await instance.work(
                look_as_staff, login_id=1, roles=roles, person_id=talent.id, purpose="coaching"
            )
    rob = await make_remote(instance)
    with pytest.raises(NotFound):
        await instance.work(
            look_as_staff,
            login_id=1,
            roles=frozenset({"admin"}),
            person_id=rob.id,
            purpose="coaching",
        )


async def test_a_colleague_without_a_login_joins_by_a_link(instance, body, as_login, anybody):
    owner = await make_login(instance, [body.id], "owner@ours.example")
    reader = await as_login(owner.id, body.id)
    await reader.get("/settings/members")
    assert "owner@ours.example" in reader.text
    assert await reader.post("/settings/members", [("role", "editor"), ("email", "")]) == 200
    assert reader.headers["Cache-Control"] == "no-store"
    link = re.search(r"https://ours\.example(/members/join\?code=[\w-]+)", reader.body)[1]
    code = link.partition("code=")[2]

    assert await anybody.get(link) == 200
    sent = [("code", code), ("email", "new@ours.example")]
    assert await anybody.post("/members/join", [*sent, ("password", "short")]) == 422
    assert dict(anybody.form("/members/join"))["email"] == "new@ours.example"
    good = ("password", "correct horse battery")
    taken = [("code", code), ("email", "owner@ours.example"), good]
    assert await anybody.post("/members/join", taken) == 422
    assert "sign in first" in anybody.text
    assert await anybody.post("/members/join", [*sent, good]) == 303
    assert {m.called: m.role for m in await instance.read(members_of, body.id)} == {
        "owner@ours.example": OWNER,
        "new@ours.example": EDITOR,
    }
    assert await anybody.get("/settings/profile/organisation") == 200
    await anybody.get("/settings/name")
    assert await anybody.post("/settings/name", [("display_name", "Mine")]) == 403
    assert await anybody.post("/settings/reach", [("to", "home")]) == 403
    assert await anybody.post("/settings/members", [("role", "owner")]) == 403

    await reader.get("/settings/profile")
    assert await reader.post("/members/join", [("code", code)]) == 404


async def test_a_colleague_with_a_login_is_mailed_and_joins_by_a_code(instance, body, as_login):
    owner = await make_login(instance, [body.id], "owner@ours.example")
    ben = await make_person(instance, "ben", PersonKind.MENTOR, None)
    colleague = await make_login(instance, [ben.id], "ben@ours.example")
    made = await instance.work(
        invite, person_id=body.id, role=OWNER, by_login=owner.id, email="ben@ours.example"
    )
    reader = await as_login(colleague.id, ben.id)
    await reader.get("/members/join")
    assert await reader.post("/members/join", [("code", made.code.lower())]) == 303
    assert {m.role for m in await instance.read(members_of, body.id)} == {OWNER}


async def test_the_last_owner_stays_and_others_go(instance, body, as_login):
    owner = await make_login(instance, [body.id], "owner@ours.example")
    other = await make_login(instance, [], "other@ours.example")
    await instance.work(grant_person, other.id, body.id, EDITOR)
    reader = await as_login(owner.id, body.id)
    await reader.get("/settings/members")
    assert await reader.post(f"/settings/members/{owner.id}/remove") == 409
    assert "Somebody must remain" in reader.text
    assert await reader.post(f"/settings/members/{owner.id}/role", [("role", "editor")]) == 409
    colleague = await as_login(other.id, body.id)
    await colleague.get("/settings/members")
    assert await colleague.post(f"/settings/members/{owner.id}/remove") == 403
    assert await reader.post(f"/settings/members/{other.id}/role", [("role", "owner")]) == 303
    assert await reader.post(f"/settings/members/{owner.id}/remove") == 303
    assert [m.called for m in await instance.read(members_of, body.id)] == ["other@ours.example"]


async def test_private_people_have_no_colleagues(instance, sign_in):
    talent = await make_person(instance, "tia", PersonKind.TALENT, None)
    reader = await sign_in(talent.id)
    assert await reader.get("/settings/members") == 200
    assert "yours alone" in reader.text
    assert await reader.post("/settings/members", [("role", "editor")]) in {403, 404}
