"""Taking part: what people and staff can do, and what is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from server.access.model import StaffRole
from server.notifications.model import OwnNotice
from server.people.model import PersonKind
from server.platform.clock import SetClock
from server.platform.errors import Invalid, MeshworkError, NotFound
from server.platform.instance import Instance
from server.platform.work import Reading, Work
from server.privacy.ledger import has_agreed, write_decision
from server.privacy.texts import MATCHING, PURPOSES, ShownText
from server.programmes import leading, service
from server.programmes.model import (
    Participation,
    ParticipationState,
    ProgrammeState,
    Role,
)
from server.programmes.queries import (
    mentor_record,
    participation,
    participations,
    participations_of,
    programme,
    wishes_of,
    works_in,
)
from server.programmes.rules import may_change
from server.programmes.service import Application
from tests.support.people import make_login, make_person, make_remote
from tests.support.programmes import make_programme, take_part

S = ParticipationState
READ = ShownText(MATCHING.name, MATCHING.version, "en", "What was shown")


async def told(instance: Instance, person_id: int) -> list[str]:
    """Return the kinds of notices of somebody, the oldest first."""

    def read(r: Reading) -> list[str]:
        wanted = select(OwnNotice.kind).where(OwnNotice.person_id == person_id)
        return list(r.session.scalars(wanted.order_by(OwnNotice.id)))

    return await instance.read(read)


async def state_of(instance: Instance, participation_id: int) -> ParticipationState:
    return (await instance.read(participation, participation_id)).state


def pass_days(instance: Instance, days: int) -> None:
    assert isinstance(instance.clock, SetClock)
    instance.clock.move(timedelta(days=days))


async def test_everybody_takes_part_as_what_they_are(instance: Instance) -> None:
    made = await make_programme(instance)
    for kind, role in (
        (PersonKind.TALENT, Role.TALENT),
        (PersonKind.MENTOR, Role.MENTOR),
        (PersonKind.EMPLOYER, Role.HOST),
        (PersonKind.ORGANISATION, Role.HOST),
    ):
        person = await make_person(instance, f"a{kind.value}", kind)
        one = await take_part(instance, made.id, person.id, role, capacity=3)
        row = await instance.read(participation, one)
        assert (row.role, row.state) == (role, S.ACCEPTED)
        assert row.capacity == (1 if role is Role.TALENT else 3)
    mentors = await instance.read(lambda r: participations(r, made.id, roles=[Role.MENTOR]))
    assert len(mentors) == 1


async def test_somebody_elsewhere_takes_no_part(instance: Instance) -> None:
    made = await make_programme(instance, state=ProgrammeState.CALL)
    rob = await make_remote(instance)
    with pytest.raises(service.NotYours):
        await instance.work(service.apply, rob.id, made.id, Application(), agreed=READ)


async def test_who_waits_longest_comes_first(instance: Instance) -> None:
    made = await make_programme(instance)
    ann = await make_person(instance, "ann", PersonKind.TALENT)
    bea = await make_person(instance, "bea", PersonKind.TALENT)
    await take_part(instance, made.id, ann.id, "talent")
    early = datetime(2020, 1, 1, tzinfo=UTC)
    await take_part(instance, made.id, bea.id, "talent", applied_at=early)
    rows = await instance.read(participations, made.id)
    assert [row.person_id for row in rows] == [bea.id, ann.id]


async def test_coordinators_hear_of_an_application_and_people_of_the_answer(
    instance: Instance,
) -> None:
    org = await make_person(instance, "org", PersonKind.ORGANISATION)
    await make_login(instance, [org.id], "org@ours.example", roles=[StaffRole.COORDINATOR])
    made = await make_programme(instance, state=ProgrammeState.CALL)
    ann = await make_person(instance, "ann", PersonKind.TALENT)
    bea = await make_person(instance, "bea", PersonKind.TALENT)
    parts = [
        await instance.work(service.apply, one.id, made.id, Application(), agreed=READ)
        for one in (ann, bea)
    ]
    assert await told(instance, org.id) == ["programme_application"] * 2
    await instance.work(service.accept, parts[0], by=None)
    await instance.work(service.refuse, parts[1], by=None)
    assert await told(instance, ann.id) == ["programme_accepted"]
    assert await told(instance, bea.id) == ["programme_refused"]


async def test_without_consent_nobody_applies_is_accepted_or_goes_on(instance: Instance) -> None:
    made = await make_programme(instance, state=ProgrammeState.CALL)
    ann = await make_person(instance, "ann", PersonKind.TALENT)
    other = ShownText("research", PURPOSES["research"].version, "en", "Another question")
    for agreed in (None, other):
        with pytest.raises(Invalid):
            await instance.work(service.apply, ann.id, made.id, Application(), agreed=agreed)
    part = await instance.work(service.apply, ann.id, made.id, Application(), agreed=READ)
    await instance.work(write_decision, ann.id, READ, given=False)
    assert await state_of(instance, part) is S.WITHDRAWN


async def test_a_consent_taken_back_lets_people_rest(instance: Instance) -> None:
    made = await make_programme(instance)
    ann = await make_person(instance, "ann", PersonKind.TALENT)
    part = await take_part(instance, made.id, ann.id)
    research = ShownText("research", PURPOSES["research"].version, "en", "Another question")
    await instance.work(write_decision, ann.id, research, given=False)
    assert await state_of(instance, part) is S.ACCEPTED
    await instance.work(write_decision, ann.id, READ, given=False)
    assert await state_of(instance, part) is S.PAUSED
    with pytest.raises(Invalid):
        await instance.work(service.resume, part, by=None)
    await instance.work(write_decision, ann.id, READ, given=True)
    assert await state_of(instance, part) is S.PAUSED
    await instance.work(service.resume, part, by=None)
    assert await state_of(instance, part) is S.ACCEPTED


async def test_somebody_may_take_part_a_second_time(instance: Instance) -> None:
    made = await make_programme(instance)
    ann = await make_person(instance, "ann", PersonKind.TALENT)
    first = await take_part(instance, made.id, ann.id)
    with pytest.raises(service.AppliedAlready):
        await take_part(instance, made.id, ann.id)
    await instance.work(service.finish, first, outcome="job_permanent", by=None)
    second = await take_part(instance, made.id, ann.id)
    rows = await instance.read(participations_of, ann.id)
    assert [row.id for row in rows] == [second, first]
    assert rows[1].outcome == "job_permanent"


async def test_the_table_itself_admits_nobody_twice(instance: Instance) -> None:
    made = await make_programme(instance)
    ann = await make_person(instance, "ann", PersonKind.TALENT)
    part = await take_part(instance, made.id, ann.id)

    def again(w: Work) -> None:
        row = w.session.get_one(Participation, part)
        w.session.add(
            Participation(
                id=w.new_id(), programme_id=made.id, person_id=ann.id, role=row.role,
                state=S.APPLIED, applied_at=w.now, state_at=w.now,
            )
        )  # fmt: skip

    with pytest.raises(Exception, match=r"UNIQUE|unique|uq_participation_open"):
        await instance.work(again)


async def test_places_are_for_talents_and_end(instance: Instance) -> None:
    made = await make_programme(instance, places=1)
    ann = await make_person(instance, "ann", PersonKind.TALENT)
    bea = await make_person(instance, "bea", PersonKind.TALENT)
    max_ = await make_person(instance, "max", PersonKind.MENTOR)
    first = await take_part(instance, made.id, ann.id)
    await take_part(instance, made.id, max_.id)
    late = await take_part(instance, made.id, bea.id, accepted=False)
    with pytest.raises(Invalid):
        await instance.work(service.accept, late, by=None)
    await instance.work(service.withdraw, first, by=None)
    await instance.work(service.accept, late, by=None)
    assert await state_of(instance, late) is S.ACCEPTED


async def test_the_call_ends_with_its_last_day(instance: Instance) -> None:
    today = instance.clock.now().date()
    made = await make_programme(instance, state=ProgrammeState.CALL, applications_until=today)
    ann = await make_person(instance, "ann", PersonKind.TALENT)
    bea = await make_person(instance, "bea", PersonKind.TALENT)
    await instance.work(service.apply, ann.id, made.id, Application(), agreed=READ)
    pass_days(instance, 1)
    with pytest.raises(service.NoCall):
        await instance.work(service.apply, bea.id, made.id, Application(), agreed=READ)
    assert not await instance.read(has_agreed, bea.id, MATCHING)


async def test_wishes_are_sealed_where_they_lie(instance: Instance) -> None:
    made = await make_programme(instance)
    ann = await make_person(instance, "ann", PersonKind.TALENT)
    part = await take_part(instance, made.id, ann.id, wishes="A quiet place")
    await instance.work(service.note_intake, part, "Came early")
    sealed = await instance.read(lambda r: r.session.get_one(Participation, part).wishes_sealed)
    assert sealed is not None
    assert b"quiet" not in sealed
    said = await instance.read(wishes_of, part)
    assert said == {"wishes": "A quiet place", "intake": "Came early"}


@pytest.mark.parametrize("former", list(S))
async def test_no_change_skips_a_state(instance: Instance, former: ParticipationState) -> None:
    made = await make_programme(instance)
    ann = await make_person(instance, "ann", PersonKind.TALENT)
    part = await take_part(instance, made.id, ann.id, accepted=False)
    await instance.work(lambda w: _put(w, part, former))
    steps = {
        S.ACCEPTED: lambda w: service.accept(w, part, by=None),
        S.REFUSED: lambda w: service.refuse(w, part, by=None),
        S.PAUSED: lambda w: service.pause(w, part, until=None, by=None),
        S.WITHDRAWN: lambda w: service.withdraw(w, part, by=None),
        S.FINISHED: lambda w: service.finish(w, part, outcome=None, by=None),
    }
    for state, step in steps.items():
        allowed = may_change(former, state)
        if former is S.PAUSED and state is S.ACCEPTED:
            allowed = False  # going on is not being accepted again
        await instance.work(lambda w: _put(w, part, former))
        if allowed:
            await instance.work(step)
            assert await state_of(instance, part) is state
        else:
            with pytest.raises(MeshworkError):
                await instance.work(step)
            assert await state_of(instance, part) is former


def _put(w: Work, participation_id: int, state: ParticipationState) -> None:
    w.session.get_one(Participation, participation_id).state = state
    w.session.flush()


async def test_an_unknown_outcome_is_refused(instance: Instance) -> None:
    made = await make_programme(instance)
    ann = await make_person(instance, "ann", PersonKind.TALENT)
    part = await take_part(instance, made.id, ann.id)
    with pytest.raises(Invalid):
        await instance.work(service.finish, part, outcome="millionaire", by=None)
    with pytest.raises(NotFound):
        await instance.work(service.finish, 99, outcome=None, by=None)


async def test_what_came_to_nothing_goes_after_90_days(instance: Instance) -> None:
    made = await make_programme(instance)
    people = [await make_person(instance, f"p{n}", PersonKind.TALENT) for n in range(4)]
    refused, left, ended, stays = [
        await take_part(instance, made.id, one.id, accepted=number >= 2, wishes="A wish")
        for number, one in enumerate(people)
    ]
    await instance.work(service.refuse, refused, by=None)
    await instance.work(service.withdraw, left, by=None)
    await instance.work(service.withdraw, ended, by=None)
    pass_days(instance, 89)
    assert await instance.work(service.forget_old) == 0
    pass_days(instance, 2)
    assert await instance.work(service.forget_old) == 2
    rows = await instance.read(participations, made.id)
    assert [row.id for row in rows] == [ended, stays]
    assert await instance.read(wishes_of, ended) == {}
    assert await instance.read(wishes_of, stays) == {"wishes": "A wish"}


async def test_a_rest_ends_with_its_last_day_if_the_consent_stands(instance: Instance) -> None:
    made = await make_programme(instance)
    people = [await make_person(instance, f"p{n}", PersonKind.TALENT) for n in range(3)]
    rested, endless, unwilling = [await take_part(instance, made.id, one.id) for one in people]
    until = instance.clock.now().date() + timedelta(days=7)
    await instance.work(service.pause, rested, until=until, by=None)
    await instance.work(service.pause, endless, until=None, by=None)
    await instance.work(service.pause, unwilling, until=until, by=None)
    await instance.work(write_decision, people[2].id, READ, given=False)
    pass_days(instance, 7)
    assert await instance.work(service.resume_rested) == 0
    pass_days(instance, 1)
    assert await instance.work(service.resume_rested) == 1
    assert await state_of(instance, rested) is S.ACCEPTED
    assert await state_of(instance, endless) is S.PAUSED
    assert await state_of(instance, unwilling) is S.PAUSED


async def test_closing_ends_all_participations(instance: Instance) -> None:
    made = await make_programme(instance)
    ann = await make_person(instance, "ann", PersonKind.TALENT)
    bea = await make_person(instance, "bea", PersonKind.TALENT)
    inside = await take_part(instance, made.id, ann.id)
    waiting = await take_part(instance, made.id, bea.id, accepted=False)
    with pytest.raises(leading.NotNow):
        await instance.work(leading.close_programme, made.id, by=None)
    await instance.work(leading.begin_closing, made.id, by=None)
    await instance.work(leading.close_programme, made.id, by=None)
    assert await state_of(instance, inside) is S.FINISHED
    assert await state_of(instance, waiting) is S.REFUSED
    assert (await instance.read(programme, made.id)).closed_at is not None
    with pytest.raises(service.NoCall):
        await take_part(instance, made.id, ann.id)


async def test_who_works_in_a_programme(instance: Instance) -> None:
    made = await make_programme(instance)
    logins = {
        role: (await make_login(instance, [], f"{role.value}@ours.example", roles=[role])).id
        for role in StaffRole
    }
    nobody = (await make_login(instance, [], "nobody@ours.example")).id

    async def work() -> list[str | None]:
        order = [*StaffRole]
        return [await instance.read(works_in, made.id, logins[role]) for role in order]

    # coach, coordinator, moderator, admin
    assert await work() == [None, "coordinator", None, "coordinator"]
    named = {logins[StaffRole.COACH]: "coach", nobody: "coordinator"}
    await instance.work(leading.set_staff, made.id, {logins[StaffRole.COACH]: "coach"}, by=None)
    assert await work() == ["coach", "coordinator", None, "coordinator"]
    await instance.work(leading.set_staff, made.id, named, by=None)
    assert await work() == ["coach", None, None, "coordinator"]
    # Who is named and has no role of the staff (any more) works nowhere.
    assert await instance.read(works_in, made.id, nobody) is None
    with pytest.raises(Invalid):
        await instance.work(leading.set_staff, made.id, {nobody: "king"}, by=None)


async def test_nothing_is_known_of_a_mentor_to_begin_with(instance: Instance) -> None:
    max_ = await make_person(instance, "max", PersonKind.MENTOR)
    known = await instance.read(mentor_record, max_.id)
    assert (known.training, known.identity_seen_on, known.check_seen_on) == ((), None, None)


async def test_availability_that_makes_no_sense_changes_nothing(instance: Instance) -> None:
    made = await make_programme(instance)
    max_ = await make_person(instance, "max", PersonKind.MENTOR)
    part = await take_part(instance, made.id, max_.id, capacity=2)
    for capacity, until in ((0, None), (21, None), (1, date(2000, 1, 1))):
        with pytest.raises(Invalid):
            await instance.work(
                service.set_availability, part, capacity=capacity, available_until=until
            )
    assert (await instance.read(participation, part)).capacity == 2
