"""The page of consent: who is asked, what they answer, and where it leads."""

import pytest

from server.access.oauth.consent import rights_of
from server.access.oauth.rules import OUT_OF_BAND, SCOPES
from server.access.visitors import Visitors
from server.people.model import PersonKind
from tests.server.access.conftest import answer_of
from tests.server.access.oauth.client_application import (
    BACK,
    CHALLENGE,
    asking,
    exchanged,
    registered,
)
from tests.support.people import PASSWORD, make_login, make_person


async def test_consent_leads_to_a_token_that_works(instance, client, signed_in, ann):
    app = await registered(client, website="https://client.example")

    page = await signed_in.get(asking(app))
    shown = signed_in.shown
    allowed = await signed_in.post("/oauth/authorize", decision="allow")
    answer = await exchanged(client, app, answer_of(allowed)["code"], scope="push")
    granted = await answer.json()

    assert page.status == 200
    assert "Client" in shown
    assert "https://client.example" in shown
    assert "Ann" in shown
    assert allowed.status == 303
    assert allowed.headers["Location"].startswith(f"{BACK}&code=")
    assert answer_of(allowed)["state"] == "s t&="
    assert answer.status == 200
    assert granted["token_type"] == "Bearer"
    assert granted["scope"] == "read write"
    assert isinstance(granted["created_at"], int)
    assert "expires_in" not in granted
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    visitor = await instance.part(Visitors).by_token(granted["access_token"])
    assert visitor.person_id == ann.id
    assert visitor.may("write:statuses")
    assert not visitor.may("push")


async def test_popups_keep_their_opener_and_may_be_redirected_anywhere(client, signed_in):
    app = await registered(client)
    for path in (asking(app), "/auth/sign_in?again=1"):
        answer = await signed_in.get(path)
        assert answer.status == 200
        assert "Cross-Origin-Opener-Policy" not in answer.headers
        assert "form-action" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_the_page_answers_with_a_slash_at_the_end_too(client, signed_in):
    app = await registered(client)
    answer = await signed_in.get(asking(app).replace("/authorize?", "/authorize/?"))
    assert answer.status == 200


async def test_a_denial_goes_back_to_the_client(client, signed_in):
    app = await registered(client)
    await signed_in.get(asking(app, redirect_uri="myapp://callback"))
    answer = await signed_in.post("/oauth/authorize", decision="deny")
    assert answer.status == 303
    assert answer.headers["Location"].startswith("myapp://callback?error=access_denied&")
    assert answer_of(answer)["state"] == "s t&="
    assert "error_description" in answer_of(answer)


async def test_without_a_redirect_the_code_is_shown_alone(client, signed_in):
    app = await registered(client)
    await signed_in.get(asking(app, redirect_uri=OUT_OF_BAND))
    answer = await signed_in.post("/oauth/authorize", decision="allow")

    code = signed_in.shown.partition("<code")[2].partition(">")[2].partition("</code>")[0]
    granted = await exchanged(client, app, code, redirect_uri=OUT_OF_BAND)

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert granted.status == 200


async def test_without_a_redirect_a_denial_is_a_page(client, signed_in):
    app = await registered(client)
    await signed_in.get(asking(app, redirect_uri=OUT_OF_BAND))
    answer = await signed_in.post("/oauth/authorize", decision="deny")
    assert answer.status == 400
    assert "No access was given" in signed_in.shown


async def test_a_stranger_signs_in_first_and_comes_back(instance, client, browser, ann):
    app = await registered(client)
    asked = await browser.get(asking(app))
    assert asked.status == 303
    assert asked.headers["Location"].startswith("/auth/sign_in?")

    await browser.get(asked.headers["Location"])
    signed = await browser.post("/auth/sign_in", email="ann@ours.example", password=PASSWORD)
    consent = await browser.get(signed.headers["Location"])

    assert consent.status == 200
    assert "Client" in browser.shown


@pytest.mark.parametrize("word", ["true", "True", "1"])
async def test_a_forced_sign_in_asks_for_the_password_again_once(client, signed_in, word):
    app = await registered(client)
    asked = await signed_in.get(asking(app, force_login=word))
    assert asked.status == 303
    page = await signed_in.get(asked.headers["Location"])
    assert page.status == 200
    assert "password" in signed_in.shown
    signed = await signed_in.post("/auth/sign_in", email="ann@ours.example", password=PASSWORD)
    consent = await signed_in.get(signed.headers["Location"])
    assert consent.status == 200
    assert "Client" in signed_in.shown


