"""Reads of people: by id, handle or address, in lists and by search, and how two of them stand.

Every read that shows somebody takes a `Viewer`, and who may not be seen is simply not there.
`rules.HOUSE` is the viewer of services and jobs. Lists of relations page on the id of the relation
row, which only the Link header of an answer knows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from activitypub.discovery.handles import parse_handle
from activitypub.errors import DocumentError
from server.federation.model import Actor
from server.people.cards import (
    CARD,
    CARD_WIDTH,
    ActorTable,
    PersonRow,
    PersonTable,
    card_columns,
    cards_seen_by,
    person_row,
    visible_people,
)
from server.people.model import Block, Follow, FollowState, Mute, Person, PersonNote
from server.people.rules import HOUSE, Viewer
from server.platform.errors import NotFound
from server.platform.http.paging import Page, page_of
from server.platform.storage.paging import paged
from server.platform.work import Reading

__all__ = [
    "CARD",
    "CARD_WIDTH",
    "ActorTable",
    "Listed",
    "PersonRow",
    "PersonTable",
    "Relationship",
    "blocked",
    "card_columns",
    "cards_seen_by",
    "familiar_followers",
    "follow_requests",
    "follow_requests_count",
    "followers",
    "following",
    "muted",
    "people_by_ids",
    "person_by_handle",
    "person_by_id",
    "person_by_uri",
    "person_of",
    "person_row",
    "relationships",
    "search_people",
    "visible_people",
]

MAX_SEARCH: Final = 100


def person_by_id(r: Reading, viewer: Viewer, person_id: int) -> PersonRow | None:
    """Return somebody, or None when there is nobody or the viewer may not see them."""
    return _one(r, cards_seen_by(viewer).where(Person.id == person_id))


def person_of(r: Reading, viewer: Viewer, person_id: int) -> PersonRow:
    """Return somebody; raises NotFound when there is nobody or the viewer may not see them."""
    found = person_by_id(r, viewer, person_id)
    if found is None:
        raise NotFound
    return found


def person_by_handle(r: Reading, viewer: Viewer, handle: str) -> PersonRow | None:
    """Return whom `ann`, `@ann`, `ann@host` or `acct:ann@host` names, or None.

    Only people known here are found; asking other servers is `federation.remote`'s.
    """
    try:
        named = parse_handle(handle)
    except DocumentError:
        return None
    host = "" if named.host in {None, r.site.host} else named.host
    return _one(
        r,
        cards_seen_by(viewer).where(Actor.username_key == named.user.lower(), Actor.host == host),
    )


def person_by_uri(r: Reading, viewer: Viewer, uri: str) -> PersonRow | None:
    """Return the person whose actor has this id, or None."""
    return _one(r, cards_seen_by(viewer).where(Actor.uri == uri))


def people_by_ids(r: Reading, viewer: Viewer, ids: Iterable[int]) -> dict[int, PersonRow]:
    """Return those of the people whom the viewer may see, by id, in one statement."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = r.session.execute(cards_seen_by(viewer).where(Person.id.in_(wanted)))
    return {row[0]: person_row(row) for row in rows}


def _one(r: Reading, cards: Select[Any]) -> PersonRow | None:
    row = r.session.execute(cards).one_or_none()
    return None if row is None else person_row(row)


@dataclass(frozen=True, slots=True)
class Relationship:
    """How a person stands to another; the flags of Mastodon's entity, under its names.

    `endorsed` and `domain_blocking` are always false: people do neither here. `id` is the other.
    """

    id: int
    following: bool = False
    showing_reblogs: bool = False
    notifying: bool = False
    followed_by: bool = False
    requested: bool = False
    requested_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muting: bool = False
    muting_notifications: bool = False
    muting_expires_at: datetime | None = None
    domain_blocking: bool = False
    endorsed: bool = False
    languages: Sequence[str] | None = None
    note: str = ""


