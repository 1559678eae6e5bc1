"""The pages of sources and tables: looked at before anything is kept, and only by their owner."""

from typing import Any

from server.access.model import StaffRole
from server.people.rules import HOUSE
from server.platform.http.paging import Page
from server.platform.instance import Instance
from server.posts.model import PostState
from server.posts.queries import account_posts
from tests.server.importing.conftest import Website, calendar, event
from tests.support.page_reader import PageReader, Pairs
from tests.support.people import make_person

COMMON: Pairs = [
    ("regions", "BE255"),
    ("helix", "COMMUNITY"),
    ("contact", "library@ours.example"),
    ("eventType", "LANGUAGE_CAFE"),
    ("mode", "ONSITE"),
    ("location", "Library"),
    ("withdraws", "1"),
    ("name", "Library calendar"),
]


async def titles(instance: Instance, person_id: int) -> dict[str, PostState | None]:
    rows = await instance.read(account_posts, HOUSE, person_id, Page(40))
    return {str(row.title): row.state for row in rows}


async def test_a_calendar_is_looked_at_then_read_from_now_on(
    instance: Instance, sign_in: Any, website: Website
) -> None:
    library = await make_person(instance, "library", display_name="Library")
    reader: PageReader = await sign_in(library.id)
    address = website.gives("/cal.ics", calendar(event("a", name="Coffee together")))
    await reader.get("/settings/sources")

    assert await reader.post("/settings/sources/look", [("address", address)]) == 200
    assert "Coffee together" in reader.text
    assert "Kind of event: This field is required." in reader.text.replace(" :", ":")
    assert await titles(instance, library.id) == {}

    sent = [("address", address), ("kind", "event"), *COMMON]
    assert await reader.post("/settings/sources", [*sent, ("look", "1")]) == 200
    assert "Ready to be posted." in reader.text
    assert await reader.post("/settings/sources", sent) == 303
    await reader.get(reader.headers["Location"])

    assert "Coffee together" in reader.text
    assert await titles(instance, library.id) == {"Coffee together": PostState.OPEN}

    source = reader.page.find("form", action=lambda one: str(one).endswith("/remove"))
    assert source is not None
    await reader.post(str(source["action"]), [("withdraws", "1")])
    assert await titles(instance, library.id) == {"Coffee together": PostState.WITHDRAWN}


async def test_what_cannot_be_read_is_said_and_the_address_kept(
    instance: Instance, sign_in: Any, website: Website
) -> None:
    reader: PageReader = await sign_in((await make_person(instance, "library")).id)
    await reader.get("/settings/sources")

    for address in (
        "no address",
        "ftp://x.example",
        "http://127.0.0.1:1/x",
        website.address + "/none",
    ):
        assert await reader.post("/settings/sources/look", [("address", address)]) == 422
        assert address in reader.body
        assert reader.page.select(".field__fault")
    page = website.gives("/page", "<html><title>Only a page</title>")
    assert await reader.post("/settings/sources/look", [("address", page)]) == 422
    assert "neither a calendar nor a feed" in reader.text
    assert await reader.post("/settings/sources", [("address", page)]) == 422


async def test_sources_need_somebody_and_belong_to_one_alone(
    instance: Instance, sign_in: Any, anybody: PageReader, website: Website
) -> None:
    owner = await make_person(instance, "owner")
    reader: PageReader = await sign_in(owner.id)
    await reader.get("/settings/sources")
    address = website.gives("/cal.ics", calendar(event("a")))
    await reader.post("/settings/sources", [("address", address), ("kind", "event"), *COMMON])
    path = reader.headers["Location"]
    other: PageReader = await sign_in((await make_person(instance, "other")).id)
    await other.get("/settings/sources")

    assert await other.get(path) == 404
    for action in ("read", "stop", "remove"):
        assert await other.post(f"{path}/{action}") == 404
    assert await anybody.get("/settings/sources") in {302, 303, 401}
    assert await reader.post(f"{path}/stop") == 303
    await reader.get(path)
    assert "Stopped" in reader.text
    assert await reader.post(f"{path}/read") == 303


