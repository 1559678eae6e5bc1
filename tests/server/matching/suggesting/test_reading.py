"""Cohorts as they are read: consent, ties and load from their tables, and only fields that count."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from server.federation.model import Actor
from server.matching.model import MatchState, PairBan
from server.matching.service import ban_pair, lift_ban
from server.matching.suggesting.facts import READ
from server.matching.suggesting.fairness import Fairness, Group, fairness, hidden_among
from server.matching.suggesting.hard import Rule
from server.matching.suggesting.keeping import forget, memory_of
from server.matching.suggesting.plans import Cohort
from server.matching.suggesting.queries import cohort_of, solve, suggest, suggestions_for
from server.matching.suggesting.signals import ANY_DISTANCE, CELLS, OtherKind
from server.people.model import Person, PersonKind
from server.people.relations import block
from server.platform.errors import NotFound
from server.platform.instance import Instance
from server.platform.work import Reading, Work
from server.privacy.ledger import write_decision
from server.privacy.texts import MATCHING, ShownText
from server.profiles.fields import FIELDS
from server.profiles.service import Answered, answer
from server.profiles.verifying import verify
from server.programmes.model import Participation, ParticipationState, ProgrammeState, Role
from tests.support.instances import NOON
from tests.support.matches import make_match
from tests.support.people import make_person
from tests.support.programmes import make_programme, take_part

TALENT_ANSWERS: dict[str, Any] = {
    "languages": [
        {"language": "nl", "level": "B2", "skills": {"speaking": "B1", "writing": "C1"}},
        {"language": "ar", "level": "native"},
    ],
    "region": ["BE255"],
    "travel": "any",
    "meeting": ["in_person", "phone"],
    "availability": ["mon_evening", "sat_morning"],
    "occupations": ["2512"],
    "skills": ["Driving a truck"],
    "interests": ["Music"],
    "working_style": ["team"],
    "goals": ["cv"],
    "mentor_gender": "woman",
    "learning_aim": "Dutch, for my work in a hospital",
}
MENTOR_ANSWERS: dict[str, Any] = {
    "languages": [{"language": "nl", "level": "native"}],
    "region": ["BE251"],
    "meeting": ["in_person"],
    "availability": ["mon_evening"],
    "occupations": ["2514"],
    "skills": ["driving lessons"],
    "help_offered": ["cv"],
    "own_gender": "woman",
}


async def member(
    instance: Instance,
    programme_id: int,
    handle: str,
    kind: PersonKind = PersonKind.MENTOR,
    answers: dict[str, Any] | None = None,
    **taking: Any,
) -> tuple[int, int]:
    """Make somebody who takes part; return person and participation."""
    person = await make_person(instance, handle, kind)
    if answers:
        given = {name: Answered(value) for name, value in answers.items()}
        await instance.work(answer, person.id, given)
    if kind not in MATCHING.kinds:
        await instance.work(verify, login_id=None, person_id=person.id, checked=["register"])
    return person.id, await take_part(instance, programme_id, person.id, **taking)


@pytest.fixture
async def pair(instance: Instance) -> tuple[int, tuple[int, int], tuple[int, int]]:
    """Give a programme with a talent and a mentor who fit."""
    made = await make_programme(instance)
    talent = await member(instance, made.id, "tess", PersonKind.TALENT, TALENT_ANSWERS)
    mentor = await member(instance, made.id, "mo", PersonKind.MENTOR, MENTOR_ANSWERS)
    return made.id, talent, mentor


async def test_answers_become_facts(instance: Instance, pair: Any) -> None:
    programme_id, talent_ids, mentor_ids = pair
    found = await instance.read(cohort_of, programme_id)
    [talent], [mentor] = found.talents, found.others
    assert (talent.person_id, talent.part_id) == talent_ids
    assert (mentor.person_id, mentor.part_id) == mentor_ids
    assert talent.languages == (("ar", 7), ("nl", 3))
    assert talent.regions == ("BE255",)
    assert talent.travels == ANY_DISTANCE
    assert (talent.in_person, talent.online) == (True, True)
    assert talent.cells == 1 << CELLS["mon_evening"] | 1 << CELLS["sat_morning"]
    assert talent.skills == {"driving a truck", "driving", "truck"}
    assert talent.learns
    assert talent.goals == mentor.helps == {"cv"}
    assert (talent.mentor_wish, mentor.gender, mentor.kind) == ("woman", "woman", OtherKind.MENTOR)
    assert (mentor.online, mentor.travels) == (False, None)
    assert talent.has_consented
    assert mentor.has_consented
    suggested = await instance.read(suggestions_for, *(programme_id, talent.part_id))
    assert [one.person_id for one in suggested.candidates] == [mentor_ids[0]]
    assert [pair.other_id for pair in solve(found).pairs] == [mentor_ids[0]]


async def failing(instance: Instance, programme_id: int, part_id: int, **more: Any) -> set[Rule]:
    found = await instance.read(lambda r: suggestions_for(r, programme_id, part_id, **more))
    return set(found.excluded)


async def test_a_consent_taken_back_counts_at_once(instance: Instance, pair: Any) -> None:
    programme_id, (_, part_id), (mentor_id, _) = pair

    def decide(w: Work, given: bool) -> None:
        text = ShownText(MATCHING.name, MATCHING.version, "en", "The text that was shown")
        # As an old row of the ledger: what its room does besides is of no concern here.
        write_decision(w, mentor_id, text, given=given)
        w.session.execute(
            update(Participation)
            .where(Participation.person_id == mentor_id)
            .values(state=ParticipationState.ACCEPTED)
        )

    await instance.work(decide, False)
    assert await failing(instance, programme_id, part_id) == {Rule.CONSENT}
    await instance.work(decide, True)
    assert await failing(instance, programme_id, part_id) == set()


async def test_bans_and_blocks_of_either_side_keep_two_apart(instance: Instance, pair: Any) -> None:
    programme_id, (talent_id, part_id), (mentor_id, _) = pair
    await instance.work(block, mentor_id, talent_id)
    assert await failing(instance, programme_id, part_id) == {Rule.BANNED}
    other_id, other_part = await member(instance, programme_id, "max", answers=MENTOR_ANSWERS)

    def ban(w: Work) -> None:
        w.session.add(
            PairBan(talent_id=talent_id, other_id=other_id, reason="staff", created_at=w.now)
        )

    assert [one.part_id for one in await candidates(instance, programme_id, part_id)] == [
        other_part
    ]
    await instance.work(ban)
    assert not await candidates(instance, programme_id, part_id)


async def candidates(instance: Instance, programme_id: int, part_id: int) -> Any:
    return (await instance.read(suggestions_for, *(programme_id, part_id))).candidates


@pytest.mark.parametrize(
    ("state", "takes_a_place", "may_be_asked"),
    [
        (MatchState.DRAFT, False, True),
        (MatchState.PROPOSED, True, False),
        (MatchState.ACTIVE, True, False),
        (MatchState.DECLINED, False, False),
    ],
)
async def test_matches_take_places_and_are_not_made_twice(
    instance: Instance, pair: Any, state: MatchState, takes_a_place: bool, may_be_asked: bool
) -> None:
    programme_id, (talent_id, _), (mentor_id, _) = pair
    await make_match(instance, talent_id, mentor_id, state, programme_id=programme_id)
    found: Cohort = await instance.read(cohort_of, programme_id)
    assert found.others[0].load == int(takes_a_place)
    assert found.talents[0].has_match is takes_a_place
    reasons = found.talents[0].paired | found.talents[0].banned
    assert (mentor_id not in reasons) is may_be_asked


async def test_pauses_suspensions_and_dates_are_seen(instance: Instance, pair: Any) -> None:
    programme_id, _, (mentor_id, mentor_part) = pair

    async def changed(of: Any, which: Any, **values: Any) -> Any:
        await instance.work(lambda w: w.session.execute(update(of).where(which).values(**values)))
        return (await instance.read(cohort_of, programme_id)).others[0]

    mine = Participation.id == mentor_part
    assert (await changed(Participation, mine, state=ParticipationState.PAUSED)).is_paused
    assert not (await changed(Participation, mine, state=ParticipationState.ACCEPTED)).is_paused
    assert (await changed(Actor, Actor.id == mentor_id, suspended_at=NOON)).is_paused
    yesterday = date(2026, 11, 22)
    assert not (await changed(Participation, mine, available_until=yesterday)).is_available
    tomorrow = yesterday + timedelta(days=2)
    assert (await changed(Participation, mine, available_until=tomorrow)).is_available


async def test_a_programme_that_is_closing_pairs_nobody(instance: Instance) -> None:
    made = await make_programme(instance, state=ProgrammeState.CALL)
    talent = await member(instance, made.id, "tess", PersonKind.TALENT, TALENT_ANSWERS)
    await member(instance, made.id, "mo", PersonKind.MENTOR, MENTOR_ANSWERS)
    assert await failing(instance, made.id, talent[1]) == set()
    from server.programmes import leading

    await instance.work(lambda w: leading.begin_closing(w, made.id, by=None))
    assert await failing(instance, made.id, talent[1]) == {Rule.DATES}


async def test_hosts_are_suggested_to_talents_apart_from_mentors(
    instance: Instance, pair: Any
) -> None:
    programme_id, (_, part_id), _ = pair
    shop = {"spoken": ["nl"], "region": ["BE255"], "wanted_skills": ["driving a truck"]}
    host_id, _ = await member(instance, programme_id, "shop", PersonKind.EMPLOYER, shop)
    found = await instance.read(lambda r: suggestions_for(r, programme_id, part_id, role=Role.HOST))
    [one] = found.candidates
    assert (one.person_id, one.kind) == (host_id, OtherKind.EMPLOYER)
    known = {bar.signal: bar.value for bar in one.bars if bar.is_known}
    assert known == {"skills": 100, "language": 50, "distance": 100, "waiting": 0}
    assert found.role is Role.HOST


async def test_programmes_and_talents_that_are_not_there_are_not_found(
    instance: Instance, pair: Any
) -> None:
    programme_id, _, (_, mentor_part) = pair
    with pytest.raises(NotFound):
        await instance.read(cohort_of, 12345)
    with pytest.raises(NotFound):
        await instance.read(suggestions_for, *(programme_id, mentor_part))


async def test_nothing_changes_when_what_must_never_count_changes(
    instance: Instance, pair: Any
) -> None:
    programme_id, (talent_id, part_id), (mentor_id, _) = pair
    before: Cohort = await instance.read(cohort_of, programme_id)
    unread = {
        one.name
        for one in FIELDS
        if one.is_for(PersonKind.TALENT) and one.name not in READ[PersonKind.TALENT]
    } - {"learning_aim"}
    new: dict[str, Any] = {
        "name": "Someone Else", "contact_mail": "x@far.example", "phone": "+32 470 00 00 00",
        "channel": "mail", "years": "10+", "learned": ["home"], "evidence": "A paper",
        "education": ["6"], "education_field": ["01"], "recognition": "none",
        "goal_text": "I fled and I pray and I am ill", "work_permission": "not_yet",
        "referral": "no", "research": "no",
    }  # fmt: skip
    assert set(new) == unread, "each field that does not count is changed here"
    changes = {name: Answered(value) for name, value in new.items()}
    await instance.work(answer, talent_id, changes)
    aim = {"learning_aim": Answered("Something else, about my faith")}
    await instance.work(answer, talent_id, aim)

    def change(w: Work) -> None:
        for person_id in (talent_id, mentor_id):
            row = w.session.get_one(Person, person_id)
            row.display_name, row.summary_text, row.avatar = (
                "Zed",
                "I am 61 and ill",
                "/media/z.png",
            )
            row.language, row.created_at = "so", w.now - timedelta(days=999)

    await instance.work(change)
    after: Cohort = await instance.read(cohort_of, programme_id)
    assert (after.talents, after.others) == (before.talents, before.others)
    assert solve(after) == solve(before)
    assert suggest(after, part_id) == suggest(before, part_id)


async def test_a_cohort_takes_as_many_questions_for_many_as_for_few(
    instance: Instance, pair: Any
) -> None:
    programme_id, _, _ = pair

    def counted(r: Reading) -> int:
        asked: list[str] = []
        connection = r.session.connection()
        event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2]))
        cohort_of(r, programme_id)
        return len(asked)

    few = await instance.read(counted)
    for number in range(5):
        await member(instance, programme_id, f"more{number}", answers=MENTOR_ANSWERS)
    assert await instance.read(counted) == few


async def test_fairness_counts_matches_by_group_and_hides_small_ones(instance: Instance) -> None:
    made = await make_programme(instance)
    talents = []
    for number in range(12):
        tongue = "ar" if number < 7 else "uk"
        answers = {"languages": [{"language": tongue, "level": "native"}], "region": ["BE255"]}
        applied = NOON - timedelta(days=10 + number)
        talents.append(
            await member(
                instance, made.id, f"t{number}", PersonKind.TALENT, answers, applied_at=applied
            )
        )
    for number in range(6):
        mentor = await make_person(instance, f"m{number}", PersonKind.MENTOR)
        await make_match(
            instance, talents[number][0], mentor.id, MatchState.ACTIVE, programme_id=made.id
        )
    found: Fairness = await instance.read(fairness, made.id)
    assert found.overall == Group("all", "all", 12, 6, 50, 15, 0, 0, None)
    by_code = {(one.dimension, one.code): one for one in found.groups}
    assert by_code["language", "ar"] == Group("language", "ar", 7, 6, 86, 13, 0, 0, None)
    assert by_code["language", "uk"].matched == 0
    assert by_code["nuts3", "BE255"].people == 12
    assert ("gender", "woman") not in by_code


def test_a_small_group_is_hidden_together_with_another_one() -> None:
    assert hidden_among({"ar": 7, "uk": 5}) == frozenset()
    assert hidden_among({"ar": 7, "uk": 4, "nl": 30}) == {"uk", "ar"}
    assert hidden_among({"ar": 3, "uk": 4, "nl": 30}) == {"ar", "uk"}
    assert hidden_among({"uk": 4}) == {"uk"}


def test_only_the_fields_that_count_are_read() -> None:
    assert not {"name", "contact_mail", "phone", "work_permission", "goal_text", "education"} & set(
        frozenset().union(*READ.values())
    )
    assert "own_gender" not in READ[PersonKind.TALENT]


async def test_what_was_worked_out_is_kept_until_something_changes(
    instance: Instance, pair: Any
) -> None:
    programme_id, (talent_id, _), (mentor_id, _) = pair
    instance.clock.move(timedelta(minutes=5))
    first: Cohort = await instance.read(cohort_of, programme_id)
    assert await instance.read(cohort_of, programme_id) is first
    settles = timedelta(minutes=5)

    async def changed(person_id: int, field: str, value: object) -> Cohort:
        instance.clock.move(settles)
        await instance.work(answer, person_id, {field: Answered(value)})
        instance.clock.move(settles)
        found: Cohort = await instance.read(cohort_of, programme_id)
        return found

    second = await changed(mentor_id, "region", ["BE211"])
    assert second.others[0].regions == ("BE211",)
    assert second.talents == first.talents
    assert not (await changed(talent_id, "learning_aim", "")).talents[0].learns
    assert (await changed(talent_id, "skills", [])).talents[0].skills == frozenset()
    last = await changed(talent_id, "goals", ["language"])
    assert last.talents[0].goals == {"language"}
    assert last is await instance.read(cohort_of, programme_id)
    await instance.work(ban_pair, talent_id, mentor_id, "staff", 1)
    banned: Cohort = await instance.read(cohort_of, programme_id)
    assert banned.talents[0].banned == {mentor_id}
    assert banned is await instance.read(cohort_of, programme_id)
    await instance.work(lift_ban, talent_id, mentor_id, 1)
    assert (await instance.read(cohort_of, programme_id)).talents[0].banned == frozenset()
    instance.clock.move(timedelta(hours=2))
    assert (await instance.read(cohort_of, programme_id)).now > last.now


async def test_kept_facts_of_who_left_are_dropped(instance: Instance, pair: Any) -> None:
    programme_id, (_, part_id), _ = pair
    await instance.read(cohort_of, programme_id)
    memory = memory_of(instance.vault)
    assert not memory.facts_of((programme_id, Role.MENTOR)), "what has just changed is not kept"
    instance.clock.move(timedelta(minutes=5))
    await instance.read(cohort_of, programme_id)
    assert len(memory.facts_of((programme_id, Role.MENTOR))) == 2
    gone = update(Participation).values(state=ParticipationState.WITHDRAWN)
    await instance.work(lambda w: w.session.execute(gone.where(Participation.id == part_id)))
    await instance.read(cohort_of, programme_id)
    assert len(memory.facts_of((programme_id, Role.MENTOR))) == 1
    forget(instance.vault)
    assert not memory_of(instance.vault).facts_of((programme_id, Role.MENTOR))
