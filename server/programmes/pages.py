"""The pages for everybody: the programmes, one of them with its rules, and applying."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.people.queries import person_of
from server.people.reader import Reader, reader_of, see
from server.people.rules import HOUSE
from server.platform.errors import Invalid
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message
from server.platform.work import Reading
from server.privacy.ledger import has_agreed
from server.privacy.texts import MATCHING, ShownText, shown
from server.programmes import forms, service
from server.programmes.model import ParticipationState, Role
from server.programmes.plain_words import (
    A_PERSON_DECIDES,
    NEVER_USED,
    UNKNOWN_IS_NEUTRAL,
    Share,
    must_haves,
    shares_of,
)
from server.programmes.queries import (
    AgreementRow,
    ProgrammeRow,
    WeightsRow,
    agreement_of,
    participations_of,
    programmes,
    public_programme,
    weights_of,
)
from server.programmes.rules import (
    KIND_WORDS,
    MOST_CAPACITY,
    MOST_WISHES,
    OPEN,
    PROGRAMME_WORDS,
    role_of,
)
from server.vocabularies.queries import labels


@dataclass(frozen=True, slots=True)
class Seen:
    """A programme as everybody reads it, and how the reader stands to it."""

    programme: ProgrammeRow
    regions: Sequence[str]
    weights: WeightsRow
    shares: Sequence[Share]
    must: Sequence[tuple[Message, str]]
    agreement: AgreementRow | None
    is_open: bool
    role: Role | None
    standing: ParticipationState | None


@page()
async def listing(request: web.Request) -> web.StreamResponse:
    """List the programmes, those that take applications first."""
    reader = await reader_of(request)
    found = await reader.instance.read(_listed)
    return await render(
        request,
        "programmes/programmes.html",
        {"found": found, "kind_words": KIND_WORDS, "state_words": PROGRAMME_WORDS},
    )


def _listed(r: Reading) -> list[tuple[ProgrammeRow, bool]]:
    today = r.now.date()
    rows = [(one, one.takes_applications(today)) for one in programmes(r, viewer_is_staff=False)]
    return sorted(rows, key=lambda pair: not pair[1])


@page()
async def programme_page(request: web.Request) -> web.StreamResponse:
    """Show a programme: what it is, how pairs are scored, what people agree on."""
    reader = await reader_of(request)
    found = await _found(reader)
    return await render(
        request,
        "programmes/programme.html",
        {
            "seen": found,
            "row": found.programme,
            "kind_words": KIND_WORDS,
            "state_words": PROGRAMME_WORDS,
            "assurances": (UNKNOWN_IS_NEUTRAL, NEVER_USED, A_PERSON_DECIDES),
        },
    )


async def _found(reader: Reader) -> Seen:
    me = reader.viewer.person_id
    return await reader.instance.read(_seen, path_id(reader.request), me, reader.translator.tag)


def _seen(r: Reading, programme_id: int, me: int | None, language: str) -> Seen:
    row = public_programme(r, programme_id)
    mine = [] if me is None else participations_of(r, me)
    standing = [o.state for o in mine if o.programme_id == programme_id and o.state in OPEN]
    weights = weights_of(r, programme_id)
    return Seen(
        programme=row,
        regions=list(labels(r, "nuts", row.regions, language).values()),
        weights=weights,
        shares=shares_of(weights),
        must=must_haves(weights),
        agreement=agreement_of(r, programme_id),
        is_open=row.takes_applications(r.now.date()),
        role=None if me is None else role_of(person_of(r, HOUSE, me).kind),
        standing=standing[0] if standing else None,
    )


@form(needs="person")
async def apply_page(request: web.Request) -> web.StreamResponse:
    """Show the form to apply, with the question of consent when it was not answered yes before."""
    return await _form(await reader_of(request))


@form(needs="person")
async def apply(request: web.Request) -> web.StreamResponse:
    """Apply, when everything is answered."""
    reader = await reader_of(request)
    sent, programme_id = reader.parameters, path_id(request)
    try:
        application = service.Application(
            wishes=sent.text("wishes", max_length=forms.MOST_TYPED) or "",
            capacity=sent.integer("capacity", least=1, most=MOST_CAPACITY) or 1,
            available_until=forms.day(sent, "available_until"),
            by_hand=sent.flag("by_hand"),
        )
        await reader.instance.work(
            service.apply,
            reader.me,
            programme_id,
            application,
            agreed=_agreed(reader),
            by=visitor_of(request).login_id,
        )
    except Invalid as refused:
        return await _form(reader, forms.faults_of(refused), status=422)
    return see(path_for(request.app, "programmes.own"))


def _agreed(reader: Reader) -> ShownText | None:
    """Return the consent's text when they ticked it as it stands today."""
    is_today = reader.parameters.integer("version", least=0, most=10**6) == MATCHING.version
    return shown(MATCHING, reader.translator) if is_today and _ticked(reader) else None


def _ticked(reader: Reader) -> bool:
    return reader.parameters.flag("agreed")


async def _form(
    reader: Reader, faults: forms.Faults | None = None, status: int = 200
) -> web.StreamResponse:
    found = await _found(reader)
    if found.standing is not None:
        raise service.AppliedAlready
    if not found.is_open:
        raise service.NoCall
    if found.role is None:
        raise service.NotYours
    values: Mapping[str, str] = forms.sent(reader.parameters) if faults else {"capacity": "1"}
    return await render(
        reader.request,
        "programmes/apply.html",
        {
            "seen": found,
            "row": found.programme,
            "purpose": MATCHING,
            "is_agreed": await reader.instance.read(has_agreed, reader.me, MATCHING),
            "values": values,
            "faults": faults or {},
            "most_wishes": MOST_WISHES,
            "most_capacity": MOST_CAPACITY,
        },
        status=status,
    )


ROUTES: Final = (
    web.get("/programmes", listing, name="programmes.programmes"),
    web.get("/programmes/{id:[0-9]+}", programme_page, name="programmes.programme"),
    web.get("/programmes/{id:[0-9]+}/apply", apply_page, name="programmes.apply_page"),
    web.post("/programmes/{id:[0-9]+}/apply", apply, name="programmes.apply"),
)
