"""Logins without an e-mail address, and people who share a device."""

from datetime import timedelta

import pytest

from server.access import names, service, sessions
from server.access.rules import SHARED_SESSION_LASTS
from server.access.visitors import Visitors
from server.people.model import PersonKind
from server.platform.errors import Invalid
from tests.support.people import PASSWORD, make_login, make_person, quick_hash

SESSION = "meshwork_session"


async def make_named(instance, name="Sam", **said):
    return await instance.work(
        lambda w: service.create_login(w, name=name, password_hash=quick_hash(), **said)
    )


async def test_somebody_signs_in_with_a_name_alone(instance, browser):
    login = await make_named(instance, "فاطمة", locale="ar")
    answer = await browser.sign_in(" فاطمة ", PASSWORD, "/there")
    assert answer.status == 303
    assert answer.headers["Location"] == "/there"
    assert (await instance.read(names.login_by_name, "فاطمة")).id == login.id
    assert await instance.read(names.email_of, login) is None
    assert await instance.read(names.name_of, login) == "فاطمة"


async def test_a_login_is_called_something_sound_and_free(instance):
    await make_named(instance, "sam")
    await make_login(instance, email="ann@ours.example")
    for said in (
        {},
        {"name": "SAM"},
        {"name": "sam@ours.example"},
        {"name": "s"},
        {"email": "ANN@ours.example", "name": "new"},
    ):
        with pytest.raises(Invalid):
            await instance.work(lambda w, said=said: service.create_login(w, **said))
    assert await instance.read(names.login_by_name, "new") is None


async def test_a_login_without_a_password_has_no_right_password(instance, browser):
    await instance.work(lambda w: service.create_login(w, name="sam"))
    for password in ("", "None", PASSWORD):
        answer = await browser.sign_in("sam", password)
        assert answer.status == 422
        assert "The name or the password is wrong." in browser.shown


async def test_an_address_is_confirmed_once(instance):
    login = await make_login(instance)
    named = await make_named(instance)
    for one in (login, named):
        await instance.work(service.mark_email_confirmed, one.id)
    noon = instance.clock.now()
    instance.clock.move(timedelta(days=1))
    await instance.work(service.mark_email_confirmed, login.id)
    assert (
        await instance.read(names.login_by_email, "ann@ours.example")
    ).email_confirmed_at == noon
    assert (await instance.read(names.login_by_name, "sam")).email_confirmed_at is None


async def test_a_shared_device_keeps_nothing(instance, browser):
    await make_login(instance)
    answer = await browser.sign_in("ann@ours.example", PASSWORD, shared="1")
    assert answer.cookies[SESSION]["max-age"] == ""

    page = await browser.get("/settings/sessions")
    assert page.headers["Cache-Control"] == "no-store"
    assert "shared device" in browser.shown

    out = await browser.post("/auth/sign_out")
    assert out.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'


async def test_ones_own_device_keeps_its_things(instance, browser):
    await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    page = await browser.get("/settings/sessions")
    assert page.headers["Cache-Control"] != "no-store"
    out = await browser.post("/auth/sign_out")
    assert "Clear-Site-Data" not in out.headers


async def test_a_session_on_a_shared_device_ends_when_nobody_uses_it(instance):
    login = await make_login(instance)
    cookie = await instance.work(
        lambda w: sessions.begin_session(w, login.id, None, is_shared=True)
    )

    async def visitor():
        source = Visitors(instance)
        found = await source.by_session(cookie)
        source.close()
        return found

    for _ in range(3):
        instance.clock.move(SHARED_SESSION_LASTS - timedelta(minutes=5))
        assert (await visitor()).is_shared_device
    instance.clock.move(SHARED_SESSION_LASTS)
    assert await visitor() is None


async def test_who_has_not_chosen_for_whom_is_led_to_choose(instance, browser):
    ann = await make_person(instance, "ann", PersonKind.MENTOR)
    city = await make_person(instance, "city", PersonKind.ORGANISATION)
    await make_login(instance, [ann.id, city.id])
    await browser.sign_in("ann@ours.example", PASSWORD)
    for path in ("/home", "/notifications?x=1"):
        answer = await browser.get(path)
        assert answer.status == 303
        assert answer.headers["Location"].startswith("/auth/act_as?next=" + path.partition("?")[0])
    await browser.get("/auth/act_as?next=/home")
    await browser.post("/auth/act_as", person_id=str(ann.id))
    assert (await browser.get("/home")).status == 200
