"""Choosing a pair: the list, the card that must be opened, the proposal, and what is written down."""

from datetime import timedelta
from typing import cast
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select, update

from server.access.model import LoginRole, StaffRole
from server.matching.desk.decisions import figures, reason_of
from server.matching.desk.keeping import export, forget_old
from server.matching.desk.model import CardOpening
from server.matching.model import Decision, Match, MatchRun, MatchState, PairBan
from server.matching.service import ban_pair
from server.people.model import PersonKind
from server.platform.clock import SetClock
from server.platform.instance import Instance
from server.platform.work import Reading, Work
from server.profiles.looking import looks_at
from server.programmes.leading import set_staff
from server.programmes.model import Participation
from tests.support.desks import TALENT, Desk, Staff, describe
from tests.support.matches import make_match
from tests.support.page_reader import PageReader
from tests.support.people import make_person
from tests.support.programmes import make_programme, take_part


async def matches(instance: Instance) -> list[tuple[int | None, int | None, MatchState]]:
    def unit(r: Reading) -> list[tuple[int | None, int | None, MatchState]]:
        rows = r.session.scalars(select(Match).order_by(Match.id))
        return [(row.talent_id, row.other_id, MatchState(row.state)) for row in rows]

    return await instance.read(unit)


async def decisions(instance: Instance) -> list[tuple[int | None, bool, int, str]]:
    def unit(r: Reading) -> list[tuple[int | None, bool, int, str]]:
        rows = r.session.scalars(select(Decision).order_by(Decision.id))
        return [(row.rank, row.followed, row.seconds, reason_of(r, row)) for row in rows]

    return await instance.read(unit)


