"""From both having said yes to the follow-up: agreeing, meeting, resting, ending, forgetting."""

from datetime import timedelta

import pytest

from server.access.model import StaffRole
from server.matching import service
from server.matching.events import FollowUpDue
from server.matching.jobs import tell_follow_up
from server.matching.model import MatchState
from server.matching.queries import (
    ban_between,
    consented_between,
    match_row,
    matches_in,
    readable_between,
)
from server.matching.rules import AnsweredAlready, By, MatchRefused
from server.people.model import PersonKind
from server.people.relations import block
from server.platform.errors import Invalid, NotFound
from server.platform.events import Reaction
from server.platform.instance import Instance
from server.programmes import service as programmes
from server.programmes.leading import publish_agreement
from tests.server.matching.pairs import doing, history, make_pair, notices, pass_days
from tests.support.matches import STAFF, the_match
from tests.support.people import make_login, make_person
from tests.support.programmes import take_part

S = MatchState
BY_STAFF = By.staff(STAFF)


async def test_it_begins_when_both_have_accepted_the_agreement_and_have_met(
    instance: Instance,
) -> None:
    pair = await make_pair(instance)
    row = await instance.work(service.agree, pair.match, pair.talent, 1)
    assert row.state is S.BOTH_CONSENTED
    row = await instance.work(service.note_first_meeting, pair.match)
    assert (row.state, row.started_at) == (S.FIRST_MEETING, None)
    row = await instance.work(service.agree, pair.match, pair.other, 1)
    assert (row.state, row.started_at) == (S.ACTIVE, instance.clock.now())


async def test_meeting_comes_after_the_agreement_just_as_well(instance: Instance) -> None:
    pair = await make_pair(instance)
    for person in (pair.talent, pair.other):
        await instance.work(service.agree, pair.match, person, 1)
    row = await instance.work(service.note_first_meeting, pair.match, By.person(pair.talent))
    assert row.state is S.ACTIVE
    assert [one.state for one in await history(instance, pair.match)][-2:] == [
        S.FIRST_MEETING, S.ACTIVE,
    ]  # fmt: skip
    again = await instance.work(service.note_first_meeting, pair.match)
    assert again == row


async def test_an_agreement_is_accepted_once_by_each_in_the_version_of_the_match(
    instance: Instance,
) -> None:
    pair = await make_pair(instance)
    programme_id = (await the_match(instance, pair.match)).programme_id
    texts = {"en": {"agreement": "Another text.", "conduct": "Kindness."}}
    await instance.work(doing(publish_agreement, programme_id, texts, by=None))
    with pytest.raises(Invalid):
        await instance.work(service.agree, pair.match, pair.talent, 2)
    await instance.work(service.agree, pair.match, pair.talent, 1)
    with pytest.raises(AnsweredAlready):
        await instance.work(service.agree, pair.match, pair.talent, 1)
    stranger = await make_person(instance, "sam")
    with pytest.raises(NotFound):
        await instance.work(service.agree, pair.match, stranger.id, 1)


async def test_a_rest_ends_by_itself_on_its_day_and_the_other_side_hears(
    instance: Instance,
) -> None:
    pair = await make_pair(instance, S.ACTIVE)
    until = instance.clock.now() + timedelta(days=10)
    await instance.work(service.pause, pair.match, By.person(pair.other), until)
    assert (await notices(instance, pair.talent))[-1] == "match_changed"
    assert (await notices(instance, pair.other))[-1] == "match_agreed"
    await pass_days(instance, 9)
    assert (await the_match(instance, pair.match)).state is S.PAUSED
    await pass_days(instance, 2)
    row = await the_match(instance, pair.match)
    assert (row.state, row.paused_until) == (S.ACTIVE, None)


@pytest.mark.parametrize("days", [-1, 0, 400])
async def test_a_rest_has_a_day_to_come_within_a_year(instance: Instance, days: int) -> None:
    pair = await make_pair(instance, S.ACTIVE)
    until = instance.clock.now() + timedelta(days=days)
    with pytest.raises(Invalid):
        await instance.work(service.pause, pair.match, By.person(pair.other), until)
    assert (await the_match(instance, pair.match)).state is S.ACTIVE


async def test_the_end_keeps_the_outcome_and_what_reports_ask_for(instance: Instance) -> None:
    pair = await make_pair(instance, S.ACTIVE)
    await instance.work(service.begin_closing, pair.match, By.person(pair.talent))
    more = service.More(at_skill_level=True, found_through_network=False, helix="BUSINESS")
    row = await instance.work(service.close_match, pair.match, BY_STAFF, "job_permanent", more)
    assert (row.state, row.outcome) == (S.CLOSED, "job_permanent")
    assert row.outcome_more == {
        "at_skill_level": True,
        "found_through_network": False,
        "helix": "BUSINESS",
    }
    assert row.follow_up_at is not None
    assert (await notices(instance, pair.talent))[-1] == "match_ended"


@pytest.mark.parametrize(
    ("outcome", "more"),
    [("rich_and_famous", service.More()), ("internship", service.More(helix="pirates"))],
)
async def test_an_unknown_outcome_or_sector_is_refused(
    instance: Instance, outcome: str, more: service.More
) -> None:
    pair = await make_pair(instance, S.ACTIVE)
    with pytest.raises(Invalid):
        await instance.work(service.close_match, pair.match, BY_STAFF, outcome, more)
    assert (await the_match(instance, pair.match)).state is S.ACTIVE


