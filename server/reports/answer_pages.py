"""The questions of a funder: answered by the person, or by staff who sit beside the person.

Staff see which moments are answered and never an answer; their form starts empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from server.people.reader import Reader, reader_of, see
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.http.decorators import form
from server.platform.http.parameters import Parameters, path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say
from server.platform.work import Reading, Work
from server.privacy.ledger import Manner, has_agreed, write_decision
from server.privacy.model import How
from server.privacy.texts import FUNDER, shown
from server.programmes.queries import (
    ParticipationRow,
    ProgrammeRow,
    participation,
    participations_of,
    programme,
    works_in,
)
from server.reports.indicators import NOT_SAID, IndicatorSet, Question, indicator_sets
from server.reports.model import FundedProgramme
from server.reports.service import (
    Answering,
    answers_row,
    funded,
    moments_open,
    own_funder_answers,
    role_in,
    write_answers,
)

BESIDE: Final = frozenset({"admin", "coordinator", "coach"})
MOMENT_WORDS: Final = {
    "entry": say("At the beginning"),
    "exit": say("At the end"),
    "later": say("Six months later"),
}
_PREFIX: Final = "answer_"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The questions that somebody is asked for one participation."""

    part: ParticipationRow
    programme: ProgrammeRow
    paid: FundedProgramme
    kept: IndicatorSet
    moments: tuple[str, ...]
    answered: Mapping[str, Any]
    has_agreed: bool

    def questions(self, moment: str) -> list[Question]:
        """Return the questions of a moment."""
        return self.kept.asked(role_in(self.part) or "", moment)


def sheet_of(r: Reading, part: ParticipationRow) -> Sheet | None:
    """Return what is asked for a participation; None where no funder asks, or not yet."""
    paid = funded(r, part.programme_id)
    kept = indicator_sets().get(paid.indicator_set) if paid is not None else None
    moments = tuple(moments_open(part, r.now.date()))
    if paid is None or kept is None or not moments:
        return None
    r.session.expunge(paid)
    row = answers_row(r, part.id)
    answered = dict(row.moments) if row is not None else {}
    agreed = has_agreed(r, part.person_id, FUNDER)
    home = programme(r, part.programme_id)
    return Sheet(part, home, paid, kept, moments, answered, agreed)


@form(needs="person")
async def own(request: web.Request) -> web.StreamResponse:
    """Show somebody's own questions, or the programmes whose funder asks. Raises NotFound."""
    reader = await reader_of(request)
    wanted = reader.parameters.id("participation")
    if wanted is None:
        sheets = await reader.instance.read(_own_sheets, reader.me)
        return await render(
            request,
            "reports/own.html",
            {"sheets": sheets, "language": reader.translator.tag, "words": MOMENT_WORDS},
        )
    sheet, told = await reader.instance.read(_own_sheet, reader.me, wanted)
    return await _asked(reader, sheet, told.get(_moment(reader, sheet), {}), {})


def _own_sheets(r: Reading, person_id: int) -> list[Sheet]:
    sheets = [sheet_of(r, part) for part in participations_of(r, person_id)]
    return [one for one in sheets if one is not None]


def _own_sheet(
    r: Reading, person_id: int, participation_id: int
) -> tuple[Sheet, Mapping[str, Mapping[str, Any]]]:
    part = participation(r, participation_id)
    sheet = sheet_of(r, part) if part.person_id == person_id else None
    if sheet is None:
        raise NotFound
    return sheet, own_funder_answers(r, person_id, part.id)


@form(needs="person")
async def send_own(request: web.Request) -> web.StreamResponse:
    """Keep somebody's own answers of one moment, with their consent when it was not given yet."""
    reader = await reader_of(request)
    wanted = reader.parameters.id("participation")
    if wanted is None:
        raise NotFound
    sheet, _ = await reader.instance.read(_own_sheet, reader.me, wanted)
    return await _kept(reader, sheet, Manner(login_id=visitor_of(request).login_id), None)


@form(needs="login", staff=BESIDE)
async def beside(request: web.Request) -> web.StreamResponse:
    """Show the empty questions to staff who sit beside the person. Raises NotFound, NotAllowed."""
    reader = await reader_of(request)
    return await _asked(reader, await _sheet_beside(reader), {}, {})


