"""Passkeys: every refusal, with a key made of software; the browser's part is a journey."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.access import service
from server.access.rules import CHALLENGE_LASTS, PROOF_LASTS
from server.access.signing_in import passkeys
from server.access.signing_in.passkeys import PasskeyRefused
from server.access.visitors import Visitors
from server.platform.errors import Invalid, NotFound
from tests.server.access.soft_key import SoftKey
from tests.support.people import PASSWORD, make_login

SESSION = "meshwork_session"


async def made(instance, login, key=None, name="My phone"):
    key = key or SoftKey()
    options = await instance.work(passkeys.offer_registration, login.id)
    await instance.work(passkeys.keep_passkey, login.id, key.made(options), name)
    return key


async def show(instance, key, **said):
    options = await instance.work(passkeys.offer_sign_in)
    return await instance.work(passkeys.read_shown, key.shown(options, **said))


async def test_a_passkey_tells_whose_it_is(instance):
    ann = await make_login(instance)
    ben = await make_login(instance, email="ben@ours.example")
    key, other = await made(instance, ann), await made(instance, ben)
    assert (await show(instance, key)).login_id == ann.id
    assert (await show(instance, other)).login_id == ben.id
    assert (await show(instance, key, is_verified=True)).is_verified
    assert not (await show(instance, key, is_verified=False)).is_verified


async def test_a_challenge_counts_once_and_for_minutes(instance):
    login = await make_login(instance)
    key = await made(instance, login)
    options = await instance.work(passkeys.offer_sign_in)
    await instance.work(passkeys.read_shown, key.shown(options))
    late = await instance.work(passkeys.offer_sign_in)
    made_up = {"challenge": "bWFkZSB1cCBieSBzb21lYm9keQ"}
    registration = await instance.work(passkeys.offer_registration, login.id)
    for wrong in (options, made_up, registration):
        with pytest.raises(PasskeyRefused):
            await instance.work(passkeys.read_shown, key.shown(wrong))
    instance.clock.move(CHALLENGE_LASTS)
    with pytest.raises(PasskeyRefused):
        await instance.work(passkeys.read_shown, key.shown(late))


async def test_a_challenge_of_one_login_makes_no_passkey_of_another(instance):
    ann = await make_login(instance)
    ben = await make_login(instance, email="ben@ours.example")
    options = await instance.work(passkeys.offer_registration, ann.id)
    with pytest.raises(PasskeyRefused):
        await instance.work(passkeys.keep_passkey, ben.id, SoftKey().made(options), "x")


@pytest.mark.parametrize(
    ("origin", "party"),
    [
        ("https://evil.example", "ours.example"),
        ("http://ours.example", "ours.example"),
        ("https://ours.example:8443", "ours.example"),
        ("https://sub.ours.example", "ours.example"),
        ("https://ours.example", "evil.example"),
    ],
)
async def test_a_passkey_of_another_site_is_refused(instance, origin, party):
    login = await make_login(instance)
    options = await instance.work(passkeys.offer_registration, login.id)
    with pytest.raises(PasskeyRefused):
        await instance.work(
            passkeys.keep_passkey, login.id, SoftKey(origin, party).made(options), ""
        )
    key = await made(instance, login)
    key.origin, key.party = origin, party
    with pytest.raises(PasskeyRefused):
        await show(instance, key)


async def test_a_copied_key_is_noticed(instance):
    login = await make_login(instance)
    key = await made(instance, login)
    await show(instance, key)
    key.counter = 0
    with pytest.raises(PasskeyRefused):
        await show(instance, key)


async def test_an_unknown_key_a_wrong_signature_and_a_wrong_owner_are_refused(instance):
    login = await make_login(instance)
    key = await made(instance, login)
    stranger = SoftKey()
    with pytest.raises(PasskeyRefused):
        await show(instance, stranger)
    stranger.credential_id = key.credential_id
    with pytest.raises(PasskeyRefused):
        await show(instance, stranger)
    key.user = "bm90IHRoZWlycw"
    with pytest.raises(PasskeyRefused):
        await show(instance, key)


async def test_a_disabled_login_has_no_passkey(instance):
    login = await make_login(instance)
    key = await made(instance, login)
    await instance.work(service.disable_login, login.id)
    with pytest.raises(PasskeyRefused):
        await show(instance, key)


async def test_a_key_is_kept_once_and_not_without_end(instance, monkeypatch):
    ann = await make_login(instance)
    ben = await make_login(instance, email="ben@ours.example")
    key = await made(instance, ann)
    for login in (ann, ben):
        with pytest.raises(PasskeyRefused):
            await made(instance, login, key)
    monkeypatch.setattr(passkeys, "MOST_PASSKEYS", 1)
    with pytest.raises(Invalid):
        await made(instance, ann)


async def test_a_passkey_is_deleted_by_its_owner(instance):
    ann = await make_login(instance)
    ben = await make_login(instance, email="ben@ours.example")
    key = await made(instance, ann)
    (kept,) = await instance.read(passkeys.passkeys_of, ann.id)
    with pytest.raises(NotFound):
        await instance.work(passkeys.delete_passkey, ben.id, kept.id)
    await instance.work(passkeys.delete_passkey, ann.id, kept.id)
    with pytest.raises(PasskeyRefused):
        await show(instance, key)


broken = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=20), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_nothing_that_a_stranger_sends_breaks_anything(instance, data):
    options = {"challenge": "AAAA", "user": {"id": "AAAA"}}
    sent = data.draw(st.sampled_from([SoftKey().made(options), SoftKey().shown(options), {}]))
    where = data.draw(st.sampled_from([sent, sent.get("response", sent)]))
    names = [*where, "rawId", "response", "clientDataJSON", "authenticatorData"]
    where[data.draw(st.sampled_from(names))] = data.draw(broken)
    with pytest.raises(Invalid):
        await instance.work(passkeys.read_shown, sent)
    with pytest.raises(Invalid):
        await instance.work(passkeys.keep_passkey, 5, sent, "x")


async def register(instance, browser, key):
    await browser.get("/settings/sign_in")
    status, options = await browser.call("/settings/sign_in/passkeys/options", {})
    assert status == 200
    body = {"credential": key.made(options), "name": "  My   phone "}
    return await browser.call("/settings/sign_in/passkeys", body)


async def test_a_passkey_is_both_steps_at_once(instance, browser, elsewhere, mailbox):
    login = await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    key = SoftKey()
    status, told = await register(instance, browser, key)
    assert (status, told) == (200, {"going": "/settings/sign_in?done=passkey"})
    await browser.get("/settings/sign_in")
    assert "My phone" in browser.shown
    assert (await mailbox.mails())[-1]["Subject"] == "Your sign-in was changed"

    await elsewhere.get("/auth/sign_in")
    _, options = await elsewhere.call("/auth/passkey/options", {})
    body = {"credential": key.shown(options), "next": "https://evil.example", "shared": True}
    status, told = await elsewhere.call("/auth/passkey/sign_in", body)

    assert (status, told) == (200, {"going": "/"})
    visitor = await instance.part(Visitors).by_session(elsewhere.cookies[SESSION])
    assert visitor.login_id == login.id
    assert visitor.is_shared_device
    status, _ = await browser.call("/auth/passkey/sign_in", body)
    assert status == 422


async def test_a_key_that_was_only_touched_is_one_step(instance, browser, elsewhere):
    from tests.server.access.test_second_step import set_up

    login = await make_login(instance)
    key = await made(instance, login)
    await set_up(instance, browser)
    await elsewhere.get("/auth/sign_in")
    _, options = await elsewhere.call("/auth/passkey/options", {})
    body = {"credential": key.shown(options, is_verified=False), "next": "/there"}
    _, told = await elsewhere.call("/auth/passkey/sign_in", body)
    assert told == {"going": "/auth/second_step"}
    assert SESSION not in elsewhere.cookies
    await elsewhere.get("/auth/second_step")
    _, options = await elsewhere.call("/auth/passkey/options", {})
    body["credential"] = key.shown(options, is_verified=False)
    _, told = await elsewhere.call("/auth/passkey/sign_in", body)
    assert told == {"going": "/there"}
    assert SESSION in elsewhere.cookies


async def test_a_passkey_proves_who_one_is(instance, browser):
    ann = await make_login(instance)
    ben = await make_login(instance, email="ben@ours.example")
    key, foreign = await made(instance, ann), await made(instance, ben)
    await browser.sign_in("ann@ours.example", PASSWORD)
    instance.clock.move(PROOF_LASTS)
    await browser.get("/settings/sign_in")
    status, told = await browser.call("/settings/sign_in/passkeys/options", {})
    assert (status, told) == (403, {"prove": "/auth/prove?next=/settings/sign_in"})
    await browser.get("/auth/prove?next=/settings/sign_in")
    before = browser.cookies[SESSION]
    for wrong, is_verified in ((foreign, True), (key, False)):
        _, options = await browser.call("/auth/passkey/options", {})
        shown = wrong.shown(options, is_verified=is_verified)
        status, _ = await browser.call("/auth/passkey/prove", {"credential": shown})
        assert status == 422
    _, options = await browser.call("/auth/passkey/options", {})
    body = {"credential": key.shown(options), "next": "/settings/sign_in"}
    assert await browser.call("/auth/passkey/prove", body) == (200, {"going": "/settings/sign_in"})
    assert browser.cookies[SESSION] != before
    status, _ = await browser.call("/settings/sign_in/passkeys/options", {})
    assert status == 200


async def test_calls_without_the_forms_token_or_a_credential_are_refused(instance, browser):
    await browser.get("/auth/sign_in")
    status, _ = await browser.call("/auth/passkey/sign_in", {"credential": "x"})
    assert status == 422
    browser.cookies.clear()
    status, _ = await browser.call("/auth/passkey/options", {})
    assert status == 403


async def test_the_only_way_in_cannot_be_deleted(instance, browser):
    login = await instance.work(lambda w: service.create_login(w, name="sam"))
    key = await made(instance, login)
    await browser.get("/auth/sign_in")
    _, options = await browser.call("/auth/passkey/options", {})
    await browser.call("/auth/passkey/sign_in", {"credential": key.shown(options), "next": "/"})
    (kept,) = await instance.read(passkeys.passkeys_of, login.id)
    await browser.get("/settings/sign_in")
    assert (await browser.post(f"/settings/sign_in/passkeys/{kept.id}/delete")).status == 422
    assert await instance.read(passkeys.has_passkey, login.id)


async def test_all_that_proves_somebody_goes_with_them(instance, browser):
    from sqlalchemy import func, select

    from server.access.model import Ticket
    from server.access.signing_in.model import Authenticator, Passkey, RecoveryCode
    from server.people.service import delete_person
    from tests.server.access.test_second_step import set_up
    from tests.support.people import make_person

    ann = await make_person(instance, "ann")
    login = await make_login(instance, [ann.id])
    await made(instance, login)
    await set_up(instance, browser)
    await instance.work(passkeys.offer_registration, login.id)
    await instance.work(delete_person, ann.id)

    def left(r):
        tables = (Passkey, Authenticator, RecoveryCode, Ticket)
        return [r.session.scalar(select(func.count()).select_from(table)) for table in tables]

    assert await instance.read(left) == [0, 0, 0, 0]
