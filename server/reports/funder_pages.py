"""The staff's page of a funded programme: who pays, who has answered, the file about participants.

The file is for the funder's own legal duty: an admin takes it out with a reason, it has numbers by
chance in the place of people, and it is in the audit trail.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from aiohttp import web

from server.people.reader import Reader, reader_of, see
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, Translator, say
from server.platform.work import Reading, Work
from server.programmes.queries import ProgrammeRow
from server.reports import files
from server.reports.answer_pages import MOMENT_WORDS
from server.reports.funding import countables, faults_of_record, merged
from server.reports.indicators import NOT_SAID, IndicatorSet, indicator_sets
from server.reports.model import FundedProgramme
from server.reports.queries import Asked, asked_in, opened_rows, scope_of
from server.reports.report_pages import PARTICIPANTS, STAFF, sent_file
from server.reports.rules import Period
from server.reports.service import MOST_REASON, Export, fund, funded, note_export

ADMINS: Final = frozenset({"admin"})
_MOST_OPERATION: Final = 80


@form(needs="login", staff=STAFF)
async def funder(request: web.Request) -> web.StreamResponse:
    """Show who pays a programme and who has answered. Raises NotFound for another's programme."""
    reader = await reader_of(request)
    return await _shown(reader, await _programme(reader), {})


@form(needs="login", staff=STAFF)
async def send_funder(request: web.Request) -> web.StreamResponse:
    """Write down who pays."""
    reader = await reader_of(request)
    found = await _programme(reader)
    try:
        paid = _read(reader, found.id)
        await reader.instance.work(fund, paid, by=visitor_of(request).login)
    except Invalid as wrong:
        return await _shown(reader, found, _faults(wrong), status=422)
    return see(path_for(request.app, "reports.funder", programme=found.id))


@form(needs="login", staff=ADMINS)
async def participants(request: web.Request) -> web.StreamResponse:
    """Send the file about single participants, and write down why it was needed."""
    reader = await reader_of(request)
    found = await _programme(reader)
    reason = reader.parameters.text("reason", max_length=MOST_REASON)
    translator = reader.translator

    def unit(w: Work) -> bytes:
        paid = funded(w, found.id)
        kept = indicator_sets().get(paid.indicator_set) if paid is not None else None
        if paid is None or kept is None:
            raise NotFound
        taken = Export(
            what=PARTICIPANTS,
            form=files.CSV,
            programme_id=found.id,
            period=Period(kept.since, w.now.date()),
            hides_small=False,
            reason=reason,
        )
        note_export(w, taken, by=visitor_of(request).login)
        return files.lines_as_csv(translator, _lines(w, kept, paid))

    try:
        body = await reader.instance.work(unit)
    except Invalid as wrong:
        return await _shown(reader, found, _faults(wrong), status=422)
    return sent_file(body, files.CSV, f"{PARTICIPANTS}-{found.id}")


def _lines(r: Reading, kept: IndicatorSet, paid: FundedProgramme) -> Sequence[Sequence[Any]]:
    """Return one line for each participant, with codes and no words: machines read it."""
    names = list(kept.questions)
    heads = [
        "operation",
        "participant",
        "entry",
        "exit",
        *names,
        "source",
        "complete",
        "indicators",
    ]
    lines: list[Sequence[Any]] = [[*heads, "contradictions"]]
    for row, record in opened_rows(r, kept, [paid.programme_id]):
        answered = merged(record.answers)
        codes = [one.code for one in countables(kept, record)]
        sources = {str(one.get("by")) for one in row.moments.values()}
        lines.append(
            [
                paid.operation,
                row.pseudonym,
                record.entry.isoformat(),
                record.exit.isoformat() if record.exit else "",
                *(_coded(answered.get(name)) for name in names),
                " ".join(sorted(sources)),
                "yes" if codes else "no",
                " ".join(codes),
                " ".join(one for one, _ in faults_of_record(kept, codes)),
            ]
        )
    return lines


def _coded(value: Any) -> str:  # noqa: ANN401 - an answer of any shape
    if isinstance(value, list):
        return " ".join(value)
    return "" if value is None else str(value)


async def _programme(reader: Reader) -> ProgrammeRow:
    visitor, wanted = visitor_of(reader.request), path_id(reader.request, "programme")
    scope = await reader.instance.read(scope_of, visitor.login, visitor.staff_roles, wanted)
    if scope.programme is None:
        raise NotFound
    return scope.programme


def _read(reader: Reader, programme_id: int) -> FundedProgramme:
    sent = reader.parameters
    told = sent.required("keep_until", max_length=20)
    try:
        keep_until = date.fromisoformat(told.strip())
    except ValueError as broken:
        fault = say("Write the day as 2027-12-31.")
        raise Invalid(details={"keep_until": [("ERR_INVALID", fault)]}) from broken
    return FundedProgramme(
        programme_id=programme_id,
        indicator_set=sent.choice("set", indicator_sets()) or next(iter(indicator_sets())),
        operation=sent.required("operation", max_length=_MOST_OPERATION).strip(),
        keep_until=keep_until,
    )


def _faults(wrong: Invalid) -> dict[str, list[Message]]:
    return {name: [one.description for one in many] for name, many in wrong.details.items()}


def _whole(r: Reading, programme_id: int) -> tuple[FundedProgramme | None, list[Asked]]:
    paid = funded(r, programme_id)
    if paid is None:
        return None, []
    r.session.expunge(paid)
    return paid, asked_in(r, programme_id)


async def _shown(
    reader: Reader, found: ProgrammeRow, faults: dict[str, list[Message]], *, status: int = 200
) -> web.StreamResponse:
    paid, asked = await reader.instance.read(_whole, found.id)
    translator: Translator = reader.translator
    context = {
        "programme": found,
        "paid": paid,
        "asked": asked,
        "sets": [(one.name, one.title) for one in indicator_sets().values()],
        "faults": faults,
        "words": MOMENT_WORDS,
        "language": translator.tag,
        "most_reason": MOST_REASON,
        "is_admin": visitor_of(reader.request).has_role("admin"),
        "not_said": NOT_SAID,
    }
    return await render(reader.request, "reports/funder.html", context, status=status)
