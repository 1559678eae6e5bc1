"""Invitations, applications and accounts on behalf: the staff's pages, and who may not see them."""

import pytest
from sqlalchemy import select

from server.access.model import Login, StaffRole
from server.access.names import login_by_email, login_by_name
from server.activity_log.model import LogEntry
from server.joining.choices import MODE
from server.joining.jobs import FORGET
from server.joining.model import Application, Coming, Invitation
from server.people.model import Person, PersonKind
from server.platform.jobs.model import JobRequest
from server.privacy.ledger import history
from server.privacy.model import How
from tests.server.joining.conftest import GOOD_PASSWORD, code_in, pass_time, set_choice
from tests.support.people import make_login, make_person

PAGES = (
    "/staff/invitations", "/staff/applications", "/staff/applications/1", "/staff/people/new",
)  # fmt: skip


async def all_of(instance, table):
    return await instance.read(lambda r: list(r.session.scalars(select(table).order_by(table.id))))


async def verbs(instance) -> list[str]:
    return [one.verb for one in await all_of(instance, LogEntry)]


@pytest.mark.parametrize("path", PAGES)
async def test_nobody_but_staff_sees_the_pages(instance, joiner, site_client, path):
    from server.access.sessions import begin_session
    from server.platform.http.middleware import SESSION_COOKIE

    assert await joiner.get(path) == 303
    person = await make_person(instance, "plain")
    login = await make_login(instance, [person.id], "plain@ours.example")
    joiner.cookies[SESSION_COOKIE] = await instance.work(begin_session, login.id, person.id)
    assert await joiner.get(path) == 403


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (StaffRole.COACH, "/staff/invitations", 200),
        (StaffRole.COACH, "/staff/applications", 403),
        (StaffRole.COACH, "/staff/people/new", 200),
        (StaffRole.MODERATOR, "/staff/applications", 200),
        (StaffRole.MODERATOR, "/staff/people/new", 403),
        (StaffRole.COORDINATOR, "/staff/applications", 403),
        (StaffRole.ADMIN, "/staff/applications", 200),
    ],
)
async def test_each_role_sees_only_its_own_pages(staff, role, path, status):
    browser, _ = await staff(role)
    assert await browser.get(path) == status


async def test_a_coach_makes_an_invitation_and_prints_it_in_two_languages(instance, staff):
    coach, login_id = await staff(StaffRole.COACH)
    await coach.get("/staff/invitations")
    await coach.post(
        "/staff/invitations",
        [("kind", "talent"), ("language", "ar"), ("most_uses", "12"), ("days", "30"),
         ("vouches", "1"), ("note", "Language café")],
    )  # fmt: skip
    (made,) = await all_of(instance, Invitation)
    assert (made.kind, made.language, made.most_uses, made.vouches) == ("talent", "ar", 12, True)
    assert made.made_by == login_id
    await coach.followed()
    assert coach.status == 200
    assert coach.page.select_one("svg.qr path")
    assert not coach.page.select("main [style]")
    poster = coach.page.select_one(".poster")
    assert (poster["lang"], poster["dir"]) == ("ar", "rtl")
    await coach.get(f"/staff/invitations/{made.id}/poster?language=nl&second=ar")
    shown = [one["lang"] for one in coach.page.select(".poster h1 [lang]")]
    assert shown == ["nl", "ar"]
    await coach.get(f"/staff/invitations/{made.id}/poster?language=xx&second=yy")
    assert coach.status == 200
    await coach.get("/staff/invitations")
    assert "0 of 12 used" in coach.text
    assert "make_invitation" in await verbs(instance)


async def test_a_code_cannot_be_read_in_the_database(instance, code):
    made = await code()
    (row,) = await all_of(instance, Invitation)
    assert made.encode() not in row.code_sealed
    assert made not in row.code_index


@pytest.mark.parametrize(
    "wrong",
    [
        [("most_uses", "0")], [("most_uses", "-1")], [("most_uses", "501")], [("days", "-1")],
        [("days", "366")], [("language", "xx")], [("note", "x" * 501)],
    ],
)  # fmt: skip
async def test_an_impossible_invitation_is_refused(instance, staff, wrong):
    coach, _ = await staff(StaffRole.COACH)
    await coach.get("/staff/invitations")
    await coach.post("/staff/invitations", wrong)
    if wrong == [("most_uses", "0")]:
        assert coach.status == 303  # nothing typed means one
        return
    assert coach.status == 422
    assert await all_of(instance, Invitation) == []


