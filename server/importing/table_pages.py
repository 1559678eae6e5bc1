"""The pages of uploaded tables: the file, its columns, a look at every row, and taking it over."""

from dataclasses import dataclass, replace
from typing import Final

from aiohttp import web

from server.importing import tables
from server.importing.defaults import fields_of, shown
from server.importing.entries import Entry, Unreadable, completed_by
from server.importing.forms import (
    AUDIENCES,
    SourceForm,
    kind_sent,
    source_sent,
    told,
    zone_of,
)
from server.importing.model import ImportSource, ImportUpload
from server.importing.model import SourceForm as Form
from server.importing.service import Faults, NewSource, faults_in, own_source, post_table
from server.importing.tables import Table
from server.people.reader import Reader, reader_of, see
from server.people.sealing import open_for, seal_for
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work
from server.posts.kinds import FACTS, Kind

_NONE: Final = "-"


@dataclass(frozen=True, slots=True)
class Upload:
    """A table that waits to be taken over."""

    id: int
    name: str
    kind: Kind
    table: Table
    source_id: int | None


@page(needs="person")
async def choose_file(request: web.Request) -> web.StreamResponse:
    """Show the form for a file, with the names of columns that are understood."""
    return await _file_form(await reader_of(request))


async def _file_form(reader: Reader, wrong: Message | None = None) -> web.Response:
    kind = kind_sent(reader)
    context = {
        "facts": FACTS,
        "kind": kind,
        "columns": list(tables.columns_of(kind)),
        "wrong": wrong,
        "source_id": reader.parameters.id("source"),
    }
    status = 422 if wrong else 200
    return await render(reader.request, "importing/table.html", context, status=status)


@form(needs="person", max_bytes=tables.MAX_BYTES + 64 * 1024)
async def send_file(request: web.Request) -> web.StreamResponse:
    """Keep an uploaded table until its owner says how to read it."""
    reader = await reader_of(request)
    given = reader.parameters.upload("file")
    content = given.read() if given is not None else b""
    if given is None or not content:
        return await _file_form(reader, say("Choose a file first."))
    try:
        tables.read_table(content)
    except Unreadable as wrong:
        return await _file_form(reader, wrong.said)
    source_id = reader.parameters.id("source")
    upload_id = await reader.instance.work(
        _keep, reader.me, kind_sent(reader), given.filename or "table.csv", content, source_id
    )
    return see(path_for(request.app, "importing.columns", id=upload_id))


def _keep(
    w: Work, person_id: int, kind: Kind, name: str, content: bytes, source_id: int | None
) -> int:
    upload_id = w.new_id()
    if source_id is not None:
        kind = Kind(own_source(w, person_id, source_id).kind)
    w.session.add(
        ImportUpload(
            id=upload_id,
            person_id=person_id,
            source_id=source_id,
            name=name[:200],
            kind=kind.value,
            content=seal_for(w, person_id, content, f"import upload {upload_id}"),
            created_at=w.now,
        )
    )
    return upload_id


def _upload(r: Reading, person_id: int, upload_id: int) -> Upload:
    row = r.session.get(ImportUpload, upload_id)
    if row is None or row.person_id != person_id:
        raise NotFound
    content = open_for(r, person_id, row.content, f"import upload {row.id}")
    return Upload(row.id, row.name, Kind(row.kind), tables.read_table(content), row.source_id)


@page(needs="person")
async def columns(request: web.Request) -> web.StreamResponse:
    """Show which column fills which field, as far as it can be guessed, and what comes of it."""
    reader = await reader_of(request)
    upload = await reader.instance.read(_upload, reader.me, path_id(request))
    sent = source_sent(reader, name=upload.name)
    if upload.source_id is not None:
        known = await reader.instance.read(_known, reader.me, upload.source_id)
        sent = replace(sent, defaults=known.defaults, name=known.name, withdraws=known.withdraws)
    mapping = tables.guessed(upload.table, upload.kind)
    return await _columns(reader, upload, replace(sent, kind=upload.kind), mapping)


def _known(r: Reading, person_id: int, source_id: int) -> ImportSource:
    source = own_source(r, person_id, source_id)
    r.session.expunge(source)
    return source


async def _columns(
    reader: Reader,
    upload: Upload,
    sent: SourceForm,
    mapping: dict[int, str],
    refused: Invalid | None = None,
) -> web.Response:
    entries = _entries(reader, upload, sent, mapping)
    faults = await reader.instance.read(_faults, reader.me, entries)
    rows = list(zip(entries, faults, strict=True))
    context = {
        "upload": upload,
        "kind": FACTS[upload.kind],
        "fields": fields_of(upload.kind),
        "paths": list(tables.columns_of(upload.kind)),
        "mapping": mapping,
        "sent": sent,
        "shown": shown,
        "rows": [(entry, told(upload.kind, wrong)) for entry, wrong in rows],
        "wrong_rows": sum(1 for _, wrong in rows if wrong),
        "audiences": AUDIENCES,
        "refused": refused.safe if refused else None,
    }
    return await render(
        reader.request, "importing/columns.html", context, status=422 if refused else 200
    )


def _entries(
    reader: Reader, upload: Upload, sent: SourceForm, mapping: dict[int, str]
) -> list[Entry]:
    read = tables.entries_of(upload.table, upload.kind, mapping, zone=zone_of(reader))
    defaults = {"inLanguage": sent.language, **sent.defaults}
    return [completed_by(entry, defaults) for entry in read]


def _faults(r: Reading, person_id: int, entries: list[Entry]) -> list[Faults]:
    return [faults_in(r, person_id, entry) for entry in entries]


@form(needs="person")
async def take_table(request: web.Request) -> web.StreamResponse:
    """Take a table over whole, or show its rows again with other columns."""
    reader = await reader_of(request)
    upload = await reader.instance.read(_upload, reader.me, path_id(request))
    sent = replace(source_sent(reader, name=upload.name), kind=upload.kind)
    mapping = _mapping(reader, upload)
    if reader.parameters.given("look"):
        return await _columns(reader, upload, sent, mapping)
    entries = _entries(reader, upload, sent, mapping)
    try:
        source_id = await reader.instance.work(_take, reader.me, upload, sent, entries)
    except Invalid as refused:
        return await _columns(reader, upload, sent, mapping, refused)
    return see(path_for(request.app, "importing.source", id=source_id))


def _mapping(reader: Reader, upload: Upload) -> dict[int, str]:
    """Return what was chosen for each column; a field that is chosen twice counts once."""
    paths, taken = tables.columns_of(upload.kind), set[str]()
    chosen: dict[int, str] = {}
    for place in range(len(upload.table.header)):
        path = reader.parameters.text(f"column_{place}", max_length=100) or _NONE
        if path in paths and path not in taken:
            chosen[place] = path
            taken.add(path)
    return chosen


def _take(w: Work, person_id: int, upload: Upload, sent: SourceForm, entries: list[Entry]) -> int:
    new = NewSource(
        person_id=person_id,
        form=Form.TABLE,
        name=sent.name,
        kind=upload.kind.value,
        audience=sent.audience,
        language=sent.language,
        defaults=sent.defaults,
        withdraws=sent.withdraws,
    )
    source_id = post_table(w, new, entries, upload.source_id)
    row = w.session.get(ImportUpload, upload.id)
    if row is not None:
        w.session.delete(row)
    return source_id
