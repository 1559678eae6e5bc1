"""Headers around an answer: other origins, sessions, content policy, rate limits; and noise."""

import random

import pytest

from server.platform.http import limits


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    "path", ["/api/v1/statuses", "/api/v9/unknown", "/oauth/token", "/.well-known/webfinger"]
)
async def test_a_preflight_needs_no_token_and_knows_no_route(caller, path):
    client = await caller()
    asked = {
        "Origin": "https://client.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, x-own",
    }

    answer = await client.options(path, headers=asked)

    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization, x-own"
    assert (
        answer.headers["Access-Control-Allow-Methods"]
        == "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS"
    )
    assert answer.headers["Access-Control-Max-Age"] == "86400"
    assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_a_strange_preflight_gets_the_usual_headers(caller):
    client = await caller()
    answer = await client.options(
        "/api/v1/statuses", headers={"Access-Control-Request-Headers": "a b; c"}
    )
    assert (
        answer.headers["Access-Control-Allow-Headers"]
        == "Authorization, Content-Type, Idempotency-Key"
    )


@pytest.mark.parametrize("path", ["/", "/oauth/authorize", "/form"])
async def test_pages_are_closed_to_other_origins(caller, path):
    client = await caller()
    answer = await client.get(path, headers={"Origin": "https://client.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert (await client.options(path)).status in {404, 405}


async def test_pages_know_the_session_and_refuse_by_role(caller):
    client = await caller()

    def asking(path, cookie):
        return client.get(path, headers={"Cookie": f"meshwork_session={cookie}"})

    assert await (await asking("/", "ann")).text() == "<h1>7</h1>"
    assert await (await asking("/", "ended")).text() == "<h1>None</h1>"
    assert (await asking("/private", "ann")).status == 200
    assert (await asking("/private", "faceless")).status == 422
    assert (await asking("/private", "ended")).status == 401
    assert (await asking("/staff", "ann")).status == 403
    assert (await asking("/staff", "staff")).status == 200
    assert (await client.get("/staff")).status == 401


async def test_an_anonymous_reader_of_a_private_page_is_led_to_sign_in(caller):
    client = await caller(sign_in="/sign-in")
    answer = await client.get("/private?a=b", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/sign-in?next=/private?a%3Db")
    program = await client.get(
        "/private", headers={"Accept": "application/json"}, allow_redirects=False
    )
    assert program.status == 401


async def test_a_page_carries_a_strict_policy_with_a_fresh_nonce(caller):
    client = await caller()
    first, second = await client.get("/"), await client.get("/")
    policy = first.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert policy != second.headers["Content-Security-Policy"]
    assert first.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert first.headers["X-Frame-Options"] == "DENY"
    assert first.headers["Referrer-Policy"] == "same-origin"
    assert first.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "Cookie" in first.headers["Vary"]


async def test_the_consent_page_keeps_its_opener_and_may_post_elsewhere(caller):
    client = await caller()
    answer = await client.get("/form")
    assert "Cross-Origin-Opener-Policy" not in answer.headers
    assert "form-action" not in answer.headers["Content-Security-Policy"]


async def test_answers_of_the_api_are_not_kept_by_caches(caller):
    client = await caller()
    answer = await client.get("/api/v1/timelines/public")
    assert answer.headers["Cache-Control"] == "private, no-store"


async def test_the_limit_of_a_route_fires_and_says_so(caller):
    rates = limits.RateLimits({"api": limits.Limit(5, 60), "media": limits.Limit(2, 60)})
    client = await caller(rates=rates)

    first = await client.get("/api/v1/limited")
    await client.get("/api/v1/limited")
    third = await client.get("/api/v1/limited")

    assert (
        first.status,
        first.headers["X-RateLimit-Limit"],
        first.headers["X-RateLimit-Remaining"],
    ) == (200, "2", "1")
    assert (third.status, third.headers["X-RateLimit-Remaining"]) == (429, "0")
    assert third.headers["X-RateLimit-Reset"].endswith("Z")
    assert int(third.headers["Retry-After"]) >= 1


async def test_another_spelling_of_a_path_is_no_way_round_a_limit(caller):
    client = await caller(rates=limits.RateLimits({"api": limits.Limit(1, 60)}))
    assert (await client.get("/api/v1/things/1")).status == 200
    assert (await client.get("/api/v1/things/1.json")).status == 429
    assert (await client.get("/api/v1/%74hings/2?x=1")).status == 429


async def test_accounts_and_forwarded_addresses_are_counted_apart(caller):
    client = await caller(rates=limits.RateLimits({"api": limits.Limit(1, 60)}))
    callers = [
        {},
        bearer("reader"),
        {"X-Forwarded-For": "192.0.2.1"},
        {"X-Forwarded-For": "192.0.2.9, 192.0.2.2"},
    ]
    for headers in callers:
        assert (await client.get("/api/v1/timelines/public", headers=headers)).status == 200
    # The left-most hop is the caller's own claim: changing it changes nothing.
    again = await client.get(
        "/api/v1/timelines/public", headers={"X-Forwarded-For": "192.0.2.77, 192.0.2.2"}
    )
    assert again.status == 429


async def test_noise_in_any_body_is_never_a_500(caller):
    client = await caller()
    noise = random.Random(7)
    kinds = [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "text/plain",
        "application/json; charset=utf-16",
        "a/b; charset=nonsense",
        "nonsense",
    ]
    pieces = [
        b"--x",
        b"--x--",
        b"\r\n",
        b"a=1",
        b"&",
        b"[]",
        b"[",
        b"{",
        b'"a":',
        b"\x00",
        b"\xff",
        b"%ff",
        b'Content-Disposition: form-data; name="a"',
        b"; filename=b",
        b"Content-Transfer-Encoding: base64",
        b"Content-Type: text/plain; charset=nonsense",
        b"}",
    ]
    for _ in range(200):
        body = b"".join(noise.choices(pieces, k=noise.randrange(1, 9)))
        path = noise.choice(["/api/v1/echo", "/api/v1/upload", "/form"])
        answer = await client.post(
            path, data=body, headers={"Content-Type": noise.choice(kinds), **bearer("writer")}
        )
        assert answer.status < 500, body