async def test_who_waits_longest_stands_first_and_nobody_by_name(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    await describe(desk.instance, desk.tala, {"name": "Tala Secret"})

    assert await cora.get(desk.path) == 200
    listed = [one.get_text(" ", strip=True) for one in cora.page.select("#waiting ~ ol > li")]

    assert [one.split()[0] for one in listed] == ["@tala", "@omar"]
    assert "30 days" in listed[0]
    assert "Writing a CV" in listed[0]
    await cora.get(f"{desk.path}?talent={desk.tala.id}")
    assert "Secret" not in cora.text
    assert len(cora.page.select("h1")) == 1


async def test_candidates_come_with_bars_reasons_load_and_one_thing_to_know(
    desk: Desk, staff: Staff
) -> None:
    cora = await staff()

    await cora.get(f"{desk.path}?talent={desk.tala.id}")
    rows = cora.page.select("section[aria-labelledby=talent] > ol > li")

    assert [row.h3.get_text(strip=True) for row in rows if row.h3] == ["@mia", "@max"]
    assert "has 0 of 1" in rows[0].get_text(" ", strip=True)
    assert "To know:" in rows[0].get_text(" ", strip=True)
    assert len(rows[0].select("meter")) == len(rows[0].select("dt"))
    assert 1 <= len(rows[0].select("ul > li")) <= 3


async def test_every_look_is_written_down_for_the_person_and_a_list_once_a_day(
    desk: Desk, staff: Staff
) -> None:
    cora = await staff()
    for _ in range(3):
        await cora.get(desk.path)

    assert len(await desk.instance.read(looks_at, desk.tala.id)) == 1
    assert await desk.instance.read(looks_at, desk.mia.id) == []

    await cora.get(desk.pair(desk.tala, desk.mia))
    for person in (desk.tala, desk.mia):
        look = (await desk.instance.read(looks_at, person.id))[0]
        assert (look.purpose, look.role) == ("matching", "coordinator")
        assert "languages" in {one.name for one in look.fields}


async def test_a_suggestion_is_opened_then_proposed_and_the_talent_is_asked(
    desk: Desk, staff: Staff
) -> None:
    cora = await staff()
    await cora.get(f"{desk.path}?talent={desk.tala.id}")
    link = cora.page.select_one("section[aria-labelledby=talent] > ol > li h3 a")
    assert link is not None
    assert await cora.get(str(link["href"])) == 200
    assert "Suggestion number 1" in cora.text

    action = desk.pair(desk.tala, desk.mia) + "/propose"
    assert await cora.post(action, cora.form(action)) == 303

    assert await matches(desk.instance) == [(desk.tala.id, desk.mia.id, MatchState.PROPOSED)]
    assert [one[:2] for one in await decisions(desk.instance)] == [(1, True)]
    await cora.get(cora.headers["Location"])
    assert "Proposed." in cora.text
    assert "@tala" not in cora.page.select_one("section[aria-labelledby=waiting]").text  # type: ignore[union-attr]


async def test_nothing_is_proposed_unseen(desk: Desk, staff: Staff) -> None:
    cora = await staff()

    assert await cora.post(desk.pair(desk.tala, desk.mia) + "/propose") == 422
    assert "Open the card" in cora.text
    made = await make_match(
        desk.instance, desk.tala.id, desk.mia.id, MatchState.DRAFT, programme_id=desk.programme.id
    )
    assert await cora.post(f"{desk.path}/propose", [("match[]", str(made))]) == 422

    assert await matches(desk.instance) == [(desk.tala.id, desk.mia.id, MatchState.DRAFT)]
    assert await decisions(desk.instance) == []


async def test_a_colleagues_look_does_not_count_as_ones_own(desk: Desk, staff: Staff) -> None:
    cora, carl = await staff(), await staff("carl")
    await cora.get(desk.pair(desk.tala, desk.mia))

    assert await carl.post(desk.pair(desk.tala, desk.mia) + "/propose") == 422
    assert await matches(desk.instance) == []


async def test_choosing_against_the_suggestion_needs_a_reason_which_is_sealed(
    desk: Desk, staff: Staff
) -> None:
    cora = await staff()
    path = desk.pair(desk.tala, desk.max)
    await cora.get(path)

    assert await cora.post(path + "/propose", [("reason", " ")]) == 422
    assert "Say why" in cora.text
    assert await matches(desk.instance) == []
    assert await cora.post(path + "/propose", [("reason", "Both like chess")]) == 303

    rank, followed, _, reason = (await decisions(desk.instance))[0]
    assert (rank, followed, reason) == (2, False, "Both like chess")
    shown = await desk.instance.read(figures, desk.programme.id)
    assert (shown.count, shown.overridden, shown.rate) == (1, 1, 100)


async def test_two_are_compared_not_one_or_a_stranger(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    stranger = await make_person(desk.instance, "stray", kind=PersonKind.MENTOR)
    path = f"{desk.path}/compare?talent={desk.tala.id}"

    assert await cora.get(f"{path}&other[]={desk.mia.id}&other[]={desk.max.id}") == 200
    assert len(cora.page.select("meter")) >= 8
    assert await cora.get(f"{path}&other[]={desk.mia.id}") == 422
    assert await cora.get(f"{path}&other[]={desk.mia.id}&other[]={stranger.id}") == 404


async def test_relaxing_a_rule_is_written_down_and_only_for_this_run(
    desk: Desk, staff: Staff
) -> None:
    cora = await staff()
    beginner = {"languages": [{"language": "nl", "level": "A2"}], "learning_aim": ""}
    await describe(desk.instance, desk.tala, beginner)
    await cora.get(f"{desk.path}?talent={desk.tala.id}")
    assert "Nobody fits" in cora.text
    assert "2 more" in cora.text

    fields = [("talent", str(desk.tala.id)), ("rule", "language")]
    assert await cora.post(f"{desk.path}/relax", fields) == 303
    run_id = parse_qs(urlsplit(cora.headers["Location"]).query)["run"][0]
    await cora.get(cora.headers["Location"])
    assert "@mia" in cora.text
    assert "Relaxed this time: Level A2 is enough" in cora.text
    await cora.get(f"{desk.path}?talent={desk.tala.id}")
    assert "Nobody fits" in cora.text

    def runs(r: Reading) -> list[dict[str, bool]]:
        return [row.relaxed for row in r.session.scalars(select(MatchRun))]

    assert await desk.instance.read(runs) == [{"language": True}]
    fields[1] = ("rule", "consent")
    assert await cora.post(f"{desk.path}/relax", fields) == 422
    other = await make_programme(desk.instance)
    await take_part(desk.instance, other.id, desk.tala.id)
    elsewhere = f"/staff/matching/{other.id}?talent={desk.tala.id}"
    assert await cora.get(elsewhere) == 200
    assert await cora.get(f"{elsewhere}&run={run_id}") == 404


async def test_who_wants_no_score_gets_none_and_keeps_the_place(desk: Desk, staff: Staff) -> None:
    cora = await staff()

    def by_hand(w: Work) -> None:
        w.session.execute(
            update(Participation)
            .where(Participation.person_id == desk.tala.id)
            .values(by_hand=True)
        )

    await desk.instance.work(by_hand)
    await cora.get(f"{desk.path}?talent={desk.tala.id}")

    listed = [one.get_text(" ", strip=True) for one in cora.page.select("#waiting ~ ol > li")]
    assert listed[0].startswith("@tala")
    assert "By hand" in listed[0]
    middle = cora.page.select_one("section[aria-labelledby=talent]")
    assert middle is not None
    assert middle.select("meter") == []
    assert "of 100" not in middle.text
    assert "@mia" in middle.text
    await cora.get(f"{desk.path}?only=by_hand")
    assert "Waiting (1)" in cora.text


async def test_flags_name_what_is_in_the_way(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    nadia = await make_person(desk.instance, "nadia", kind=PersonKind.TALENT, reach=None)
    await take_part(desk.instance, desk.programme.id, nadia.id)

    await cora.get(desk.path)
    row = next(one for one in cora.page.select("#waiting ~ ol > li") if "@nadia" in one.text)
    assert "not given: Languages" in row.get_text(" ", strip=True)
    assert await cora.get(f"{desk.path}?only=consent") == 200
    assert "Waiting (0)" in cora.text


async def test_a_note_is_for_colleagues_and_is_sealed(desk: Desk, staff: Staff) -> None:
    cora, carl = await staff(), await staff("carl")
    fields = [("talent", str(desk.tala.id)), ("note", "Evenings only")]

    assert await cora.post(f"{desk.path}/notes", fields) == 303
    await carl.get(f"{desk.path}?talent={desk.tala.id}")
    assert "Evenings only" in carl.text
    copy = await desk.instance.read(export, desk.tala.id)
    assert copy["notes_of_coordinators"][0]["text"] == "Evenings only"
    action = next(
        str(one["action"]) for one in carl.page.select("form") if "/notes/" in str(one["action"])
    )
    stored = await desk.instance.read(
        lambda r: r.session.connection().exec_driver_sql("SELECT sealed FROM match_note").scalar()
    )
    assert stored is not None
    assert b"Evenings" not in bytes(stored)
    fields = [("talent", str(desk.mia.id)), ("note", "x")]
    assert await cora.post(f"{desk.path}/notes", fields) == 404
    assert await carl.post(action) == 303
    assert await carl.post(action) == 404


async def test_a_forbidden_pair_is_not_proposed_and_can_be_allowed_again(
    desk: Desk, staff: Staff
) -> None:
    cora = await staff()
    path = desk.pair(desk.tala, desk.mia)
    await cora.get(path)
    assert await cora.post(path + "/ban", [("ban", "refused")]) == 422
    assert await cora.post(path + "/ban", [("ban", "staff")]) == 303
    assert await cora.post(path + "/propose", [("reason", "because")]) == 409
    assert await matches(desk.instance) == []

    await cora.get(f"{desk.path}/bans")
    assert "@mia" in cora.text
    fields = [("talent", str(desk.tala.id)), ("other", str(desk.mia.id))]
    assert await cora.post(f"{desk.path}/bans/lift", fields) == 303
    assert await cora.post(path + "/propose", [("reason", "because")]) == 303


async def test_what_one_of_them_refused_staff_do_not_allow_again(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    await desk.instance.work(ban_pair, desk.tala.id, desk.mia.id, "refused", 1)

    fields = [("talent", str(desk.tala.id)), ("other", str(desk.mia.id))]
    assert await cora.post(f"{desk.path}/bans/lift", fields) == 409
    bans = await desk.instance.read(
        lambda r: r.session.scalar(select(func.count()).select_from(PairBan))
    )
    assert bans == 1


async def test_a_full_mentor_is_not_proposed_again(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    await make_match(
        desk.instance, desk.omar.id, desk.mia.id, MatchState.PROPOSED,
        programme_id=desk.programme.id,
    )  # fmt: skip
    path = desk.pair(desk.tala, desk.mia)

    await cora.get(path)
    assert "Full" in cora.text
    assert await cora.post(path + "/propose", [("reason", "because")]) == 409
    assert len(await matches(desk.instance)) == 1


async def test_where_a_second_look_is_wanted_a_colleague_has_to_agree(
    instance: Instance, staff: Staff
) -> None:
    programme = await make_programme(instance, needs_second_look=True)
    tala = await make_person(instance, "tala", kind=PersonKind.TALENT, reach=None)
    mia = await make_person(instance, "mia", kind=PersonKind.MENTOR)
    for person in (tala, mia):
        await describe(instance, person, {"languages": TALENT["languages"]})
        await take_part(instance, programme.id, person.id)
    cora, carl = await staff(), await staff("carl")
    path = f"/staff/matching/{programme.id}/pair/{tala.id}/{mia.id}"

    await cora.get(path)
    assert await cora.post(path + "/propose") == 303
    assert [one[2] for one in await matches(instance)] == [MatchState.DRAFT]
    await cora.get(path)
    assert await cora.post(path + "/propose") == 409
    await carl.get(path)
    assert await carl.post(path + "/propose") == 303
    assert [one[2] for one in await matches(instance)] == [MatchState.PROPOSED]


@pytest.mark.parametrize("role", [StaffRole.MODERATOR, None])
async def test_nobody_else_of_the_staff_or_the_members_gets_in(
    desk: Desk, sign_in: object, anybody: PageReader, role: StaffRole | None
) -> None:
    reader = await sign_in(desk.mia.id, roles=[role] if role else [])  # type: ignore[operator]
    await reader.get("/settings")

    for path in ("/staff/matching", desk.path, desk.pair(desk.tala, desk.mia)):
        assert await reader.get(path) == 403, path
        assert await anybody.get(path) in {302, 303, 401}, path
    assert await reader.post(desk.pair(desk.tala, desk.mia) + "/propose") == 403
    assert await reader.post(f"{desk.path}/run", [("step", "0")]) == 403
    assert await matches(desk.instance) == []


async def test_a_coach_of_the_programme_reads_and_changes_nothing(desk: Desk, staff: Staff) -> None:
    coach = await staff("coach", StaffRole.COACH)
    assert await coach.get(desk.path) == 404

    def join(w: Work) -> None:
        login = w.session.scalars(
            select(LoginRole.login_id).where(LoginRole.role == StaffRole.COACH)
        ).one()
        set_staff(w, desk.programme.id, {login: "coach"}, by=None)

    await desk.instance.work(join)
    assert await coach.get(f"{desk.path}?talent={desk.tala.id}") == 200
    assert "Suggest pairs" not in coach.text
    assert await coach.get(desk.pair(desk.tala, desk.mia)) == 200
    assert await coach.post(desk.pair(desk.tala, desk.mia) + "/propose") == 403
    assert await coach.post(f"{desk.path}/run", [("step", "0")]) == 403
    assert await matches(desk.instance) == []


async def test_an_opened_card_counts_for_a_week(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    await cora.get(desk.pair(desk.tala, desk.mia))
    cast("SetClock", desk.instance.clock).move(timedelta(days=8))

    assert await cora.post(desk.pair(desk.tala, desk.mia) + "/propose") == 422
    await desk.instance.work(forget_old)
    left = await desk.instance.read(
        lambda r: r.session.scalar(select(func.count()).select_from(CardOpening))
    )
    assert left == 0