async def test_the_words_that_python_sends_for_nothing_mean_nothing(client, signed_in):
    app = await registered(client)
    answer = await signed_in.get(
        asking(
            app,
            state="None",
            lang="None",
            force_login="False",
            code_challenge="None",
            code_challenge_method="None",
        )
    )
    assert answer.status == 200
    allowed = await signed_in.post("/oauth/authorize", decision="allow")
    assert answer_of(allowed)["state"] == "None"


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "unknown"},
        {"client_id": None},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": BACK + "&x=1"},
        {"redirect_uri": None},
    ],
)
async def test_a_wrong_client_or_address_is_shown_and_never_redirected_to(client, signed_in, wrong):
    app = await registered(client)
    asked = await signed_in.get(asking(app, **wrong))
    await signed_in.get(asking(app))
    decided = await signed_in.post("/oauth/authorize", decision="allow", **wrong)
    for answer in (asked, decided):
        assert answer.status == 400
        assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"scope": "read admin:read"}, "invalid_scope"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ],
)
async def test_any_other_mistake_goes_back_to_the_client(client, signed_in, wrong, error):
    app = await registered(client)
    answer = await signed_in.get(asking(app, **wrong))
    assert answer.status == 303
    assert answer_of(answer)["error"] == error
    assert answer_of(answer)["state"] == "s t&="


async def test_a_link_with_a_mistake_leads_no_stranger_away(client, browser):
    app = await registered(client)
    answer = await browser.get(asking(app, response_type="token"))
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/auth/sign_in?")


async def test_a_client_gets_no_more_than_it_registered(client, signed_in):
    app = await registered(client, scopes="read:accounts")
    answer = await signed_in.get(asking(app, scope="read"))
    assert answer_of(answer)["error"] == "invalid_scope"


async def test_a_form_without_its_token_agrees_to_nothing(client, signed_in, ann):
    app = await registered(client)
    await signed_in.get(asking(app))
    answer = await signed_in.post("/oauth/authorize", decision="allow", form_token="made up")
    assert answer.status == 403
    assert "Location" not in answer.headers


async def test_who_signed_out_meanwhile_is_asked_to_sign_in(client, signed_in):
    app = await registered(client)
    await signed_in.get(asking(app))
    fields = signed_in.inputs()
    signed_in.cookies.pop("meshwork_session")
    await signed_in.get("/auth/sign_in")
    token = signed_in.inputs()["form_token"]
    answer = await signed_in.post(
        "/oauth/authorize", **{**fields, "form_token": token}, decision="allow"
    )
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/auth/sign_in?")


async def test_a_login_with_several_people_chooses(instance, client, browser):
    ann = await make_person(instance, "ann", PersonKind.MENTOR)
    city = await make_person(instance, "city", PersonKind.ORGANISATION)
    stranger = await make_person(instance, "stranger")
    await make_login(instance, [ann.id, city.id])
    app = await registered(client)
    signed = await browser.sign_in("ann@ours.example", PASSWORD, "/oauth/authorize")
    assert signed.headers["Location"] == "/oauth/authorize"

    await browser.get(asking(app))
    assert "@ann" in browser.shown
    assert "@city" in browser.shown
    foreign = await browser.post("/oauth/authorize", decision="allow", person_id=str(stranger.id))
    await browser.get(asking(app))
    nobody = await browser.post("/oauth/authorize", decision="allow")
    await browser.get(asking(app))
    chosen = await browser.post("/oauth/authorize", decision="allow", person_id=str(city.id))
    granted = await (await exchanged(client, app, answer_of(chosen)["code"])).json()

    assert foreign.status == 403
    assert nobody.status == 422
    visitor = await instance.part(Visitors).by_token(granted["access_token"])
    assert visitor.person_id == city.id


async def test_a_login_without_people_has_nobody_to_consent_for(instance, client, browser):
    await make_login(instance)
    await browser.sign_in("ann@ours.example", PASSWORD)
    answer = await browser.get(asking(await registered(client)))
    assert answer.status == 403


async def test_rights_are_told_in_words():
    told = [str(right) for right in rights_of(("read:statuses", "write", "write:media"))]
    assert len(told) == 2
    assert "Read your posts" in told
    assert all(rights_of((scope,)) for scope in SCOPES)
