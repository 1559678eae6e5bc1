"""Logins, the people they act for, and what ends when a right goes."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text

from server.access import names, service, sessions
from server.access.jobs import sweep
from server.access.model import Login, LoginPerson, PageSession, StaffRole
from server.access.oauth.model import OAuthApp, OAuthToken
from server.access.oauth.rules import UNUSED_APP_KEPT, UNUSED_TOKEN_KEPT
from server.access.passwords import Passwords
from server.access.privacy import erase, export
from server.access.queries import logins_of_person, people_of_login, permissions_of
from server.access.rules import SESSION_LASTS
from server.access.visitors import Visitors
from server.people.model import PersonKind
from server.people.service import delete_person, restore_person, suspend_person
from server.platform.errors import Invalid, NotFound
from tests.support.people import (
    PASSWORD,
    make_login,
    make_person,
    make_remote,
    make_token,
    quick_hash,
)


def visitors(instance):
    return instance.part(Visitors)


async def test_an_address_is_found_in_any_spelling_and_readable_nowhere(instance):
    login = await make_login(instance, email="Ann@Ours.Example")

    found = await instance.read(names.login_by_email, "ann@ours.EXAMPLE")

    assert found.id == login.id
    assert await instance.read(names.email_of, found) == "ann@ours.example"

    def stored(r):
        return r.session.execute(text("SELECT email_index, email_sealed FROM login")).one()

    assert "ann" not in str(await instance.read(stored))


@pytest.mark.parametrize("email", ["ann", "ann@ours", "a b@ours.example", ""])
async def test_a_malformed_address_is_refused(instance, email):
    with pytest.raises(Invalid):
        await make_login(instance, email=email)
    assert await instance.read(names.login_by_email, email) is None


async def test_an_address_is_taken_once(instance):
    await make_login(instance, email="ann@ours.example")
    with pytest.raises(Invalid) as refused:
        await make_login(instance, email="ANN@ours.example")
    assert refused.value.details["email"][0].code == "ERR_TAKEN"


async def test_a_login_acts_for_several_people_and_an_organisation_has_several_logins(instance):
    ann = await make_person(instance, "ann", PersonKind.MENTOR)
    city = await make_person(instance, "city", PersonKind.ORGANISATION)
    login = await make_login(instance, [ann.id, city.id])
    colleague = await make_login(instance, email="ben@ours.example")
    await instance.work(service.grant_person, colleague.id, city.id, service.EDITOR)

    people = await instance.read(people_of_login, login.id)
    assert [one.username for one in people] == ["ann", "city"]
    assert await instance.read(logins_of_person, city.id) == {
        login.id: "owner",
        colleague.id: "editor",
    }


async def test_a_private_person_has_one_login(instance):
    ann = await make_person(instance, "ann", PersonKind.TALENT)
    await make_login(instance, [ann.id])
    other = await make_login(instance, email="ben@ours.example")
    with pytest.raises(Invalid):
        await instance.work(service.grant_person, other.id, ann.id)
    with pytest.raises(Invalid):
        await instance.work(service.grant_person, other.id, ann.id, service.EDITOR)


async def test_nobody_acts_for_people_elsewhere_or_nobody(instance):
    rob = await make_remote(instance, "rob")
    ann = await make_person(instance, "ann")
    login = await make_login(instance)
    for login_id, person_id in ((login.id, rob.id), (login.id, 5), (5, ann.id)):
        with pytest.raises(NotFound):
            await instance.work(service.grant_person, login_id, person_id)
    with pytest.raises(Invalid):
        await instance.work(service.grant_person, login.id, ann.id, "king")


async def test_a_token_stands_for_its_person_and_scopes(instance):
    ann = await make_person(instance, "ann")
    login = await make_login(instance, [ann.id], roles=[StaffRole.COACH])
    token = await make_token(instance, ann.id, "read write:media", login.id)

    visitor = await visitors(instance).by_token(token)

    assert visitor.person_id == ann.id
    assert visitor.login_id == login.id
    assert visitor.may("read:statuses")
    assert visitor.may("write:media")
    assert not visitor.may("write:statuses")
    assert visitor.has_role("coach")
    assert await visitors(instance).by_token("made up") is None


async def test_a_token_is_kept_as_a_fingerprint_only(instance):
    ann = await make_person(instance, "ann")
    token = await make_token(instance, ann.id)

    def stored(r):
        return str(r.session.execute(text("SELECT * FROM oauth_token")).all())

    assert token not in await instance.read(stored)


async def test_tokens_are_made_for_people_here_with_known_scopes_only(instance):
    ann, rob = await make_person(instance, "ann"), await make_remote(instance, "rob")
    login = await make_login(instance)
    with pytest.raises(NotFound):
        await make_token(instance, rob.id)
    with pytest.raises(NotFound):
        await make_token(instance, ann.id, login_id=login.id)
    with pytest.raises(Invalid):
        await make_token(instance, ann.id, "everything")


async def both_ways_in(instance, ann, login):
    token = await make_token(instance, ann.id, login_id=login.id)
    cookie = await instance.work(sessions.begin_session, login.id, ann.id)
    assert await visitors(instance).by_token(token)
    assert await visitors(instance).by_session(cookie)
    return token, cookie


@pytest.mark.parametrize(
    "ending",
    [
        lambda i, _, login: i.work(service.disable_login, login.id),
        lambda i, _, login: i.work(service.change_password, login.id, quick_hash("another one!")),
        lambda i, ann, login: i.work(service.withdraw_person, login.id, ann.id),
        lambda i, ann, _: i.work(suspend_person, ann.id),
        lambda i, ann, _: i.work(delete_person, ann.id),
        lambda i, ann, _: i.work(erase, ann.id),
    ],
    ids=["disabled", "new password", "withdrawn", "suspended", "deleted", "erased"],
)
async def test_every_way_in_closes_at_once(instance, ending):
    ann = await make_person(instance, "ann")
    login = await make_login(instance, [ann.id])
    token, cookie = await both_ways_in(instance, ann, login)

    await ending(instance, ann, login)

    assert await visitors(instance).by_token(token) is None
    assert await visitors(instance).by_session(cookie) is None


async def test_an_end_is_told_to_open_streams(instance):
    from server.platform.live import Listener

    ann = await make_person(instance, "ann")
    token = await make_token(instance, ann.id)
    visitor = await visitors(instance).by_token(token)
    stream = Listener()
    instance.live.subscribe(stream, f"token:{visitor.token_id}")

    await instance.work(suspend_person, ann.id)

    assert stream.waiting.get_nowait().what == "revoked"


async def test_an_ended_token_does_not_come_back(instance):
    ann = await make_person(instance, "ann")
    token = await make_token(instance, ann.id)
    await instance.work(suspend_person, ann.id)
    await instance.work(restore_person, ann.id)
    assert await visitors(instance).by_token(token) is None


async def test_what_another_process_ended_is_believed_five_seconds_at_most(instance, monkeypatch):
    from activitypub.fetching.cache import BoundedCache

    now = [0.0]
    source = Visitors(instance)
    source._known = BoundedCache(10, clock=lambda: now[0])
    ann = await make_person(instance, "ann")
    token = await make_token(instance, ann.id)
    assert await source.by_token(token)

    def elsewhere(w):
        w.session.execute(text("UPDATE oauth_token SET revoked_at = created_at"))

    await instance.work(elsewhere)
    now[0] = 4.9
    assert await source.by_token(token)
    now[0] = 5.1
    assert await source.by_token(token) is None
    source.close()


async def test_a_session_ends_after_thirty_days(instance):
    login = await make_login(instance)
    cookie = await instance.work(sessions.begin_session, login.id, None)
    instance.clock.move(SESSION_LASTS)
    assert await visitors(instance).by_session(cookie) is None
    await instance.work(sweep)

    def left(r):
        return r.session.scalars(select(PageSession)).all()

    assert await instance.read(left) == []


async def test_a_session_keeps_no_person_whom_its_login_acts_for_no_more(instance):
    ann, ben = await make_person(instance, "ann"), await make_person(instance, "ben")
    login = await make_login(instance, [ann.id, ben.id])
    cookie = await instance.work(sessions.begin_session, login.id, ann.id)

    def grant_lost(w):
        w.session.execute(text("DELETE FROM login_person"))

    await instance.work(grant_lost)
    visitor = await Visitors(instance).by_session(cookie)
    assert visitor.login_id == login.id
    assert visitor.person_id is None


async def test_a_role_taken_ends_sessions_and_is_gone(instance):
    login = await make_login(instance, roles=[StaffRole.ADMIN])
    await instance.work(service.give_role, login.id, StaffRole.MODERATOR)
    cookie = await instance.work(sessions.begin_session, login.id, None)
    assert (await visitors(instance).by_session(cookie)).has_role("moderator")

    await instance.work(service.take_role, login.id, StaffRole.MODERATOR)

    assert await visitors(instance).by_session(cookie) is None
    again = await instance.work(sessions.begin_session, login.id, None)
    assert (await visitors(instance).by_session(again)).staff_roles == {"admin"}
    with pytest.raises(NotFound):
        await instance.work(service.give_role, 5, StaffRole.ADMIN)


async def test_a_disabled_login_can_be_enabled(instance):
    login = await make_login(instance)
    await instance.work(service.disable_login, login.id)
    await instance.work(service.enable_login, login.id)
    cookie = await instance.work(sessions.begin_session, login.id, None)
    assert await visitors(instance).by_session(cookie)


async def test_a_login_goes_with_its_last_person_unless_it_is_staff(instance):
    ann, ben = await make_person(instance, "ann"), await make_person(instance, "ben")
    private = await make_login(instance, [ann.id], "ann@ours.example")
    staff = await make_login(instance, [ben.id], "ben@ours.example", roles=[StaffRole.COACH])

    await instance.work(delete_person, ann.id)
    await instance.work(delete_person, ben.id)

    def left(r):
        return list(r.session.scalars(select(Login.id))), r.session.scalars(
            select(LoginPerson)
        ).all()

    assert await instance.read(left) == ([staff.id], [])
    assert private.id != staff.id


async def test_an_export_names_addresses_of_owners_and_applications(instance):
    city = await make_person(instance, "city", PersonKind.ORGANISATION)
    login = await make_login(instance, [city.id])
    colleague = await make_login(instance, email="ben@ours.example")
    await instance.work(service.grant_person, colleague.id, city.id, service.EDITOR)
    await make_token(instance, city.id, "read", login.id)
    await instance.work(sessions.begin_session, login.id, city.id)

    told = await instance.read(export, city.id)

    assert [one["email"] for one in told["logins"]] == ["ann@ours.example"]
    assert told["applications"][0]["scopes"] == ["read"]
    assert len(told["sessions"]) == 1
    (permission,) = await instance.read(permissions_of, city.id)
    assert permission.app_name == "tests"


async def test_idle_tokens_and_unused_applications_are_swept_away(instance):
    ann = await make_person(instance, "ann")
    token = await make_token(instance, ann.id)

    def rows(r):
        return len(r.session.scalars(select(OAuthApp)).all()), len(
            r.session.scalars(select(OAuthToken)).all()
        )

    instance.clock.move(UNUSED_APP_KEPT * 2)
    await instance.work(sweep)
    assert await instance.read(rows) == (1, 1)
    assert await visitors(instance).by_token(token)
    instance.clock.move(UNUSED_TOKEN_KEPT - UNUSED_APP_KEPT)
    await instance.work(sweep)
    assert await instance.read(rows) == (1, 1)
    instance.clock.move(UNUSED_TOKEN_KEPT)
    await instance.work(sweep)
    assert await instance.read(rows) == (0, 0)


async def test_a_locale_is_kept_with_the_login(instance):
    login = await make_login(instance)
    await instance.work(service.change_locale, login.id, "nl")
    cookie = await instance.work(sessions.begin_session, login.id, None)
    assert (await visitors(instance).by_session(cookie)).locale == "nl"


async def test_a_password_is_checked_and_a_weak_hash_renewed(instance):
    passwords = instance.part(Passwords)

    verdict = await passwords.check(quick_hash(), PASSWORD)

    assert verdict.is_right
    assert verdict.fresh_hash.startswith("$argon2id$")
    assert not (await passwords.check(quick_hash(), "wrong")).is_right
    assert not (await passwords.check("not a hash", PASSWORD)).is_right
    assert not (await passwords.check(None, PASSWORD)).is_right
    assert not (await passwords.check(quick_hash(), "x" * 201)).is_right


async def test_an_unknown_login_costs_a_verification(instance):
    checked = []

    class Counting(PasswordHasher):
        def verify(self, *given):
            checked.append(given)
            return super().verify(*given)

    passwords = Passwords(Counting(time_cost=1, memory_cost=64, parallelism=1))
    await passwords.check(None, PASSWORD)
    await passwords.check(None, PASSWORD)
    passwords.close()
    assert len(checked) == 2


async def test_a_short_password_is_refused(instance):
    with pytest.raises(Invalid) as refused:
        await instance.part(Passwords).hash("short")
    assert "password" in refused.value.details
    assert (await instance.part(Passwords).hash(PASSWORD)).startswith("$argon2id$")
