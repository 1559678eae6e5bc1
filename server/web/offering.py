"""The forms of the five kinds: new and changed, each button with its own answer.

Everything about a kind comes from its schema (`fields`, `forms`); nothing here knows one kind from
another but for a few first values. How a form is drawn is in `sheet`, what the buttons beside
"Publish" do in `writing_aids`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web

from server.drafts.queries import DraftRow, draft_of
from server.drafts.service import discard_draft, schedule_draft
from server.people.cards import PersonRow
from server.people.reader import Reader, reader_of, see
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form, page
from server.platform.i18n import say
from server.platform.work import Work
from server.posts.drafting import Change, Draft
from server.posts.kinds import Kind
from server.posts.model import Audience
from server.posts.rows import PostRow
from server.posts.service import edit_post, publish_post
from server.web import writing_aids
from server.web.addresses import person_path, post_path
from server.web.forms import record_of, zone_named
from server.web.parcel import Parcel, opened, parcel_of, pictures_of, writer
from server.web.picking import Picks, resolved
from server.web.sheet import Sheet, drawn

_ORGANISERS: Final[Mapping[Kind, str]] = {
    Kind.STUDY: "provider",
    Kind.VACANCY: "hiringOrganization",
    Kind.EVENT: "organizer",
    Kind.PROJECT: "organiser",
    Kind.TOOL: "publisher",
}


@page(needs="person")
async def new(request: web.Request) -> web.StreamResponse:
    """Show the form of a kind, with what we know already filled in, or a draft of one's own."""
    reader = await reader_of(request)
    kind, me = kind_of(request), await writer(reader)
    draft_id = reader.parameters.id("draft")
    if draft_id is not None:
        return await drawn(reader, await _of_draft(reader, kind, me, draft_id))
    parcel = opened(me, reader.translator.tag)
    record = _beginning(kind, me, parcel, reader.instance.settings.instance.time_zone)
    return await drawn(reader, Sheet(kind=kind, me=me, record=record, parcel=parcel))


def kind_of(request: web.Request) -> Kind:
    """Return the kind that the path names. Raises NotFound."""
    try:
        return Kind(request.match_info["kind"])
    except ValueError as unknown:
        raise NotFound from unknown


def _beginning(kind: Kind, me: PersonRow, parcel: Parcel, time_zone: str) -> dict[str, Any]:
    record: dict[str, Any] = {"inLanguage": parcel.language or "en"}
    if me.actor_type == "Organization":
        record[_ORGANISERS[kind]] = {"id": me.uri, "name": me.name}
    if kind is Kind.EVENT:
        record["timezone"] = time_zone
    return record


async def _of_draft(reader: Reader, kind: Kind, me: PersonRow, draft_id: int) -> Sheet:
    draft = await reader.instance.read(draft_of, reader.me, draft_id)
    if draft.written.kind != kind.value:
        raise NotFound
    parcel = await parcel_of_draft(reader, me, draft)
    return Sheet(
        kind=kind,
        me=me,
        record=dict(draft.written.record),
        parcel=parcel,
        draft_id=draft.id,
        publish_at=shown_moment_of(reader, draft.publish_at),
    )


async def parcel_of_draft(reader: Reader, me: PersonRow, draft: DraftRow) -> Parcel:
    """Return audience, language and pictures of a draft."""
    written, fresh = draft.written, opened(me, reader.translator.tag)
    ids = list(written.media_ids)
    return replace(
        fresh,
        audience=Audience(written.audience) if written.audience else fresh.audience,
        language=written.language or fresh.language,
        media_ids=ids,
        media=await reader.instance.read(pictures_of, reader.me, ids),
    )


def shown_moment_of(reader: Reader, moment: datetime | None) -> str:
    """Return a moment as a date and time field wants it, on the clock of this instance."""
    if moment is None:
        return ""
    zone = zone_named(reader.instance.settings.instance.time_zone)
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


