"""The page of one's own drafts, and what can be done with one there."""

from typing import Final

from aiohttp import web

from server.drafts import service
from server.drafts.queries import drafts_of
from server.drafts.rules import KEPT, Written
from server.people.reader import reader_of, see
from server.platform.errors import NotFound
from server.platform.http.decorators import form, page
from server.platform.http.parameters import path_id
from server.platform.http.render import render
from server.platform.work import Work
from server.posts.editing import own_post
from server.posts.kinds import FACTS

_NOT_COPIED: Final = frozenset({"identifier", "state", "datePosted", "eventStatus", "expiresAt"})


@page(needs="person")
async def drafts(request: web.Request) -> web.StreamResponse:
    """Show what somebody wrote and did not publish yet."""
    reader = await reader_of(request)
    context = {
        "drafts": await reader.instance.read(drafts_of, reader.me),
        "facts": {kind.value: facts for kind, facts in FACTS.items()},
        "days": KEPT.days,
        "saved": reader.parameters.given("saved"),
    }
    return await render(request, "drafts/drafts.html", context)


@form(needs="person")
async def discard(request: web.Request) -> web.StreamResponse:
    """Throw a draft away."""
    reader = await reader_of(request)
    await reader.instance.work(service.discard_draft, reader.me, path_id(request))
    return see("/drafts")


@form(needs="person")
async def unschedule(request: web.Request) -> web.StreamResponse:
    """Let a draft wait for nothing any more."""
    reader = await reader_of(request)
    await reader.instance.work(service.unschedule_draft, reader.me, path_id(request))
    return see("/drafts")


@form(needs="person")
async def duplicate(request: web.Request) -> web.StreamResponse:
    """Make a draft of one's own post, without its pictures, and open it."""
    reader = await reader_of(request)
    path = await reader.instance.work(_duplicate, reader.me, path_id(request))
    return see(path)


def _duplicate(w: Work, me: int, post_id: int) -> str:
    post = own_post(w, me, post_id)
    if post.audience == "direct":
        raise NotFound
    record = {name: said for name, said in (post.record or {}).items() if name not in _NOT_COPIED}
    written = Written(
        kind=post.kind,
        record=record,
        text="" if post.kind else post.source or "",
        spoiler=post.spoiler,
        sensitive=post.sensitive,
        language=post.language,
        audience=str(post.audience),
    )
    made = service.save_draft(w, me, written)
    return f"/new/{post.kind or 'post'}?draft={made.id}"


ROUTES: Final = (
    web.get("/drafts", drafts, name="drafts.drafts"),
    web.post("/drafts/{id:[0-9]+}/delete", discard, name="drafts.discard"),
    web.post("/drafts/{id:[0-9]+}/unschedule", unschedule, name="drafts.unschedule"),
    web.post("/posts/{id:[0-9]+}/duplicate", duplicate, name="drafts.duplicate"),
)
