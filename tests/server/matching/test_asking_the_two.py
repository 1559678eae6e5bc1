"""From the draft to the yes of both: who is asked when, who hears what, and what ends it."""

import pytest

from server.activity_log.queries import latest
from server.matching import service
from server.matching.drafting import Draft, PairRefused, SecondLookNeeded
from server.matching.model import MatchState, Side
from server.matching.queries import ban_between, match_for, matches_of, turns_of
from server.matching.rules import AnsweredAlready, TermOver
from server.people.model import PersonKind
from server.people.relations import block
from server.people.service import suspend_person
from server.platform.errors import NotFound
from server.platform.instance import Instance
from server.privacy.ledger import write_decision
from server.privacy.texts import MATCHING, ShownText
from server.programmes.leading import begin_closing
from server.programmes.model import ProgrammeState
from tests.server.matching.pairs import doing, history, let_pass, make_pair, notices, pass_days
from tests.support.matches import STAFF, make_match, the_match
from tests.support.people import make_person
from tests.support.programmes import make_programme, take_part

S = MatchState


async def test_the_talent_is_asked_first_and_the_other_side_only_after_their_yes(
    instance: Instance,
) -> None:
    pair = await make_pair(instance, S.DRAFT)
    for person in (pair.talent, pair.other):
        with pytest.raises(NotFound):
            await instance.read(match_for, pair.match, person)
    await instance.work(service.propose, pair.match, STAFF)
    assert await notices(instance, pair.talent) == ["match_asked"]
    assert await notices(instance, pair.other) == []
    assert await instance.read(matches_of, pair.other) == []
    with pytest.raises(NotFound):
        await instance.read(match_for, pair.match, pair.other)
    with pytest.raises(NotFound):
        await instance.work(doing(service.answer, pair.match, pair.other, yes=True))
    await instance.work(doing(service.answer, pair.match, pair.talent, yes=True))
    assert await notices(instance, pair.other) == ["match_asked"]
    assert await instance.read(turns_of, pair.other) == 1
    await instance.work(doing(service.answer, pair.match, pair.other, yes=True))
    row = await the_match(instance, pair.match)
    assert (row.state, row.agreement_version, row.expires_at) == (S.BOTH_CONSENTED, 1, None)
    assert await notices(instance, pair.talent) == ["match_asked", "match_agreed"]
    assert [one.by for one in await history(instance, pair.match)] == [
        Side.STAFF, Side.STAFF, Side.TALENT, Side.OTHER,
    ]  # fmt: skip


async def test_the_other_side_never_learns_of_a_talent_who_said_no(instance: Instance) -> None:
    pair = await make_pair(instance, S.PROPOSED)
    await instance.work(doing(service.answer, pair.match, pair.talent, yes=False))
    assert await notices(instance, pair.other) == []
    assert await instance.read(matches_of, pair.other) == []
    with pytest.raises(NotFound):
        await instance.read(match_for, pair.match, pair.other)
    ban = await instance.read(ban_between, pair.talent, pair.other)
    assert ban is not None
    assert ban.reason == "refused"


async def test_a_no_of_the_other_side_looks_to_the_talent_like_a_term_that_ended(
    instance: Instance,
) -> None:
    pair = await make_pair(instance, S.ACCEPTED_BY_TALENT)
    await instance.work(doing(service.answer, pair.match, pair.other, yes=False))
    told_of_no = await notices(instance, pair.talent)
    other = await make_person(instance, "mia", PersonKind.MENTOR, None)
    await make_match(instance, pair.talent, other.id, S.ACCEPTED_BY_TALENT)
    await pass_days(instance, 8)
    told = await notices(instance, pair.talent)
    assert told_of_no == ["match_asked", "match_over"]
    assert told == [*told_of_no, *told_of_no]


async def test_who_refused_once_is_not_paired_again_and_staff_cannot_lift_it(
    instance: Instance,
) -> None:
    pair = await make_pair(instance, S.DECLINED)
    with pytest.raises(PairRefused):
        await make_match(instance, pair.talent, pair.other, S.DRAFT)
    with pytest.raises(PairRefused):
        await instance.work(service.lift_ban, pair.talent, pair.other, STAFF)


async def test_staff_forbid_a_pair_and_allow_it_again(instance: Instance) -> None:
    pair = await make_pair(instance, S.DRAFT)
    await instance.work(service.ban_pair, pair.talent, pair.other, "conflict", STAFF)
    assert (await the_match(instance, pair.match)).state is S.WITHDRAWN
    with pytest.raises(PairRefused):
        await make_match(instance, pair.talent, pair.other, S.DRAFT)
    assert await instance.work(service.lift_ban, pair.talent, pair.other, STAFF)
    assert not await instance.work(service.lift_ban, pair.talent, pair.other, STAFF)
    log = await instance.read(lambda r: [one.verb for one in latest(r)])
    assert log[:3] == ["match_unban", "match_withdraw", "match_ban"]
    await make_match(instance, pair.talent, pair.other, S.DRAFT)


