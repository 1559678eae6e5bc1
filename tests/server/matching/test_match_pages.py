"""The pages of the two people, and every hostile or late press of a button."""

from typing import Any

import pytest
from sqlalchemy import select

from server.coaching.model import StaffTask
from server.matching import service
from server.matching.model import MatchState
from server.matching.notices import MAIL_VALUES, NOTICES, WORDS
from server.matching.telling import TEMPLATE
from server.people.model import PersonKind
from server.platform.instance import Instance
from server.platform.mail.composing import composer_of
from server.platform.work import Reading
from server.posts.model import Mention, Post
from server.profiles.service import Answered
from server.profiles.service import answer as answer_profile
from tests.server.matching.pairs import doing, let_pass, make_pair, pass_days
from tests.support.matches import STAFF, make_match, the_match
from tests.support.page_reader import PageReader
from tests.support.people import make_person, make_token
from tests.support.posts import seen

S = MatchState


async def press(reader: PageReader, match: int, verb: str, *pairs: tuple[str, str]) -> int:
    return await reader.post(f"/matches/{match}/{verb}", list(pairs))


def words_of(reader: PageReader) -> str:
    """Return what stands in the middle of the page."""
    main = reader.page.find("main")
    assert main is not None
    return main.get_text(" ", strip=True)


async def test_a_talent_reads_the_card_is_asked_twice_and_says_yes(
    instance: Instance, sign_in: Any
) -> None:
    pair = await make_pair(
        instance, S.PROPOSED, explanation={"reasons": [{"code": "goals", "goals": ["network"]}]}
    )
    said = {"help_offered": Answered(["network"]), "workplace": Answered("Shipyard of Turku")}
    await instance.work(answer_profile, pair.other, said)
    reader = await sign_in(pair.talent)
    await reader.get("/matches")
    assert "Your answer is needed" in reader.text
    await reader.get(f"/matches/{pair.match}")
    assert "A mentor" in reader.text
    assert "Can help with" in reader.text
    assert "A coordinator decided this, not a computer." in reader.text
    for secret in (">Mo<", "@mo", "Shipyard"):
        assert secret not in reader.body
    assert await press(reader, pair.match, "answer", ("answer", "yes")) == 200
    assert "Are you sure?" in reader.text
    assert (await the_match(instance, pair.match)).state is S.PROPOSED
    sent = reader.form(f"/matches/{pair.match}/answer")
    assert await press(reader, pair.match, "answer", *sent) == 303
    assert (await the_match(instance, pair.match)).state is S.ACCEPTED_BY_TALENT
    await reader.get(f"/matches/{pair.match}")
    assert "Now the other side is asked" in reader.text


async def test_the_other_side_gets_404_before_its_turn_and_sees_no_name_in_it(
    instance: Instance, sign_in: Any
) -> None:
    pair = await make_pair(instance, S.PROPOSED)
    reader = await sign_in(pair.other)
    assert await reader.get(f"/matches/{pair.match}") == 404
    await reader.get("/matches")
    assert "You have no match yet." in reader.text
    answer = ("answer", "yes"), ("sure", "1")
    assert await press(reader, pair.match, "answer", *answer) == 404
    await instance.work(doing(service.answer, pair.match, pair.talent, yes=True))
    assert await reader.get(f"/matches/{pair.match}") == 200
    assert "Tea" not in reader.text
    assert "You see names when you have both said yes." in reader.text
    await reader.get("/matches")
    assert "Tea" not in reader.text


async def test_after_both_said_yes_they_read_names_and_accept_the_agreement(
    instance: Instance, sign_in: Any
) -> None:
    pair = await make_pair(instance)
    reader = await sign_in(pair.other)
    await reader.get("/matches")
    assert "Tea" in reader.text
    await reader.get(f"/matches/{pair.match}")
    assert "Tea" in reader.text
    assert "We meet every two weeks." in reader.text
    sent = reader.form(f"/matches/{pair.match}/agree")
    assert await press(reader, pair.match, "agree", *sent) == 303
    assert await press(reader, pair.match, "agree", *sent) == 409
    await reader.get(f"/matches/{pair.match}")
    assert "You accepted the agreement." in reader.text
    assert await press(reader, pair.match, "met") == 303
    await reader.get(f"/matches/{pair.match}")
    assert "You have met." in reader.text


async def test_resting_going_on_and_ending_are_buttons(instance: Instance, sign_in: Any) -> None:
    pair = await make_pair(instance, S.ACTIVE)
    reader = await sign_in(pair.talent)
    await reader.get(f"/matches/{pair.match}")
    day = instance.clock.now().date().replace(month=12)
    assert await press(reader, pair.match, "pause", ("until", day.isoformat())) == 303
    assert (await the_match(instance, pair.match)).paused_until is not None
    assert await press(reader, pair.match, "pause") == 409
    assert await press(reader, pair.match, "resume") == 303
    assert await press(reader, pair.match, "pause", ("until", "tomorrow")) == 422
    assert await press(reader, pair.match, "end") == 200
    assert (await the_match(instance, pair.match)).state is S.ACTIVE
    assert await press(reader, pair.match, "end", ("sure", "1")) == 303
    assert (await the_match(instance, pair.match)).state is S.CLOSING


