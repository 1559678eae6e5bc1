"""Who may meet whom: the two of a match that both agreed to, and staff with their own people.

A `Party` is whoever acts; a `Partner` is somebody that a party may propose a meeting to. Nobody
else exists for this room: a stranger is simply not found.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from server.access.model import Login, LoginPerson
from server.access.names import name_of
from server.matching.model import Match
from server.matching.queries import MatchRow, match_for, matches_of, row_of
from server.meetings.model import Meeting, Side
from server.people.queries import people_by_ids, person_by_id
from server.people.rules import Viewer
from server.platform.errors import Conflict, NotFound
from server.platform.http.parameters import parsed_id
from server.platform.i18n import say
from server.platform.work import Reading
from server.programmes.model import Participation, ParticipationState, ProgrammeStaff
from server.programmes.queries import works_in

_TAKES_PART: Final = (
    ParticipationState.INTAKE,
    ParticipationState.ACCEPTED,
    ParticipationState.PAUSED,
)
_MOST_LISTED: Final = 300


class MatchOver(Conflict):
    """The two are not matched any more: what they have can be read for a while, and that is all."""

    code = "match_over"
    text = say("This match has ended. Nothing can be changed any more.")


@dataclass(frozen=True, slots=True)
class Party:
    """Who acts: a person, somebody of the staff by their login, or both in one."""

    person_id: int | None
    staff_id: int | None = None

    @property
    def viewer(self) -> Viewer:
        """The same as a viewer of people."""
        return Viewer.member(self.person_id)

    def side_of(self, meeting: Meeting) -> Side | None:
        """Return which side of a meeting this is, or None for neither."""
        if self.person_id is not None and meeting.first_id == self.person_id:
            return Side.FIRST
        if self.person_id is not None and meeting.second_id == self.person_id:
            return Side.SECOND
        is_staff = self.staff_id is not None and meeting.login_id == self.staff_id
        return Side.SECOND if is_staff else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Somebody to meet: `key` names them in forms, `side` is the side of whoever asks."""

    key: str
    name: str
    side: Side
    first_id: int
    second_id: int | None = None
    login_id: int | None = None
    match_id: int | None = None
    programme_id: int | None = None


def partners_of(r: Reading, party: Party) -> list[Partner]:
    """Return whom somebody may propose a meeting to: their matches, then staff or their people."""
    found = [
        partner
        for row in (matches_of(r, party.person_id) if party.person_id is not None else [])
        if row.is_consented and (partner := _of_match(r, row, party)) is not None
    ]
    if party.person_id is not None:
        found += _staff_of(r, party.person_id)
    if party.staff_id is not None:
        found += _people_of(r, party.staff_id, party)
    return found


def partner_called(r: Reading, party: Party, key: str) -> Partner:
    """Return the partner that a key names.

    Raises NotFound for a stranger, and MatchOver for somebody one was matched with.
    """
    kind, _, digits = key.partition("-")
    number = parsed_id(digits)
    if number is None:
        raise NotFound
    if kind == "match" and party.person_id is not None:
        row = match_for(r, number, party.person_id)
        partner = _of_match(r, row, party) if row.is_readable(r.now) else None
        if partner is not None and not row.is_consented:
            raise MatchOver
    else:
        partner = _with_staff(r, party, kind, number)
    if partner is None:
        raise NotFound
    return partner


def _with_staff(r: Reading, party: Party, kind: str, number: int) -> Partner | None:
    if kind == "staff" and party.person_id is not None:
        return next((one for one in _staff_of(r, party.person_id) if one.login_id == number), None)
    if kind == "person" and party.staff_id is not None and number != party.person_id:
        return _own_person(r, party.staff_id, party, number)
    return None


def _of_match(r: Reading, row: MatchRow, party: Party) -> Partner | None:
    mine = party.person_id
    if mine is None or row.talent_id is None or row.other_id is None:
        return None
    other = person_by_id(r, party.viewer, row.partner_of(mine) or 0)
    if other is None:
        return None
    return Partner(
        key=f"match-{row.id}",
        name=other.name,
        side=Side.FIRST if mine == row.talent_id else Side.SECOND,
        first_id=row.talent_id,
        second_id=row.other_id,
        match_id=row.id,
        programme_id=row.programme_id,
    )


