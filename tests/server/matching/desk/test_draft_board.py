"""The draft board: run, lock, swap, drop and undo, each solved again; and what changes nothing."""

from collections.abc import Sequence

from sqlalchemy import select

from server.matching.desk.drafts import layout_of
from server.matching.model import Match, MatchRun, MatchState
from server.matching.service import ban_pair, set_locked
from server.people.model import Person, PersonKind
from server.platform.instance import Instance
from server.platform.work import Reading
from server.programmes import leading
from tests.support.desks import MENTOR, TALENT, Desk, Staff, describe
from tests.support.matches import make_match, the_match
from tests.support.page_reader import PageReader, Pairs
from tests.support.people import make_person
from tests.support.programmes import make_programme, take_part


async def board(desk: Desk) -> set[tuple[str, str, bool]]:
    """Return the pairs on the board by handle, and whether each is locked."""
    known = {one.id: name for name, one in vars(desk).items() if isinstance(one, Person)}
    found = await desk.instance.read(layout_of, desk.programme.id)
    return {
        (known[one.talent_id], known[one.other_id], one.is_locked) for one in found.pairs.values()
    }


async def move(desk: Desk, reader: PageReader, verb: str, fields: Pairs | None = None) -> int:
    """Send a form of the board as the page shows it now."""
    step = (await desk.instance.read(layout_of, desk.programme.id)).step
    return await reader.post(f"{desk.path}/{verb}", [("step", str(step)), *(fields or [])])


async def match_of(desk: Desk, talent: Person, other: Person) -> Pairs:
    found = await desk.instance.read(layout_of, desk.programme.id)
    return [("match", str(found.pairs[talent.id, other.id].match_id))]


async def all_matches(instance: Instance) -> Sequence[tuple[int | None, int | None, str]]:
    def unit(r: Reading) -> Sequence[tuple[int | None, int | None, str]]:
        rows = r.session.scalars(select(Match).order_by(Match.id))
        return [(row.talent_id, row.other_id, row.state) for row in rows]

    return await instance.read(unit)


SUGGESTED = {("tala", "mia", False), ("omar", "max", False)}
SWAPPED = {("tala", "max", True), ("omar", "mia", True)}


async def test_a_run_suggests_pairs_for_everybody_and_tells_nobody(
    desk: Desk, staff: Staff
) -> None:
    cora = await staff()

    assert await move(desk, cora, "run") == 303
    assert await board(desk) == SUGGESTED
    await cora.get(desk.path)
    assert "Pairs 2" in cora.text
    assert "Waiting 0" in cora.text
    assert cora.page.select("input[name='match[]']") == []  # no card was opened yet
    assert {one[2] for one in await all_matches(desk.instance)} == {MatchState.DRAFT}
    runs = await desk.instance.read(
        lambda r: [x.totals for x in r.session.scalars(select(MatchRun))]
    )
    assert [(one["pairs"], one["waiting"]) for one in runs] == [(2, 0)]


async def test_swapping_locks_both_and_undo_brings_the_former_board_back(
    desk: Desk, staff: Staff
) -> None:
    cora = await staff()
    await move(desk, cora, "run")
    one, two = await match_of(desk, desk.tala, desk.mia), await match_of(desk, desk.omar, desk.max)
    assert await cora.get(f"{desk.path}/swap?match={one[0][1]}") == 200
    assert "@omar" in cora.text

    assert await move(desk, cora, "swap", [*one, ("with_match", two[0][1])]) == 303
    assert await board(desk) == SWAPPED
    assert await move(desk, cora, "run") == 303
    assert await board(desk) == SWAPPED

    assert await move(desk, cora, "undo") == 303
    assert await board(desk) == SWAPPED
    assert await move(desk, cora, "undo") == 409  # one step, not more


