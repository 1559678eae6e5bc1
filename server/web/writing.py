"""Writing: what can be posted, and the form of an ordinary post, new or changed.

The forms of the five kinds are in `offering`; both share what surrounds the words (`parcel`).
"""

from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import web

from server.people.cards import PersonRow
from server.people.reader import Reader, reader_of, see
from server.people.rules import Viewer
from server.platform.errors import Invalid
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import render
from server.platform.i18n import say
from server.platform.work import Reading, Work
from server.posts.drafting import Change, Draft, PollDraft, compose_text
from server.posts.history import source
from server.posts.loading import post_row
from server.posts.model import Audience
from server.posts.rows import PostRow
from server.posts.rules import MAX_CHARACTERS
from server.posts.service import edit_post, publish_post, resolve_mentions
from server.web import offering
from server.web.actions import own_post
from server.web.addresses import post_path
from server.web.parcel import AUDIENCES, Parcel, faults_of, opened, parcel_of, writer

HOURS: Final = (
    (1, say("1 hour")),
    (6, say("6 hours")),
    (24, say("1 day")),
    (72, say("3 days")),
    (168, say("7 days")),
)
"""How long a poll takes answers."""

_MAX_TEXT: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody typed into the form of an ordinary post."""

    text: str = ""
    spoiler: str = ""
    options: str = ""
    hours: int = 24
    multiple: bool = False
    reply_to: int | None = None

    @property
    def poll(self) -> PollDraft | None:
        """Return the poll that was asked for: one answer on each line."""
        lines = [line.strip() for line in self.options.splitlines() if line.strip()]
        if not lines:
            return None
        return PollDraft(options=lines, expires_in=self.hours * 3600, multiple=self.multiple)


@page(needs="person")
async def choose(request: web.Request) -> web.StreamResponse:
    """Show what can be written."""
    return await render(request, "web/new.html")


@page(needs="person")
async def new_post(request: web.Request) -> web.StreamResponse:
    """Show an empty form for a post, or for an answer to one."""
    reader = await reader_of(request)
    me = await writer(reader)
    reply_to = reader.parameters.id("reply_to")
    answered = await _answered(reader, reply_to)
    words = Words(reply_to=reply_to, text=_greeting(answered, me))
    audience = answered.audience if answered else Audience(me.default_audience)
    parcel = replace(opened(me, reader.translator.tag), audience=audience)
    return await _form(reader, me, words, parcel, answered=answered)


def _greeting(answered: PostRow | None, me: PersonRow) -> str:
    if answered is None or answered.author.id == me.id:
        return ""
    return f"@{answered.author.acct} "


async def _answered(reader: Reader, reply_to: int | None) -> PostRow | None:
    if reply_to is None:
        return None
    return await reader.instance.read(post_row, reader.viewer, reply_to)


@form(needs="person")
async def send_post(request: web.Request) -> web.StreamResponse:
    """Publish a post, or show what it will look like, or what is wrong with it."""
    reader = await reader_of(request)
    me, words = await writer(reader), _words(reader)
    answered = await _answered(reader, words.reply_to)
    parcel, wrong = await parcel_of(reader)
    if wrong is not None:
        return await _form(reader, me, words, parcel, answered=answered, refused=wrong)
    try:
        if reader.parameters.given("preview"):
            return await _preview(reader, me, words, parcel, answered=answered)
        await resolve_mentions(reader.instance, words.text)
        path = await reader.instance.work(_publish, reader.me, words, parcel)
    except Invalid as refused:
        return await _form(reader, me, words, parcel, answered=answered, refused=refused)
    return see(path)


def _words(reader: Reader) -> Words:
    sent = reader.parameters
    hours = sent.integer("hours", least=1, most=168)
    return Words(
        text=(sent.text("text", max_length=_MAX_TEXT) or "").replace("\r\n", "\n"),
        spoiler=sent.text("spoiler", max_length=_MAX_TEXT) or "",
        options=sent.text("options", max_length=_MAX_TEXT) or "",
        hours=hours or 24,
        multiple=sent.flag("multiple"),
        reply_to=sent.id("reply_to"),
    )


def _publish(w: Work, me: int, words: Words, parcel: Parcel) -> str:
    draft = Draft(
        author_id=me,
        text=words.text,
        spoiler=words.spoiler,
        audience=parcel.audience,
        language=parcel.language,
        in_reply_to_id=words.reply_to,
        media_ids=parcel.media_ids,
        poll=words.poll,
        idempotency_key=parcel.key,
    )
    post_id = publish_post(w, draft).id
    return _path_of(w, me, post_id)


def _path_of(r: Reading, me: int, post_id: int) -> str:
    row = post_row(r, Viewer.member(me), post_id)
    return post_path(row) if row else "/home"


async def _preview(
    reader: Reader, me: PersonRow, words: Words, parcel: Parcel, *, answered: PostRow | None
) -> web.Response:
    draft = Draft(author_id=me.id, text=words.text, spoiler=words.spoiler, language=parcel.language)
    composed = await reader.instance.read(compose_text, me, draft, parcel.audience)
    return await _form(reader, me, words, parcel, answered=answered, preview=composed.content)


async def _form(
    reader: Reader,
    me: PersonRow,
    words: Words,
    parcel: Parcel,
    *,
    post: PostRow | None = None,
    answered: PostRow | None = None,
    refused: Invalid | None = None,
    preview: str = "",
) -> web.Response:
    context: dict[str, Any] = {
        "me": me,
        "words": words,
        "parcel": parcel,
        "post": post,
        "answered": answered,
        "preview": preview,
        "faults": faults_of(refused),
        "audiences": AUDIENCES,
        "hours": HOURS,
        "most": MAX_CHARACTERS,
    }
    status = 200 if refused is None else 422
    return await render(reader.request, "web/post_form.html", context, status=status)


@page(needs="person")
async def edit(request: web.Request) -> web.StreamResponse:
    """Show the form of one's own post, filled with what it says."""
    reader = await reader_of(request)
    post = await reader.instance.read(own_post, reader, path_id(request))
    if post.kind is not None:
        return await offering.edit(reader, post)
    typed = await reader.instance.read(source, reader.me, post.id)
    words = Words(text=typed.text, spoiler=typed.spoiler)
    parcel = _parcel_of_post(post)
    return await _form(reader, await writer(reader), words, parcel, post=post)


