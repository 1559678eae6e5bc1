"""The wizard from the first page to the last, by every way in, and what it refuses."""

import pytest
from sqlalchemy import func, select

from server.access.model import Login, StaffRole
from server.access.names import login_by_email, login_by_name
from server.federation.model import Reach
from server.joining.choices import KINDS, LEAST_AGE, MODE
from server.joining.model import Application, Coming, Invitation, JoinDraft
from server.people.model import Person, PersonKind
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.platform.http.middleware import SESSION_COOKIE
from server.privacy.ledger import history
from server.privacy.model import How
from tests.server.joining.conftest import GOOD_PASSWORD, code_in, pass_time, set_choice


async def people(instance) -> list[Person]:
    return await instance.read(
        lambda r: list(r.session.scalars(select(Person).where(Person.kind.is_not(None))))
    )


async def count(instance, table) -> int:
    return await instance.read(lambda r: r.session.scalar(select(func.count()).select_from(table)))


async def through_as_talent(joiner, *agreed: str, name: str = "samira1") -> None:
    """Answer everything that a talent with a coach's code is asked."""
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name")
    await joiner.answer("sign-in", ("sign_in_name", name), ("password", GOOD_PASSWORD))
    await joiner.agree(*agreed)


async def test_a_talent_joins_in_arabic_with_a_coachs_code(instance, joiner, code, staff):
    _, coach = await staff(StaffRole.COACH)
    made = await code(coach, kind=PersonKind.TALENT, vouches=True)

    await joiner.begin(made, "ar")
    assert joiner.page.html["lang"] == "ar"
    assert joiner.page.html["dir"] == "rtl"
    await through_as_talent(joiner, "matching")
    assert joiner.status == 200
    await joiner.answer("check")

    assert joiner.status == 200
    assert SESSION_COOKIE in joiner.cookies
    (talent,) = [one for one in await people(instance) if one.kind == PersonKind.TALENT]
    assert talent.waits_for_trust
    assert talent.language == "ar"
    assert talent.display_name == ""
    row = await instance.read(person_of, HOUSE, talent.id)
    assert row.reach == Reach.HOME
    login = await instance.read(login_by_name, "samira1")
    assert login.email_sealed is None
    decisions = await instance.read(history, talent.id)
    assert {one.language for one in decisions} == {"ar"}
    assert {one.how for one in decisions} == {How.SELF}
    assert "matching" in {one.purpose for one in decisions}
    assert "research" not in {one.purpose for one in decisions}
    coming = await instance.read(lambda r: r.session.get(Coming, talent.id))
    assert (coming.way, coming.brought_by) == ("invitation", coach)
    assert await count(instance, JoinDraft) == 0


async def test_the_steps_are_told_in_words(joiner, code):
    await joiner.begin(await code(kind=PersonKind.TALENT, vouches=True))
    assert "Step 1 of 5" in joiner.text
    assert joiner.heading == "Your age"


async def test_every_kind_can_be_chosen_when_the_code_leaves_it_open(instance, joiner, code):
    await joiner.begin(await code(vouches=True))
    assert joiner.heading == "Who are you?"
    values = [one["value"] for one in joiner.page.select("button[name=kind]")]
    assert values == ["talent", "mentor", "employer", "organisation"]
    await joiner.answer("kind", ("kind", "organisation"))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name", ("name", "Café Ostend"), ("handle", ""))
    await joiner.answer("sign-in", ("sign_in_name", "ostend"), ("password", GOOD_PASSWORD))
    await joiner.agree()
    await joiner.answer("check")
    (made,) = await people(instance)
    row = await instance.read(person_of, HOUSE, made.id)
    assert (row.username, row.display_name) == ("cafe_ostend", "Café Ostend")
    assert row.reach == Reach.FEDIVERSE


