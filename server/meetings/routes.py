"""The pages of meetings: the list, one meeting, proposing, and everything that is done to one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from aiohttp import web

from server.meetings import calendar_pages, item_pages, service
from server.meetings.again import Met, answer_after_meeting, met_at_events
from server.meetings.calendar import MEETING
from server.meetings.forms import faults_of, read_wish, wish_form
from server.meetings.item_pages import lists_of
from server.meetings.parties import Partner, Party, partner_called, partners_of
from server.meetings.queries import MeetingRow, Sheet, meeting_of, meetings_of
from server.meetings.reading import Asker, asker_of
from server.meetings.rules import MOST_NOTE, MOST_PLACE, Act, usual_zones
from server.people.reader import see
from server.platform.errors import Invalid
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.i18n import Message
from server.platform.work import Reading, Work


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on somebody's page of meetings."""

    sheet: Sheet
    partners: list[Partner]
    lists: list[item_pages.PairList]
    met: list[Met]


@page(needs="login")
async def show_all(request: web.Request) -> web.StreamResponse:
    """Show somebody's meetings, to-dos and goals."""
    asker = await asker_of(request)
    return await _overview(request, asker, {})


async def _overview(
    request: web.Request, asker: Asker, faults: Mapping[str, list[Message]]
) -> web.StreamResponse:
    def unit(r: Reading) -> Overview:
        me = asker.party.person_id
        return Overview(
            meetings_of(r, asker.party, asker.watch(r)),
            partners_of(r, asker.party),
            lists_of(r, me) if me is not None else [],
            met_at_events(r, me) if me is not None else [],
        )

    found = await asker.reader.instance.read(unit)
    values = {"seen": found, "words": MEETING, "faults": faults}
    return await render(request, "meetings/all.html", values, status=422 if faults else 200)


@page(needs="login")
async def show(request: web.Request) -> web.StreamResponse:
    """Show one meeting to one of its sides."""
    asker = await asker_of(request)
    return await _one(request, asker, {})


async def _one(
    request: web.Request, asker: Asker, faults: Mapping[str, list[Message]]
) -> web.StreamResponse:
    row = await _row(asker, path_id(request))
    values = {
        "row": row,
        "words": MEETING,
        "faults": faults,
        "most": MOST_NOTE,
        "may_again": row.state == "done" and not row.with_staff and not row.is_read_only,
    }
    return await render(request, "meetings/one.html", values, status=422 if faults else 200)


async def _row(asker: Asker, meeting_id: int) -> MeetingRow:
    def unit(r: Reading) -> MeetingRow:
        return meeting_of(r, asker.party, meeting_id, asker.watch(r))

    return await asker.reader.instance.read(unit)


@page(needs="login")
async def ask_new(request: web.Request) -> web.StreamResponse:
    """Let somebody propose a meeting."""
    asker = await asker_of(request)
    key = asker.reader.parameters.text("with", max_length=40) or ""
    return await _proposal(request, asker, key, None)


@form(needs="login")
async def propose(request: web.Request) -> web.StreamResponse:
    """Propose a meeting."""
    asker = await asker_of(request)
    sent = asker.reader.parameters
    key = sent.required("with", max_length=40)
    try:
        wish = read_wish(sent)
        made = await asker.reader.instance.work(
            service.propose, asker.party, key, wish, asker.video_pattern
        )
    except Invalid as wrong:
        return await _proposal(request, asker, key, wrong)
    return see(path_for(request.app, "meetings.one", id=made))


async def _proposal(
    request: web.Request, asker: Asker, key: str, wrong: Invalid | None
) -> web.StreamResponse:
    def unit(r: Reading) -> tuple[Sequence[Partner], str]:
        if key:
            return [partner_called(r, asker.party, key)], asker.watch(r).zone or ""
        return partners_of(r, asker.party), asker.watch(r).zone or ""

    partners, zone = await asker.reader.instance.read(unit)
    values = _wish_values(asker, wrong, {"zone": zone})
    values |= {"partners": partners, "key": key, "row": None}
    return await render(
        request, "meetings/propose.html", values, status=200 if wrong is None else 422
    )


def _wish_values(asker: Asker, wrong: Invalid | None, known: Mapping[str, Any]) -> dict[str, Any]:
    sent = asker.reader.parameters if wrong is not None else None
    tomorrow = asker.reader.instance.clock.now() + timedelta(days=1)
    return {
        "wish": wish_form(sent, known, asker.video_pattern),
        "zones": usual_zones(),
        "faults": faults_of(wrong) if wrong is not None else {},
        "most_place": MOST_PLACE,
        "earliest": tomorrow.strftime("%Y-%m-%dT00:00"),
    }


