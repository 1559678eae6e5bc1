"""Ending mails: the one-click page behind each mail's link, and the switches of one's own login.

The link works without signing in: its token ends one topic for one login and can do nothing else.
Mail programs end it with a POST of their own (RFC 8058), so this form asks for no form token.
"""

from typing import Final

from aiohttp import web

from server.access import mailing
from server.people.reader import see
from server.platform.errors import NotFound, NotSignedIn
from server.platform.http.decorators import form, page, plain
from server.platform.http.parameters import read_parameters
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say
from server.platform.instance import instance_of

_SOMETHING_ELSE: Final = say("Mails of this kind")


def _meant(request: web.Request) -> tuple[int, str]:
    """Return login and topic of the link. Raises NotFound for one we did not write."""
    vault = instance_of(request).vault
    meant = mailing.read_ending_token(vault, request.match_info["token"])
    if meant is None:
        raise NotFound
    return meant


def _words(topic: str) -> Message:
    return mailing.TOPICS.get(topic, _SOMETHING_ELSE)


@page()
async def ending(request: web.Request) -> web.Response:
    """Show the button that ends a kind of mails; opening the page alone ends nothing."""
    login_id, topic = _meant(request)
    is_off = await instance_of(request).read(mailing.refuses, login_id, topic)
    return await render(
        request, "access/mail_ending.html", {"topic": _words(topic), "is_off": is_off}
    )


@plain(max_bytes=10_000)
async def send_ending(request: web.Request) -> web.StreamResponse:
    """End a kind of mails, or take that back with `again`."""
    login_id, topic = _meant(request)
    sent = await read_parameters(request)
    change = mailing.allow_topic if sent.text("again") else mailing.refuse_topic
    await instance_of(request).work(change, login_id, topic)
    if sent.text("List-Unsubscribe"):
        return web.Response(text="")
    return see(request.rel_url.path)


def _login(request: web.Request) -> int:
    found = visitor_of(request).login_id
    if found is None or not visitor_of(request).has_page_session:
        raise NotSignedIn
    return found


@page(needs="login")
async def mails(request: web.Request) -> web.Response:
    """Show which mails the login gets."""
    off = await instance_of(request).read(mailing.refused_topics, _login(request))
    topics = [(name, words, name not in off) for name, words in mailing.TOPICS.items()]
    return await render(
        request,
        "access/mails.html",
        {"topics": topics, "is_saved": "saved" in request.rel_url.query},
    )


@form(needs="login")
async def send_mails(request: web.Request) -> web.StreamResponse:
    """Keep which mails the login gets."""
    login_id = _login(request)
    wanted = frozenset((await read_parameters(request)).texts("topics"))
    instance = instance_of(request)
    for topic in mailing.TOPICS:
        change = mailing.allow_topic if topic in wanted else mailing.refuse_topic
        await instance.work(change, login_id, topic)
    return see(path_for(request.app, "access.mails", query={"saved": "1"}))


ROUTES: Final = (
    web.get("/mail/stop/{token}", ending, name="access.mail_ending"),
    web.post("/mail/stop/{token}", send_ending, name="access.send_mail_ending"),
    web.get("/settings/mail", mails, name="access.mails"),
    web.post("/settings/mail", send_mails, name="access.send_mails"),
)
