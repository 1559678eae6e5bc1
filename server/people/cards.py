"""A person as everybody reads it: one frozen row of identity and profile, and who may see it.

`PersonRow` joins the tables `person` and `actor`; whoever shows people next to something else (the
author of a post) selects `CARD` beside their own columns and calls `person_row`. Which people a
viewer may see is the SQL form of `rules.may_see_person`; nobody writes that condition by hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased
from sqlalchemy.orm.util import AliasedClass

from activitypub.delivery.fan_out import authority_of
from server.federation.model import Actor, Reach
from server.people.model import Block, Person, PersonKind
from server.people.rules import MAX_FIELDS, Place, Viewer, reaches_seen_from
from server.platform.storage.base import BigId


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person and their actor in one row.

    `acct` is the handle without host for people here. `fields` are `{"name", "value", "source"}`;
    `answer_lines` are lines like these, made of the public answers of a profile; `lines` says what
    is shown of both. `summary_html` and field values are sanitised HTML. `avatar` and `header` are
    a path of ours or an address elsewhere, None when unset.
    """

    id: int
    kind: PersonKind | None
    display_name: str
    summary_html: str
    summary_text: str
    fields: Sequence[Mapping[str, Any]]
    answer_lines: Sequence[Mapping[str, Any]]
    avatar: str | None
    avatar_description: str
    header: str | None
    locked: bool
    bot: bool
    discoverable: bool
    indexable: bool
    hides_collections: bool
    also_known_as: Sequence[str]
    moved_to_id: int | None
    language: str | None
    default_audience: str
    default_sensitive: bool
    posts_count: int
    followers_count: int
    following_count: int
    last_posted_at: datetime | None
    created_at: datetime
    updated_at: datetime
    uri: str
    actor_type: str
    username: str
    host: str
    inbox: str
    shared_inbox: str | None
    outbox: str | None
    followers: str | None
    following: str | None
    featured: str | None
    url: str | None
    reach: Reach
    suspended_at: datetime | None
    gone_at: datetime | None

    @property
    def is_local(self) -> bool:
        """Tell whether the person lives on this instance."""
        return self.host == ""

    @property
    def acct(self) -> str:
        """The handle, with the host for people elsewhere."""
        return self.username if self.is_local else f"{self.username}@{self.host}"

    @property
    def lines(self) -> Sequence[Mapping[str, Any]]:
        """The lines that other servers and clients show: the person's own, then public answers.

        Answers are part of it only while the person may be seen by every server.
        """
        if self.reach is not Reach.FEDIVERSE:
            return self.fields
        return [*self.fields, *self.answer_lines][:MAX_FIELDS]

    @property
    def authority(self) -> str:
        """The server that speaks for the person: the host of the id, not that of the handle."""
        return authority_of(self.uri)

    @property
    def is_group(self) -> bool:
        """Tell whether the actor is a Group, such as a region."""
        return self.actor_type == "Group"

    @property
    def suspended(self) -> bool:
        """Tell whether staff suspended the person."""
        return self.suspended_at is not None

    @property
    def gone(self) -> bool:
        """Tell whether the person was deleted."""
        return self.gone_at is not None

    @property
    def name(self) -> str:
        """What people read first: the display name, else the handle."""
        return self.display_name or self.username


_NAMES: Final = tuple(field.name for field in fields(PersonRow))
_OF_ACTOR: Final = frozenset(_NAMES[_NAMES.index("uri") :])

PersonTable = type[Person] | AliasedClass[Person]
ActorTable = type[Actor] | AliasedClass[Actor]
VIEWER_ID: Final[BindParameter[int]] = bindparam("viewer_id", type_=BigId, required=True)
"""The viewer in statements that are made once and run for everybody (`people_seen_from`)."""

# An alias, because the statement around may use the table as well; made once, because it is dear.
_BLOCK: Final = aliased(Block)


def card_columns(
    person: PersonTable = Person, actor: ActorTable = Actor
) -> list[ColumnElement[Any]]:
    """Return the columns of a card, in the order of PersonRow; for aliases of the tables too."""
    return [getattr(actor if name in _OF_ACTOR else person, name) for name in _NAMES]


CARD: Final = tuple(card_columns())
CARD_WIDTH: Final = len(CARD)


_KIND: Final = _NAMES.index("kind")
_REACH: Final = _NAMES.index("reach")


def person_row(values: Row[Any] | Sequence[Any]) -> PersonRow:
    """Return the card in the first `CARD_WIDTH` values of a row."""
    found = list(values[:CARD_WIDTH])
    # Columns give back plain text; a comparison by identity with an enumeration must hold.
    found[_KIND] = PersonKind(found[_KIND]) if found[_KIND] else None
    found[_REACH] = Reach(found[_REACH])
    return PersonRow(*found)


def cards_seen_by(viewer: Viewer) -> Select[Any]:
    """Return a select of the cards that a viewer may see; add conditions, order and limit."""
    return (
        select(*CARD)
        .select_from(Person)
        .join(Actor, Actor.id == Person.id)
        .where(visible_people(viewer))
    )


def visible_people(viewer: Viewer, actor: ActorTable = Actor) -> ColumnElement[bool]:
    """Return the condition on the actor of a person that the viewer may see.

    Every read that shows a person carries it, with the alias that it uses for `actor`.
    """
    return _visible(viewer.place, viewer.person_id, actor)


@cache
def people_seen_from(place: Place, *, is_somebody: bool) -> ColumnElement[bool]:
    """Return the condition of `visible_people` for every viewer at a place, made once.

    With `is_somebody` the statement is executed with the parameter `viewer_id`; without it, it
    fails and shows nothing.
    """
    return _visible(place, VIEWER_ID if is_somebody else None, Actor)


def _visible(
    place: Place, viewer_id: int | BindParameter[int] | None, actor: ActorTable
) -> ColumnElement[bool]:
    if place is Place.HOUSE:
        return true()
    seen: list[ColumnElement[bool]] = []
    reaches = reaches_seen_from(place)
    if reaches != frozenset(Reach):
        seen.append(actor.reach.in_(sorted(reaches)))
    here = and_(actor.gone_at.is_(None), actor.suspended_at.is_(None))
    if viewer_id is None:
        return and_(here, *seen)
    seen.append(~exists().where(_BLOCK.blocker_id == actor.id, _BLOCK.blocked_id == viewer_id))
    return and_(here, or_(actor.id == viewer_id, and_(*seen)))