@page(needs="login")
async def ask_times(request: web.Request) -> web.StreamResponse:
    """Let somebody name other times."""
    return await _times(request, await asker_of(request), None)


@form(needs="login")
async def send_times(request: web.Request) -> web.StreamResponse:
    """Name other times, instead of those proposed or of the one agreed on."""
    asker = await asker_of(request)
    meeting_id = path_id(request)
    try:
        wish = read_wish(asker.reader.parameters)
        await asker.reader.instance.work(
            service.name_times, asker.party, meeting_id, wish, asker.video_pattern
        )
    except Invalid as wrong:
        return await _times(request, asker, wrong)
    return see(path_for(request.app, "meetings.one", id=meeting_id))


async def _times(request: web.Request, asker: Asker, wrong: Invalid | None) -> web.StreamResponse:
    row = await _row(asker, path_id(request))
    if not row.acts & {Act.COUNTER, Act.MOVE}:
        return see(path_for(request.app, "meetings.one", id=row.id))
    known = {
        "zone": row.zone,
        "minutes": row.minutes,
        "mode": row.mode.value,
        "place": "" if row.mode.value == "video" else row.place,
    }
    values = _wish_values(asker, wrong, known) | {"row": row, "partners": (), "key": ""}
    return await render(
        request, "meetings/propose.html", values, status=200 if wrong is None else 422
    )


async def _after(request: web.Request, asker: Asker, fn: Any, *given: Any) -> web.StreamResponse:  # noqa: ANN401 - one service or another
    """Do something to a meeting and show it again, with what was wrong where it was refused."""
    meeting_id = path_id(request)
    try:
        await asker.reader.instance.work(fn, asker.party, meeting_id, *given)
    except Invalid as wrong:
        return await _one(request, asker, faults_of(wrong))
    return see(path_for(request.app, "meetings.one", id=meeting_id))


@form(needs="login")
async def choose(request: web.Request) -> web.StreamResponse:
    """Take one of the times."""
    asker = await asker_of(request)
    time = asker.reader.parameters.text("time", max_length=40) or ""
    return await _after(request, asker, service.choose, time)


@form(needs="login")
async def cancel(request: web.Request) -> web.StreamResponse:
    """Call a meeting off."""
    return await _after(request, await asker_of(request), service.cancel)


@form(needs="login")
async def conclude(request: web.Request) -> web.StreamResponse:
    """Say how a meeting went."""
    asker = await asker_of(request)
    act = Act(asker.reader.parameters.choice("act", (Act.HOLD, Act.MISS)) or Act.HOLD)
    return await _after(request, asker, service.conclude, act, _note(asker))


@form(needs="login")
async def write_note(request: web.Request) -> web.StreamResponse:
    """Write one's own note about a meeting that is over."""
    asker = await asker_of(request)
    return await _after(request, asker, service.write_note, _note(asker))


def _note(asker: Asker) -> str:
    return asker.reader.parameters.text("note", max_length=20_000) or ""


@form(needs="login")
async def again(request: web.Request) -> web.StreamResponse:
    """Answer whether one would like to meet again."""
    asker = await asker_of(request)
    wants = asker.reader.parameters.flag("wants")

    def unit(w: Work, party: Party, meeting_id: int) -> None:
        answer_after_meeting(w, party, meeting_id, wants=wants)

    return await _after(request, asker, unit)


_ONE: Final = "/meetings/{id:[0-9]+}"

ROUTES: Final[Sequence[web.RouteDef]] = (
    web.get("/meetings", show_all, name="meetings.all"),
    web.get("/meetings/new", ask_new, name="meetings.new"),
    web.post("/meetings/new", propose, name="meetings.propose"),
    web.get(_ONE, show, name="meetings.one"),
    web.post(f"{_ONE}/choose", choose, name="meetings.choose"),
    web.get(f"{_ONE}/times", ask_times, name="meetings.times"),
    web.post(f"{_ONE}/times", send_times, name="meetings.send_times"),
    web.post(f"{_ONE}/cancel", cancel, name="meetings.cancel"),
    web.post(f"{_ONE}/conclude", conclude, name="meetings.conclude"),
    web.post(f"{_ONE}/note", write_note, name="meetings.note"),
    web.post(f"{_ONE}/again", again, name="meetings.again"),
    *item_pages.ROUTES,
    *calendar_pages.ROUTES,
)
