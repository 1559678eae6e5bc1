"""The time zone of somebody, and the private address that their calendar app reads meetings from.

The address is a secret: whoever has it sees when its owner meets, and how, but neither with whom
nor where. It is stored as a hash, made anew or switched off by its owner, and ends with the login.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, or_, select

from server.access.model import Login, LoginPerson, LoginRole
from server.access.rules import fingerprint
from server.meetings.calendar import Occasion
from server.meetings.model import Meeting, MeetingState, Mode, PersonCalendar
from server.meetings.parties import Party, matches_behind, may_read
from server.meetings.rules import is_zone
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.work import Reading, Work

_SHOWN_FOR = timedelta(days=90)
_MOST = 1000
_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OwnCalendar:
    """What somebody chose about their calendar."""

    zone: str | None
    made_at: datetime | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Feed:
    """What a private address shows: the meetings, and the language of its owner."""

    occasions: list[Occasion]
    locale: str | None


def calendar_of_person(r: Reading, person_id: int, login_id: int) -> OwnCalendar:
    """Return what somebody chose, or that they chose nothing."""
    row = r.session.get(PersonCalendar, (person_id, login_id))
    if row is None:
        return OwnCalendar(None, None, None)
    return OwnCalendar(row.zone, row.made_at if row.token_hash else None, row.read_at)


def zone_of_person(r: Reading, person_id: int | None, login_id: int | None) -> str | None:
    """Return the time zone that somebody chose, or None."""
    if person_id is None or login_id is None:
        return None
    return calendar_of_person(r, person_id, login_id).zone


def choose_zone(w: Work, person_id: int, login_id: int, zone: str) -> None:
    """Keep somebody's time zone. Raises Invalid for what is none."""
    if not is_zone(zone):
        raise Invalid(details={"zone": [("ERR_INVALID", say("is not a time zone"))]})
    _own(w, person_id, login_id).zone = zone
    w.session.flush()


def make_address(w: Work, person_id: int, login_id: int) -> str:
    """Return the secret of a new private address; an older one ends now."""
    token = secrets.token_urlsafe(32)
    own = _own(w, person_id, login_id)
    own.token_hash, own.made_at, own.read_at = fingerprint(token), w.now, None
    w.session.flush()
    return token


def end_address(w: Work, person_id: int, login_id: int) -> None:
    """Switch the private address off; a second time changes nothing."""
    row = w.session.get(PersonCalendar, (person_id, login_id))
    if row is not None:
        row.token_hash, row.made_at, row.read_at = None, None, None
        w.session.flush()


def feed_of(w: Work, token: str) -> Feed:
    """Return what the address with this secret shows.

    Raises NotFound for an unknown or ended one, and when the login does not act for the person any
    more.
    """
    row = w.session.scalar(
        select(PersonCalendar).where(
            PersonCalendar.token_hash == fingerprint(token),
            exists().where(
                LoginPerson.login_id == PersonCalendar.login_id,
                LoginPerson.person_id == PersonCalendar.person_id,
            ),
        )
    )
    login = w.session.get(Login, row.login_id) if row is not None else None
    if row is None or login is None or login.disabled_at is not None:
        raise NotFound
    if row.read_at is None or w.now - row.read_at > _NOTED_EVERY:
        row.read_at = w.now
    is_staff = w.session.scalar(select(exists().where(LoginRole.login_id == login.id)))
    party = Party(row.person_id, login.id if is_staff else None)
    return Feed(occasions_of(w, party), login.locale)


def occasions_of(r: Reading, party: Party) -> list[Occasion]:
    """Return the meetings of somebody that stand in a calendar, without place or people."""
    rows = r.session.scalars(
        select(Meeting)
        .where(
            or_(
                Meeting.first_id == party.person_id,
                Meeting.second_id == party.person_id,
                *([Meeting.login_id == party.staff_id] if party.staff_id is not None else []),
            ),
            Meeting.state.in_((MeetingState.CONFIRMED, MeetingState.DONE)),
            func.coalesce(Meeting.ends_at, Meeting.created_at) > r.now - _SHOWN_FOR,
        )
        .order_by(Meeting.starts_at)
        .limit(_MOST)
    ).all()
    matches = matches_behind(r, [one.match_id for one in rows])
    return [
        occasion_of(r, one)
        for one in rows
        if one.starts_local and may_read(one, matches.get(one.match_id or 0), party, r)
    ]


def occasion_of(r: Reading, meeting: Meeting, place: str = "") -> Occasion:
    """Return a meeting that has a time as a calendar shows it; `place` for its own sides only."""
    return Occasion(
        uid=meeting.uid,
        sequence=meeting.sequence,
        state=MeetingState(meeting.state),
        mode=Mode(meeting.mode),
        starts_local=_agreed_on(meeting) or "",
        zone=meeting.zone,
        minutes=_length_of(meeting),
        url=r.site.url(f"/meetings/{meeting.id}"),
        created=meeting.created_at,
        changed=meeting.state_at,
        place=place,
    )


def _agreed_on(meeting: Meeting) -> str | None:
    """Return the wall time of what was agreed on before the meeting was moved to another clock."""
    if meeting.state == MeetingState.CONFIRMED or meeting.starts_at is None:
        return meeting.starts_local
    there = meeting.starts_at.astimezone(ZoneInfo(meeting.zone))
    return there.replace(tzinfo=None).isoformat(timespec="minutes")


def _length_of(meeting: Meeting) -> int:
    if meeting.starts_at is None or meeting.ends_at is None:
        return meeting.minutes
    return int((meeting.ends_at - meeting.starts_at).total_seconds()) // 60


def _own(w: Work, person_id: int, login_id: int) -> PersonCalendar:
    row = w.session.get(PersonCalendar, (person_id, login_id))
    if row is None:
        row = PersonCalendar(person_id=person_id, login_id=login_id)
        w.session.add(row)
    return row