async def test_stopping_at_once_hides_the_two_from_each_other(
    instance: Instance, sign_in: Any
) -> None:
    pair = await make_pair(instance, S.ACTIVE)
    reader = await sign_in(pair.talent)
    await reader.get(f"/matches/{pair.match}")
    assert await press(reader, pair.match, "stop") == 200
    assert "The coordinators hear of it." in reader.text
    assert await press(reader, pair.match, "stop", ("sure", "1")) == 303
    await reader.get(f"/matches/{pair.match}")
    assert "It has ended." in reader.text
    assert "@mo" not in reader.text
    assert await press(reader, pair.match, "stop", ("sure", "1")) == 409


async def test_after_the_end_the_page_says_until_when_they_read(
    instance: Instance, sign_in: Any
) -> None:
    pair = await make_pair(instance, S.CLOSED)
    reader = await sign_in(pair.talent)
    await reader.get(f"/matches/{pair.match}")
    assert "You can read until" in reader.text
    assert "@mo" in reader.text
    let_pass(instance, 14.5)
    reader = PageReader(reader.client, reader.cookies)
    await reader.get(f"/matches/{pair.match}")
    assert "@mo" not in reader.text


@pytest.mark.parametrize("verb", ["answer", "agree", "met", "pause", "resume", "end", "stop"])
async def test_a_stranger_a_visitor_and_a_forged_form_change_nothing(
    instance: Instance, sign_in: Any, anybody: PageReader, verb: str
) -> None:
    pair = await make_pair(instance, S.ACTIVE)
    stranger = await make_person(instance, "sam", PersonKind.MENTOR, None)
    sent = [("answer", "no"), ("sure", "1"), ("version", "1")]
    reader = await sign_in(stranger.id)
    await reader.get("/settings")
    assert await reader.get(f"/matches/{pair.match}") == 404
    assert await press(reader, pair.match, verb, *sent) == 404
    assert await press(anybody, pair.match, verb, *sent) in {303, 401, 403}
    owner = await sign_in(pair.talent)
    await owner.get(f"/matches/{pair.match}")
    assert await press(owner, pair.match, verb, *sent, ("form_token", "forged")) == 403
    assert (await the_match(instance, pair.match)).state is S.ACTIVE


async def test_answering_twice_too_late_or_with_nonsense_gets_a_clear_text(
    instance: Instance, sign_in: Any
) -> None:
    pair = await make_pair(instance, S.PROPOSED)
    reader = await sign_in(pair.talent)
    await reader.get(f"/matches/{pair.match}")
    assert await press(reader, pair.match, "answer", ("answer", "perhaps")) == 422
    assert await press(reader, pair.match, "answer", ("sure", "1")) == 422
    assert await press(reader, pair.match, "answer", ("answer", "yes"), ("sure", "1")) == 303
    assert await press(reader, pair.match, "answer", ("answer", "yes"), ("sure", "1")) == 409
    assert "You have answered already." in reader.text
    await pass_days(instance, 8)
    other = await sign_in(pair.other)
    await other.get("/matches")
    assert "It did not come about." in other.text
    await other.get(f"/matches/{pair.match}")
    assert await press(other, pair.match, "answer", ("answer", "yes"), ("sure", "1")) == 409
    assert "The time to answer is over." in other.text


async def test_whether_no_term_or_staff_ended_it_the_talent_reads_the_same(
    instance: Instance, sign_in: Any
) -> None:
    pair = await make_pair(instance, S.ACCEPTED_BY_TALENT)
    reader = await sign_in(pair.talent)
    await instance.work(doing(service.answer, pair.match, pair.other, yes=False))
    await reader.get(f"/matches/{pair.match}")
    after_no = words_of(reader)
    mia = await make_person(instance, "mia", PersonKind.MENTOR, None)
    second = await make_match(instance, pair.talent, mia.id, S.ACCEPTED_BY_TALENT)
    await instance.work(service.withdraw, second, STAFF)
    await reader.get(f"/matches/{second}")
    assert words_of(reader) == after_no
    assert "A mentor" not in after_no


async def test_the_menu_of_settings_leads_to_the_matches(instance: Instance, sign_in: Any) -> None:
    pair = await make_pair(instance, S.PROPOSED)
    reader = await sign_in(pair.talent)
    await reader.get("/settings")
    assert reader.page.find("a", href="/matches") is not None


