"""Statuses: writing and reading them. Source: Mastodon's API, "statuses API methods"."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime

from aiohttp import web

from server.access.queries import app_of_token
from server.mastodon import scheduled
from server.mastodon.calls import Call, answer, call_of
from server.mastodon.entities.scene import Entity, Scene
from server.mastodon.entities.status import context as context_entity
from server.mastodon.entities.status import edit, source, status, statuses
from server.mastodon.media import focus_asked
from server.media.service import describe
from server.platform.errors import NotFound
from server.platform.http.decorators import api
from server.platform.http.parameters import Parameters, path_id
from server.platform.work import Reading, Work
from server.posts import queries as posts
from server.posts.drafting import Change, Draft, PollDraft
from server.posts.editing import edit_post
from server.posts.history import revisions
from server.posts.history import source as source_of
from server.posts.loading import post_rows
from server.posts.model import Audience
from server.posts.removing import delete_post
from server.posts.rules import audience_asked
from server.posts.service import publish_post, resolve_mentions

_MANY = 40
_MAX_TEXT = 100_000  # the service refuses far less, with words about characters


def status_entity(r: Reading, scene: Scene, post_id: int) -> Entity:
    """Return the Status of a post that the viewer may see. Raises NotFound."""
    return status(scene, posts.post(r, scene.viewer, post_id))


@api(scope="write:statuses", limit="post")
async def publish(request: web.Request) -> web.Response:
    """Publish a post; the same Idempotency-Key within an hour answers the first one.

    With `scheduled_at` it waits for that moment, and a ScheduledStatus is answered.
    """
    call = await call_of(request)
    at = call.parameters.when("scheduled_at")
    if at is not None:
        return answer(await call.instance.work(_schedule, call, at))
    await resolve_mentions(call.instance, call.parameters.text("status") or "")
    return answer(await call.instance.work(_publish, call))


def _publish(w: Work, call: Call) -> Entity:
    post = publish_post(w, _draft(w, call))
    w.session.flush()
    return status_entity(w, call.scene, post.id)


def _schedule(w: Work, call: Call, at: datetime) -> Entity:
    return scheduled.entity_of(w, call.scene, scheduled.schedule(w, _draft(w, call), at))


def _draft(r: Reading, call: Call) -> Draft:
    asked = call.parameters
    key = call.request.headers.get("Idempotency-Key", "").encode("utf-8", "surrogateescape")
    token_id = call.visitor.token_id
    app = app_of_token(r, token_id) if token_id is not None else None
    return Draft(
        author_id=call.me,
        text=asked.text("status", max_length=_MAX_TEXT) or "",
        audience=_audience(asked),
        spoiler=asked.text("spoiler_text", max_length=_MAX_TEXT) or "",
        sensitive=asked.boolean("sensitive"),
        language=asked.text("language", max_length=35),
        in_reply_to_id=asked.id("in_reply_to_id"),
        media_ids=asked.ids("media_ids"),
        poll=_poll(asked),
        application=app.name if app is not None else None,
        idempotency_key=hashlib.sha256(key).hexdigest() if key else None,
    )


def _audience(asked: Parameters) -> Audience | None:
    visibility = asked.text("visibility", max_length=20)
    local_only = asked.flag("local_only")
    if visibility is None and not local_only:
        return None
    return audience_asked(visibility or "public", local_only=local_only)


def _poll(asked: Parameters) -> PollDraft | None:
    part = asked.part("poll")
    if part is None or not part.given("options"):
        return None
    return PollDraft(
        options=part.texts("options", max_length=_MAX_TEXT),
        expires_in=part.integer("expires_in", least=0, most=10**9) or 0,
        multiple=part.flag("multiple"),
        hides_totals=part.flag("hide_totals"),
    )


@api(scope="read:statuses", needs="nobody")
async def show(request: web.Request) -> web.Response:
    """Answer one post."""
    call = await call_of(request)
    return answer(await call.instance.read(status_entity, call.scene, path_id(request)))


@api(scope="read:statuses", needs="nobody")
async def several(request: web.Request) -> web.Response:
    """Answer several posts by id; those that cannot be seen are left out."""
    call = await call_of(request)
    rows = await call.instance.read(post_rows, call.viewer, call.parameters.ids("id", most=_MANY))
    return answer(statuses(call.scene, rows))


@api(scope="write:statuses")
async def change(request: web.Request) -> web.Response:
    """Edit one's own post; everything is sent again, what is left out goes."""
    call = await call_of(request)
    await resolve_mentions(call.instance, call.parameters.text("status") or "")
    return answer(await call.instance.work(_change, call, path_id(request)))


