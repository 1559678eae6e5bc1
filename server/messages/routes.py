"""The pages of conversations: the list, one of them, a new one, and what people choose."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import web

from server.media.uploads import upload_image
from server.messages import queries, service
from server.messages.glass import openings_of
from server.messages.phrases import Phrase, phrases_for
from server.messages.queries import ConversationRow, Line
from server.messages.service import Letter
from server.people.cards import PersonRow
from server.people.queries import person_by_handle
from server.people.reader import Reader, neighbours_of, reader_of, see
from server.platform.errors import Invalid, NotAllowed, NotFound, Unavailable
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import path_for, render
from server.platform.i18n import Message
from server.platform.text import clean
from server.platform.work import Reading
from server.posts import direct
from server.posts.rules import MAX_CHARACTERS
from server.posts.translating import is_offered, translate_texts

_MAX_TYPED: Final = 20_000
_MAX_DESCRIPTION: Final = 1_500
_MAX_HANDLE: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The form below a conversation: what was typed, and what is wrong with it."""

    text: str = ""
    key: str = ""
    media_ids: Sequence[int] = ()
    faults: Mapping[str, Sequence[Message]] | None = None
    translated: Mapping[int, str] | None = None

    @property
    def status(self) -> int:
        """How the page with it is answered."""
        return 422 if self.faults else 200


@page(needs="person")
async def show_list(request: web.Request) -> web.StreamResponse:
    """Show the conversations of whoever is signed in, the latest first."""
    reader = await reader_of(request)
    asked = reader.page()
    found = await reader.instance.read(_listed, reader)
    context = {
        "conversations": found,
        "neighbours": neighbours_of([one.last_id for one in found], asked),
        "is_stopped": "stopped" in request.rel_url.query,
    }
    return await render(request, "messages/list.html", context)


def _listed(r: Reading, reader: Reader) -> list[ConversationRow]:
    return queries.conversations(r, reader.viewer, reader.page(), with_deleted=True)


@page(needs="person")
async def show(request: web.Request) -> web.StreamResponse:
    """Show one conversation; who opens it has read it."""
    reader = await reader_of(request)
    return await _thread(reader, Sheet(key=secrets.token_hex(8)))


def _read(
    r: Reading, reader: Reader, conversation_id: int
) -> tuple[ConversationRow, list[Line], PersonRow | None]:
    found = queries.conversation(r, reader.viewer, conversation_id)
    lines = queries.lines_of(r, reader.viewer, conversation_id)
    closed = next((o for o in found.people if not direct.accepts_from(r, o.id, reader.me)), None)
    return found, lines, closed


async def _thread(reader: Reader, sheet: Sheet) -> web.StreamResponse:
    conversation_id = path_id(reader.request)
    found, lines, closed = await reader.instance.read(_read, reader, conversation_id)
    if found.unread:
        await reader.instance.work(service.mark_read, reader.me, conversation_id)
    context = {
        "conversation": found,
        "lines": lines,
        "may_write": bool(found.people) and found.last is not None and closed is None,
        "me": reader.me,
        "translates": is_offered(reader.instance),
        **_form(reader, sheet, found.people),
    }
    return await render(reader.request, "messages/thread.html", context, status=sheet.status)


def _form(reader: Reader, sheet: Sheet, people: Sequence[PersonRow]) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "faults": sheet.faults or {},
        "phrases": _phrases(reader, people),
        "most": MAX_CHARACTERS,
    }


def _phrases(reader: Reader, people: Sequence[PersonRow]) -> list[Phrase]:
    theirs = next((one.language for one in people if one.language), None)
    return phrases_for(reader.translator, reader.instance.languages.translator(theirs))


@form(needs="person", limit="post")
async def send(request: web.Request) -> web.StreamResponse:
    """Answer in a conversation; a quick phrase is put into the form first."""
    reader = await reader_of(request)
    conversation_id = path_id(request)
    found = await reader.instance.read(queries.conversation, reader.viewer, conversation_id)
    sheet = await _sheet(reader, found.people)
    if reader.parameters.given("phrase") or sheet.faults:
        return await _thread(reader, sheet)
    try:
        letter = Letter(text=sheet.text, media_ids=sheet.media_ids, key=sheet.key)
        post_id = await reader.instance.work(service.answer, reader.me, conversation_id, letter)
    except (Invalid, NotAllowed) as refused:
        return await _thread(reader, replace(sheet, faults=_faults(refused)))
    return see(f"{path_for(request.app, 'messages.show', id=conversation_id)}#message-{post_id}")


async def _sheet(reader: Reader, people: Sequence[PersonRow]) -> Sheet:
    sent = reader.parameters
    text = (sent.text("text", max_length=_MAX_TYPED) or "").replace("\r\n", "\n")
    picked = sent.integer("phrase", least=0)
    phrases = _phrases(reader, people)
    if picked is not None and picked < len(phrases):
        text = f"{text.rstrip()}\n{phrases[picked].whole}".strip()
    made = Sheet(
        text=text,
        key=sent.text("key", max_length=64) or "",
        media_ids=sent.ids("media_ids", most=4),
    )
    if picked is not None:
        return made
    try:
        return replace(made, media_ids=[*made.media_ids, *await _uploaded(reader)])
    except Invalid as refused:
        return replace(made, faults={"picture": [refused.safe]})


