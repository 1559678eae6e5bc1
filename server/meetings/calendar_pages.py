"""Calendars of people: the file of one meeting, the private address, and the page about both."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web

from server.meetings import feeds
from server.meetings.calendar import MEDIA_TYPE, PUBLISH, Occasion, calendar_of, entry_of
from server.meetings.forms import faults_of
from server.meetings.mails import organizer_of
from server.meetings.model import Meeting, MeetingState
from server.meetings.queries import meeting_of
from server.meetings.reading import Asker, asker_of
from server.meetings.rules import usual_zones
from server.meetings.telling import CANCEL
from server.people.reader import see
from server.platform.errors import Invalid, NeedsPerson, NotFound
from server.platform.http.decorators import form, page, plain
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.i18n import say
from server.platform.instance import instance_of
from server.platform.work import Reading

_NAME: Final = say("Meetings")
_INERT: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"


@page(needs="login")
async def download(request: web.Request) -> web.StreamResponse:
    """Answer the calendar file of a meeting, with its place, for one of its sides."""
    asker = await asker_of(request)
    meeting_id = path_id(request)

    def unit(r: Reading) -> Occasion:
        row = meeting_of(r, asker.party, meeting_id, asker.watch(r))
        if row.slot is None:
            raise NotFound
        return feeds.occasion_of(r, r.session.get_one(Meeting, row.id), row.place)

    occasion = await asker.reader.instance.read(unit)
    entry = entry_of(occasion, organizer_of(asker.reader.instance), asker.reader.translator)
    method = CANCEL if occasion.state is MeetingState.CANCELLED else PUBLISH
    return _answer(calendar_of([entry], method=method), "meeting.ics")


@plain()
async def feed(request: web.Request) -> web.StreamResponse:
    """Answer the meetings behind a private address; 404 for one that is unknown or ended."""
    instance = instance_of(request)
    found = await instance.work(feeds.feed_of, request.match_info["token"])
    translator = instance.languages.translator(found.locale)
    organizer = organizer_of(instance)
    body = calendar_of(
        [entry_of(one, organizer, translator) for one in found.occasions],
        method=PUBLISH,
        name=f"{translator.say(_NAME)} – {instance.site.name}",
    )
    return _answer(body)


def _answer(body: bytes, name: str = "") -> web.Response:
    headers = {
        "Content-Type": f"{MEDIA_TYPE}; charset=utf-8",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": _INERT,
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
    }
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return web.Response(body=body, headers=headers)


@page(needs="person")
async def settings(request: web.Request) -> web.StreamResponse:
    """Show somebody their time zone and whether there is a private address."""
    asker = await asker_of(request)
    return await _settings(request, asker)


@form(needs="person")
async def choose_zone(request: web.Request) -> web.StreamResponse:
    """Keep somebody's time zone."""
    asker = await asker_of(request)
    zone = asker.reader.parameters.text("zone", max_length=64) or ""
    try:
        await asker.reader.instance.work(feeds.choose_zone, _me(asker), asker.login_id, zone)
    except Invalid as wrong:
        return await _settings(request, asker, wrong=wrong)
    return see(path_for(request.app, "meetings.calendar"))


@form(needs="person")
async def make_address(request: web.Request) -> web.StreamResponse:
    """Make a private address, or another in place of the old one, and show it this once."""
    asker = await asker_of(request)
    token = await asker.reader.instance.work(feeds.make_address, _me(asker), asker.login_id)
    path = path_for(request.app, "meetings.feed", token=token)
    return await _settings(request, asker, address=asker.reader.instance.site.url(path))


@form(needs="person")
async def end_address(request: web.Request) -> web.StreamResponse:
    """Switch the private address off."""
    asker = await asker_of(request)
    await asker.reader.instance.work(feeds.end_address, _me(asker), asker.login_id)
    return see(path_for(request.app, "meetings.calendar"))


def _me(asker: Asker) -> int:
    if asker.party.person_id is None:
        raise NeedsPerson
    return asker.party.person_id


async def _settings(
    request: web.Request, asker: Asker, *, address: str = "", wrong: Invalid | None = None
) -> web.StreamResponse:
    own = await asker.reader.instance.read(feeds.calendar_of_person, _me(asker), asker.login_id)
    values = {
        "own": own,
        "zone": own.zone or asker.usual_zone,
        "zones": usual_zones(),
        "address": address,
        "faults": faults_of(wrong) if wrong is not None else {},
    }
    answer = await render(
        request, "meetings/calendar.html", values, status=200 if wrong is None else 422
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES: Final[Sequence[web.RouteDef]] = (
    web.get("/meetings/{id:[0-9]+}/calendar.ics", download, name="meetings.download"),
    web.get("/calendar/{token:[A-Za-z0-9_-]{1,100}}.ics", feed, name="meetings.feed"),
    web.get("/settings/calendar", settings, name="meetings.calendar"),
    web.post("/settings/calendar", choose_zone, name="meetings.choose_zone"),
    web.post("/settings/calendar/address", make_address, name="meetings.make_address"),
    web.post("/settings/calendar/address/end", end_address, name="meetings.end_address"),
)
