"""What search engines may know of: robots.txt and the sitemaps (sitemaps.org, protocol 0.9).

Posts that are open for everybody, and people who are seen everywhere and let themselves be
indexed. Whoever is private, or has chosen nothing as a talent or mentor, is in none of it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from aiohttp import web
from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from server.boards.model import BoardEntry
from server.federation.model import Actor, Reach
from server.people.model import Person, PersonKind
from server.people.rules import ANYBODY
from server.platform.errors import NotFound
from server.platform.http.decorators import plain
from server.platform.instance import instance_of
from server.platform.work import Reading
from server.posts.model import Audience, Post, PostState
from server.posts.visibility import visible_to

PAGE: Final = 5_000
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_KEEPS: Final = {"Cache-Control": "public, max-age=3600"}
_SHUT: Final = (
    "/api/", "/auth/", "/embed/", "/home", "/notifications", "/oauth/", "/people/", "/search",
    "/settings", "/staff",
)  # fmt: skip

Entry = tuple[str, datetime | None]


def _may_be_indexed() -> ColumnElement[bool]:
    """Posts of a kind are made to be found, those of individuals only where they agree."""
    of_a_body = Person.kind.in_([PersonKind.EMPLOYER, PersonKind.ORGANISATION])
    return or_(Person.indexable, and_(Post.kind.is_not(None), of_a_body))


def _posts(r: Reading) -> Select[str, datetime]:
    is_over = or_(
        BoardEntry.state != PostState.OPEN,
        and_(BoardEntry.closes_at.is_not(None), BoardEntry.closes_at <= r.now),
    )
    return (
        select(
            Post.url, func.coalesce(Post.edited_at, Post.published_at, type_=Post.edited_at.type)
        )
        .join(Person, Person.id == Post.author_id)
        .outerjoin(BoardEntry, BoardEntry.post_id == Post.id)
        .where(
            Post.is_local,
            Post.audience == Audience.PUBLIC,
            Post.boost_of_id.is_(None),
            or_(Post.kind.is_(None), BoardEntry.post_id.is_(None), ~is_over),
            _may_be_indexed(),
            visible_to(ANYBODY),
        )
        .order_by(Post.id)
    )


def _people(r: Reading) -> Select[str, datetime]:
    del r
    return (
        select(Actor.username, Person.updated_at)
        .join(Person, Person.id == Actor.id)
        .where(
            Actor.host == "",
            Actor.reach == Reach.FEDIVERSE,
            Actor.suspended_at.is_(None),
            Actor.gone_at.is_(None),
            Person.indexable,
            Person.kind.is_not(None),
        )
        .order_by(Actor.id)
    )


_PARTS: Final = {"posts": _posts, "people": _people}


def _pages(r: Reading) -> list[tuple[str, int]]:
    found = []
    for name, query in _PARTS.items():
        rows = query(r).order_by(None).subquery()
        count = r.session.scalar(select(func.count()).select_from(rows)) or 0
        found += [(name, number) for number in range(1, -(-count // PAGE) + 1)]
    return found


def _entries(r: Reading, name: str, number: int) -> list[Entry]:
    rows = r.session.execute(_PARTS[name](r).limit(PAGE).offset((number - 1) * PAGE)).all()
    return [(_address(r, name, row), row[1]) for row in rows]


def _address(r: Reading, name: str, row: Row[str, datetime]) -> str:
    return str(row[0]) if name == "posts" else r.site.url(f"/@{quote(row[0])}")


@plain()
async def index(request: web.Request) -> web.StreamResponse:
    """Answer with the list of sitemaps."""
    instance = instance_of(request)
    pages = await instance.read(_pages)
    addresses = [f"/sitemaps/{name}-{number}.xml" for name, number in pages]
    entries: Sequence[Entry] = [(instance.site.url(path), None) for path in addresses]
    # The pages that are always there have a map too, so that the list is never empty.
    entries = [(instance.site.url("/sitemaps/pages-1.xml"), None), *entries]
    return _answer("sitemapindex", "sitemap", entries)


@plain()
async def sitemap(request: web.Request) -> web.StreamResponse:
    """Answer with one sitemap of at most five thousand addresses."""
    instance = instance_of(request)
    name, number = request.match_info["name"], int(request.match_info["number"])
    if name == "pages" and number == 1:
        paths = ("/", "/board", *(f"/board/{kind}" for kind in _KINDS), "/about")
        return _answer("urlset", "url", [(instance.site.url(path), None) for path in paths])
    if name not in _PARTS or not 1 <= number <= PAGE:
        raise NotFound
    entries = await instance.read(_entries, name, number)
    if not entries:
        raise NotFound
    return _answer("urlset", "url", entries)


_KINDS: Final = ("study", "vacancy", "event", "project", "tool")


def _answer(outer: str, inner: str, entries: Iterable[Entry]) -> web.Response:
    lines = [
        f"<{inner}><loc>{escape(address)}</loc>{_changed(moment)}</{inner}>"
        for address, moment in entries
    ]
    body = "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', f'<{outer} xmlns="{_NAMESPACE}">', *lines,
         f"</{outer}>\n"]
    )  # fmt: skip
    return web.Response(text=body, content_type="application/xml", charset="utf-8", headers=_KEEPS)


def _changed(moment: datetime | None) -> str:
    return f"<lastmod>{moment.isoformat(timespec='seconds')}</lastmod>" if moment else ""


@plain()
async def robots(request: web.Request) -> web.StreamResponse:
    """Tell robots what not to fetch, and where the sitemaps are (RFC 9309)."""
    site = instance_of(request).site
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _SHUT), ""]
    lines += [f"Sitemap: {site.url('/sitemap.xml')}", ""]
    return web.Response(text="\n".join(lines), content_type="text/plain", headers=_KEEPS)


ROUTES: Final = (
    web.get("/sitemap.xml", index, name="boards.sitemaps"),
    web.get("/sitemaps/{name:[a-z]+}-{number:[0-9]{1,5}}.xml", sitemap, name="boards.sitemap"),
    web.get("/robots.txt", robots, name="boards.robots"),
)
