"""The second step: an authenticator app from set-up to sign-in, recovery codes, and staff."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import text

from server.access.model import StaffRole
from server.access.proving import is_recently_proven
from server.access.rules import MOST_TRIES, PROOF_LASTS, STEP_LASTS
from server.access.signing_in.authenticators import begin_setup, use_code
from server.access.signing_in.codes import issue_sign_in_code
from server.access.signing_in.second_factor import STAFF_SECOND_FACTOR, remove_second_factors
from server.access.visitors import Visitors
from server.platform.choices import choose
from server.platform.errors import Conflict, NotFound
from tests.support.people import PASSWORD, make_login, make_person

SESSION, STEP = "meshwork_session", "meshwork_step"
PAGE = "/settings/sign_in/second_factor"


def code_now(instance, seed):
    return pyotp.TOTP(seed).at(instance.clock.now())


def seed_on(browser):
    spelled = re.search(r"<code dir=\"ltr\">([A-Z2-7 ]+)</code>", browser.shown)[1]
    return spelled.replace(" ", "")


async def set_up(instance, browser):
    """Set an app up on the pages; return its seed and the recovery codes."""
    await browser.sign_in("ann@ours.example", PASSWORD)
    await browser.get(PAGE)
    seed = seed_on(browser)
    answer = await browser.post(PAGE, code=code_now(instance, seed))
    assert answer.status == 200
    codes = re.findall(r"<code>([A-Z0-9-]{19})</code>", browser.shown)
    assert len(codes) == 10
    instance.clock.move(timedelta(seconds=60))
    return seed, codes


async def sign_out(browser):
    await browser.get("/auth/sign_out")
    await browser.post("/auth/sign_out")


async def test_an_app_is_asked_for_its_code_after_the_password(instance, browser, mailbox):
    await make_login(instance)
    seed, _ = await set_up(instance, browser)
    assert (await mailbox.mails())[-1]["Subject"] == "Your sign-in was changed"
    await sign_out(browser)

    first = await browser.sign_in("ann@ours.example", PASSWORD, "/there")

    assert first.headers["Location"] == "/auth/second_step"
    assert SESSION not in browser.cookies
    await browser.get("/auth/second_step")
    wrong = await browser.post("/auth/second_step", code="000000")
    assert wrong.status == 422
    assert SESSION not in browser.cookies
    code = code_now(instance, seed)
    done = await browser.post("/auth/second_step", code=f" {code[:3]} {code[3:]}")
    assert done.headers["Location"] == "/there"
    assert SESSION in browser.cookies
    assert STEP not in browser.cookies


async def test_no_code_counts_twice(instance, browser, elsewhere):
    login = await make_login(instance)
    seed, _ = await set_up(instance, browser)
    code = code_now(instance, seed)
    assert await instance.work(use_code, login.id, code)
    assert not await instance.work(use_code, login.id, code)
    await elsewhere.sign_in("ann@ours.example", PASSWORD)
    await elsewhere.get("/auth/second_step")
    assert (await elsewhere.post("/auth/second_step", code=code)).status == 422
    instance.clock.move(timedelta(seconds=-30))
    earlier = code_now(instance, seed)
    assert not await instance.work(use_code, login.id, earlier)


@pytest.mark.parametrize(("away", "is_right"), [(-60, False), (-30, True), (30, True), (60, False)])
async def test_a_clock_may_be_a_little_off(instance, browser, away, is_right):
    login = await make_login(instance)
    seed, _ = await set_up(instance, browser)
    instance.clock.move(timedelta(minutes=5))
    told = pyotp.TOTP(seed).at(instance.clock.now() + timedelta(seconds=away))
    assert await instance.work(use_code, login.id, told) is is_right


async def test_after_five_wrong_codes_everything_begins_again(instance, browser):
    await make_login(instance)
    seed, _ = await set_up(instance, browser)
    await sign_out(browser)
    await browser.sign_in("ann@ours.example", PASSWORD)
    await browser.get("/auth/second_step")
    for _ in range(MOST_TRIES - 1):
        assert (await browser.post("/auth/second_step", code="123")).status == 422
    kept = browser.cookies[STEP]
    last = await browser.post("/auth/second_step", code="123")
    assert last.headers["Location"] == "/auth/sign_in?done=tries"
    assert STEP not in browser.cookies
    browser.cookies[STEP] = kept
    await browser.get("/auth/sign_in")
    late = await browser.post("/auth/second_step", code=code_now(instance, seed))
    assert late.headers["Location"] == "/auth/sign_in"
    assert SESSION not in browser.cookies


async def test_the_second_step_needs_the_first_and_ends(instance, browser):
    await make_login(instance)
    await set_up(instance, browser)
    await sign_out(browser)
    for made_up in (None, "made-up", "x" * 600):
        if made_up:
            browser.cookies[STEP] = made_up
        assert (await browser.get("/auth/second_step")).headers["Location"] == "/auth/sign_in"
    await browser.sign_in("ann@ours.example", PASSWORD)
    instance.clock.move(STEP_LASTS)
    assert (await browser.get("/auth/second_step")).headers["Location"] == "/auth/sign_in"


async def test_a_half_signed_in_browser_is_nobody(instance, browser):
    await make_login(instance)
    await set_up(instance, browser)
    await sign_out(browser)
    await browser.sign_in("ann@ours.example", PASSWORD)
    answer = await browser.get("/settings/sign_in")
    assert answer.headers["Location"].startswith("/auth/sign_in")
    assert await instance.part(Visitors).by_session(browser.cookies[STEP]) is None


async def test_links_and_codes_ask_for_the_second_step_too(instance, browser, elsewhere, mailbox):
    login = await make_login(instance)
    await set_up(instance, browser)
    await elsewhere.get("/auth/link")
    await elsewhere.post("/auth/link", email="ann@ours.example")
    followed = await elsewhere.get(await mailbox.last_path())
    assert followed.headers["Location"] == "/auth/second_step"
    code = await instance.work(issue_sign_in_code, login.id, login.id)
    await elsewhere.get("/auth/code")
    typed = await elsewhere.post("/auth/code", code=code)
    assert typed.headers["Location"] == "/auth/second_step"
    assert SESSION not in elsewhere.cookies


async def test_a_recovery_code_opens_once(instance, browser):
    await make_login(instance)
    _, codes = await set_up(instance, browser)
    for code, status in ((codes[0].lower().replace("-", " "), 303), (codes[0], 422)):
        await sign_out(browser)
        await browser.sign_in("ann@ours.example", PASSWORD)
        await browser.get("/auth/second_step")
        assert (await browser.post("/auth/second_step", code=code)).status == status
    await browser.post("/auth/second_step", code=codes[1])
    await browser.get("/settings/sign_in")
    assert "You have 8 recovery codes left." in browser.shown


async def test_new_recovery_codes_replace_the_old_ones(instance, browser):
    await make_login(instance)
    _, old = await set_up(instance, browser)
    await browser.get("/settings/sign_in")
    made = await browser.post("/settings/sign_in/recovery_codes")
    assert made.headers["Cache-Control"] == "no-store"
    new = re.findall(r"<code>([A-Z0-9-]{19})</code>", browser.shown)
    assert not set(new) & set(old)
    await sign_out(browser)
    await browser.sign_in("ann@ours.example", PASSWORD)
    await browser.get("/auth/second_step")
    assert (await browser.post("/auth/second_step", code=old[3])).status == 422
    assert (await browser.post("/auth/second_step", code=new[3])).status == 303


async def test_recovery_codes_need_something_to_recover(instance, browser):
    await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    await browser.get("/settings/sign_in")
    assert (await browser.post("/settings/sign_in/recovery_codes")).status == 404


async def test_neither_seed_nor_codes_are_readable_in_the_database(instance, browser):
    await make_login(instance)
    seed, codes = await set_up(instance, browser)

    def stored(r):
        rows = [r.session.execute(text(f"SELECT * FROM {name}")).all()
                for name in ("authenticator", "recovery_code", "login")]  # fmt: skip
        return str(rows)

    found = await instance.read(stored)
    assert seed not in found
    assert not any(code in found for code in codes)


async def test_a_wrong_first_code_sets_nothing_up(instance, browser):
    login = await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    await browser.get(PAGE)
    seed = seed_on(browser)
    refused = await browser.post(PAGE, code="12")
    assert refused.status == 422
    assert seed_on(browser) == seed
    assert not await instance.work(use_code, login.id, code_now(instance, seed))
    await sign_out(browser)
    assert (await browser.sign_in("ann@ours.example", PASSWORD, "/there")).headers[
        "Location"
    ] == "/there"


async def test_an_app_is_removed_by_who_proves_to_own_it(instance, browser):
    login = await make_login(instance)
    seed, codes = await set_up(instance, browser)
    with pytest.raises(Conflict):
        await instance.work(begin_setup, login.id)
    await browser.get(PAGE)
    assert seed not in browser.shown
    instance.clock.move(PROOF_LASTS)
    led = await browser.post(f"{PAGE}/remove")
    assert led.headers["Location"] == f"/auth/prove?next={PAGE}"
    await browser.get(led.headers["Location"])
    for wrong in (
        {"password": PASSWORD, "code": "000000"},
        {"password": "wrong password", "code": code_now(instance, seed)},
        {"password": PASSWORD},
    ):
        assert (await browser.post("/auth/prove", **wrong)).status == 422
    before = browser.cookies[SESSION]
    proven = await browser.post("/auth/prove", password=PASSWORD, code=codes[0])
    assert proven.headers["Location"] == PAGE
    assert browser.cookies[SESSION] != before
    assert await instance.part(Visitors).by_session(before) is None
    await browser.get(PAGE)
    removed = await browser.post(f"{PAGE}/remove")
    assert removed.headers["Location"] == "/settings/sign_in?done=second_factor_off"
    await sign_out(browser)
    assert (await browser.sign_in("ann@ours.example", PASSWORD, "/there")).headers[
        "Location"
    ] == "/there"


async def test_a_proof_is_worth_ten_minutes(instance, browser):
    await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    visitor = await instance.part(Visitors).by_session(browser.cookies[SESSION])
    now = instance.clock.now()
    assert is_recently_proven(visitor, now)
    assert not is_recently_proven(visitor, now + PROOF_LASTS)
    instance.clock.move(PROOF_LASTS)
    for page in ("password", "email", "name", "second_factor"):
        path = f"/settings/sign_in/{page}"
        led = await browser.get(path)
        assert led.headers["Location"] == f"/auth/prove?next={path}"
    await browser.get("/auth/prove?next=https://evil.example/")
    assert (await browser.post("/auth/prove", password=PASSWORD)).headers["Location"] == "/"


async def test_staff_without_a_second_step_set_one_up_first(instance, browser):
    ann = await make_person(instance, "ann")
    await make_login(instance, [ann.id], roles=[StaffRole.ADMIN])
    await instance.work(choose, STAFF_SECOND_FACTOR, True)
    await browser.sign_in("ann@ours.example", PASSWORD)
    visitor = await instance.part(Visitors).by_session(browser.cookies[SESSION])
    assert visitor.lacks_second_factor
    assert not visitor.has_role("admin")
    for path in ("/", "/board", "/settings/mail"):
        led = await browser.get(path)
        if path.startswith("/settings"):  # a page of access
            assert led.status == 200
        else:
            assert led.headers["Location"] == PAGE
    await browser.get(PAGE)
    refused = await browser.post("/new/post", text="x")
    assert refused.status == 403

    await browser.get(PAGE)
    await browser.post(PAGE, code=code_now(instance, seed_on(browser)))

    assert (await browser.get("/")).status == 200
    visitor = await instance.part(Visitors).by_session(browser.cookies[SESSION])
    assert visitor.has_role("admin")


async def test_others_need_no_second_step_then(instance, browser):
    await make_login(instance)
    await instance.work(choose, STAFF_SECOND_FACTOR, True)
    await browser.sign_in("ann@ours.example", PASSWORD)
    assert (await browser.get("/")).status == 200


async def test_staff_help_somebody_who_lost_their_phone(instance, browser):
    login = await make_login(instance)
    await set_up(instance, browser)
    await instance.work(remove_second_factors, login.id, None)
    await sign_out(browser)
    assert (await browser.sign_in("ann@ours.example", PASSWORD, "/there")).headers[
        "Location"
    ] == "/there"


async def test_a_code_from_the_staff_opens_once_and_leads_to_a_password(
    instance, browser, elsewhere
):
    from server.access import service
    from server.access.rules import STAFF_CODE_LASTS

    login = await instance.work(lambda w: service.create_login(w, name="sam"))
    former = await instance.work(issue_sign_in_code, login.id, 5)
    code = await instance.work(issue_sign_in_code, login.id, 5)
    await browser.get("/auth/code?next=/there")
    for wrong in ("", "ABCD-EFGH-JKMN", former):
        assert (await browser.post("/auth/code", code=wrong)).status == 422
    answer = await browser.post("/auth/code", code=code.lower().replace("-", ""))
    assert answer.headers["Location"] == "/settings/sign_in/password?next=/there"
    await browser.get(answer.headers["Location"])
    assert "Not now" in browser.shown
    kept = await browser.post("/settings/sign_in/password", new_password="four quiet green words")
    assert kept.headers["Location"] == "/there"
    await elsewhere.get("/auth/code")
    assert (await elsewhere.post("/auth/code", code=code)).status == 422
    late = await instance.work(issue_sign_in_code, login.id, 5)
    instance.clock.move(STAFF_CODE_LASTS)
    assert (await elsewhere.post("/auth/code", code=late)).status == 422
    await instance.work(service.disable_login, login.id)
    with pytest.raises(NotFound):
        await instance.work(issue_sign_in_code, login.id, 5)
    with pytest.raises(NotFound):
        await instance.work(issue_sign_in_code, 5, 5)


async def test_wrong_codes_are_counted_for_each_account(instance, browser, aiohttp_client):
    from tests.server.access.test_pages import limited

    await make_login(instance)
    seed, _ = await set_up(instance, browser)
    guesser = await limited(instance, aiohttp_client)
    statuses = []
    for _ in range(11):
        if STEP not in guesser.cookies:
            await guesser.sign_in("ann@ours.example", PASSWORD)
            await guesser.get("/auth/second_step")
        statuses.append((await guesser.post("/auth/second_step", code="000000")).status)
    assert statuses[-1] == 429
    assert 429 not in statuses[:10]
    assert seed


async def test_nobody_can_have_a_mailbox_filled(instance, aiohttp_client):
    from tests.server.access.test_pages import limited

    browser = await limited(instance, aiohttp_client)
    statuses = []
    for name in ("ann@ours.example", "ANN@ours.example", "Ann@Ours.example") * 2:
        await browser.get("/auth/link")
        statuses.append((await browser.post("/auth/link", email=name)).status)
    assert statuses == [303] * 5 + [429]


async def test_staff_without_a_second_step_let_no_application_in(instance, browser):
    await make_login(instance, roles=[StaffRole.COACH])
    await instance.work(choose, STAFF_SECOND_FACTOR, True)
    await browser.sign_in("ann@ours.example", PASSWORD)
    assert (await browser.get("/oauth/authorize?client_id=x")).headers["Location"] == PAGE