@pytest.mark.parametrize("kind", list(WORDS))
async def test_notices_and_mails_say_only_that_there_is_something(
    instance: Instance, kind: str
) -> None:
    notice = next(one for one in NOTICES if one.kind == kind)
    assert notice.text({"match": "12"}) is WORDS[kind]
    path = notice.path({"match": "12"})
    assert path in {"/matches", "/matches/12", "/staff/matching"}
    assert notice.path({"match": "../evil"}) in {"/matches", "/staff/matching"}
    values = await instance.read(
        lambda r: MAIL_VALUES[TEMPLATE](instance, r, {"kind": kind, "match": "12"})
    )
    assert values is not None
    letter = await composer_of(instance).compose(TEMPLATE, "en", values, ending=None)
    assert str(WORDS[kind]) in letter.text
    assert f"https://ours.example{path}" in letter.text
    nothing = await instance.read(lambda r: MAIL_VALUES[TEMPLATE](instance, r, {"kind": "x"}))
    assert nothing is None


async def test_before_a_yes_people_see_their_own_card_as_the_other_side_will(
    instance: Instance, sign_in: Any
) -> None:
    pair = await make_pair(instance, S.PROPOSED)
    await instance.work(answer_profile, pair.talent, {"goals": Answered(["interview"])})
    reader = await sign_in(pair.talent)
    await reader.get(f"/matches/{pair.match}")
    await press(reader, pair.match, "answer", ("answer", "yes"))
    assert "Your card" in reader.text
    assert "Job interviews" in reader.text
    await press(reader, pair.match, "answer", ("answer", "no"))
    assert "Your card" not in reader.text


async def test_from_a_match_two_links_lead_to_writing_and_meeting(
    instance: Instance, sign_in: Any
) -> None:
    pair = await make_pair(instance)
    reader = await sign_in(pair.talent)
    await reader.get(f"/matches/{pair.match}")
    links = [str(one["href"]) for one in reader.page.select("main a.button")]
    assert links == ["/messages/new?to=mo", f"/meetings/new?with=match-{pair.match}"]
    for link in links:
        assert await reader.get(link) == 200


async def test_who_only_uses_a_client_hears_of_it_by_a_message_that_names_nobody(
    instance: Instance,
) -> None:
    pair = await make_pair(instance, S.DRAFT)
    await make_token(instance, pair.talent)
    await instance.work(service.propose, pair.match, STAFF)
    await instance.jobs.run_until_empty()

    def received(r: Reading) -> list[Post]:
        sent = select(Post).join(Mention, Mention.post_id == Post.id)
        return list(r.session.scalars(sent.where(Mention.person_id == pair.talent)))

    (post,) = await instance.read(received)
    shown = await seen(instance, post.id)
    assert "You have an answer to give." in shown.content
    assert f"/matches/{pair.match}" in shown.content
    assert "Mo" not in shown.content


async def tasks_of(instance: Instance) -> list[tuple[str, int | None, int | None]]:
    def unit(r: Reading) -> list[tuple[str, int | None, int | None]]:
        rows = r.session.scalars(select(StaffTask).order_by(StaffTask.id))
        return [(row.kind, row.person_id, row.match_id) for row in rows]

    return await instance.read(unit)


async def test_a_talent_asks_for_another_pair_and_keeps_this_one_meanwhile(
    instance: Instance, sign_in: Any
) -> None:
    pair = await make_pair(instance, S.ACTIVE)
    reader = await sign_in(pair.talent)
    await reader.get(f"/matches/{pair.match}")
    for _ in range(2):
        assert await press(reader, pair.match, "ask", ("wish", "another")) == 303
    await reader.get(f"/matches/{pair.match}?asked=1")
    assert "You keep your place." in reader.text
    assert (await the_match(instance, pair.match)).state is S.ACTIVE
    assert await tasks_of(instance) == [("another", pair.talent, pair.match)]
    other = await sign_in(pair.other)
    await other.get(f"/matches/{pair.match}")
    assert "Ask for another pair" not in other.text
    assert await press(other, pair.match, "ask", ("wish", "another")) == 409
    assert await press(other, pair.match, "ask", ("wish", "the moon")) == 422
    assert len(await tasks_of(instance)) == 1


async def test_whoever_was_asked_can_contest_the_choice_and_nobody_else(
    instance: Instance, sign_in: Any
) -> None:
    pair = await make_pair(
        instance, S.PROPOSED, explanation={"reasons": [{"code": "goals", "goals": ["network"]}]}
    )
    reader = await sign_in(pair.talent)
    await reader.get(f"/matches/{pair.match}")
    assert "Ask for a second look at this choice" in reader.text
    assert await press(reader, pair.match, "ask", ("wish", "second_look")) == 303
    assert await tasks_of(instance) == [("second_look", pair.talent, pair.match)]
    other = await sign_in(pair.other)
    await other.get("/matches")
    assert await press(other, pair.match, "ask", ("wish", "second_look")) == 404
    await press(reader, pair.match, "answer", ("answer", "no"), ("sure", "1"))
    assert await press(reader, pair.match, "ask", ("wish", "second_look")) == 409
    assert len(await tasks_of(instance)) == 1
