"""A cohort from its call to its closing: 30 talents, 20 mentors, one coordinator at the desk.

The coordinator uses the pages; what the fifty people do themselves goes through the services. The
test keeps its own count of what becomes of everybody, and the report has to say the same.
"""

import itertools
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from server.access.model import StaffRole
from server.access.sessions import begin_session
from server.app import build_app
from server.matching import service
from server.matching.desk.drafts import Layout, layout_of
from server.matching.model import MatchState
from server.matching.queries import MatchRow, matches_in
from server.meetings import service as meeting
from server.meetings.parties import Party
from server.meetings.rules import Act
from server.people.model import PersonKind
from server.platform.clock import SetClock
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.instance import Instance
from server.programmes.model import ProgrammeState
from tests.server.meetings.scenes import wish
from tests.server.reports.scenes import table, without_noughts
from tests.support.desks import MENTOR, TALENT, describe
from tests.support.page_reader import PageReader, Pairs
from tests.support.people import make_login, make_person
from tests.support.programmes import make_programme, take_part

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

CAPACITIES = (1, 1, 2, 1) * 5
PLACES = sum(CAPACITIES)
TALENTS, REFUSED = 30, 1
REGIONS = ("BE251", "BE252", "BE253", "BE254", "BE255", "BE256", "BE257", "BE258")
"""The districts of the region of the demo."""
JOBS = ("2512", "2221", "5120", "7115", "5321")
GOALS = (["cv", "network"], ["cv"], ["network"])
WAITED = 12
NEVER = ("talent", "talent", "talent", "other", "other", "withdrawn", "expired")
"""What becomes of the first proposals; both say yes to all others."""
MET_THRICE, MET_ONCE = 6, 5
ENDS = {
    "job_permanent": "Permanent job",
    "internship": "Internship",
    "still_searching": "Still looking",
    "training": "Training",
}


@dataclass
class Cohort:
    """The programme, everybody in it, and the coordinator at the desk."""

    instance: Instance
    cora: PageReader
    programme_id: int
    talents: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    capacities: dict[int, int] = field(default_factory=dict)

    @property
    def desk(self) -> str:
        return f"/staff/matching/{self.programme_id}"

    async def layout(self) -> Layout:
        """Return the board, which keeps to every capacity and pairs each talent once."""
        found = await self.instance.read(layout_of, self.programme_id)
        loads = Counter(other for _, other in found.pairs)
        assert all(loads[one] <= most for one, most in self.capacities.items())
        assert max(Counter(talent for talent, _ in found.pairs).values(), default=0) <= 1
        assert {talent for talent, _ in found.pairs} <= set(self.talents[REFUSED:])
        return found

    async def move(self, verb: str, *fields: tuple[str, str]) -> int:
        """Send a form of the board as it is shown now."""
        step = (await self.layout()).step
        return await self.cora.post(f"{self.desk}/{verb}", [("step", str(step)), *fields])

    async def matches(self, *states: MatchState) -> list[MatchRow]:
        return await self.instance.read(matches_in, self.programme_id, states or None)

    async def lead(self, state: ProgrammeState) -> None:
        """Move the programme on by its page."""
        path = f"/staff/programmes/{self.programme_id}"
        await self.cora.get(path)
        assert await self.cora.post(f"{path}/state", [("state", state.value)]) == 303

    def pass_days(self, days: int) -> None:
        assert isinstance(self.instance.clock, SetClock)
        self.instance.clock.move(timedelta(days=days))


@pytest.fixture
async def cora(instance: Instance) -> AsyncIterator[PageReader]:
    """Give a coordinator with a browser without scripts."""
    person = await make_person(instance, "cora", PersonKind.MENTOR)
    login = await make_login(instance, [person.id], roles=[StaffRole.COORDINATOR])
    token = await instance.work(begin_session, login.id, person.id)
    async with TestClient(TestServer(build_app(instance)), cookie_jar=DummyCookieJar()) as client:
        yield PageReader(client, {SESSION_COOKIE: token})