async def test_a_handle_that_is_taken_is_refused_and_what_was_typed_stays(instance, joiner, code):
    from tests.support.people import make_person

    await make_person(instance, "bakery")
    await joiner.begin(await code(kind=PersonKind.EMPLOYER, vouches=True))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name", ("name", "The Bakery"), ("handle", "bakery"))
    assert joiner.status == 422
    assert joiner.page.select_one("input[name=name]")["value"] == "The Bakery"
    await joiner.answer("name", ("name", "The Bakery"), ("handle", "bad handle!"))
    assert joiner.status == 422
    await joiner.answer("name", ("name", " "), ("handle", ""))
    assert joiner.status == 422
    await joiner.answer("name", ("name", "x" * 101), ("handle", ""))
    assert joiner.status == 422


async def test_another_nickname_can_be_drawn(joiner, code):
    await joiner.begin(await code(kind=PersonKind.TALENT, vouches=True))
    await joiner.answer("age", ("old_enough", "1"))
    first = joiner.page.select_one(".handle-shown").get_text(strip=True)
    await joiner.answer("name", go="again")
    assert joiner.page.select_one(".handle-shown").get_text(strip=True) != first


async def test_nobody_under_age_gets_on(instance, joiner, code):
    await set_choice(instance, LEAST_AGE, 18)
    await joiner.begin(await code(kind=PersonKind.TALENT, vouches=True))
    assert "18" in joiner.text
    await joiner.answer("age")
    assert joiner.status == 422
    await joiner.get("/join/at/check")
    assert joiner.headers["Location"] == "/join/at/age"


async def test_nobody_joins_without_having_read(instance, joiner, code):
    await joiner.begin(await code(kind=PersonKind.TALENT, vouches=True))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name")
    await joiner.answer("sign-in", ("sign_in_name", "sam1"), ("password", GOOD_PASSWORD))
    await joiner.get("/join/at/agree")
    read = [("read[]", str(one["value"])) for one in joiner.page.select("input[name='read[]']")]
    await joiner.answer("agree", *read)
    assert joiner.status == 422
    await joiner.answer("agree", ("understood", "1"), ("read[]", "0" * 64))
    assert joiner.status == 422
    assert "changed" in joiner.text
    await joiner.answer("check")
    assert joiner.heading == "Your data, your choice"
    assert await people(instance) == []


async def test_a_consent_that_nobody_asked_for_is_not_written(instance, joiner, code):
    await joiner.begin(await code(kind=PersonKind.EMPLOYER, vouches=True))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name", ("name", "Bakery"))
    await joiner.answer("sign-in", ("sign_in_name", "bak"), ("password", GOOD_PASSWORD))
    await joiner.agree("matching", "nonsense", "research")
    await joiner.answer("check")
    (made,) = await people(instance)
    purposes = {one.purpose for one in await instance.read(history, made.id)}
    assert "research" in purposes
    assert not purposes & {"matching", "nonsense"}


@pytest.mark.parametrize(
    ("name", "email", "password"),
    [
        ("ab", "", GOOD_PASSWORD),
        ("", "", GOOD_PASSWORD),
        ("sam@post.example", "", GOOD_PASSWORD),
        ("sam1", "not an address", GOOD_PASSWORD),
        ("sam1", "", "short"),
        ("sam1", "", ""),
        ("taken", "", GOOD_PASSWORD),
    ],
)
async def test_a_sign_in_that_would_not_work_is_refused(
    instance, joiner, code, name, email, password
):
    from server.access.service import create_login

    await instance.work(create_login, name="taken", password_hash="x")
    await joiner.begin(await code(kind=PersonKind.TALENT, vouches=True))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name")
    await joiner.answer("sign-in", ("sign_in_name", name), ("email", email), ("password", password))
    assert joiner.status == 422
    assert GOOD_PASSWORD not in joiner.body


async def test_going_back_loses_nothing(joiner, code):
    await joiner.begin(await code(vouches=True))
    await joiner.answer("kind", ("kind", "mentor"))
    await joiner.answer("age", ("old_enough", "1"), go="back")
    assert joiner.heading == "Who are you?"
    await joiner.get("/join/at/age")
    assert joiner.page.select_one("input[name=old_enough]").has_attr("checked")
    await joiner.answer("name", ("name", "Mo Mentor"), go="back")
    assert joiner.heading == "Your age"
    await joiner.get("/join/at/name")
    assert joiner.page.select_one("input[name=name]")["value"] == "Mo Mentor"


