"""The log of what staff did: who, when, what; never what somebody wrote."""

from aiohttp import web

from server.activity_log.queries import latest
from server.admin.choices_pages import ADMINS
from server.people.reader import reader_of
from server.platform.http.decorators import page
from server.platform.http.render import render
from server.platform.work import Reading

_LENGTH = 50


@page(needs="login", staff=ADMINS)
async def log(request: web.Request) -> web.StreamResponse:
    """Show the latest entries, or those before one."""
    reader = await reader_of(request)
    before = reader.parameters.id("before")
    entries = await reader.instance.read(_entries, before)
    context = {
        "entries": entries,
        "older": entries[-1]["id"] if len(entries) == _LENGTH else None,
    }
    return await render(request, "admin/log.html", context)


def _entries(r: Reading, before: int | None) -> list[dict[str, object]]:
    return [
        {
            "id": one.id,
            "at": one.created_at,
            "login": one.login_id,
            "verb": one.verb,
            "subject_type": one.subject_type,
            "subject_id": one.subject_id,
        }
        for one in latest(r, limit=_LENGTH, before=before)
    ]
