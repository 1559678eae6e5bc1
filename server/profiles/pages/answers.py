"""The form of a profile, page by page: `/settings/profile`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.people.cards import PersonRow
from server.people.queries import person_of
from server.people.reader import Reader, reader_of, see
from server.people.rules import Viewer
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form, page
from server.platform.http.render import path_for, render
from server.platform.i18n import Message
from server.platform.work import Reading
from server.profiles.fields import SECTIONS, Field, Section, sections_of
from server.profiles.forms import Question, Sheet, questions, read_sheet
from server.profiles.queries import own_answers
from server.profiles.service import answer
from server.profiles.words import PART_LABELS, SKILL_WORDS, day_names


@dataclass(frozen=True, slots=True)
class Chapter:
    """One page of the form in the list of pages: how much of it is answered."""

    section: Section
    fields: Sequence[Field]
    answered: int


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One page of the form."""

    person: PersonRow
    section: Section
    questions: list[Question]
    place: int
    of: int
    after: str | None


@page(needs="person")
async def overview(request: web.Request) -> web.StreamResponse:
    """List the pages of the form, with how much of each is answered."""
    reader = await reader_of(request)
    person, chapters = await reader.instance.read(_chapters, reader.me)
    return await render(
        request,
        "profiles/overview.html",
        {
            "person": person,
            "chapters": chapters,
            "saved": reader.parameters.flag("saved"),
        },
    )


def _chapters(r: Reading, me: int) -> tuple[PersonRow, list[Chapter]]:
    person = person_of(r, Viewer.member(me), me)
    kept = own_answers(r, me)
    chapters = [
        Chapter(section, fields, sum(1 for field in fields if field.name in kept))
        for section, fields in sections_of(person.kind)
    ]
    return person, chapters


@page(needs="person")
async def section(request: web.Request) -> web.StreamResponse:
    """Show the questions of one page."""
    reader = await reader_of(request)
    shown = await reader.instance.read(_section, reader, None, {})
    return await _rendered(reader, shown, {})


@form(needs="person")
async def send_section(request: web.Request) -> web.StreamResponse:
    """Keep the answers of one page, or answer a search; nothing typed is ever lost."""
    reader = await reader_of(request)
    sheet = await reader.instance.read(_sheet, reader)
    faults = sheet.faults
    if not faults and not sheet.is_asking:
        faults = await _keep(reader, sheet)
        if not faults:
            return await _onward(reader)
    shown = await reader.instance.read(_section, reader, sheet, faults)
    return await _rendered(reader, shown, faults, status=422 if faults else 200)


async def _keep(reader: Reader, sheet: Sheet) -> dict[str, list[Message]]:
    """Write the answers; return what is wrong with them, by field, when nothing was written."""
    try:
        await reader.instance.work(answer, reader.me, sheet.answers())
    except Invalid as refused:
        return {
            name: [fault.description for fault in found] for name, found in refused.details.items()
        }
    return {}


async def _onward(reader: Reader) -> web.Response:
    app = reader.request.app
    shown = await reader.instance.read(_section, reader, None, {})
    if reader.parameters.text("press", max_length=10) == "next" and shown.after is not None:
        return see(path_for(app, "profiles.section", section=shown.after))
    return see(path_for(app, "profiles.overview", query={"saved": 1}))


def _sheet(r: Reading, reader: Reader) -> Sheet:
    fields, kept = _fields(r, reader), own_answers(r, reader.me)
    return read_sheet(r, reader.parameters, fields, kept, reader.translator.tag)


def _fields(r: Reading, reader: Reader) -> Sequence[Field]:
    person = person_of(r, reader.viewer, reader.me)
    wanted = reader.request.match_info["section"]
    for found, fields in sections_of(person.kind):
        if found.name == wanted:
            return fields
    raise NotFound


def _section(
    r: Reading, reader: Reader, sheet: Sheet | None, faults: dict[str, list[Message]]
) -> SectionPage:
    person = person_of(r, reader.viewer, reader.me)
    pages = sections_of(person.kind)
    names = [one.name for one, _ in pages]
    wanted = reader.request.match_info["section"]
    if wanted not in names or person.kind is None:
        raise NotFound
    place = names.index(wanted)
    asked = questions(
        r,
        person.kind,
        pages[place][1],
        own_answers(r, person.id),
        reader.translator.tag,
        sheet=sheet,
        faults=faults,
    )
    after = names[place + 1] if place + 1 < len(names) else None
    return SectionPage(person, pages[place][0], asked, place + 1, len(names), after)


async def _rendered(
    reader: Reader, shown: SectionPage, faults: dict[str, list[Message]], *, status: int = 200
) -> web.StreamResponse:
    return await render(
        reader.request,
        "profiles/section.html",
        {
            "shown": shown,
            "faults": [(name, text) for name, found in faults.items() for text in found],
            "days": day_names(reader.translator.tag),
            "parts": PART_LABELS,
            "skills": SKILL_WORDS,
        },
        status=status,
    )


_NAMES: Final = "|".join(one.name for one in SECTIONS)
ROUTES: Final = (
    web.get("/settings/profile", overview, name="profiles.overview"),
    web.get(f"/settings/profile/{{section:{_NAMES}}}", section, name="profiles.section"),
    web.post(f"/settings/profile/{{section:{_NAMES}}}", send_section, name="profiles.send_section"),
)
