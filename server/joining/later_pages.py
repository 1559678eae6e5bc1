"""Stopping in the middle and going on later, on another device if need be."""

from typing import Final

from aiohttp import web

from server.joining.drafts import COOKIE, DraftGone, code_to_go_on, draft_of, drop_draft, go_on
from server.joining.guide import guide_of
from server.joining.posters import qr_of
from server.joining.rules import DRAFT_KEPT, NoWayIn, spaced
from server.people.reader import reader_of, see
from server.platform.http.cookies import drop_cookie, keep_cookie
from server.platform.http.decorators import form
from server.platform.http.limits import spend
from server.platform.http.render import path_for, render
from server.platform.i18n import say


@form(needs="nobody")
async def later_page(request: web.Request) -> web.StreamResponse:
    """Ask whether to make a code to go on with."""
    try:
        guide = await guide_of(request)
    except NoWayIn:
        guide = None
    if guide is None:
        return see(path_for(request.app, "joining.start"))
    return await render(
        request,
        "joining/later.html",
        {"both": guide.both, "say": say, "code": None, "days": DRAFT_KEPT.days,
         "title": say("Go on later")},
    )  # fmt: skip


@form(needs="nobody")
async def later(request: web.Request) -> web.StreamResponse:
    """Show a fresh code, once; or throw away what was filled in."""
    try:
        guide = await guide_of(request)
    except NoWayIn:
        guide = None
    if guide is None:
        return see(path_for(request.app, "joining.start"))
    instance = guide.reader.instance
    if guide.reader.parameters.text("go", max_length=20) == "drop":
        await instance.work(drop_draft, guide.draft.row.id)
        answer = see(path_for(request.app, "joining.start"))
        drop_cookie(request, answer, COOKIE)
        return answer
    try:
        code = await instance.work(code_to_go_on, guide.draft.row.id)
    except DraftGone:
        return see(path_for(request.app, "joining.start"))
    address = instance.site.url(path_for(request.app, "joining.continue_with", code=code))
    shown = await render(
        request,
        "joining/later.html",
        {"both": guide.both, "say": say, "code": spaced(code), "address": address,
         "qr": qr_of(address), "days": DRAFT_KEPT.days, "title": say("Go on later")},
    )  # fmt: skip
    shown.headers["Cache-Control"] = "private, no-store"
    return shown


@form(needs="nobody")
async def continue_page(request: web.Request) -> web.StreamResponse:
    """Ask for the code to go on with; a link fills it in, and only the button uses it."""
    typed = request.match_info.get("code", "")[:40]
    return await render(request, "joining/continue.html", {"typed": typed, "is_wrong": False})


@form(needs="nobody")
async def continue_joining(request: web.Request) -> web.StreamResponse:
    """Take the draft of a code to this browser."""
    spend(request, "joining")
    reader = await reader_of(request)
    typed = reader.parameters.text("code", max_length=40) or ""
    old = await reader.instance.read(draft_of, request.cookies.get(COOKIE))
    secret = await reader.instance.work(go_on, typed)
    if secret is None:
        return await render(
            request, "joining/continue.html", {"typed": typed, "is_wrong": True}, status=422
        )
    if old is not None:
        known = await reader.instance.read(draft_of, secret)
        if known is not None and known.row.id != old.row.id:
            await reader.instance.work(drop_draft, old.row.id)
    answer = see(path_for(request.app, "joining.go_on"))
    keep_cookie(request, answer, COOKIE, secret, max_age=int(DRAFT_KEPT.total_seconds()))
    return answer


ROUTES: Final = (
    web.get("/join/later", later_page, name="joining.later"),
    web.post("/join/later", later, name="joining.save_for_later"),
    web.get("/join/continue", continue_page, name="joining.code_to_go_on"),
    web.get("/join/continue/{code}", continue_page, name="joining.continue_with"),
    web.post("/join/continue", continue_joining, name="joining.continue_joining"),
)
