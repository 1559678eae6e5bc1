"""Posts that wait for their moment. Source: Mastodon's API, "scheduled_statuses API methods".

A client's scheduled post is a draft with a moment: its author sees it among their drafts, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from aiohttp import web

from server.drafts import service
from server.drafts.queries import (
    DraftRow,
    draft_of,
    scheduled_before,
    scheduled_of,
    scheduled_one,
)
from server.drafts.rules import Written
from server.mastodon.calls import EMPTY, Call, answer, call_of
from server.mastodon.entities.scene import Entity, Scene, moment
from server.mastodon.entities.status import attachment
from server.media.queries import own_media
from server.platform.errors import Invalid
from server.platform.http.decorators import api
from server.platform.http.paging import page_asked, page_links
from server.platform.http.parameters import path_id
from server.platform.i18n import say
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Reading, Work
from server.posts.drafting import Draft
from server.posts.loading import local_media_row
from server.posts.model import Audience
from server.posts.rows import MediaRow
from server.posts.rules import mastodon_visibility


def schedule(w: Work, draft: Draft, at: datetime) -> DraftRow:
    """Keep a client's post until its moment; the same idempotency key answers the first one."""
    if draft.idempotency_key:
        one_at_a_time(w.session, draft.author_id)
        earlier = scheduled_before(w, draft.author_id, draft.idempotency_key)
        if earlier is not None:
            return earlier
    _check_media(w, draft)
    row = service.schedule_draft(
        w, draft.author_id, _written(draft), at, idempotency_key=draft.idempotency_key
    )
    return draft_of(w, draft.author_id, row.id)


def _check_media(r: Reading, draft: Draft) -> None:
    if len(_pictures(r, draft.author_id, draft.media_ids)) != len(draft.media_ids):
        raise Invalid(details={"media_ids": [("ERR_NOT_FOUND", say("not found"))]})


def _written(draft: Draft) -> Written:
    return Written(
        text=draft.text,
        spoiler=draft.spoiler,
        sensitive=draft.sensitive,
        language=draft.language,
        audience=draft.audience.value if draft.audience else None,
        reply_to=draft.in_reply_to_id,
        media_ids=tuple(draft.media_ids),
        poll=_poll(draft),
        application=draft.application,
    )


def _poll(draft: Draft) -> Mapping[str, Any] | None:
    if draft.poll is None:
        return None
    return {**asdict(draft.poll), "options": list(draft.poll.options)}


def entity_of(r: Reading, scene: Scene, row: DraftRow) -> Entity:
    """Return the ScheduledStatus entity of a draft that waits."""
    written = row.written
    pictures = _pictures(r, row.author_id, written.media_ids)
    return {
        "id": str(row.id),
        "scheduled_at": moment(row.publish_at or row.updated_at),
        "params": {
            "text": written.text or written.title,
            "visibility": _visibility(written),
            "spoiler_text": written.spoiler or None,
            "sensitive": written.sensitive,
            "language": written.language,
            "media_ids": [str(one) for one in written.media_ids] or None,
            "poll": _poll_params(written),
            "in_reply_to_id": written.reply_to,
            "idempotency": row.idempotency_key,
            "application_id": 0,
            "scheduled_at": None,
            "with_rate_limit": False,
            "quoted_status_id": None,
            "quote_approval_policy": None,
        },
        "media_attachments": [attachment(scene, one) for one in pictures],
    }


def _visibility(written: Written) -> str | None:
    return mastodon_visibility(Audience(written.audience)) if written.audience else None


def _poll_params(written: Written) -> Entity | None:
    poll = written.poll
    if poll is None:
        return None
    return {
        "options": list(poll["options"]),
        "expires_in": poll["expires_in"],
        "multiple": bool(poll.get("multiple")),
        "hide_totals": bool(poll.get("hides_totals")),
    }


def _pictures(r: Reading, person_id: int, ids: Sequence[int]) -> list[MediaRow]:
    found = [own_media(r, person_id, one) for one in ids]
    rows = [one for one in found if one is not None]
    return [local_media_row(r, one) for one in rows]  # type: ignore[arg-type]  # same columns


@api(scope="read:statuses")
async def several(request: web.Request) -> web.Response:
    """Answer a page of the person's own posts that wait."""
    call = await call_of(request)
    page = page_asked(call.parameters, default=20, most=40)

    def unit(r: Reading) -> tuple[list[Entity], list[int]]:
        rows = scheduled_of(r, call.me, page)
        return [entity_of(r, call.scene, row) for row in rows], [row.id for row in rows]

    found, ids = await call.instance.read(unit)
    return answer(found, headers=page_links(request, ids, page.limit))


@api(scope="read:statuses")
async def show(request: web.Request) -> web.Response:
    """Answer one of the person's own posts that wait."""
    call = await call_of(request)

    def unit(r: Reading) -> Entity:
        return entity_of(r, call.scene, scheduled_one(r, call.me, path_id(request)))

    return answer(await call.instance.read(unit))


@api(scope="write:statuses")
async def change(request: web.Request) -> web.Response:
    """Give a post another moment."""
    call = await call_of(request)
    return answer(await call.instance.work(_change, call, path_id(request)))


def _change(w: Work, call: Call, draft_id: int) -> Entity:
    scheduled_one(w, call.me, draft_id)
    at = call.parameters.when("scheduled_at")
    if at is None:
        raise Invalid(details={"scheduled_at": [("ERR_BLANK", say("can't be blank"))]})
    service.reschedule_draft(w, call.me, draft_id, at)
    return entity_of(w, call.scene, scheduled_one(w, call.me, draft_id))


@api(scope="write:statuses")
async def cancel(request: web.Request) -> web.Response:
    """Throw a post away that waits."""
    call = await call_of(request)
    await call.instance.work(_cancel, call.me, path_id(request))
    return answer(EMPTY)


def _cancel(w: Work, me: int, draft_id: int) -> None:
    scheduled_one(w, me, draft_id)
    service.discard_draft(w, me, draft_id)


_ONE = "/api/v1/scheduled_statuses/{id}"
ROUTES = (
    web.get("/api/v1/scheduled_statuses", several, name="api.scheduled"),
    web.get(_ONE, show, name="api.scheduled_one"),
    web.put(_ONE, change, name="api.reschedule"),
    web.delete(_ONE, cancel, name="api.unschedule"),
)
