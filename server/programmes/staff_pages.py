"""The staff's pages of programmes: the list, one programme, making, changing and moving it on."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from aiohttp import web
from sqlalchemy import func, select

from server.access.model import LoginPerson, LoginRole, StaffRole
from server.people.queries import people_by_ids
from server.people.reader import Reader, reader_of, see
from server.people.rules import HOUSE
from server.platform.errors import Invalid, MeshworkError, NotFound
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work
from server.programmes import forms, leading
from server.programmes.model import ParticipationState, ProgrammeState, Role
from server.programmes.queries import (
    ProgrammeRow,
    agreement_of,
    must_work_in,
    participations,
    programme,
    programmes,
    staff_of,
    weights_of,
)
from server.programmes.rules import (
    KIND_WORDS,
    MOST_NAME,
    MOST_SUMMARY,
    OPEN,
    PARTICIPATION_WORDS,
    PROGRAMME_MOVES,
    PROGRAMME_WORDS,
    ROLE_WORDS,
)
from server.vocabularies.forms import Picked, picked, shown
from server.vocabularies.queries import labels

STAFF: Final = frozenset({"admin", "coordinator"})
MOVES: Final[Mapping[ProgrammeState, Callable[..., None]]] = MappingProxyType(
    {
        ProgrammeState.CALL: leading.open_call,
        ProgrammeState.MATCHING: leading.begin_matching,
        ProgrammeState.RUNNING: leading.run_programme,
        ProgrammeState.CLOSING: leading.begin_closing,
        ProgrammeState.CLOSED: leading.close_programme,
    }
)
TEAM_WORDS: Final = MappingProxyType(
    {
        "coordinator": say("Coordinator"),
        "coach": say("Coach"),
        "facilitator": say("Leads workshops"),
    }
)
_MOST_REGIONS: Final = 30
_MOST_TEAM: Final = 200


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the staff, and as what they work in a programme."""

    login_id: int
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Overview:
    """One programme as its staff see it."""

    programme: ProgrammeRow
    regions: Sequence[str]
    counts: Mapping[tuple[Role, ParticipationState], int]
    team: Sequence[Colleague]
    weights_version: int
    agreement_version: int | None
    next_states: Sequence[ProgrammeState]


@page(needs="login", staff=STAFF)
async def listing(request: web.Request) -> web.StreamResponse:
    """List all programmes, drafts too."""
    reader = await reader_of(request)
    found = await reader.instance.read(_listed)
    return await render(
        request,
        "programmes/staff_list.html",
        {"found": found, "kind_words": KIND_WORDS, "state_words": PROGRAMME_WORDS},
    )


def _listed(r: Reading) -> list[tuple[ProgrammeRow, int]]:
    return [
        (one, len(participations(r, one.id, states=[ParticipationState.APPLIED])))
        for one in programmes(r, viewer_is_staff=True)
    ]


@page(needs="login", staff=STAFF)
async def overview(request: web.Request) -> web.StreamResponse:
    """Show one programme: where it stands, who takes part, its staff, what comes next."""
    return await _overview(await reader_of(request), [])


async def _overview(
    reader: Reader, faults: Sequence[Message], status: int = 200
) -> web.StreamResponse:
    login_id = visitor_of(reader.request).login
    found = await reader.instance.read(
        _seen, path_id(reader.request), login_id, reader.translator.tag
    )
    return await render(
        reader.request,
        "programmes/staff_programme.html",
        {
            "one": found,
            "row": found.programme,
            "faults": faults,
            "states": [state for state in ParticipationState if state in OPEN],
            "kind_words": KIND_WORDS,
            "state_words": PROGRAMME_WORDS,
            "role_words": ROLE_WORDS,
            "part_words": PARTICIPATION_WORDS,
            "team_words": TEAM_WORDS,
        },
        status=status,
    )


def _seen(r: Reading, programme_id: int, login_id: int, language: str) -> Overview:
    row = programme(r, programme_id)
    must_work_in(r, programme_id, login_id, "coordinator")
    found = participations(r, programme_id)
    try:
        agreement = agreement_of(r, programme_id).version
    except NotFound:
        agreement = None
    order = list(ProgrammeState)
    return Overview(
        programme=row,
        regions=list(labels(r, "nuts", row.regions, language).values()),
        counts=Counter((one.role, one.state) for one in found),
        team=_team(r, programme_id),
        weights_version=weights_of(r, programme_id).version,
        agreement_version=agreement,
        next_states=sorted(PROGRAMME_MOVES[row.state], key=order.index),
    )


def _team(r: Reading, programme_id: int) -> list[Colleague]:
    """Return everybody of the staff who could work here, by the first person they act for."""
    named = staff_of(r, programme_id)
    rows = r.session.execute(
        select(LoginPerson.login_id, func.min(LoginPerson.person_id))
        .where(
            LoginPerson.login_id.in_(
                select(LoginRole.login_id).where(
                    LoginRole.role.in_((StaffRole.COORDINATOR, StaffRole.COACH, StaffRole.ADMIN))
                )
            )
        )
        .group_by(LoginPerson.login_id)
        .order_by(LoginPerson.login_id)
        .limit(_MOST_TEAM)
    ).all()
    people = people_by_ids(r, HOUSE, [person_id for _, person_id in rows])
    return [
        Colleague(login_id, people[person_id].name, named.get(login_id, ""))
        for login_id, person_id in rows
        if person_id in people
    ]


