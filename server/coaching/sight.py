"""Whose case somebody of the staff may open, and in which role.

The coach in charge, and coordinators of the programme; nobody else, whatever other role they have.
Who may not see a case is told that there is none.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select

from server.coaching.colleagues import COACH, COORDINATOR, coordinated, coordinates
from server.platform.errors import NotFound
from server.platform.work import Reading
from server.programmes.model import Participation, ParticipationState
from server.programmes.queries import ParticipationRow, participation, participations_of


@dataclass(frozen=True, slots=True)
class Sight:
    """A participation that somebody may follow up, and the role that lets them."""

    part: ParticipationRow
    role: str


def role_in(
    r: Reading, login_id: int, roles: Collection[str], part: ParticipationRow
) -> str | None:
    """Return as what a login sees the case of a participation; None for not at all."""
    if coordinates(r, login_id, roles, part.programme_id):
        return COORDINATOR
    in_charge = part.login_id == login_id and (COACH in roles or COORDINATOR in roles)
    return COACH if in_charge else None


def in_sight(r: Reading, login_id: int, roles: Collection[str], person_id: int) -> list[Sight]:
    """Return the participations of somebody that a login follows up, the newest first.

    Raises NotFound when there is none.
    """
    found = [
        Sight(part, role)
        for part in participations_of(r, person_id)
        if (role := role_in(r, login_id, roles, part)) is not None
    ]
    if not found:
        raise NotFound
    return found


def sight_of(r: Reading, login_id: int, roles: Collection[str], part_id: int) -> Sight:
    """Return one participation that a login follows up. Raises NotFound."""
    part = participation(r, part_id)
    role = role_in(r, login_id, roles, part)
    if role is None:
        raise NotFound
    return Sight(part, role)


def part_ids_in_sight(
    r: Reading, login_id: int, roles: Collection[str], *, before: int | None, limit: int
) -> list[int]:
    """Return the participations whose cases a login may open, the newest first."""
    mine = Participation.login_id == login_id
    wanted = select(Participation.id).where(
        or_(mine, Participation.programme_id.in_(coordinated(r, login_id, roles))),
        Participation.state.in_(
            (
                ParticipationState.ACCEPTED,
                ParticipationState.PAUSED,
                ParticipationState.FINISHED,
            )
        ),
    )
    if before is not None:
        wanted = wanted.where(Participation.id < before)
    return list(r.session.scalars(wanted.order_by(Participation.id.desc()).limit(limit)))
