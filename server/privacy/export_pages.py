"""The pages on which people ask for a copy of their data and fetch it."""

import asyncio
from collections.abc import Iterator
from typing import Final

from aiohttp import web

from server.access.proving import recently_proven
from server.people.reader import Reader, reader_of, see
from server.platform.errors import NotFound
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.secrets import WrappedKey
from server.privacy.archives import (
    KEPT,
    about,
    archives_of,
    ask_for_archive,
    delete_archive,
    path_of,
    ready_archive,
)
from server.privacy.planning import require_owner
from server.privacy.sealing import opened_pieces


@page(needs="person")
async def export_page(request: web.Request) -> web.StreamResponse:
    """Show what an archive holds, and the ones that were asked for."""
    reader, login_id = await _owner(request)
    found = await reader.instance.read(archives_of, reader.me, login_id)
    return await render(request, "privacy/export.html", {"archives": found, "days": KEPT.days})


@form(needs="person")
async def ask(request: web.Request) -> web.StreamResponse:
    """Ask for an archive. Raises NotAllowed for who only edits for somebody."""
    reader, login_id = await _owner(request)
    await reader.instance.work(ask_for_archive, reader.me, login_id)
    return see(path_for(request.app, "privacy.export"))


@page(needs="person")
@recently_proven("privacy.export")
async def fetch(request: web.Request) -> web.StreamResponse:
    """Send an archive, opened on the way. Raises NotFound for every archive but one's own."""
    reader, login_id = await _owner(request)
    archive = await reader.instance.read(ready_archive, path_id(request), reader.me, login_id)
    path = path_of(reader.instance, archive.id)
    if not await asyncio.to_thread(path.exists):
        raise NotFound
    pieces = opened_pieces(
        reader.instance.vault, WrappedKey(archive.wrapped_key), about(archive.id), path
    )
    answer = web.StreamResponse(
        headers={
            "Content-Type": "application/zip",
            "Content-Length": str(archive.size),
            "Content-Disposition": 'attachment; filename="my-data.zip"',
            "Cache-Control": "private, no-store",
        }
    )
    await answer.prepare(request)
    while (piece := await asyncio.to_thread(_next, pieces)) is not None:
        await answer.write(piece)
    await answer.write_eof()
    return answer


@form(needs="person")
async def forget(request: web.Request) -> web.StreamResponse:
    """Delete an archive before its seven days are over."""
    reader, login_id = await _owner(request)
    await reader.instance.work(delete_archive, path_id(request), reader.me, login_id)
    return see(path_for(request.app, "privacy.export"))


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)


async def _owner(request: web.Request) -> tuple[Reader, int]:
    reader = await reader_of(request)
    login_id = visitor_of(request).login
    await reader.instance.read(require_owner, reader.me, login_id)
    return reader, login_id


ROUTES: Final = (
    web.get("/settings/export", export_page, name="privacy.export"),
    web.post("/settings/export", ask, name="privacy.ask_for_archive"),
    web.get("/settings/export/{id}", fetch, name="privacy.fetch_archive"),
    web.post("/settings/export/{id}/delete", forget, name="privacy.delete_archive"),
)
