"""`/settings/applications`: the applications that may act for somebody, and taking that back."""

from typing import Final

from aiohttp import web

from server.access.entering import see_other
from server.access.oauth.consent import rights_of
from server.access.oauth.tokens import revoke_grant
from server.access.queries import grants_of
from server.activity_log.service import record
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.instance import instance_of
from server.platform.work import Work

_PAGE: Final = "access.own_applications"


@page(needs="login")
async def own_applications(request: web.Request) -> web.StreamResponse:
    """Show which applications may act, for whom, what they may, and when they last did."""
    visitor = visitor_of(request)
    grants = await instance_of(request).read(grants_of, visitor.login)
    shown = [(grant, rights_of(grant.scopes)) for grant in grants]
    return await render(request, "access/own/applications.html", {"grants": shown})


@form(needs="login")
async def revoke(request: web.Request) -> web.StreamResponse:
    """Take an application's access back. Raises NotFound when it has none from this login."""
    await instance_of(request).work(_revoke, visitor_of(request).login, path_id(request))
    return see_other(path_for(request.app, _PAGE))


def _revoke(w: Work, login_id: int, token_id: int) -> None:
    revoke_grant(w, login_id, token_id)
    record(
        w, login_id=login_id, verb="revoke_application", subject_type="token", subject_id=token_id
    )


ROUTES: Final = (
    web.get("/settings/applications", own_applications, name=_PAGE),
    web.post("/settings/applications/{id}/revoke", revoke, name="access.revoke_application"),
)
"""Applications with access."""
