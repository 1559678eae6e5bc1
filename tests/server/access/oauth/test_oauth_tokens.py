"""A code for a token: the exchange, what is refused, and the end of a token."""

import asyncio
import base64

import pytest

from server.access import names, service
from server.access.oauth.rules import CODE_LASTS
from server.access.visitors import Visitors
from tests.server.access.oauth.client_application import (
    BACK,
    CHALLENGE,
    VERIFIER,
    code_for,
    exchanged,
    registered,
)
from tests.support.people import make_token


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
    login = await instance.read(names.login_by_email, "ann@ours.example")
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
