"""The boards as pages: filters, counts, order, calendar, map, and what machines are told."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select

from server.boards import queries, service
from server.boards.filters import Wanted, wanted_in_text
from server.boards.model import BoardEntry, BoardMark, Facet
from server.federation.model import Reach
from server.people.model import PersonKind
from server.people.rules import ANYBODY, Viewer
from server.platform.http.paging import Slice
from server.platform.instance import Instance
from server.posts.kinds import Kind
from server.posts.model import PostState
from server.posts.service import close_post, delete_post, edit_post
from tests.support.offers import offer
from tests.support.people import make_person

ZONE = ZoneInfo("Europe/Brussels")


async def titles(instance: Instance, query: str = "", kind: Kind | None = None) -> list[str]:
    wanted = wanted_in_text(query, kind)
    rows = await instance.read(queries.found_posts, ANYBODY, wanted, Slice(50), ZONE)
    return [str(row.title) for row in rows]


@pytest.fixture
async def market(instance: Instance) -> int:
    """Publish offers that differ in everything that can be filtered; return their author."""
    org = (await make_person(instance, "org")).id
    await offer(instance, org, title="Carer")
    await offer(
        instance,
        org,
        title="Coder",
        leadType="HIRE_WITHOUT_CV",
        contractTerm="FIXED",
        contractMonths=6,
        employmentType=["FULL_TIME"],
        languages=[{"lang": "en", "cefr": "C1"}],
        regions=["FI1B1"],
        jobLocation={"name": "Helsinki", "latitude": 60.17, "longitude": 24.94},
        occupation="http://data.europa.eu/esco/isco/C2512",
        stepFree=None,
        jobStartDate="2027-03-01",
        validThrough="2026-12-01T12:00:00Z",
        translations=None,
    )
    await offer(
        instance,
        org,
        title="Baker",
        languages=[{"lang": "nl", "cefr": "NONE"}],
        occupation="http://data.europa.eu/esco/isco/C7512",
        remote="HYBRID",
        regions=["BE25"],
        jobLocation={"name": "Brugge", "latitude": 51.21, "longitude": 3.22},
        jobStartDate="2027-01-01",
        travelHelp=True,
        translations=None,
    )
    await offer(instance, org, "event", name="Fair")
    await offer(instance, org, "study", name="Dutch")
    return org


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Carer", "Coder", "Baker", "Fair", "Dutch"}),
        ("kind=vacancy", {"Carer", "Coder", "Baker"}),
        ("region=BE25", {"Carer", "Baker", "Fair", "Dutch"}),
        ("region=be255&region=FI", {"Carer", "Coder", "Fair", "Dutch"}),
        ("region=BE251", set()),
        ("region=BE251&within=30", {"Carer", "Baker", "Fair", "Dutch"}),
        ("region=BE251&within=10", {"Baker"}),
        ("level=A1", {"Baker", "Fair", "Dutch"}),
        ("level=A2", {"Carer", "Baker", "Fair", "Dutch"}),
        ("speaks=nl", {"Carer", "Baker", "Fair", "Dutch"}),
        ("speaks=en&level=C1", {"Coder", "Baker", "Fair"}),
        ("occupation=25", {"Coder"}),
        ("employment=PART_TIME,FULL_TIME&kind=vacancy", {"Carer", "Coder", "Baker"}),
        ("contract=FIXED", {"Coder"}),
        ("no_cv=1", {"Coder"}),
        ("free=1", {"Fair", "Dutch"}),
        ("childcare=1", {"Fair", "Dutch"}),
        ("travel_help=1", {"Baker"}),
        ("mode=HYBRID", {"Baker"}),
        ("since=2027-02-01", {"Coder", "Dutch"}),
        ("since=2027-01-10&until=2027-01-31", {"Fair", "Dutch"}),
        ("language=ar", {"Carer"}),
        ("text=BAKER", {"Baker"}),
        ("text=nothing-like-it", set()),
    ],
)
async def test_a_board_shows_what_fits(
    query: str, found: set[str], instance: Instance, market: int
) -> None:
    assert set(await titles(instance, query)) == found


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", ["Baker", "Coder", "Carer"]),
        ("sort=closing", ["Coder", "Baker", "Carer"]),
        ("sort=starting", ["Baker", "Coder", "Carer"]),
        ("sort=nearest&region=BE251,FI,BE", ["Baker", "Carer", "Coder"]),
    ],
)
async def test_a_board_is_sorted(
    query: str, order: list[str], instance: Instance, market: int
) -> None:
    assert await titles(instance, query, Kind.VACANCY) == order


async def test_counts_say_how_many_would_be_left(instance: Instance, market: int) -> None:
    wanted = Wanted(kind=Kind.VACANCY)
    counts = await instance.read(queries.counts, ANYBODY, wanted, ZONE)
    assert (counts.total, counts.is_capped) == (3, False)
    assert counts.kinds == {"vacancy": 3, "event": 1, "study": 1}
    assert counts.flags == {
        "free": 0, "no_cv": 1, "childcare": 0, "step_free": 2, "travel_help": 1
    }  # fmt: skip
    assert counts.marks[Facet.REGION]["BE25"] == 2
    assert counts.marks[Facet.OCCUPATION]["2"] == 1
    assert counts.levels["A1"] == 1
    assert counts.levels["C2"] == 3
    assert counts.modes == {"ONSITE": 2, "ONLINE": 0, "HYBRID": 1}
    for value, count in counts.marks[Facet.REGION].items():
        assert len(await titles(instance, f"region={value}", Kind.VACANCY)) == count


async def test_a_page_of_counts_and_posts_takes_a_fixed_number_of_statements(
    instance: Instance, market: int
) -> None:
    async def spent() -> int:
        seen: list[str] = []

        def read(r: Any) -> None:
            engine = r.session.get_bind()

            def count(*args: Any) -> None:
                seen.append(args[2])

            event.listen(engine, "before_cursor_execute", count)
            queries.found_posts(r, ANYBODY, Wanted(), Slice(50), ZONE)
            queries.counts(r, ANYBODY, Wanted(), ZONE)
            event.remove(engine, "before_cursor_execute", count)

        await instance.read(read)
        return len(seen)

    before = await spent()
    for number in range(5):
        await offer(instance, market, "tool", name=f"Tool {number}")
    assert await spent() == before <= 12


async def test_the_index_follows_the_post(instance: Instance, market: int) -> None:
    post = await offer(instance, market, "tool", name="Dictionary")
    assert "Dictionary" in await titles(instance, "region=BE25")
    from server.posts.service import Change

    record = {**(post.record or {}), "regions": ["FI1B1"]}
    await instance.work(edit_post, market, post.id, Change(record=record))
    assert "Dictionary" not in await titles(instance, "region=BE25")
    assert "Dictionary" in await titles(instance, "region=FI1B")
    await instance.work(close_post, market, post.id, PostState.WITHDRAWN)
    assert "Dictionary" not in await titles(instance)
    assert "Dictionary" in await titles(instance, "closed=1")
    await instance.work(close_post, market, post.id, PostState.OPEN)
    assert "Dictionary" in await titles(instance)
    await instance.work(delete_post, market, post.id)
    assert "Dictionary" not in await titles(instance, "closed=1")
    assert await instance.read(lambda r: r.session.get(BoardEntry, post.id)) is None


async def test_what_is_past_its_date_is_closed_at_that_moment(
    instance: Instance, market: int, later: Any
) -> None:
    later(days=9)
    assert "Coder" not in await titles(instance)


async def test_the_index_can_be_made_anew(instance: Instance, market: int) -> None:
    before = await titles(instance, "region=BE2")

    def lose(w: Any) -> None:
        for post_id in list(w.session.scalars(select(BoardEntry.post_id))):
            service.unlist_post(w, post_id)

    await instance.work(lose)
    assert await titles(instance) == []
    assert await instance.work(service.list_missing) == 5
    assert await instance.work(service.list_missing) == 0
    assert await titles(instance, "region=BE2") == before
    await instance.work(lambda w: w.session.query(BoardMark).delete())
    last = 0
    while last := await instance.work(service.rebuild_after, last):
        continue
    assert await titles(instance, "region=BE2") == before


async def test_whoever_is_at_home_is_on_no_board_for_strangers(instance: Instance) -> None:
    for reach in Reach:
        person = await make_person(instance, f"a_{reach}", PersonKind.EMPLOYER, reach)
        await offer(instance, person.id, "tool", name=f"Tool of {reach}")
    assert await titles(instance) == ["Tool of fediverse"]
    counts = await instance.read(queries.counts, ANYBODY, Wanted(), ZONE)
    assert (counts.total, counts.kinds) == (1, {"tool": 1})
    member = Viewer.member((await make_person(instance, "member")).id)
    rows = await instance.read(queries.found_posts, member, Wanted(), Slice(9), ZONE)
    assert len(rows) == 3


async def test_the_page_says_its_filter_and_leads_back(anybody: Any, market: int) -> None:
    path = "/board/vacancy?region=BE25&level=A2&no_cv=0"
    assert await anybody.get(path) == 200
    page = anybody.page
    assert page.select_one("h2#results").get_text() == "2 results"
    chips = {chip.get_text(" ", strip=True).split(" –")[0]: chip["href"]
             for chip in page.select(".board-chips a")}  # fmt: skip
    assert chips["Language level up to A2"] == "/board/vacancy?region=BE25"
    assert chips["West Flanders (province)"] == "/board/vacancy?level=A2"
    assert all("nofollow" in chip["rel"] for chip in page.select(".board-chips a"))
    assert page.select_one("select[name=region] option[selected]")["value"] == "BE25"
    assert page.select_one("link[rel=canonical]")["href"].endswith("?region=BE25&level=A2")
    assert page.select_one("meta[name=robots]")["content"] == "noindex, follow"


async def test_a_board_with_one_filter_may_be_indexed(anybody: Any, market: int) -> None:
    await anybody.get("/board/vacancy?region=BE25")
    assert anybody.page.select_one("meta[name=robots]") is None


async def test_a_board_names_its_feeds(anybody: Any, market: int) -> None:
    await anybody.get("/board/event?region=BE25")
    links = {one["type"]: one["href"] for one in anybody.page.select("link[rel=alternate][type]")}
    assert links["application/rss+xml"] == (
        "https://ours.example/board/event.rss?region=BE25&lang=en"
    )
    assert {"application/atom+xml", "application/feed+json", "text/calendar"} < set(links)
    assert "&lt;iframe" in anybody.body


async def test_the_calendar_has_events_and_last_days(anybody: Any, market: int) -> None:
    assert await anybody.get("/board?view=calendar&month=2027-01") == 200
    table = anybody.page.select_one("table.calendar")
    assert len(table.select("thead th[scope=col]")) == 7
    entries = [one.get_text(" ", strip=True) for one in table.select(".calendar__entry")]
    assert "13:00 Job fair for newcomers" in entries
    assert "Last day: Carer" in entries
    assert all("Coder" not in one for one in entries)
    following = anybody.page.select_one(".board-month a[rel~=next]")["href"]
    assert await anybody.get(following) == 200
    assert "February 2027" in anybody.text


async def test_the_map_is_a_picture_with_links_and_a_list(anybody: Any, market: int) -> None:
    assert await anybody.get("/board/vacancy?view=map") == 200
    pins = anybody.page.select("svg[data-map] a")
    assert len(pins) == 2  # two towns of one coast are one point
    for pin in pins:
        assert anybody.page.find(id=pin["href"].removeprefix("#")) is not None
        assert pin["aria-label"].startswith("Place ")
    assert not anybody.page.select("svg image")
    assert "tiles" not in anybody.headers["Content-Security-Policy"]


async def test_tiles_come_from_the_operators_source_alone(
    instance: Instance, anybody: Any, market: int
) -> None:
    chosen = replace(
        instance.settings.map,
        tile_url="https://tiles.example/{z}/{x}/{y}.png",
        attribution="© Makers of the map",
    )
    instance.settings = replace(instance.settings, map=chosen)
    await anybody.get("/board/vacancy?view=map")
    assert anybody.page.select("svg image[href^='https://tiles.example/']")
    assert "© Makers of the map" in anybody.text
    policy = anybody.headers["Content-Security-Policy"]
    assert "img-src 'self' https://tiles.example data: blob:" in policy
    await anybody.get("/board/vacancy")
    assert "tiles.example" not in anybody.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/board?view=space", "/board?level=Z9", "/board?month=x&view=calendar", "/board?offset=-1",
        "/board?since=yesterday", "/board?region=" + "x" * 90, "/board/vacancy?sort=best",
    ],
)  # fmt: skip
async def test_nonsense_is_refused(path: str, anybody: Any) -> None:
    assert await anybody.get(path) in {400, 422}


async def test_counts_are_kept_for_a_moment_only(
    instance: Instance, anybody: Any, market: int, later: Any
) -> None:
    await anybody.get("/board/tool")
    await offer(instance, market, "tool")
    await anybody.get("/board/tool")
    assert len(anybody.page.select("article.post-card")) == 1
    later(seconds=30)
    await anybody.get("/board/tool")
    assert anybody.page.select_one("h2#results").get_text() == "1 result"
