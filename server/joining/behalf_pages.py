"""The page on which a coach makes an account for somebody who signed on paper (R57)."""

import asyncio
from typing import Final

from aiohttp import web

from server.federation.keys import new_keys
from server.joining.asking import texts_for
from server.joining.on_behalf import MadeFor, OnBehalf, make_person_for
from server.joining.pairing import Said
from server.joining.posters import qr_of
from server.joining.rules import spaced
from server.joining.staff_pages import KIND_WORDS
from server.people.model import PersonKind
from server.people.queries import person_of
from server.people.reader import Reader, reader_of
from server.people.rules import HOUSE
from server.platform.errors import Invalid
from server.platform.http.decorators import form
from server.platform.http.render import path_for, render
from server.platform.http.visitor import visitor_of
from server.platform.i18n import Message, say
from server.privacy.texts import questions

MAKES: Final = frozenset({"coach", "admin"})


@form(needs="login", staff=MAKES)
async def new_page(request: web.Request) -> web.StreamResponse:
    """Ask for what the paper says."""
    return await _shown(await reader_of(request), {})


@form(needs="login", staff=MAKES)
async def make(request: web.Request) -> web.StreamResponse:
    """Make the account and show the code with which the person takes it over."""
    reader = await reader_of(request)
    sent = reader.parameters
    kind = sent.choice("kind", [one.value for one in PersonKind])
    language = sent.choice("language", reader.instance.site.languages)
    faults: dict[str, Message] = {}
    if kind is None:
        faults["kind"] = say("Choose one of these.")
    if language is None:
        faults["language"] = say("Choose one of these.")
    if not sent.flag("on_paper"):
        faults["on_paper"] = say("Without a signed paper there can be no account.")
    if faults or kind is None or language is None:
        return await _shown(reader, faults, status=422)
    wish = OnBehalf(
        kind=PersonKind(kind),
        language=language,
        reference=sent.text("reference", max_length=1_000) or "",
        name=sent.text("name", max_length=500) or "",
        agreed=tuple(sent.texts("agreed", max_length=60)),
    )
    texts = texts_for(kind, reader.instance.languages.translator(language))
    keys = await asyncio.to_thread(new_keys)
    try:
        made = await reader.instance.work(
            make_person_for, wish, keys, texts, login_id=visitor_of(request).login
        )
    except Invalid as wrong:
        faults = {name: many[0].description for name, many in wrong.details.items()}
        return await _shown(reader, faults, status=422)
    return await _made(reader, made)


async def _made(reader: Reader, made: MadeFor) -> web.StreamResponse:
    person = await reader.instance.read(person_of, HOUSE, made.person_id)
    path = path_for(reader.request.app, "joining.with_code", code=made.code)
    address = reader.instance.site.url(path)
    answer = await render(
        reader.request,
        "joining/made_for.html",
        {
            "person": person,
            "invitation_id": made.invitation_id,
            "code": spaced(made.code),
            "address": address,
            "qr": qr_of(address),
        },
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


async def _shown(
    reader: Reader, faults: dict[str, Message], *, status: int = 200
) -> web.StreamResponse:
    sent = reader.parameters
    return await render(
        reader.request,
        "joining/new_person.html",
        {
            "kind_words": KIND_WORDS,
            "questions": questions(PersonKind.TALENT),
            "faults": Said((name, [said]) for name, said in faults.items()),
            "typed": lambda name, known="": sent.text(name, max_length=20_000) or known,
            "agreed": sent.texts("agreed", max_length=60),
        },
        status=status,
    )


ROUTES: Final = (
    web.get("/staff/people/new", new_page, name="joining.new_person"),
    web.post("/staff/people/new", make, name="joining.make_person"),
)
