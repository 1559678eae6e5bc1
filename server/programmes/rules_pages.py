"""The staff's pages of what a programme publishes: the scoring and the agreement, by versions."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.people.reader import Reader, reader_of, see
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.work import Reading, Work
from server.programmes import forms, leading
from server.programmes.model import ProgrammeState
from server.programmes.plain_words import DISTANCE_WORDS, SIGNAL_WORDS
from server.programmes.queries import (
    AgreementRow,
    ProgrammeRow,
    WeightsRow,
    agreement_of,
    must_work_in,
    programme,
    weights_of,
)
from server.programmes.rules import LANGUAGE_FLOORS, MOST_AGREEMENT, MOST_POINTS, MOST_SLOTS
from server.programmes.staff_pages import STAFF


@dataclass(frozen=True, slots=True)
class Published:
    """A programme with what it has published last; a draft may have no agreement yet."""

    programme: ProgrammeRow
    weights: WeightsRow
    agreement: AgreementRow | None

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is published any more."""
        return self.programme.state is ProgrammeState.CLOSED


def _published(r: Reading, programme_id: int, login_id: int) -> Published:
    row = programme(r, programme_id)
    must_work_in(r, programme_id, login_id, "coordinator")
    try:
        agreement = agreement_of(r, programme_id)
    except NotFound:
        agreement = None
    return Published(row, weights_of(r, programme_id), agreement)


async def _known(reader: Reader) -> Published:
    login_id = visitor_of(reader.request).login
    return await reader.instance.read(_published, path_id(reader.request), login_id)


@form(needs="login", staff=STAFF)
async def weights_page(request: web.Request) -> web.StreamResponse:
    """Show how pairs are scored today, to be changed."""
    reader = await reader_of(request)
    known = await _known(reader)
    return await _weights(reader, known, forms.weights_values(known.weights))


@form(needs="login", staff=STAFF)
async def publish_weights(request: web.Request) -> web.StreamResponse:
    """Publish a new version of the scoring; former scores keep theirs."""
    reader = await reader_of(request)
    known, by = await _known(reader), visitor_of(request).login
    sent = reader.parameters

    def unit(w: Work) -> None:
        points, floors, threshold = forms.weights(sent)
        _still_open(w, known)
        leading.publish_weights(w, known.programme.id, points, floors, threshold, by=by)

    try:
        await reader.instance.work(unit)
    except Invalid as refused:
        return await _weights(
            reader, known, forms.sent(sent), faults=forms.faults_of(refused), status=422
        )
    return see(path_for(request.app, "programmes.overview", id=known.programme.id))


async def _weights(
    reader: Reader,
    known: Published,
    values: forms.Values,
    *,
    faults: forms.Faults | None = None,
    status: int = 200,
) -> web.StreamResponse:
    return await render(
        reader.request,
        "programmes/staff_weights.html",
        {
            "known": known,
            "row": known.programme,
            "values": values,
            "faults": faults or {},
            "signals": SIGNAL_WORDS,
            "levels": [(one, one) for one in LANGUAGE_FLOORS],
            "distances": DISTANCE_WORDS,
            "most_points": MOST_POINTS,
            "most_slots": MOST_SLOTS,
        },
        status=status,
    )


@form(needs="login", staff=STAFF)
async def agreement_page(request: web.Request) -> web.StreamResponse:
    """Show the agreement and the code of conduct, to be changed."""
    reader = await reader_of(request)
    known = await _known(reader)
    return await _agreement(reader, known, forms.agreement_values(known.agreement))


@form(needs="login", staff=STAFF)
async def publish_agreement(request: web.Request) -> web.StreamResponse:
    """Publish a new version of the agreement; who agreed before agreed to the former one."""
    reader = await reader_of(request)
    known, by = await _known(reader), visitor_of(request).login
    sent, languages = reader.parameters, reader.instance.site.languages

    def unit(w: Work) -> None:
        texts = forms.agreement(sent, languages)
        _still_open(w, known)
        leading.publish_agreement(w, known.programme.id, texts, by=by)

    try:
        await reader.instance.work(unit)
    except Invalid as refused:
        return await _agreement(
            reader, known, forms.sent(sent), faults=forms.faults_of(refused), status=422
        )
    return see(path_for(request.app, "programmes.overview", id=known.programme.id))


async def _agreement(
    reader: Reader,
    known: Published,
    values: forms.Values,
    *,
    faults: forms.Faults | None = None,
    status: int = 200,
) -> web.StreamResponse:
    return await render(
        reader.request,
        "programmes/staff_agreement.html",
        {
            "known": known,
            "row": known.programme,
            "values": values,
            "faults": faults or {},
            "most": MOST_AGREEMENT,
        },
        status=status,
    )


def _still_open(w: Work, known: Published) -> None:
    if programme(w, known.programme.id).state is ProgrammeState.CLOSED:
        raise leading.NotNow


_ONE: Final = "/staff/programmes/{id:[0-9]+}"
ROUTES: Final = (
    web.get(f"{_ONE}/scoring", weights_page, name="programmes.weights_page"),
    web.post(f"{_ONE}/scoring", publish_weights, name="programmes.publish_weights"),
    web.get(f"{_ONE}/agreement", agreement_page, name="programmes.agreement_page"),
    web.post(f"{_ONE}/agreement", publish_agreement, name="programmes.publish_agreement"),
)
