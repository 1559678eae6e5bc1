"""What of a record can be filtered; reading and writing filters; places, months and maps."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from server.boards.filters import Sort, Wanted, query_of, wanted_in_text
from server.boards.maps import HEIGHT, WIDTH, map_of
from server.boards.model import Facet
from server.boards.months import bounds, month_asked, month_of
from server.boards.places import Point, distance, middle_of, middles
from server.boards.rules import around, extract, isco_prefixes, needs_met
from server.platform.errors import Invalid
from server.posts.kinds import Kind
from server.vocabularies.catalogue import catalogue
from tests.support.offers import sample

BRUSSELS = ZoneInfo("Europe/Brussels")


def marks(found, facet: Facet) -> set[str]:
    return {value for of, value in found.marks if of is facet}


def test_a_vacancy_can_be_filtered_by_what_it_needs_and_offers() -> None:
    record = sample("vacancy/valid-1") | {"jobStartDate": "2027-02-01"}
    found = extract(Kind.VACANCY, record, {record["occupation"]: "5322"}.get)
    assert marks(found, Facet.REGION) == {"BE", "BE2", "BE25", "BE255"}
    assert {"5", "53", "532", "5322"} < marks(found, Facet.OCCUPATION)
    assert marks(found, Facet.NEED) == {"nl:2"}
    assert found.level == 2
    assert marks(found, Facet.EMPLOYMENT) == {"PART_TIME"}
    assert marks(found, Facet.LANGUAGE) == {"nl", "fr", "ar"}
    assert (found.mode, found.contract, found.step_free) == ("ONSITE", "PERMANENT", True)
    assert found.starts_at == datetime(2027, 1, 31, 23, tzinfo=UTC)  # midnight in Brussels
    assert [place.is_exact for place in found.places] == [True]


@pytest.mark.parametrize(
    ("lead", "free_of_cv"),
    [("REAL", False), ("HIRE_WITHOUT_CV", True), ("JOB_SHADOWING", True), ("EXPECTED", False)],
)
def test_some_leads_need_no_cv(lead: str, *, free_of_cv: bool) -> None:
    assert extract(Kind.VACANCY, {"leadType": lead}).no_cv is free_of_cv


def test_a_course_needs_its_first_level_of_the_language_it_is_taught_in() -> None:
    found = extract(Kind.STUDY, sample("study/valid-1"))
    assert marks(found, Facet.NEED) == {"nl:1"}
    assert (found.mode, found.is_free, found.childcare) == ("ONSITE", True, True)


def test_a_place_without_an_address_stands_in_the_middle_of_its_region() -> None:
    found = extract(Kind.STUDY, sample("study/valid-1"))
    assert [(place.at, place.is_exact) for place in found.places] == [(middle_of("BE255"), False)]


def test_what_is_online_is_in_no_region_but_online() -> None:
    found = extract(Kind.TOOL, {"toolKind": "WEB", "regions": ["online"]})
    assert marks(found, Facet.REGION) == {"online"}
    assert found.mode == "ONLINE"
    assert found.places == ()


@pytest.mark.parametrize("kind", list(Kind))
def test_a_record_that_says_nothing_has_nothing_to_filter(kind: Kind) -> None:
    found = extract(kind, {"startDate": "soon", "languages": [{}], "cost": "much", "regions": 3})
    assert found.level == 0
    assert found.starts_at is None
    assert found.is_free is None


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_edge_of_the_calendar_are_passed_over(day: str) -> None:
    assert extract(Kind.STUDY, {"startDate": day, "regions": ["BE2"]}).starts_at is None


def test_codes_know_what_is_around_them() -> None:
    assert around("be255") == ["BE", "BE2", "BE25", "BE255"]
    assert isco_prefixes("http://data.europa.eu/esco/isco/C2512") == ["2", "25", "251", "2512"]
    assert isco_prefixes("nurse") == []
    assert needs_met("nl", 2) == ["nl:1", "nl:2", "*:1", "*:2"]


QUERY = (
    "text=warm+bread&regions=&region=BE2%2Cfi1b1&within=20&speaks=nl&level=A2&occupation=2512"
    "&employment=PART_TIME&employment=INTERN&contract=FIXED&since=2027-01-01&until=2027-02-01"
    "&mode=ONLINE&language=ar&free=1&no_cv=on&childcare=true&sort=nearest"
)


def test_a_filter_is_written_as_one_query_whatever_it_was_read_from() -> None:
    wanted = wanted_in_text(QUERY, Kind.VACANCY)
    assert wanted.regions == ("BE2", "FI1B1")
    assert wanted.employment == ("PART_TIME", "INTERN")
    assert wanted.sort is Sort.NEAREST
    assert wanted_in_text(query_of(wanted), Kind.VACANCY) == wanted
    assert query_of(wanted_in_text(query_of(wanted))) == query_of(wanted)
    assert query_of(Wanted()) == ""
    assert wanted.count == 14


@pytest.mark.parametrize(
    "query",
    [
        "level=D1", "mode=boat", "contract=x", "employment=x", "since=tomorrow", "within=-1",
        "within=9999999", "sort=best", "since=0001-01-01", "kind=dream", "free=perhaps",
        "text=" + "x" * 201, "region=" + ",".join(f"BE{n}" for n in range(20)),
    ],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_refused(query: str) -> None:
    with pytest.raises(Invalid):
        wanted_in_text(query)


def test_without_a_known_place_there_is_no_distance() -> None:
    wanted = wanted_in_text("region=BE&within=20&sort=nearest")
    assert (wanted.within, wanted.sort) == (0, Sort.NEWEST)


def test_every_region_of_belgium_and_finland_has_a_middle() -> None:
    codes = [code for code in catalogue("nuts-2024").codes if len(code) == 5]
    ours = [code for code in codes if code.startswith(("BE", "FI"))]
    assert len(ours) >= 60
    assert set(ours) <= set(middles())
    assert middle_of("BE") is None
    assert middle_of("XX123") is None


def test_distances_are_about_right() -> None:
    ostend, bruges = Point(51.23, 2.92), Point(51.21, 3.22)
    assert 20 < distance(ostend, bruges) < 22
    helsinki, turku = Point(60.17, 24.94), Point(60.45, 22.27)
    assert 145 < distance(helsinki, turku) < 153


class _Shown:
    """What months and maps read of a post."""

    def __init__(self, kind: str, number: int = 1, **said: object) -> None:
        self.kind, self.id, self.record = kind, number, said
        self.closes_at = said.get("closes_at")


def test_a_month_has_whole_weeks_and_its_posts_on_their_days() -> None:
    fair = _Shown("event", startTime="2027-01-14T23:30:00Z", endTime="2027-01-16T10:00:00Z")
    job = _Shown("vacancy", closes_at=datetime(2027, 1, 31, 22, 59, tzinfo=UTC))
    first = date(2027, 1, 1)
    month = month_of(first, [fair, job], BRUSSELS, Locale.parse("nl"), date(2027, 1, 15))
    days = {day.date: day for week in month.weeks for day in week}
    assert all(len(week) == 7 for week in month.weeks)
    assert month.weekdays[0] == "ma"
    assert [day.date.day for day in days.values() if day.posts] == [15, 16, 31]
    assert days[date(2027, 1, 15)].posts[0].begins is not None
    assert days[date(2027, 1, 16)].posts[0].begins is None
    assert days[date(2027, 1, 31)].posts[0].is_end
    assert days[date(2027, 1, 15)].is_today
    assert (month.before, month.after) == ("2026-12", "2027-02")


def test_weeks_begin_as_readers_know_them() -> None:
    month = month_of(date(2027, 1, 1), [], BRUSSELS, Locale.parse("ar_EG"), date(2027, 1, 1))
    assert month.weeks[0][0].date.weekday() == 5  # Saturday


def test_months_are_asked_for_by_name() -> None:
    today = date(2026, 11, 23)
    assert month_asked(None, today) == date(2026, 11, 1)
    assert month_asked("2027-02", today) == date(2027, 2, 1)
    first, last = bounds(date(2027, 3, 1), BRUSSELS)
    assert (last.date() - first.date()).days == 31
    for text in ("2027", "2027-13", "x-1", "9999-01", "٢٠٢٧-01", "-01", "2027-0x"):
        with pytest.raises(Invalid):
            month_asked(text, today)


def test_all_places_fit_into_the_picture_and_close_ones_are_one() -> None:
    ostend, also, helsinki = Point(51.23, 2.92), Point(51.2301, 2.9201), Point(60.17, 24.94)
    posts = [_Shown("tool", number) for number in range(3)]
    drawn = map_of([(posts[0], ostend, True), (posts[1], also, True), (posts[2], helsinki, False)])
    assert drawn is not None
    assert [len(pin.posts) for pin in drawn.pins] == [2, 1]
    assert all(0 < pin.x < WIDTH and 0 < pin.y < HEIGHT for pin in drawn.pins)
    assert drawn.pins[1].x > drawn.pins[0].x  # east is right
    assert drawn.pins[1].y < drawn.pins[0].y  # north is up
    assert drawn.tiles == ()
    assert 0 < drawn.scale_length <= WIDTH / 4


def test_tiles_cover_the_picture() -> None:
    drawn = map_of(
        [(_Shown("tool"), Point(51.0, 4.0), True)],
        tile_url="https://tiles.example/{z}/{x}/{y}.png",
        attribution="© Somebody",
    )
    assert drawn is not None
    assert drawn.tiles[0].url.startswith("https://tiles.example/12/")
    assert min(tile.x for tile in drawn.tiles) <= 0 < WIDTH <= max(t.x for t in drawn.tiles) + 256
    assert min(tile.y for tile in drawn.tiles) <= 0 < HEIGHT <= max(t.y for t in drawn.tiles) + 256
    assert drawn.attribution == "© Somebody"
    assert map_of([]) is None
