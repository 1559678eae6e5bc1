"""The pages of one's own sources: what is read, what came of it, adding, pausing, removing."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.importing import queries
from server.importing.defaults import fields_of, shown
from server.importing.entries import Collected, Entry, Unreadable, completed_by
from server.importing.fetching import Fetched, fetch, web_address
from server.importing.forms import AUDIENCES, kind_sent, source_sent, told, zone_of
from server.importing.jobs import read_now
from server.importing.model import SourceForm
from server.importing.queries import SourceRow
from server.importing.reading import Asked, form_of, read_source
from server.importing.service import (
    Faults,
    NewSource,
    add_source,
    faults_in,
    own_source,
    pause,
    remove_source,
)
from server.people.reader import Reader, neighbours_of, reader_of, see
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work
from server.posts.kinds import FACTS, Kind

_SHOWN: Final = 5
_MAX_ADDRESS: Final = 2_048


@dataclass(frozen=True, slots=True)
class Looked:
    """What stands at an address: its form, its entries, and what would keep them out."""

    form: SourceForm
    url: str
    found: Collected
    kind: Kind


@page(needs="person")
async def sources(request: web.Request) -> web.StreamResponse:
    """Show one's sources, and the form for one more."""
    return await _sources(await reader_of(request))


async def _sources(reader: Reader, wrong: Message | None = None) -> web.Response:
    rows = await reader.instance.read(queries.sources_of, reader.me)
    context = {
        "sources": rows,
        "facts": FACTS,
        "wrong": wrong,
        "address": reader.parameters.text("address", max_length=_MAX_ADDRESS) or "",
    }
    status = 422 if wrong else 200
    return await render(reader.request, "importing/sources.html", context, status=status)


@form(needs="person")
async def look(request: web.Request) -> web.StreamResponse:
    """Show what an address offers before anything is taken over."""
    reader = await reader_of(request)
    try:
        looked = await _look(reader)
    except Unreadable as wrong:
        return await _sources(reader, wrong.said)
    return await _source_form(reader, looked)


async def _look(reader: Reader) -> Looked:
    address = web_address(reader.parameters.text("address", max_length=_MAX_ADDRESS) or "")
    fetched = await fetch(reader.instance, address)
    return _understood(reader, fetched)


def _understood(reader: Reader, fetched: Fetched) -> Looked:
    body = fetched.body or b""
    found_form = form_of(body)
    if found_form is None:
        raise Unreadable(
            say("This is neither a calendar nor a feed. A single page can be pasted under Write.")
        )
    kind = Kind.EVENT if found_form is SourceForm.CALENDAR else kind_sent(reader)
    asked = Asked(
        kind=kind,
        language=reader.translator.tag,
        zone=zone_of(reader),
        now=reader.instance.clock.now(),
    )
    return Looked(found_form, fetched.url, read_source(body, found_form, asked), kind)


async def _source_form(
    reader: Reader, looked: Looked, refused: Invalid | None = None
) -> web.Response:
    sent = source_sent(reader)
    entries = [completed_by(one, sent.defaults) for one in looked.found.entries[:_SHOWN]]
    faults = await reader.instance.read(_faults, reader.me, entries)
    context = {
        "looked": looked,
        "kind": FACTS[looked.kind],
        "facts": FACTS,
        "fields": fields_of(looked.kind),
        "sent": sent,
        "entries": [
            (entry, told(looked.kind, wrong)) for entry, wrong in zip(entries, faults, strict=True)
        ],
        "shown": shown,
        "audiences": AUDIENCES,
        "address": reader.parameters.text("address", max_length=_MAX_ADDRESS) or "",
        "refused": refused.safe if refused else None,
    }
    return await render(
        reader.request, "importing/source_new.html", context, status=422 if refused else 200
    )


def _faults(r: Reading, person_id: int, entries: list[Entry]) -> list[Faults]:
    return [faults_in(r, person_id, entry) for entry in entries]


@form(needs="person")
async def add(request: web.Request) -> web.StreamResponse:
    """Keep a source and read it for the first time, or show again what it would give."""
    reader = await reader_of(request)
    try:
        looked = await _look(reader)
        if reader.parameters.given("look"):
            return await _source_form(reader, looked)
    except Unreadable as wrong:
        return await _sources(reader, wrong.said)
    try:
        source_id = await reader.instance.work(_add, reader, looked)
    except Invalid as refused:
        return await _source_form(reader, looked, refused)
    await read_now(reader.instance, source_id)
    return see(path_for(request.app, "importing.source", id=source_id))


def _add(w: Work, reader: Reader, looked: Looked) -> int:
    sent = source_sent(reader, name=looked.url.split("://", 1)[-1].split("/", 1)[0])
    new = NewSource(
        person_id=reader.me,
        form=looked.form,
        name=sent.name,
        address=looked.url,
        kind=looked.kind.value,
        audience=sent.audience,
        language=sent.language,
        defaults=sent.defaults,
        withdraws=sent.withdraws,
    )
    return add_source(w, new).id


@page(needs="person")
async def source(request: web.Request) -> web.StreamResponse:
    """Show one source: when it was read, and what became of each of its entries."""
    reader = await reader_of(request)
    asked = reader.page()
    row = await reader.instance.read(_own, reader.me, path_id(request))
    items = await reader.instance.read(queries.items_of, row.id, asked)
    context = {
        "source": row,
        "items": [(item, told(Kind(row.kind), item.faults)) for item in items],
        "kind": FACTS[Kind(row.kind)],
        "source_wrong": _wrong(row),
        "neighbours": neighbours_of([item.id for item in items], asked),
    }
    return await render(request, "importing/source.html", context)


def _wrong(row: SourceRow) -> Message | None:
    """Return why a source could not be read the last time."""
    report = row.report or {}
    return say(str(report["wrong"]), **report.get("values", {})) if report.get("wrong") else None


def _own(r: Reading, person_id: int, source_id: int) -> SourceRow:
    own_source(r, person_id, source_id)
    row = queries.source(r, source_id)
    if row is None:
        raise NotFound
    return row


@form(needs="person")
async def read_again(request: web.Request) -> web.StreamResponse:
    """Read a source now."""
    reader = await reader_of(request)
    row = await reader.instance.read(_own, reader.me, path_id(request))
    await reader.instance.work(_pause, reader.me, row.id, False)
    await read_now(reader.instance, row.id)
    return see(path_for(request.app, "importing.source", id=row.id))


@form(needs="person")
async def stop(request: web.Request) -> web.StreamResponse:
    """Stop reading a source; its posts stay."""
    reader = await reader_of(request)
    await reader.instance.work(_pause, reader.me, path_id(request), True)
    return see(path_for(request.app, "importing.source", id=path_id(request)))


def _pause(w: Work, person_id: int, source_id: int, paused: bool) -> None:  # noqa: FBT001 - passed on by `work`
    pause(w, own_source(w, person_id, source_id), paused=paused)


@form(needs="person")
async def remove(request: web.Request) -> web.StreamResponse:
    """Forget a source, with or without its posts."""
    reader = await reader_of(request)
    await reader.instance.work(
        _remove, reader.me, path_id(request), reader.parameters.flag("withdraws")
    )
    return see(path_for(request.app, "importing.sources"))


def _remove(w: Work, person_id: int, source_id: int, withdraws: bool) -> None:  # noqa: FBT001 - passed on by `work`
    remove_source(w, person_id, source_id, withdraws=withdraws)
