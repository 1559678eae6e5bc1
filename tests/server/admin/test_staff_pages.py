"""The pages of the staff: each role sees and does its own, and nobody else gets in."""

from typing import Any

import pytest
from sqlalchemy import select

from server.access.model import LoginRole, StaffRole
from server.access.queries import logins_of_person
from server.activity_log.model import LogEntry
from server.activity_log.queries import about_person
from server.admin.menu import entries_for
from server.moderation.queries import open_reports
from server.moderation.service import report_person
from server.people.model import Person, PersonKind
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.platform.choices import chosen
from server.platform.instance import Instance
from server.platform.work import Reading
from tests.support.page_reader import PageReader
from tests.support.people import make_person
from tests.support.programmes import make_programme

PAGES = (
    "/staff",
    "/staff/settings",
    "/staff/people",
    "/staff/reports",
    "/staff/languages",
    "/staff/log",
)


@pytest.fixture
async def boss(instance: Instance, sign_in: Any) -> PageReader:
    person = await make_person(instance, "boss", kind=PersonKind.MENTOR)
    reader: PageReader = await sign_in(person.id, roles=[StaffRole.ADMIN])
    await reader.get("/staff/settings")
    return reader


@pytest.fixture
async def talent(instance: Instance, sign_in: Any) -> Person:
    """Somebody with a login of their own."""
    person = await make_person(instance, "tala", kind=PersonKind.TALENT, reach=None)
    await sign_in(person.id)
    return person


async def test_every_page_opens_for_an_admin_and_names_the_others(boss: PageReader) -> None:
    for path in PAGES:
        assert await boss.get(path) == 200, path
        assert len(boss.page.find_all("h1")) == 1
        links = {link.get("href") for link in boss.page.select("nav[aria-labelledby=staff-menu] a")}
        assert set(PAGES) <= links


async def test_every_staff_page_of_every_room_has_the_menu(
    instance: Instance, sign_in: Any
) -> None:
    person = await make_person(instance, "ada", kind=PersonKind.MENTOR)
    reader: PageReader = await sign_in(person.id, roles=list(StaffRole))
    await reader.get("/staff")
    paths = [str(one["href"]) for one in reader.page.select("nav[aria-labelledby=staff-menu] a")]
    assert {"/staff/programmes", "/staff/tasks", "/staff/cases", "/staff/matching"} <= set(paths)
    programme = await make_programme(instance)
    desk = f"/staff/matching/{programme.id}"
    paths += [f"/staff/programmes/{programme.id}", "/staff/programmes/new", desk]
    paths += [f"{desk}/{one}" for one in ("matches", "bans", "numbers")]
    for path in paths:
        assert await reader.get(path) == 200, path
        links = {str(one["href"]) for one in reader.page.select("main nav a")}
        assert set(paths[:5]) <= links, path


async def test_programmes_and_stories_are_reached_from_every_page(
    instance: Instance, sign_in: Any, anybody: PageReader
) -> None:
    member: PageReader = await sign_in((await make_person(instance, "ann")).id)
    for reader, start in ((anybody, "/"), (member, "/home")):
        assert await reader.get(start) == 200
        links = {str(one.get("href")) for one in reader.page.select("header a, footer a")}
        assert {"/programmes", "/stories"} <= links
        for path in ("/programmes", "/stories"):
            assert await reader.get(path) == 200


@pytest.mark.parametrize("path", PAGES)
async def test_nobody_without_a_role_gets_in(
    instance: Instance, sign_in: Any, anybody: PageReader, path: str
) -> None:
    member: PageReader = await sign_in((await make_person(instance, "ann")).id)

    assert await anybody.get(path) in {302, 303, 401}
    assert await member.get(path) == 403


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (StaffRole.COACH, {"/staff", "/staff/people"}),
        (StaffRole.COORDINATOR, {"/staff", "/staff/people"}),
        (StaffRole.MODERATOR, {"/staff", "/staff/people", "/staff/reports"}),
    ],
)
async def test_each_role_opens_its_own_pages_and_sees_no_others_in_the_menu(
    instance: Instance, sign_in: Any, role: StaffRole, allowed: set[str]
) -> None:
    reader: PageReader = await sign_in((await make_person(instance, "helper")).id, roles=[role])

    for path in PAGES:
        assert (await reader.get(path) == 200) is (path in allowed), path
    await reader.get("/staff")
    shown = {link.get("href") for link in reader.page.select("nav[aria-labelledby=staff-menu] a")}
    assert shown & set(PAGES) == allowed
    routes = {entry.route for entry in entries_for(instance.features, frozenset({role.value}))}
    assert "admin.choices" not in routes


async def test_looking_at_an_account_is_written_down_for_the_person(
    instance: Instance, boss: PageReader, talent: Person
) -> None:
    await boss.get("/staff/people?text=tal&kind=talent")
    assert f"/staff/people/{talent.id}" in boss.body

    assert await boss.get(f"/staff/people/{talent.id}") == 200

    entries = await instance.read(lambda r: [one.verb for one in about_person(r, talent.id)])
    assert "look" in entries


async def test_people_elsewhere_and_unknown_ones_have_no_account_page(boss: PageReader) -> None:
    assert await boss.get("/staff/people/1") == 404
    assert await boss.get("/staff/people/999999999999") == 404


