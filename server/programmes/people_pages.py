"""The staff's pages of the people of a programme: who applied, who takes part, one of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from aiohttp import web

from server.activity_log.service import record
from server.people.cards import PersonRow
from server.people.queries import people_by_ids, person_by_handle, person_of
from server.people.reader import Reader, reader_of, see
from server.people.rules import HOUSE
from server.platform.errors import Invalid
from server.platform.http.decorators import form
from server.platform.http.parameters import Parameters, path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work
from server.programmes import forms, mentors, service
from server.programmes.model import ParticipationState, Role
from server.programmes.queries import (
    MentorRow,
    ParticipationRow,
    ProgrammeRow,
    mentor_record,
    must_work_in,
    participation,
    participations,
    programme,
    wishes_of,
)
from server.programmes.rules import (
    INSIDE,
    MATCHED_IN,
    MOST_WISHES,
    OPEN,
    PARTICIPATION_WORDS,
    ROLE_WORDS,
    UNDECIDED,
)
from server.programmes.staff_pages import STAFF

GROUPS: Final[Mapping[str, tuple[Message, frozenset[ParticipationState]]]] = MappingProxyType(
    {
        "waiting": (say("Waiting for your answer"), UNDECIDED),
        "inside": (say("Taking part"), INSIDE),
        "ended": (say("Ended"), frozenset(ParticipationState) - OPEN),
    }
)
_PAGE: Final = 50
_FURTHEST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Line:
    """One participation in a list, with the person and for how many days they wait."""

    part: ParticipationRow
    person: PersonRow | None
    days: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of the list of a programme's people, and how many each group has."""

    programme: ProgrammeRow
    lines: Sequence[Line]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Case:
    """One participation as a coordinator reads it."""

    programme: ProgrammeRow
    part: ParticipationRow
    person: PersonRow
    said: Mapping[str, str]
    mentor: MentorRow | None


@form(needs="login", staff=STAFF)
async def people(request: web.Request) -> web.StreamResponse:
    """List the people of a programme, who waits longest first."""
    return await _people(await reader_of(request))


async def _people(
    reader: Reader, faults: forms.Faults | None = None, status: int = 200
) -> web.StreamResponse:
    request = reader.request
    group = reader.parameters.choice("group", tuple(GROUPS)) or "waiting"
    start = reader.parameters.integer("from", least=0, most=_FURTHEST) or 0
    login_id = visitor_of(request).login
    found = await reader.instance.read(_listed, path_id(request), login_id, group, start)
    return await render(
        request,
        "programmes/staff_people.html",
        {
            "listed": found,
            "row": found.programme,
            "group": group,
            "groups": GROUPS,
            "next": start + _PAGE if found.counts[group] > start + _PAGE else None,
            "role_words": ROLE_WORDS,
            "part_words": PARTICIPATION_WORDS,
            "may_add": found.programme.state in MATCHED_IN,
            "faults": faults or {},
            "handle": reader.parameters.text("handle", max_length=forms.MOST_TYPED) or "",
        },
        status=status,
    )


@form(needs="login", staff=STAFF)
async def add(request: web.Request) -> web.StreamResponse:
    """Note an application that somebody gave to the staff, who agreed to be matched before."""
    reader = await reader_of(request)
    handle = reader.parameters.text("handle", max_length=forms.MOST_TYPED) or ""
    programme_id, by = path_id(request), visitor_of(request).login

    def unit(w: Work) -> int:
        programme(w, programme_id)
        must_work_in(w, programme_id, by, "coordinator")
        meant = person_by_handle(w, HOUSE, handle)
        if meant is None or not meant.is_local:
            raise Invalid(details={"handle": [("ERR_INVALID", say("Nobody was found."))]})
        return service.add(w, meant.id, programme_id, service.Application(), by=by)

    try:
        made = await reader.instance.work(unit)
    except Invalid as refused:
        said = [one for many in forms.faults_of(refused).values() for one in many]
        return await _people(reader, {"handle": said}, refused.status)
    except (service.NoCall, service.AppliedAlready, service.NotYours) as refused:
        return await _people(reader, {"handle": [refused.safe]}, refused.status)
    return see(path_for(request.app, "programmes.person", id=made))


def _listed(r: Reading, programme_id: int, login_id: int, group: str, start: int) -> Listed:
    row = programme(r, programme_id)
    must_work_in(r, programme_id, login_id, "coordinator")
    everybody = participations(r, programme_id)
    counts = {name: sum(o.state in held for o in everybody) for name, (_, held) in GROUPS.items()}
    held = GROUPS[group][1]
    found = [one for one in everybody if one.state in held][start : start + _PAGE]
    known = people_by_ids(r, HOUSE, [one.person_id for one in found])
    lines = [
        Line(one, known.get(one.person_id), max(0, (r.now - one.applied_at).days)) for one in found
    ]
    return Listed(row, lines, counts)


