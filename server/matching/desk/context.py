"""Who stands at which desk: the programme of the address, and what this login may do there.

Coordinators and admins match; coaches of the programme read. Whoever works in another programme
learns nothing of this one.
"""

from dataclasses import dataclass
from typing import Final

from server.matching.desk.looking import Onlooker
from server.people.reader import Reader
from server.platform.errors import NotAllowed, NotFound
from server.platform.http.parameters import path_id
from server.platform.http.visitor import visitor_of
from server.platform.work import Reading
from server.programmes.queries import ProgrammeRow, programme, works_in

READERS: Final = frozenset({"coordinator", "admin", "coach"})
MATCHERS: Final = frozenset({"coordinator", "admin"})
_READING: Final = frozenset({"coordinator", "coach"})


@dataclass(frozen=True, slots=True)
class Desk:
    """A programme, who stands there, and whether they match or only read."""

    programme: ProgrammeRow
    by: Onlooker
    may_match: bool
    language: str

    @property
    def login_id(self) -> int:
        """The login that acts."""
        return self.by.login_id

    @property
    def name(self) -> str:
        """The name of the programme in the language of whoever reads."""
        return self.programme.name_in(self.language)


def onlooker(reader: Reader) -> Onlooker:
    """Return who reads, as a member of the staff. Raises NotSignedIn."""
    visitor = visitor_of(reader.request)
    return Onlooker(visitor.login, visitor.staff_roles)


async def desk_of(reader: Reader, *, to_match: bool = False) -> Desk:
    """Return the desk that an address names. Raises NotFound, and NotAllowed to match."""
    return await reader.instance.read(
        _desk,
        path_id(reader.request, "programme"),
        onlooker(reader),
        reader.translator.tag,
        to_match,
    )


def _desk(r: Reading, programme_id: int, by: Onlooker, language: str, to_match: bool) -> Desk:  # noqa: FBT001 - passed on by name
    row = programme(r, programme_id)
    role = works_in(r, programme_id, by.login_id)
    if role not in _READING:
        raise NotFound
    may_match = role == "coordinator" and bool(by.roles & MATCHERS)
    if to_match and not may_match:
        raise NotAllowed
    return Desk(row, by, may_match, language)
