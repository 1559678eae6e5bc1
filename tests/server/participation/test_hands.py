"""Hands raised for vacancies: what the two sides can do, and what is refused to everybody else."""

import pytest

from server.participation import hands
from server.participation.jobs import forget_old
from server.participation.model import HandAnswer, HandRaise
from server.participation.queries import HandRow, hands_raised_for, own_hands
from server.participation.rules import NotForHands
from server.people import relations
from server.people.model import PersonKind
from server.people.service import delete_person
from server.platform.errors import Invalid, NotFound
from server.platform.instance import Instance
from server.posts.closing import close_post
from server.posts.model import Audience, PostState
from server.profiles import model as profiles
from server.profiles.service import Answered, answer
from tests.server.participation.scenes import make_guests, notices, pass_time
from tests.support.people import make_person
from tests.support.posts import make_post, make_vacancy, sent


async def raised(instance: Instance, person_id: int, post_id: int, message: str = "Hello") -> int:
    made = await instance.work(
        lambda w: hands.raise_hand(w, person_id, post_id, message=message, shares=["summary"])
    )
    return int(made.id)


async def received(instance: Instance, employer_id: int) -> list[HandRow]:
    return await instance.read(hands_raised_for, employer_id)


async def test_the_employer_reads_what_was_sent_in_the_order_of_time(instance: Instance) -> None:
    boss = await make_person(instance, "boss")
    ann, bea = await make_guests(instance, 2)
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    await raised(instance, bea, vacancy.id, "I can bake.")
    pass_time(instance, minutes=1)
    await raised(instance, ann, vacancy.id, "")
    rows = await received(instance, boss.id)
    assert [(row.person and row.person.id, row.message) for row in rows] == [
        (bea, "I can bake."),
        (ann, ""),
    ]
    assert rows[0].shares == ("summary",)
    assert await notices(instance, boss.id) == ["hand_raised", "hand_raised"]


async def test_the_message_is_sealed_where_it_lies(instance: Instance) -> None:
    boss = await make_person(instance, "boss")
    (ann,) = await make_guests(instance, 1)
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    hand_id = await raised(instance, ann, vacancy.id, "I can bake.")
    row = await instance.read(lambda r: r.session.get_one(HandRaise, hand_id))
    assert row.message_sealed is not None
    assert b"bake" not in row.message_sealed


async def test_a_second_time_changes_nothing(instance: Instance) -> None:
    boss = await make_person(instance, "boss")
    (ann,) = await make_guests(instance, 1)
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    first = await raised(instance, ann, vacancy.id, "First")
    assert await raised(instance, ann, vacancy.id, "Second") == first
    assert [row.message for row in await received(instance, boss.id)] == ["First"]


async def test_what_is_taken_back_is_gone_for_the_employer(instance: Instance) -> None:
    boss = await make_person(instance, "boss")
    (ann,) = await make_guests(instance, 1)
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    hand_id = await raised(instance, ann, vacancy.id)
    assert await instance.work(hands.take_down, ann, vacancy.id)
    assert await received(instance, boss.id) == []
    row = await instance.read(lambda r: r.session.get_one(HandRaise, hand_id))
    assert (row.message_sealed, row.answer_sealed, row.shares) == (None, None, [])
    assert not await instance.work(hands.take_down, ann, vacancy.id)
    with pytest.raises(NotFound):
        await instance.work(hands.answer_hand, boss.id, hand_id, HandAnswer.LETS_TALK, "")
    await raised(instance, ann, vacancy.id, "Again")
    assert [row.message for row in await received(instance, boss.id)] == ["Again"]


async def test_an_answer_reaches_the_one_who_asked(instance: Instance) -> None:
    boss = await make_person(instance, "boss")
    (ann,) = await make_guests(instance, 1)
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    hand_id = await raised(instance, ann, vacancy.id)
    await instance.work(hands.note_seen, boss.id)
    assert [row.state for row in await instance.read(own_hands, ann)] == ["seen"]
    await instance.work(
        hands.answer_hand, boss.id, hand_id, HandAnswer.LETS_TALK, "Tuesday at ten?"
    )
    (own,) = await instance.read(own_hands, ann)
    assert (own.state, own.answer, own.words) == ("answered", "lets_talk", "Tuesday at ten?")
    assert await notices(instance, ann) == ["hand_answered"]