def relationships(r: Reading, viewer_id: int, ids: Sequence[int]) -> list[Relationship]:
    """Return how a person stands to each of the others, in their order; unknown ids are left out.

    Five statements, whatever the number of people.
    """
    known = set(r.session.scalars(select(Person.id).where(Person.id.in_(ids))))
    follows = _follows_between(r, viewer_id, known)
    blocks = _blocks_between(r, viewer_id, known)
    mutes = {
        mute.muted_id: mute
        for mute in r.session.scalars(
            select(Mute).where(
                Mute.muter_id == viewer_id, Mute.muted_id.in_(known), _is_in_force(r.now)
            )
        )
    }
    notes = {
        note.about_id: note.text
        for note in r.session.scalars(
            select(PersonNote).where(
                PersonNote.author_id == viewer_id, PersonNote.about_id.in_(known)
            )
        )
    }
    return [
        _relationship(
            other,
            mine=follows.get((viewer_id, other)),
            theirs=follows.get((other, viewer_id)),
            mute=mutes.get(other),
            blocking=(viewer_id, other) in blocks,
            blocked_by=(other, viewer_id) in blocks,
            note=notes.get(other, ""),
        )
        for other in dict.fromkeys(ids)
        if other in known
    ]


def _relationship(
    other: int,
    *,
    mine: Follow | None,
    theirs: Follow | None,
    mute: Mute | None,
    blocking: bool,
    blocked_by: bool,
    note: str,
) -> Relationship:
    following = mine is not None and mine.state == FollowState.ACCEPTED
    return Relationship(
        id=other,
        following=following,
        showing_reblogs=following and mine is not None and mine.shows_boosts,
        notifying=following and mine is not None and mine.notifies,
        followed_by=theirs is not None and theirs.state == FollowState.ACCEPTED,
        requested=mine is not None and mine.state == FollowState.REQUESTED,
        requested_by=theirs is not None and theirs.state == FollowState.REQUESTED,
        blocking=blocking,
        blocked_by=blocked_by,
        muting=mute is not None,
        muting_notifications=mute is not None and mute.notifications,
        muting_expires_at=mute.expires_at if mute else None,
        note=note,
    )


def _follows_between(r: Reading, viewer_id: int, others: set[int]) -> dict[tuple[int, int], Follow]:
    rows = r.session.scalars(
        select(Follow)
        .where(
            or_(
                and_(Follow.follower_id == viewer_id, Follow.followee_id.in_(others)),
                and_(Follow.followee_id == viewer_id, Follow.follower_id.in_(others)),
            )
        )
        .execution_options(populate_existing=True)
    )
    return {(row.follower_id, row.followee_id): row for row in rows}


def _blocks_between(r: Reading, viewer_id: int, others: set[int]) -> set[tuple[int, int]]:
    rows = r.session.execute(
        select(Block.blocker_id, Block.blocked_id).where(
            or_(
                and_(Block.blocker_id == viewer_id, Block.blocked_id.in_(others)),
                and_(Block.blocked_id == viewer_id, Block.blocker_id.in_(others)),
            )
        )
    )
    return {(blocker, blocked_id) for blocker, blocked_id in rows}


def _is_in_force(now: datetime) -> ColumnElement[bool]:
    """A mute that has run out counts no more, even before its row is swept away."""
    return or_(Mute.expires_at.is_(None), Mute.expires_at > now)


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody in a list of relations; `id` is that of the relation row, which pages go by."""

    id: int
    person: PersonRow


def followers(r: Reading, viewer: Viewer, person_id: int, page: Page) -> list[Listed]:
    """Return who follows a person; raises NotFound when the viewer may not see the person.

    Nobody is listed when the person hides it from others.
    """
    if _hides_from(r, viewer, person_id):
        return []
    accepted = and_(Follow.followee_id == person_id, Follow.state == FollowState.ACCEPTED)
    return _listed(r, viewer, (Follow.id, Follow.follower_id), accepted, page)


def following(r: Reading, viewer: Viewer, person_id: int, page: Page) -> list[Listed]:
    """Return whom a person follows; raises NotFound when the viewer may not see the person."""
    if _hides_from(r, viewer, person_id):
        return []
    accepted = and_(Follow.follower_id == person_id, Follow.state == FollowState.ACCEPTED)
    return _listed(r, viewer, (Follow.id, Follow.followee_id), accepted, page)


def _hides_from(r: Reading, viewer: Viewer, person_id: int) -> bool:
    person = person_of(r, viewer, person_id)
    return person.hides_collections and viewer.person_id != person_id and not viewer.is_house


def follow_requests(r: Reading, person_id: int, page: Page) -> list[Listed]:
    """Return who waits for this person's answer."""
    waiting = and_(Follow.followee_id == person_id, Follow.state == FollowState.REQUESTED)
    viewer = Viewer.member(person_id)
    return _listed(r, viewer, (Follow.id, Follow.follower_id), waiting, page)


