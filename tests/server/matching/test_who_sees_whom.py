"""Visibility by the match: profile answers for matched people, the card before, messages after."""

import pytest

from server.matching.model import MatchState
from server.matching.rules import By
from server.matching.service import close_match
from server.matching.views import card_for
from server.people.model import PersonKind
from server.people.rules import Viewer
from server.platform.errors import NotFound
from server.platform.instance import Instance
from server.posts.direct import MessageRefused, accepts_from
from server.posts.model import Audience as PostAudience
from server.profiles.model import Audience
from server.profiles.queries import profile_of
from server.profiles.service import Answered, answer
from tests.server.matching.pairs import Pair, make_pair, pass_days
from tests.support.matches import STAFF
from tests.support.people import make_person
from tests.support.posts import follow, make_post

S = MatchState
SEES = {
    S.DRAFT: False,
    S.PROPOSED: False,
    S.ACCEPTED_BY_TALENT: False,
    S.BOTH_CONSENTED: True,
    S.FIRST_MEETING: True,
    S.ACTIVE: True,
    S.PAUSED: True,
    S.CLOSING: True,
    S.CLOSED: True,
    S.FOLLOWED_UP: True,
    S.DECLINED: False,
    S.EXPIRED: False,
    S.WITHDRAWN: False,
}


async def give_answers(instance: Instance, pair: Pair) -> None:
    """Give both an answer for matched people, and the talent more for the card."""
    for person in (pair.talent, pair.other):
        await instance.work(answer, person, {"interests": Answered(["Chess"], Audience.MATCHED)})
    said = {
        "name": Answered("Tea Teresa"),
        "region": Answered(["BE255"]),
        "goals": Answered(["network"]),
        "learning_aim": Answered("Dutch, for a job in care"),
        "meeting": Answered(["video"], Audience.PRIVATE),
    }
    await instance.work(answer, pair.talent, said)


async def sees(instance: Instance, viewer: int, person: int) -> bool:
    profile = await instance.read(profile_of, Viewer.member(viewer), person)
    return "interests" in {one.field for one in profile.answers}


@pytest.mark.parametrize("state", list(MatchState))
async def test_matched_answers_are_seen_by_who_both_agreed_and_nobody_else(
    instance: Instance, state: MatchState
) -> None:
    pair = await make_pair(instance, state)
    await give_answers(instance, pair)
    stranger = await make_person(instance, "sam", PersonKind.MENTOR, None)
    assert await sees(instance, pair.other, pair.talent) is SEES[state]
    assert await sees(instance, pair.talent, pair.other) is SEES[state]
    assert not await sees(instance, stranger.id, pair.talent)


async def test_a_former_match_sees_for_14_days_and_not_a_day_longer(instance: Instance) -> None:
    pair = await make_pair(instance, S.CLOSED)
    await give_answers(instance, pair)
    await pass_days(instance, 13.9)
    assert await sees(instance, pair.other, pair.talent)
    await pass_days(instance, 0.2)
    assert not await sees(instance, pair.other, pair.talent)
    assert not await sees(instance, pair.talent, pair.other)


@pytest.mark.parametrize("state", list(MatchState))
async def test_matched_people_write_to_each_other_while_it_goes_on(
    instance: Instance, state: MatchState
) -> None:
    pair = await make_pair(instance, state)
    goes_on = state in {S.BOTH_CONSENTED, S.FIRST_MEETING, S.ACTIVE, S.PAUSED, S.CLOSING}
    assert await instance.read(accepts_from, pair.talent, pair.other) is goes_on
    assert await instance.read(accepts_from, pair.other, pair.talent) is goes_on


async def test_who_wrote_while_it_went_on_writes_no_more_after_the_end(instance: Instance) -> None:
    pair = await make_pair(instance, S.ACTIVE)
    for writer, reader in ((pair.talent, "@mo"), (pair.other, "@tea")):
        await make_post(instance, writer, f"{reader} Hello", audience=PostAudience.DIRECT)
    await instance.work(close_match, pair.match, By.staff(STAFF), "goal_reached")
    assert not await instance.read(accepts_from, pair.talent, pair.other)
    with pytest.raises(MessageRefused):
        await make_post(instance, pair.other, "@tea Still there?", audience=PostAudience.DIRECT)
    await follow(instance, pair.talent, pair.other)
    assert await instance.read(accepts_from, pair.talent, pair.other)


async def test_the_card_says_what_helps_to_decide_and_not_who_it_is(instance: Instance) -> None:
    pair = await make_pair(instance, S.ACCEPTED_BY_TALENT)
    await give_answers(instance, pair)
    card = await instance.read(card_for, pair.match, pair.other, "en")
    told = {one.field: [str(text) for text in one.texts] for one in card.answers}
    assert card.kind == "talent"
    assert set(told) == {"region", "goals", "learning_aim"}
    assert "West Flanders" in told["region"][0]
    assert "Ostend" not in told["region"][0]
    assert all(one.link is None for one in card.answers)


@pytest.mark.parametrize(
    "words",
    [
        "Dutch, call me at 0470 12 34 56",
        "See https://tea.example/me",
        "Write to tea@tea.example",
        "I am Teresa and want Dutch",
        "Find me as tea on the web",
        "My site is teashop.be",
    ],
)
async def test_free_words_that_tell_who_it_is_stay_off_the_card(
    instance: Instance, words: str
) -> None:
    pair = await make_pair(instance, S.ACCEPTED_BY_TALENT)
    await give_answers(instance, pair)
    await instance.work(answer, pair.talent, {"learning_aim": Answered(words)})
    card = await instance.read(card_for, pair.match, pair.other)
    assert "learning_aim" not in {one.field for one in card.answers}


@pytest.mark.parametrize("state", list(MatchState))
async def test_the_card_is_for_whoever_is_asked_now(instance: Instance, state: MatchState) -> None:
    pair = await make_pair(instance, state)
    allowed = {
        S.PROPOSED: {pair.talent},
        S.ACCEPTED_BY_TALENT: {pair.talent, pair.other},
    }.get(state, set())
    stranger = await make_person(instance, "sam", PersonKind.MENTOR, None)
    for viewer in (pair.talent, pair.other, stranger.id):
        if viewer in allowed:
            assert await instance.read(card_for, pair.match, viewer) is not None
            continue
        with pytest.raises(NotFound):
            await instance.read(card_for, pair.match, viewer)


async def test_an_employer_in_a_match_reads_no_more_than_a_mentor(instance: Instance) -> None:
    pair = await make_pair(instance, S.ACCEPTED_BY_TALENT, PersonKind.EMPLOYER)
    await give_answers(instance, Pair(pair.talent, pair.talent, pair.match))
    card = await instance.read(card_for, pair.match, pair.other)
    assert {one.field for one in card.answers} == {"region", "goals", "learning_aim"}
    assert not await sees(instance, pair.other, pair.talent)