async def test_nobody_but_the_employer_answers_or_reads(instance: Instance) -> None:
    boss = await make_person(instance, "boss")
    other = await make_person(instance, "other")
    (ann,) = await make_guests(instance, 1)
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    hand_id = await raised(instance, ann, vacancy.id)
    for stranger in (other.id, ann):
        assert await received(instance, stranger) == []
        with pytest.raises(NotFound):
            await instance.work(hands.answer_hand, stranger, hand_id, HandAnswer.LETS_TALK, "")
    with pytest.raises(NotFound):
        await instance.work(hands.answer_hand, boss.id, 1, HandAnswer.LETS_TALK, "")


async def test_words_beyond_measure_are_refused(instance: Instance) -> None:
    boss = await make_person(instance, "boss")
    (ann,) = await make_guests(instance, 1)
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    with pytest.raises(Invalid):
        await raised(instance, ann, vacancy.id, "x" * 2_001)
    hand_id = await raised(instance, ann, vacancy.id)
    with pytest.raises(Invalid):
        await instance.work(hands.answer_hand, boss.id, hand_id, HandAnswer.LETS_TALK, "x" * 1_001)


async def test_hands_are_for_open_vacancies_and_for_people(instance: Instance) -> None:
    boss = await make_person(instance, "boss")
    firm = await make_person(instance, "firm", PersonKind.EMPLOYER)
    (ann,) = await make_guests(instance, 1)
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    plain = await make_post(instance, boss.id)
    for person, post in ((firm.id, vacancy.id), (boss.id, vacancy.id), (ann, plain.id)):
        with pytest.raises(NotForHands):
            await raised(instance, person, post)
    await instance.work(close_post, boss.id, vacancy.id, PostState.FILLED)
    with pytest.raises(hands.VacancyClosed):
        await raised(instance, ann, vacancy.id)


async def test_a_vacancy_that_one_may_not_see_is_not_there(instance: Instance) -> None:
    boss = await make_person(instance, "boss")
    ann, bea = await make_guests(instance, 2)
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    hidden = await make_vacancy(instance, boss.id, Audience.FOLLOWERS)
    await raised(instance, bea, vacancy.id)
    await instance.work(relations.block, boss.id, bea)
    assert await received(instance, boss.id) == []
    for person, post in ((ann, hidden.id), (bea, vacancy.id)):
        with pytest.raises(NotFound):
            await raised(instance, person, post)


async def test_hands_are_deleted_thirty_days_after_the_vacancy_closed(instance: Instance) -> None:
    boss = await make_person(instance, "boss")
    (ann,) = await make_guests(instance, 1)
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    await raised(instance, ann, vacancy.id)
    await instance.work(close_post, boss.id, vacancy.id, PostState.FILLED)
    pass_time(instance, days=29)
    await instance.work(forget_old)
    assert len(await instance.read(own_hands, ann)) == 1
    pass_time(instance, days=1)
    await instance.work(forget_old)
    assert await instance.read(own_hands, ann) == []


async def test_whoever_is_deleted_leaves_no_hand_up(instance: Instance) -> None:
    boss = await make_person(instance, "boss")
    (ann,) = await make_guests(instance, 1)
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    await raised(instance, ann, vacancy.id)
    await instance.work(delete_person, ann)
    assert await received(instance, boss.id) == []


async def test_nothing_of_it_leaves_the_instance(instance: Instance) -> None:
    boss = await make_person(instance, "boss")
    (ann,) = await make_guests(instance, 1)
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    before = len(await sent(instance))
    hand_id = await raised(instance, ann, vacancy.id)
    await instance.work(hands.answer_hand, boss.id, hand_id, HandAnswer.NOT_THIS_TIME, "Sorry")
    await instance.work(hands.take_down, ann, vacancy.id)
    assert len(await sent(instance)) == before


@pytest.mark.parametrize(
    ("audience", "is_shown"),
    [(profiles.Audience.MEMBERS, True), (profiles.Audience.PRIVATE, False)],
)
async def test_of_a_profile_the_employer_reads_what_it_lets_them_and_what_was_shared(
    audience: profiles.Audience, is_shown: bool, instance: Instance
) -> None:
    boss = await make_person(instance, "boss")
    ann, bea = await make_guests(instance, 2)
    for person in (ann, bea):
        told = {"languages": Answered([{"language": "ar", "level": "native"}], audience)}
        await instance.work(answer, person, told)
    vacancy = await make_vacancy(instance, boss.id, Audience.PUBLIC)
    for person, shares in ((ann, ["fields"]), (bea, ["summary"])):
        await instance.work(
            lambda w, person=person, shares=shares: hands.raise_hand(
                w, person, vacancy.id, shares=shares
            )
        )
    first, second = await received(instance, boss.id)
    assert [one.field for one in first.told] == (["languages"] if is_shown else [])
    assert second.told == ()
