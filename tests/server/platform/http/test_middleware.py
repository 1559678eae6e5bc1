"""What stands around a handler: every refusal, its look, its headers."""

import io
import json

import aiohttp
import pytest
from aiohttp import web

from server.platform.http.decorators import (
    UndeclaredRoute,
    api,
    checked_routes,
    page,
    plain,
    route_policy,
)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "error"),
    [
        ("POST", "/api/v1/statuses", {}, 401, "The access token is invalid"),
        ("POST", "/api/v1/statuses", bearer("unknown"), 401, "The access token is invalid"),
        ("POST", "/api/v1/statuses", bearer("x" * 600), 401, "The access token is invalid"),
        (
            "POST",
            "/api/v1/statuses",
            {"Authorization": "Basic abc"},
            401,
            "The access token is invalid",
        ),
        (
            "POST",
            "/api/v1/statuses",
            bearer("reader"),
            403,
            "This action is outside the authorized scopes",
        ),
        (
            "POST",
            "/api/v1/statuses",
            bearer("app"),
            422,
            "This method requires an authenticated user",
        ),
        (
            "GET",
            "/api/v1/timelines/public",
            bearer("media"),
            403,
            "This action is outside the authorized scopes",
        ),
        ("GET", "/api/v1/apps/verify_credentials", {}, 401, "The access token is invalid"),
        ("GET", "/api/v1/nothing", {}, 404, "Record not found"),
        ("GET", "/api/v1/things/abc", {}, 404, "Record not found"),
        ("DELETE", "/api/v1/timelines/public", {}, 405, "This method is not allowed here"),
        ("GET", "/api/v1/broken/missing", {}, 404, "Record not found"),
        ("GET", "/api/v1/broken/gone", {}, 410, "This has been deleted"),
        (
            "GET",
            "/api/v1/broken/conflict",
            {},
            409,
            "This was changed in the meantime. Load it again and retry.",
        ),
        ("GET", "/api/v1/broken/busy", {}, 429, "Too many requests"),
        ("GET", "/api/v1/broken/down", {}, 503, "The service is not available at the moment"),
        ("GET", "/api/v1/broken/invalid", {}, 422, "Validation failed: note can't be blank"),
        ("GET", "/api/v1/broken/http", {}, 403, "This action is not allowed"),
        ("GET", "/api/v1/broken/utf8", {}, 400, "The request could not be understood."),
        ("GET", "/api/v1/broken/bug", {}, 500, "Something went wrong on our side."),
    ],
)
async def test_a_refusal_of_the_api_is_json_open_to_every_origin(
    caller, method, path, headers, status, error
):
    client = await caller()

    answer = await client.request(method, path, headers=headers)

    assert answer.status == status
    assert answer.headers["Content-Type"].startswith("application/json")
    assert (await answer.json())["error"] == error
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Link" in answer.headers["Access-Control-Expose-Headers"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/api/v1/statuses", bearer("writer")),
        ("GET", "/api/v1/timelines/public", {}),
        ("GET", "/api/v1/timelines/public", bearer("reader")),
        ("GET", "/api/v1/timelines/public", bearer("unknown")),
        ("GET", "/api/v1/apps/verify_credentials", bearer("app")),
        ("GET", "/api/v1/streaming?access_token=reader", {}),
        ("GET", "/api/v1/streaming", {"Sec-WebSocket-Protocol": "reader"}),
        ("GET", "/healthz", {}),
    ],
)
async def test_a_call_that_meets_the_declaration_passes(caller, method, path, headers):
    client = await caller()
    assert (await client.request(method, path, headers=headers)).status == 200


async def test_a_token_in_the_query_counts_on_streams_only(caller):
    client = await caller()
    assert (await client.post("/api/v1/statuses?access_token=writer")).status == 401


async def test_a_session_cookie_never_counts_on_the_api(caller):
    client = await caller()
    answer = await client.post("/api/v1/statuses", headers={"Cookie": "meshwork_session=ann"})
    assert answer.status == 401


async def test_faults_are_told_by_field(caller):
    client = await caller()
    told = await (await client.get("/api/v1/broken/invalid")).json()
    assert told["details"] == {"note": [{"error": "ERR_BLANK", "description": "can't be blank"}]}


async def test_a_busy_answer_says_when_to_come_back(caller):
    client = await caller()
    assert (await client.get("/api/v1/broken/busy")).headers["Retry-After"] == "7"
    assert (await client.get("/api/v1/broken/down")).headers["Retry-After"] == "9"


async def test_a_401_names_the_scheme_and_a_405_the_methods(caller):
    client = await caller()
    assert (await client.post("/api/v1/statuses")).headers["WWW-Authenticate"].startswith("Bearer")
    assert "GET" in (await client.delete("/api/v1/timelines/public")).headers["Allow"]


async def test_a_bug_tells_nothing_of_itself(caller, capsys):
    client = await caller()

    for path in ("/api/v1/broken/bug", "/broken-page"):
        answer = await client.get(path)
        assert answer.status == 500
        assert "secret" not in await answer.text()
    assert "secret text" not in capsys.readouterr().out


