"""How a refusal looks: JSON for clients, a problem document for servers, a page for people.

Texts are those of the errors in the reader's language and never hold internal detail. Problem
documents follow RFC 9457 as FEP-c180 uses it in ActivityPub.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Final

import jinja2
import orjson
from aiohttp import web

from server.platform.errors import (
    BadRequest,
    FieldFault,
    Invalid,
    MeshworkError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooLarge,
    TooMany,
    Unavailable,
)
from server.platform.http.decorators import Surface, policy_of
from server.platform.http.locales import translator_of
from server.platform.http.negotiation import Form, accepted, form_of
from server.platform.http.render import has_template, render
from server.platform.i18n import Message, Translator, say

TEMPLATES: Final = ("errors/error.html", "web/error.html")
"""The page of a refusal, the first that there is; gets `status`, `title`, `text`, `request_id`."""

REQUEST_ID: Final = web.RequestKey("request id", str)
_JSON_PREFIXES: Final = ("/api/", "/nodeinfo/", "/.well-known/")
_JSON_PATHS: Final = frozenset(
    {"/api", "/nodeinfo", "/oauth/token", "/oauth/revoke", "/oauth/userinfo"}
)
_TEXTS: Final[Mapping[int, Message]] = {
    one.status: one.text for one in (BadRequest, NotSignedIn, NotAllowed, NotFound, TooLarge)
} | {405: say("This method is not allowed here")}


class Look(StrEnum):
    """The forms a refusal can take."""

    JSON = "json"
    PROBLEM = "problem"
    PAGE = "page"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a caller is told: a status, a code, a text, faults by field, and headers."""

    status: int
    code: str
    said: Message
    details: Mapping[str, list[FieldFault]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The standard phrase of the status."""
        return HTTPStatus(self.status).phrase if self.status in _STATUSES else "Error"


_STATUSES: Final = frozenset(int(status) for status in HTTPStatus)
SERVER_FAULT: Final = Refusal(500, MeshworkError.code, MeshworkError.text)


def refusal_of_error(error: MeshworkError) -> Refusal:
    """Return the refusal of a domain error."""
    headers: dict[str, str] = {}
    if isinstance(error, TooMany | Unavailable):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    details = error.details if isinstance(error, Invalid) else {}
    return Refusal(error.status, error.code, error.safe, details, headers)


def refusal_of_http(error: web.HTTPException) -> Refusal:
    """Return the refusal of aiohttp's own exception, keeping the Allow header of a 405."""
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    said = _TEXTS.get(error.status) or say(error.reason)
    return Refusal(error.status, error.reason.lower().replace(" ", "_"), said, {}, headers)


def look_of(request: web.Request) -> Look:
    """Return how a refusal of this request looks: by its path, its route, then by Accept."""
    path = request.rel_url.raw_path
    policy = policy_of(request)
    surface = policy.surface if policy else None
    if path in _JSON_PATHS or path.startswith(_JSON_PREFIXES) or surface is Surface.API:
        return Look.JSON
    if surface is Surface.PLAIN:
        return Look.TEXT
    preferred = _named_form(request)
    if preferred is Form.ACTIVITY or (surface is Surface.ACTIVITY and preferred is not Form.HTML):
        return Look.PROBLEM
    return Look.JSON if preferred is Form.JSON else Look.PAGE


def _named_form(request: web.Request) -> Form | None:
    for wanted in accepted(request.headers.get("Accept", "")):
        form = form_of(wanted)
        if form is not None:
            return form
    return None


async def answer(request: web.Request, refusal: Refusal) -> web.Response:
    """Return the refusal as the caller reads it."""
    response = await _shown(request, refusal, translator_of(request))
    response.headers.update(refusal.headers)
    return response


async def _shown(request: web.Request, refusal: Refusal, translator: Translator) -> web.Response:
    match look_of(request):
        case Look.JSON:
            return _json(refusal, translator)
        case Look.PROBLEM:
            return _problem(refusal, translator)
        case Look.TEXT:
            return web.Response(text=translator.say(refusal.said), status=refusal.status)
        case Look.PAGE:
            return await _page(request, refusal, translator)


def _json(refusal: Refusal, translator: Translator) -> web.Response:
    body: dict[str, object] = {"error": translator.say(refusal.said)}
    if refusal.details:
        body["details"] = {
            name: [
                {"error": fault.code, "description": translator.say(fault.description)}
                for fault in faults
            ]
            for name, faults in refusal.details.items()
        }
    return web.Response(
        body=orjson.dumps(body), status=refusal.status, content_type="application/json"
    )


def _problem(refusal: Refusal, translator: Translator) -> web.Response:
    body = {
        "type": "about:blank",
        "title": refusal.title,
        "status": refusal.status,
        "detail": translator.say(refusal.said),
        "code": refusal.code,
    }
    return web.Response(
        body=orjson.dumps(body), status=refusal.status, content_type="application/problem+json"
    )


async def _page(request: web.Request, refusal: Refusal, translator: Translator) -> web.Response:
    text = translator.say(refusal.said)
    template = next((name for name in TEMPLATES if has_template(request.app, name)), None)
    if template is not None:
        known = {
            "status": refusal.status,
            "title": refusal.title,
            "text": text,
            "request_id": request.get(REQUEST_ID, ""),
        }
        try:
            return await render(request, template, known, status=refusal.status)
        except jinja2.TemplateError:
            # A broken error page must not hide the refusal itself: the plain page says it.
            pass
    return _bare_page(refusal, text, translator)


def _bare_page(refusal: Refusal, text: str, translator: Translator) -> web.Response:
    said = html.escape(text)
    title = html.escape(refusal.title)
    direction = "rtl" if translator.is_rtl else "ltr"
    page = (
        f'<!doctype html><html lang="{translator.tag}" dir="{direction}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title></head><body><main><h1>{title}</h1><p>{said}</p>"
        "</main></body></html>"
    )
    return web.Response(text=page, status=refusal.status, content_type="text/html")