async def test_a_swap_does_not_make_a_forbidden_pair(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    await desk.instance.work(ban_pair, desk.omar.id, desk.mia.id, "staff", 1)
    await move(desk, cora, "run")
    one, two = await match_of(desk, desk.tala, desk.mia), await match_of(desk, desk.omar, desk.max)

    assert await move(desk, cora, "swap", [*one, ("with_match", two[0][1])]) == 409
    assert await board(desk) == SUGGESTED


async def test_undo_of_a_swap(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    await move(desk, cora, "run")
    one, two = await match_of(desk, desk.tala, desk.mia), await match_of(desk, desk.omar, desk.max)
    await move(desk, cora, "swap", [*one, ("with_match", two[0][1])])

    assert await move(desk, cora, "undo") == 303
    assert await board(desk) == SUGGESTED


async def test_what_is_dropped_is_not_suggested_again_until_the_next_run(
    desk: Desk, staff: Staff
) -> None:
    cora = await staff()
    await move(desk, cora, "run")

    assert await move(desk, cora, "drop", await match_of(desk, desk.tala, desk.mia)) == 303
    assert await board(desk) == {("tala", "max", False), ("omar", "mia", False)}
    lock = await match_of(desk, desk.omar, desk.mia)
    assert await move(desk, cora, "lock", lock) == 303
    assert ("tala", "mia", False) not in await board(desk)
    assert await move(desk, cora, "unlock", lock) == 303
    assert await move(desk, cora, "run") == 303
    assert await board(desk) == SUGGESTED


async def test_a_locked_pair_stays_and_the_rest_is_solved_around_it(
    desk: Desk, staff: Staff
) -> None:
    cora = await staff()
    path = desk.pair(desk.tala, desk.max)
    await cora.get(path)
    assert await cora.post(path + "/place", [("step", "0")]) == 303

    assert await board(desk) == SWAPPED - {("omar", "mia", True)} | {("omar", "mia", False)}
    assert await move(desk, cora, "clear") == 303
    assert await board(desk) == {("tala", "max", True)}
    match = await match_of(desk, desk.tala, desk.max)
    assert await move(desk, cora, "unlock", match) == 303
    assert await board(desk) == SUGGESTED


async def test_opened_pairs_are_proposed_together_and_leave_the_board(
    desk: Desk, staff: Staff
) -> None:
    cora = await staff()
    await move(desk, cora, "run")
    for talent, other in ((desk.tala, desk.mia), (desk.omar, desk.max)):
        await cora.get(desk.pair(talent, other))
    await cora.get(desk.path)
    ticks = [("match[]", str(one["value"])) for one in cora.page.select("input[name='match[]']")]
    assert len(ticks) == 2

    assert await cora.post(f"{desk.path}/propose", ticks) == 303
    assert await board(desk) == set()
    assert {one[2] for one in await all_matches(desk.instance)} == {MatchState.PROPOSED}
    await cora.get(f"{desk.path}/matches")
    assert cora.text.count("The talent is asked") == 2
    action = str(cora.page.select("main form")[0]["action"])
    assert await cora.post(action) == 303
    assert await cora.post(action) == 409


async def test_one_pair_that_was_not_opened_holds_up_all(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    await move(desk, cora, "run")
    await cora.get(desk.pair(desk.tala, desk.mia))
    both = [
        ("match[]", (await match_of(desk, talent, other))[0][1])
        for talent, other in ((desk.tala, desk.mia), (desk.omar, desk.max))
    ]

    assert await cora.post(f"{desk.path}/propose", both) == 422
    assert {one[2] for one in await all_matches(desk.instance)} == {MatchState.DRAFT}


async def test_an_old_page_does_not_overwrite_a_colleagues_step(desk: Desk, staff: Staff) -> None:
    cora, carl = await staff(), await staff("carl")
    await move(desk, cora, "run")
    match = await match_of(desk, desk.tala, desk.mia)

    assert await move(desk, carl, "lock", match) == 303
    for verb in ("run", "lock", "drop", "clear", "undo"):
        assert await cora.post(f"{desk.path}/{verb}", [("step", "1"), *match]) == 409, verb
    assert await board(desk) == {("tala", "mia", True), ("omar", "max", False)}


async def test_forged_and_foreign_ids_change_nothing(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    await move(desk, cora, "run")
    elsewhere = await make_programme(desk.instance)
    tim = await make_person(desk.instance, "tim", kind=PersonKind.TALENT, reach=None)
    meg = await make_person(desk.instance, "meg", kind=PersonKind.MENTOR)
    foreign = await make_match(
        desk.instance, tim.id, meg.id, MatchState.DRAFT, programme_id=elsewhere.id
    )
    before = await all_matches(desk.instance)

    for value, refusals in ((str(foreign), {404}), ("7", {404}), ("x", {422}), ("", {404})):
        for verb in ("lock", "unlock", "drop", "swap"):
            status = await move(desk, cora, verb, [("match", value), ("with_match", value)])
            assert status in refusals, (verb, value, status)
    assert await cora.post(f"{desk.path}/propose", [("match[]", str(foreign))]) == 404
    assert await cora.post(f"{desk.path}/propose", []) == 422
    assert await cora.get(desk.pair(tim, meg)) == 404
    assert await cora.post(desk.pair(tim, meg) + "/propose") == 404
    assert await cora.post(desk.pair(desk.mia, desk.tala) + "/propose") == 404
    assert await cora.post(desk.pair(desk.tala, desk.tala) + "/place") == 404
    assert await cora.post(f"{desk.path}/matches/{foreign}/withdraw") == 404
    assert await cora.post(f"{desk.path}/matches/{foreign}/close") == 404
    assert await cora.get("/staff/matching/12") == 404
    assert await move(desk, cora, "run", [("relax[]", "consent")]) == 404
    assert await all_matches(desk.instance) == before


async def test_ten_thousand_proposals_at_once_are_refused(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    many = [("match[]", str(number)) for number in range(1, 10_001)]

    assert 400 <= await cora.post(f"{desk.path}/propose", many) < 500
    fifty_one = [("match[]", str(number)) for number in range(1, 52)]
    assert await cora.post(f"{desk.path}/propose", fifty_one) == 422
    assert await all_matches(desk.instance) == []


async def test_a_banned_pair_is_not_suggested_and_not_proposed_from_the_board(
    desk: Desk, staff: Staff
) -> None:
    cora = await staff()
    await desk.instance.work(ban_pair, desk.tala.id, desk.mia.id, "conflict", 1)
    assert await move(desk, cora, "run") == 303

    assert await board(desk) == {("tala", "max", False), ("omar", "mia", False)}
    await cora.get(desk.pair(desk.tala, desk.mia))
    assert "Must not be paired" in cora.text
    assert await cora.post(desk.pair(desk.tala, desk.mia) + "/place", [("step", "1")]) == 409


async def test_a_run_with_a_relaxed_rule_is_written_down(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    await move(desk, cora, "run")
    assert await move(desk, cora, "run", [("relax[]", "full")]) == 303

    await cora.get(desk.path)
    assert "(+" in cora.text  # more points than the run before
    assert ("omar", "mia", False) in await board(desk)
    await cora.get(f"{desk.path}/numbers")
    assert "Relaxed this time: One place more" in cora.text


async def test_hosts_are_planned_beside_mentors(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    baker = await make_person(desk.instance, "baker", kind=PersonKind.ORGANISATION)
    await describe(desk.instance, baker, {"region": ["BE255"]})
    await take_part(desk.instance, desk.programme.id, baker.id)
    await move(desk, cora, "run")

    await cora.get(desk.path)
    assert "Employers and organisations" in cora.text
    assert await move(desk, cora, "run", [("with", "host")]) == 303
    assert await board(desk) >= SUGGESTED
    assert await cora.get(f"{desk.path}?talent={desk.tala.id}&with=host") == 200
    assert "Not checked yet" in cora.text


async def test_lists_come_in_pages_and_print_as_a_whole(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    for number in range(60):
        kind = PersonKind.MENTOR if number % 3 == 0 else PersonKind.TALENT
        person = await make_person(desk.instance, f"p{number}", kind=kind, reach=None)
        await describe(desk.instance, person, MENTOR if number % 3 == 0 else TALENT)
        await take_part(desk.instance, desk.programme.id, person.id)

    await cora.get(desk.path)
    assert len(cora.page.select("#waiting ~ ol > li")) == 20
    assert "Waiting (42)" in cora.text
    await cora.get(f"{desk.path}?page=3")
    assert len(cora.page.select("#waiting ~ ol > li")) == 2
    assert await cora.get(f"{desk.path}?page=0") == 422
    await move(desk, cora, "run")
    await cora.get(desk.path)
    assert len(cora.page.select("section[aria-labelledby=board] > ol > li")) == 15
    assert await cora.get(f"{desk.path}/print") == 200
    assert len(cora.page.select("tbody tr")) == 22


async def test_a_locked_pair_survives_the_next_run(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    await move(desk, cora, "run")
    match = await match_of(desk, desk.tala, desk.mia)
    await desk.instance.work(set_locked, int(match[0][1]), 1, is_locked=True)

    assert await move(desk, cora, "run") == 303
    assert ("tala", "mia", True) in await board(desk)


async def test_staff_pause_resume_and_look_for_another_pair(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    pair = (desk.tala.id, desk.mia.id)
    going = await make_match(
        desk.instance, *pair, MatchState.ACTIVE, programme_id=desk.programme.id
    )
    page = f"{desk.path}/matches"
    await cora.get(page)
    assert await cora.post(f"{page}/{going}/resume") == 409
    assert await cora.post(f"{page}/{going}/pause", [("until", "someday")]) == 422
    assert await cora.post(f"{page}/{going}/pause", [("until", "")]) == 303
    assert (await the_match(desk.instance, going)).state is MatchState.PAUSED
    await cora.get(page)
    assert cora.form(f"{page}/{going}/resume")
    assert await cora.post(f"{page}/{going}/resume") == 303
    assert (await the_match(desk.instance, going)).state is MatchState.ACTIVE

    assert await cora.post(f"{page}/{going}/rematch") == 303
    assert cora.headers["Location"] == f"{desk.path}?talent={desk.tala.id}"
    ended = await the_match(desk.instance, going)
    assert (ended.state, ended.outcome) == (MatchState.CLOSED, "mismatch")
    await cora.get(cora.headers["Location"])
    assert "tala" in cora.text
    candidates = [str(one["href"]) for one in cora.page.select("#compare ~ ol h3 a")]
    assert candidates == [desk.pair(desk.tala, desk.max)]
    assert await cora.post(f"{page}/{going}/rematch") == 409


async def test_the_board_of_a_closed_programme_makes_no_pairs(desk: Desk, staff: Staff) -> None:
    cora = await staff()
    for step in (leading.begin_closing, leading.close_programme):
        await desk.instance.work(step, desk.programme.id, by=None)
    assert await move(desk, cora, "run") == 409
    assert "This programme makes no new pairs now." in cora.text
    assert await all_matches(desk.instance) == []
