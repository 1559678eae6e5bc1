"""The page where an address is pasted: what stands there becomes a draft to look over."""

from typing import Final

from aiohttp import web

from server.drafts.rules import Written
from server.drafts.service import save_draft
from server.importing.entries import Record, Unreadable
from server.importing.pages import PageOffer
from server.importing.pasting import read_address
from server.people.reader import Reader, reader_of, see
from server.platform.http.decorators import form, page
from server.platform.http.render import path_for, render
from server.platform.i18n import Message
from server.platform.work import Work
from server.posts.kinds import FACTS, Kind

_MAX_ADDRESS: Final = 2_048


@page(needs="person")
async def paste(request: web.Request) -> web.StreamResponse:
    """Ask for the address of a page."""
    return await _form(await reader_of(request))


async def _form(
    reader: Reader, wrong: Message | None = None, unsure: PageOffer | None = None
) -> web.Response:
    context = {
        "wrong": wrong,
        "unsure": unsure,
        "facts": FACTS,
        "address": reader.parameters.text("address", max_length=_MAX_ADDRESS) or "",
    }
    status = 422 if wrong else 200
    return await render(reader.request, "importing/paste.html", context, status=status)


@form(needs="person")
async def send_page(request: web.Request) -> web.StreamResponse:
    """Read the page and lead to the form it fills; ask for the kind when the page does not say."""
    reader = await reader_of(request)
    chosen = reader.parameters.choice("kind", [kind.value for kind in Kind])
    try:
        offer = await read_address(
            reader.instance, reader.parameters.text("address", max_length=_MAX_ADDRESS) or ""
        )
    except Unreadable as wrong:
        return await _form(reader, wrong.said)
    kind = offer.kind or (Kind(chosen) if chosen else None)
    if kind is None:
        return await _form(reader, unsure=offer)
    draft_id = await reader.instance.work(_draft, reader.me, kind, offer)
    path = path_for(request.app, "web.new_offer", kind=kind.value, query={"draft": draft_id})
    return see(path)


def _draft(w: Work, person_id: int, kind: Kind, offer: PageOffer) -> int:
    record = {**offer.record, "sourceId": offer.identity}
    written = Written(kind=kind.value, record=_of_kind(kind, record))
    return save_draft(w, person_id, written).id


def _of_kind(kind: Kind, record: Record) -> Record:
    """A page that does not say its kind gives its title under both names; one is the right one."""
    wrong_name = "name" if kind is Kind.VACANCY else "title"
    left_out = {wrong_name} | (set() if kind is Kind.TOOL else {"url"})
    return {name: value for name, value in record.items() if name not in left_out}