TABLE = """Title;Deadline;Place;Contract;Id
Cook;24/12/2026;Ghent;Part time;n1
Cleaner;24/12/2026;Ostend;Full time;n2
"""
VACANCY: Pairs = [
    ("regions", "BE255"),
    ("helix", "BUSINESS"),
    ("contact", "jobs@ours.example"),
    ("applyUrl", "https://work.example/apply"),
    ("languages", "nl"),
    ("languages_level", "A2"),
    ("occupation", "5120"),
    ("contractTerm", "PERMANENT"),
    ("payTold", "before_interview"),
    ("name", "Our list"),
    ("withdraws", "1"),
]


async def upload(reader: PageReader, text: str, *pairs: tuple[str, str]) -> str:
    await reader.get("/settings/tables")
    status = await reader.post(
        "/settings/tables", [("kind", "vacancy"), *pairs], file=("jobs.csv", text.encode())
    )
    assert status == 303, reader.text
    return str(reader.headers["Location"])


async def test_a_table_is_taken_over_whole_and_a_newer_one_changes_the_same_posts(
    instance: Instance, sign_in: Any
) -> None:
    employer = await make_person(instance, "employer", display_name="The Anchor")
    reader: PageReader = await sign_in(employer.id)
    path = await upload(reader, TABLE)
    await reader.get(path)
    columns = [pair for pair in reader.form(path) if pair[0].startswith("column_")]
    assert ("column_0", "title") in columns
    assert "rows have faults" in reader.text

    assert await reader.post(path, [*columns, *VACANCY]) == 303, reader.text
    source = reader.headers["Location"]
    assert set(await titles(instance, employer.id)) == {"Cook", "Cleaner"}
    assert await reader.get(path) == 404

    newer = await upload(
        reader,
        TABLE.replace("Cook", "Chef").split("Cleaner")[0],
        ("source", source.rsplit("/", 1)[1]),
    )
    await reader.get(newer)
    assert "ready to be posted" in reader.text
    assert await reader.post(newer, reader.form(newer)) == 303, reader.text

    assert await titles(instance, employer.id) == {
        "Chef": PostState.OPEN,
        "Cleaner": PostState.WITHDRAWN,
    }


async def test_a_table_with_a_wrong_row_posts_nothing_at_all(
    instance: Instance, sign_in: Any
) -> None:
    employer = await make_person(instance, "employer")
    reader: PageReader = await sign_in(employer.id)
    path = await upload(reader, TABLE.replace("Cleaner", "X"))
    await reader.get(path)
    columns = [pair for pair in reader.form(path) if pair[0].startswith("column_")]

    assert await reader.post(path, [*columns, *VACANCY]) == 422

    assert "nothing was taken over" in reader.text
    assert "1 row has a fault" in reader.text
    assert await titles(instance, employer.id) == {}
    assert await reader.get("/settings/sources") == 200
    assert "There is no source yet." in reader.text


async def test_files_that_are_no_tables_are_refused_and_others_uploads_unseen(
    instance: Instance, sign_in: Any
) -> None:
    reader: PageReader = await sign_in((await make_person(instance, "employer")).id)
    other: PageReader = await sign_in((await make_person(instance, "other")).id)
    await reader.get("/settings/tables")

    assert await reader.post("/settings/tables") == 422
    assert await reader.post("/settings/tables", file=("a.csv", b"\x00\x01")) == 422
    path = await upload(reader, TABLE)

    assert await other.get(path) == 404
    await other.get("/settings/sources")
    assert await other.post(path, VACANCY) == 404


async def test_staff_see_all_sources_and_stop_one(
    instance: Instance, sign_in: Any, website: Website
) -> None:
    owner = await make_person(instance, "owner", display_name="Owner")
    reader: PageReader = await sign_in(owner.id)
    await reader.get("/settings/sources")
    address = website.gives("/cal.ics", calendar(event("a")))
    await reader.post("/settings/sources", [("address", address), ("kind", "event"), *COMMON])
    path = str(reader.headers["Location"])
    moderator: PageReader = await sign_in(
        (await make_person(instance, "mod")).id, roles=[StaffRole.MODERATOR]
    )

    assert await reader.get("/staff/sources") == 403
    assert await moderator.get("/staff/sources") == 200
    assert "Library calendar" in moderator.text
    assert await moderator.post(f"/staff/sources/{path.rsplit('/', 1)[1]}/stop") == 303
    await reader.get(path)
    assert "Stopped" in reader.text
    assert await moderator.post("/staff/sources/1/stop") == 404
