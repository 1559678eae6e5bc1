"""Reading programmes: the programmes, their rules and agreements, who takes part, who works."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from server.access.model import LoginRole, StaffRole
from server.people.sealing import open_for
from server.platform.errors import NotAllowed, NotFound
from server.platform.secrets import SecretsError
from server.platform.storage.base import Base
from server.platform.work import Reading
from server.programmes.model import (
    AgreementText,
    MentorRecord,
    Participation,
    ParticipationState,
    Programme,
    ProgrammeKind,
    ProgrammeStaff,
    ProgrammeState,
    Role,
    WeightSet,
)
from server.programmes.rules import PUBLIC_STATES, worded

WISHES = "wishes of a participation"
"""What the sealed wishes are bound to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRow:
    """A programme, every column; `name_in` and `summary_in` find the words."""

    id: int
    kind: ProgrammeKind
    state: ProgrammeState
    name: Mapping[str, str]
    summary: Mapping[str, str]
    regions: tuple[str, ...]
    applications_until: date | None
    starts_on: date | None
    ends_on: date | None
    places: int | None
    check_in_weeks: tuple[int, ...]
    check_in_every: int
    silence_days: int
    needs_second_look: bool
    created_at: datetime
    closed_at: datetime | None

    def name_in(self, language: str) -> str:
        """Return the name in a language, or the nearest there is."""
        return str(worded(self.name, language))

    def summary_in(self, language: str) -> str:
        """Return the description in a language, or the nearest there is."""
        return str(worded(self.summary, language))

    def takes_applications(self, today: date) -> bool:
        """Tell whether people may apply today."""
        is_late = self.applications_until is not None and today > self.applications_until
        return self.state is ProgrammeState.CALL and not is_late


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsRow:
    """One published version of how pairs are scored."""

    id: int
    programme_id: int
    version: int
    weights: Mapping[str, int]
    floors: Mapping[str, Any]
    threshold: int
    login_id: int | None
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRow:
    """One published version of the agreement and the code of conduct, by language."""

    id: int
    programme_id: int
    version: int
    texts: Mapping[str, Mapping[str, str]]
    published_at: datetime

    def words_in(self, language: str) -> Mapping[str, str]:
        """Return `agreement` and `conduct` in a language, or the nearest there is."""
        return worded(self.texts, language) or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipationRow:
    """That somebody takes part, every column but the sealed one (`wishes_of`)."""

    id: int
    programme_id: int
    person_id: int
    role: Role
    state: ParticipationState
    applied_at: datetime
    state_at: datetime
    intake_on: date | None
    accepted_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    capacity: int
    available_until: date | None
    paused_until: date | None
    by_hand: bool
    login_id: int | None


@dataclass(frozen=True, slots=True)
class Training:
    """A day of training: what it was and when."""

    what: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorRow:
    """What staff have seen of a mentor; empty when nothing was written down yet."""

    person_id: int
    training: tuple[Training, ...] = ()
    guide_read_at: datetime | None = None
    identity_seen_on: date | None = None
    check_seen_on: date | None = None


def programme(r: Reading, programme_id: int) -> ProgrammeRow:
    """Return a programme in whatever state. Raises NotFound."""
    found = r.session.get(Programme, programme_id)
    if found is None:
        raise NotFound
    return _programme(found)


def public_programme(r: Reading, programme_id: int) -> ProgrammeRow:
    """Return a programme that everybody may see. Raises NotFound for drafts, too."""
    found = programme(r, programme_id)
    if found.state not in PUBLIC_STATES:
        raise NotFound
    return found


def programmes(r: Reading, viewer_is_staff: bool) -> list[ProgrammeRow]:  # noqa: FBT001 - one fact
    """Return the programmes, the newest first; drafts are for staff alone."""
    wanted = select(Programme).order_by(Programme.id.desc())
    if not viewer_is_staff:
        wanted = wanted.where(Programme.state.in_(PUBLIC_STATES))
    return [_programme(one) for one in r.session.scalars(wanted)]


def weights_of(r: Reading, programme_id: int, version: int | None = None) -> WeightsRow:
    """Return a version of the weights, the newest unless one is named. Raises NotFound."""
    wanted = select(WeightSet).where(WeightSet.programme_id == programme_id)
    if version is not None:
        wanted = wanted.where(WeightSet.version == version)
    found = r.session.scalar(wanted.order_by(WeightSet.version.desc()).limit(1))
    if found is None:
        raise NotFound
    return WeightsRow(**_columns(found))


