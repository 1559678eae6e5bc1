"""The table of who may see whom: the pure rule, and the SQL that every read uses."""

from datetime import UTC, datetime, timedelta

import pytest

from server.federation.model import HostPolicy, Reach
from server.people import queries, relations, rules
from server.people.model import PersonKind
from server.people.rules import ANYBODY, HOUSE, Place, Viewer
from server.people.service import suspend_person
from tests.support.people import make_person, make_remote

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TABLE = {
    Place.HOUSE: {Reach.HOME: True, Reach.PARTNERS: True, Reach.FEDIVERSE: True},
    Place.LOCAL: {Reach.HOME: True, Reach.PARTNERS: True, Reach.FEDIVERSE: True},
    Place.PARTNER: {Reach.HOME: False, Reach.PARTNERS: True, Reach.FEDIVERSE: True},
    Place.FEDIVERSE: {Reach.HOME: False, Reach.PARTNERS: False, Reach.FEDIVERSE: True},
    Place.ANYBODY: {Reach.HOME: False, Reach.PARTNERS: False, Reach.FEDIVERSE: True},
}


@pytest.mark.parametrize("place", list(Place))
@pytest.mark.parametrize("reach", list(Reach))
def test_a_place_sees_the_reaches_of_the_table(place, reach):
    assert rules.within_reach(place, reach) is TABLE[place][reach]
    assert rules.within_reach(place, reach.value) is TABLE[place][reach]
    assert rules.may_see_person(Viewer(None, place), 7, reach=reach) is TABLE[place][reach]


@pytest.mark.parametrize("place", [place for place in Place if place is not Place.HOUSE])
def test_who_is_suspended_gone_or_blocks_the_viewer_is_not_there(place):
    viewer = Viewer(8, place)
    assert not rules.may_see_person(viewer, 7, reach=Reach.FEDIVERSE, suspended=True)
    assert not rules.may_see_person(viewer, 7, reach=Reach.FEDIVERSE, gone=True)
    assert not rules.may_see_person(viewer, 7, reach=Reach.FEDIVERSE, blocks_viewer=True)


def test_people_see_themselves_and_the_house_sees_everybody():
    assert rules.may_see_person(Viewer.member(7), 7, reach=Reach.HOME)
    assert rules.may_see_person(HOUSE, 7, reach=Reach.HOME, suspended=True, gone=True)


@pytest.mark.parametrize("place", list(Place))
async def test_sql_says_the_same_as_the_rule_for_every_person_and_place(instance, place):
    people = [
        await make_person(instance, f"{reach.value}_{n}", PersonKind.MENTOR, reach)
        for reach in Reach
        for n in range(3)
    ]
    for suspended in people[::3]:
        await instance.work(suspend_person, suspended.id)
    onlooker = await make_person(instance, "onlooker")
    for blocker in people[1::3]:
        await instance.work(relations.block, blocker.id, onlooker.id)
    for viewer in (Viewer(None, place), Viewer(onlooker.id, place)):
        rows = await instance.read(queries.people_by_ids, HOUSE, [one.id for one in people])
        expected = {
            row.id
            for n, row in enumerate(rows[one.id] for one in people)
            if rules.may_see_person(
                viewer,
                row.id,
                reach=row.reach,
                suspended=row.suspended,
                gone=row.gone,
                blocks_viewer=n % 3 == 1 and viewer.person_id == onlooker.id,
            )
        }

        seen = await instance.read(queries.people_by_ids, viewer, [one.id for one in people])

        assert set(seen) == expected
        for row in rows.values():
            found = await instance.read(queries.person_by_handle, viewer, f"@{row.username}")
            assert (found is not None) is (row.id in expected)


async def test_anybody_sees_people_elsewhere_as_their_server_shows_them(instance):
    rob = await make_remote(instance, "rob")
    assert await instance.read(queries.person_by_id, ANYBODY, rob.id) is not None


@pytest.mark.parametrize(
    ("policy", "place"),
    [
        (HostPolicy.OPEN, Place.FEDIVERSE),
        (HostPolicy.PARTNER, Place.PARTNER),
        (HostPolicy.BLOCKED, Place.FEDIVERSE),
    ],
)
def test_a_host_looks_from_where_its_policy_puts_it(policy, place):
    assert rules.place_of_policy(policy) is place


@pytest.mark.parametrize(
    ("kind", "reach", "actor_type"),
    [
        (PersonKind.TALENT, Reach.HOME, "Person"),
        (PersonKind.MENTOR, Reach.PARTNERS, "Person"),
        (PersonKind.EMPLOYER, Reach.FEDIVERSE, "Organization"),
        (PersonKind.ORGANISATION, Reach.FEDIVERSE, "Organization"),
    ],
)
def test_each_kind_starts_with_its_reach_and_type(kind, reach, actor_type):
    assert rules.default_reach(kind) is reach
    assert rules.actor_type(kind) == actor_type


def test_only_a_shorter_reach_takes_something_away():
    assert rules.narrows(Reach.FEDIVERSE, Reach.PARTNERS)
    assert rules.narrows(Reach.PARTNERS, Reach.HOME)
    assert not rules.narrows(Reach.HOME, Reach.FEDIVERSE)
    assert not rules.narrows(Reach.HOME, Reach.HOME)


@pytest.mark.parametrize("handle", ["ann", "Ann_2", "a.b", "a-b", "x" * 30])
def test_handles_are_words_of_letters_and_digits(handle):
    assert rules.is_handle(handle)


@pytest.mark.parametrize(
    "handle", ["", ".ann", "ann.", "a b", "ä", "ann@home", "a/b", "x" * 31, "a\n", "ann\x00"]
)
def test_anything_else_is_no_handle(handle):
    assert not rules.is_handle(handle)


def test_a_move_may_follow_another_after_a_week():
    assert rules.may_move_again(None, NOON)
    assert not rules.may_move_again(NOON, NOON + timedelta(days=6, hours=23))
    assert rules.may_move_again(NOON, NOON + timedelta(days=7))
