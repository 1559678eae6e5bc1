"""The reports of the staff: choose programme and period, read, print, take out as a file."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web

from server.people.reader import Reader, reader_of
from server.platform.errors import Invalid
from server.platform.http.decorators import form, page
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say
from server.platform.work import Work
from server.reports import files
from server.reports.hiding import FLOOR
from server.reports.queries import Report, Scope, report_of, scope_of
from server.reports.rules import Period, period_of
from server.reports.service import Export, note_export
from server.reports.tables import HIDDEN, without_small, without_special

STAFF: Final = frozenset({"admin", "coordinator"})
NUMBERS, FUNDER, PARTICIPANTS = "numbers", "funder", "participants"
WHAT_WORDS: Final = {
    NUMBERS: say("Our numbers"),
    FUNDER: say("Numbers for the funder"),
    PARTICIPANTS: say("Participants, without names"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asked for."""

    scope: Scope
    period: Period
    hides_small: bool


def zone_of(reader: Reader) -> ZoneInfo:
    """Return the time zone in which days are counted."""
    return ZoneInfo(reader.instance.settings.instance.time_zone)


async def wanted_of(reader: Reader) -> Wanted:
    """Read which programme, period and view is asked for. Raises Invalid and NotFound."""
    sent, visitor = reader.parameters, visitor_of(reader.request)
    today = reader.instance.clock.now().astimezone(zone_of(reader)).date()
    since, until = sent.text("since", max_length=20), sent.text("until", max_length=20)
    period = period_of(since, until, today)
    scope = await reader.instance.read(
        scope_of, visitor.login, visitor.staff_roles, sent.id("programme")
    )
    return Wanted(scope, period, sent.flag("hide"))


@page(needs="login", staff=STAFF)
async def home(request: web.Request) -> web.StreamResponse:
    """Show the report that was asked for; without a wish, this year of all programmes."""
    return await _shown(request, "reports/report.html")


@page(needs="login", staff=STAFF)
async def printed(request: web.Request) -> web.StreamResponse:
    """Show the same without menus, for paper."""
    return await _shown(request, "reports/print.html")


async def _shown(request: web.Request, template: str) -> web.StreamResponse:
    reader = await reader_of(request)
    try:
        wanted = await wanted_of(reader)
    except Invalid as wrong:
        return await _refused(reader, wrong)
    report = await reader.instance.read(report_of, wanted.scope, wanted.period, zone_of(reader))
    shown = await asyncio.to_thread(hidden_in, report, hides_small=wanted.hides_small)
    return await render(request, template, _context(reader, wanted, shown))


async def _refused(reader: Reader, wrong: Invalid) -> web.StreamResponse:
    """Show the choice again with what is wrong, and no numbers."""
    visitor = visitor_of(reader.request)
    scope = await reader.instance.read(scope_of, visitor.login, visitor.staff_roles)
    faults = {name: [one.description for one in many] for name, many in wrong.details.items()}
    context = {
        "scope": scope,
        "report": None,
        "faults": faults,
        "asked": _asked(reader, scope),
        "language": reader.translator.tag,
        "floor": FLOOR,
    }
    return await render(reader.request, "reports/report.html", context, status=422)


def _asked(reader: Reader, scope: Scope) -> dict[str, str]:
    sent = reader.parameters
    return {
        "programme": str(scope.programme.id) if scope.programme else "",
        "since": sent.text("since", max_length=20) or "",
        "until": sent.text("until", max_length=20) or "",
        "hide": "1" if sent.flag("hide") else "",
    }


def _context(reader: Reader, wanted: Wanted, report: Report) -> dict[str, object]:
    asked = {
        "programme": str(wanted.scope.programme.id) if wanted.scope.programme else "",
        "since": wanted.period.since.isoformat(),
        "until": wanted.period.until.isoformat(),
        "hide": "1" if wanted.hides_small else "",
    }
    return {
        "scope": wanted.scope,
        "report": report,
        "faults": {},
        "asked": asked,
        "what_words": WHAT_WORDS,
        "hidden": HIDDEN,
        "floor": FLOOR,
        "language": reader.translator.tag,
        "fairness": _fairness(reader, wanted.scope),
    }


def _fairness(reader: Reader, scope: Scope) -> str | None:
    """Return where the matching desk shows how decisions were made and whom it reached."""
    if scope.programme is None:
        return None
    return path_for(reader.request.app, "matching.numbers", programme=scope.programme.id)


def hidden_in(report: Report, *, hides_small: bool) -> Report:
    """Return a report without small numbers, or without those of special categories alone."""
    if not hides_small:
        funding = [
            replace(one, table=without_special(one.table, one.kept)) for one in report.funding
        ]
        return replace(report, funding=tuple(funding))
    funding = [replace(one, table=without_small([one.table])[0]) for one in report.funding]
    return replace(report, numbers=tuple(without_small(report.numbers)), funding=tuple(funding))


@form(needs="login", staff=STAFF)
async def export(request: web.Request) -> web.StreamResponse:
    """Send tables as a file, and write down who took them out."""
    reader = await reader_of(request)
    sent = reader.parameters
    wanted = await wanted_of(reader)
    what = sent.choice("what", (NUMBERS, FUNDER)) or NUMBERS
    kind = sent.choice("file", (files.CSV, files.XLSX)) or files.CSV
    login_id = visitor_of(request).login

    def unit(w: Work) -> tuple[Report, datetime]:
        taken = Export(
            what=what,
            form=kind,
            programme_id=wanted.scope.programme.id if wanted.scope.programme else None,
            period=wanted.period,
            hides_small=wanted.hides_small,
        )
        note_export(w, taken, by=login_id)
        return report_of(w, wanted.scope, wanted.period, zone_of(reader)), w.now

    report, at = await reader.instance.work(unit)
    shown = await asyncio.to_thread(hidden_in, report, hides_small=wanted.hides_small)
    tables = shown.numbers if what == NUMBERS else [one.table for one in shown.funding]
    body = await asyncio.to_thread(
        files.as_csv if kind == files.CSV else files.as_xlsx,
        reader.translator,
        about_lines(reader, wanted, at, WHAT_WORDS[what]),
        tables,
    )
    return sent_file(body, kind, f"{what}-{wanted.period.since}-{wanted.period.until}")


def about_lines(
    reader: Reader, wanted: Wanted, at: datetime, what: Message
) -> Sequence[tuple[Message | str, Message | str]]:
    """Return what a file says about itself: what it is, of which programme and days, when made."""
    programme = wanted.scope.programme
    small = say("Numbers below %(floor)s are hidden.", floor=FLOOR)
    name = programme.name_in(reader.translator.tag) if programme else say("All programmes")
    lines: list[tuple[Message | str, Message | str]] = [
        (what, reader.instance.site.name),
        (say("Programme"), name),
        (say("From"), wanted.period.since.isoformat()),
        (say("Until"), wanted.period.until.isoformat()),
        (say("Made on"), at.astimezone(zone_of(reader)).date().isoformat()),
    ]
    return [*lines, ("", small)] if wanted.hides_small else lines


def sent_file(body: bytes, kind: str, name: str) -> web.Response:
    """Return a file to keep; no browser and no proxy remembers it."""
    return web.Response(
        body=body,
        content_type=files.TYPES[kind],
        charset="utf-8" if kind == files.CSV else None,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{kind}"',
            "Cache-Control": "private, no-store",
        },
    )
