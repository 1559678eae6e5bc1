"""What one is called and looks like: `/settings/name`. Nobody has to show name or face."""

import asyncio
from typing import Final

from aiohttp import web

from server.media.service import MAX_DESCRIPTION
from server.people.cards import PersonRow
from server.people.naming import change_handle, may_change_handle
from server.people.profiles import ProfileChange
from server.people.queries import person_of
from server.people.reader import Reader, reader_of, see
from server.people.service import new_pseudonym, update_profile
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form, page
from server.platform.http.render import path_for, render
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work
from server.profiles.pages.owning import owns, require_owner
from server.profiles.patterns import is_seed, new_seed, pattern
from server.profiles.pictures import use_pattern, use_picture

PATTERNS: Final = 6
_MOST_PICTURE: Final = 16 * 1024 * 1024

Faults = dict[str, list[Message]]


@page(needs="person")
async def name(request: web.Request) -> web.StreamResponse:
    """Show the forms for name, handle and picture."""
    reader = await reader_of(request)
    return await _rendered(reader, {}, saved=reader.parameters.flag("saved"))


async def _rendered(
    reader: Reader, faults: Faults, *, saved: bool = False, status: int = 200
) -> web.StreamResponse:
    person, is_free = await reader.instance.read(_now, reader)
    sent = reader.parameters
    return await render(
        reader.request,
        "profiles/name.html",
        {
            "person": person,
            "display_name": person.display_name if not faults else sent.raw("display_name") or "",
            "handle": person.username if not faults else sent.raw("handle") or person.username,
            "description": (sent.raw("description") if faults else "") or "",
            "may_change_handle": is_free,
            "is_owner": await owns(reader.request),
            "another": new_pseudonym(),
            "seeds": [new_seed() for _ in range(PATTERNS)],
            "faults": faults,
            "lines": [(key, text) for key, found in faults.items() for text in found],
            "saved": saved,
        },
        status=status,
    )


def _now(r: Reading, reader: Reader) -> tuple[PersonRow, bool]:
    return person_of(r, reader.viewer, reader.me), may_change_handle(r, reader.me)


@form(needs="person")
async def send_name(request: web.Request) -> web.StreamResponse:
    """Keep a display name and a handle."""
    reader = await reader_of(request)
    await require_owner(request)
    shown = reader.parameters.edited("display_name", max_length=1_000)
    handle = reader.parameters.text("handle", max_length=200)
    try:
        await reader.instance.work(_rename, reader.me, shown, handle)
    except Invalid as refused:
        return await _rendered(reader, _faults(refused), status=422)
    return see(path_for(request.app, "profiles.name", query={"saved": 1}))


def _rename(w: Work, me: int, shown: str | None, handle: str | None) -> None:
    if handle is not None:
        change_handle(w, me, handle.strip().removeprefix("@"))
    if shown is not None:
        update_profile(w, me, ProfileChange(display_name=shown))


@form(needs="person", max_bytes=_MOST_PICTURE)
async def send_picture(request: web.Request) -> web.StreamResponse:
    """Take one of the patterns, or a picture of one's own with words for who cannot see it."""
    reader = await reader_of(request)
    await require_owner(request)
    sent = reader.parameters
    seed = sent.text("pattern", max_length=40) or ""
    upload = sent.upload("picture")
    if upload is None and not is_seed(seed):
        fault = say("Choose a pattern, or a picture file.")
        return await _rendered(reader, {"picture": [fault]}, status=422)
    try:
        if upload is None:
            await use_pattern(reader.instance, reader.me, seed, reader.translator)
        else:
            words = (sent.text("description", max_length=MAX_DESCRIPTION) or "").strip()
            if not words:
                return await _rendered(reader, {"description": [_NEEDS_WORDS]}, status=422)
            content = await asyncio.to_thread(upload.read)
            await use_picture(reader.instance, reader.me, content, words)
    except Invalid as refused:
        faults = _faults(refused) or {"picture": [refused.safe]}
        return await _rendered(reader, faults, status=422)
    return see(path_for(request.app, "profiles.name", query={"saved": 1}))


_NEEDS_WORDS: Final = say("Say in a few words what is in the picture.")


def _faults(refused: Invalid) -> Faults:
    return {key: [fault.description for fault in found] for key, found in refused.details.items()}


@page(needs="person")
async def pattern_picture(request: web.Request) -> web.StreamResponse:
    """Show a pattern before it is chosen."""
    seed = request.match_info["seed"]
    if not is_seed(seed):
        raise NotFound
    drawn = await asyncio.to_thread(pattern, seed)
    headers = {"Cache-Control": "private, max-age=86400, immutable"}
    return web.Response(body=drawn, content_type="image/png", headers=headers)


ROUTES: Final = (
    web.get("/settings/name", name, name="profiles.name"),
    web.post("/settings/name", send_name, name="profiles.send_name"),
    web.post("/settings/name/picture", send_picture, name="profiles.send_picture"),
    web.get("/settings/name/patterns/{seed:[0-9a-f]{12}}", pattern_picture,
            name="profiles.pattern"),
)  # fmt: skip