@form(needs="person")
async def send(request: web.Request) -> web.StreamResponse:
    """Publish an offer at once or later, or do what another button of the form says."""
    reader = await reader_of(request)
    kind, me = kind_of(request), await writer(reader)
    parcel, wrong = await parcel_of(reader)
    record, picks = await record_sent(reader, kind)
    sheet = Sheet(
        kind=kind,
        me=me,
        record=record,
        picks=picks,
        parcel=parcel,
        draft_id=reader.parameters.id("draft"),
        publish_at=reader.parameters.text("publish_at", max_length=40) or "",
        refused=wrong,
    )
    if wrong is not None:
        return await drawn(reader, sheet)
    try:
        return await writing_aids.asked(reader, sheet) or see(await _published(reader, sheet))
    except Invalid as refused:
        return await drawn(reader, replace(sheet, refused=refused, advised=True))


async def record_sent(
    reader: Reader, kind: Kind, stored: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], Picks]:
    """Return the record that the form stands for, and the words in it that are not settled."""
    sent = reader.parameters.raw("record")
    zone = zone_named(reader.instance.settings.instance.time_zone)
    tree, picks = await reader.instance.read(resolved, kind, sent, reader.translator.tag)
    return record_of(kind, tree, zone=zone, stored=stored), picks


async def _published(reader: Reader, sheet: Sheet) -> str:
    """Publish now, or let it wait for its moment; return where to go."""
    sheet.picks.require_settled()
    at = moment_asked(reader, sheet.publish_at)
    if at is not None:
        return await reader.instance.work(_schedule, sheet, at)
    return await reader.instance.work(_publish, sheet)


def moment_asked(reader: Reader, typed: str) -> datetime | None:
    """Return when something shall be published; None for now. Raises Invalid."""
    if not typed.strip():
        return None
    try:
        moment = datetime.fromisoformat(typed.strip())
        zone = zone_named(reader.instance.settings.instance.time_zone)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as unknown:
        fault = ("ERR_INVALID", say("This is not a date and a time."))
        raise Invalid(details={"scheduled_at": [fault]}) from unknown


def _schedule(w: Work, sheet: Sheet, at: datetime) -> str:
    written = writing_aids.written_of(sheet)
    schedule_draft(w, sheet.me.id, written, at, draft_id=sheet.draft_id)
    return "/drafts"


def _publish(w: Work, sheet: Sheet) -> str:
    parcel = sheet.parcel
    draft = Draft(
        author_id=sheet.me.id,
        kind=sheet.kind.value,
        record=sheet.record,
        audience=parcel.audience,
        media_ids=parcel.media_ids,
        idempotency_key=parcel.key,
    )
    post = publish_post(w, draft)
    forget_draft(w, sheet.me.id, sheet.draft_id)
    return f"{person_path(sheet.me)}/{post.id}"


def forget_draft(w: Work, me: int, draft_id: int | None) -> None:
    """Drop the draft of what is published now; one that is gone already is fine."""
    if draft_id is None:
        return
    try:
        discard_draft(w, me, draft_id)
    except NotFound:
        return


async def edit(reader: Reader, post: PostRow) -> web.StreamResponse:
    """Show the form of one's own offer, filled with what it says."""
    ids = tuple(one.media_id for one in post.media if one.media_id is not None)
    parcel = Parcel(audience=post.audience, language=post.language, media_ids=ids, media=post.media)
    me, kind = await writer(reader), Kind(post.kind or "")
    record = dict(post.record or {})
    return await drawn(reader, Sheet(kind=kind, me=me, record=record, parcel=parcel, post=post))


async def send_edit(reader: Reader, post: PostRow) -> web.StreamResponse:
    """Change one's own offer; every server that got it is told."""
    me, kind = await writer(reader), Kind(post.kind or "")
    parcel, wrong = await parcel_of(reader, post=post)
    record, picks = await record_sent(reader, kind, post.record)
    sheet = Sheet(
        kind=kind, me=me, record=record, picks=picks, parcel=parcel, post=post, refused=wrong
    )
    if wrong is not None:
        return await drawn(reader, sheet)
    try:
        answered = await writing_aids.asked(reader, sheet)
        if answered is not None:
            return answered
        picks.require_settled()
        change = Change(record=record, media_ids=parcel.media_ids)
        await reader.instance.work(edit_post, reader.me, post.id, change)
    except Invalid as refused:
        return await drawn(reader, replace(sheet, refused=refused, advised=True))
    return see(post_path(post))