async def test_a_page_that_comes_too_early_leads_to_the_one_that_is_due(joiner, code):
    await joiner.begin(await code(kind=PersonKind.TALENT, vouches=True))
    await joiner.get("/join/at/agree")
    assert joiner.headers["Location"] == "/join/at/age"
    assert await joiner.get("/join/at/nonsense") == 404
    await joiner.get("/join/at/application")
    assert joiner.headers["Location"] == "/join/at/age"


async def test_an_unknown_kind_is_refused(joiner, code):
    await joiner.begin(await code(vouches=True))
    for sent in ("king", ""):
        await joiner.answer("kind", ("kind", sent))
        assert joiner.status == 422


async def test_the_last_page_sent_twice_makes_one_person(instance, joiner, code):
    await joiner.begin(await code(kind=PersonKind.TALENT, vouches=True, most_uses=5))
    await through_as_talent(joiner)
    kept = dict(joiner.cookies)
    token = joiner.token
    await joiner.answer("check")
    joiner.cookies = kept
    joiner.token = token
    await joiner.answer("check")
    assert len(await people(instance)) == 1
    uses = await instance.read(lambda r: r.session.scalar(select(Invitation.uses)))
    assert uses == 1


async def test_a_code_for_one_lets_the_second_stand_outside(instance, joiner, another, code):
    made = await code(kind=PersonKind.TALENT, vouches=True)
    for one, name in ((joiner, "first"), (another, "second")):
        await one.begin(made)
        await through_as_talent(one, name=name)
    await joiner.answer("check")
    await another.answer("check")
    assert another.status == 410
    assert "used already" in another.text
    assert len(await people(instance)) == 1
    assert await instance.read(login_by_name, "second") is None


async def test_a_name_that_somebody_else_took_meanwhile_is_asked_again(
    instance, joiner, another, code
):
    made = await code(kind=PersonKind.TALENT, vouches=True, most_uses=2)
    for one in (joiner, another):
        await one.begin(made)
        await through_as_talent(one, name="same1")
    await joiner.answer("check")
    await another.answer("check")
    assert another.status == 422
    assert another.heading == "How you sign in"
    await another.answer("sign-in", ("sign_in_name", "same2"))
    await another.answer("check")
    assert len(await people(instance)) == 2


async def test_the_draft_of_one_browser_is_not_another_browsers(joiner, another, code):
    await joiner.begin(await code(kind=PersonKind.TALENT, vouches=True))
    await another.see("/join/on")
    assert "You join with a code" in another.text
    another.cookies["meshwork_join"] = "somebody-elses-guess"
    await another.get("/join/at/age")
    assert another.headers["Location"] == "/join"
    another.cookies["meshwork_join"] = "x" * 5_000
    await another.get("/join/at/age")
    assert another.headers["Location"] == "/join"


async def test_a_draft_that_was_changed_in_the_database_is_worth_nothing(instance, joiner, code):
    await joiner.begin(await code(kind=PersonKind.TALENT, vouches=True))

    def change(w):
        row = w.session.scalar(select(JoinDraft))
        row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])

    await instance.work(change)
    await joiner.get("/join/at/age")
    assert joiner.headers["Location"] == "/join"


async def test_answers_lie_sealed(instance, joiner, code):
    await joiner.begin(await code(kind=PersonKind.MENTOR, vouches=True))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name", ("name", "Mo Mentor"))
    row = await instance.read(lambda r: r.session.scalar(select(JoinDraft)))
    assert b"Mentor" not in row.sealed


async def test_a_code_that_is_revoked_midway_ends_the_draft(instance, joiner, code):
    await joiner.begin(await code(kind=PersonKind.TALENT, vouches=True))

    def revoke(w):
        w.session.scalar(select(Invitation)).revoked_at = w.now

    await instance.work(revoke)
    assert await joiner.get("/join/at/age") == 410


