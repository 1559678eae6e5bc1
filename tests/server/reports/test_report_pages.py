"""The staff's reports: their numbers equal a count made by hand, and who may have them."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import select, update

from server.access.model import StaffRole
from server.matching.model import Match
from server.people.model import PersonKind
from server.platform.instance import Instance
from server.platform.work import Reading, Work
from server.privacy.erase import erase_person
from server.programmes.model import Participation, ProgrammeStaff
from server.programmes.service import withdraw
from server.reports.jobs import KEEP
from server.reports.keeping import keep_ended
from server.reports.model import Counted, ExportTrail
from tests.server.reports.scenes import FUNNEL, WHOLE, make_cohort, table, without_noughts
from tests.support.page_reader import PageReader
from tests.support.people import make_person
from tests.support.programmes import make_programme


@pytest.fixture
async def staff(instance: Instance, sign_in: Any) -> PageReader:
    """Give a coordinator with the pages."""
    person = await make_person(instance, "cora", PersonKind.ORGANISATION)
    reader: PageReader = await sign_in(person.id, [StaffRole.COORDINATOR])
    return reader


@pytest.fixture
async def admin(instance: Instance, sign_in: Any) -> PageReader:
    """Give an admin with the pages."""
    person = await make_person(instance, "ada", PersonKind.ORGANISATION)
    reader: PageReader = await sign_in(person.id, [StaffRole.ADMIN])
    return reader


def export(programme_id: int | str = "", **changed: str) -> list[tuple[str, str]]:
    told = {
        "programme": str(programme_id), "since": "2026-01-01", "until": "2026-11-23",
        "what": "numbers", "file": "csv", **changed,
    }  # fmt: skip
    return list(told.items())


async def trail(instance: Instance) -> list[ExportTrail]:
    def read(r: Reading) -> list[ExportTrail]:
        return list(r.session.scalars(select(ExportTrail).order_by(ExportTrail.id)))

    return await instance.read(read)


async def test_the_numbers_equal_a_count_made_by_hand(
    instance: Instance, staff: PageReader
) -> None:
    scene = await make_cohort(instance)
    for query in (f"?programme={scene.programme_id}&{WHOLE}", f"?{WHOLE}", ""):
        assert await staff.get(f"/staff/numbers{query}") == 200
        assert table(staff, "funnel") == FUNNEL
        assert table(staff, "outcomes") == {"Internship": "2", "Together": "2"}
        assert table(staff, "register") == {
            "Started": "4", "Active on the last day": "2", "Finished": "2",
            "With a positive outcome": "2", "With another outcome": "0", "Internship": "2",
        }  # fmt: skip
        assert table(staff, "success") == {"Per cent": "100"}
        assert without_noughts(table(staff, "meetings")) == {
            "Walk": "1", "Coffee": "2", "Phone": "1", "Video": "1", "Together": "5",
        }  # fmt: skip
        assert table(staff, "waiting") == {"People": "4", "Median in days": "0"}
        assert without_noughts(table(staff, "refusals")) == {
            "The talent said no": "1", "No answer": "1", "Together": "2",
        }  # fmt: skip
    assert "Success rate = finished with a positive outcome" in staff.text


async def test_another_programme_and_another_period_have_numbers_of_their_own(
    instance: Instance, staff: PageReader
) -> None:
    scene = await make_cohort(instance)
    other = await make_programme(instance, name="Another")
    await staff.get(f"/staff/numbers?programme={other.id}&{WHOLE}")
    assert set(table(staff, "funnel").values()) == {"0"}
    await staff.get(
        f"/staff/numbers?programme={scene.programme_id}&since=2026-01-01&until=2026-11-22"
    )
    assert set(table(staff, "funnel").values()) == {"0"}
    # Yesterday's meetings are in the period, whatever became of people today.
    assert table(staff, "meetings")["Together"] == "5"


async def test_small_numbers_are_hidden_on_wish(instance: Instance, staff: PageReader) -> None:
    await make_cohort(instance)
    await staff.get(f"/staff/numbers?{WHOLE}&hide=1")
    assert table(staff, "funnel") == {
        **FUNNEL, "Both said yes": "hidden", "Met once": "hidden", "Met three times": "hidden",
    }  # fmt: skip
    assert table(staff, "success") == {"Per cent": "hidden"}
    assert table(staff, "waiting") == {"People": "hidden", "Median in days": "hidden"}
    assert set(without_noughts(table(staff, "outcomes")).values()) == {"hidden"}
    assert "Numbers below 5 are hidden." in staff.text


async def test_the_page_has_no_script_and_no_style_of_its_own(
    instance: Instance, staff: PageReader
) -> None:
    await make_cohort(instance)
    await staff.get("/staff/numbers")
    main = staff.page.find("main")
    assert main is not None
    assert not main.find_all("script")
    assert not main.find_all(style=True)
    assert len(main.select("meter")) > 5
    assert len(main.select("h1")) == 1


async def test_the_print_view_says_the_same(instance: Instance, staff: PageReader) -> None:
    await make_cohort(instance)
    assert await staff.get(f"/staff/numbers/print?{WHOLE}") == 200
    assert table(staff, "funnel") == FUNNEL
    assert staff.page.select("form[action='/staff/numbers/export']") == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("since=2026-11-02&until=2026-11-01", "The end is before the beginning."),
        ("until=2026-11-24", "This day has not come yet."),
        ("since=2016-11-23&until=2026-11-23", "Choose nine years or less."),
        ("since=yesterday", "Write the day as 2027-12-31."),
    ],
)
async def test_a_period_that_makes_no_sense_is_refused(
    instance: Instance, staff: PageReader, query: str, told: str
) -> None:
    assert await staff.get(f"/staff/numbers?{query}") == 422
    assert told in staff.text
    assert staff.page.find("section", {"aria-labelledby": "t-funnel"}) is None
    await staff.get("/staff/numbers")
    assert await staff.post("/staff/numbers/export", export(until="2026-11-24")) == 422
    assert await trail(instance) == []


async def test_nonsense_gets_a_clear_answer(staff: PageReader) -> None:
    assert await staff.get("/staff/numbers?programme=12345") == 404
    assert await staff.get("/staff/numbers?programme=abc") == 422
    assert await staff.get("/staff/numbers?hide=perhaps") == 422
    assert await staff.post("/staff/numbers/export", export(file="exe")) == 422
    assert await staff.post("/staff/numbers/export", export(what="participants")) == 422


async def test_only_coordinators_and_admins_see_reports(
    instance: Instance, sign_in: Any, anybody: PageReader
) -> None:
    scene = await make_cohort(instance)
    mentor = await sign_in(scene.mentors["often"])
    coach_person = await make_person(instance, "cees", PersonKind.ORGANISATION)
    coach = await sign_in(coach_person.id, [StaffRole.COACH, StaffRole.MODERATOR])
    for reader in (mentor, coach):
        for path in ("", "/print", f"/{scene.programme_id}/funder"):
            assert await reader.get(f"/staff/numbers{path}") == 403
        await reader.get("/settings")
        assert await reader.post("/staff/numbers/export", export()) == 403
    assert await anybody.get("/staff/numbers") in {303, 401}
    assert await trail(instance) == []


async def test_a_coordinator_counts_no_programme_that_names_others(
    instance: Instance, staff: PageReader, admin: PageReader
) -> None:
    scene = await make_cohort(instance)

    def unit(w: Work) -> None:
        from server.access.model import LoginRole

        login_id = w.session.scalar(
            select(LoginRole.login_id).where(LoginRole.role == StaffRole.ADMIN)
        )
        assert login_id is not None
        w.session.add(
            ProgrammeStaff(programme_id=scene.programme_id, login_id=login_id, role="coordinator")
        )

    await instance.work(unit)
    assert await staff.get(f"/staff/numbers?programme={scene.programme_id}") == 404
    assert await staff.get(f"/staff/numbers/{scene.programme_id}/funder") == 404
    await staff.get("/staff/numbers")
    assert set(table(staff, "funnel").values()) == {"0"}
    assert await staff.post("/staff/numbers/export", export(scene.programme_id)) == 404
    await admin.get(f"/staff/numbers?programme={scene.programme_id}")
    assert table(admin, "funnel") == FUNNEL


async def test_a_file_is_written_into_the_trail(instance: Instance, staff: PageReader) -> None:
    scene = await make_cohort(instance)
    await staff.get("/staff/numbers")
    assert "Nobody took out a file yet." in staff.text
    assert await staff.post("/staff/numbers/export", export(scene.programme_id)) == 200
    assert staff.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in staff.headers["Cache-Control"]
    lines = list(csv.reader(io.StringIO(staff.body.removeprefix("\ufeff"))))
    assert ["Programme", "Together to work"] in lines
    assert ["Applied", "8"] in lines
    assert ["Met once", "3"] in lines
    await staff.get(f"/staff/numbers?programme={scene.programme_id}")
    assert "Our numbers (CSV)" in staff.text
    (taken,) = await trail(instance)
    assert (taken.what, taken.form, taken.programme_id) == ("numbers", "csv", scene.programme_id)
    assert not taken.hides_small


async def test_a_file_with_small_numbers_hidden_does_not_have_them(
    instance: Instance, staff: PageReader
) -> None:
    await make_cohort(instance)
    await staff.get("/staff/numbers")
    assert await staff.post("/staff/numbers/export", export(hide="1")) == 200
    lines = list(csv.reader(io.StringIO(staff.body.removeprefix("\ufeff"))))
    assert ["Met once", "hidden"] in lines
    assert [taken.hides_small for taken in await trail(instance)] == [True]


async def test_a_spreadsheet_can_be_taken_out(
    instance: Instance, staff: PageReader, site_client: Any
) -> None:
    await make_cohort(instance)
    await staff.get("/staff/numbers")
    sent = dict(export(file="xlsx")) | {"form_token": staff.token}
    cookies = "; ".join(f"{name}={value}" for name, value in staff.cookies.items())
    async with site_client.post(
        "/staff/numbers/export", data=sent, headers={"Cookie": cookies}
    ) as answer:
        assert answer.status == 200
        assert (await answer.read()).startswith(b"PK")
        assert answer.content_type.endswith("spreadsheetml.sheet")
    assert [taken.form for taken in await trail(instance)] == ["xlsx"]


async def test_an_erasure_and_the_end_of_keeping_change_no_sum(
    instance: Instance, admin: PageReader
) -> None:
    scene = await make_cohort(instance)
    await admin.get(f"/staff/numbers?{WHOLE}")
    keys = ("funnel", "outcomes", "register", "meetings", "refusals", "waiting", "success")
    before = {key: table(admin, key) for key in keys}
    for person_id in (scene.talents["often"], scene.talents["once"], scene.mentors["agreed"]):
        await instance.work(erase_person, instance.features, person_id=person_id, login_id=None)
    await instance.work(lambda w: withdraw(w, scene.parts["accepted"], by=None))
    await instance.work(keep_ended, _zone())

    def time_passes(w: Work) -> None:
        """Do what other rooms do when their periods of keeping are over."""
        w.session.execute(
            update(Match)
            .where(Match.id == scene.matches["ended"])
            .values(talent_id=None, other_id=None, talent_part_id=None, other_part_id=None)
        )
        for name in ("declined", "expired"):
            w.session.delete(w.session.get_one(Match, scene.matches[name]))
        w.session.delete(w.session.get_one(Participation, scene.parts["accepted"]))

    await instance.work(time_passes)
    await admin.get(f"/staff/numbers?{WHOLE}")
    assert {key: table(admin, key) for key in keys} == before


async def test_what_is_kept_leads_to_nobody(instance: Instance) -> None:
    scene = await make_cohort(instance)
    await instance.work(
        lambda w: erase_person(
            w, instance.features, person_id=scene.talents["often"], login_id=None
        )
    )

    def read(r: Reading) -> list[str]:
        return [str(one.facts) for one in r.session.scalars(select(Counted))]

    told = " ".join(await instance.read(read))
    assert told
    assert str(scene.talents["often"]) not in told
    assert str(scene.mentors["often"]) not in told


async def test_what_ended_is_written_down_every_night_once(instance: Instance) -> None:
    await make_cohort(instance)
    assert await instance.work(keep_ended, _zone()) == 4
    assert await instance.work(keep_ended, _zone()) == 0
    assert KEEP in {one.kind for feature in instance.features for one in feature.recurring}


def _zone() -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo("Europe/Brussels")
