"""Checking while somebody types, and keeping a draft by itself: for the script of the forms.

The same rules and the same texts as without a script: the form is read as if it had been sent.
"""

from typing import Any, Final

from aiohttp import web

from server.drafts.rules import Written
from server.drafts.service import save_draft
from server.people.reader import Reader, reader_of
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form
from server.platform.i18n import Message
from server.posts.drafting import Draft, check_amounts, compose_kind, compose_text
from server.posts.kinds import Kind
from server.posts.kinds.advising import Tip, advice_on_text
from server.web import writing
from server.web.controls import slug
from server.web.offering import kind_of, record_sent
from server.web.parcel import faults_of, parcel_kept, writer
from server.web.previews import own_address
from server.web.sheet import Sheet, all_fields, faults_by_place, sections_with, summary_of
from server.web.words import word
from server.web.writing_aids import written_of

_POST: Final = "post"


@form(needs="person")
async def check(request: web.Request) -> web.StreamResponse:
    """Answer what is wrong with a form as it stands, and what could be better, by field."""
    reader = await reader_of(request)
    if request.match_info["kind"] == _POST:
        return web.json_response(await _checked_text(reader))
    sheet = await _sheet(reader)
    refused: Invalid | None = None
    url = await reader.instance.read(own_address, sheet.me)
    try:
        now = reader.instance.clock.now()
        await reader.instance.read(
            compose_kind, sheet.me, sheet.kind.value, sheet.record, url=url, published=now
        )
    except Invalid as found:
        refused = found
    told = faults_by_place(faults_of(refused))
    sheet = Sheet(
        kind=sheet.kind, me=sheet.me, record=sheet.record, parcel=sheet.parcel, refused=refused,
        advised=True,
    )  # fmt: skip
    sections = sections_with(reader, sheet)
    faults: dict[str, list[str]] = {}
    for target, _, text in summary_of(told, sections):
        faults.setdefault(target, []).append(_said(reader, text))
    tips = {
        slug(one.name): [_tip(reader, tip) for tip in one.tips]
        for section in sections
        for one in all_fields(section.fields)
        if one.tips
    }
    return web.json_response({"faults": faults, "tips": tips})


async def _sheet(reader: Reader) -> Sheet:
    kind = kind_of(reader.request)
    me = await writer(reader)
    parcel = await parcel_kept(reader)
    record, picks = await record_sent(reader, kind)
    return Sheet(kind=kind, me=me, record=record, parcel=parcel, picks=picks)


def _said(reader: Reader, text: Message) -> str:
    return str(word(reader.translator, text))


def _tip(reader: Reader, tip: Tip) -> dict[str, str]:
    said = str(word(reader.translator, tip.message))
    return {"message": said, "found": tip.found, "better": tip.better}


async def _checked_text(reader: Reader) -> dict[str, Any]:
    me, parcel = await writer(reader), await parcel_kept(reader)
    text = reader.parameters.text("text", max_length=20_000) or ""
    draft = Draft(author_id=me.id, text=text, language=parcel.language)
    faults: dict[str, list[str]] = {}
    try:
        check_amounts(draft, has_poll=reader.parameters.given("options"))
        await reader.instance.read(compose_text, me, draft, parcel.audience)
    except Invalid as refused:
        for name, told in faults_of(refused).items():
            faults[slug(name)] = [_said(reader, one) for one in told]
    tips = advice_on_text(text, parcel.language or "")
    return {"faults": faults, "tips": {"text": [_tip(reader, one) for one in tips]}}


@form(needs="person")
async def keep(request: web.Request) -> web.StreamResponse:
    """Keep a form as a draft; answer the draft's number, so that the next time changes it."""
    reader = await reader_of(request)
    written = await _written(reader)
    draft_id = reader.parameters.id("draft")
    try:
        row = await reader.instance.work(save_draft, reader.me, written, draft_id=draft_id)
    except NotFound:
        # It was published or thrown away in another window; a new one would be a surprise.
        return web.json_response({"draft": None}, status=409)
    return web.json_response({"draft": str(row.id)})


async def _written(reader: Reader) -> Written:
    if reader.request.match_info["kind"] != _POST:
        return written_of(await _sheet(reader))
    return writing.written_of(writing.words_of(reader), await parcel_kept(reader))


_KINDS: Final = "|".join((*Kind, _POST))

ROUTES: Final = (
    web.post(f"/write/{{kind:{_KINDS}}}/check", check, name="web.check"),
    web.post(f"/write/{{kind:{_KINDS}}}/draft", keep, name="web.keep_draft"),
)