async def test_a_form_without_its_token_is_refused(joiner, code):
    await joiner.begin(await code(kind=PersonKind.TALENT, vouches=True))
    assert await joiner.post("/join/at/age", [("old_enough", "1"), ("form_token", "x.y")]) == 403


async def test_joining_needs_a_code_unless_staff_chose_otherwise(joiner):
    assert await joiner.get("/join") == 200
    assert "code" in joiner.text
    await joiner.post("/join/code", [("code", "abcd 2345")])
    assert joiner.headers["Location"] == "/join/ABCD2345"
    assert await joiner.see("/join/ABCD2345") == 404
    assert await joiner.post("/join/code", [("code", "nonsense!")]) == 404
    assert await joiner.post("/join", [("language", "en")]) == 403


async def test_a_closed_instance_lets_nobody_in_even_with_a_code(instance, joiner, code):
    made = await code(kind=PersonKind.TALENT, vouches=True)
    await set_choice(instance, MODE, "closed")
    assert await joiner.get(f"/join/{made}") == 403
    assert "at the moment" in joiner.text


async def test_open_joining_confirms_the_address_first(instance, joiner, letters):
    await set_choice(instance, MODE, "open")
    await joiner.begin()
    await joiner.answer("kind", ("kind", "talent"))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name")
    await joiner.answer("sign-in", ("email", "Sam@Post.example"), ("password", GOOD_PASSWORD))
    assert joiner.heading == "Look in your e-mail"
    assert joiner.page.select_one("input[name=password]") is None
    await joiner.answer("confirm", ("code", "AAAA-AAAA"))
    assert joiner.status == 422
    told = await letters()
    assert "sam@post.example" in told
    await joiner.answer("confirm", ("code", code_in(told).lower()))
    await joiner.agree()
    await joiner.answer("check")
    assert joiner.status == 409  # nobody is that quick
    await pass_time(instance, seconds=30)
    await joiner.answer("check")
    assert joiner.heading.startswith("Welcome")
    login = await instance.read(login_by_email, "sam@post.example")
    assert login.email_confirmed_at is not None
    assert login.disabled_at is None
    assert "Welcome to Ours" in await letters()


async def test_an_address_that_is_known_gets_another_letter_and_the_same_page(
    instance, joiner, letters
):
    from tests.support.people import make_login

    await make_login(instance, email="sam@post.example")
    await set_choice(instance, MODE, "open")
    await joiner.begin()
    await joiner.answer("kind", ("kind", "talent"))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name")
    await joiner.answer("sign-in", ("email", "sam@post.example"), ("password", GOOD_PASSWORD))
    assert joiner.heading == "Look in your e-mail"
    told = await letters()
    assert "You are here already" in told
    assert "Your code" not in told


async def test_a_wrong_code_can_be_guessed_a_few_times_only(instance, joiner, letters):
    await set_choice(instance, MODE, "open")
    await joiner.begin()
    await joiner.answer("kind", ("kind", "talent"))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name")
    await joiner.answer("sign-in", ("email", "sam@post.example"), ("password", GOOD_PASSWORD))
    right = code_in(await letters())
    for _ in range(8):
        await joiner.answer("confirm", ("code", "22222222"))
    await joiner.answer("confirm", ("code", right))
    assert joiner.status == 422
    await joiner.answer("confirm", go="again")
    assert joiner.status == 200
    await joiner.answer("confirm", ("code", code_in(await letters())))
    assert joiner.heading == "Your data, your choice"


async def test_a_program_that_fills_every_field_is_refused(instance, joiner):
    await set_choice(instance, MODE, "open")
    await joiner.begin()
    await joiner.answer("kind", ("kind", "talent"))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name")
    await joiner.answer(
        "sign-in", ("email", "bot@post.example"), ("password", GOOD_PASSWORD),
        ("website", "https://spam.example"),
    )  # fmt: skip
    assert joiner.status == 422
    assert await count(instance, Login) == 0


