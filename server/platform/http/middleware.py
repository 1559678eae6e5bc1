"""What stands around every handler, outermost first; `install` puts it there.

    request id, address, metrics → refusals as answers → host and body limits → CORS →
    language → visitor → rate limits → form token → the route's own declaration → handler

Headers of every answer, streams included, are added when it is prepared. The one place that
catches any exception of a handler is `_refusing`.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware
from yarl import URL

from server.platform.clock import Clock, SystemClock
from server.platform.errors import (
    BadRequest,
    MeshworkError,
    Misdirected,
    NeedsPerson,
    NotSignedIn,
    TooLarge,
    UnsupportedType,
)
from server.platform.http import cross_origin, refusals
from server.platform.http.addresses import ADDRESS, Network, address_of, client_address
from server.platform.http.bodies import close_uploads
from server.platform.http.csrf import SAFE_METHODS, SIGNER, FormSigner, check_form, keep_seed
from server.platform.http.decorators import Handler, Policy, Surface, admit, policy_of
from server.platform.http.limits import RATE_LIMITS, RateLimits, show_allowance, spend_for_route
from server.platform.http.locales import LANGUAGES, choose_locale
from server.platform.http.nesting import Bounds
from server.platform.http.paging import BASE_URL
from server.platform.http.parameters import BOUNDS
from server.platform.http.refusals import REQUEST_ID
from server.platform.http.security_headers import MEDIA_SOURCES, secure
from server.platform.http.visitor import (
    VISITOR,
    NobodySource,
    Visitor,
    VisitorSource,
    visitor_of,
)
from server.platform.i18n import Languages
from server.platform.metrics import METRICS, METRICS_NETWORKS, Metrics

SESSION_COOKIE: Final = "meshwork_session"
"""The cookie of a signed-in page session."""

VISITOR_SOURCE: Final = web.AppKey("visitor source", VisitorSource)
"""Who resolves tokens and sessions; the access feature puts itself here. Nobody until then."""

_MAX_TOKEN: Final = 512
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9-]{8,64}")
_UNMATCHED: Final = "unmatched"
_SENT: Final = web.RequestKey("headers sent", bool)
_TRUSTED: Final = web.AppKey("trusted proxies", list[Network])
_HOSTS: Final = web.AppKey("hosts served", frozenset[str])
_CLOCK: Final = web.AppKey("clock of answers", Clock)
_SIGN_IN: Final = web.AppKey("sign-in path", str)
_ACT_AS: Final = web.AppKey("path of choosing a person", str)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """What the settings say about HTTP.

    `base_url` has no slash at the end. `hosts` are the Host headers served (with port), empty for
    all; plain routes such as /healthz answer to any. `sign_in_path` is where an anonymous visitor
    of a page that needs somebody is led, with `?next=`; `act_as_path` is where somebody is led who
    is signed in and has not chosen for whom; "" shows the refusal instead.
    """

    base_url: str
    signer: FormSigner
    hosts: frozenset[str] = frozenset()
    trusted_proxies: tuple[Network, ...] = ()
    limits: RateLimits = field(default_factory=RateLimits)
    bounds: Bounds = field(default_factory=Bounds)
    media_sources: tuple[str, ...] = ()
    metrics_networks: tuple[Network, ...] | None = None
    sign_in_path: str = ""
    act_as_path: str = ""


def install(
    app: web.Application,
    options: HttpOptions,
    languages: Languages,
    *,
    metrics: Metrics | None = None,
    clock: Clock | None = None,
) -> None:
    """Put the middlewares around an application; call it before features add their own."""
    app[BASE_URL] = options.base_url
    app[SIGNER] = options.signer
    app[RATE_LIMITS] = options.limits
    app[BOUNDS] = options.bounds
    app[MEDIA_SOURCES] = options.media_sources
    app[LANGUAGES] = languages
    app[METRICS] = metrics or Metrics(with_process=False)
    app[_TRUSTED] = list(options.trusted_proxies)
    app[_HOSTS] = options.hosts
    app[_CLOCK] = clock or SystemClock()
    app[_SIGN_IN] = options.sign_in_path
    app[_ACT_AS] = options.act_as_path
    if options.metrics_networks is not None:
        app[METRICS_NETWORKS] = options.metrics_networks
    app.middlewares.extend(MIDDLEWARES)
    app.on_response_prepare.append(_dress)


@web.middleware
async def _counting(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Name the request, find its address, and count it by the pattern of its route."""
    started = time.perf_counter()
    request[REQUEST_ID] = _request_id(request)
    trusted = request.app[_TRUSTED]
    forwarded = request.headers.getall("X-Forwarded-For", ())
    request[ADDRESS] = client_address(request.remote, forwarded, trusted)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request[REQUEST_ID])
    status = 500
    try:
        response = await handler(request)
    except web.HTTPException as redirect:
        status = redirect.status
        raise
    else:
        status = response.status
        if not response.prepared:
            # Here and not in `_dress`: aiohttp has written the cookies when that is called.
            keep_seed(request, response)
        return response
    finally:
        close_uploads(request)
        seconds = time.perf_counter() - started
        request.app[METRICS].count_request(request.method, _pattern(request), status, seconds)


