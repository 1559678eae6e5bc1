"""The forms of to-dos and goals, and of "meet again?" after an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.matching.queries import matches_of
from server.meetings import items
from server.meetings.again import answer_after_event
from server.meetings.forms import read_day
from server.meetings.model import ItemKind
from server.people.queries import people_by_ids
from server.people.reader import reader_of, see
from server.people.rules import Viewer
from server.platform.errors import NotFound
from server.platform.http.decorators import form
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for
from server.platform.work import Reading, Work


@dataclass(frozen=True, slots=True)
class PairList:
    """The to-dos and goals with one other person."""

    match_id: int
    name: str
    items: list[items.ItemRow]
    is_read_only: bool


def lists_of(r: Reading, person_id: int) -> list[PairList]:
    """Return the lists of somebody's matches that can be read."""
    rows = [one for one in matches_of(r, person_id) if one.is_readable(r.now)]
    found = items.items_of(r, [one.id for one in rows])
    partners = {one.id: one.partner_of(person_id) or 0 for one in rows}
    people = people_by_ids(r, Viewer.member(person_id), partners.values())
    return [
        PairList(one.id, people[partners[one.id]].name, found.get(one.id, []), not one.is_consented)
        for one in rows
        if partners[one.id] in people
    ]


@form(needs="person")
async def add(request: web.Request) -> web.StreamResponse:
    """Write a to-do or a goal down."""
    reader = await reader_of(request)
    sent = reader.parameters
    match_id = sent.id("match")
    if match_id is None:
        raise NotFound
    kind = ItemKind(sent.choice("kind", tuple(ItemKind)) or ItemKind.TO_DO)
    text = sent.required("text", max_length=20_000)
    due_on = read_day(sent, "due_on")
    await reader.instance.work(items.add_item, reader.me, match_id, kind, text, due_on)
    return _back(request, match_id)


@form(needs="person")
async def tick(request: web.Request) -> web.StreamResponse:
    """Tick an item off, or open it again."""
    reader = await reader_of(request)
    is_done, item_id = reader.parameters.flag("done"), path_id(request)

    def unit(w: Work) -> None:
        items.set_done(w, reader.me, item_id, is_done=is_done)

    await reader.instance.work(unit)
    return see(path_for(request.app, "meetings.all"))


@form(needs="person")
async def remove(request: web.Request) -> web.StreamResponse:
    """Delete an item."""
    reader = await reader_of(request)
    await reader.instance.work(items.delete_item, reader.me, path_id(request))
    return see(path_for(request.app, "meetings.all"))


@form(needs="person")
async def after_event(request: web.Request) -> web.StreamResponse:
    """Answer whether one would like to meet somebody of an event again."""
    reader = await reader_of(request)
    post_id, other_id = reader.parameters.id("event"), reader.parameters.id("other")
    wants = reader.parameters.flag("wants")
    if post_id is None or other_id is None:
        raise NotFound

    def unit(w: Work) -> bool:
        return answer_after_event(w, reader.me, post_id, other_id, wants=wants)

    await reader.instance.work(unit)
    return see(path_for(request.app, "meetings.all"))


def _back(request: web.Request, match_id: int) -> web.Response:
    return see(f"{path_for(request.app, 'meetings.all')}#pair-{match_id}")


ROUTES: Final[Sequence[web.RouteDef]] = (
    web.post("/meetings/items", add, name="meetings.add_item"),
    web.post("/meetings/items/{id:[0-9]+}", tick, name="meetings.tick"),
    web.post("/meetings/items/{id:[0-9]+}/delete", remove, name="meetings.remove_item"),
    web.post("/meetings/events/again", after_event, name="meetings.after_event"),
)
