"""Signing in and out, and choosing whom one acts for, in a browser without scripts."""

import dataclasses

import pytest

from server.access import names, service, sessions
from server.access.entering import Arrival
from server.access.signing_in import doors
from server.access.visitors import Visitors
from server.app import build_app
from server.people.model import PersonKind
from server.platform.instance import Instance
from tests.server.access.conftest import Browser
from tests.support.people import PASSWORD, make_login, make_person, quick_hash

SESSION = "meshwork_session"


async def visitor_of(instance, browser):
    cookie = browser.cookies.get(SESSION)
    return await instance.part(Visitors).by_session(cookie) if cookie else None


async def test_the_address_people_try_first_leads_to_the_sign_in(browser):
    answer = await browser.get("/login")
    assert answer.status == 303
    assert answer.headers["Location"] == "/auth/sign_in"


async def test_signing_in_begins_a_guarded_session_for_the_only_person(instance, browser):
    ann = await make_person(instance, "ann")
    login = await make_login(instance, [ann.id])

    answer = await browser.sign_in("Ann@Ours.example", PASSWORD, "/home%3Fx=1")

    assert answer.status == 303
    assert answer.headers["Location"] == "/home?x=1"
    morsel = answer.cookies[SESSION]
    assert morsel["httponly"]
    assert morsel["secure"]
    assert morsel["samesite"] == "Lax"
    assert int(morsel["max-age"]) == 30 * 24 * 3600
    visitor = await visitor_of(instance, browser)
    assert visitor.login_id == login.id
    assert visitor.person_id == ann.id


async def test_a_sign_in_renews_a_weak_hash(instance, browser):
    login = await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    now = await instance.read(names.login_by_email, "ann@ours.example")
    assert now.password_hash != login.password_hash
    assert now.signed_in_at == instance.clock.now()


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ann@ours.example", "wrong password"),
        ("nobody@ours.example", PASSWORD),
        ("not an address", PASSWORD),
        ("", ""),
        ("off@ours.example", PASSWORD),
    ],
)
async def test_every_wrong_sign_in_gets_the_same_answer(instance, browser, email, password):
    await make_login(instance)
    off = await make_login(instance, email="off@ours.example")
    await instance.work(service.disable_login, off.id)

    answer = await browser.sign_in(email, password)

    assert answer.status == 422
    assert "The name or the password is wrong." in browser.shown
    assert SESSION not in browser.cookies
    assert password not in browser.shown or password == ""


async def test_a_planted_session_is_worth_nothing_after_signing_in(instance, browser):
    login = await make_login(instance)
    planted = await instance.work(sessions.begin_session, login.id, None)
    browser.cookies[SESSION] = planted
    await browser.get("/auth/sign_in?again=1")
    await browser.post("/auth/sign_in", email="ann@ours.example", password=PASSWORD)
    assert browser.cookies[SESSION] != planted
    assert await instance.part(Visitors).by_session(planted) is None


async def test_a_sign_in_without_the_forms_token_is_refused(instance, browser):
    await make_login(instance)
    await browser.get("/auth/sign_in")
    for token in ("", "made.up"):
        answer = await browser.post(
            "/auth/sign_in", email="ann@ours.example", password=PASSWORD, form_token=token
        )
        assert answer.status == 403
    assert SESSION not in browser.cookies


@pytest.mark.parametrize(
    "going", ["https://evil.example/", "//evil.example", "/%5Cevil.example", "javascript:alert(1)"]
)
async def test_nobody_is_led_away_after_signing_in(instance, browser, going):
    await make_login(instance)
    answer = await browser.sign_in("ann@ours.example", PASSWORD, going)
    assert answer.headers["Location"] == "/"


async def test_who_is_signed_in_already_goes_on(instance, browser):
    await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    answer = await browser.get("/auth/sign_in?next=/there")
    assert answer.status == 303
    assert answer.headers["Location"] == "/there"