def agreement_of(r: Reading, programme_id: int, version: int | None = None) -> AgreementRow:
    """Return a version of the agreement, the newest unless one is named. Raises NotFound."""
    wanted = select(AgreementText).where(AgreementText.programme_id == programme_id)
    if version is not None:
        wanted = wanted.where(AgreementText.version == version)
    found = r.session.scalar(wanted.order_by(AgreementText.version.desc()).limit(1))
    if found is None:
        raise NotFound
    return AgreementRow(**_columns(found))


def participations(
    r: Reading,
    programme_id: int,
    *,
    roles: Collection[Role] | None = None,
    states: Collection[ParticipationState] | None = None,
) -> list[ParticipationRow]:
    """Return who takes part, who waits longest first."""
    wanted = select(Participation).where(Participation.programme_id == programme_id)
    if roles is not None:
        wanted = wanted.where(Participation.role.in_(roles))
    if states is not None:
        wanted = wanted.where(Participation.state.in_(states))
    rows = r.session.scalars(wanted.order_by(Participation.applied_at, Participation.id))
    return [_participation(one) for one in rows]


def participation(r: Reading, participation_id: int) -> ParticipationRow:
    """Return one. Raises NotFound."""
    found = r.session.get(Participation, participation_id)
    if found is None:
        raise NotFound
    return _participation(found)


def participations_of(r: Reading, person_id: int) -> list[ParticipationRow]:
    """Return everything somebody takes or took part in, the newest first."""
    wanted = select(Participation).where(Participation.person_id == person_id)
    return [_participation(o) for o in r.session.scalars(wanted.order_by(Participation.id.desc()))]


def wishes_of(r: Reading, participation_id: int) -> Mapping[str, str]:
    """Return the opened `wishes` of the person and notes of the `intake`; for them and staff."""
    row = r.session.get(Participation, participation_id)
    if row is None or row.wishes_sealed is None:
        return {}
    try:
        opened = open_for(r, row.person_id, row.wishes_sealed, WISHES)
    except SecretsError:
        return {}  # the key is gone, and with it what was written
    said: dict[str, str] = json.loads(opened)
    return said


def mentor_record(r: Reading, person_id: int) -> MentorRow:
    """Return what staff have seen of a mentor."""
    found = r.session.get(MentorRecord, person_id)
    if found is None:
        return MentorRow(person_id=person_id)
    columns = _columns(found)
    del columns["seen_by"]
    training = tuple(Training(o["what"], date.fromisoformat(o["on"])) for o in found.training)
    return MentorRow(**{**columns, "training": training})


def waiting_applications(r: Reading) -> int:
    """Return how many applications nobody of the staff has answered yet."""
    counted = select(func.count()).where(Participation.state == ParticipationState.APPLIED)
    return r.session.scalar(counted) or 0


def staff_of(r: Reading, programme_id: int) -> dict[int, str]:
    """Return the logins that a programme names as its staff, each with their role in it."""
    rows = r.session.scalars(
        select(ProgrammeStaff).where(ProgrammeStaff.programme_id == programme_id)
    )
    return {one.login_id: one.role for one in rows}


def works_in(r: Reading, programme_id: int, login_id: int) -> str | None:
    """Return as what a login works in a programme: coordinator, coach, facilitator, or None.

    Admins coordinate everywhere; so do coordinators, unless a programme names its own. Who lost
    their staff role works nowhere any more, whatever the programme says.
    """
    held = set(r.session.scalars(select(LoginRole.role).where(LoginRole.login_id == login_id)))
    if StaffRole.ADMIN in held:
        return "coordinator"
    named = staff_of(r, programme_id)
    own = named.get(login_id)
    if own is not None and held and (own != "coordinator" or StaffRole.COORDINATOR in held):
        return own
    is_open = "coordinator" not in named.values()
    return "coordinator" if is_open and StaffRole.COORDINATOR in held else None


def must_work_in(r: Reading, programme_id: int, login_id: int, *roles: str) -> str:
    """Return as what a login works in a programme. Raises NotAllowed (with `roles`, for others)."""
    role = works_in(r, programme_id, login_id)
    if role is None or (roles and role not in roles):
        raise NotAllowed
    return role


def _columns(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def _programme(row: Programme) -> ProgrammeRow:
    typed = {
        "kind": ProgrammeKind(row.kind),
        "state": ProgrammeState(row.state),
        "regions": tuple(row.regions),
        "check_in_weeks": tuple(row.check_in_weeks),
    }
    return ProgrammeRow(**{**_columns(row), **typed})


def _participation(row: Participation) -> ParticipationRow:
    columns = _columns(row)
    del columns["wishes_sealed"]
    typed = {"role": Role(row.role), "state": ParticipationState(row.state)}
    return ParticipationRow(**{**columns, **typed})
