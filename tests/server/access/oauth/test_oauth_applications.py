"""Applications: how they register, what they find, and what they are given for themselves."""

from datetime import timedelta

import pytest

from server.access.oauth.rules import OUT_OF_BAND
from server.access.visitors import Visitors
from tests.server.access.oauth.client_application import BACK, exchanged, registered


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
    assert len(lines["vapid_key"]) == 87  # a point of 65 bytes, in base64url
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
