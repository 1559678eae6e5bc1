"""Taking part in events: the buttons of guests, the organiser's list, the calendar file."""

import csv
import io
from typing import Final

from aiohttp import web

from server.participation import places
from server.participation.paths import page_of_post
from server.participation.queries import PlaceList, PlaceRow, place_list
from server.participation.rules import MAX_NOTE, MOST_TOGETHER, guarded_cells
from server.people.reader import Reader, reader_of, see
from server.platform.errors import NotFound
from server.platform.http.decorators import form, page, plain
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.i18n import say
from server.platform.work import Reading, Work
from server.posts.kinds import Kind
from server.posts.kinds.calendar import MEDIA_TYPE, Entry, calendar_of, entry_of
from server.posts.kinds.language import voice_of
from server.posts.queries import post as post_seen
from server.posts.rows import PostRow

_PART: Final = "taking-part"
_STATES: Final = {
    "going": say("has a place"),
    "waiting": say("on the waiting list"),
    "requested": say("waits for an answer"),
    "refused": say("was told no"),
}


@form(needs="person")
async def join(request: web.Request) -> web.StreamResponse:
    """Sign up for an event."""
    reader = await reader_of(request)
    number = reader.parameters.integer("number", least=1, most=MOST_TOGETHER) or 1
    note = (reader.parameters.text("note", max_length=MAX_NOTE) or "").strip()
    post_id = path_id(request)

    def unit(w: Work) -> PostRow:
        post = post_seen(w, reader.viewer, post_id)
        places.join(w, reader.me, post_id, number=number, note=note)
        return post

    return see(page_of_post(request, await reader.instance.work(unit), _PART))


@form(needs="person")
async def leave(request: web.Request) -> web.StreamResponse:
    """Give a place back."""
    reader = await reader_of(request)
    post_id = path_id(request)

    def unit(w: Work) -> PostRow:
        post = post_seen(w, reader.viewer, post_id)
        places.leave(w, reader.me, post_id)
        return post

    return see(page_of_post(request, await reader.instance.work(unit), _PART))


@page(needs="person")
async def show_places(request: web.Request) -> web.StreamResponse:
    """Show the organiser who comes."""
    reader = await reader_of(request)
    listed = await reader.instance.read(place_list, reader.me, path_id(request))
    return await render(
        request,
        "participation/places.html",
        {
            "list": listed,
            "states": _STATES,
            "doors_are_open": listed.sign_up.doors_are_open(reader.instance.clock.now()),
        },
    )


@form(needs="person")
async def decide(request: web.Request) -> web.StreamResponse:
    """Say yes or no to somebody who would like to come."""
    reader = await reader_of(request)
    decision = places.accept if request.match_info["verb"] == "accept" else places.refuse
    post_id = path_id(request)
    await reader.instance.work(decision, reader.me, post_id, path_id(request, "place"))
    return see(path_for(request.app, "participation.places", id=post_id))


@form(needs="person")
async def note_attendance(request: web.Request) -> web.StreamResponse:
    """Note who came."""
    reader = await reader_of(request)
    came, post_id = reader.parameters.ids("came"), path_id(request)
    await reader.instance.work(places.note_attendance, reader.me, post_id, came)
    return see(path_for(request.app, "participation.places", id=post_id))


@page(needs="person")
async def ask_cancel(request: web.Request) -> web.StreamResponse:
    """Ask before an event is cancelled, and say who will be told."""
    reader = await reader_of(request)
    listed = await reader.instance.read(place_list, reader.me, path_id(request))
    return await render(request, "participation/cancel.html", {"list": listed})


@form(needs="person")
async def cancel(request: web.Request) -> web.StreamResponse:
    """Cancel an event and tell everybody who wanted to come."""
    reader = await reader_of(request)
    post_id = path_id(request)

    def unit(w: Work) -> PostRow:
        places.cancel_event(w, reader.me, post_id)
        return post_seen(w, reader.viewer, post_id)

    return see(page_of_post(request, await reader.instance.work(unit), _PART))


@page(needs="person")
async def send_file(request: web.Request) -> web.StreamResponse:
    """Send the organiser the list as a file for a spreadsheet (RFC 4180)."""
    reader = await reader_of(request)
    listed = await reader.instance.read(place_list, reader.me, path_id(request))
    return web.Response(
        # A byte-order mark: without it spreadsheets take accents and Arabic for something else.
        body=b"\xef\xbb\xbf" + _csv(reader, listed).encode(),
        content_type="text/csv",
        charset="utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="places-{listed.post.id}.csv"',
            "Cache-Control": "private, no-store",
        },
    )


def _csv(reader: Reader, listed: PlaceList) -> str:
    say_it = reader.translator.say
    out = io.StringIO()
    writer = csv.writer(out)
    heads = ("Name", "Address", "People", "State", "Note", "Signed up", "Came")
    writer.writerow([say_it(say(head)) for head in heads])
    for row in listed.rows:
        writer.writerow(guarded_cells(_cells(reader, row)))
    return out.getvalue()


def _cells(reader: Reader, row: PlaceRow) -> list[object]:
    say_it = reader.translator.say
    came = {True: say_it(say("yes")), False: say_it(say("no")), None: ""}[row.attended]
    name = row.person.name if row.person else say_it(say("Somebody"))
    acct = f"{row.person.acct}" if row.person else ""
    moment = row.queued_at.isoformat(timespec="minutes")
    return [name, acct, row.number, say_it(_STATES[row.state]), row.note, moment, came]


@plain()
async def calendar_file(request: web.Request) -> web.StreamResponse:
    """Send an event as a calendar file, to whoever may see the event."""
    reader = await reader_of(request)
    post = await reader.instance.read(_event_seen, reader, path_id(request))
    entry = Entry(
        kind=Kind.EVENT,
        record=post.record or {},
        url=post.url,
        published=post.published_at,
        changed=post.edited_at,
    )
    made = entry_of(entry, voice_of(reader.translator.tag))
    if made is None:
        raise NotFound
    body = calendar_of([made], name=post.title or "", url=post.url)
    return web.Response(
        body=body,
        content_type=MEDIA_TYPE,
        charset="utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="event-{post.id}.ics"',
            "Vary": "Accept-Language, Cookie",
        },
    )


def _event_seen(r: Reading, reader: Reader, post_id: int) -> PostRow:
    post = post_seen(r, reader.viewer, post_id)
    if post.kind != Kind.EVENT or post.boost_of is not None:
        raise NotFound
    return post


ROUTES: Final[tuple[web.RouteDef, ...]] = (
    web.get("/@{handle}/{id:[0-9]+}.ics", calendar_file, name="participation.calendar_file"),
    web.get("/posts/{id:[0-9]+}/places", show_places, name="participation.places"),
    web.post("/posts/{id:[0-9]+}/places", join, name="participation.join"),
    web.post("/posts/{id:[0-9]+}/places/leave", leave, name="participation.leave"),
    web.post("/posts/{id:[0-9]+}/places/came", note_attendance, name="participation.came"),
    web.get("/posts/{id:[0-9]+}/places.csv", send_file, name="participation.file"),
    web.post(
        "/posts/{id:[0-9]+}/places/{place:[0-9]+}/{verb:accept|refuse}",
        decide,
        name="participation.decide",
    ),
    web.get("/posts/{id:[0-9]+}/cancel", ask_cancel, name="participation.ask_cancel"),
    web.post("/posts/{id:[0-9]+}/cancel", cancel, name="participation.cancel"),
)
