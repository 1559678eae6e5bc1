"""Reports that people made: what is reported, by whom, and closing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from server.admin.people_pages import MODERATORS
from server.moderation.model import Report
from server.moderation.queries import open_reports
from server.moderation.service import close_report
from server.people.cards import PersonRow
from server.people.queries import people_by_ids
from server.people.reader import reader_of, see
from server.people.rules import HOUSE
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.work import Reading, Work
from server.posts.loading import post_rows
from server.posts.model import Audience
from server.posts.rows import PostRow


@dataclass(frozen=True, slots=True)
class Reported:
    """A report with the people and posts that it is about."""

    report: Report
    target: PersonRow | None
    reporter: PersonRow | None
    posts: Sequence[PostRow]
    messages: Sequence[int] = ()
    """Private messages: staff do not read them here."""


@page(needs="login", staff=MODERATORS)
async def reports(request: web.Request) -> web.StreamResponse:
    """Show the open reports, the oldest first."""
    reader = await reader_of(request)
    found = await reader.instance.read(_open)
    return await render(request, "admin/reports.html", {"reports": found})


def _open(r: Reading) -> list[Reported]:
    rows = open_reports(r)
    for row in rows:
        r.session.expunge(row)
    ids = {one for row in rows for one in (row.target_id, row.reporter_id) if one is not None}
    people = people_by_ids(r, HOUSE, sorted(ids))
    posts = _posts(r, rows)
    return [
        Reported(
            report=row,
            target=people.get(row.target_id),
            reporter=people.get(row.reporter_id) if row.reporter_id else None,
            posts=[one for one in found if one.audience is not Audience.DIRECT],
            messages=[one.id for one in found if one.audience is Audience.DIRECT],
        )
        for row in rows
        for found in [[posts[int(one)] for one in row.post_ids if int(one) in posts]]
    ]


def _posts(r: Reading, rows: Sequence[Report]) -> Mapping[int, PostRow]:
    ids = sorted({int(one) for row in rows for one in row.post_ids})
    return {post.id: post for post in post_rows(r, HOUSE, ids)} if ids else {}


def waiting(r: Reading) -> int:
    """Return how many reports are open, for the menu."""
    return len(open_reports(r))


@form(needs="login", staff=MODERATORS)
async def close(request: web.Request) -> web.StreamResponse:
    """Close a report that was dealt with."""
    reader = await reader_of(request)
    await reader.instance.work(_close, visitor_of(request).login, path_id(request))
    return see(path_for(request.app, "admin.reports"))


def _close(w: Work, login_id: int, report_id: int) -> None:
    close_report(w, login_id=login_id, report_id=report_id)
