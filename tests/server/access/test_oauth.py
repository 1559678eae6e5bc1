"""The whole dance of a client application: register, ask, be answered, exchange, revoke."""

import asyncio
import base64
import hashlib
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from server.access import service
from server.access.consent_routes import rights_of
from server.access.rules import CODE_LASTS, OUT_OF_BAND, SCOPES
from server.access.visitors import Visitors
from server.people.model import PersonKind
from tests.server.access.conftest import answer_of
from tests.support.people import PASSWORD, make_login, make_person, make_token

BACK = "https://client.example/cb?from=us"
VERIFIER = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHI"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)


async def registered(client, **wishes):
    sent = {
        "client_name": "Client",
        "redirect_uris": f"{BACK}\n{OUT_OF_BAND}\nmyapp://callback",
        "scopes": "read write follow push",
        **wishes,
    }
    answer = await client.post("/api/v1/apps", json=sent)
    assert answer.status == 200
    return await answer.json()


def asking(app, **wishes):
    query = {
        "response_type": "code",
        "client_id": app["client_id"],
        "redirect_uri": BACK,
        "scope": "read write",
        "state": "s t&=",
        **wishes,
    }
    return "/oauth/authorize?" + urlencode({k: v for k, v in query.items() if v is not None})


@pytest.fixture
async def ann(instance):
    person = await make_person(instance, "ann", display_name="Ann")
    await make_login(instance, [person.id])
    return person


@pytest.fixture
async def signed_in(instance, browser, ann):
    answer = await browser.sign_in("ann@ours.example", PASSWORD)
    assert answer.status == 303
    return browser


async def code_for(browser, app, **wishes):
    answer = await browser.get(asking(app, **wishes))
    assert answer.status == 200
    answer = await browser.post("/oauth/authorize", decision="allow")
    return answer_of(answer)["code"]


async def exchanged(client, app, code, **wishes):
    return await client.post(
        "/oauth/token",
        data={
            key: value
            for key, value in {
                "grant_type": "authorization_code",
                "client_id": app["client_id"],
                "client_secret": app["client_secret"],
                "redirect_uri": BACK,
                "code": code,
                **wishes,
            }.items()
            if value is not None
        },
    )


async def test_an_application_registers_in_every_shape_that_clients_send(client):
    lines = await registered(client)
    for uris in (["https://a.example/", "app://b"], "https://a.example/ app://b"):
        app = await registered(client, redirect_uris=uris, website="https://a.example")
        assert app["redirect_uris"] == ["https://a.example/", "app://b"]
    form = await client.post(
        "/api/v1/apps",
        data=[
            ("client_name", "Form"),
            ("redirect_uris[]", "https://a.example/"),
            ("redirect_uris[]", "app://b"),
            ("website", ""),
        ],
    )
    by_form = await form.json()

    assert lines["redirect_uri"] == f"{BACK}\n{OUT_OF_BAND}\nmyapp://callback"
    assert lines["redirect_uris"] == [BACK, OUT_OF_BAND, "myapp://callback"]
    assert lines["scopes"] == ["read", "write", "follow", "push"]
    assert lines["client_secret_expires_at"] == 0
    assert isinstance(lines["id"], str)
    assert lines["vapid_key"] == ""
    assert lines["website"] is None
    assert by_form["redirect_uris"] == ["https://a.example/", "app://b"]
    assert by_form["scopes"] == ["read"]
    assert form.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"client_name": ""}, "client_name"),
        ({"client_name": " "}, "client_name"),
        ({"client_name": "x" * 301}, "client_name"),
        ({"redirect_uris": ""}, "redirect_uris"),
        ({"redirect_uris": "javascript:alert(1)"}, "redirect_uris"),
        ({"redirect_uris": ["https://a.example/#x"]}, "redirect_uris"),
        ({"redirect_uris": [f"https://a.example/{n}" for n in range(21)]}, "redirect_uris"),
        ({"scopes": "read admin:write"}, "scopes"),
        ({"website": "javascript:alert(1)"}, "website"),
    ],
)
async def test_a_wrong_registration_is_refused_with_the_name_of_the_field(client, wrong, field):
    sent = {"client_name": "Client", "redirect_uris": BACK, **wrong}
    answer = await client.post("/api/v1/apps", json=sent)
    assert answer.status == 422
    assert field in (await answer.json())["details"]


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


async def test_a_challenge_must_be_answered(client, signed_in):
    app = await registered(client)
    wishes = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}

    right = await code_for(signed_in, app, **wishes)
    assert (await exchanged(client, app, right, code_verifier=VERIFIER)).status == 200
    for verifier in (None, "None", "x" * 43, CHALLENGE):
        code = await code_for(signed_in, app, **wishes)
        answer = await exchanged(client, app, code, code_verifier=verifier)
        assert answer.status == 400
        assert (await answer.json())["error"] == "invalid_grant"
        again = await exchanged(client, app, code, code_verifier=VERIFIER)
        assert again.status == 400


async def test_an_answer_to_no_challenge_is_refused(client, signed_in):
    app = await registered(client)
    code = await code_for(signed_in, app)

    answer = await exchanged(client, app, code, code_verifier=VERIFIER)

    assert answer.status == 400
    assert (await answer.json())["error"] == "invalid_grant"


async def test_a_code_used_twice_ends_the_token_of_the_first(instance, client, signed_in):
    app = await registered(client)
    code = await code_for(signed_in, app)
    granted = await (await exchanged(client, app, code)).json()
    assert await instance.part(Visitors).by_token(granted["access_token"])

    again = await exchanged(client, app, code)

    assert again.status == 400
    assert (await again.json())["error"] == "invalid_grant"
    assert await instance.part(Visitors).by_token(granted["access_token"]) is None