async def test_signing_out_ends_the_session_on_the_server(instance, browser):
    await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    cookie = browser.cookies[SESSION]

    page = await browser.get("/auth/sign_out")
    answer = await browser.post("/auth/sign_out")

    assert page.status == 200
    assert answer.status == 303
    assert SESSION not in browser.cookies
    assert await instance.part(Visitors).by_session(cookie) is None
    assert (await browser.get("/auth/sign_out")).status == 303


async def test_a_link_alone_signs_nobody_out(instance, browser):
    await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    await browser.get("/auth/sign_out")
    assert await visitor_of(instance, browser) is not None
    answer = await browser.post("/auth/sign_out", form_token="made up")
    assert answer.status == 403
    assert await visitor_of(instance, browser) is not None


async def test_a_login_with_several_people_chooses_and_changes(instance, browser):
    ann = await make_person(instance, "ann", PersonKind.MENTOR, display_name="Ann")
    city = await make_person(instance, "city", PersonKind.ORGANISATION, display_name="The City")
    stranger = await make_person(instance, "stranger")
    await make_login(instance, [ann.id, city.id])

    signed = await browser.sign_in("ann@ours.example", PASSWORD, "/there")
    assert signed.headers["Location"] == "/auth/act_as?next=/there"
    assert (await visitor_of(instance, browser)).person_id is None
    await browser.get(signed.headers["Location"])
    assert "The City" in browser.shown
    chosen = await browser.post("/auth/act_as", person_id=str(city.id))
    assert chosen.headers["Location"] == "/there"
    assert (await visitor_of(instance, browser)).person_id == city.id

    for wrong in (str(stranger.id), "5", ""):
        await browser.get("/auth/act_as")
        answer = await browser.post("/auth/act_as", person_id=wrong)
        assert answer.status == 404
    assert (await visitor_of(instance, browser)).person_id == city.id


async def test_choosing_needs_a_sign_in(browser):
    answer = await browser.get("/auth/act_as")
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/auth/sign_in?")


async def limited(instance, aiohttp_client):
    from aiohttp import DummyCookieJar

    limits = dataclasses.replace(instance.settings.limits, enabled=True)
    instance.settings = dataclasses.replace(instance.settings, limits=limits)
    client = await aiohttp_client(build_app(instance), cookie_jar=DummyCookieJar())
    return Browser(client)


async def test_attempts_are_counted_for_each_address(instance: Instance, aiohttp_client):
    browser = await limited(instance, aiohttp_client)
    await browser.get("/auth/sign_in")
    answers = [
        await browser.post("/auth/sign_in", email=f"p{n}@ours.example", password="x")
        for n in range(21)
    ]
    assert [answer.status for answer in answers[:20]] == [422] * 20
    assert answers[20].status == 429
    assert int(answers[20].headers["Retry-After"]) > 0


async def test_attempts_are_counted_for_each_account(instance: Instance, aiohttp_client):
    """From many addresses, as a botnet would: the account is what they share."""
    from server.platform.http.limits import RATE_LIMITS

    browser = await limited(instance, aiohttp_client)
    await make_login(instance)
    app = browser.client.app
    account = instance.vault.blind_index("e-mail ann@ours.example")
    for _ in range(20):
        app[RATE_LIMITS].spend("sign_in", f"account {account}")
    await browser.get("/auth/sign_in")
    answer = await browser.post("/auth/sign_in", email="ANN@ours.example", password=PASSWORD)
    assert answer.status == 429


async def test_a_login_changed_while_its_password_was_checked_is_refused(instance):
    arrival = Arrival("/", is_shared=False, browser="", old_cookie=None)
    checked = await make_login(instance)
    await instance.work(service.change_password, checked.id, quick_hash("something else 1"))
    assert await instance.work(doors.begin, checked, None, arrival) is None
    fresh = await instance.read(names.login_by_email, "ann@ours.example")
    await instance.work(service.disable_login, fresh.id)
    assert await instance.work(doors.begin, fresh, None, arrival) is None