def _parcel_of_post(post: PostRow) -> Parcel:
    ids = tuple(one.media_id for one in post.media if one.media_id is not None)
    return Parcel(
        audience=post.audience, language=post.language, media_ids=ids, media=post.media, key=""
    )


@form(needs="person")
async def send_edit(request: web.Request) -> web.StreamResponse:
    """Change one's own post; every server that got it is told."""
    reader = await reader_of(request)
    post = await reader.instance.read(own_post, reader, path_id(request))
    if post.kind is not None:
        return await offering.send_edit(reader, post)
    me, words = await writer(reader), _words(reader)
    parcel, wrong = await parcel_of(reader, post=post)
    if wrong is not None:
        return await _form(reader, me, words, parcel, post=post, refused=wrong)
    change = Change(
        text=words.text,
        spoiler=words.spoiler,
        language=parcel.language,
        media_ids=parcel.media_ids,
    )
    try:
        await resolve_mentions(reader.instance, words.text)
        await reader.instance.work(edit_post, reader.me, post.id, change)
    except Invalid as refused:
        return await _form(reader, me, words, parcel, post=post, refused=refused)
    return see(post_path(post))


ROUTES: Final = (
    web.get("/new", choose, name="web.new"),
    web.get("/new/post", new_post, name="web.new_post"),
    web.post("/new/post", send_post, name="web.send_post"),
    web.get("/new/{kind}", offering.new, name="web.new_offer"),
    web.post("/new/{kind}", offering.send, name="web.send_offer"),
    web.get("/posts/{id:[0-9]+}/edit", edit, name="web.edit"),
    web.post("/posts/{id:[0-9]+}/edit", send_edit, name="web.send_edit"),
)