def _request_id(request: web.Request) -> str:
    sent = request.headers.get("X-Request-Id", "")
    return sent if _REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex


def _pattern(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else _UNMATCHED


@web.middleware
async def _refusing(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every refusal into its answer, and what nobody expected into a quiet 500."""
    try:
        return await handler(request)
    except MeshworkError as refused:
        return await _refused(request, refused)
    except web.HTTPException as known:
        if known.status < web.HTTPBadRequest.status_code:
            raise  # a redirect
        return await refusals.answer(request, refusals.refusal_of_http(known))
    except (json.JSONDecodeError, UnicodeError) as unread:
        if request.get(_SENT):
            raise
        _log.warning("unreadable request", route=_pattern(request), kind=type(unread).__name__)
        return await refusals.answer(request, refusals.refusal_of_error(BadRequest()))
    except Exception as broken:
        if request.get(_SENT):
            raise  # part of an answer is out: aiohttp closes the connection
        _log_broken(request, broken)
        return await refusals.answer(request, refusals.SERVER_FAULT)


def _log_broken(request: web.Request, broken: Exception) -> None:
    # The text of an unknown exception may hold anything a person wrote: its type and place in
    # the code are enough to find it.
    frames = []
    here = broken.__traceback__
    while here is not None:
        frames.append(f"{here.tb_frame.f_globals.get('__name__', '?')}:{here.tb_lineno}")
        here = here.tb_next
    _log.error(
        "unexpected error", route=_pattern(request), kind=type(broken).__name__,
        frames=" ".join(frames[-12:]),
    )  # fmt: skip


async def _refused(request: web.Request, refused: MeshworkError) -> web.StreamResponse:
    if request.get(_SENT):
        raise refused
    if refused.detail or refused.status >= web.HTTPInternalServerError.status_code:
        _log.info("refused", route=_pattern(request), code=refused.code, detail=refused.detail)
    path = _path_led_to(request, refused)
    if path and _may_be_led(request):
        asked = request.rel_url.raw_path_qs
        there = str(URL(path).with_query({"next": asked}))
        return web.Response(status=303, headers={"Location": there})
    return await refusals.answer(request, refusals.refusal_of_error(refused))


def _path_led_to(request: web.Request, refused: MeshworkError) -> str:
    """Return where somebody goes first who is nobody, or nobody in particular; "" for nowhere."""
    if not isinstance(refused, NotSignedIn | NeedsPerson):
        return ""
    if visitor_of(request).has_page_session:
        return request.app[_ACT_AS]
    return request.app[_SIGN_IN] if isinstance(refused, NotSignedIn) else ""


def _may_be_led(request: web.Request) -> bool:
    policy = policy_of(request)
    return bool(
        policy is not None
        and policy.surface in {Surface.PAGE, Surface.FORM}
        and request.method in {"GET", "HEAD"}
        and refusals.look_of(request) is refusals.Look.PAGE
    )


@web.middleware
async def _bounded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a foreign host, a packed body, and a body announced as too large, before reading."""
    policy = policy_of(request)
    hosts = request.app[_HOSTS]
    is_plain = policy is not None and policy.surface is Surface.PLAIN
    if hosts and not is_plain and request.host.lower() not in hosts:
        raise Misdirected
    # A packed body can be a thousand times larger than it looks; no client we know sends one.
    if request.headers.get("Content-Encoding", "identity").lower() not in {"", "identity"}:
        raise UnsupportedType
    if (request.content_length or 0) > _most_bytes(request, policy):
        raise TooLarge
    return await handler(request)


def _most_bytes(request: web.Request, policy: Policy | None) -> int:
    bounds = request.app[BOUNDS]
    if policy is not None and policy.max_bytes is not None:
        return policy.max_bytes
    if request.content_type == "multipart/form-data":
        return bounds.max_upload_bytes + bounds.max_body_bytes
    return bounds.max_body_bytes


@web.middleware
async def _open(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer preflights without asking who calls, on every open path, known or not."""
    if cross_origin.is_preflight(request):
        return cross_origin.preflight_answer(request)
    return await handler(request)


@web.middleware
async def _speaking(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Choose a language, so that even a refusal of the visitor is in it."""
    choose_locale(request)
    return await handler(request)


@web.middleware
async def _knowing(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find out who calls: a bearer token on the API, a session cookie on pages."""
    known = await _visitor(request)
    address = address_of(request)
    visitor = replace(known, address=address) if known else Visitor.anonymous(address)
    request[VISITOR] = visitor
    if visitor.locale:
        choose_locale(request, visitor.locale)
    return await handler(request)


async def _visitor(request: web.Request) -> Visitor | None:
    policy = policy_of(request)
    if policy is None:
        return None
    source: VisitorSource = request.app.get(VISITOR_SOURCE) or NobodySource()
    if policy.surface is Surface.API:
        token = _bearer_token(request, policy)
        return await source.by_token(token) if token else None
    cookie = request.cookies.get(SESSION_COOKIE, "")
    if cookie and len(cookie) <= _MAX_TOKEN and _reads_cookie(request, policy):
        return await source.by_session(cookie)
    return None


def _reads_cookie(request: web.Request, policy: Policy) -> bool:
    if policy.surface in {Surface.PAGE, Surface.FORM}:
        return True
    # A document that is also a page may be shown to a signed-in reader, never changed by one.
    return policy.surface is Surface.ACTIVITY and request.method in SAFE_METHODS


def _bearer_token(request: web.Request, policy: Policy) -> str | None:
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    token: str = sent.strip() if scheme.lower() == "bearer" else ""
    if not token and policy.token_in_query:
        # Browsers cannot set headers on a socket: the query or the subprotocol carries the token.
        in_query = request.rel_url.query.get("access_token")
        in_protocol = request.headers.get("Sec-WebSocket-Protocol")
        token = in_query or in_protocol or ""
    return token if 0 < len(token) <= _MAX_TOKEN else None


@web.middleware
async def _guarding(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count the call, check the declaration before any body is read, then the form's token."""
    policy = policy_of(request)
    if policy is not None:
        spend_for_route(request)
        admit(policy, request[VISITOR])
        is_page = policy.surface in {Surface.PAGE, Surface.FORM}
        if is_page and request.method not in SAFE_METHODS:
            await check_form(request)
    return await handler(request)


MIDDLEWARES: Final[Sequence[Middleware]] = (
    _counting,
    _refusing,
    _bounded,
    _open,
    _speaking,
    _knowing,
    _guarding,
)
"""All of them, outermost first."""


async def _dress(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers that every answer has, just before they are sent."""
    request[_SENT] = True
    response.headers["Server"] = "Meshwork"  # without versions of what is beneath
    if REQUEST_ID in request:
        response.headers["X-Request-Id"] = request[REQUEST_ID]
    if cross_origin.is_open(request):
        cross_origin.open_to_origins(response)
    secure(request, response)
    show_allowance(request, response, request.app[_CLOCK])
