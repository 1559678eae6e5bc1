"""What members gather: posts they keep or like, and the people of this place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from sqlalchemy import select

from server.federation.model import Actor
from server.people.cards import PersonRow, cards_seen_by, person_row
from server.people.model import Person, PersonKind
from server.people.reader import Reader, neighbours_of, reader_of
from server.platform.http.decorators import page
from server.platform.http.paging import Page
from server.platform.http.render import render
from server.platform.storage.paging import paged
from server.platform.work import Reading
from server.posts.queries import MarkedPost, bookmarked_posts, liked_posts
from server.profiles.queries import VisibleAnswer, cards_of

_TABS: Final = ("kept", "liked")


@page(needs="person")
async def saved(request: web.Request) -> web.StreamResponse:
    """Show the posts that one keeps, or those that one likes."""
    reader = await reader_of(request)
    tab = reader.parameters.choice("tab", _TABS) or _TABS[0]
    asked = reader.page()
    read = bookmarked_posts if tab == _TABS[0] else liked_posts
    marks: list[MarkedPost] = await reader.instance.read(read, reader.viewer, asked)
    context = {
        "posts": [mark.post for mark in marks],
        "tab": tab,
        "neighbours": neighbours_of([mark.mark_id for mark in marks], asked),
    }
    return await render(request, "web/saved.html", context)


@dataclass(frozen=True, slots=True)
class Directory:
    """A part of the people of this place, with the few answers that a list shows of them."""

    people: list[PersonRow]
    answers: Mapping[int, tuple[VisibleAnswer, ...]]


@page(needs="person")
async def directory(request: web.Request) -> web.StreamResponse:
    """Show the people of this place to its members, those who came last first.

    Employers do not browse talents: they see who chose to write to them (DOMAIN: never rank or
    list people for an employer).
    """
    reader = await reader_of(request)
    asked = reader.page()
    chosen = reader.parameters.choice("kind", [kind.value for kind in PersonKind])
    kind = PersonKind(chosen) if chosen else None
    kinds, found = await reader.instance.read(_directory, reader, kind, asked)
    context = {
        "found": found,
        "kinds_of_people": kinds,
        "chosen": kind,
        "neighbours": neighbours_of([person.id for person in found.people], asked),
    }
    return await render(request, "web/directory.html", context)


def _directory(
    r: Reading, reader: Reader, kind: PersonKind | None, asked: Page
) -> tuple[list[PersonKind], Directory]:
    kinds = _kinds_for(r, reader.me)
    wanted = cards_seen_by(reader.viewer).where(
        Actor.host == "",
        Person.kind.in_([kind] if kind in kinds else kinds),
        Person.discoverable | (Person.id == reader.me),
    )
    rows = r.session.execute(paged(wanted, Person.id, asked)).all()
    people = [person_row(row) for row in rows]
    answers = cards_of(r, reader.viewer, [one.id for one in people], reader.translator.tag)
    return kinds, Directory(people[::-1] if asked.ascends else people, answers)


def _kinds_for(r: Reading, me: int) -> list[PersonKind]:
    mine = r.session.scalar(select(Person.kind).where(Person.id == me))
    hidden = {PersonKind.TALENT} if mine == PersonKind.EMPLOYER else set()
    return [kind for kind in PersonKind if kind not in hidden]


ROUTES: Final = (
    web.get("/saved", saved, name="web.saved"),
    web.get("/people", directory, name="web.directory"),
)
