"""What holds for the API as a whole: origins, methods, unknown routes, tokens, hostile input."""

import json
import socket
from typing import Any

import pytest

from server.access.oauth.tokens import revoke_tokens_of_person
from server.app import build_app
from server.mastodon import routes
from server.platform.http.decorators import Needs, route_policy
from server.platform.instance import Instance
from tests.support.api import Api, Surface

ROUTES = [route for route in routes.ROUTES if not route.path.endswith("/")]
HOSTILE: tuple[Any, ...] = (
    {"a": {"b": {"c": [{"d": None}]}}}, [], [[]], "\u202e", "' OR 1=1 --", "%s%n", 2**70, -1, 1.5,
    True, None, "x" * 10_000, {"0": "x", "a": "y"}, [{"id": []}], "\ud83d\ude00",
)  # fmt: skip


def filled(path: str, value: str = "1") -> str:
    for name in ("{id}", "{name}"):
        path = path.replace(name, value)
    path = path.replace("{picture:avatar|header}", "avatar")
    return path.replace("{name:[a-z/:]+}", "user")


async def test_a_preflight_is_answered_without_a_token(surface: Surface) -> None:
    for path in ("/api/v1/statuses", "/api/v1/nothing", "/api/v2/media", "/api/v1/streaming"):
        answer = await surface.nobody.ask(
            "OPTIONS",
            path,
            headers={
                "Origin": "https://client.example",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,idempotency-key",
            },
        )
        assert answer.status in {200, 204}
        allowed = answer.headers["Access-Control-Allow-Headers"].lower()
        assert {"authorization", "idempotency-key"} <= set(allowed.replace(" ", "").split(","))
        assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/api", "/api/v1", "/api/v1/nothing", "/api/v9/x/y", "/api/v1/accounts/1/x"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
async def test_an_unknown_route_is_a_json_404(surface: Surface, path: str, method: str) -> None:
    answer = await surface.nobody.ask(method, path)
    assert (answer.status, answer.json) == (404, {"error": "Record not found"})


async def test_a_wrong_method_is_a_json_405(ann: Api) -> None:
    answer = await ann.ask("DELETE", "/api/v1/timelines/home")
    assert answer.status == 405
    assert "GET" in answer.headers["Allow"]


async def test_a_slash_at_the_end_is_answered_without_a_redirect(ann: Api) -> None:
    assert await ann.status_of("GET", "/api/v1/timelines/home/") == 200


async def test_head_answers_like_get_without_a_body(ann: Api) -> None:
    await ann.publish("x")
    got = await ann.ask("GET", "/api/v1/timelines/home")
    head = await ann.ask("HEAD", "/api/v1/timelines/home")
    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Type", "Link", "Content-Length"):
        assert head.headers[name] == got.headers[name]


async def test_every_route_refuses_strangers_apps_and_wrong_tokens(
    surface: Surface, instance: Instance
) -> None:
    """The table of routes against nobody, a wrong token, and an application's own token."""
    app = await surface.nobody.post(
        "/api/v1/apps", client_name="x", redirect_uris="https://a.example/"
    )
    granted = await surface.nobody.post(
        "/oauth/token", client_id=app["client_id"], client_secret=app["client_secret"],
        grant_type="client_credentials",
    )  # fmt: skip
    of_app = surface.holding(granted["access_token"])
    checked = 0
    for route in ROUTES:
        policy = route_policy(route.handler)
        assert policy is not None
        path = filled(route.path)
        if policy.needs is Needs.PERSON:
            assert await surface.nobody.status_of(route.method, path) == 401, path
            assert await surface.holding("wrong").status_of(route.method, path) == 401, path
            assert await of_app.status_of(route.method, path) in {403, 422}, path
            checked += 1
    assert checked > 50


async def test_every_route_refuses_a_token_without_its_scope(surface: Surface, ann: Api) -> None:
    client = await surface.with_scopes(ann, "push")
    for route in ROUTES:
        policy = route_policy(route.handler)
        assert policy is not None
        if policy.scope and policy.scope != "push":
            answer = await client.ask(route.method, filled(route.path))
            assert answer.status == 403, route.path
            assert answer.json["error"] == "This action is outside the authorized scopes"


async def test_a_revoked_token_is_refused_at_once(surface: Surface, ann: Api) -> None:
    path = "/api/v1/accounts/verify_credentials"
    assert await ann.status_of("GET", path) == 200
    await surface.instance.work(revoke_tokens_of_person, ann.id)
    answer = await ann.ask("GET", path)
    assert (answer.status, answer.json["error"]) == (401, "The access token is invalid")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic abc", "Bearer \u00ff\u00fe", "x" * 5000]
)
async def test_malformed_tokens_are_refused(surface: Surface, header: str) -> None:
    answer = await surface.nobody.ask(
        "GET", "/api/v1/timelines/home", headers={"Authorization": header}
    )
    assert answer.status == 401