async def called(instance: Instance, cora: PageReader) -> Cohort:
    """Open the call; everybody applies; all but one talent are accepted."""
    programme = await make_programme(instance, state=ProgrammeState.DRAFT, name="Harbour 2026")
    cohort = Cohort(instance, cora, programme.id)
    await cohort.lead(ProgrammeState.CALL)
    applied = instance.clock.now() - timedelta(days=WAITED)
    for number in range(TALENTS):
        talent = await make_person(instance, f"talent{number}", PersonKind.TALENT, None)
        said = {
            **TALENT,
            "region": [REGIONS[number % len(REGIONS)]],
            "occupations": [JOBS[number % len(JOBS)]],
            "goals": GOALS[number % len(GOALS)],
        }
        await describe(instance, talent, said)
        part = await take_part(
            instance, programme.id, talent.id, accepted=number >= REFUSED, applied_at=applied
        )
        cohort.talents.append(talent.id)
        cohort.parts.append(part)
    for number, capacity in enumerate(CAPACITIES):
        mentor = await make_person(instance, f"mentor{number}", PersonKind.MENTOR, None)
        said = {**MENTOR, "occupations": [JOBS[(number * 2) % len(JOBS)]]}
        await describe(instance, mentor, said)
        await take_part(instance, programme.id, mentor.id, capacity=capacity)
        cohort.capacities[mentor.id] = capacity
    path = f"/staff/programmes/people/{cohort.parts[0]}"
    assert await cora.get(path) == 200
    assert await cora.post(f"{path}/refuse") == 303
    await cohort.lead(ProgrammeState.MATCHING)
    return cohort


async def drafted(cohort: Cohort) -> None:
    """Let the board be solved, then lock one pair, swap two, and drop one."""
    assert await cohort.cora.get(cohort.desk) == 200
    assert await cohort.move("run") == 303
    first = await cohort.layout()
    assert len(first.pairs) == PLACES  # as many as there are places; the others wait
    kept, one, gone = list(first.pairs)[:3]
    assert await cohort.move("lock", _match(first, kept)) == 303

    other = next(pair for pair in list(first.pairs)[3:] if pair[1] not in {one[1], gone[1]})
    with_match = ("with_match", _match(first, other)[1])
    assert await cohort.cora.get(f"{cohort.desk}/swap?match={_match(first, one)[1]}") == 200
    assert await cohort.move("swap", _match(first, one), with_match) == 303
    swapped = await cohort.layout()
    crossed = {(one[0], other[1]), (other[0], one[1])}
    assert crossed | {kept} <= {pair for pair, at in swapped.pairs.items() if at.is_locked}

    gone = next(pair for pair, placed in swapped.pairs.items() if not placed.is_locked)
    assert await cohort.move("drop", _match(swapped, gone)) == 303
    last = await cohort.layout()
    assert gone not in last.pairs
    assert crossed | {kept} <= set(last.pairs)
    await cohort.cora.get(cohort.desk)
    assert f"Pairs {len(last.pairs)}" in cohort.cora.text


def _match(layout: Layout, pair: tuple[int, int]) -> tuple[str, str]:
    return "match", str(layout.pairs[pair].match_id)


async def proposed(cohort: Cohort) -> list[MatchRow]:
    """Nothing is proposed unseen; each card is opened, then all pairs are proposed."""
    pairs = (await cohort.layout()).pairs
    ticked: Pairs = [("match[]", str(one.match_id)) for one in pairs.values()]
    everything = [*ticked, ("reason", "They know each other's street.")]
    assert await cohort.cora.post(f"{cohort.desk}/propose", everything) == 422
    assert await cohort.matches(MatchState.PROPOSED) == []
    for talent, other in pairs:
        assert await cohort.cora.get(f"{cohort.desk}/pair/{talent}/{other}") == 200
    assert await cohort.cora.post(f"{cohort.desk}/propose", everything) == 303
    rows = await cohort.matches(MatchState.PROPOSED)
    assert {(one.talent_id, one.other_id) for one in rows} == set(pairs)
    return rows


async def answered(cohort: Cohort, rows: list[MatchRow]) -> list[MatchRow]:
    """Let the first proposals come to nothing; return the matches to which both said yes."""
    work = cohort.instance.work
    for row, fate in itertools.zip_longest(rows, NEVER):
        assert row.talent_id is not None
        assert row.other_id is not None
        if fate == "withdrawn":
            await cohort.cora.get(f"{cohort.desk}/matches")
            path = f"{cohort.desk}/matches/{row.id}/withdraw"
            assert await cohort.cora.post(path) == 303
        elif fate != "expired":
            await work(service.answer, row.id, row.talent_id, yes=fate != "talent")
        if fate in {"other", None}:
            await work(service.answer, row.id, row.other_id, yes=fate is None)
    return await cohort.matches(MatchState.BOTH_CONSENTED)


