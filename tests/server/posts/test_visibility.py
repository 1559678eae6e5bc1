"""The SQL clause against the pure rule, over every viewer, audience, reach and relation."""

from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select, update

from server.federation.model import Actor, HostPolicy, Reach, RemoteHost
from server.people.model import Block, Follow, FollowState
from server.people.rules import ANYBODY, HOUSE, Place, Viewer
from server.platform.instance import Instance
from server.platform.work import Reading, Work
from server.posts.model import Audience, Held, Mention, Post
from server.posts.queries import is_visible
from server.posts.rules import (
    Relation,
    boost_audience,
    capped,
    leaves_home,
    may_boost,
    may_deliver_to,
    may_see,
    reply_audience,
)
from server.posts.visibility import visible_to
from tests.support.people import make_person, make_remote

STRANGER = Relation()
RELATIONS = {
    "stranger": STRANGER,
    "asking": STRANGER,  # a follow that was not accepted counts for nothing
    "follower": Relation(follows_author=True),
    "named": Relation(is_named=True),
    "both": Relation(follows_author=True, is_named=True),
    "blocking": Relation(follows_author=True, is_named=True, blocked_either_way=True),
    "blocked": Relation(follows_author=True, is_named=True, blocked_either_way=True),
}
PLACES = (Place.LOCAL, Place.PARTNER, Place.FEDIVERSE)
FATES = ("shown", "suspended", "gone")


@dataclass(frozen=True)
class Author:
    id: int
    reach: Reach
    fate: str
    is_local: bool


async def _people(instance: Instance) -> tuple[list[Author], dict[tuple[Place, str], int]]:
    authors = []
    for number, (reach, fate) in enumerate(product(Reach, FATES)):
        person = await make_person(instance, f"author{number}", reach=reach)
        authors.append(Author(person.id, reach, fate, is_local=True))
    for fate in FATES:
        remote = await make_remote(instance, f"author_{fate}", "far.example")
        authors.append(Author(remote.id, Reach.FEDIVERSE, fate, is_local=False))
    viewers = {}
    for place, relation in product(PLACES, RELATIONS):
        if place is Place.LOCAL:
            viewer = await make_person(instance, f"viewer_{relation}")
        else:
            host = "partner.example" if place is Place.PARTNER else "other.example"
            viewer = await make_remote(instance, f"viewer_{relation}", host)
        viewers[place, relation] = viewer.id
    return authors, viewers


def _posts(
    w: Work, authors: list[Author], viewers: dict[tuple[Place, str], int]
) -> dict[int, tuple[Author, Audience, Held | None]]:
    """Write posts, relations and fates as rows: the services would refuse many of them."""
    posts = {}
    for author, audience, held in product(authors, Audience, (None, *Held)):
        post = _post(w, author.id, audience, is_local=author.is_local, held=held)
        posts[post] = (author, audience, held)
        for (_, relation), viewer in viewers.items():
            if RELATIONS[relation].is_named:
                w.session.add(Mention(post_id=post, person_id=viewer))
    for author, ((_, relation), viewer) in product(authors, viewers.items()):
        _relate(w, author.id, viewer, relation)
    for author in authors:
        if author.fate != "shown":
            column = {"suspended": "suspended_at", "gone": "gone_at"}[author.fate]
            w.session.execute(update(Actor).where(Actor.id == author.id).values({column: w.now}))
    w.session.flush()
    return posts


def _post(w: Work, author_id: int, audience: Audience, **said: Any) -> int:
    made = w.new_id()
    w.session.add(
        Post(
            **{
                "id": made, "uri": f"https://some.example/{made}", "url": "", "is_local": True,
                "author_id": author_id, "audience": audience, "conversation_id": made,
                "published_at": w.now, "created_at": w.now, **said,
            }
        )
    )  # fmt: skip
    w.session.flush()
    return made


def _relate(w: Work, author_id: int, viewer: int, relation: str) -> None:
    facts = RELATIONS[relation]
    if facts.follows_author or relation == "asking":
        state = FollowState.ACCEPTED if facts.follows_author else FollowState.REQUESTED
        w.session.add(
            Follow(
                id=w.new_id(), follower_id=viewer, followee_id=author_id, state=state, uri="x",
                created_at=w.now,
            )
        )  # fmt: skip
    if facts.blocked_either_way:
        pair = (viewer, author_id) if relation == "blocking" else (author_id, viewer)
        w.session.add(
            Block(id=w.new_id(), blocker_id=pair[0], blocked_id=pair[1], uri="x", created_at=w.now)
        )


def _seen(r: Reading, viewer: Viewer) -> set[int]:
    return set(r.session.scalars(select(Post.id).where(visible_to(viewer))))


async def test_the_clause_is_the_rule(instance: Instance) -> None:
    authors, people = await _people(instance)
    posts = await instance.work(_posts, authors, people)
    viewers = {Viewer(one, place): relation for (place, relation), one in people.items()}
    nobody = dict.fromkeys(
        (
            ANYBODY,
            HOUSE,
            Viewer(None, Place.LOCAL),
            Viewer(None, Place.PARTNER),
            Viewer(None, Place.FEDIVERSE),
        ),
        "stranger",
    )

    checked = 0
    for viewer, relation in {**viewers, **nobody}.items():
        seen = await instance.read(_seen, viewer)
        for post, (author, audience, held) in posts.items():
            expected = may_see(
                viewer.place,
                audience,
                author.reach,
                RELATIONS[relation],
                author_hidden=author.fate != "shown",
                held=held is not None,
            )
            assert (post in seen) == expected, (viewer.place, relation, author, audience, held)
            checked += 1
    for author in authors:
        for place in Place:
            seen = await instance.read(_seen, Viewer(author.id, place))
            for post, (of, audience, held) in posts.items():
                if of == author:
                    expected = may_see(
                        place,
                        audience,
                        author.reach,
                        Relation(is_author=True),
                        author_hidden=author.fate != "shown",
                        held=held is not None,
                    )
                    assert (post in seen) == expected, (place, author, audience, held)
                    checked += 1
    assert checked == 3 * (72 * (7 * 3 + 5) + 72 * 5)