@form(needs="login", staff=STAFF)
async def person(request: web.Request) -> web.StreamResponse:
    """Show one person of a programme; that staff looked is written down, and they can read it."""
    return await _case(await reader_of(request))


async def _case(
    reader: Reader, faults: forms.Faults | None = None, status: int = 200
) -> web.StreamResponse:
    visitor = visitor_of(reader.request)
    found = await reader.instance.work(
        _looked, path_id(reader.request), visitor.login, visitor.staff_roles
    )
    answer = await render(
        reader.request,
        "programmes/staff_person.html",
        {
            "case": found,
            "part": found.part,
            "faults": faults or {},
            "typed": forms.sent(reader.parameters) if faults else {},
            "role_words": ROLE_WORDS,
            "part_words": PARTICIPATION_WORDS,
            "most_note": MOST_WISHES,
        },
        status=status,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _looked(w: Work, participation_id: int, login_id: int, roles: frozenset[str]) -> Case:
    part = _own(w, participation_id, login_id)
    record(
        w,
        login_id=login_id,
        verb="look_at_profile",
        subject_type="person",
        subject_id=part.person_id,
        about={"purpose": "matching", "role": min(roles & STAFF), "fields": ""},
    )
    return Case(
        programme=programme(w, part.programme_id),
        part=part,
        person=person_of(w, HOUSE, part.person_id),
        said=wishes_of(w, part.id),
        mentor=mentor_record(w, part.person_id) if part.role is Role.MENTOR else None,
    )


def _own(r: Reading, participation_id: int, login_id: int) -> ParticipationRow:
    part = participation(r, participation_id)
    must_work_in(r, part.programme_id, login_id, "coordinator")
    return part


Step = Callable[[Work, ParticipationRow, Parameters, int], None]


def _intake(w: Work, part: ParticipationRow, p: Parameters, by: int) -> None:
    service.invite_to_intake(w, part.id, on=forms.day(p, "intake_on"), by=by)
    service.note_intake(w, part.id, p.text("intake", max_length=forms.MOST_TYPED) or "")


def _accept(w: Work, part: ParticipationRow, _: Parameters, by: int) -> None:
    service.accept(w, part.id, by=by)


def _refuse(w: Work, part: ParticipationRow, _: Parameters, by: int) -> None:
    service.refuse(w, part.id, by=by)


def _pause(w: Work, part: ParticipationRow, p: Parameters, by: int) -> None:
    service.pause(w, part.id, until=forms.day(p, "until"), by=by)


def _resume(w: Work, part: ParticipationRow, _: Parameters, by: int) -> None:
    service.resume(w, part.id, by=by)


def _training(w: Work, part: ParticipationRow, p: Parameters, by: int) -> None:
    on = forms.day(p, "on")
    if on is None:
        raise Invalid(details={"on": [("ERR_BLANK", say("can't be blank"))]})
    mentors.note_training(w, part.person_id, p.text("what", max_length=1_000) or "", on, by=by)


def _seen(w: Work, part: ParticipationRow, p: Parameters, by: int) -> None:
    identity, check = forms.day(p, "identity"), forms.day(p, "check")
    mentors.note_seen(w, part.person_id, identity=identity, check=check, by=by)


_STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {
        "intake": _intake,
        "accept": _accept,
        "refuse": _refuse,
        "pause": _pause,
        "resume": _resume,
        "training": _training,
        "seen": _seen,
    }
)


@form(needs="login", staff=STAFF)
async def decide(request: web.Request) -> web.StreamResponse:
    """Do what staff decided about one person."""
    reader = await reader_of(request)
    step, by = _STEPS[request.match_info["verb"]], visitor_of(request).login
    participation_id = path_id(request)

    def unit(w: Work) -> None:
        step(w, _own(w, participation_id, by), reader.parameters, by)

    try:
        await reader.instance.work(unit)
    except (Invalid, service.CannotChange) as refused:
        faults = forms.faults_of(refused) if isinstance(refused, Invalid) else {"": [refused.safe]}
        return await _case(reader, faults, refused.status)
    return see(path_for(request.app, "programmes.person", id=participation_id))


_ONE: Final = "/staff/programmes/people/{id:[0-9]+}"
ROUTES: Final = (
    web.get("/staff/programmes/{id:[0-9]+}/people", people, name="programmes.people"),
    web.post("/staff/programmes/{id:[0-9]+}/people", add, name="programmes.add"),
    web.get(_ONE, person, name="programmes.person"),
    web.post(f"{_ONE}/{{verb:{'|'.join(_STEPS)}}}", decide, name="programmes.decide"),
)