async def _uploaded(reader: Reader) -> list[int]:
    file = reader.parameters.upload("picture")
    if file is None or not file.size:
        return []
    described = reader.parameters.text("picture_description", max_length=_MAX_DESCRIPTION) or ""
    stored = await upload_image(
        reader.instance, person_id=reader.me, content=file.read(), description=described
    )
    return [stored.id]


def _faults(refused: Invalid | NotAllowed) -> Mapping[str, Sequence[Message]]:
    if isinstance(refused, Invalid) and refused.details:
        return {
            "picture" if name == "media_ids" else "text": [one.description for one in found]
            for name, found in refused.details.items()
        }
    return {"text": [refused.safe]}


@form(needs="person", limit="post")
async def translate(request: web.Request) -> web.StreamResponse:
    """Show one message in the reader's language, made by the operator's service when asked."""
    reader = await reader_of(request)
    conversation_id = path_id(request)
    lines = await reader.instance.read(queries.lines_of, reader.viewer, conversation_id)
    wanted = reader.parameters.id("message")
    post = next((one.post for one in lines if one.post and one.id == wanted), None)
    if post is None or not is_offered(reader.instance):
        raise NotFound
    sheet = Sheet(key=secrets.token_hex(8))
    try:
        [made] = await translate_texts(
            reader.instance,
            [post.content],
            source=post.language,
            target=reader.translator.tag,
            form="html",
        )
    except (NotAllowed, Unavailable) as refused:
        return await _thread(reader, replace(sheet, faults={"": [refused.safe]}))
    return await _thread(reader, replace(sheet, translated={post.id: str(clean(made))}))


@form(needs="person")
async def stop(request: web.Request) -> web.StreamResponse:
    """Stop at once: block the others, which ends a match."""
    reader = await reader_of(request)
    await reader.instance.work(service.stop, reader.me, path_id(request))
    return see(path_for(request.app, "messages.list", query={"stopped": "1"}))


@page(needs="person")
async def new(request: web.Request) -> web.StreamResponse:
    """Show whom one may write to, or the form for one of them, or why it cannot be."""
    reader = await reader_of(request)
    handle = reader.parameters.text("to", max_length=_MAX_HANDLE)
    if not handle:
        people = await reader.instance.read(queries.whom_to_write, reader.viewer)
        return await render(request, "messages/new.html", {"people": people, "to": None})
    to = await reader.instance.read(_receiver, reader, handle)
    known = await reader.instance.read(queries.latest_with, reader.viewer, to.id)
    if known is not None:
        return see(path_for(request.app, "messages.show", id=known))
    return await _new(reader, to, Sheet(key=secrets.token_hex(8)))


def _receiver(r: Reading, reader: Reader, handle: str) -> PersonRow:
    found = person_by_handle(r, reader.viewer, handle)
    if found is None or found.id == reader.me:
        raise NotFound
    return found


async def _new(reader: Reader, to: PersonRow, sheet: Sheet) -> web.StreamResponse:
    may = await reader.instance.read(direct.accepts_from, to.id, reader.me)
    context = {"people": [], "to": to, "may_write": may, **_form(reader, sheet, [to])}
    status = sheet.status if may else 403
    return await render(reader.request, "messages/new.html", context, status=status)


@form(needs="person", limit="post")
async def send_new(request: web.Request) -> web.StreamResponse:
    """Begin a conversation."""
    reader = await reader_of(request)
    handle = reader.parameters.text("to", max_length=_MAX_HANDLE) or ""
    to = await reader.instance.read(_receiver, reader, handle)
    sheet = await _sheet(reader, [to])
    if reader.parameters.given("phrase") or sheet.faults:
        return await _new(reader, to, sheet)
    try:
        letter = Letter(text=sheet.text, media_ids=sheet.media_ids, key=sheet.key)
        made = await reader.instance.work(service.write_first, reader.me, to.id, letter)
    except (Invalid, NotAllowed) as refused:
        return await _new(reader, to, replace(sheet, faults=_faults(refused)))
    return see(path_for(request.app, "messages.show", id=made))


@page(needs="person")
async def settings(request: web.Request) -> web.StreamResponse:
    """Show the choice about notices as messages, and when staff opened a conversation."""
    reader = await reader_of(request)
    context = {
        "wants": await reader.instance.read(queries.wants_from_house, reader.me),
        "openings": await reader.instance.read(openings_of, reader.me),
        "is_saved": "saved" in request.rel_url.query,
    }
    return await render(request, "messages/settings.html", context)


@form(needs="person")
async def send_settings(request: web.Request) -> web.StreamResponse:
    """Keep the choice about notices as messages."""
    reader = await reader_of(request)
    wanted = reader.parameters.flag("from_house")

    await reader.instance.work(service.choose_from_house, reader.me, wanted=wanted)
    return see(path_for(request.app, "messages.settings", query={"saved": "1"}))


_ONE: Final = "/messages/{id:[0-9]+}"
ROUTES: Final = (
    web.get("/messages", show_list, name="messages.list"),
    web.get("/messages/new", new, name="messages.new"),
    web.post("/messages/new", send_new, name="messages.send_new"),
    web.get(_ONE, show, name="messages.show"),
    web.post(_ONE, send, name="messages.send"),
    web.post(f"{_ONE}/translate", translate, name="messages.translate"),
    web.post(f"{_ONE}/stop", stop, name="messages.stop"),
    web.get("/settings/messages", settings, name="messages.settings"),
    web.post("/settings/messages", send_settings, name="messages.send_settings"),
)
"""The addresses of messages."""
