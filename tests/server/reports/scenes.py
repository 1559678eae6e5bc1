"""A small cohort that was counted by hand, and readers of what pages say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bs4 import Tag

from server.matching.model import MatchState
from server.meetings.model import Meeting, MeetingState, Mode
from server.people.model import PersonKind
from server.platform.instance import Instance
from server.platform.work import Work
from server.programmes.model import ProgrammeState
from tests.support.matches import make_match
from tests.support.page_reader import PageReader
from tests.support.people import make_person
from tests.support.programmes import make_programme, take_part

WHOLE = "since=2026-01-01&until=2026-11-23"


@dataclass
class Scene:
    """The programme, the talents by what became of them, their participations and matches."""

    programme_id: int
    talents: dict[str, int] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)
    matches: dict[str, int] = field(default_factory=dict)
    mentors: dict[str, int] = field(default_factory=dict)


BECAME = {
    "declined": MatchState.DECLINED,
    "expired": MatchState.EXPIRED,
    "agreed": MatchState.BOTH_CONSENTED,
    "once": MatchState.FIRST_MEETING,
    "often": MatchState.CLOSED,
    "ended": MatchState.CLOSED,
}
FUNNEL = {
    "Applied": "8", "Accepted": "7", "Proposed": "6", "Both said yes": "4", "Met once": "3",
    "Met three times": "1",
}  # fmt: skip


async def make_cohort(instance: Instance) -> Scene:
    """Make eight talents: one applied, one was accepted, six had a match that went its way."""
    scene = Scene((await make_programme(instance, state=ProgrammeState.CALL)).id)
    for name in ("applied", "accepted", *BECAME):
        talent = await make_person(instance, f"t_{name}", PersonKind.TALENT, None)
        scene.talents[name] = talent.id
        scene.parts[name] = await take_part(
            instance, scene.programme_id, talent.id, accepted=name != "applied"
        )
    for name, state in BECAME.items():
        mentor = await make_person(instance, f"m_{name}", PersonKind.MENTOR, None)
        scene.mentors[name] = mentor.id
        scene.matches[name] = await make_match(
            instance, scene.talents[name], mentor.id, state, programme_id=scene.programme_id
        )
    await add_meetings(instance, scene, "once", (Mode.WALK,))
    await add_meetings(instance, scene, "often", (Mode.COFFEE, Mode.COFFEE, Mode.VIDEO))
    await add_meetings(instance, scene, None, (Mode.PHONE,))
    return scene


async def add_meetings(
    instance: Instance, scene: Scene, name: str | None, modes: Sequence[Mode]
) -> None:
    """Write down meetings that took place yesterday."""

    def unit(w: Work) -> None:
        for mode in modes:
            number = w.new_id()
            w.session.add(
                Meeting(
                    id=number,
                    match_id=scene.matches[name] if name else None,
                    programme_id=scene.programme_id,
                    with_staff=name is None,
                    state=MeetingState.DONE,
                    state_at=w.now,
                    mode=mode,
                    times=[],
                    zone="Europe/Brussels",
                    minutes=60,
                    starts_at=w.now - timedelta(days=1),
                    ends_at=w.now - timedelta(days=1),
                    uid=f"{number}@ours.example",
                    created_at=w.now,
                )
            )

    await instance.work(unit)


def table(reader: PageReader, key: str) -> dict[str, Any]:
    """Return a table of the page: by the words of each row its number, or its numbers."""
    section = reader.page.find("section", {"aria-labelledby": f"t-{key}"})
    assert isinstance(section, Tag), f"no table {key}"
    found: dict[str, Any] = {}
    for row in section.select("tbody tr"):
        values = [cell.get_text(strip=True) for cell in row.select("td")]
        found[row.select("th")[0].get_text(strip=True)] = values[0] if len(values) == 1 else values
    return found


def without_noughts(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows with a number other than nought."""
    return {name: value for name, value in found.items() if value != "0"}
