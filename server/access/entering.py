"""The moment somebody is let in: a session and its cookie, or a second step before it.

`start_session` is for the rooms above, for somebody who has just joined.
"""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.access import sessions, tickets
from server.access.model import TicketKind
from server.access.queries import people_of_login
from server.access.rules import SESSION_LASTS, STEP_LASTS, browser_family
from server.access.service import note_sign_in
from server.access.signing_in.second_factor import is_second_step_due
from server.platform.http.cookies import drop_cookie, keep_cookie
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.http.negotiation import local_path
from server.platform.instance import instance_of
from server.platform.work import Work

STEP_COOKIE: Final = "meshwork_step"
_AUTHORIZE: Final = "/oauth/authorize"
_MOST_COOKIE: Final = 512


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a browser said when somebody signs in with it."""

    going: str
    is_shared: bool
    browser: str
    old_cookie: str | None


@dataclass(frozen=True, slots=True)
class Entered:
    """How an arrival ended: with a session, or with a ticket for the second step."""

    going: str
    session: str | None = None
    step: str | None = None
    is_shared: bool = False
    must_choose: bool = False


def arrival_of(request: web.Request, going: str, *, is_shared: bool) -> Arrival:
    """Return who arrives and where they are going; only paths of ours count."""
    return Arrival(
        going=local_path(going),
        is_shared=is_shared,
        browser=browser_family(request.headers.get("User-Agent", "")),
        old_cookie=cookie_of(request, SESSION_COOKIE),
    )


def enter(
    w: Work, login_id: int, arrival: Arrival, *, is_proven: bool, fresh_hash: str | None = None
) -> Entered:
    """Let a login in, or ask for the second step when it is due and nothing has proven it yet.

    `is_proven` means that the second factor was shown. The session that the browser had before
    ends: its cookie is worth nothing afterwards.
    """
    if not is_proven and is_second_step_due(w, login_id):
        about = {"going": arrival.going, "is_shared": arrival.is_shared}
        step = tickets.issue(w, TicketKind.STEP, STEP_LASTS, login_id=login_id, about=about)
        return Entered(arrival.going, step=step)
    note_sign_in(w, login_id, fresh_hash=fresh_hash)
    if arrival.old_cookie:
        sessions.end_session(w, arrival.old_cookie)
    people = people_of_login(w, login_id)
    token = sessions.begin_session(
        w,
        login_id,
        people[0].id if len(people) == 1 else None,
        is_shared=arrival.is_shared,
        browser=arrival.browser,
    )
    return Entered(
        arrival.going,
        session=token,
        is_shared=arrival.is_shared,
        must_choose=len(people) > 1 and not arrival.going.startswith(_AUTHORIZE),
    )


def way_on(request: web.Request, entered: Entered) -> str:
    """Return where the browser goes now: the second step, the choice of a person, or its aim."""
    routes = request.app.router
    if entered.step is not None:
        return str(routes["access.second_step"].url_for())
    if entered.must_choose:
        return str(routes["access.act_as"].url_for().with_query({"next": entered.going}))
    return entered.going


def keep_entered(request: web.Request, answer: web.Response, entered: Entered) -> None:
    """Give the browser the cookie of its session, or of its second step."""
    answer.headers["Cache-Control"] = "no-store"
    if entered.step is not None:
        keep_cookie(request, answer, STEP_COOKIE, entered.step)
        return
    keep_session_cookie(request, answer, entered.session or "", is_shared=entered.is_shared)
    if STEP_COOKIE in request.cookies:
        drop_cookie(request, answer, STEP_COOKIE)


def keep_session_cookie(
    request: web.Request, answer: web.StreamResponse, token: str, *, is_shared: bool
) -> None:
    """Set the cookie of a session; on a shared device it ends with the browser."""
    lasts = None if is_shared else int(SESSION_LASTS.total_seconds())
    keep_cookie(request, answer, SESSION_COOKIE, token, max_age=lasts)


async def start_session(
    request: web.Request,
    answer: web.StreamResponse,
    *,
    login_id: int,
    person_id: int | None,
    is_shared: bool = False,
) -> None:
    """Sign the browser of a request in as somebody who has just joined, with an answer to it.

    The answer must not have been sent yet. Nothing is asked here: the caller knows who it is.
    """
    arrival = arrival_of(request, "/", is_shared=is_shared)
    token = await instance_of(request).work(_start, login_id, person_id, arrival)
    keep_session_cookie(request, answer, token, is_shared=is_shared)


def _start(w: Work, login_id: int, person_id: int | None, arrival: Arrival) -> str:
    note_sign_in(w, login_id)
    if arrival.old_cookie:
        sessions.end_session(w, arrival.old_cookie)
    return sessions.begin_session(
        w, login_id, person_id, is_shared=arrival.is_shared, browser=arrival.browser
    )


def cookie_of(request: web.Request, name: str) -> str | None:
    """Return a cookie of ours, None when there is none or one that cannot be ours."""
    cookie = request.cookies.get(name, "")
    return cookie if 0 < len(cookie) <= _MOST_COOKIE else None


def see_other(path: str) -> web.Response:
    """Lead the browser on after a form; the answer is kept nowhere."""
    return web.Response(status=303, headers={"Location": path, "Cache-Control": "no-store"})
