"""Telling the staff that a post is wrong. Members write here; others get a contact line."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from server.moderation.rules import MAX_COMMENT
from server.moderation.service import report_person
from server.people.reader import Reader, reader_of
from server.platform.errors import NotFound
from server.platform.http.decorators import form
from server.platform.http.parameters import path_id
from server.platform.http.render import render
from server.platform.i18n import Message, say
from server.platform.work import Work
from server.posts.rows import PostRow
from server.web.posts import shown_post

REASONS: Final[Mapping[str, Message]] = {
    "legal": say("It is a trick, it asks for money, or it is against the law"),
    "violation": say("It is unkind, or it shuts people out"),
    "spam": say("It is advertising, or it comes again and again"),
    "other": say("It is wrong or out of date, or something else"),
}
"""The categories of Mastodon's API in words that people use."""


@form(needs="nobody")
async def report(request: web.Request) -> web.StreamResponse:
    """Show the form, or take a report and say thank you."""
    reader = await reader_of(request)
    post = await reader.instance.read(shown_post, reader, path_id(request))
    if reader.viewer.person_id == post.author.id:
        raise NotFound
    if request.method != "POST" or not reader.is_person:
        return await _page(request, reader, post)
    faults = _faults(reader)
    if faults:
        return await _page(request, reader, post, faults)
    await reader.instance.work(_report, reader, post)
    return await _page(request, reader, post, is_sent=True)


async def _page(
    request: web.Request,
    reader: Reader,
    post: PostRow,
    faults: Mapping[str, list[Message]] | None = None,
    *,
    is_sent: bool = False,
) -> web.StreamResponse:
    context = {
        "post": post,
        "reasons": REASONS,
        "reason": _reason(reader),
        "comment": _comment(reader),
        "forward": reader.parameters.flag("forward"),
        "faults": faults or {},
        "most": MAX_COMMENT,
        "is_person": reader.is_person,
        "contact": reader.instance.settings.instance.contact_email,
        "is_sent": is_sent,
    }
    return await render(request, "web/report.html", context, status=422 if faults else 200)


def _faults(reader: Reader) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = {}
    if not _reason(reader):
        found["reason"] = [say("Choose what is wrong.")]
    if len(_comment(reader)) > MAX_COMMENT:
        found["comment"] = [say("is too long (at most %(most)s)", most=MAX_COMMENT)]
    return found


def _reason(reader: Reader) -> str:
    said = reader.parameters.text("reason", max_length=20) or ""
    return said if said in REASONS else ""


def _comment(reader: Reader) -> str:
    return (reader.parameters.text("comment", max_length=20_000) or "").strip()


def _report(w: Work, reader: Reader, post: PostRow) -> None:
    report_person(
        w,
        reporter_id=reader.me,
        target_id=post.author.id,
        post_ids=[post.id],
        comment=_comment(reader),
        category=_reason(reader),
        forward=reader.parameters.flag("forward"),
    )


ROUTES: Final = (
    web.get("/@{handle}/{id:[0-9]+}/report", report, name="web.report"),
    web.post("/@{handle}/{id:[0-9]+}/report", report, name="web.send_report"),
)
