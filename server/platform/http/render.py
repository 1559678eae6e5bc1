"""Pages from templates: one environment, a folder of templates per feature, the reader's language.

Templates get the values of the handler and `here` (visitor, locale, direction, path, time). The
global functions work in imported macros too, because they ask the rendering under way rather than
the template's context. An undefined name is an error, never an empty space. Mails are rendered by
the same means without a request (`render_apart`).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Final
from zoneinfo import ZoneInfo

import aiohttp_jinja2
import jinja2
from aiohttp import web
from babel import Locale, dates, lists, numbers
from jinja2.bccache import Bucket
from markupsafe import Markup

from server.platform.clock import Clock, SystemClock
from server.platform.http.assets import ASSETS
from server.platform.http.csrf import FIELD, form_token
from server.platform.http.locales import LANGUAGES, translator_of
from server.platform.http.paging import BASE_URL
from server.platform.http.security_headers import nonce_of
from server.platform.http.visitor import Visitor, visitor_of
from server.platform.i18n import Language, Message, Translator


@dataclass(frozen=True, slots=True)
class Here:
    """The rendering under way: who reads, in which language, where and when."""

    asked: web.Request | None
    translator: Translator
    visitor: Visitor
    now: datetime
    zone: tzinfo
    router: web.UrlDispatcher
    base_url: str

    @property
    def request(self) -> web.Request:
        """The request that is answered. Raises LookupError where none is: in a mail."""
        if self.asked is None:
            raise LookupError("this template needs a request")
        return self.asked

    @property
    def locale(self) -> str:
        """The language tag for `<html lang>`."""
        return self.translator.tag

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`, for `<html dir>`."""
        return "rtl" if self.translator.is_rtl else "ltr"

    @property
    def path(self) -> str:
        """The path of the page, without its query."""
        return self.request.rel_url.path

    @property
    def languages(self) -> list[Language]:
        """The locales to choose from."""
        known = self.request.app.get(LANGUAGES)
        return known.listed() if known else []

    @property
    def nonce(self) -> str:
        """The nonce for inline scripts and styles."""
        return nonce_of(self.request)


_HERE: ContextVar[Here] = ContextVar("here")
_ZONE: Final = web.AppKey("time zone of pages", ZoneInfo)
_CLOCK: Final = web.AppKey("clock of pages", Clock)


def setup(
    app: web.Application,
    loaders: Mapping[str, Path],
    *,
    time_zone: str = "Europe/Brussels",
    clock: Clock | None = None,
) -> jinja2.Environment:
    """Give an application its templates: `loaders` maps a feature's name to its folder.

    A template is named `feature/file.html`. Raises FileNotFoundError for a folder that is not
    there. Times are shown in `time_zone` (IANA name).
    """
    for folder in loaders.values():
        if not folder.is_dir():
            raise FileNotFoundError(folder)
    app[_ZONE] = ZoneInfo(time_zone)
    app[_CLOCK] = clock or SystemClock()
    environment = environment_of(loaders)
    app[aiohttp_jinja2.APP_KEY] = environment
    return environment


