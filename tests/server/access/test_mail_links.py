"""Links by mail: to sign in, for a new password, for a new address. Mails go to a real server."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.access import names, service, sessions
from server.access.model import Ticket
from server.access.rules import LINK_LASTS, RESET_LASTS
from server.access.visitors import Visitors
from tests.support.people import PASSWORD, make_login, make_person, quick_hash

SESSION = "meshwork_session"
NEW = "four quiet green words"


async def ask(browser, name="ann@ours.example", going="/there", path="/auth/link"):
    await browser.get(f"{path}?next={going}")
    return await browser.post(path, email=name)


async def tickets(instance):
    return await instance.read(lambda r: list(r.session.scalars(select(Ticket))))


async def test_a_link_signs_in_at_once_in_the_browser_that_asked(instance, browser, mailbox):
    login = await make_login(instance)
    asked = await ask(browser)
    assert asked.headers["Location"] == "/auth/link_sent"
    path = await mailbox.last_path()

    answer = await browser.get(path)

    assert answer.headers["Location"] == "/there"
    visitor = await instance.part(Visitors).by_session(browser.cookies[SESSION])
    assert visitor.login_id == login.id
    assert (await instance.read(names.login_by_email, "ann@ours.example")).email_confirmed_at
    again = await browser.get(path)
    assert again.headers["Location"] == "/auth/sign_in?done=link"


async def test_elsewhere_a_button_has_to_be_pressed(instance, browser, elsewhere, mailbox):
    await make_login(instance)
    await ask(browser)
    path = await mailbox.last_path()

    page = await elsewhere.get(path)

    assert page.status == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Sign in here?" in elsewhere.shown
    assert SESSION not in elsewhere.cookies
    assert (await elsewhere.post(path, form_token="made up")).status == 403
    await elsewhere.get(path)
    answer = await elsewhere.post(path, shared="1")
    assert answer.headers["Location"] == "/there"
    assert answer.cookies[SESSION]["max-age"] == ""
    assert (await browser.get(path)).headers["Location"] == "/auth/sign_in?done=link"


async def test_programs_that_look_at_links_do_not_use_them_up(instance, browser, mailbox):
    await make_login(instance)
    await ask(browser)
    path = await mailbox.last_path()
    looked = await browser.client.head(path, headers={"Accept": "text/html"})
    assert looked.status == 405
    assert (await browser.get(path)).headers["Location"] == "/there"


@pytest.mark.parametrize("path", ["/auth/link", "/auth/forgot"])
async def test_whether_there_is_a_login_shows_in_no_answer(instance, browser, mailbox, path):
    await make_login(instance)
    off = await make_login(instance, email="off@ours.example")
    await instance.work(service.disable_login, off.id)
    await instance.work(lambda w: service.create_login(w, name="sam"))
    shown = set()
    for name in ("ann@ours.example", "nobody@ours.example", "off@ours.example", "sam", "nobody"):
        answer = await ask(browser, name, path=path)
        await browser.get(answer.headers["Location"])
        shown.add((answer.status, answer.headers["Location"], browser.shown.count("<p>")))
    assert len(shown) == 1
    assert [mail["To"] for mail in await mailbox.mails()] == ["ann@ours.example"]


async def test_a_name_is_enough_when_there_is_an_address(instance, browser, mailbox):
    await instance.work(
        lambda w: service.create_login(w, name="sam", email="sam@ours.example", locale="nl")
    )
    await ask(browser, "SAM")
    (mail,) = await mailbox.mails()
    assert mail["To"] == "sam@ours.example"
    assert mail["Content-Language"] == "nl"


async def test_a_link_ends(instance, browser, mailbox):
    login = await make_login(instance)
    await ask(browser)
    path = await mailbox.last_path()
    instance.clock.move(LINK_LASTS)
    assert (await browser.get(path)).headers["Location"] == "/auth/sign_in?done=link"
    assert (await browser.get("/auth/link/made-up")).headers["Location"].endswith("done=link")
    await ask(browser)
    path = await mailbox.last_path()
    await instance.work(service.disable_login, login.id)
    assert (await browser.get(path)).headers["Location"] == "/auth/sign_in?done=link"
    await browser.get("/auth/sign_in?done=link")
    assert "This link does not work any more" in browser.shown
    assert SESSION not in browser.cookies


async def test_no_link_lies_in_the_database(instance, browser, mailbox):
    await make_login(instance)
    await ask(browser)
    secret = (await mailbox.last_path()).rpartition("/")[2]
    (ticket,) = await tickets(instance)
    assert secret not in str(vars(ticket))


async def test_a_new_password_ends_what_the_old_one_opened(instance, browser, elsewhere, mailbox):
    ann = await make_person(instance, "ann")
    login = await make_login(instance, [ann.id])
    open_session = await instance.work(sessions.begin_session, login.id, ann.id)
    await ask(browser, path="/auth/forgot")
    path = await mailbox.last_path()
    await elsewhere.get(path)

    refused = await elsewhere.post(path, new_password="short")
    assert refused.status == 422
    assert "must have 10 to 200 characters" in elsewhere.shown
    done = await elsewhere.post(path, new_password=NEW)

    assert done.headers["Location"] == "/auth/sign_in?done=password"
    assert SESSION not in elsewhere.cookies
    assert await instance.part(Visitors).by_session(open_session) is None
    assert (await browser.sign_in("ann@ours.example", PASSWORD)).status == 422
    assert (await browser.sign_in("ann@ours.example", NEW)).status == 303
    assert (await mailbox.mails())[-1]["Subject"] == "Your sign-in was changed"
    assert (await elsewhere.get(path)).headers["Location"] == "/auth/sign_in?done=link"
    await elsewhere.get("/auth/forgot")
    late = await elsewhere.post(path, new_password=NEW)
    assert late.headers["Location"] == "/auth/sign_in?done=link"


async def test_a_link_for_a_new_password_ends_and_signs_nobody_in(instance, browser, mailbox):
    await make_login(instance)
    await ask(browser, path="/auth/forgot")
    path = await mailbox.last_path()
    as_link = path.replace("/auth/reset/", "/auth/link/")
    assert (await browser.get(as_link)).headers["Location"] == "/auth/sign_in?done=link"
    instance.clock.move(RESET_LASTS)
    assert (await browser.get(path)).status == 303
    assert SESSION not in browser.cookies


async def test_a_new_address_counts_once_it_is_confirmed(instance, browser, elsewhere, mailbox):
    login = await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    await browser.get("/settings/sign_in/email")
    wrong = await browser.post("/settings/sign_in/email", email="nonsense")
    assert wrong.status == 422
    assert "nonsense" in browser.shown
    await browser.post("/settings/sign_in/email", email="new@ours.example")

    (asked,) = await mailbox.mails()
    assert asked["To"] == "new@ours.example"
    path = await mailbox.last_path()
    assert await instance.read(names.login_by_email, "new@ours.example") is None
    await elsewhere.get(path)
    done = await elsewhere.post(path)

    assert done.status == 200
    assert "Your new address is set" in elsewhere.shown
    assert (await instance.read(names.login_by_email, "new@ours.example")).id == login.id
    assert await instance.read(names.login_by_email, "ann@ours.example") is None
    told = (await mailbox.mails())[-1]
    assert told["To"] == "ann@ours.example"
    assert "was changed" in told.get_body(("plain",)).get_content()
    assert (await elsewhere.get(path)).status == 410
    await elsewhere.get("/auth/forgot")
    assert (await elsewhere.post(path)).status == 410


async def test_whose_address_it_is_shows_to_nobody(instance, browser, mailbox):
    await make_login(instance)
    await make_login(instance, email="ben@ours.example")
    await browser.sign_in("ann@ours.example", PASSWORD)
    for address in ("ben@ours.example", "free@ours.example"):
        await browser.get("/settings/sign_in/email")
        answer = await browser.post("/settings/sign_in/email", email=address)
        assert answer.headers["Location"] == "/settings/sign_in?done=email"
    assert [mail["To"] for mail in await mailbox.mails()] == ["free@ours.example"]


async def test_an_address_taken_meanwhile_is_not_taken_over(instance, browser, mailbox):
    login = await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    await browser.get("/settings/sign_in/email")
    await browser.post("/settings/sign_in/email", email="free@ours.example")
    path = await mailbox.last_path()
    await make_login(instance, email="free@ours.example")
    await browser.get(path)
    assert (await browser.post(path)).status == 410
    assert (await instance.read(names.login_by_email, "ann@ours.example")).id == login.id


async def test_changing_the_password_ends_links_that_are_out(instance, browser, mailbox):
    login = await make_login(instance)
    await ask(browser)
    await mailbox.mails()
    assert len(await tickets(instance)) == 1
    await instance.work(service.change_password, login.id, quick_hash(NEW))
    assert await tickets(instance) == []


async def test_tickets_that_ran_out_are_swept_away(instance, browser, mailbox):
    from server.access.jobs import sweep

    await make_login(instance)
    await ask(browser)
    await mailbox.mails()
    instance.clock.move(LINK_LASTS + timedelta(seconds=1))
    await instance.work(sweep)
    assert await tickets(instance) == []
