"""What a client application does: register, ask for consent, and exchange its code."""

import base64
import hashlib
from urllib.parse import urlencode

from server.access.oauth.rules import OUT_OF_BAND
from tests.server.access.conftest import answer_of

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