class _CompiledOnce(jinja2.BytecodeCache):
    """Keeps what was compiled, by source, for every environment of this process (pages, mails)."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED: Final = _CompiledOnce()


def environment_of(loaders: Mapping[str, Path]) -> jinja2.Environment:
    """Return the environment for the templates of these folders, with every helper."""
    environment = jinja2.Environment(
        loader=jinja2.PrefixLoader(
            {name: jinja2.FileSystemLoader(folder) for name, folder in loaders.items()}
        ),
        enable_async=True,
        autoescape=jinja2.select_autoescape(("html", "xml")),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_COMPILED,
    )
    _add_helpers(environment)
    return environment


def _add_helpers(environment: jinja2.Environment) -> None:
    # jinja2.ext.i18n adds this method when it is loaded, unseen by the type checker.
    install = environment.install_gettext_callables  # type: ignore[attr-defined]
    install(_gettext, _ngettext, newstyle=True, pgettext=_pgettext)
    environment.globals.update(
        here=_HERE.get,
        url_for=url_for,
        absolute_url=absolute_url,
        full=_full,
        static=_static,
        csrf_field=_csrf_field,
        nonce=lambda: _HERE.get().nonce,
    )
    environment.filters.update(
        say=_say, day=_day, moment=_moment, ago=_ago, number=_number, listed=_listed, iso=_iso
    )


async def render(
    request: web.Request,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> web.Response:
    """Return a page. Raises jinja2.TemplateError for a template that is missing or wrong."""
    token = _HERE.set(here_of(request))
    try:
        return await aiohttp_jinja2.render_template_async(
            template, request, dict(context or {}), status=status
        )
    finally:
        _HERE.reset(token)


async def render_text(
    request: web.Request, template: str, context: Mapping[str, object] | None = None
) -> str:
    """Return a rendered template as text, for parts of an answer, feeds and mails."""
    token = _HERE.set(here_of(request))
    try:
        environment = aiohttp_jinja2.get_env(request.app)
        return await environment.get_template(template).render_async(dict(context or {}))
    finally:
        _HERE.reset(token)


async def render_apart(
    environment: jinja2.Environment, here: Here, template: str, context: Mapping[str, object]
) -> str:
    """Return a rendered template outside any request; `here` has none then."""
    token = _HERE.set(here)
    try:
        return await environment.get_template(template).render_async(dict(context))
    finally:
        _HERE.reset(token)


def here_of(request: web.Request) -> Here:
    """Return what templates know about a request."""
    return Here(
        request,
        translator_of(request),
        visitor_of(request),
        (request.app.get(_CLOCK) or SystemClock()).now(),
        _zone(request.app),
        request.app.router,
        request.app.get(BASE_URL) or "",
    )


def _zone(app: web.Application) -> tzinfo:
    known = app.get(_ZONE)
    return known if known is not None else UTC


def has_template(app: web.Application, template: str) -> bool:
    """Tell whether an application has templates at all and this one among them."""
    environment = app.get(aiohttp_jinja2.APP_KEY)
    if environment is None or environment.loader is None:
        return False
    try:
        environment.get_template(template)
    except jinja2.TemplateError:
        return False
    return True


def path_for(app: web.Application, name: str, /, **parts: object) -> str:
    """Return the path of a named route; parts of the path by name, ids as numbers or text.

    `query` is kept for the query: a mapping, entries that are None left out. Raises KeyError for
    an unknown name or a missing part.
    """
    return _path_in(app.router, name, parts)


def _path_in(router: web.UrlDispatcher, name: str, parts: dict[str, object]) -> str:
    query = parts.pop("query", None)
    url = router[name].url_for(**{key: str(value) for key, value in parts.items()})
    if isinstance(query, Mapping):
        url = url.with_query({key: str(one) for key, one in query.items() if one is not None})
    return str(url)


def url_for(name: str, /, **parts: object) -> str:
    """Return the path of a named route, for templates; see `path_for`."""
    return _path_in(_HERE.get().router, name, parts)


def absolute_url(name: str, /, **parts: object) -> str:
    """Return the public address of a named route, for templates."""
    return _HERE.get().base_url + url_for(name, **parts)


def _full(path: str) -> str:
    """Return the public address of a path of ours that begins with one slash."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("a path of ours begins with one slash")
    return _HERE.get().base_url + path


def _static(path: str) -> str:
    return _HERE.get().request.app[ASSETS].url(path)


def _csrf_field() -> Markup:
    token = form_token(_HERE.get().request)
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token)


def _gettext(text: str) -> str:
    return _HERE.get().translator.gettext(text)


def _ngettext(one: str, many: str, count: int) -> str:
    return _HERE.get().translator.ngettext(one, many, count)


def _pgettext(context: str, text: str) -> str:
    return _HERE.get().translator.pgettext(context, text)


def _say(message: Message | str) -> str:
    return _HERE.get().translator.say(message)


def _day(value: date | datetime, form: str = "long") -> str:
    here = _HERE.get()
    day = value.astimezone(here.zone).date() if isinstance(value, datetime) else value
    return dates.format_date(day, _date_form(form), locale=here.translator.locale)


def _moment(value: datetime, form: str = "medium") -> str:
    here = _HERE.get()
    return dates.format_datetime(
        value, _date_form(form), tzinfo=here.zone, locale=here.translator.locale
    )


def _date_form(form: str) -> str:
    return form if form in {"short", "medium", "long", "full"} else "medium"


def _ago(value: datetime) -> str:
    here = _HERE.get()
    return dates.format_timedelta(
        value - here.now, add_direction=True, locale=here.translator.locale
    )


def _number(value: float) -> str:
    return _number_in(_HERE.get().translator.locale, value)


@lru_cache(maxsize=4_096)
def _number_in(locale: Locale, value: float) -> str:
    return numbers.format_decimal(value, locale=locale)


def _listed(values: list[str]) -> str:
    return lists.format_list([str(one) for one in values], locale=_HERE.get().translator.locale)


def _iso(value: datetime) -> str:
    moment = value.astimezone(UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")