async def test_nobody_but_staff_closes(instance: Instance) -> None:
    pair = await make_pair(instance, S.ACTIVE)
    with pytest.raises(MatchRefused):
        await instance.work(service.close_match, pair.match, By.person(pair.talent), "internship")


async def test_after_the_end_they_read_for_14_days_and_write_no_more(instance: Instance) -> None:
    pair = await make_pair(instance, S.CLOSED)
    assert await instance.read(consented_between, pair.talent, pair.other) is None
    assert await instance.read(readable_between, pair.other, pair.talent) is not None
    await pass_days(instance, 14.1)
    assert await instance.read(readable_between, pair.other, pair.talent) is None


async def test_six_months_later_somebody_is_told_to_ask_once(instance: Instance) -> None:
    pair = await make_pair(instance, S.CLOSED)
    heard: list[FollowUpDue] = []
    reaction = Reaction(FollowUpDue, lambda _, event: heard.append(event))
    instance.reactions._by_event[FollowUpDue].append(reaction)
    await pass_days(instance, 181)
    assert heard == []
    await pass_days(instance, 2)
    await pass_days(instance, 1)
    assert [one.talent_id for one in heard] == [pair.talent]
    assert not await instance.work(tell_follow_up, pair.match)
    row = await instance.work(service.note_followed_up, pair.match, By.person(pair.talent))
    assert row.state is S.FOLLOWED_UP


async def test_a_block_ends_it_at_once_and_the_coordinators_hear(instance: Instance) -> None:
    coordinator = await make_person(instance, "cora")
    await make_login(instance, [coordinator.id], "cora@ours.example", roles=[StaffRole.COORDINATOR])
    pair = await make_pair(instance, S.ACTIVE)
    await instance.work(block, pair.talent, pair.other)
    row = await the_match(instance, pair.match)
    assert (row.state, row.outcome) == (S.CLOSED, "withdrew_T")
    assert await instance.read(readable_between, pair.talent, pair.other) is None
    assert await notices(instance, coordinator.id) == ["match_desk"]
    assert (await notices(instance, pair.other))[-1] == "match_ended"
    ban = await instance.read(ban_between, pair.talent, pair.other)
    assert ban is not None
    assert ban.reason == "block"


async def test_a_block_by_chance_before_the_other_was_asked_tells_them_nothing(
    instance: Instance,
) -> None:
    pair = await make_pair(instance, S.PROPOSED)
    await instance.work(block, pair.talent, pair.other)
    assert (await the_match(instance, pair.match)).state is S.WITHDRAWN
    assert await notices(instance, pair.other) == []


async def test_a_block_after_the_end_ends_the_reading_too(instance: Instance) -> None:
    pair = await make_pair(instance, S.CLOSED)
    await instance.work(block, pair.other, pair.talent)
    assert await instance.read(readable_between, pair.talent, pair.other) is None


async def test_who_leaves_the_programme_leaves_its_matches(instance: Instance) -> None:
    pair = await make_pair(instance, S.ACTIVE)
    part = (await the_match(instance, pair.match)).other_part_id
    assert part is not None
    await instance.work(doing(programmes.withdraw, part, by=None))
    row = await the_match(instance, pair.match)
    assert (row.state, row.outcome) == (S.CLOSED, "withdrew_M")
    assert row.is_readable(instance.clock.now())


async def test_a_match_that_does_not_fit_gets_a_successor(instance: Instance) -> None:
    pair = await make_pair(instance, S.ACTIVE)
    former = await the_match(instance, pair.match)
    assert former.talent_part_id is not None
    mia = await make_person(instance, "mia", PersonKind.MENTOR, None)
    part = await take_part(instance, former.programme_id, mia.id)
    draft = service.Draft(talent_part_id=former.talent_part_id, other_part_id=part)
    made = await instance.work(service.rematch, pair.match, STAFF, draft)
    assert (made.state, made.other_id, made.former_id) == (S.DRAFT, mia.id, pair.match)
    former = await the_match(instance, pair.match)
    assert (former.state, former.outcome) == (S.CLOSED, "mismatch")
    assert await instance.read(ban_between, pair.talent, pair.other) is not None


async def test_what_never_began_goes_after_90_days(instance: Instance) -> None:
    pair = await make_pair(instance, S.DECLINED)
    await pass_days(instance, 89)
    assert (await the_match(instance, pair.match)).state is S.DECLINED
    await pass_days(instance, 2)
    with pytest.raises(NotFound):
        await the_match(instance, pair.match)


async def test_what_ended_a_year_ago_is_a_number_without_people(instance: Instance) -> None:
    pair = await make_pair(instance, S.CLOSED, explanation={"reasons": [{"code": "interests"}]})
    await pass_days(instance, 364)
    assert (await the_match(instance, pair.match)).talent_id == pair.talent
    await pass_days(instance, 2)
    row = await the_match(instance, pair.match)
    assert (row.talent_id, row.other_id, row.talent_part_id, row.other_part_id) == (None,) * 4
    assert (row.outcome, row.explanation) == ("internship", {})
    assert [one.id for one in await instance.read(matches_in, row.programme_id)] == [pair.match]


async def test_the_people_of_a_match_are_found_from_either_side(instance: Instance) -> None:
    pair = await make_pair(instance)
    row = await instance.read(match_row, pair.match)
    assert row.partner_of(pair.talent) == pair.other
    assert row.partner_of(pair.other) == pair.talent
    assert row.side_of(12345) is None