async def test_a_code_sent_many_times_at_once_is_worth_one_token_at_most(
    instance, client, signed_in
):
    app = await registered(client)
    code = await code_for(signed_in, app)
    answers = await asyncio.gather(*[exchanged(client, app, code) for _ in range(5)])
    assert sorted(answer.status for answer in answers) == [200, 400, 400, 400, 400]
    (granted,) = [await answer.json() for answer in answers if answer.status == 200]
    assert await instance.part(Visitors).by_token(granted["access_token"]) is None


async def test_rights_are_told_in_words():
    told = [str(right) for right in rights_of(("read:statuses", "write", "write:media"))]
    assert len(told) == 2
    assert "Read your posts" in told
    assert all(rights_of((scope,)) for scope in SCOPES)


async def test_a_code_lasts_ten_minutes(instance, client, signed_in):
    app = await registered(client)
    code = await code_for(signed_in, app)
    instance.clock.move(CODE_LASTS)
    assert (await exchanged(client, app, code)).status == 400


async def test_a_code_belongs_to_its_client_and_address(client, signed_in):
    app, other = await registered(client), await registered(client)
    code = await code_for(signed_in, app)
    assert (await exchanged(client, other, code)).status == 400
    assert (await exchanged(client, app, code)).status == 200
    for wrong in ({"redirect_uri": "myapp://callback"}, {"redirect_uri": None}):
        code = await code_for(signed_in, app)
        answer = await exchanged(client, app, code, **wrong)
        assert (await answer.json())["error"] == "invalid_grant"


async def test_a_code_of_somebody_disabled_meanwhile_is_worth_nothing(instance, client, signed_in):
    app = await registered(client)
    code = await code_for(signed_in, app)
    login = await instance.read(service.login_by_email, "ann@ours.example")
    await instance.work(service.disable_login, login.id)
    assert (await exchanged(client, app, code)).status == 400


async def test_a_client_may_show_its_secret_in_the_header(client, signed_in):
    app = await registered(client)
    code = await code_for(signed_in, app)
    basic = base64.b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    answer = await client.post(
        "/oauth/token",
        json={"grant_type": "authorization_code", "code": code, "redirect_uri": BACK},
        headers={"Authorization": f"Basic {basic}"},
    )
    assert answer.status == 200


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "invalid_request"),
        ({"code": None}, 400, "invalid_request"),
        ({"code": "made up"}, 400, "invalid_grant"),
        ({"grant_type": "client_credentials", "scope": "admin:read"}, 400, "invalid_scope"),
    ],
)
async def test_a_wrong_token_request_has_its_word(client, wrong, status, error):
    app = await registered(client)
    answer = await exchanged(client, app, **{"code": "a code", **wrong})
    assert answer.status == status
    told = await answer.json()
    assert told["error"] == error
    assert told["error_description"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("header", ["Basic !!!", "Basic " + base64.b64encode(b"\xff:x").decode()])
async def test_an_unreadable_header_is_no_client(client, header):
    answer = await client.post(
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": header},
    )
    assert answer.status == 401
    assert (await answer.json())["error"] == "invalid_client"


async def test_an_application_has_a_token_of_its_own(instance, client):
    app = await registered(client, scopes="read write")
    answer = await exchanged(client, app, None, grant_type="client_credentials")
    granted = await answer.json()
    visitor = await instance.part(Visitors).by_token(granted["access_token"])
    assert granted["scope"] == "read"
    assert visitor.person_id is None
    assert visitor.app_id == int(app["id"])
    refused = await exchanged(client, app, None, grant_type="client_credentials", scope="push")
    assert (await refused.json())["error"] == "invalid_scope"


async def test_a_revoked_token_is_over_at_once_and_revoking_twice_is_fine(
    instance, client, signed_in
):
    app = await registered(client)
    granted = await (await exchanged(client, app, await code_for(signed_in, app))).json()
    form = {
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "token": granted["access_token"],
    }
    assert await instance.part(Visitors).by_token(granted["access_token"])

    for _ in range(2):
        answer = await client.post("/oauth/revoke", data=form)
        assert answer.status == 200
        assert await answer.json() == {}

    assert await instance.part(Visitors).by_token(granted["access_token"]) is None
    unknown = await client.post("/oauth/revoke", data={**form, "token": "made up"})
    assert unknown.status == 200


async def test_nobody_revokes_the_token_of_another_application(instance, client, ann):
    app = await registered(client)
    token = await make_token(instance, ann.id)
    form = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": token}
    for wrong in ({}, {"client_secret": "wrong"}):
        answer = await client.post("/oauth/revoke", data={**form, **wrong})
        assert answer.status == 403
        assert (await answer.json())["error"] == "unauthorized_client"
    assert await instance.part(Visitors).by_token(token)


async def test_clients_find_everything_in_the_metadata(client):
    answer = await client.get("/.well-known/oauth-authorization-server")
    told = await answer.json()
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert told["issuer"] == "https://ours.example/"
    assert told["authorization_endpoint"] == "https://ours.example/oauth/authorize"
    assert told["token_endpoint"] == "https://ours.example/oauth/token"
    assert told["app_registration_endpoint"] == "https://ours.example/api/v1/apps"
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert "read" in told["scopes_supported"]


async def test_an_expired_application_is_an_unknown_client(instance, client):
    from server.access.jobs import sweep

    app = await registered(client)
    instance.clock.move(timedelta(days=31))
    await instance.work(sweep)
    answer = await exchanged(client, app, "code")
    assert (await answer.json())["error"] == "invalid_client"