@form(needs="login", staff=STAFF)
async def new(request: web.Request) -> web.StreamResponse:
    """Show an empty programme to fill in."""
    reader = await reader_of(request)
    return await _form(reader, None, forms.plan_values(None), Picked())


@form(needs="login", staff=STAFF)
async def create(request: web.Request) -> web.StreamResponse:
    """Make a programme as a draft."""
    return await _written(await reader_of(request), None)


@form(needs="login", staff=STAFF)
async def change_page(request: web.Request) -> web.StreamResponse:
    """Show a programme's form."""
    reader = await reader_of(request)
    row = await reader.instance.read(_own, path_id(request), visitor_of(request).login)
    regions = await reader.instance.read(shown, "nuts", row.regions, reader.translator.tag)
    return await _form(reader, row, forms.plan_values(row), regions)


@form(needs="login", staff=STAFF)
async def change(request: web.Request) -> web.StreamResponse:
    """Change a programme."""
    reader = await reader_of(request)
    row = await reader.instance.read(_own, path_id(request), visitor_of(request).login)
    return await _written(reader, row)


async def _written(reader: Reader, row: ProgrammeRow | None) -> web.StreamResponse:
    sent, by = reader.parameters, visitor_of(reader.request).login
    tongues = [reader.translator.tag]
    regions = await reader.instance.read(
        picked, sent, "regions", "nuts", tongues, many=True, most=_MOST_REGIONS
    )
    if not regions.is_settled:
        status = 422 if regions.faults else 200
        return await _form(reader, row, forms.sent(sent), regions, status=status)
    try:
        plan = forms.plan(sent, reader.instance.site.languages, regions.codes)
        if row is None:
            made = await reader.instance.work(leading.create_programme, plan, by=by)
        else:
            made = await reader.instance.work(leading.change_programme, row.id, plan, by=by)
    except Invalid as refused:
        faults = forms.faults_of(refused)
        return await _form(reader, row, forms.sent(sent), regions, faults=faults, status=422)
    return see(path_for(reader.request.app, "programmes.overview", id=made.id))


async def _form(
    reader: Reader,
    row: ProgrammeRow | None,
    values: forms.Values,
    regions: Picked,
    *,
    faults: forms.Faults | None = None,
    status: int = 200,
) -> web.StreamResponse:
    return await render(
        reader.request,
        "programmes/staff_form.html",
        {
            "row": row,
            "values": values,
            "regions": regions,
            "faults": faults or {},
            "kind_words": KIND_WORDS,
            "most_name": MOST_NAME,
            "most_summary": MOST_SUMMARY,
        },
        status=status,
    )


@form(needs="login", staff=STAFF)
async def move(request: web.Request) -> web.StreamResponse:
    """Move a programme on; what cannot be done now is said on its page."""
    reader = await reader_of(request)
    state = reader.parameters.choice("state", tuple(MOVES))
    if state is None:
        raise Invalid(details={"state": [("ERR_BLANK", say("can't be blank"))]})
    step, programme_id = MOVES[ProgrammeState(state)], path_id(request)
    by = visitor_of(request).login

    def unit(w: Work) -> None:
        _own(w, programme_id, by)
        step(w, programme_id, by=by)

    return await _done(reader, unit)


@form(needs="login", staff=STAFF)
async def name_team(request: web.Request) -> web.StreamResponse:
    """Name who works in a programme."""
    reader = await reader_of(request)
    programme_id, by = path_id(request), visitor_of(request).login

    def unit(w: Work) -> None:
        _own(w, programme_id, by)
        chosen = {
            one.login_id: role
            for one in _team(w, programme_id)
            if (role := reader.parameters.choice(f"team-{one.login_id}", tuple(TEAM_WORDS)))
        }
        leading.set_staff(w, programme_id, chosen, by=by)

    return await _done(reader, unit)


async def _done(reader: Reader, unit: Callable[[Work], None]) -> web.StreamResponse:
    try:
        await reader.instance.work(unit)
    except (Invalid, leading.NotNow) as refused:
        return await _overview(reader, [_said(refused)], refused.status)
    where = path_for(reader.request.app, "programmes.overview", id=path_id(reader.request))
    return see(where)


def _said(refused: MeshworkError) -> Message:
    return refused.safe


def _own(r: Reading, programme_id: int, login_id: int) -> ProgrammeRow:
    row = programme(r, programme_id)
    must_work_in(r, programme_id, login_id, "coordinator")
    return row


_ONE: Final = "/staff/programmes/{id:[0-9]+}"
ROUTES: Final = (
    web.get("/staff/programmes", listing, name="programmes.listing"),
    web.get("/staff/programmes/new", new, name="programmes.new"),
    web.post("/staff/programmes/new", create, name="programmes.create"),
    web.get(_ONE, overview, name="programmes.overview"),
    web.get(f"{_ONE}/change", change_page, name="programmes.change_page"),
    web.post(f"{_ONE}/change", change, name="programmes.change"),
    web.post(f"{_ONE}/state", move, name="programmes.move"),
    web.post(f"{_ONE}/team", name_team, name="programmes.name_team"),
)
