"""Filters, version 2. Source: Mastodon's API, "filters API methods"."""

from datetime import datetime, timedelta

from aiohttp import web

from server.mastodon.calls import EMPTY, Call, answer, call_of
from server.mastodon.entities.filter import filter_entity, filtered_status, keyword_entity
from server.platform.errors import Invalid
from server.platform.http.decorators import api
from server.platform.http.parameters import path_id
from server.platform.i18n import say
from server.timelines.filters import queries, service
from server.timelines.filters.rules import MAX_KEYWORDS
from server.timelines.filters.service import FilterChange, KeywordChange

_READ, _WRITE = "read:filters", "write:filters"
_LONGEST_SECONDS = 100 * 366 * 24 * 60 * 60


def term_of(call: Call) -> tuple[bool, datetime | None]:
    """Return whether a term is set, and when it is over; an empty one means never."""
    if "expires_in" not in call.parameters:
        return False, None
    seconds = call.parameters.integer("expires_in", least=1, most=_LONGEST_SECONDS)
    if seconds is None:
        return True, None
    return True, call.instance.clock.now() + timedelta(seconds=seconds)


def _change(call: Call) -> FilterChange:
    asked = call.parameters
    sets_term, expires_at = term_of(call)
    return FilterChange(
        title=asked.edited("title", max_length=2_000),
        contexts=asked.texts("context", most=20) if "context" in asked else None,
        action=asked.text("filter_action", max_length=20),
        expires_at=expires_at,
        sets_term=sets_term,
        keywords=[
            KeywordChange(
                keyword=one.text("keyword", max_length=2_000),
                whole_word=one.boolean("whole_word"),
                id=one.id("id"),
                is_gone=one.flag("_destroy"),
            )
            for one in asked.items("keywords_attributes", most=MAX_KEYWORDS)
        ],
    )


@api(scope=_READ)
async def filters(request: web.Request) -> web.Response:
    """Answer all filters of the person."""
    call = await call_of(request)
    found = await call.instance.read(queries.filters_of, call.me)
    return answer([filter_entity(one) for one in found])


@api(scope=_WRITE)
async def create(request: web.Request) -> web.Response:
    """Make a filter."""
    call = await call_of(request)
    made = await call.instance.work(service.create_filter, call.me, _change(call))
    return answer(filter_entity(made))


@api(scope=_READ)
async def show(request: web.Request) -> web.Response:
    """Answer one filter."""
    call = await call_of(request)
    return answer(
        filter_entity(await call.instance.read(queries.filter_of, call.me, path_id(request)))
    )


@api(scope=_WRITE)
async def update(request: web.Request) -> web.Response:
    """Change a filter and, if wished, its keywords."""
    call = await call_of(request)
    changed = await call.instance.work(
        service.update_filter, call.me, path_id(request), _change(call)
    )
    return answer(filter_entity(changed))


@api(scope=_WRITE)
async def delete(request: web.Request) -> web.Response:
    """Delete a filter."""
    call = await call_of(request)
    await call.instance.work(service.delete_filter, call.me, path_id(request))
    return answer(EMPTY)


@api(scope=_READ)
async def keywords(request: web.Request) -> web.Response:
    """Answer the keywords of a filter."""
    call = await call_of(request)
    found = await call.instance.read(queries.filter_of, call.me, path_id(request))
    return answer([keyword_entity(one) for one in found.keywords])


@api(scope=_WRITE)
async def add_keyword(request: web.Request) -> web.Response:
    """Add a keyword to a filter."""
    call = await call_of(request)
    made = await call.instance.work(
        service.add_keyword,
        call.me,
        path_id(request),
        call.parameters.text("keyword", max_length=2_000) or "",
        whole_word=call.parameters.boolean("whole_word") is not False,
    )
    return answer(keyword_entity(made))


@api(scope=_READ)
async def keyword(request: web.Request) -> web.Response:
    """Answer one keyword."""
    call = await call_of(request)
    _, found = await call.instance.read(queries.keyword_of, call.me, path_id(request))
    return answer(keyword_entity(found))


@api(scope=_WRITE)
async def update_keyword(request: web.Request) -> web.Response:
    """Change a keyword."""
    call = await call_of(request)
    change = KeywordChange(
        keyword=call.parameters.text("keyword", max_length=2_000),
        whole_word=call.parameters.boolean("whole_word"),
        id=path_id(request),
    )
    changed = await call.instance.work(service.update_keyword, call.me, change)
    return answer(keyword_entity(changed))


@api(scope=_WRITE)
async def delete_keyword(request: web.Request) -> web.Response:
    """Take a keyword away."""
    call = await call_of(request)
    await call.instance.work(service.delete_keyword, call.me, path_id(request))
    return answer(EMPTY)


@api(scope=_READ)
async def filtered(request: web.Request) -> web.Response:
    """Answer the single posts of a filter."""
    call = await call_of(request)
    found = await call.instance.read(queries.filter_of, call.me, path_id(request))
    return answer([filtered_status(one) for one in found.posts])


@api(scope=_WRITE)
async def add_status(request: web.Request) -> web.Response:
    """Add a post to a filter."""
    call = await call_of(request)
    post_id = call.parameters.id("status_id")
    if post_id is None:
        raise Invalid(details={"status_id": [("ERR_BLANK", say("can't be blank"))]})
    made = await call.instance.work(service.add_post, call.me, path_id(request), post_id)
    return answer(filtered_status(made))


@api(scope=_READ)
async def filtered_one(request: web.Request) -> web.Response:
    """Answer one filtered post."""
    call = await call_of(request)
    _, found = await call.instance.read(queries.single_of, call.me, path_id(request))
    return answer(filtered_status(found))


@api(scope=_WRITE)
async def remove_status(request: web.Request) -> web.Response:
    """Take a post out of its filter."""
    call = await call_of(request)
    return answer(
        filtered_status(await call.instance.work(service.remove_post, call.me, path_id(request)))
    )


ROUTES = (
    web.get("/api/v2/filters", filters, name="api.filters"),
    web.post("/api/v2/filters", create, name="api.create_filter"),
    web.get("/api/v2/filters/keywords/{id}", keyword, name="api.filter_keyword"),
    web.put("/api/v2/filters/keywords/{id}", update_keyword, name="api.update_keyword"),
    web.delete("/api/v2/filters/keywords/{id}", delete_keyword, name="api.delete_keyword"),
    web.get("/api/v2/filters/statuses/{id}", filtered_one, name="api.filter_status"),
    web.delete("/api/v2/filters/statuses/{id}", remove_status, name="api.unfilter_status"),
    web.get("/api/v2/filters/{id}", show, name="api.filter"),
    web.put("/api/v2/filters/{id}", update, name="api.update_filter"),
    web.delete("/api/v2/filters/{id}", delete, name="api.delete_filter"),
    web.get("/api/v2/filters/{id}/keywords", keywords, name="api.filter_keywords"),
    web.post("/api/v2/filters/{id}/keywords", add_keyword, name="api.add_keyword"),
    web.get("/api/v2/filters/{id}/statuses", filtered, name="api.filter_statuses"),
    web.post("/api/v2/filters/{id}/statuses", add_status, name="api.add_status"),
)
