"""Filters, version 1, for older clients: each keyword looks like a filter of its own.

Source: Mastodon's API, "filters API methods", version 1, and what version 4 made of it: a change
that would touch the other keywords of the same filter is refused.
"""

from aiohttp import web

from server.mastodon.calls import EMPTY, Call, answer, call_of
from server.mastodon.entities.filter import v1_filter
from server.mastodon.entities.scene import Entity
from server.mastodon.filters import term_of
from server.platform.errors import Invalid
from server.platform.http.decorators import api
from server.platform.http.parameters import path_id
from server.platform.i18n import say
from server.platform.work import Reading, Work
from server.timelines.filters import queries, service
from server.timelines.filters.rules import MAX_TITLE
from server.timelines.filters.service import FilterChange, KeywordChange

_READ, _WRITE = "read:filters", "write:filters"
_MOST_PHRASE = 2_000


def _all(r: Reading, person_id: int) -> list[Entity]:
    return [
        v1_filter(found, one)
        for found in queries.filters_of(r, person_id)
        for one in found.keywords
    ]


@api(scope=_READ)
async def filters(request: web.Request) -> web.Response:
    """Answer every keyword as a filter."""
    call = await call_of(request)
    return answer(await call.instance.read(_all, call.me))


def _one(r: Reading, call: Call, keyword_id: int) -> Entity:
    return v1_filter(*queries.keyword_of(r, call.me, keyword_id))


@api(scope=_READ)
async def show(request: web.Request) -> web.Response:
    """Answer one keyword as a filter."""
    call = await call_of(request)
    return answer(await call.instance.read(_one, call, path_id(request)))


@api(scope=_WRITE)
async def create(request: web.Request) -> web.Response:
    """Make a filter with one keyword, named by it."""
    call = await call_of(request)
    phrase = call.parameters.text("phrase", max_length=_MOST_PHRASE) or ""
    if not phrase.strip():
        raise Invalid(details={"phrase": [("ERR_BLANK", say("can't be blank"))]})
    _, expires_at = term_of(call)
    change = FilterChange(
        title=phrase[:MAX_TITLE],
        contexts=call.parameters.texts("context", most=20),
        action="hide" if call.parameters.flag("irreversible") else "warn",
        expires_at=expires_at,
        keywords=[KeywordChange(phrase, call.parameters.flag("whole_word"))],
    )

    def unit(w: Work) -> Entity:
        made = service.create_filter(w, call.me, change)
        return v1_filter(made, made.keywords[0])

    return answer(await call.instance.work(unit))


@api(scope=_WRITE)
async def update(request: web.Request) -> web.Response:
    """Change a keyword, and its filter when it is the only one there."""
    call = await call_of(request)
    return answer(await call.instance.work(_update, call, path_id(request)))


def _update(w: Work, call: Call, keyword_id: int) -> Entity:
    asked = call.parameters
    found, _ = queries.keyword_of(w, call.me, keyword_id)
    sets_term, expires_at = term_of(call)
    irreversible = asked.boolean("irreversible")
    action = found.action
    if irreversible is not None and irreversible != (found.action == "hide"):
        action = "hide" if irreversible else "warn"
    change = FilterChange(
        contexts=asked.texts("context", most=20) if "context" in asked else None,
        action=action,
        expires_at=expires_at,
        sets_term=sets_term,
    )
    if len(found.keywords) > 1 and _changes(change, found.contexts, found.action):
        raise Invalid(say("This filter has several words. Change it with a newer app."))
    service.update_filter(w, call.me, found.id, change)
    service.update_keyword(
        w,
        call.me,
        KeywordChange(
            keyword=asked.text("phrase", max_length=_MOST_PHRASE),
            whole_word=asked.boolean("whole_word"),
            id=keyword_id,
        ),
    )
    return _one(w, call, keyword_id)


def _changes(change: FilterChange, contexts: tuple[str, ...], action: str) -> bool:
    other_places = change.contexts is not None and set(change.contexts) != set(contexts)
    return other_places or change.action != action or change.sets_term


@api(scope=_WRITE)
async def delete(request: web.Request) -> web.Response:
    """Take a keyword away, and its filter with the last one."""
    call = await call_of(request)

    def unit(w: Work) -> None:
        found, _ = queries.keyword_of(w, call.me, path_id(request))
        if len(found.keywords) == 1 and not found.posts:
            service.delete_filter(w, call.me, found.id)
        else:
            service.delete_keyword(w, call.me, path_id(request))

    await call.instance.work(unit)
    return answer(EMPTY)


ROUTES = (
    web.get("/api/v1/filters", filters, name="api.filters_v1"),
    web.post("/api/v1/filters", create, name="api.create_filter_v1"),
    web.get("/api/v1/filters/{id}", show, name="api.filter_v1"),
    web.put("/api/v1/filters/{id}", update, name="api.update_filter_v1"),
    web.delete("/api/v1/filters/{id}", delete, name="api.delete_filter_v1"),
)