def _writing() -> list[tuple[str, str]]:
    return [
        (route.method, route.path)
        for route in ROUTES
        if route.method in {"POST", "PUT", "PATCH", "DELETE"}
    ]


_NAMES = (
    "status", "media_ids", "poll", "visibility", "in_reply_to_id", "home", "choices", "id", "file",
    "description", "focus", "source", "fields_attributes", "avatar", "account_id", "status_ids",
    "duration", "comment", "language", "media_attributes", "sensitive", "reblogs", "notifications",
)  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda value: repr(value)[:20])
async def test_no_value_of_any_parameter_breaks_a_write(ann: Api, hostile: Any) -> None:
    """Every value with every name and every route would be 11 000 calls: a fifteenth is made."""
    post = await ann.publish("x", poll={"options": ["a", "b"], "expires_in": 600})
    turn = next(n for n, one in enumerate(HOSTILE) if one is hostile)
    for place, (method, path) in enumerate(_writing()):
        for name in _NAMES[(turn + place) % len(HOSTILE) :: len(HOSTILE)]:
            await ann.ask(method, filled(path, post["id"]), json={name: hostile})
            if (method, path) == ("DELETE", "/api/v1/statuses/{id}"):
                post = await ann.publish("x")


@pytest.mark.parametrize(
    "query",
    [
        "limit=1e9", "max_id=%00", "max_id[]=1", "limit[a]=1", "id[]=", "id[a][b]=1", "id=,",
        "timeline[]=%F0%9F%98%80", "types[][a]=1", "any[]=%00", "acct=%F0%9F%98%80@x", "q=\u202e",
        "offset=1e3", "a[" * 20, "&&&===", "limit=" + "9" * 400, "local=maybe", "tagged=%00",
    ],
)  # fmt: skip
async def test_no_query_breaks_a_read(ann: Api, query: str) -> None:
    for route in ROUTES:
        if route.method == "GET" and "streaming" not in route.path:
            await ann.ask("GET", f"{filled(route.path, str(ann.id))}?{query}")


@pytest.mark.parametrize("segment", ["%00", "%ff", "..%2f..", "%F0%9F%98%80", "-0", "1;2", "%20"])
async def test_no_path_breaks_a_route(ann: Api, segment: str) -> None:
    for route in ROUTES:
        if "{" in route.path and "streaming" not in route.path:
            answer = await ann.ask(route.method, filled(route.path, segment), json={})
            assert answer.status in {200, 404, 422}, (route.path, answer.status)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{" * 5_000, 400),
        ("application/json", b'{"a":' * 100 + b"1" + b"}" * 100, 400),
        ("application/json", b'{"status": NaN}', 400),
        ("application/x-www-form-urlencoded", b"status=%ff", 400),
        ("application/x-www-form-urlencoded", b"a[b]=1&a=2&a[]=3", 400),
        ("multipart/form-data", b"no boundary", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken", 400),
        ("text/plain", b"status=x", 415),
        ("application/xml", b"<x/>", 415),
        ("application/json", b" " * (2 * 1024 * 1024), 413),
    ],
)
async def test_unreadable_bodies_are_refused(ann: Api, kind: str, body: bytes, status: int) -> None:
    import io

    answer = await ann.ask(
        "POST", "/api/v1/statuses", data=io.BytesIO(body), headers={"Content-Type": kind}
    )
    assert answer.status == status
    assert await ann.get("/api/v1/timelines/home") == []


async def test_an_idempotency_key_of_odd_bytes_is_only_a_key(surface: Surface, ann: Api) -> None:
    """No HTTP client sends these bytes, so they go over a bare socket."""
    body = json.dumps({"status": "x"}).encode()
    head = (
        f"POST /api/v1/statuses HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ann.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
    ).encode()
    assert surface.client.port is not None
    from asyncio import open_connection

    reader, writer = await open_connection("127.0.0.1", surface.client.port, family=socket.AF_INET)
    writer.write(head + b"Idempotency-Key: \xff\xfe\xe9\r\n\r\n" + body)
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200")


async def test_answers_to_somebody_are_kept_in_no_cache(ann: Api) -> None:
    answer = await ann.ask("GET", "/api/v1/timelines/home")
    kept = answer.headers.get("Cache-Control", "")
    assert "no-store" in kept or "private" in kept


async def test_the_table_of_routes_can_be_served(instance: Instance) -> None:
    app = build_app(instance)
    served = {resource.canonical for resource in app.router.resources()}
    assert {"/api/v1/timelines/home", "/api/v1/accounts/{id}", "/api/v2/search"} <= served
