"""Writing: what can be posted, and the form of an ordinary post, new or changed.

The forms of the five kinds are in `offering`; both share what surrounds the words (`parcel`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from server.drafts.queries import draft_of
from server.drafts.rules import Written
from server.drafts.service import save_draft, schedule_draft
from server.people.cards import PersonRow
from server.people.reader import Reader, reader_of, see
from server.people.rules import Viewer
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import render
from server.platform.i18n import say
from server.platform.work import Reading, Work
from server.posts.drafting import Change, Draft, PollDraft, compose_text
from server.posts.history import source
from server.posts.kinds.advising import advice_on_text
from server.posts.loading import post_row
from server.posts.model import Audience
from server.posts.rows import PostRow
from server.posts.rules import MAX_CHARACTERS
from server.posts.service import edit_post, publish_post, resolve_mentions
from server.web import marks, offering, translated
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
    draft_id: int | None = None
    publish_at: str = ""

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
    draft_id = reader.parameters.id("draft")
    if draft_id is not None:
        return await _of_draft(reader, me, draft_id)
    reply_to = reader.parameters.id("reply_to")
    answered = await _answered(reader, reply_to)
    # What somebody began on another page or server (FEP-3b86) comes along as plain text.
    begun = reader.parameters.text("text", max_length=MAX_CHARACTERS) or ""
    words = Words(reply_to=reply_to, text=begun or _greeting(answered, me))
    audience = answered.audience if answered else Audience(me.default_audience)
    parcel = replace(opened(me, reader.translator.tag), audience=audience)
    return await _form(reader, me, words, parcel, answered=answered)


async def _of_draft(reader: Reader, me: PersonRow, draft_id: int) -> web.Response:
    """Show the form with what a draft of one's own says."""
    draft = await reader.instance.read(draft_of, reader.me, draft_id)
    written = draft.written
    if written.kind is not None:
        raise NotFound
    words = Words(
        text=written.text,
        spoiler=written.spoiler,
        reply_to=written.reply_to,
        draft_id=draft.id,
        publish_at=offering.shown_moment_of(reader, draft.publish_at),
        **_typed_poll(written.poll),
    )
    parcel = await offering.parcel_of_draft(reader, me, draft)
    answered = await _answered(reader, written.reply_to)
    return await _form(reader, me, words, parcel, answered=answered)


def _typed_poll(poll: Mapping[str, Any] | None) -> dict[str, Any]:
    if poll is None:
        return {}
    hours = max(1, round(int(poll["expires_in"]) / 3600))
    return {
        "options": "\n".join(poll["options"]), "hours": hours, "multiple": bool(poll["multiple"]),
    }  # fmt: skip


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
    me, words = await writer(reader), words_of(reader)
    answered = await _answered(reader, words.reply_to)
    parcel, wrong = await parcel_of(reader)
    if wrong is not None:
        return await _form(reader, me, words, parcel, answered=answered, refused=wrong)
    try:
        if reader.parameters.given("preview"):
            return await _preview(reader, me, words, parcel, answered=answered)
        path = await _saved(reader, words, parcel)
    except Invalid as refused:
        return await _form(reader, me, words, parcel, answered=answered, refused=refused)
    return see(path)


async def _saved(reader: Reader, words: Words, parcel: Parcel) -> str:
    """Keep, let wait or publish what was written, as the button says; return where to go."""
    if reader.parameters.given("save_draft"):
        made = await reader.instance.work(_keep, reader.me, words, parcel)
        return f"/drafts?saved={made}"
    at = offering.moment_asked(reader, words.publish_at)
    if at is not None:
        await reader.instance.work(_schedule, reader.me, words, parcel, at)
        return "/drafts"
    await resolve_mentions(reader.instance, words.text)
    return await reader.instance.work(_publish, reader.me, words, parcel)


def words_of(reader: Reader) -> Words:
    """Return what the form of an ordinary post sent."""
    sent = reader.parameters
    hours = sent.integer("hours", least=1, most=168)
    return Words(
        text=(sent.text("text", max_length=_MAX_TEXT) or "").replace("\r\n", "\n"),
        spoiler=sent.text("spoiler", max_length=_MAX_TEXT) or "",
        options=sent.text("options", max_length=_MAX_TEXT) or "",
        hours=hours or 24,
        multiple=sent.flag("multiple"),
        reply_to=sent.id("reply_to"),
        draft_id=sent.id("draft"),
        publish_at=sent.text("publish_at", max_length=40) or "",
    )


def written_of(words: Words, parcel: Parcel) -> Written:
    """Return what a draft keeps of the form."""
    poll = words.poll
    return Written(
        text=words.text,
        spoiler=words.spoiler,
        language=parcel.language,
        audience=parcel.audience.value,
        reply_to=words.reply_to,
        media_ids=list(parcel.media_ids),
        poll=None if poll is None else {**asdict(poll), "options": list(poll.options)},
    )


def _keep(w: Work, me: int, words: Words, parcel: Parcel) -> int:
    return save_draft(w, me, written_of(words, parcel), draft_id=words.draft_id).id


def _schedule(w: Work, me: int, words: Words, parcel: Parcel, at: datetime) -> None:
    schedule_draft(w, me, written_of(words, parcel), at, draft_id=words.draft_id)


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
    offering.forget_draft(w, me, words.draft_id)
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
        "tips": advice_on_text(words.text, parcel.language or "") if preview else [],
        "time_zone": reader.instance.settings.instance.time_zone,
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
    me, words = await writer(reader), words_of(reader)
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
    *marks.ROUTES,
    *translated.ROUTES,
)