async def test_a_boost_is_seen_by_whom_both_posts_are_for(instance: Instance) -> None:
    authors, people = await _people(instance)
    posts = await instance.work(_posts, authors, people)
    booster = await make_person(instance, "booster")

    def boosts(w: Work) -> dict[int, int]:
        return {_post(w, booster.id, Audience.PUBLIC, boost_of_id=post): post for post in posts}

    made = await instance.work(boosts)

    for (place, _), viewer_id in people.items():
        seen = await instance.read(_seen, Viewer(viewer_id, place))
        for boost, original in made.items():
            assert (boost in seen) == (original in seen)


async def test_a_boost_of_a_hidden_booster_is_not_seen(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    bob = await make_person(instance, "bob")
    cas = await make_person(instance, "cas")

    def unit(w: Work) -> tuple[int, int]:
        original = _post(w, ann.id, Audience.PUBLIC)
        hidden = _post(w, bob.id, Audience.PUBLIC, boost_of_id=original)
        blocked = _post(w, cas.id, Audience.PUBLIC, boost_of_id=original)
        w.session.get_one(Actor, bob.id).suspended_at = w.now
        w.session.add(
            Block(id=w.new_id(), blocker_id=ann.id, blocked_id=cas.id, uri="x", created_at=w.now)
        )
        return hidden, blocked

    hidden, blocked = await instance.work(unit)

    assert not await instance.read(is_visible, ANYBODY, hidden)
    assert not await instance.read(is_visible, Viewer.member(ann.id), blocked)
    assert await instance.read(is_visible, ANYBODY, blocked)


@pytest.mark.parametrize("reach", list(Reach))
@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("place", PLACES)
def test_only_what_somebody_there_might_see_is_delivered(
    reach: Reach, audience: Audience, place: Place
) -> None:
    anybody = any(
        may_see(place, audience, reach, Relation(follows_author=f, is_named=n), author_hidden=False)
        for f, n in product((False, True), repeat=2)
    )

    assert may_deliver_to(place, audience, reach) == anybody
    if place is not Place.LOCAL and anybody:
        assert leaves_home(audience, reach)


@pytest.mark.parametrize("reach", list(Reach))
@pytest.mark.parametrize("audience", list(Audience))
def test_a_capped_post_shows_nobody_more_than_reach_allows(
    reach: Reach, audience: Audience
) -> None:
    given = capped(audience, reach)

    for place in Place:
        if place is Place.HOUSE:
            continue
        for follows, named in product((False, True), repeat=2):
            relation = Relation(follows_author=follows, is_named=named)
            before = may_see(place, audience, reach, relation, author_hidden=False)
            after = may_see(place, given, Reach.FEDIVERSE, relation, author_hidden=False)
            if given not in {Audience.FOLLOWERS, Audience.DIRECT}:
                assert after == before or not after


@pytest.mark.parametrize("asked", list(Audience))
@pytest.mark.parametrize("parent", list(Audience))
def test_an_answer_or_boost_opens_to_nobody_who_did_not_see_the_post(
    asked: Audience, parent: Audience
) -> None:
    for narrowed in (reply_audience(asked, parent), boost_audience(asked, parent)):
        for place in Place:
            if place is Place.HOUSE:
                continue
            opened = may_see(place, narrowed, Reach.FEDIVERSE, STRANGER, author_hidden=False)
            assert not opened or may_see(
                place, parent, Reach.FEDIVERSE, STRANGER, author_hidden=False
            )


@pytest.mark.parametrize(
    ("audience", "by_others", "by_author"),
    [
        (Audience.PUBLIC, True, True),
        (Audience.UNLISTED, True, True),
        (Audience.PARTNERS, True, True),
        (Audience.MEMBERS, True, True),
        (Audience.FOLLOWERS, False, True),
        (Audience.DIRECT, False, False),
    ],
)
def test_who_may_boost(audience: Audience, by_others: bool, by_author: bool) -> None:
    assert may_boost(audience, is_author=False) is by_others
    assert may_boost(audience, is_author=True) is by_author


async def test_partner_policy_decides_the_place(instance: Instance) -> None:
    from server.people.queries import person_by_id
    from server.people.relations import viewer_as

    remote = await make_remote(instance, "rob", "partner.example")

    def unit(w: Work) -> list[Place]:
        card = person_by_id(w, HOUSE, remote.id)
        assert card is not None
        before = viewer_as(w, card).place
        w.session.execute(
            update(RemoteHost)
            .where(RemoteHost.host == "partner.example")
            .values(policy=HostPolicy.PARTNER)
        )
        return [before, viewer_as(w, card).place]

    assert await instance.work(unit) == [Place.FEDIVERSE, Place.PARTNER]