def follow_requests_count(r: Reading, person_id: int) -> int:
    """Return how many wait for this person's answer."""
    waiting = select(func.count()).where(
        Follow.followee_id == person_id, Follow.state == FollowState.REQUESTED
    )
    return r.session.scalar(waiting) or 0


def blocked(r: Reading, person_id: int, page: Page) -> list[Listed]:
    """Return whom this person blocks, those who block back included, so that it can be undone."""
    return _listed(r, HOUSE, (Block.id, Block.blocked_id), Block.blocker_id == person_id, page)


def muted(r: Reading, person_id: int, page: Page) -> list[Listed]:
    """Return whom this person mutes at the moment."""
    mine = and_(Mute.muter_id == person_id, _is_in_force(r.now))
    return _listed(r, HOUSE, (Mute.id, Mute.muted_id), mine, page)


def _listed(
    r: Reading,
    viewer: Viewer,
    relation: tuple[InstrumentedAttribute[int], InstrumentedAttribute[int]],
    condition: ColumnElement[bool],
    page: Page,
) -> list[Listed]:
    """Return one page of a relation: its row id, and the person at its other end."""
    row_id, other = relation
    rows = cards_seen_by(viewer).add_columns(row_id).where(other == Person.id, condition)
    found = [
        Listed(row[CARD_WIDTH], person_row(row))
        for row in r.session.execute(paged(rows, row_id, page))
    ]
    return page_of(found, page, lambda listed: listed.id)


def familiar_followers(
    r: Reading, viewer_id: int, ids: Sequence[int], *, most: int = 40
) -> dict[int, list[PersonRow]]:
    """Return for each person the followers whom the viewer follows as well."""
    mine = select(Follow.followee_id).where(
        Follow.follower_id == viewer_id, Follow.state == FollowState.ACCEPTED
    )
    rows = r.session.execute(
        cards_seen_by(Viewer.member(viewer_id))
        .add_columns(Follow.followee_id)
        .where(
            Follow.follower_id == Person.id,
            Follow.followee_id.in_(ids),
            Follow.state == FollowState.ACCEPTED,
            Person.id.in_(mine),
            Person.id != viewer_id,
        )
        .order_by(Follow.id.desc())
        .limit(most * max(1, len(ids)))
    )
    found: dict[int, list[PersonRow]] = {person_id: [] for person_id in ids}
    for row in rows:
        if len(found[row[CARD_WIDTH]]) < most:
            found[row[CARD_WIDTH]].append(person_row(row))
    return found


def search_people(
    r: Reading,
    viewer: Viewer,
    text: str,
    *,
    limit: int = 40,
    offset: int = 0,
    only_followed: bool = False,
) -> list[PersonRow]:
    """Return people by the beginning of their handle, or by a part of their name.

    A name is searched only where its owner allows it (`discoverable`) or the viewer follows them;
    somebody not signed in finds nobody else at all. The followed come first, then the better known.
    """
    wanted = text.strip().removeprefix("@").lower()[:MAX_SEARCH]
    if not wanted:
        return []
    is_followed = Person.id.in_(
        select(Follow.followee_id).where(
            Follow.follower_id == (viewer.person_id or 0), Follow.state == FollowState.ACCEPTED
        )
    )
    rows = cards_seen_by(viewer).where(_matches(wanted, viewer, is_followed, r.site.host))
    if only_followed:
        rows = rows.where(is_followed)
    ranked = rows.order_by(
        case((Actor.username_key == wanted.partition("@")[0], 0), else_=1),
        case((is_followed, 0), else_=1),
        Person.followers_count.desc(),
        Person.id,
    )
    return [person_row(row) for row in r.session.execute(ranked.limit(limit).offset(offset))]


def _matches(
    wanted: str, viewer: Viewer, is_followed: ColumnElement[bool], own_host: str
) -> ColumnElement[bool]:
    user, at, host = wanted.partition("@")
    by_handle = Actor.username_key.startswith(user, autoescape=True)
    if at:
        on_host = Actor.host.startswith(host, autoescape=True)
        if own_host.startswith(host):
            on_host = or_(on_host, Actor.host == "")
        by_handle = and_(by_handle, on_host)
    may_be_found = Person.discoverable.is_(True)
    by_name = and_(
        func.lower(Person.display_name).contains(wanted, autoescape=True),
        or_(may_be_found, is_followed),
    )
    if viewer.person_id is None and not viewer.is_house:
        return and_(or_(by_handle, by_name), may_be_found)
    return or_(by_handle, by_name)
