"""The routes of notifications: a person's choices about them, and pushes to browsers."""

from typing import Final

from aiohttp import web

from server.notifications.push import pages as push_pages
from server.notifications.ready import kinds_of
from server.notifications.ways import Summary, Ways, minutes_of, time_of, ways_of
from server.notifications.wishes import keep_wishes, wishes_of
from server.people.reader import reader_of, see
from server.platform.http.decorators import form, page
from server.platform.http.parameters import Parameters
from server.platform.http.render import path_for, render
from server.platform.i18n import Message, say
from server.platform.instance import Instance

_SUMMARIES: Final = (
    (Summary.NONE.value, say("No mail")),
    (Summary.DAILY.value, say("Once a day")),
    (Summary.WEEKLY.value, say("Once a week")),
)
_BOTH_TIMES: Final = say("Give both times as hours and minutes, such as 22:00, or neither.")


@page(needs="person")
async def settings(request: web.Request) -> web.Response:
    """Show how the person hears of things."""
    reader = await reader_of(request)
    wishes = await reader.instance.read(wishes_of, reader.me)
    quiet = (time_of(wishes.quiet_from), time_of(wishes.quiet_until))
    kinds = [
        (kind, label, may_hide, wishes.ways(kind))
        for kind, label, may_hide in kinds_of(reader.instance.notices)
    ]
    return await _shown(request, kinds, quiet)


@form(needs="person")
async def send_settings(request: web.Request) -> web.StreamResponse:
    """Keep how the person hears of things."""
    reader = await reader_of(request)
    sent = reader.parameters
    ways = _ways(reader.instance, sent)
    quiet = (sent.text("quiet_from") or "", sent.text("quiet_until") or "")
    minutes = tuple(minutes_of(text) for text in quiet)
    if any(quiet) and None in minutes:
        kinds = [
            (kind, label, may_hide, ways[kind])
            for kind, label, may_hide in kinds_of(reader.instance.notices)
        ]
        return await _shown(request, kinds, quiet, faults=[_BOTH_TIMES], status=422)
    start, end = minutes
    times = (start, end) if start is not None and end is not None else None
    await reader.instance.work(keep_wishes, reader.me, ways, times)
    return see(path_for(request.app, "notifications.settings", query={"saved": "1"}))


def _ways(instance: Instance, sent: Parameters) -> dict[str, Ways]:
    on_page, pushed = frozenset(sent.texts("page")), frozenset(sent.texts("push"))
    mails = sent.part("mail")
    found = {}
    for kind, _, may_hide in kinds_of(instance.notices):
        mail = mails.text(kind) if mails is not None else None
        chosen = {
            "page": not may_hide or kind in on_page,
            "push": kind in pushed,
            **({"mail": mail} if mail is not None else {}),
        }
        found[kind] = ways_of({kind: chosen}, kind)
    return found


async def _shown(
    request: web.Request,
    kinds: list[tuple[str, Message, bool, Ways]],
    quiet: tuple[str, str],
    *,
    faults: list[Message] | None = None,
    status: int = 200,
) -> web.Response:
    return await render(
        request,
        "notifications/settings.html",
        {
            "wishes": kinds,
            "summaries": _SUMMARIES,
            "quiet_from": quiet[0],
            "quiet_until": quiet[1],
            "faults": faults or [],
            "is_saved": "saved" in request.rel_url.query,
        },
        status=status,
    )


ROUTES: Final[tuple[web.RouteDef, ...]] = (
    web.get("/settings/notifications", settings, name="notifications.settings"),
    web.post("/settings/notifications", send_settings, name="notifications.send_settings"),
    *push_pages.ROUTES,
)