def _change(w: Work, call: Call, post_id: int) -> Entity:
    asked = call.parameters
    before = posts.post(w, call.viewer, post_id)
    if before.author.id != call.me:
        raise NotFound
    text = asked.text("status", max_length=_MAX_TEXT) or ""
    descriptions = _described(w, call, {one.media_id for one in before.media})
    edit_post(
        w,
        call.me,
        post_id,
        Change(
            text=text,
            spoiler=asked.text("spoiler_text", max_length=_MAX_TEXT) or "",
            sensitive=asked.boolean("sensitive"),
            language=asked.text("language", max_length=35) or before.language,
            media_ids=asked.ids("media_ids"),
            poll=_poll(asked),
            # New words over the fields of a kind are refused; only the words are the client's.
            record=before.record if text == (before.source or "") else None,
            descriptions=descriptions,
        ),
    )
    w.session.flush()
    return status_entity(w, call.scene, post_id)


def _described(w: Work, call: Call, present: Collection[int | None]) -> dict[int, str]:
    """Return the new words for the pictures that a post has, and set their new focus."""
    found: dict[int, str] = {}
    for one in call.parameters.items("media_attributes", most=_MANY):
        media_id = one.id("id")
        if media_id is None or media_id not in present:
            continue
        focus = focus_asked(one)
        if focus is not None:
            describe(w, person_id=call.me, media_id=media_id, focus=focus)
        description = one.edited("description", max_length=_MAX_TEXT)
        if description is not None:
            found[media_id] = description
    return found


@api(scope="write:statuses", limit="delete")
async def delete(request: web.Request) -> web.Response:
    """Delete one's own post; the answer has its source, so that it can be written again."""
    call = await call_of(request)
    return answer(await call.instance.work(_delete, call, path_id(request)))


def _delete(w: Work, call: Call, post_id: int) -> Entity:
    post = posts.post(w, call.viewer, post_id)
    if post.author.id != call.me:
        raise NotFound
    entity: Entity = {**status(call.scene, post), "text": post.source or ""}
    # Deleted and written again is how clients correct: the pictures wait a day for that.
    delete_post(w, call.me, post_id, keeps_media=not call.parameters.flag("delete_media"))
    return entity


@api(scope="read:statuses", needs="nobody")
async def context(request: web.Request) -> web.Response:
    """Answer the thread around a post."""
    call = await call_of(request)
    thread = await call.instance.read(posts.context, call.viewer, path_id(request))
    return answer(context_entity(call.scene, thread))


@api(scope="read:statuses", needs="nobody")
async def history(request: web.Request) -> web.Response:
    """Answer every version of a post, oldest first."""
    call = await call_of(request)
    post_id = path_id(request)

    def unit(r: Reading) -> list[Mapping[str, object]]:
        post = posts.post(r, call.viewer, post_id)
        return [edit(call.scene, post, one) for one in revisions(r, call.viewer, post_id)]

    return answer(await call.instance.read(unit))


@api(scope="read:statuses")
async def show_source(request: web.Request) -> web.Response:
    """Answer what the author typed, to the author."""
    call = await call_of(request)
    return answer(source(await call.instance.read(source_of, call.me, path_id(request))))


_ONE = "/api/v1/statuses/{id}"
ROUTES = (
    web.post("/api/v1/statuses", publish, name="api.publish"),
    web.get("/api/v1/statuses", several, name="api.statuses"),
    web.get(_ONE, show, name="api.status"),
    web.put(_ONE, change, name="api.change_status"),
    web.delete(_ONE, delete, name="api.delete_status"),
    web.get(f"{_ONE}/context", context, name="api.context"),
    web.get(f"{_ONE}/history", history, name="api.history"),
    web.get(f"{_ONE}/source", show_source, name="api.source"),
)
