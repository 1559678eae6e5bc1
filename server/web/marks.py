"""Saying that an event has moved: to a later date, another time, online, or elsewhere.

The record says it, and the first line of the text; it goes out as any other change. Filled,
cancelled and open again are in `actions`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any, Final

from aiohttp import web

from server.people.reader import Reader, reader_of, see
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import render
from server.platform.i18n import Message, say
from server.posts.drafting import Change
from server.posts.kinds import Kind
from server.posts.model import PostState
from server.posts.rows import PostRow
from server.posts.service import edit_post
from server.web.actions import own_post
from server.web.addresses import post_path
from server.web.forms import clock_of, zone_named
from server.web.parcel import faults_of
from server.web.typed import shown_moment


class Move(StrEnum):
    """What can happen to an event that is still to come."""

    POSTPONED = "postponed"
    TIME = "time"
    ONLINE = "online"
    PLACE = "place"
    PLANNED = "planned"


_WORDS: Final[Mapping[Move, Message]] = {
    Move.POSTPONED: say("It comes later. I do not know the new date yet."),
    Move.TIME: say("It has another day or time."),
    Move.ONLINE: say("It takes place online."),
    Move.PLACE: say("It takes place somewhere else."),
    Move.PLANNED: say("Everything is as planned again."),
}
_PLACE: Final = ("name", "streetAddress", "postalCode", "addressLocality")
_NAMES: Final = ("startTime", "endTime", "onlineUrl", *_PLACE)
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed about a move."""

    move: Move | None
    values: Mapping[str, str]


@page(needs="person")
async def ask(request: web.Request) -> web.StreamResponse:
    """Ask what has changed about one's own event."""
    reader = await reader_of(request)
    post = await _own_event(reader)
    return await _form(reader, post, Typed(None, _known(reader, post)))


@form(needs="person")
async def move(request: web.Request) -> web.StreamResponse:
    """Say what has changed; everybody who got the event is told."""
    reader = await reader_of(request)
    post = await _own_event(reader)
    sent = reader.parameters
    chosen = sent.choice("move", tuple(Move))
    values = {name: sent.text(name, max_length=_LONGEST) or "" for name in _NAMES}
    typed = Typed(Move(chosen) if chosen else None, values)
    try:
        record = moved(post.record or {}, typed, _clock(reader, post))
        media = [one.media_id for one in post.media if one.media_id is not None]
        change = Change(record=record, media_ids=media)
        await reader.instance.work(edit_post, reader.me, post.id, change)
    except Invalid as refused:
        return await _form(reader, post, typed, refused)
    return see(post_path(post))


def moved(record: Mapping[str, Any], typed: Typed, clock: tzinfo) -> dict[str, Any]:
    """Return the record of the event after the move. Raises Invalid when nothing was chosen."""
    if typed.move is None:
        raise Invalid(details={"move": [("ERR_BLANK", say("Choose one."))]})
    changed = {name: value for name, value in record.items() if name != "placeChanged"}
    values = typed.values
    match typed.move:
        case Move.POSTPONED:
            changed["eventStatus"] = "EventPostponed"
        case Move.TIME:
            changed |= {name: _moment(values[name], clock) for name in ("startTime", "endTime")}
            changed["eventStatus"] = "EventRescheduled"
        case Move.ONLINE:
            changed.pop("location", None)
            changed |= {"mode": "ONLINE", "onlineUrl": values["onlineUrl"].strip()}
            changed["eventStatus"] = "EventMovedOnline"
        case Move.PLACE:
            changed |= {"location": _place(record, values), "placeChanged": True}
            changed["mode"] = "ONSITE" if record.get("mode") == "ONLINE" else record.get("mode")
            changed["eventStatus"] = "EventScheduled"
        case Move.PLANNED:
            changed["eventStatus"] = "EventScheduled"
    return {name: value for name, value in changed.items() if value not in (None, "")}


def _place(record: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """Return the new place; its country stays when nobody says another."""
    before = record.get("location")
    country = before.get("addressCountry") if isinstance(before, Mapping) else None
    place = {name: values[name].strip() for name in _PLACE if values[name].strip()}
    return place | ({"addressCountry": country} if country else {})


def _moment(typed: str, clock: tzinfo) -> str:
    """Return a moment with its offset; what is none stays as it was typed, for the schema."""
    try:
        moment = datetime.fromisoformat(typed.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=clock)).isoformat()
    except (ValueError, OverflowError):
        return typed


async def _own_event(reader: Reader) -> PostRow:
    post = await reader.instance.read(own_post, reader, path_id(reader.request))
    if post.kind != Kind.EVENT or post.state is not PostState.OPEN:
        raise NotFound
    return post


def _clock(reader: Reader, post: PostRow) -> tzinfo:
    zone = zone_named(reader.instance.settings.instance.time_zone)
    return clock_of(post.record or {}, zone)


def _known(reader: Reader, post: PostRow) -> dict[str, str]:
    record, clock = post.record or {}, _clock(reader, post)
    place = record.get("location")
    values = {
        name: str(place.get(name, "")) if isinstance(place, Mapping) else "" for name in _PLACE
    }
    for name in ("startTime", "endTime"):
        values[name] = shown_moment(record.get(name), clock)
    return values | {"onlineUrl": str(record.get("onlineUrl", ""))}


async def _form(
    reader: Reader, post: PostRow, typed: Typed, refused: Invalid | None = None
) -> web.Response:
    told = faults_of(refused)
    faults = {name.rpartition("/")[2]: said for name, said in told.items()}
    context = {
        "post": post,
        "moves": [(one.value, word) for one, word in _WORDS.items()],
        "chosen": typed.move.value if typed.move else "",
        "values": typed.values,
        "faults": faults,
        "lines": [(name if name in (*_NAMES, "move") else "", text)
                  for name, said in faults.items() for text in said],
    }  # fmt: skip
    status = 200 if refused is None else 422
    return await render(reader.request, "web/moved.html", context, status=status)


ROUTES: Final = (
    web.get("/posts/{id:[0-9]+}/moved", ask, name="web.ask_moved"),
    web.post("/posts/{id:[0-9]+}/moved", move, name="web.moved"),
)