async def test_a_reminder_comes_once_on_day_three_and_the_end_on_day_seven(
    instance: Instance,
) -> None:
    pair = await make_pair(instance, S.PROPOSED)
    await pass_days(instance, 2.9)
    assert await notices(instance, pair.talent) == ["match_asked"]
    await pass_days(instance, 0.2)
    await pass_days(instance, 1)
    assert await notices(instance, pair.talent) == ["match_asked", "match_reminder"]
    await pass_days(instance, 3)
    assert (await the_match(instance, pair.match)).state is S.EXPIRED
    assert (await notices(instance, pair.talent))[-1] == "match_over"
    assert await notices(instance, pair.other) == []
    with pytest.raises(TermOver):
        await instance.work(doing(service.answer, pair.match, pair.talent, yes=True))


async def test_the_other_side_has_a_term_of_its_own(instance: Instance) -> None:
    pair = await make_pair(instance, S.PROPOSED)
    await pass_days(instance, 6)
    await instance.work(doing(service.answer, pair.match, pair.talent, yes=True))
    await pass_days(instance, 6)
    assert (await the_match(instance, pair.match)).state is S.ACCEPTED_BY_TALENT
    assert await notices(instance, pair.other) == ["match_asked", "match_reminder"]
    await pass_days(instance, 1.1)
    assert (await the_match(instance, pair.match)).state is S.EXPIRED


async def test_an_answer_after_the_term_is_refused_even_before_the_clock_was_looked_at(
    instance: Instance,
) -> None:
    pair = await make_pair(instance, S.PROPOSED)
    let_pass(instance, 7)
    with pytest.raises(TermOver):
        await instance.work(doing(service.answer, pair.match, pair.talent, yes=True))
    assert (await the_match(instance, pair.match)).state is S.PROPOSED


@pytest.mark.parametrize("yes", [True, False])
async def test_nobody_answers_twice_or_for_somebody_else(instance: Instance, yes: bool) -> None:
    pair = await make_pair(instance, S.ACCEPTED_BY_TALENT)
    stranger = await make_person(instance, "sam", PersonKind.MENTOR, None)
    with pytest.raises(AnsweredAlready):
        await instance.work(doing(service.answer, pair.match, pair.talent, yes=yes))
    with pytest.raises(NotFound):
        await instance.work(doing(service.answer, pair.match, stranger.id, yes=yes))
    with pytest.raises(NotFound):
        await instance.work(doing(service.answer, 12345, pair.talent, yes=yes))
    assert (await the_match(instance, pair.match)).state is S.ACCEPTED_BY_TALENT


async def test_the_talent_may_take_a_yes_back_while_the_other_side_thinks(
    instance: Instance,
) -> None:
    pair = await make_pair(instance, S.ACCEPTED_BY_TALENT)
    await instance.work(service.stop, pair.match, pair.talent)
    assert (await the_match(instance, pair.match)).state is S.WITHDRAWN
    assert await notices(instance, pair.other) == ["match_asked", "match_over"]


async def test_a_withdrawn_proposal_is_told_to_whoever_was_asked_only(instance: Instance) -> None:
    pair = await make_pair(instance, S.PROPOSED)
    await instance.work(service.withdraw, pair.match, STAFF)
    assert await notices(instance, pair.talent) == ["match_asked", "match_over"]
    assert await notices(instance, pair.other) == []


async def test_a_second_member_of_the_staff_agrees_where_the_programme_wants_it(
    instance: Instance,
) -> None:
    made = await make_programme(instance, needs_second_look=True)
    pair = await make_pair(instance, S.DRAFT, programme_id=made.id)
    row = await instance.work(service.propose, pair.match, STAFF)
    assert (row.state, row.put_forward_by) == (S.DRAFT, STAFF)
    assert await notices(instance, pair.talent) == []
    with pytest.raises(SecondLookNeeded):
        await instance.work(service.propose, pair.match, STAFF)
    row = await instance.work(service.propose, pair.match, STAFF + 1)
    assert (row.state, row.login_id) == (S.PROPOSED, STAFF)


async def test_what_staff_do_stands_in_the_activity_log(instance: Instance) -> None:
    pair = await make_pair(instance, S.PROPOSED)
    await instance.work(service.withdraw, pair.match, STAFF)
    log = await instance.read(lambda r: [one.verb for one in latest(r)])
    assert [one for one in log if one.startswith("match_")] == [
        "match_withdraw", "match_propose", "match_draft",
    ]  # fmt: skip


