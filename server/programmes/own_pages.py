"""One's own page of programmes: where one stands, resting, leaving, and what a mentor offers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from aiohttp import web

from server.people.reader import Reader, reader_of, see
from server.platform.errors import Invalid
from server.platform.http.decorators import form
from server.platform.http.parameters import Parameters, path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work
from server.privacy.ledger import has_agreed
from server.privacy.texts import MATCHING
from server.profiles.queries import kind_of
from server.programmes import forms, mentors, service
from server.programmes.model import Role
from server.programmes.queries import (
    MentorRow,
    ParticipationRow,
    ProgrammeRow,
    mentor_record,
    participations_of,
    programme,
    wishes_of,
)
from server.programmes.rules import MOST_CAPACITY, OPEN, PARTICIPATION_WORDS, ROLE_WORDS, role_of

GUIDE: Final[Sequence[Message]] = (
    say("Listen first. Ask what the other person wants to reach."),
    say("Agree on days and keep them. Say early when you cannot come."),
    say("Open doors: tell whom you know and how working life goes here."),
    say("You are no lawyer, doctor or lender. Send people to those who are."),
    say("What you hear stays between you two, unless somebody is in danger."),
    say("You are not alone: the coordinator helps you at any time."),
)


@dataclass(frozen=True, slots=True)
class Mine:
    """One participation of the reader, with its programme and what they wrote."""

    part: ParticipationRow
    programme: ProgrammeRow
    said: Mapping[str, str]

    @property
    def is_open(self) -> bool:
        """Tell whether it goes on."""
        return self.part.state in OPEN


@dataclass(frozen=True, slots=True)
class Own:
    """Everything of the reader's page."""

    parts: Sequence[Mine]
    mentor: MentorRow | None
    has_agreed: bool


@form(needs="person")
async def own(request: web.Request) -> web.StreamResponse:
    """Show what one takes part in."""
    return await _own(await reader_of(request))


async def _own(
    reader: Reader, fault: Message | None = None, status: int = 200
) -> web.StreamResponse:
    return await render(
        reader.request,
        "programmes/own.html",
        {
            "own": await reader.instance.read(_found, reader.me),
            "fault": fault,
            "guide": GUIDE,
            "role_words": ROLE_WORDS,
            "part_words": PARTICIPATION_WORDS,
            "most_capacity": MOST_CAPACITY,
        },
        status=status,
    )


def _found(r: Reading, me: int) -> Own:
    parts = [
        Mine(one, programme(r, one.programme_id), wishes_of(r, one.id))
        for one in participations_of(r, me)
    ]
    is_mentor = role_of(kind_of(r, me)) is Role.MENTOR
    return Own(parts, mentor_record(r, me) if is_mentor else None, has_agreed(r, me, MATCHING))


Step = Callable[[Work, ParticipationRow, Parameters, int | None], None]


def _pause(w: Work, part: ParticipationRow, p: Parameters, by: int | None) -> None:
    service.pause(w, part.id, until=forms.day(p, "until"), by=by)


def _resume(w: Work, part: ParticipationRow, _: Parameters, by: int | None) -> None:
    service.resume(w, part.id, by=by)


def _leave(w: Work, part: ParticipationRow, _: Parameters, by: int | None) -> None:
    service.withdraw(w, part.id, by=by)


def _offer(w: Work, part: ParticipationRow, p: Parameters, _: int | None) -> None:
    if part.role is not Role.TALENT:
        capacity = p.integer("capacity", least=1, most=MOST_CAPACITY) or 1
        until = forms.day(p, "available_until")
        service.set_availability(w, part.id, capacity=capacity, available_until=until)
    service.set_by_hand(w, part.id, by_hand=p.flag("by_hand"))


_STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {"pause": _pause, "resume": _resume, "leave": _leave, "offer": _offer}
)


@form(needs="person")
async def change(request: web.Request) -> web.StreamResponse:
    """Do what somebody wants with their own participation. Raises NotFound for another's."""
    reader = await reader_of(request)
    step, by = _STEPS[request.match_info["verb"]], visitor_of(request).login_id
    participation_id = path_id(request)

    def unit(w: Work) -> None:
        mine = service.own_participation(w, participation_id, reader.me)
        step(w, mine, reader.parameters, by)

    try:
        await reader.instance.work(unit)
    except (Invalid, service.CannotChange) as refused:
        return await _own(reader, refused.safe, refused.status)
    return see(path_for(request.app, "programmes.own"))


@form(needs="person")
async def read_guide(request: web.Request) -> web.StreamResponse:
    """Write down that a mentor has read the guide. Raises NotFound for who is none."""
    reader = await reader_of(request)
    await reader.instance.work(mentors.read_guide, reader.me)
    return see(path_for(request.app, "programmes.own"))


ROUTES: Final = (
    web.get("/settings/programmes", own, name="programmes.own"),
    web.post("/settings/programmes/guide", read_guide, name="programmes.read_guide"),
    web.post(
        f"/settings/programmes/{{id:[0-9]+}}/{{verb:{'|'.join(_STEPS)}}}",
        change,
        name="programmes.change_own",
    ),
)
