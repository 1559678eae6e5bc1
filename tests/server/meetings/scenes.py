"""Scenes for tests of meetings: a matched pair, somebody of the staff, times on the wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from server.access.model import StaffRole
from server.matching.model import MatchState
from server.meetings import service
from server.meetings.model import Meeting, Mode
from server.meetings.parties import Party
from server.meetings.queries import MeetingRow, meeting_of
from server.meetings.rules import Wish
from server.meetings.times import Watch
from server.notifications.model import OwnNotice
from server.people.model import PersonKind
from server.platform.clock import SetClock
from server.platform.instance import Instance
from server.platform.work import Reading, Work
from server.programmes.model import ProgrammeStaff
from tests.support.matches import make_match
from tests.support.people import make_login, make_person
from tests.support.programmes import make_programme, take_part

BRUSSELS = "Europe/Brussels"
HELSINKI = "Europe/Helsinki"
VIDEO = "https://video.ours.example/{room}"


@dataclass(frozen=True)
class Pair:
    """A talent and a mentor who are matched."""

    talent: int
    mentor: int
    match_id: int

    @property
    def key(self) -> str:
        return f"match-{self.match_id}"

    @property
    def one(self) -> Party:
        return Party(self.talent)

    @property
    def two(self) -> Party:
        return Party(self.mentor)


async def make_pair(
    instance: Instance, state: MatchState = MatchState.BOTH_CONSENTED, number: int = 1
) -> Pair:
    talent = await make_person(instance, f"tala{number}", PersonKind.TALENT, None, "Tala")
    mentor = await make_person(instance, f"mona{number}", PersonKind.MENTOR, None, "Mona")
    return Pair(talent.id, mentor.id, await make_match(instance, talent.id, mentor.id, state))


async def make_coach(instance: Instance, person_id: int) -> Party:
    """Make a coach of a programme that somebody takes part in."""
    programme = await make_programme(instance)
    await take_part(instance, programme.id, person_id)
    login = await make_login(instance, (), "coach@ours.example", roles=[StaffRole.COACH])

    def unit(w: Work) -> None:
        w.session.add(ProgrammeStaff(programme_id=programme.id, login_id=login.id, role="coach"))

    await instance.work(unit)
    return Party(None, login.id)


def wish(
    *times: str,
    zone: str = BRUSSELS,
    mode: Mode = Mode.WALK,
    minutes: int = 60,
    place: str = "",
) -> Wish:
    return Wish(times or ("2026-11-25T14:00", "2026-11-26T10:00"), zone, minutes, mode, place)


async def proposed(instance: Instance, pair: Pair, wanted: Wish | None = None) -> int:
    """Let the talent propose a meeting."""
    made: int = await instance.work(service.propose, pair.one, pair.key, wanted or wish(), VIDEO)
    return made


async def planned(instance: Instance, pair: Pair, wanted: Wish | None = None) -> int:
    """Let the two agree on the first of the times."""
    wanted = wanted or wish()
    made = await proposed(instance, pair, wanted)
    await instance.work(service.choose, pair.two, made, min(wanted.times))
    return made


async def seen(instance: Instance, party: Party, meeting_id: int) -> MeetingRow:
    return await instance.read(meeting_of, party, meeting_id, Watch())


async def stored(instance: Instance, meeting_id: int) -> Meeting:
    return await instance.read(lambda r: r.session.get_one(Meeting, meeting_id))


async def notices(instance: Instance, person_id: int, prefix: str = "meeting_") -> list[str]:
    """Return the kinds of notices about meetings that somebody got, in order."""

    def unit(r: Reading) -> Sequence[str]:
        rows = select(OwnNotice.kind).where(OwnNotice.person_id == person_id)
        return r.session.scalars(rows.order_by(OwnNotice.id)).all()

    return [one for one in await instance.read(unit) if one.startswith(prefix)]


def clock_of(instance: Instance) -> SetClock:
    assert isinstance(instance.clock, SetClock)
    return instance.clock


def pass_time(instance: Instance, **span: Any) -> None:
    clock_of(instance).move(timedelta(**span))


def set_time(instance: Instance, *parts: int) -> None:
    year, month, day, *rest = parts
    hour, minute = (*rest, 0, 0)[:2]
    clock_of(instance).at = datetime(year, month, day, hour, minute, tzinfo=UTC)