async def met(cohort: Cohort, rows: list[MatchRow]) -> None:
    """Let some meet three times and some once, then let the last term of an answer end."""
    work, made = cohort.instance.work, list[tuple[int, int]]()
    for number, row in enumerate(rows[: MET_THRICE + MET_ONCE]):
        assert row.talent_id is not None
        assert row.other_id is not None
        for person_id in (row.talent_id, row.other_id):
            await work(service.agree, row.id, person_id, row.agreement_version or 0)
        for day in range(3 if number < MET_THRICE else 1):
            at = f"2026-11-{25 + day}T14:00"
            wanted = wish(at)
            party = Party(row.talent_id)
            planned = await work(meeting.propose, party, f"match-{row.id}", wanted, "")
            await work(meeting.choose, Party(row.other_id), planned, at)
            made.append((row.other_id, planned))
    cohort.pass_days(9)
    for other_id, planned in made:
        await work(meeting.conclude, Party(other_id), planned, Act.HOLD)
    for row in await cohort.matches(MatchState.PROPOSED):
        assert await work(service.expire, row.id)


async def closed(cohort: Cohort, rows: list[MatchRow]) -> Counter[str]:
    """Close every match with an outcome, then the programme; return the outcomes in words."""
    await cohort.lead(ProgrammeState.RUNNING)
    await cohort.lead(ProgrammeState.CLOSING)
    counted = Counter[str]()
    await cohort.cora.get(f"{cohort.desk}/matches")
    for row, (code, words) in zip(rows, itertools.cycle(ENDS.items()), strict=False):
        path = f"{cohort.desk}/matches/{row.id}/close"
        assert await cohort.cora.post(path, [("outcome", code)]) == 303
        counted[words] += 1
    await cohort.lead(ProgrammeState.CLOSED)
    return counted


def _in_words(counts: dict[str, Any]) -> dict[str, str]:
    return {name: str(count) for name, count in counts.items()}


async def test_a_cohort_goes_from_call_to_closing(instance: Instance, cora: PageReader) -> None:
    cohort = await called(instance, cora)
    await drafted(cohort)
    asked = await proposed(cohort)
    agreed = await answered(cohort, asked)
    assert len(agreed) == len(asked) - len(NEVER)
    await met(cohort, agreed)
    ended = await closed(cohort, agreed)

    path = f"/staff/numbers?programme={cohort.programme_id}&since=2026-01-01"
    assert await cora.get(path) == 200
    assert table(cora, "funnel") == _in_words(
        {
            "Applied": TALENTS,
            "Accepted": TALENTS - REFUSED,
            "Proposed": len(asked),
            "Both said yes": len(agreed),
            "Met once": MET_THRICE + MET_ONCE,
            "Met three times": MET_THRICE,
        }
    )
    positive = len(agreed) - ended["Still looking"]
    assert without_noughts(table(cora, "register")) == _in_words(
        {
            "Started": len(agreed),
            "Finished": len(agreed),
            "With a positive outcome": positive,
            "With another outcome": ended["Still looking"],
            **ended,
        }
    )
    rate = float(table(cora, "success")["Per cent"])
    assert rate == round(100 * positive / len(agreed), 1)
    outcomes = without_noughts(table(cora, "outcomes"))
    assert outcomes == _in_words({**ended, "Together": len(agreed)})
    meetings = 3 * MET_THRICE + MET_ONCE
    assert without_noughts(table(cora, "meetings")) == _in_words(
        {"Walk": meetings, "Together": meetings}
    )
    assert table(cora, "waiting") == _in_words({"People": len(agreed), "Median in days": WAITED})
    assert without_noughts(table(cora, "refusals")) == {
        "The talent said no": "3",
        "The other side said no": "2",
        "No answer": "1",
        "Taken back by the staff": "1",
        "Together": "7",
    }
    assert await cora.get(cohort.desk) == 200  # the desk of a closed programme can be read
    await cohort.move("run")
    assert (await cohort.layout()).pairs == {}  # nobody takes part any more