@form(needs="login", staff=BESIDE)
async def send_beside(request: web.Request) -> web.StreamResponse:
    """Keep what a person answered to staff; it is in the log that the person reads."""
    reader = await reader_of(request)
    login_id = visitor_of(request).login
    return await _kept(
        reader, await _sheet_beside(reader), Manner(how=How.COACH, login_id=login_id), login_id
    )


async def _sheet_beside(reader: Reader) -> Sheet:
    request = reader.request
    programme_id, part_id = path_id(request, "programme"), path_id(request, "participation")
    return await reader.instance.read(
        _sheet_of_staff, visitor_of(request).login, programme_id, part_id
    )


def _sheet_of_staff(r: Reading, login_id: int, programme_id: int, part_id: int) -> Sheet:
    part = participation(r, part_id)
    if part.programme_id != programme_id:
        raise NotFound
    if works_in(r, programme_id, login_id) is None and part.login_id != login_id:
        raise NotAllowed
    sheet = sheet_of(r, part)
    if sheet is None:
        raise NotFound
    return sheet


def _moment(reader: Reader, sheet: Sheet) -> str:
    """Return which moment is asked about: the one named, or the last that is open."""
    return reader.parameters.choice("moment", sheet.moments) or sheet.moments[-1]


async def _kept(
    reader: Reader, sheet: Sheet, manner: Manner, login_id: int | None
) -> web.StreamResponse:
    moment, sent = _moment(reader, sheet), reader.parameters
    answers, faults = read_answers(sheet.questions(moment), sent)
    agrees = sent.flag("agree")
    if not sheet.has_agreed and not agrees:
        faults["agree"] = [say("This needs the person's consent first.")]
    if faults:
        return await _asked(reader, sheet, answers, faults, status=422)

    def unit(w: Work) -> None:
        if agrees and not has_agreed(w, sheet.part.person_id, FUNDER):
            text = shown(FUNDER, reader.translator)
            write_decision(w, sheet.part.person_id, text, given=True, manner=manner)
        write_answers(w, sheet.part, Answering(moment, answers, login_id))

    await reader.instance.work(unit)
    if login_id is None:
        return see(path_for(reader.request.app, "reports.own"))
    return see(path_for(reader.request.app, "reports.funder", programme=sheet.part.programme_id))


def read_answers(
    questions: Sequence[Question], sent: Parameters
) -> tuple[dict[str, Any], dict[str, list[Message]]]:
    """Return what was answered, and what cannot be an answer; a question may stay open."""
    found: dict[str, Any] = {}
    faults: dict[str, list[Message]] = {}
    for one in questions:
        name = f"{_PREFIX}{one.name}"
        try:
            value = _read(one, name, sent)
        except Invalid as wrong:
            faults[name] = [fault.description for fault in wrong.details.get(name, ())]
            continue
        if value not in (None, [], ""):
            found[one.name] = value
    return found, faults


def _read(one: Question, name: str, sent: Parameters) -> Any:  # noqa: ANN401 - a number or codes
    if one.is_number:
        return sent.integer(name, least=one.least, most=one.most)
    codes = {*one.options, NOT_SAID}
    if not one.many:
        return sent.choice(name, codes)
    given = sent.texts(name, most=len(codes), max_length=40)
    if not set(given) <= codes:
        fault = say("is not included in the list")
        raise Invalid(details={name: [("ERR_INCLUSION", fault)]})
    # Who prefers not to say says nothing else.
    return [NOT_SAID] if NOT_SAID in given else list(dict.fromkeys(given))


async def _asked(
    reader: Reader,
    sheet: Sheet,
    answers: Mapping[str, Any],
    faults: Mapping[str, list[Message]],
    *,
    status: int = 200,
) -> web.StreamResponse:
    is_own = sheet.part.person_id == visitor_of(reader.request).person_id
    context = {
        "sheet": sheet,
        "moment": _moment(reader, sheet),
        "words": MOMENT_WORDS,
        "given": answers,
        "faults": faults,
        "purpose": FUNDER,
        "prefix": _PREFIX,
        "not_said": NOT_SAID,
        "is_own": is_own and reader.request.path.startswith("/settings"),
        "language": reader.translator.tag,
    }
    return await render(reader.request, "reports/questions.html", context, status=status)
