"""Who sees an answer: every standing, every audience, every reach, on every surface."""

import itertools
import json

import pytest
from sqlalchemy import false, select

from server.federation.model import Reach
from server.people import relations
from server.people.cards import PersonRow
from server.people.model import PersonKind
from server.people.queries import person_of
from server.people.rules import ANYBODY, HOUSE, Place, Viewer
from server.platform.errors import NotFound
from server.platform.work import Reading
from server.profiles.model import Audience, ProfileAnswer
from server.profiles.queries import cards_of, profile_as, profile_of
from server.profiles.rules import Standing, may_see_answer
from server.profiles.standing import MATCHES
from tests.support.people import make_person, make_token

S, A, R = Standing, Audience, Reach

SEEN = {
    # standing: for each audience, the reaches with which the answer is seen
    S.SELF: {a: set(R) for a in A},
    S.STAFF: {a: set(R) for a in A},
    S.MATCHED: {a: set(R) for a in A} | {A.PRIVATE: set()},
    S.MEMBER: {A.MEMBERS: set(R), A.PARTNERS: set(R), A.PUBLIC: set(R)},
    S.PARTNER: {
        A.PARTNERS: {R.PARTNERS, R.FEDIVERSE},
        A.PUBLIC: {R.PARTNERS, R.FEDIVERSE},
    },
    S.SERVER: {A.PUBLIC: {R.FEDIVERSE}},
    S.STRANGER: {A.PUBLIC: {R.FEDIVERSE}},
}
FIELD_OF = {
    A.PRIVATE: "working_style",
    A.MATCHED: "interests",
    A.MEMBERS: "skills",
    A.PARTNERS: "years",
    A.PUBLIC: "job_title",
}
VALUES = {
    "working_style": ["team"],
    "interests": ["chess-secret"],
    "skills": ["baking-secret"],
    "years": "2-5",
    "job_title": "baker-secret",
}


def expected(standing, reach):
    return {FIELD_OF[a] for a in A if reach in SEEN[standing].get(a, set())}


@pytest.mark.parametrize(
    ("standing", "audience", "reach"), [*itertools.product(Standing, Audience, Reach)]
)
def test_the_rule_is_the_table(standing, audience, reach):
    assert may_see_answer(standing, audience, reach) is (
        reach in SEEN[standing].get(audience, set())
    )


class OneMatch:
    """A source that knows one match."""

    def __init__(self, *pair: int) -> None:
        self.pair = set(pair)

    def matched_with(self, r, viewer_id, ids):
        del r
        return frozenset(one for one in ids if {viewer_id, one} == self.pair)

    in_touch_with = matched_with

    def parted_from(self, r, viewer_id, ids):
        del r, viewer_id, ids
        return frozenset()

    def over_between(self, one, other):
        del one, other
        return false()


@pytest.fixture
def matched():
    """Let two people be matched for a test."""
    former = []

    def register(*pair):
        former.append(MATCHES.known_by(OneMatch(*pair)))

    yield register
    if former:
        MATCHES.known_by(former[0])


@pytest.fixture
async def mentor(instance, give):
    """Give a mentor with one answer of each audience."""
    person = await make_person(instance, "mia", PersonKind.MENTOR, Reach.FEDIVERSE)
    for audience, field in FIELD_OF.items():
        await give(person.id, field, VALUES[field], audience)
    return person


async def with_reach(instance, person_id, reach):
    from server.people.service import change_reach

    await instance.work(change_reach, person_id, reach)


def names(profile):
    return set() if profile is None else {one.field for one in profile.answers}


@pytest.mark.parametrize(("standing", "reach"), [*itertools.product(Standing, Reach)])
async def test_viewing_as_somebody_shows_what_the_table_says(instance, mentor, standing, reach):
    await with_reach(instance, mentor.id, reach)
    seen = await instance.read(profile_as, standing, mentor.id)
    assert names(seen) == expected(standing, reach)


