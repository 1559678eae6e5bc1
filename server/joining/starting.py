"""The first page of the wizard: the language, with a code or without; and doors that are shut."""

import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.joining.doors import can_mail, door_of_invitation, open_door
from server.joining.drafts import COOKIE, Answers, begin_draft, draft_of, drop_draft
from server.joining.invitations import invitation_by_code
from server.joining.making import fresh_pseudonym
from server.joining.model import Invitation
from server.joining.rules import DRAFT_KEPT, Door, NoWayIn, Refusal, clean_code
from server.people.model import PersonKind
from server.people.reader import reader_of, see
from server.platform.http.cookies import keep_cookie
from server.platform.http.decorators import form
from server.platform.http.limits import spend
from server.platform.http.locales import LOCALE_COOKIE
from server.platform.http.render import path_for, render
from server.platform.work import Reading, Work

Page = Callable[[web.Request], Awaitable[web.StreamResponse]]
_STATUS: Final = {
    Refusal.UNKNOWN: 404, Refusal.USED: 410, Refusal.EXPIRED: 410, Refusal.REVOKED: 410,
}  # fmt: skip
_LANGUAGE_KEPT: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What somebody begins with: a code, a language, and what this browser had before."""

    code: str | None
    mails: bool
    language: str
    coach_language: str | None
    old_browser: str


def guarded(shown: Page) -> Page:
    """Show the page that says why somebody cannot come in, wherever that turns out."""

    @functools.wraps(shown)
    async def watched(request: web.Request) -> web.StreamResponse:
        try:
            return await shown(request)
        except NoWayIn as shut:
            return await _no_way(request, shut.refusal)

    return watched


async def _no_way(request: web.Request, refusal: Refusal) -> web.Response:
    reader = await reader_of(request)
    # Whoever only asks how to join is not refused: the page is the answer.
    asks = request.method == "GET" and refusal is Refusal.NEEDS_CODE
    return await render(
        request,
        "joining/no_way.html",
        {"refusal": refusal.value, "contact": reader.instance.settings.instance.contact_email},
        status=200 if asks else _STATUS.get(refusal, 403),
    )


@form(needs="nobody")
@guarded
async def start_page(request: web.Request) -> web.StreamResponse:
    """Show the languages, each in itself. Who has begun already may go on."""
    return await _languages(request)


async def _languages(request: web.Request) -> web.StreamResponse:
    reader, code = await reader_of(request), request.match_info.get("code")
    if code is not None:
        spend(request, "joining")
    mails = can_mail(reader.instance.settings)
    invitation, door = await reader.instance.read(_found, code, mails=mails)
    begun = await reader.instance.read(draft_of, request.cookies.get(COOKIE))
    return await render(
        request,
        "joining/start.html",
        {
            "code": clean_code(code) if code else None,
            "door": door,
            "with_coach": reader.parameters.text("with", max_length=20) == "coach",
            "suggested": invitation.language if invitation is not None else None,
            "begun": begun is not None,
        },
    )


def _found(r: Reading, code: str | None, *, mails: bool) -> tuple[Invitation | None, Door]:
    if code is None:
        return None, open_door(r, mails=mails)
    invitation = invitation_by_code(r, code)
    return invitation, door_of_invitation(r, invitation, mails=mails)


@form(needs="nobody")
async def enter_code(request: web.Request) -> web.StreamResponse:
    """Lead from a code that was typed to its page."""
    reader = await reader_of(request)
    code = clean_code(reader.parameters.text("code", max_length=40) or "")
    if code is None:
        return await _no_way(request, Refusal.UNKNOWN)
    return see(path_for(request.app, "joining.with_code", code=code))


@form(needs="nobody")
@guarded
async def begin(request: web.Request) -> web.StreamResponse:
    """Begin in the chosen language; a draft of this browser from before is dropped."""
    spend(request, "joining")
    reader, code = await reader_of(request), request.match_info.get("code")
    language = reader.parameters.choice("language", reader.instance.site.languages)
    if language is None:
        return await _languages(request)
    with_coach = code is not None and reader.parameters.text("with", max_length=20) == "coach"
    beginning = Beginning(
        code=code,
        mails=can_mail(reader.instance.settings),
        language=language,
        coach_language=reader.translator.tag if with_coach else None,
        old_browser=request.cookies.get(COOKIE, ""),
    )
    secret = await reader.instance.work(_begun, beginning)
    answer = see(path_for(request.app, "joining.go_on"))
    keep_cookie(request, answer, LOCALE_COOKIE, language, max_age=_LANGUAGE_KEPT)
    keep_cookie(request, answer, COOKIE, secret, max_age=int(DRAFT_KEPT.total_seconds()))
    return answer


def _begun(w: Work, beginning: Beginning) -> str:
    invitation, door = _found(w, beginning.code, mails=beginning.mails)
    before = draft_of(w, beginning.old_browser)
    if before is not None:
        drop_draft(w, before.row.id)
    kind = None if door.asks_kind else door.kinds[0]
    answers = Answers(
        language=beginning.language,
        coach_language=beginning.coach_language,
        invitation_id=invitation.id if invitation is not None else None,
        kind=kind.value if kind is not None else None,
        handle=fresh_pseudonym(w) if kind is PersonKind.TALENT else None,
    )
    return begin_draft(w, answers)


ROUTES: Final = (
    web.get("/join", start_page, name="joining.start"),
    web.post("/join", begin, name="joining.begin"),
    web.post("/join/code", enter_code, name="joining.enter_code"),
)
CODE_ROUTES: Final = (
    web.get("/join/{code}", start_page, name="joining.with_code"),
    web.post("/join/{code}", begin, name="joining.begin_with_code"),
)
"""After every other address below /join."""
