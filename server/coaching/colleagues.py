"""Who of the staff works where, and what colleagues are called."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from server.access.model import Login, LoginRole, StaffRole
from server.access.queries import people_of_login
from server.platform.work import Reading
from server.programmes.queries import programmes, works_in

COORDINATOR: Final = "coordinator"
COACH: Final = "coach"
STAFF: Final = frozenset({COACH, COORDINATOR})
"""The staff roles that follow people up; moderators and admins as such have no part in it."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """A login of the staff, as others of the staff know it."""

    login_id: int
    called: str


def coordinates(r: Reading, login_id: int, roles: Collection[str], programme_id: int) -> bool:
    """Tell whether a login is a coordinator, and of this programme."""
    return COORDINATOR in roles and works_in(r, programme_id, login_id) == COORDINATOR


def coordinated(r: Reading, login_id: int, roles: Collection[str]) -> list[int]:
    """Return the programmes that a login coordinates."""
    if COORDINATOR not in roles:
        return []
    everything = programmes(r, viewer_is_staff=True)
    return [one.id for one in everything if coordinates(r, login_id, roles, one.id)]


def called(r: Reading, login_id: int | None) -> str:
    """Return what a colleague is called; empty for nobody, or somebody who left."""
    if login_id is None:
        return ""
    acts_for = people_of_login(r, login_id)
    if not acts_for:
        return ""
    return acts_for[0].display_name or f"@{acts_for[0].acct}"


def colleagues(r: Reading, programme_id: int) -> list[Colleague]:
    """Return the coaches and coordinators who work in a programme, and have a name."""
    wanted = (
        select(Login.id)
        .join(LoginRole, LoginRole.login_id == Login.id)
        .where(
            Login.disabled_at.is_(None),
            LoginRole.role.in_((StaffRole.COACH, StaffRole.COORDINATOR)),
        )
        .distinct()
        .order_by(Login.id)
    )
    found = [
        Colleague(login_id, called(r, login_id))
        for login_id in r.session.scalars(wanted)
        if works_in(r, programme_id, login_id) in STAFF
    ]
    return [one for one in found if one.called]


def coordinators_of(r: Reading, programme_id: int) -> list[int]:
    """Return the logins of the coordinators of a programme, not of admins as such."""
    held = select(LoginRole.login_id).where(LoginRole.role == StaffRole.COORDINATOR)
    return [
        login_id
        for login_id in r.session.scalars(held.order_by(LoginRole.login_id))
        if works_in(r, programme_id, login_id) == COORDINATOR
    ]


def acts_as(r: Reading, login_id: int) -> list[int]:
    """Return the people that a login acts for, to tell it something."""
    return [one.id for one in people_of_login(r, login_id)]