@pytest.mark.parametrize("reach", Reach)
async def test_real_viewers_see_what_their_standing_says(instance, mentor, matched, reach):
    friend, other = await make_person(instance, "fay"), await make_person(instance, "otto")
    matched(mentor.id, friend.id)
    await with_reach(instance, mentor.id, reach)
    viewers = {
        Viewer.member(mentor.id): S.SELF,
        Viewer.member(friend.id): S.MATCHED,
        Viewer.member(other.id): S.MEMBER,
        Viewer.member(None): S.MEMBER,
        Viewer(friend.id, Place.PARTNER): S.PARTNER,
        Viewer(friend.id, Place.FEDIVERSE): S.SERVER,
        ANYBODY: S.STRANGER,
    }
    for viewer, standing in viewers.items():
        wanted = expected(standing, reach)
        try:
            seen = names(await instance.read(profile_of, viewer, mentor.id))
        except NotFound:
            seen = set()
        assert seen == wanted, (viewer, reach)
        listed = await instance.read(cards_of, viewer, [mentor.id])
        shown = {one.field for one in listed.get(mentor.id, ())}
        assert shown <= wanted


async def test_lists_show_only_what_the_viewer_may_see(instance, give, matched):
    talent = await make_person(instance, "tia", PersonKind.TALENT, None)
    friend = await make_person(instance, "fay")
    await give(talent.id, "occupations", ["7"])
    await give(talent.id, "region", ["BE25"], A.MEMBERS)
    seen = await instance.read(cards_of, Viewer.member(friend.id), [talent.id])
    assert [one.field for one in seen[talent.id]] == ["region"]
    matched(talent.id, friend.id)
    seen = await instance.read(cards_of, Viewer.member(friend.id), [talent.id])
    assert [one.field for one in seen[talent.id]] == ["region", "occupations"]
    assert await instance.read(cards_of, ANYBODY, [talent.id]) == {}


async def test_a_match_counts_nowhere_but_here(instance, mentor, matched):
    friend = await make_person(instance, "fay")
    matched(mentor.id, friend.id)
    seen = await instance.read(profile_of, Viewer(friend.id, Place.PARTNER), mentor.id)
    assert seen.standing is S.PARTNER


async def test_somebody_who_is_blocked_sees_no_profile(instance, mentor):
    other = await make_person(instance, "otto")
    await instance.work(relations.block, mentor.id, other.id)
    with pytest.raises(NotFound):
        await instance.read(profile_of, Viewer.member(other.id), mentor.id)
    assert await instance.read(cards_of, Viewer.member(other.id), [mentor.id]) == {}


def stored(r: Reading) -> dict[str, tuple[object, bytes | None]]:
    return {row.field: (row.value, row.sealed) for row in r.session.scalars(select(ProfileAnswer))}


async def test_narrow_answers_lie_sealed_and_wide_ones_open(instance, mentor):
    rows = await instance.read(stored)
    for audience, field in FIELD_OF.items():
        value, sealed = rows[field]
        is_sealed = audience in {A.PRIVATE, A.MATCHED}
        assert (value is None) is is_sealed
        assert (sealed is not None) is is_sealed
    assert b"chess" not in (rows["interests"][1] or b"")


async def test_an_answer_that_becomes_narrower_is_sealed_from_then_on(instance, mentor, give):
    await give(mentor.id, "skills", VALUES["skills"], A.MATCHED)
    value, sealed = (await instance.read(stored))["skills"]
    assert value is None
    assert sealed is not None


@pytest.fixture
async def api(instance, aiohttp_client):
    """Give a client of the whole application."""
    from server.app import build_app

    return await aiohttp_client(build_app(instance))


@pytest.mark.parametrize("reach", Reach)
async def test_documents_and_apps_tell_of_public_answers_of_fediverse_people_alone(
    instance, mentor, run_jobs, api, reach
):
    await with_reach(instance, mentor.id, reach)
    await run_jobs()
    card: PersonRow = await instance.read(person_of, HOUSE, mentor.id)
    told = [line["field"] for line in card.lines]
    assert told == (["job_title"] if reach is R.FEDIVERSE else [])

    token = await make_token(instance, (await make_person(instance, "otto")).id)
    answer = await api.get(
        f"/api/v1/accounts/{mentor.id}", headers={"Authorization": f"Bearer {token}"}
    )
    fields = (await answer.json())["fields"]
    assert [one["value"] for one in fields] == (["baker-secret"] if reach is R.FEDIVERSE else [])

    document = await api.get(
        f"/people/{mentor.id}", headers={"Accept": "application/activity+json"}
    )
    if reach is not R.FEDIVERSE:
        assert document.status == 404
        return
    actor = await document.json(content_type=None)
    assert [one["value"] for one in actor["attachment"]] == ["baker-secret"]
    assert [one["type"] for one in actor["attachment"]] == ["PropertyValue"]
    assert "chess" not in json.dumps(actor)
    assert "baking" not in json.dumps(actor)
