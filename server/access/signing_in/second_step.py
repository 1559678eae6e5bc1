"""The second step: after a password, link or code, a code of the app or a recovery code.

Until it is done there is no session, only a ticket in a cookie of its own. After five wrong codes
the ticket is gone and everything begins again.
"""

from typing import Final

from aiohttp import web

from server.access import tickets
from server.access.entering import (
    STEP_COOKIE,
    Arrival,
    Entered,
    arrival_of,
    cookie_of,
    enter,
    keep_entered,
    see_other,
    way_on,
)
from server.access.model import TicketKind
from server.access.rules import MOST_TRIES
from server.access.signing_in.authenticators import has_authenticator
from server.access.signing_in.second_factor import is_second_factor
from server.platform.http.cookies import drop_cookie
from server.platform.http.decorators import form
from server.platform.http.limits import spend
from server.platform.http.parameters import read_parameters
from server.platform.http.render import path_for, render
from server.platform.i18n import say
from server.platform.instance import instance_of
from server.platform.work import Work

WRONG_CODE: Final = say("This code is not right. Wait for the next one and try again.")
_MOST_CODE: Final = 60


@form(needs="nobody", keeps_opener=True, posts_anywhere=True)
async def second_step_page(request: web.Request) -> web.StreamResponse:
    """Ask for the code; who has not shown a password before starts there."""
    shown = await _shown(request)
    if shown is None:
        return see_other(path_for(request.app, "access.sign_in"))
    return await _form(request, shown, is_wrong=False)


@form(needs="nobody", limit="sign_in", keeps_opener=True, posts_anywhere=True)
async def second_step(request: web.Request) -> web.StreamResponse:
    """Check the code and begin the session."""
    shown = await _shown(request)
    secret = cookie_of(request, STEP_COOKIE)
    if shown is None or secret is None:
        return see_other(path_for(request.app, "access.sign_in"))
    spend(request, "second_factor", f"login {shown.login_id}")
    code = (await read_parameters(request)).text("code", max_length=_MOST_CODE) or ""
    arrival = arrival_of(
        request, str(shown.about.get("going", "/")), is_shared=bool(shown.about.get("is_shared"))
    )
    entered = await instance_of(request).work(_finish, secret, code, arrival)
    if entered is not None:
        answer = see_other(way_on(request, entered))
        keep_entered(request, answer, entered)
        return answer
    if shown.tries + 1 < MOST_TRIES:
        return await _form(request, shown, is_wrong=True)
    answer = see_other(path_for(request.app, "access.sign_in", query={"done": "tries"}))
    drop_cookie(request, answer, STEP_COOKIE)
    return answer


async def _shown(request: web.Request) -> tickets.Shown | None:
    secret = cookie_of(request, STEP_COOKIE)
    if secret is None:
        return None
    return await instance_of(request).read(tickets.look_at, TicketKind.STEP, secret)


def _finish(w: Work, secret: str, code: str, arrival: Arrival) -> Entered | None:
    """Let the login of a ticket in when the code is right; count the try when it is not."""
    shown = tickets.look_at(w, TicketKind.STEP, secret)
    if shown is None or shown.login_id is None:
        return None
    if not is_second_factor(w, shown.login_id, code):
        tickets.count_try(w, shown.id)
        if shown.tries + 1 >= MOST_TRIES:
            tickets.take(w, TicketKind.STEP, secret)
        return None
    if tickets.take(w, TicketKind.STEP, secret) is None:
        return None
    return enter(w, shown.login_id, arrival, is_proven=True)


async def _form(request: web.Request, shown: tickets.Shown, *, is_wrong: bool) -> web.Response:
    has_app = await instance_of(request).read(has_authenticator, shown.login_id or 0)
    answer = await render(
        request,
        "access/second_step.html",
        {
            "faults": [WRONG_CODE] if is_wrong else [],
            "has_app": has_app,
            "next": str(shown.about.get("going", "/")),
        },
        status=422 if is_wrong else 200,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES: Final = (
    web.get("/auth/second_step", second_step_page, name="access.second_step"),
    web.post("/auth/second_step", second_step, name="access.send_second_step"),
)
"""The second step."""