async def test_nonsense_in_the_form_of_an_invitation_is_refused(instance, staff):
    coach, _ = await staff(StaffRole.COACH)
    for wrong in ([("kind", "king")], [("most_uses", "many")], [("days", "9" * 40)]):
        await coach.get("/staff/invitations")
        assert await coach.post("/staff/invitations", wrong) == 422
    assert await all_of(instance, Invitation) == []


async def test_a_coach_sees_and_ends_only_their_own_codes(instance, staff, joiner, code):
    coach, coach_login = await staff(StaffRole.COACH, "cora")
    admin, _ = await staff(StaffRole.ADMIN, "ada")
    mine, theirs = await code(coach_login), await code(None)
    rows = await all_of(instance, Invitation)
    await coach.get("/staff/invitations")
    assert mine[:4] in coach.text
    assert theirs[:4] not in coach.text
    assert await coach.get(f"/staff/invitations/{rows[1].id}/poster") == 404
    assert await coach.post(f"/staff/invitations/{rows[1].id}/revoke") == 404
    assert await coach.post(f"/staff/invitations/{rows[0].id}/revoke") == 303
    assert await coach.get(f"/staff/invitations/{rows[0].id}/poster") == 404
    assert await joiner.get(f"/join/{mine}") == 410
    await admin.get("/staff/invitations")
    assert theirs[:4] in admin.text
    assert await admin.post(f"/staff/invitations/{rows[1].id}/revoke") == 303
    assert await joiner.get(f"/join/{theirs}") == 410


async def applied(instance, joiner, letters, email="mo@post.example") -> Application:
    await set_choice(instance, MODE, "approval")
    await joiner.begin()
    await joiner.answer("kind", ("kind", "mentor"))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name", ("name", "Mo Mentor"))
    await joiner.answer("sign-in", ("email", email), ("password", GOOD_PASSWORD))
    await joiner.answer("confirm", ("code", code_in(await letters())))
    await joiner.agree("matching")
    await joiner.answer("application", ("application", "I was a welder for thirty years."))
    await pass_time(instance, seconds=30)
    await joiner.answer("check")
    assert joiner.heading == "Thank you"
    return (await all_of(instance, Application))[-1]


async def test_an_application_is_approved_and_its_consents_are_on_record(
    instance, joiner, staff, letters
):
    asked = await applied(instance, joiner, letters)
    assert b"welder" not in asked.sealed
    moderator, login_id = await staff(StaffRole.MODERATOR)
    await moderator.get("/staff/applications")
    assert "welder" in moderator.text
    await moderator.get(f"/staff/applications/{asked.id}")
    assert "mo@post.example" in moderator.text
    await pass_time(instance, days=2)
    await moderator.post(
        f"/staff/applications/{asked.id}", [("answer", "yes"), ("reason", "We look forward!")]
    )
    assert moderator.status == 303
    row = await instance.read(lambda r: r.session.get(Application, asked.id))
    assert (row.state, row.decided_by, row.sealed) == ("approved", login_id, b"")
    person = await instance.read(lambda r: r.session.get(Person, row.person_id))
    assert (person.display_name, person.kind, person.waits_for_trust) == (
        "Mo Mentor", PersonKind.MENTOR, True,
    )  # fmt: skip
    decisions = await instance.read(history, person.id)
    assert "matching" in {one.purpose for one in decisions}
    # Agreed when the application was sent, not when it was decided.
    assert {one.at for one in decisions if one.version} == {row.applied_at}
    told = await letters()
    assert "You can join Ours" in told
    assert "We look forward!" in told
    assert "application_approved" in await verbs(instance)
    login = await instance.read(login_by_email, "mo@post.example")
    assert login.disabled_at is None
    await joiner.get("/auth/sign_in")
    await joiner.post(
        "/auth/sign_in", [*joiner.form("/auth/sign_in")[:0], ("email", "mo@post.example"),
                          ("password", GOOD_PASSWORD)],
    )  # fmt: skip
    assert joiner.status == 303


async def test_whoever_decides_hears_of_an_application_and_a_coach_does_not(
    instance, joiner, staff, letters
):
    from server.notifications.model import OwnNotice

    admin, _ = await staff(StaffRole.ADMIN, "ada")
    await staff(StaffRole.COACH, "cora")
    asked = await applied(instance, joiner, letters)
    (told,) = await all_of(instance, OwnNotice)
    assert told.about == {"application": str(asked.id)}
    await admin.get("/notifications")
    assert "Somebody asks to join." in admin.text


