"""What the templates of boards can say beside what all pages can: months and times of the clock."""

from collections.abc import Callable
from datetime import date, datetime
from typing import cast

import aiohttp_jinja2
from aiohttp import web
from babel import dates

from server.platform.http.render import Here
from server.posts.kinds.language import locale_of


def install(app: web.Application) -> None:
    """Give the templates of an application the filters `month_name` and `clock`."""
    environment = aiohttp_jinja2.get_env(app)
    here = cast("Callable[[], Here]", environment.globals["here"])
    environment.filters.update(
        month_name=lambda first: month_name(first, here().locale),
        clock=lambda moment: clock(moment, here().locale),
    )


def month_name(first: date, tag: str) -> str:
    """Return a month and its year as calendars are headed in a language."""
    return dates.format_skeleton("yMMMM", first, locale=locale_of(tag))


def clock(moment: datetime, tag: str) -> str:
    """Return the time on the clock that a moment carries."""
    return dates.format_time(moment, "short", tzinfo=moment.tzinfo, locale=locale_of(tag))
