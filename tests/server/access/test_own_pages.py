"""What somebody sees and changes of their own access: sign-in, sessions, applications."""

import pytest

from server.access import names, sessions
from server.access.privacy import export
from server.access.queries import grants_of
from server.access.service import EDITOR, grant_person
from server.access.visitors import Visitors
from server.activity_log.queries import latest
from server.people.model import PersonKind
from tests.support.people import PASSWORD, make_login, make_person, make_token

SESSION = "meshwork_session"
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"
PAGES = (
    "/settings/sign_in", "/settings/sessions", "/settings/applications",
    "/settings/sign_in/password", "/settings/sign_in/email", "/settings/sign_in/name",
    "/settings/sign_in/second_factor", "/auth/prove",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
async def test_nobody_sees_these_pages_without_signing_in(browser, path):
    answer = await browser.get(path)
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/auth/sign_in?")


@pytest.mark.parametrize("path", PAGES)
async def test_their_owner_sees_them(instance, browser, path):
    await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    assert (await browser.get(path)).status == 200
    assert browser.shown.count("<h1") == 1


async def test_the_page_tells_how_one_signs_in(instance, browser):
    await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    await browser.get("/settings/sign_in")
    assert "ann@ours.example" in browser.shown
    assert "not confirmed yet" not in browser.shown


async def test_a_sign_in_name_is_set_and_refused(instance, browser):
    login = await make_login(instance)
    await make_login(instance, email="ben@ours.example")
    await browser.sign_in("ann@ours.example", PASSWORD)
    await browser.get("/settings/sign_in/name")
    wrong = await browser.post("/settings/sign_in/name", name="a b")
    assert wrong.status == 422
    assert "must have 3 to 30 letters" in browser.shown
    await browser.post("/settings/sign_in/name", name="Sam")
    assert (await instance.read(names.login_by_name, "sam")).id == login.id
    await browser.get("/settings/sign_in/name")
    same = await browser.post("/settings/sign_in/name", name="SAM")
    assert same.headers["Location"] == "/settings/sign_in?done=name"


async def test_a_language_is_kept_with_the_login(instance, browser):
    await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    await browser.get("/settings/sign_in")
    await browser.post("/settings/sign_in/language", language="nl")
    assert (await instance.read(names.login_by_email, "ann@ours.example")).locale == "nl"
    await browser.get("/settings/sign_in")
    assert '<html lang="nl"' in browser.shown
    assert (await browser.post("/settings/sign_in/language", language="xx")).status == 404


async def test_a_new_password_signs_out_everywhere_else(instance, browser, mailbox):
    ann = await make_person(instance, "ann")
    login = await make_login(instance, [ann.id])
    other = await instance.work(sessions.begin_session, login.id, ann.id)
    token = await make_token(instance, ann.id, login_id=login.id)
    await browser.sign_in("ann@ours.example", PASSWORD)
    before = browser.cookies[SESSION]
    await browser.get("/settings/sign_in/password")
    short = await browser.post("/settings/sign_in/password", new_password="short")
    assert short.status == 422
    await browser.post("/settings/sign_in/password", new_password="four quiet green words")

    source = instance.part(Visitors)
    assert await source.by_session(other) is None
    assert await source.by_session(before) is None
    assert await source.by_token(token) is None
    visitor = await source.by_session(browser.cookies[SESSION])
    assert visitor.person_id == ann.id
    assert [mail["To"] for mail in await mailbox.mails()] == ["ann@ours.example"]
    logged = await instance.read(latest)
    assert [(one.verb, one.subject_id) for one in logged] == [("change_password", str(login.id))]


async def test_sessions_are_listed_and_ended(instance, browser, elsewhere):
    await make_login(instance)
    stranger = await make_login(instance, email="ben@ours.example")
    foreign = await instance.work(sessions.begin_session, stranger.id, None)
    await browser.sign_in("ann@ours.example", PASSWORD)
    await elsewhere.get("/auth/sign_in")
    answer = await elsewhere.client.post(
        "/auth/sign_in",
        data={**elsewhere.inputs(), "email": "ann@ours.example", "password": PASSWORD},
        headers=elsewhere._headers({"User-Agent": FIREFOX}),
        allow_redirects=False,
    )
    await elsewhere._kept(answer)
    source = instance.part(Visitors)
    there = await source.by_session(elsewhere.cookies[SESSION])

    await browser.get("/settings/sessions")
    assert "Firefox, Android" in browser.shown
    assert "127.0.0.1" not in browser.shown
    foreign_id = (await source.by_session(foreign)).session_id
    assert (await browser.post(f"/settings/sessions/{foreign_id}/end")).status == 404
    await browser.get("/settings/sessions")
    await browser.post(f"/settings/sessions/{there.session_id}/end")

    assert await source.by_session(elsewhere.cookies[SESSION]) is None
    assert await source.by_session(browser.cookies[SESSION])
    assert await source.by_session(foreign)


async def test_signing_out_everywhere_leaves_no_session(instance, browser):
    login = await make_login(instance)
    other = await instance.work(sessions.begin_session, login.id, None)
    await browser.sign_in("ann@ours.example", PASSWORD)
    here = browser.cookies[SESSION]
    await browser.get("/settings/sessions")
    answer = await browser.post("/settings/sessions/end")
    assert answer.headers["Location"] == "/auth/sign_in?done=out"
    assert SESSION not in browser.cookies
    for cookie in (other, here):
        assert await instance.part(Visitors).by_session(cookie) is None


async def test_applications_are_told_in_words_and_lose_their_access(instance, browser):
    ann = await make_person(instance, "ann")
    login = await make_login(instance, [ann.id])
    first = await make_token(instance, ann.id, "read", login.id)
    second = await make_token(instance, ann.id, "push", login.id)
    await browser.sign_in("ann@ours.example", PASSWORD)

    await browser.get("/settings/applications")
    assert "Receive your notifications" in browser.shown
    assert browser.shown.count("Take access back from tests") == 1
    (grant,) = await instance.read(grants_of, login.id)
    assert grant.scopes == ("read", "push")
    await browser.post(f"/settings/applications/{grant.token_id}/revoke")

    for token in (first, second):
        assert await instance.part(Visitors).by_token(token) is None
    await browser.get("/settings/applications")
    assert "No application may act for you." in browser.shown


async def test_access_that_a_colleague_gave_is_theirs(instance, browser):
    city = await make_person(instance, "city", PersonKind.ORGANISATION)
    login = await make_login(instance, [city.id])
    colleague = await make_login(instance, email="ben@ours.example")
    await instance.work(grant_person, colleague.id, city.id, EDITOR)
    token = await make_token(instance, city.id, "read", colleague.id)
    stranger = await make_person(instance, "stranger")
    foreign = await make_token(instance, stranger.id)
    source = instance.part(Visitors)
    await browser.sign_in("ann@ours.example", PASSWORD)
    assert await instance.read(grants_of, login.id) == []
    await browser.get("/settings/applications")
    for one in (token, foreign):
        token_id = (await source.by_token(one)).token_id
        await browser.get("/settings/sessions")
        assert (await browser.post(f"/settings/applications/{token_id}/revoke")).status == 404
        assert await source.by_token(one)


async def test_an_export_tells_of_names_and_browsers(instance, browser):
    ann = await make_person(instance, "ann")
    await make_login(instance, [ann.id])
    await browser.sign_in("ann@ours.example", PASSWORD)
    told = await instance.read(export, ann.id)
    (login,) = told["logins"]
    assert login["sign_in_name"] is None
    assert login["has_authenticator"] is False
    assert login["passkeys"] == []
    assert told["sessions"][0]["is_shared_device"] is False
