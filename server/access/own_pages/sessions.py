"""`/settings/sessions`: where somebody is signed in, and ending it."""

from typing import Final

from aiohttp import web

from server.access import service, sessions
from server.access.entering import see_other
from server.access.sessions import end_session_of, sessions_of
from server.activity_log.service import record
from server.platform.http.cookies import drop_cookie
from server.platform.http.decorators import form, page
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.instance import instance_of
from server.platform.work import Work

_PAGE: Final = "access.own_sessions"


@page(needs="login")
async def own_sessions(request: web.Request) -> web.StreamResponse:
    """Show where somebody is signed in."""
    visitor = visitor_of(request)
    found = await instance_of(request).read(
        sessions_of, visitor.login, int(visitor.session_id or 0)
    )
    return await render(request, "access/own/sessions.html", {"sessions": found})


@form(needs="login")
async def end_one(request: web.Request) -> web.StreamResponse:
    """Sign out elsewhere."""
    await instance_of(request).work(end_session_of, visitor_of(request).login, path_id(request))
    return see_other(path_for(request.app, _PAGE))


@form(needs="login")
async def end_all(request: web.Request) -> web.StreamResponse:
    """Sign out everywhere, here too; applications keep their access."""
    await instance_of(request).work(_end_all, visitor_of(request).login)
    answer = see_other(path_for(request.app, "access.sign_in", query={"done": "out"}))
    drop_cookie(request, answer, SESSION_COOKIE)
    return answer


def _end_all(w: Work, login_id: int) -> None:
    sessions.end_sessions(w, login_id)
    record(
        w, login_id=login_id, verb="sign_out_everywhere", subject_type="login",
        subject_id=service.existing(w, login_id).id,
    )  # fmt: skip


ROUTES: Final = (
    web.get("/settings/sessions", own_sessions, name=_PAGE),
    web.post("/settings/sessions/end", end_all, name="access.end_sessions"),
    web.post("/settings/sessions/{id}/end", end_one, name="access.end_session"),
)
"""Where somebody is signed in."""
