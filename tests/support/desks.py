"""A programme to stand at the desk of: who takes part, and what they answered."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from server.people.model import Person
from server.platform.instance import Instance
from server.profiles.service import Answered, answer
from server.programmes.queries import ProgrammeRow
from tests.support.page_reader import PageReader

Staff = Callable[..., Awaitable[PageReader]]
"""Signs in somebody of the staff: `staff(handle, role)`, a coordinator unless named."""

TALENT: Mapping[str, Any] = {
    "languages": [{"language": "nl", "level": "B1"}, {"language": "ar", "level": "native"}],
    "goals": ["cv", "network"],
    "occupations": ["2512"],
    "region": ["BE255"],
    "availability": ["mon_evening", "sat_morning"],
}
MENTOR: Mapping[str, Any] = {
    "languages": [{"language": "nl", "level": "native"}],
    "help_offered": ["cv", "network"],
    "occupations": ["2512"],
    "region": ["BE255"],
    "availability": ["mon_evening"],
}


@dataclass
class Desk:
    """A programme with two talents and two mentors; `tala` waits longest."""

    instance: Instance
    programme: ProgrammeRow
    tala: Person
    omar: Person
    mia: Person
    max: Person

    @property
    def path(self) -> str:
        return f"/staff/matching/{self.programme.id}"

    def pair(self, talent: Person, other: Person) -> str:
        return f"{self.path}/pair/{talent.id}/{other.id}"


async def describe(instance: Instance, person: Person, answers: Mapping[str, Any]) -> None:
    said = {name: Answered(value) for name, value in answers.items()}
    await instance.work(answer, person.id, said)
