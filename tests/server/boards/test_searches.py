"""Saved searches: kept by their owner alone, and told of what is new, once."""

from typing import Any

import pytest
from sqlalchemy import select

from server.boards import alerts
from server.boards.filters import Wanted, wanted_in_text
from server.boards.model import Rhythm, SavedSearch, SearchAlert
from server.boards.privacy import erase, export
from server.boards.searches import MOST, Ways, save_search, searches_of
from server.notifications.model import OwnNotice
from server.people.model import PersonKind
from server.people.relations import block, mute
from server.platform.instance import Instance
from server.platform.jobs.model import JobRow
from server.posts.kinds import Kind
from server.posts.model import Audience
from tests.support.offers import offer
from tests.support.people import make_login, make_person

JOBS = Wanted(kind=Kind.VACANCY)


async def keep(instance: Instance, person_id: int, wanted: Wanted = JOBS, **ways: Any) -> int:
    login_id = ways.pop("login_id", None)
    return await instance.work(save_search, person_id, login_id, "Mine", wanted, Ways(**ways))


async def told(instance: Instance, person_id: int) -> list[int]:
    """Run the alerts of this moment; return the counts of all notices so far."""
    await alerts.tell_at_once(instance, None)  # type: ignore[arg-type] # the job says nothing
    rows = select(OwnNotice.about).where(
        OwnNotice.person_id == person_id, OwnNotice.kind == "alert"
    )
    return await instance.read(
        lambda r: [about["count"] for about in r.session.scalars(rows.order_by(OwnNotice.id))]
    )


@pytest.fixture
async def talent(instance: Instance) -> int:
    return (await make_person(instance, "tal", PersonKind.TALENT, None)).id


@pytest.fixture
async def org(instance: Instance) -> int:
    return (await make_person(instance, "org")).id


async def test_somebody_is_told_of_what_is_new_once(
    instance: Instance, talent: int, org: int, later: Any
) -> None:
    await offer(instance, org, title="Before")
    later(minutes=1)
    await keep(instance, talent)
    await keep(instance, talent, Wanted())  # another search that finds the same
    assert await told(instance, talent) == []
    later(minutes=1)
    await offer(instance, org, title="New one")
    await offer(instance, org, title="New two")
    later(minutes=1)
    assert await told(instance, talent) == [2]
    later(minutes=1)
    assert await told(instance, talent) == [2]


async def test_a_search_finds_only_what_fits(
    instance: Instance, talent: int, org: int, later: Any
) -> None:
    await keep(instance, talent, wanted_in_text("region=FI&level=A1", Kind.VACANCY))
    later(minutes=1)
    await offer(instance, org)
    later(minutes=1)
    assert await told(instance, talent) == []


async def test_nobody_is_told_of_their_own_nor_of_what_they_may_or_want_not_see(
    instance: Instance, org: int, later: Any
) -> None:
    await keep(instance, org)
    others = {name: (await make_person(instance, name)).id for name in ("muted", "blocker", "far")}
    await instance.work(mute, org, others["muted"])
    await instance.work(block, others["blocker"], org)
    later(minutes=1)
    for author in (org, others["muted"], others["blocker"]):
        await offer(instance, author)
    await offer(instance, others["far"], audience=Audience.FOLLOWERS)
    later(minutes=1)
    assert await told(instance, org) == []


async def test_a_post_asks_for_the_alerts_and_they_wait_for_more(
    instance: Instance, org: int
) -> None:
    await offer(instance, org)
    await offer(instance, org)
    rows = select(JobRow).where(JobRow.kind == "boards.tell_at_once")
    found = await instance.read(lambda r: list(r.session.scalars(rows)))
    assert len(found) == 1
    assert found[0].run_at > instance.clock.now()


async def test_daily_searches_are_told_after_a_day(
    instance: Instance, talent: int, org: int, later: Any
) -> None:
    await keep(instance, talent, rhythm=Rhythm.DAILY)
    later(hours=1)
    await offer(instance, org)
    later(hours=1)
    await alerts.tell_due(instance, None)  # type: ignore[arg-type] # the job says nothing
    assert await told(instance, talent) == []
    later(hours=23)
    await alerts.tell_due(instance, None)  # type: ignore[arg-type] # the job says nothing
    assert await told(instance, talent) == [1]


