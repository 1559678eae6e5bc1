"""The forms of the five kinds: new and changed, with a preview, faults beside the fields.

Everything about a kind comes from its schema (`fields`, `forms`); nothing here knows one kind from
another but for a few first values.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web
from babel import Locale

from server.people.cards import PersonRow
from server.people.reader import Reader, reader_of, see
from server.platform.errors import Invalid, NotFound
from server.platform.http.decorators import form, page
from server.platform.http.render import render
from server.platform.i18n import Message
from server.platform.work import Work
from server.posts.drafting import Change, Draft, compose_kind
from server.posts.kinds import FACTS, Kind
from server.posts.kinds.advising import advice
from server.posts.kinds.language import name_of_language
from server.posts.model import Audience
from server.posts.rows import PostRow
from server.posts.service import edit_post, publish_post
from server.web.addresses import person_path, post_path
from server.web.fields import Faults, sections_of, slug
from server.web.forms import clock_of, record_of, zone_named
from server.web.parcel import AUDIENCES, Parcel, faults_of, opened, parcel_of, writer

_ORGANISERS: Final[Mapping[Kind, str]] = {
    Kind.STUDY: "provider",
    Kind.VACANCY: "hiringOrganization",
    Kind.EVENT: "organizer",
    Kind.PROJECT: "organiser",
    Kind.TOOL: "publisher",
}
_TAGS: Final = (
    "en", "nl", "fr", "de", "fi", "sv", "ar", "uk", "fa", "prs", "ps", "ku", "kmr", "ckb", "tr",
    "ru", "so", "ti", "am", "es", "pt", "it", "pl", "ro", "bg", "sq", "ur", "bn", "zh", "vi",
)  # fmt: skip
"""Languages that are offered while typing; any other tag can be typed as well."""


@page(needs="person")
async def new(request: web.Request) -> web.StreamResponse:
    """Show the form of a kind, with what we know already filled in."""
    reader = await reader_of(request)
    kind, me = kind_of(request), await writer(reader)
    parcel = opened(me, reader.translator.tag)
    record = _beginning(kind, me, parcel, reader.instance.settings.instance.time_zone)
    return await _form(reader, kind, me, record, parcel)


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


@form(needs="person")
async def send(request: web.Request) -> web.StreamResponse:
    """Publish an offer, or show what it will look like, or what is wrong with it."""
    reader = await reader_of(request)
    kind, me = kind_of(request), await writer(reader)
    parcel, wrong = await parcel_of(reader)
    record = _record(reader, kind)
    if wrong is not None:
        return await _form(reader, kind, me, record, parcel, refused=wrong)
    try:
        if reader.parameters.given("preview"):
            return await _preview(reader, kind, me, record, parcel)
        path = await reader.instance.work(_publish, me, kind, record, parcel)
    except Invalid as refused:
        return await _form(reader, kind, me, record, parcel, refused=refused)
    return see(path)


def _record(reader: Reader, kind: Kind, stored: Mapping[str, Any] | None = None) -> dict[str, Any]:
    sent = reader.parameters.raw("record")
    zone = zone_named(reader.instance.settings.instance.time_zone)
    return record_of(kind, sent if isinstance(sent, dict) else {}, zone=zone, stored=stored)


def _publish(w: Work, me: PersonRow, kind: Kind, record: dict[str, Any], parcel: Parcel) -> str:
    draft = Draft(
        author_id=me.id,
        kind=kind.value,
        record=record,
        audience=parcel.audience,
        media_ids=parcel.media_ids,
        idempotency_key=parcel.key,
    )
    return f"{person_path(me)}/{publish_post(w, draft).id}"


async def edit(reader: Reader, post: PostRow) -> web.StreamResponse:
    """Show the form of one's own offer, filled with what it says."""
    ids = tuple(one.media_id for one in post.media if one.media_id is not None)
    parcel = Parcel(audience=post.audience, language=post.language, media_ids=ids, media=post.media)
    me, kind = await writer(reader), Kind(post.kind or "")
    return await _form(reader, kind, me, dict(post.record or {}), parcel, post=post)


async def send_edit(reader: Reader, post: PostRow) -> web.StreamResponse:
    """Change one's own offer; every server that got it is told."""
    me, kind = await writer(reader), Kind(post.kind or "")
    parcel, wrong = await parcel_of(reader, post=post)
    record = _record(reader, kind, post.record)
    if wrong is not None:
        return await _form(reader, kind, me, record, parcel, post=post, refused=wrong)
    try:
        if reader.parameters.given("preview"):
            return await _preview(reader, kind, me, record, parcel, post=post)
        change = Change(record=record, media_ids=parcel.media_ids)
        await reader.instance.work(edit_post, reader.me, post.id, change)
    except Invalid as refused:
        return await _form(reader, kind, me, record, parcel, post=post, refused=refused)
    return see(post_path(post))


async def _preview(
    reader: Reader,
    kind: Kind,
    me: PersonRow,
    record: dict[str, Any],
    parcel: Parcel,
    *,
    post: PostRow | None = None,
) -> web.Response:
    composed = await reader.instance.read(
        compose_kind,
        me,
        kind.value,
        record,
        url=post.url if post else reader.instance.site.url(person_path(me)),
        published=post.published_at if post else reader.instance.clock.now(),
    )
    return await _form(reader, kind, me, record, parcel, post=post, preview=composed.content)


async def _form(
    reader: Reader,
    kind: Kind,
    me: PersonRow,
    record: dict[str, Any],
    parcel: Parcel,
    *,
    post: PostRow | None = None,
    refused: Invalid | None = None,
    preview: str = "",
) -> web.Response:
    told = faults_of(refused)
    faults = {name.removeprefix("record"): said for name, said in told.items()}
    zone = clock_of(record, zone_named(reader.instance.settings.instance.time_zone))
    sections = sections_of(kind, record, zone=zone, faults=faults)
    context = {
        "kind": FACTS[kind],
        "sections": sections,
        "summary": _summary(faults, sections),
        "parcel": parcel,
        "me": me,
        "post": post,
        "preview": preview,
        "faults": told,
        "advice": advice(kind, record) if preview else [],
        "audiences": {k: v for k, v in AUDIENCES.items() if k is not Audience.DIRECT},
        "language_tags": [(tag, _named(tag, reader.translator.locale)) for tag in _TAGS],
    }
    status = 200 if refused is None else 422
    return await render(reader.request, "web/offer_form.html", context, status=status)


def _named(tag: str, locale: Locale) -> str:
    return name_of_language(tag, locale)


def _summary(faults: Faults, sections: Sequence[Any]) -> list[tuple[str, Message, Message]]:
    """Return what is wrong, for the top of the form: id of the field, its label, the text."""
    places = {}
    for section in sections:
        for one in _all_fields(section.fields):
            places[one.pointer] = one
    lines = []
    for pointer, told in faults.items():
        field = _nearest(places, pointer)
        target = slug(field.name) if field else slug(pointer)
        label = field.label if field else Message("")
        lines += [(target, label, text) for text in told]
    return lines


def _nearest(places: Mapping[str, Any], pointer: str) -> Any:  # noqa: ANN401 - a field or None
    """Return the field at a place, or the one around it."""
    while pointer:
        if pointer in places:
            return places[pointer]
        pointer = pointer.rpartition("/")[0]
    return None


def _all_fields(fields: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for one in fields:
        found.append(one)
        found += _all_fields(one.parts)
        for row in one.rows:
            found += _all_fields(row)
    return found