async def test_a_refusal_needs_a_reason_and_is_forgotten_after_a_month(
    instance, joiner, staff, letters
):
    asked = await applied(instance, joiner, letters)
    admin, _ = await staff(StaffRole.ADMIN)
    path = f"/staff/applications/{asked.id}"
    await admin.get(path)
    assert await admin.post(path, [("answer", "no"), ("reason", "  ")]) == 422
    assert await admin.post(path, [("reason", "Why")]) == 422
    assert await admin.post(path, [("answer", "perhaps")]) == 422
    assert await admin.post(path, [("answer", "no"), ("reason", "x" * 1_001)]) == 422
    assert await admin.post(path, [("answer", "no"), ("reason", "We help people in Ghent.")]) == 303
    assert "We help people in Ghent." in await letters()
    # Who comes second changes nothing.
    assert await admin.post(path, [("answer", "yes")]) == 303
    assert (await all_of(instance, Application))[0].state == "refused"
    assert await admin.get(path) == 409
    await pass_time(instance, days=31)
    await instance.work(lambda w: w.enqueue(JobRequest(kind=FORGET)))
    await instance.jobs.run_until_empty()
    assert await all_of(instance, Application) == []
    assert await instance.read(login_by_email, "mo@post.example") is None


async def test_an_unknown_application_is_not_found(staff):
    admin, _ = await staff(StaffRole.ADMIN)
    await admin.get("/staff/invitations")
    assert await admin.get("/staff/applications/12") == 404
    assert await admin.post("/staff/applications/12", [("answer", "yes")]) == 404


async def test_a_coach_makes_an_account_on_paper_and_the_person_takes_it_over(
    instance, staff, joiner, another
):
    coach, login_id = await staff(StaffRole.COACH)
    await coach.get("/staff/people/new")
    await coach.post(
        "/staff/people/new",
        [("kind", "talent"), ("language", "ar"), ("reference", "Folder 12, 34"),
         ("on_paper", "1"), ("agreed[]", "matching")],
    )  # fmt: skip
    assert coach.status == 200
    made = code_in(coach.text)
    (talent,) = [one for one in await all_of(instance, Person) if one.kind == "talent"]
    decisions = await instance.read(history, talent.id)
    assert {(one.how, one.reference, one.login_id) for one in decisions} == {
        (How.PAPER, "Folder 12, 34", login_id)
    }
    assert "matching" in {one.purpose for one in decisions}

    await joiner.begin(made, "ar")
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("sign-in", ("sign_in_name", "samira1"), ("password", GOOD_PASSWORD))
    await joiner.agree()
    await joiner.answer("check")
    assert joiner.status == 200
    assert f"@{(await instance.read(_handle, talent.id))}" in joiner.text
    coming = await instance.read(lambda r: r.session.get(Coming, talent.id))
    assert (coming.way, coming.brought_by) == ("on_behalf", login_id)
    assert coming.taken_over_at is not None
    assert await instance.read(login_by_name, "samira1") is not None
    assert await another.get(f"/join/{made.replace('-', '')}") == 410


def _handle(r, person_id):
    from server.people.queries import person_of
    from server.people.rules import HOUSE

    return person_of(r, HOUSE, person_id).username


@pytest.mark.parametrize(
    "wrong",
    [{"reference": ""}, {"on_paper": ""}, {"kind": ""}, {"language": ""},
     {"kind": "employer", "name": ""}, {"reference": "x" * 201}],
)  # fmt: skip
async def test_no_account_without_paper_kind_language_and_needed_name(instance, staff, wrong):
    coach, _ = await staff(StaffRole.COACH)
    fields = {"kind": "talent", "language": "en", "reference": "F 1", "on_paper": "1", **wrong}
    await coach.get("/staff/people/new")
    assert await coach.post("/staff/people/new", list(fields.items())) == 422
    assert [one for one in await all_of(instance, Person) if one.kind == "talent"] == []


async def test_what_is_over_is_forgotten(instance, joiner, code):
    await set_choice(instance, MODE, "open")
    await code()
    await joiner.begin()
    await joiner.answer("kind", ("kind", "talent"))
    await joiner.answer("age", ("old_enough", "1"))
    await joiner.answer("name")
    await joiner.answer("sign-in", ("email", "sam@post.example"), ("password", GOOD_PASSWORD))
    assert len(await all_of(instance, Login)) == 1
    await pass_time(instance, days=15)
    await instance.work(lambda w: w.enqueue(JobRequest(kind=FORGET)))
    await instance.jobs.run_until_empty()
    assert await all_of(instance, Login) == []
    assert len(await all_of(instance, Invitation)) == 1
    await pass_time(instance, days=140)
    await instance.work(lambda w: w.enqueue(JobRequest(kind=FORGET)))
    await instance.jobs.run_until_empty()
    assert await all_of(instance, Invitation) == []