async def test_a_code_lets_somebody_in_and_a_coach_gets_none_for_an_admin(
    instance: Instance, sign_in: Any, boss: PageReader, talent: Person
) -> None:
    coach_person = await make_person(instance, "coach")
    coach: PageReader = await sign_in(coach_person.id, roles=[StaffRole.COACH])
    await coach.get(f"/staff/people/{talent.id}")
    (login_id,) = await instance.read(logins_of_person, talent.id)

    assert await coach.post(f"/staff/people/{talent.id}/code", [("login", str(login_id))]) == 200
    assert coach.page.select_one(".code")

    (own,) = await instance.read(logins_of_person, coach_person.id)
    assert await coach.post(f"/staff/people/{coach_person.id}/code", [("login", str(own))]) == 403
    assert await coach.post(f"/staff/people/{coach_person.id}/code", [("login", "7")]) == 404
    assert await coach.post(f"/staff/people/{talent.id}/code", [("login", str(own))]) == 404


async def test_roles_are_given_and_taken_by_admins_alone(
    instance: Instance, sign_in: Any, boss: PageReader, talent: Person
) -> None:
    (login_id,) = await instance.read(logins_of_person, talent.id)
    path = f"/staff/people/{talent.id}/roles"
    await boss.get(f"/staff/people/{talent.id}")

    await boss.post(
        path, [("login", str(login_id)), ("roles[]", "coach"), ("roles[]", "moderator")]
    )
    assert await instance.read(_roles, login_id) == {"coach", "moderator"}
    await boss.post(path, [("login", str(login_id)), ("roles[]", "coach")])
    assert await instance.read(_roles, login_id) == {"coach"}

    moderator: PageReader = await sign_in(
        (await make_person(instance, "mod")).id, roles=[StaffRole.MODERATOR]
    )
    await moderator.get("/staff")
    assert await moderator.post(path, [("login", str(login_id)), ("roles[]", "admin")]) == 403
    assert await instance.read(_roles, login_id) == {"coach"}


async def test_an_admin_cannot_stop_being_one_by_mistake(
    instance: Instance, boss: PageReader
) -> None:
    person_id = await instance.read(
        lambda r: r.session.scalar(select(Person.id).where(Person.kind == PersonKind.MENTOR))
    )
    (login_id,) = await instance.read(logins_of_person, person_id or 0)
    await boss.get(f"/staff/people/{person_id}")

    assert await boss.post(f"/staff/people/{person_id}/roles", [("login", str(login_id))]) == 422
    assert await boss.post(f"/staff/people/{person_id}/login", [("login", str(login_id))]) == 403
    assert await boss.post(f"/staff/people/{person_id}/suspend") == 403
    assert await instance.read(_roles, login_id) == {"admin"}


async def test_somebody_is_suspended_and_restored(
    instance: Instance, boss: PageReader, talent: Person
) -> None:
    path = f"/staff/people/{talent.id}/suspend"
    await boss.get(f"/staff/people/{talent.id}")

    await boss.post(path)
    assert (await instance.read(person_of, HOUSE, talent.id)).suspended
    await boss.get("/staff/people?suspended=true")
    assert f"/staff/people/{talent.id}" in boss.body
    await boss.post(path, [("restore", "true")])
    assert not (await instance.read(person_of, HOUSE, talent.id)).suspended


async def test_a_moderator_suspends_no_staff(instance: Instance, sign_in: Any) -> None:
    coach = await make_person(instance, "coach")
    await sign_in(coach.id, roles=[StaffRole.COACH])
    moderator: PageReader = await sign_in(
        (await make_person(instance, "mod")).id, roles=[StaffRole.MODERATOR]
    )
    await moderator.get("/staff")

    assert await moderator.post(f"/staff/people/{coach.id}/suspend") == 403


async def test_a_way_in_is_closed_and_opened_again(
    instance: Instance, boss: PageReader, talent: Person
) -> None:
    (login_id,) = await instance.read(logins_of_person, talent.id)
    path = f"/staff/people/{talent.id}"
    await boss.get(path)

    await boss.post(f"{path}/login", [("login", str(login_id))])
    await boss.get(path)
    assert "Open this way in again" in boss.text
    await boss.post(f"{path}/login", [("login", str(login_id))])
    await boss.get(path)
    assert "Close this way in" in boss.text


async def test_choices_are_kept_all_together_or_not_at_all(
    instance: Instance, boss: PageReader
) -> None:
    offered = {one.name: one for feature in instance.features for one in feature.choices}
    mode = offered["joining.mode"]
    sent = boss.form("/staff/settings")
    other = next(value for value, _ in mode.options if value != mode.default)

    changed = [(name, other if name == mode.name else value) for name, value in sent]
    wrong = [(name, "nonsense" if name == mode.name else value) for name, value in changed]
    assert await boss.post("/staff/settings", wrong) == 422
    assert await instance.read(chosen, mode) == mode.default
    assert await boss.post("/staff/settings", changed) == 303
    assert await instance.read(chosen, mode) == other

    verbs = await instance.read(
        lambda r: r.session.scalars(
            select(LogEntry.subject_id).where(LogEntry.verb == "choose")
        ).all()
    )
    assert verbs == [mode.name]


async def test_reports_are_shown_and_closed(
    instance: Instance, boss: PageReader, talent: Person
) -> None:
    other = await make_person(instance, "other", display_name="Other")
    await instance.work(
        report_person, reporter_id=talent.id, target_id=other.id, comment="Not a real job"
    )
    await boss.get("/staff")
    assert "1 waits" in boss.text
    await boss.get("/staff/reports")
    assert "Not a real job" in boss.text
    (report,) = await instance.read(lambda r: [one.id for one in open_reports(r)])

    assert await boss.post(f"/staff/reports/{report}/close") == 303
    assert await boss.post(f"/staff/reports/{report}/close") == 404
    assert await instance.read(lambda r: len(open_reports(r))) == 0


def _roles(r: Reading, login_id: int) -> set[str]:
    return set(r.session.scalars(select(LoginRole.role).where(LoginRole.login_id == login_id)))
