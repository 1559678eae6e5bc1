"""The form of an offer as somebody has filled it in so far, and how it is drawn.

A `Sheet` is everything that was typed; each button of the form answers with a sheet again, or does
what it says. Nothing typed is ever lost: what is refused comes back with the reason at its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web
from babel import Locale

from server.people.cards import PersonRow
from server.people.reader import Reader
from server.platform.errors import Invalid
from server.platform.http.render import render
from server.platform.i18n import Message
from server.posts.kinds import FACTS, Kind
from server.posts.kinds.advising import Tip, advice
from server.posts.kinds.language import name_of_language
from server.posts.model import Audience
from server.posts.rows import PostRow
from server.posts.translating import is_offered
from server.web.controls import Field, Section, slug
from server.web.fields import Faults, sections_of
from server.web.forms import clock_of, zone_named
from server.web.parcel import AUDIENCES, Parcel, faults_of
from server.web.picking import Picks, pickers_of
from server.web.previews import Preview

TAGS: Final = (
    "en", "nl", "fr", "de", "fi", "sv", "ar", "uk", "fa", "prs", "ps", "ku", "kmr", "ckb", "tr",
    "ru", "so", "ti", "am", "es", "pt", "it", "pl", "ro", "bg", "sq", "ur", "bn", "zh", "vi",
)  # fmt: skip
"""Languages that are offered while typing; any other tag can be typed as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An offer being written.

    `more` is the place of a list that gets one more row; `note` is said above the form; `advised`
    shows hints beside the texts; `picks` are words that are not settled. `publish_at` is as it was
    typed.
    """

    kind: Kind
    me: PersonRow
    record: dict[str, Any]
    parcel: Parcel
    post: PostRow | None = None
    draft_id: int | None = None
    publish_at: str = ""
    more: str = ""
    advised: bool = False
    picks: Picks = field(default_factory=Picks)
    refused: Invalid | None = None
    note: Message | None = None
    preview: Preview | None = None

    @property
    def tips(self) -> list[Tip]:
        """Return hints for better words."""
        return advice(self.kind, self.record)


async def drawn(reader: Reader, sheet: Sheet) -> web.Response:
    """Return the form with everything that was typed."""
    told = faults_of(sheet.refused)
    sections = sections_with(reader, sheet)
    context = {
        "sheet": sheet,
        "kind": FACTS[sheet.kind],
        "sections": sections,
        "picks": await pickers_of(reader, sections, sheet.picks),
        "summary": summary_of(faults_by_place(told), sections),
        "parcel": sheet.parcel,
        "me": sheet.me,
        "post": sheet.post,
        "preview": sheet.preview,
        "faults": told,
        "tips": list(enumerate(sheet.tips)) if sheet.advised else [],
        "audiences": {k: v for k, v in AUDIENCES.items() if k is not Audience.DIRECT},
        "language_tags": [(tag, named(tag, reader.translator.locale)) for tag in TAGS],
        "translates": is_offered(reader.instance),
        "time_zone": reader.instance.settings.instance.time_zone,
    }
    status = 200 if sheet.refused is None else 422
    return await render(reader.request, "web/offer_form.html", context, status=status)


def sections_with(reader: Reader, sheet: Sheet) -> list[Section]:
    """Return the sections of the form, filled in, with what is wrong and what could be better."""
    zone = zone_named(reader.instance.settings.instance.time_zone)
    return sections_of(
        sheet.kind,
        sheet.record,
        zone=clock_of(sheet.record, zone),
        faults=faults_by_place(faults_of(sheet.refused)),
        tips=sheet.tips if sheet.advised else (),
        more=sheet.more,
    )


def faults_by_place(told: Mapping[str, Sequence[Message]]) -> Faults:
    """Return what is wrong by the JSON pointer of the record, or the name of another field."""
    return {name.removeprefix("record"): said for name, said in told.items()}


def named(tag: str, locale: Locale) -> str:
    """Return the name of a language for a reader."""
    return name_of_language(tag, locale)


def summary_of(faults: Faults, sections: Sequence[Section]) -> list[tuple[str, Message, Message]]:
    """Return what is wrong, for the top of the form: id of the field, its label, the text."""
    places = {one.pointer: one for section in sections for one in all_fields(section.fields)}
    lines = []
    for pointer, told in faults.items():
        found = nearest(places, pointer)
        target = slug(found.name) if found else slug(pointer)
        label = found.label if found else Message("")
        lines += [(target, label, text) for text in told]
    return lines


def nearest(places: Mapping[str, Field], pointer: str) -> Field | None:
    """Return the field at a place, or the one around it."""
    while pointer:
        if pointer in places:
            return places[pointer]
        pointer = pointer.rpartition("/")[0]
    return None


def all_fields(fields: Sequence[Field]) -> list[Field]:
    """Return fields with all their parts, in order."""
    found: list[Field] = []
    for one in fields:
        found.append(one)
        found += all_fields(one.parts)
        for row in one.rows:
            found += all_fields(row)
    return found
