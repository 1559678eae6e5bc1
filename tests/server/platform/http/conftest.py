"""A real application with every kind of route, and callers of every kind."""

import hashlib
import ipaddress

import pytest
from aiohttp import web

from server.platform.errors import Conflict, Gone, Invalid, NotFound, TooMany, Unavailable
from server.platform.http import assets, limits, render
from server.platform.http.bodies import read_body
from server.platform.http.csrf import FormSigner, form_token
from server.platform.http.decorators import activity, api, checked_routes, form, page, plain
from server.platform.http.middleware import VISITOR_SOURCE, HttpOptions, install
from server.platform.http.parameters import path_id, read_parameters
from server.platform.http.visitor import Visitor, visitor_of
from server.platform.i18n import load_languages
from server.platform.metrics import ROUTES as METRICS_ROUTES
from server.platform.metrics import Metrics

BASE = "https://ours.example"


class KnownVisitors:
    """Three tokens and two sessions."""

    async def by_token(self, token):
        scopes = {
            "reader": {"read"},
            "writer": {"read", "write"},
            "app": {"read", "write"},
            "media": {"write:media"},
        }.get(token)
        if scopes is None:
            return None
        person = None if token == "app" else 7
        return Visitor(person_id=person, scopes=frozenset(scopes), token_id=1, app_id=2)

    async def by_session(self, cookie):
        if cookie == "staff":
            return Visitor(
                login_id=2, person_id=8, session_id="s2", staff_roles=frozenset({"coach"})
            )
        if cookie == "ann":
            return Visitor(login_id=1, person_id=7, session_id="s1", locale="nl")
        return Visitor(login_id=3, session_id="s3") if cookie == "faceless" else None


@page()
async def home(request):
    return web.Response(text=f"<h1>{visitor_of(request).person_id}</h1>", content_type="text/html")


@page(needs="person")
async def private(request):
    return web.Response(text="private", content_type="text/html")


@page(staff=["coach"])
async def staff_only(request):
    return web.Response(text="staff", content_type="text/html")


@form(needs="nobody", keeps_opener=True, posts_anywhere=True)
async def form_page(request):
    if request.method == "POST":
        sent = await read_parameters(request)
        return web.Response(text=f"thanks {sent.text('name')}")
    return web.Response(text=form_token(request), content_type="text/html")


@api(scope="write:statuses")
async def publish(request):
    return web.json_response({"id": "1"})


@api(needs="nobody", scope="read:statuses")
async def public(request):
    return web.json_response([])


@api(needs="app")
async def app_only(request):
    return web.json_response({"ok": True})


@api(needs="nobody")
async def echo(request):
    sent = await read_parameters(request)
    return web.json_response({"a": sent.integer("a")})


@api(needs="person", token_in_query=True)
async def stream(request):
    return web.json_response({"person": str(visitor_of(request).person)})


@api(needs="person", token_in_query=True)
async def socket(request):
    answer = web.WebSocketResponse(
        protocols=request.headers.get("Sec-WebSocket-Protocol", "").split(", ")
    )
    await answer.prepare(request)
    await answer.send_str(str(visitor_of(request).person))
    await answer.close()
    return answer


@api(needs="nobody")
async def upload(request):
    sent = await read_parameters(request)
    found = sent.upload("file")
    return web.json_response({"size": found.size if found else None})


@api(needs="nobody", limit="media")
async def limited(request):
    return web.json_response({})


@api(needs="nobody")
async def broken(request):
    kind = request.match_info["kind"]
    raise {
        "missing": NotFound(),
        "gone": Gone(),
        "conflict": Conflict(),
        "busy": TooMany(7),
        "down": Unavailable(9),
        "invalid": Invalid(details={"note": [("ERR_BLANK", "can't be blank")]}),
        "bug": ZeroDivisionError("secret text"),
        "http": web.HTTPForbidden(),
        "utf8": UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
        "redirect": web.HTTPFound("/"),
    }[kind]


@api(needs="nobody")
async def numbered(request):
    return web.json_response({"id": path_id(request)})


@activity(max_bytes=100)
async def inbox(request):
    await read_body(request)
    return web.Response(status=202)


@plain()
async def health(request):
    return web.Response(text="OK")


@plain(cross_origin=True)
async def feed(request):
    raise NotFound


@api(needs="nobody")
async def breaks_midway(request):
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"begin")
    raise NotFound


@page()
async def broken_page(request):
    raise ZeroDivisionError("secret text")


ROUTES = [
    web.get("/", home, name="home"),
    web.get("/private", private, name="private"),
    web.get("/staff", staff_only, name="staff"),
    web.get("/broken-page", broken_page, name="broken_page"),
    web.get("/form", form_page, name="form"),
    web.post("/form", form_page, name="form.send"),
    web.post("/api/v1/statuses", publish, name="statuses.create"),
    web.get("/api/v1/timelines/public", public, name="public"),
    web.get("/api/v1/apps/verify_credentials", app_only, name="app"),
    web.route("*", "/api/v1/echo", echo, name="echo"),
    web.get("/api/v1/streaming", stream, name="streaming"),
    web.get("/api/v1/socket", socket, name="socket"),
    web.post("/api/v1/upload", upload, name="upload"),
    web.get("/api/v1/limited", limited, name="limited"),
    web.get("/api/v1/broken/{kind}", broken, name="broken"),
    web.get("/api/v1/midway", breaks_midway, name="midway"),
    web.get("/api/v1/things/{id}", numbered, name="thing"),
    web.post("/inbox", inbox, name="inbox"),
    web.get("/healthz", health, name="health"),
    web.get("/feed", feed, name="feed"),
    *assets.ROUTES,
    *METRICS_ROUTES,
]


def sign(text):
    return hashlib.sha256(b"key" + text.encode()).hexdigest()


def make_app(
    tmp_path, *, templates=None, languages=(), hosts=(), rates=None, sign_in="", folders=()
):
    app = web.Application()
    options = HttpOptions(
        base_url=BASE,
        signer=FormSigner(sign),
        hosts=frozenset(hosts),
        trusted_proxies=(ipaddress.ip_network("127.0.0.0/8"),),
        limits=rates or limits.RateLimits(enabled=False),
        sign_in_path=sign_in,
    )
    install(app, options, load_languages(list(folders), languages), metrics=Metrics())
    app[VISITOR_SOURCE] = KnownVisitors()
    if templates:
        render.setup(app, templates)
    app.add_routes(checked_routes(ROUTES))
    return app


@pytest.fixture
async def caller(aiohttp_client, tmp_path):
    """Start an application and return its client; keyword arguments are those of make_app."""

    async def start(**kwargs):
        return await aiohttp_client(make_app(tmp_path, **kwargs))

    return start
