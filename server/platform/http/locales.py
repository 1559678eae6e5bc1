"""The language of one request: chosen early for refusals, again once the visitor is known.

Order: the person's own choice, `?lang=`, the cookie, Accept-Language, the instance's default.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from server.platform.i18n import Languages, Translator, load_languages

LANGUAGES: Final = web.AppKey("languages", Languages)
TRANSLATOR: Final = web.RequestKey("translator", Translator)
LOCALE_COOKIE: Final = "meshwork_locale"

_ENGLISH: Final = load_languages((), ())


def choose_locale(request: web.Request, personal: str | None = None) -> Translator:
    """Choose and remember the translator of a request."""
    languages = request.app.get(LANGUAGES) or _ENGLISH
    tag = languages.negotiate(
        personal,
        request.rel_url.query.get("lang") if request.rel_url.raw_query_string else None,
        request.cookies.get(LOCALE_COOKIE) if "Cookie" in request.headers else None,
        accept_language=request.headers.get("Accept-Language"),
    )
    chosen = languages.translator(tag)
    request[TRANSLATOR] = chosen
    return chosen


def translator_of(request: web.Request) -> Translator:
    """Return the translator of a request; English before the middleware."""
    return request.get(TRANSLATOR) or choose_locale(request)