async def test_only_accepted_people_with_a_yes_in_the_ledger_are_proposed(
    instance: Instance,
) -> None:
    made = await make_programme(instance)
    talent = await make_person(instance, "tea", PersonKind.TALENT, None)
    mentor = await make_person(instance, "mo", PersonKind.MENTOR, None)
    applied = await take_part(instance, made.id, talent.id, accepted=False)
    part = await take_part(instance, made.id, mentor.id)
    with pytest.raises(PairRefused):
        await instance.work(
            service.draft_match, STAFF, Draft(talent_part_id=applied, other_part_id=part)
        )
    with pytest.raises(PairRefused):
        await instance.work(
            service.draft_match, STAFF, Draft(talent_part_id=part, other_part_id=applied)
        )


async def test_a_consent_taken_back_ends_what_is_asked_and_stops_new_drafts(
    instance: Instance,
) -> None:
    pair = await make_pair(instance, S.ACCEPTED_BY_TALENT)
    text = ShownText(MATCHING.name, MATCHING.version, "en", "The text that was shown")
    await instance.work(doing(write_decision, pair.talent, text, given=False))
    assert (await the_match(instance, pair.match)).state is S.WITHDRAWN
    assert (await notices(instance, pair.other))[-1] == "match_over"


async def test_talks_that_have_begun_go_on_when_the_consent_is_taken_back_as_the_text_says(
    instance: Instance,
) -> None:
    pair = await make_pair(instance, S.ACTIVE)
    text = ShownText(MATCHING.name, MATCHING.version, "en", "The text that was shown")
    await instance.work(doing(write_decision, pair.talent, text, given=False))
    assert (await the_match(instance, pair.match)).state is S.ACTIVE


async def test_nobody_gets_more_proposals_than_they_have_places(instance: Instance) -> None:
    pair = await make_pair(instance, S.PROPOSED)
    tom = await make_person(instance, "tom", PersonKind.TALENT, None)
    second = await make_match(instance, tom.id, pair.other, S.DRAFT)
    with pytest.raises(PairRefused):
        await instance.work(service.propose, second, STAFF)
    mia = await make_person(instance, "mia", PersonKind.MENTOR, None)
    third = await make_match(instance, pair.talent, mia.id, S.DRAFT)
    with pytest.raises(PairRefused):
        await instance.work(service.propose, third, STAFF)


async def test_a_talent_may_have_a_mentor_and_a_host_by_the_same_life_cycle(
    instance: Instance,
) -> None:
    pair = await make_pair(instance, S.ACTIVE)
    town = await make_person(instance, "town", PersonKind.ORGANISATION)
    made = await make_match(instance, pair.talent, town.id, S.ACTIVE)
    assert (await the_match(instance, made)).other_kind == "organisation"


async def test_two_people_have_one_open_match_at_most(instance: Instance) -> None:
    pair = await make_pair(instance, S.DRAFT)
    with pytest.raises(PairRefused):
        await make_match(instance, pair.talent, pair.other, S.DRAFT)


async def test_people_who_block_each_other_are_not_paired(instance: Instance) -> None:
    talent = await make_person(instance, "tea", PersonKind.TALENT, None)
    mentor = await make_person(instance, "mo", PersonKind.MENTOR, None)
    await instance.work(block, mentor.id, talent.id)
    with pytest.raises(PairRefused):
        await make_match(instance, talent.id, mentor.id, S.DRAFT)


async def test_a_programme_that_closes_makes_no_new_matches(instance: Instance) -> None:
    made = await make_programme(instance)
    talent = await make_person(instance, "tea", PersonKind.TALENT, None)
    mentor = await make_person(instance, "mo", PersonKind.MENTOR, None)
    parts = [await take_part(instance, made.id, one.id) for one in (talent, mentor)]
    await instance.work(doing(begin_closing, made.id, by=None))
    assert made.state is ProgrammeState.MATCHING
    with pytest.raises(PairRefused):
        await instance.work(
            service.draft_match, STAFF, Draft(talent_part_id=parts[0], other_part_id=parts[1])
        )


async def test_a_proposal_to_or_of_somebody_suspended_ends(instance: Instance) -> None:
    pair = await make_pair(instance, S.ACCEPTED_BY_TALENT)
    await instance.work(suspend_person, pair.other)
    assert (await the_match(instance, pair.match)).state is S.WITHDRAWN
    assert (await notices(instance, pair.talent))[-1] == "match_over"