async def test_a_mail_goes_to_the_login_that_asked_for_it(
    instance: Instance, talent: int, org: int, later: Any
) -> None:
    login = await make_login(instance, [talent], "tal@ours.example")
    await keep(instance, talent, by_email=True, by_notice=False, login_id=login.id)
    later(minutes=1)
    await offer(instance, org)
    later(minutes=1)
    assert await told(instance, talent) == []
    rows = select(JobRow.payload).where(JobRow.kind.like("%mail%"))
    payloads = await instance.read(lambda r: list(r.session.scalars(rows)))
    assert [(one["template"], one["topic"]) for one in payloads] == [
        ("boards/mail/alert", "alerts")
    ]


async def test_the_same_filter_is_kept_once_and_there_is_an_end(
    instance: Instance, talent: int
) -> None:
    first = await keep(instance, talent)
    assert await keep(instance, talent, rhythm=Rhythm.WEEKLY) == first
    (row,) = await instance.read(searches_of, talent)
    assert row.ways.rhythm is Rhythm.WEEKLY
    for number in range(MOST - 1):
        await keep(instance, talent, Wanted(text=f"word{number}"))
    with pytest.raises(Exception, match="saved searches"):
        await keep(instance, talent, Wanted(text="one more"))


async def test_a_search_is_saved_on_the_board_changed_and_deleted(
    instance: Instance, talent: int, sign_in: Any
) -> None:
    reader = await sign_in(talent)
    assert await reader.get("/board/vacancy?region=BE25&employment=PART_TIME") == 200
    sent = [(name, value) for name, value in reader.form("/settings/searches") if name != "name"]
    assert await reader.post("/settings/searches", [*sent, ("name", "Near the sea")]) == 303
    assert await reader.get("/settings/searches") == 200
    assert "Near the sea" in reader.text
    assert reader.page.select_one("h2 a")["href"] == (
        "/board/vacancy?region=BE25&employment=PART_TIME"
    )
    (row,) = await instance.read(searches_of, talent)
    path = f"/settings/searches/{row.id}"
    changed = [("name", "Sea"), ("rhythm", "weekly"), ("by_email", "1")]
    assert await reader.post(path, changed) == 303
    (row,) = await instance.read(searches_of, talent)
    assert (row.name, row.ways) == (
        "Sea", Ways(by_notice=False, by_email=True, rhythm=Rhythm.WEEKLY)
    )  # fmt: skip
    assert await reader.post(f"{path}/delete") == 303
    assert await instance.read(searches_of, talent) == []


async def test_nobody_touches_anothers_search(
    instance: Instance, talent: int, org: int, sign_in: Any, anybody: Any
) -> None:
    search_id = await keep(instance, talent)
    other = await sign_in(org)
    await other.get("/settings/searches")
    assert "Mine" not in other.text
    await other.get("/board")
    change = [("name", "Stolen"), ("rhythm", "daily")]
    assert await other.post(f"/settings/searches/{search_id}", change) == 404
    assert await other.post(f"/settings/searches/{search_id}/delete") == 404
    assert await other.post("/settings/searches", [("name", " "), ("query", "")]) == 422
    wrong = [("name", "x"), ("query", "level=Z")]
    assert await other.post("/settings/searches", wrong) == 422
    assert await other.post("/settings/searches", [("name", "x"), ("kind", "dream")]) == 404
    assert await other.post("/settings/searches", [("name", "x"), ("form_token", "y")]) == 403
    assert await anybody.get("/settings/searches") == 303
    (row,) = await instance.read(searches_of, talent)
    assert row.name == "Mine"


async def test_searches_are_exported_and_erased_with_their_owner(
    instance: Instance, talent: int, org: int, later: Any
) -> None:
    await keep(instance, talent, wanted_in_text("text=bread"))
    await keep(instance, org)
    later(minutes=1)
    post = await offer(instance, org, title="bread")
    later(minutes=1)
    await told(instance, talent)
    found = await instance.read(export, talent)
    assert [one["query"] for one in found["saved_searches"]] == ["text=bread"]
    assert [one["post_id"] for one in found["search_alerts"]] == [str(post.id)]
    await instance.work(erase, talent)

    def left(r: Any) -> tuple[list[int], list[int]]:
        searches = list(r.session.scalars(select(SavedSearch.person_id)))
        return searches, list(r.session.scalars(select(SearchAlert.person_id)))

    assert await instance.read(left) == ([org], [])


async def test_a_search_that_no_version_understands_is_left_out(
    instance: Instance, talent: int, org: int, later: Any
) -> None:
    search_id = await keep(instance, talent)

    def break_it(w: Any) -> None:
        w.session.get(SavedSearch, search_id).query = "level=Z9"

    await instance.work(break_it)
    assert await instance.read(searches_of, talent) == []
    later(minutes=1)
    await offer(instance, org)
    assert await told(instance, talent) == []
