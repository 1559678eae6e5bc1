"""The first page of the staff: what waits for a decision, and whether the instance is well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from aiohttp import web
from sqlalchemy import func, select

from server.admin.menu import ANY_STAFF, Waiting, menu_of, waiting_in
from server.federation.model import Actor
from server.people.model import Person, PersonKind
from server.people.reader import reader_of
from server.platform.feature import MenuEntry
from server.platform.health import is_draining
from server.platform.http.decorators import page
from server.platform.http.render import render
from server.platform.http.visitor import visitor_of
from server.platform.work import Reading
from server.posts.model import Post, PostState

_NEW: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page shows."""

    waiting: Sequence[Waiting]
    people: dict[PersonKind, int]
    new_people: int
    open_posts: dict[str, int]
    is_draining: bool


@page(needs="login", staff=ANY_STAFF)
async def dashboard(request: web.Request) -> web.StreamResponse:
    """Show what waits, and how the instance does."""
    reader = await reader_of(request)
    visitor = visitor_of(request)
    found = await reader.instance.read(
        _overview, menu_of(request), visitor.login, visitor.staff_roles
    )
    return await render(request, "admin/dashboard.html", {"overview": found})


def _overview(
    r: Reading, entries: Sequence[MenuEntry], login_id: int, roles: frozenset[str]
) -> Overview:
    return Overview(
        waiting=waiting_in(r, entries, login_id, roles),
        people=_people(r),
        new_people=_new_people(r),
        open_posts=_open_posts(r),
        is_draining=is_draining(r),
    )


def _people(r: Reading) -> dict[PersonKind, int]:
    rows = r.session.execute(
        select(Person.kind, func.count())
        .join(Actor, Actor.id == Person.id)
        .where(Actor.host == "", Actor.gone_at.is_(None), Person.kind.is_not(None))
        .group_by(Person.kind)
    )
    counts = {PersonKind(kind): count for kind, count in rows if kind}
    return {kind: counts.get(kind, 0) for kind in PersonKind}


def _new_people(r: Reading) -> int:
    found = r.session.scalar(
        select(func.count())
        .select_from(Person)
        .join(Actor, Actor.id == Person.id)
        .where(Actor.host == "", Person.kind.is_not(None), Person.created_at > r.now - _NEW)
    )
    return found or 0


def _open_posts(r: Reading) -> dict[str, int]:
    rows = r.session.execute(
        select(Post.kind, func.count())
        .where(Post.is_local, Post.kind.is_not(None), Post.state == PostState.OPEN)
        .group_by(Post.kind)
    )
    return {str(kind): count for kind, count in rows}
