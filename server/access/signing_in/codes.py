"""Codes from the staff: for people without e-mail who forgot their password or never had one.

A coach makes one (`issue_sign_in_code`) and says it or prints it; it works once, within a day.
"""

from typing import Final

from aiohttp import web

from server.access import tickets
from server.access.entering import (
    Arrival,
    Entered,
    arrival_of,
    enter,
    keep_entered,
    see_other,
    way_on,
)
from server.access.model import Login, TicketKind
from server.access.rules import STAFF_CODE_LASTS, code_as_typed, new_code
from server.access.signing_in.doors import next_in
from server.activity_log.service import record
from server.platform.errors import NotFound
from server.platform.http.decorators import form
from server.platform.http.parameters import read_parameters
from server.platform.http.render import path_for, render
from server.platform.i18n import say
from server.platform.instance import instance_of
from server.platform.work import Work

_WRONG: Final = say("This code does not work. Check it, or ask for a new one.")
_MOST_CODE: Final = 60


def issue_sign_in_code(w: Work, login_id: int, staff_login_id: int) -> str:
    """Return a code with which a login signs in once, within a day; a former one ends.

    Whoever gets it is asked for a new password. Raises NotFound for a login that there is none of
    or that is disabled.
    """
    login = w.session.get(Login, login_id)
    if login is None or login.disabled_at is not None:
        raise NotFound
    tickets.forget_tickets(w, login_id, TicketKind.STAFF_CODE)
    code = tickets.issue(
        w, TicketKind.STAFF_CODE, STAFF_CODE_LASTS, secret=new_code(), login_id=login_id
    )
    record(
        w, login_id=staff_login_id, verb="issue_sign_in_code", subject_type="login",
        subject_id=login_id,
    )  # fmt: skip
    return code


@form(needs="nobody")
async def code_page(request: web.Request) -> web.StreamResponse:
    """Show the form for a code."""
    return await _form(request, next_in(await read_parameters(request)), is_wrong=False)


@form(needs="nobody", limit="sign_in")
async def send_code(request: web.Request) -> web.StreamResponse:
    """Sign in with a code, and lead to the page for a new password."""
    sent = await read_parameters(request)
    going = path_for(request.app, "access.own_password", query={"next": next_in(sent)})
    arrival = arrival_of(request, going, is_shared=sent.flag("shared"))
    code = sent.text("code", max_length=_MOST_CODE) or ""
    entered = await instance_of(request).work(_use_code, code_as_typed(code), arrival)
    if entered is None:
        return await _form(request, next_in(sent), is_wrong=True)
    answer = see_other(way_on(request, entered))
    keep_entered(request, answer, entered)
    return answer


def _use_code(w: Work, code: str, arrival: Arrival) -> Entered | None:
    taken = tickets.take(w, TicketKind.STAFF_CODE, code)
    if taken is None or taken.login_id is None:
        return None
    return enter(w, taken.login_id, arrival, is_proven=False)


async def _form(request: web.Request, going: str, *, is_wrong: bool) -> web.Response:
    answer = await render(
        request,
        "access/staff_code.html",
        {"next": going, "faults": [_WRONG] if is_wrong else []},
        status=422 if is_wrong else 200,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES: Final = (
    web.get("/auth/code", code_page, name="access.code"),
    web.post("/auth/code", send_code, name="access.send_code"),
)
"""Signing in with a code."""
