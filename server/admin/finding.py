"""Finding people of this instance, for the staff: by handle, name, kind and state."""

from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select

from server.federation.model import Actor
from server.people.cards import PersonRow
from server.people.model import Person, PersonKind
from server.people.queries import people_by_ids
from server.people.rules import HOUSE
from server.platform.http.paging import Page
from server.platform.storage.paging import paged
from server.platform.work import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFilter:
    """Whom the staff look for; what is empty does not narrow."""

    text: str = ""
    kind: PersonKind | None = None
    suspended: bool = False


def found_people(r: Reading, wanted: PeopleFilter, page: Page) -> list[PersonRow]:
    """Return a page of people of this instance, those who came last first."""
    ids = r.session.scalars(paged(_matching(wanted), Person.id, page)).all()
    rows = people_by_ids(r, HOUSE, ids)
    return [rows[one] for one in ids if one in rows]


def _matching(wanted: PeopleFilter) -> Select[int]:
    found = (
        select(Person.id)
        .join(Actor, Actor.id == Person.id)
        .where(Actor.host == "", Actor.gone_at.is_(None), Person.kind.is_not(None))
    )
    if wanted.kind is not None:
        found = found.where(Person.kind == wanted.kind)
    if wanted.suspended:
        found = found.where(Actor.suspended_at.is_not(None))
    if wanted.text:
        text = wanted.text.lstrip("@").lower()
        found = found.where(
            or_(
                Actor.username_key.startswith(text, autoescape=True),
                func.lower(Person.display_name).contains(text, autoescape=True),
            )
        )
    return found