async def test_a_redirect_stays_a_redirect(caller):
    client = await caller()
    answer = await client.get("/api/v1/broken/redirect", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (302, "/")


async def test_head_is_get_without_a_body(caller):
    client = await caller()
    for path, status in (("/", 200), ("/nothing", 404), ("/api/v1/nothing", 404)):
        answer = await client.head(path)
        assert (answer.status, await answer.read()) == (status, b"")


@pytest.mark.parametrize("body", [b"[1]", b"{", b"\xff\xfe", b'{"a": "\\u0000"}', b'{"a": "x"}'])
async def test_a_nonsensical_body_is_a_4xx_in_json(caller, body):
    client = await caller()
    answer = await client.post(
        "/api/v1/echo", data=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status in {400, 422}
    assert "error" in await answer.json()


async def test_a_body_announced_or_arriving_too_large_is_refused(caller):
    client = await caller()

    async def slowly():
        yield b"x" * 200

    announced = await client.post("/inbox", data=b"x" * 101)
    chunked = await client.post("/inbox", data=slowly())
    large = io.BytesIO(b"x" * (1024 * 1024 + 1))
    json_too_large = await client.post(
        "/api/v1/echo", data=large, headers={"Content-Type": "application/json"}
    )

    assert chunked.status == 413
    assert announced.status == 413
    assert json_too_large.status == 413


async def test_a_packed_body_is_refused(caller):
    client = await caller()
    answer = await client.post("/inbox", data=b"x", headers={"Content-Encoding": "gzip"})
    assert answer.status in {400, 415}


async def test_a_foreign_host_is_refused_except_for_plain_routes(caller):
    client = await caller(hosts=["ours.example"])
    assert (await client.get("/")).status == 421
    assert (await client.get("/", headers={"Host": "ours.example"})).status == 200
    assert (await client.get("/healthz")).status == 200


async def test_an_activity_route_refuses_with_a_problem_document(caller):
    client = await caller()
    answer = await client.post(
        "/inbox", data=b"x" * 200, headers={"Accept": "application/activity+json"}
    )
    told = json.loads(await answer.read())
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert (told["status"], told["code"]) == (413, "too_large")
    # What one server may not see, another may: no cache gives the refusal to both.
    assert answer.headers["Cache-Control"] == "private, max-age=0"
    assert answer.headers["Vary"] == "Accept, Signature"


async def test_a_missing_page_is_a_problem_for_servers_json_for_programs_and_a_page_for_people(
    caller,
):
    client = await caller()
    kinds = {}
    for accept in ("application/activity+json", "application/json", "text/html", "*/*"):
        answer = await client.get("/nobody", headers={"Accept": accept})
        assert answer.status == 404
        kinds[accept] = answer.content_type
    assert list(kinds.values()) == [
        "application/problem+json",
        "application/json",
        "text/html",
        "text/html",
    ]


async def test_a_plain_route_refuses_in_plain_text(caller):
    client = await caller()
    answer = await client.get("/feed")
    assert (answer.status, answer.content_type, await answer.text()) == (
        404,
        "text/plain",
        "Record not found",
    )
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_an_answer_that_breaks_midway_is_cut_off(caller):
    client = await caller()
    answer = await client.get("/api/v1/midway")
    assert answer.status == 200
    with pytest.raises(aiohttp.ClientError):
        await answer.read()


async def test_requests_are_counted_by_the_pattern_of_their_route(caller):
    client = await caller()
    await client.get("/api/v1/things/12345")
    await client.get("/api/v1/unknown/12345")

    text = await (await client.get("/metrics")).text()

    assert 'route="/api/v1/things/{id}"' in text
    assert 'route="unmatched"' in text
    assert "12345" not in text


async def test_metrics_are_for_the_loopback_only(caller):
    client = await caller()
    assert (await client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"})).status == 404


async def test_a_request_id_is_taken_over_when_it_is_sane(caller):
    client = await caller()
    kept = await client.get("/", headers={"X-Request-Id": "abcdef-12345"})
    made = await client.get("/", headers={"X-Request-Id": "<script>"})
    assert kept.headers["X-Request-Id"] == "abcdef-12345"
    assert made.headers["X-Request-Id"].isalnum()


def test_a_route_without_a_declaration_or_a_name_is_refused():
    async def undeclared(request):
        return web.Response()

    declared = plain()(undeclared)
    with pytest.raises(UndeclaredRoute):
        checked_routes([web.get("/", undeclared, name="x")])
    with pytest.raises(UndeclaredRoute):
        checked_routes([web.get("/", declared)])
    with pytest.raises(UndeclaredRoute):
        page()(declared)
    assert checked_routes([web.get("/", declared, name="x")])


def test_the_declaration_can_be_read_from_the_function():
    @api(scope="write:media", needs="person", limit="media")
    async def upload(request):
        return web.Response()

    policy = route_policy(upload)
    assert (policy.scope, policy.needs, policy.limit, policy.cross_origin) == (
        "write:media",
        "person",
        "media",
        True,
    )
    assert route_policy(len) is None


async def test_a_declaration_holds_without_the_middlewares(aiohttp_client):
    @api(scope="read")
    async def guarded(request):
        return web.Response()

    app = web.Application()
    app.router.add_get("/", guarded)
    client = await aiohttp_client(app)
    assert (await client.get("/")).status == 500  # raised, and nobody turned it into a 401


async def test_a_socket_takes_its_token_from_the_subprotocol_and_echoes_it(caller):
    client = await caller()
    async with client.ws_connect("/api/v1/socket", protocols=["reader"]) as socket:
        assert socket.protocol == "reader"
        assert await socket.receive_str() == "7"
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await client.ws_connect("/api/v1/socket", protocols=["ended"])
    assert refused.value.status == 401


async def test_nobody_may_send_large_files_and_a_person_may(caller):
    client = await caller()

    def form():
        sent = aiohttp.FormData()
        sent.add_field("file", io.BytesIO(b"x" * (2 * 1024 * 1024)), filename="a.png")
        return sent

    as_nobody = await client.post("/api/v1/upload", data=form())
    as_person = await client.post("/api/v1/upload", data=form(), headers=bearer("writer"))

    assert as_nobody.status == 413
    assert (as_person.status, await as_person.json()) == (200, {"size": 2 * 1024 * 1024})


async def test_an_answer_tells_no_versions(caller):
    client = await caller()
    assert (await client.get("/")).headers["Server"] == "Meshwork"