def _staff_of(r: Reading, person_id: int) -> list[Partner]:
    """Return the staff who are named for the programmes that somebody takes part in."""
    rows = r.session.execute(
        select(ProgrammeStaff.login_id, ProgrammeStaff.programme_id)
        .join(Participation, Participation.programme_id == ProgrammeStaff.programme_id)
        .where(
            Participation.person_id == person_id,
            Participation.state.in_(_TAKES_PART),
            ProgrammeStaff.login_id.not_in(
                select(LoginPerson.login_id).where(LoginPerson.person_id == person_id)
            ),
        )
        .order_by(ProgrammeStaff.login_id, ProgrammeStaff.programme_id)
    ).all()
    once = {one: of for one, of in reversed(rows)}  # noqa: C416 - the type checker reads rows so
    return [
        Partner(
            key=f"staff-{login_id}",
            name=staff_name(r, login_id),
            side=Side.FIRST,
            first_id=person_id,
            login_id=login_id,
            programme_id=programme_id,
        )
        for login_id, programme_id in reversed(once.items())
    ]


def _people_of(r: Reading, login_id: int, party: Party) -> list[Partner]:
    """Return who takes part in the programmes that somebody of the staff works in."""
    known = r.session.scalars(select(Participation.programme_id).distinct()).all()
    ours = [one for one in known if works_in(r, one, login_id)]
    rows = r.session.execute(
        select(Participation.person_id, Participation.programme_id)
        .where(Participation.programme_id.in_(ours), Participation.state.in_(_TAKES_PART))
        .order_by(Participation.id)
        .limit(_MOST_LISTED)
    ).all()
    return _as_partners(r, login_id, party, dict(reversed([(one, of) for one, of in rows])))


def _own_person(r: Reading, login_id: int, party: Party, person_id: int) -> Partner | None:
    rows = r.session.scalars(
        select(Participation.programme_id)
        .where(Participation.person_id == person_id, Participation.state.in_(_TAKES_PART))
        .order_by(Participation.id.desc())
    ).all()
    ours = next((one for one in rows if works_in(r, one, login_id)), None)
    if ours is None:
        return None
    return next(iter(_as_partners(r, login_id, party, {person_id: ours})), None)


def _as_partners(
    r: Reading, login_id: int, party: Party, programmes: dict[int, int]
) -> list[Partner]:
    people = people_by_ids(r, party.viewer, programmes)
    return [
        Partner(
            key=f"person-{one.id}",
            name=one.name,
            side=Side.SECOND,
            first_id=one.id,
            login_id=login_id,
            programme_id=programmes[one.id],
        )
        for one in sorted(people.values(), key=lambda one: one.name.casefold())
        if one.id != party.person_id
    ]


def staff_name(r: Reading, login_id: int | None) -> str:
    """Return what people call somebody of the staff; empty when there is no name to tell."""
    login = r.session.get(Login, login_id) if login_id is not None else None
    if login is None:
        return ""
    person_id = own_person_of(r, login.id)
    person = person_by_id(r, Viewer.member(None), person_id) if person_id is not None else None
    return person.name if person is not None else name_of(r, login) or ""


def own_person_of(r: Reading, login_id: int) -> int | None:
    """Return the one person that a login alone acts for: notices to the staff may go there."""
    theirs = r.session.scalars(
        select(LoginPerson.person_id).where(LoginPerson.login_id == login_id).limit(2)
    ).all()
    if len(theirs) != 1:
        return None
    acting = r.session.scalars(
        select(LoginPerson.login_id).where(LoginPerson.person_id == theirs[0]).limit(2)
    ).all()
    return theirs[0] if len(acting) == 1 else None


def matches_behind(r: Reading, ids: Iterable[int | None]) -> dict[int, MatchRow]:
    """Return the matches with these ids, for meetings that are shown or changed."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    found = r.session.scalars(select(Match).where(Match.id.in_(wanted)))
    return {match.id: row_of(match) for match in found}


def may_read(meeting: Meeting, match: MatchRow | None, party: Party, r: Reading) -> bool:
    """Tell whether somebody may see a meeting: a side of it, while the match can be read."""
    if party.side_of(meeting) is None:
        return False
    return meeting.with_staff or (match is not None and match.is_readable(r.now))
