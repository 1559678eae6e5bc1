"""`/settings/filters`: what somebody does not want to read, in plain words."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from aiohttp import web

from server.people.reader import Reader, reader_of, see
from server.platform.errors import Invalid
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.i18n import Message, say
from server.platform.work import Work
from server.timelines.filters.queries import filter_of, filters_of
from server.timelines.filters.rules import Filter
from server.timelines.filters.service import (
    FilterChange,
    KeywordChange,
    create_filter,
    delete_filter,
    update_filter,
)

PLACES: Final = (
    ("home", say("Home")),
    ("notifications", say("Notices")),
    ("public", say("Boards and public lists")),
    ("thread", say("Conversations")),
    ("account", say("People's pages")),
)
ACTIONS: Final = (
    ("warn", say("Show a note instead; I can open it")),
    ("hide", say("Leave it out altogether")),
    ("blur", say("Show the text, hide the pictures")),
)
TERMS: Final = (
    ("", say("For ever")),
    ("1", say("For a day")),
    ("7", say("For a week")),
    ("30", say("For a month")),
)
_DAYS: Final = frozenset({"1", "7", "30"})
_DEFAULT: Final[Mapping[str, object]] = {
    "title": "", "words": "", "whole_word": True, "contexts": ["home", "public"],
    "action": "warn", "term": "",
}  # fmt: skip


@page(needs="person")
async def filters(request: web.Request) -> web.Response:
    """Show the person's filters."""
    reader = await reader_of(request)
    found = await reader.instance.read(filters_of, reader.me)
    return await render(
        request,
        "timelines/filters.html",
        {
            "filters": found,
            "places": dict(PLACES),
            "actions": dict(ACTIONS),
            "now": reader.instance.clock.now(),
        },
    )


@page(needs="person")
async def new_filter(request: web.Request) -> web.Response:
    """Show an empty form."""
    return await _form(request, None, _DEFAULT)


@form(needs="person")
async def send_new_filter(request: web.Request) -> web.StreamResponse:
    """Make a filter."""
    reader = await reader_of(request)
    try:
        await reader.instance.work(create_filter, reader.me, _change(reader, None))
    except Invalid as error:
        return await _form(request, None, _sent(reader), error)
    return see(path_for(request.app, "timelines.filters"))


@page(needs="person")
async def edit_filter(request: web.Request) -> web.Response:
    """Show a filter in the form."""
    reader = await reader_of(request)
    found = await reader.instance.read(filter_of, reader.me, path_id(request))
    values = {
        "title": found.title,
        "words": "\n".join(one.keyword for one in found.keywords),
        "whole_word": all(one.whole_word for one in found.keywords),
        "contexts": list(found.contexts),
        "action": found.action,
        "term": "keep" if found.expires_at is not None else "",
    }
    return await _form(request, found, values)


@form(needs="person")
async def send_filter(request: web.Request) -> web.StreamResponse:
    """Change a filter, or delete it."""
    reader = await reader_of(request)
    filter_id = path_id(request)
    if reader.parameters.flag("delete"):
        await reader.instance.work(delete_filter, reader.me, filter_id)
        return see(path_for(request.app, "timelines.filters"))
    found = await reader.instance.read(filter_of, reader.me, filter_id)

    def unit(w: Work) -> None:
        current = filter_of(w, reader.me, filter_id)
        update_filter(w, reader.me, filter_id, _change(reader, current))

    try:
        await reader.instance.work(unit)
    except Invalid as error:
        return await _form(request, found, _sent(reader), error)
    return see(path_for(request.app, "timelines.filters"))


def _change(reader: Reader, current: Filter | None) -> FilterChange:
    sent = reader.parameters
    term = sent.text("term") or ""
    expires = reader.instance.clock.now() + timedelta(days=int(term)) if term in _DAYS else None
    return FilterChange(
        title=sent.text("title") or "",
        contexts=sent.texts("contexts"),
        action=sent.text("action") or "warn",
        expires_at=expires,
        sets_term=term != "keep",
        keywords=_keywords(_words(sent.text("words") or ""), current, sent.flag("whole_word")),
    )


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))


def _keywords(words: list[str], current: Filter | None, whole: bool) -> list[KeywordChange]:  # noqa: FBT001 - read from a check box
    known = {one.keyword: one for one in current.keywords} if current else {}
    gone = [KeywordChange(id=one.id, is_gone=True) for k, one in known.items() if k not in words]
    kept = [KeywordChange(id=known[k].id, whole_word=whole) for k in words if k in known]
    new = [KeywordChange(keyword=k, whole_word=whole) for k in words if k not in known]
    return [*gone, *kept, *new]


def _sent(reader: Reader) -> Mapping[str, object]:
    sent = reader.parameters
    return {
        "title": sent.text("title") or "",
        "words": sent.text("words") or "",
        "whole_word": sent.flag("whole_word"),
        "contexts": sent.texts("contexts"),
        "action": sent.text("action") or "warn",
        "term": sent.text("term") or "",
    }


async def _form(
    request: web.Request,
    current: Filter | None,
    values: Mapping[str, object],
    error: Invalid | None = None,
) -> web.Response:
    terms = list(TERMS)
    if current is not None and current.expires_at is not None:
        terms.insert(0, ("keep", say("As it is now")))
    return await render(
        request,
        "timelines/filter_form.html",
        {
            "filter": current,
            "values": values,
            "faults": _faults(error),
            "places": PLACES,
            "actions": ACTIONS,
            "terms": terms,
        },
        status=200 if error is None else 422,
    )


_SAID: Final[Mapping[str, Message]] = {
    "title": say("Give the filter a name of at most 200 letters."),
    "keyword": say("Write each word or phrase on a line of its own, at most 200 letters."),
    "context": say("Choose at least one place."),
    "filter_action": say("Choose what happens."),
}
_FIELDS: Final = {"keyword": "words", "context": "contexts", "filter_action": "action"}


def _faults(error: Invalid | None) -> dict[str, list[Message]]:
    if error is None:
        return {}
    found = {_FIELDS.get(name, name): [_SAID[name]] for name in error.details if name in _SAID}
    return found or {"": [error.text]}


ROUTES: Final = (
    web.get("/settings/filters", filters, name="timelines.filters"),
    web.get("/settings/filters/new", new_filter, name="timelines.new_filter"),
    web.post("/settings/filters/new", send_new_filter, name="timelines.send_new_filter"),
    web.get("/settings/filters/{id}", edit_filter, name="timelines.filter"),
    web.post("/settings/filters/{id}", send_filter, name="timelines.send_filter"),
)