async def test_only_the_kinds_that_staff_chose_may_join_by_themselves(instance, joiner):
    await set_choice(instance, MODE, "open")
    await set_choice(instance, KINDS[PersonKind.EMPLOYER], False)
    await joiner.begin()
    values = [one["value"] for one in joiner.page.select("button[name=kind]")]
    assert "employer" not in values
    await joiner.answer("kind", ("kind", "employer"))
    assert joiner.status == 422
    for choice in KINDS.values():
        await set_choice(instance, choice, False)
    assert await joiner.get("/join") == 403


async def test_an_invitation_for_a_talent_lets_no_employer_in(joiner, code):
    await joiner.begin(await code(kind=PersonKind.TALENT, vouches=True))
    await joiner.post("/join/at/kind", [("kind", "employer"), ("go", "next")])
    assert joiner.headers["Location"] == "/join/at/age"


async def test_an_expired_code_says_so(instance, joiner, code):
    made = await code(kind=PersonKind.TALENT)
    await pass_time(instance, days=61)
    assert await joiner.get(f"/join/{made}") == 410
    assert "too old" in joiner.text


async def test_with_a_coach_every_text_stands_in_two_languages(instance, staff, code):
    coach, login_id = await staff(StaffRole.COACH)
    made = await code(login_id, kind=PersonKind.TALENT, vouches=True)
    await coach.get(f"/join/{made}?with=coach")
    await coach.post(f"/join/{made}", [("language", "ar"), ("with", "coach")])
    await coach.followed()
    assert coach.page.html["lang"] == "ar"
    heading = coach.page.h1.select("[lang]")
    assert [(one["lang"], one["dir"]) for one in heading] == [("ar", "rtl"), ("en", "ltr")]
    for block in coach.page.select(".join label, .join legend, .join button, .join h1, .join p"):
        assert block.select_one('[lang="en"]'), block
    await through_as_talent(coach)
    await coach.answer("check")
    assert "samira1" in coach.text
    session = await instance.read(
        lambda r: r.session.scalar(select(Person).where(Person.kind == PersonKind.TALENT))
    )
    decisions = await instance.read(history, session.id)
    assert {(one.how, one.login_id, one.language) for one in decisions} == {
        (How.COACH, login_id, "ar")
    }
    await coach.get("/staff/invitations")
    assert coach.status == 200  # the coach is still signed in


async def test_a_vouched_talent_may_give_an_address_and_learns_of_nobody(instance, joiner, code):
    from tests.support.people import make_login

    await make_login(instance, email="sam@post.example")
    await joiner.begin(await code(kind=PersonKind.TALENT, vouches=True))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name")
    await joiner.answer(
        "sign-in", ("sign_in_name", "sam1"), ("email", "sam@post.example"),
        ("password", GOOD_PASSWORD),
    )  # fmt: skip
    await joiner.agree()
    await joiner.answer("check")
    assert joiner.heading.startswith("Welcome")
    assert (await instance.read(login_by_name, "sam1")).email_sealed is None


async def test_approval_puts_an_application_before_the_staff(instance, joiner, letters):
    await set_choice(instance, MODE, "approval")
    await joiner.begin()
    await joiner.answer("kind", ("kind", "mentor"))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name", ("name", "Mo Mentor"))
    await joiner.answer("sign-in", ("email", "mo@post.example"), ("password", GOOD_PASSWORD))
    await joiner.answer("confirm", ("code", code_in(await letters())))
    await joiner.agree("matching")
    await joiner.answer("application", ("application", "hm"))
    assert joiner.status == 422
    await joiner.answer("application", ("application", "I was a welder for thirty years."))
    await pass_time(instance, seconds=30)
    await joiner.answer("check")
    assert joiner.heading == "Thank you"
    assert await count(instance, Application) == 1
    assert await people(instance) == []
    assert (await instance.read(login_by_email, "mo@post.example")).disabled_at is not None
    assert "We have your application" in await letters()
