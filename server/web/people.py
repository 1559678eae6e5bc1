"""The page of a person, and the buttons on it: follow, block, mute."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from sqlalchemy import select

from server.people import relations
from server.people.cards import PersonRow
from server.people.queries import Relationship, person_by_handle, person_by_id, relationships
from server.people.reader import Reader, neighbours_of, reader_of, see
from server.people.rules import ANYBODY, Place
from server.platform.errors import NotFound
from server.platform.http.decorators import form, page
from server.platform.http.negotiation import local_path, vary_on_accept, wants_activity
from server.platform.http.paging import Page, page_of
from server.platform.http.parameters import path_id
from server.platform.http.render import render
from server.platform.storage.paging import paged
from server.platform.work import Reading, Work
from server.posts.loading import post_rows
from server.posts.model import Post
from server.posts.queries import account_posts, pinned_posts
from server.posts.rows import PostRow
from server.posts.visibility import visible_to
from server.profiles.queries import Profile as ProfileAnswers
from server.profiles.queries import profile_of
from server.web.addresses import person_path
from server.web.preview import preview_of_person

TABS: Final = ("posts", "offers", "replies", "pictures")


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything on the page of a person; `standing` only for a reader who is somebody else."""

    person: PersonRow
    about: ProfileAnswers
    moved_to: PersonRow | None
    standing: Relationship | None
    pinned: list[PostRow]
    posts: list[PostRow]


@page()
async def profile(request: web.Request) -> web.StreamResponse:
    """Show somebody, or lead a server that asks for ActivityPub to the actor."""
    reader = await reader_of(request)
    handle = request.match_info["handle"]
    if wants_activity(request):
        return await _actor(reader, handle)
    tab = reader.parameters.choice("tab", TABS) or TABS[0]
    asked = reader.page()
    found = await reader.instance.read(_profile, reader, handle, tab, asked)
    if request.match_info["handle"] != found.person.acct:
        return see(person_path(found.person))
    answer = await render(
        request,
        "web/profile.html",
        {
            "found": found,
            "person": found.person,
            "tab": tab,
            "is_me": reader.viewer.person_id == found.person.id,
            "may_act": reader.is_person,
            "neighbours": neighbours_of([post.id for post in found.posts], asked),
            "preview": preview_of_person(reader.instance.site, found.person),
        },
    )
    answer.headers["Vary"] = "Accept, Accept-Language, Cookie"
    return answer


async def _actor(reader: Reader, handle: str) -> web.Response:
    """Lead a server to the actor of whom everybody may know; to nobody else."""
    person = await reader.instance.read(person_by_handle, ANYBODY, handle)
    if person is None or not person.is_local:
        raise NotFound
    answer = web.Response(status=302, headers={"Location": person.uri})
    vary_on_accept(answer)
    return answer


def person_seen(r: Reading, reader: Reader, handle: str) -> PersonRow:
    """Return whom a path names, as far as the reader may see them. Raises NotFound.

    People elsewhere are shown to members only: others read them on their own server.
    """
    person = person_by_handle(r, reader.viewer, handle)
    if person is None or not (person.is_local or reader.viewer.place is Place.LOCAL):
        raise NotFound
    return person


def _profile(r: Reading, reader: Reader, handle: str, tab: str, asked: Page) -> Profile:
    person = person_seen(r, reader, handle)
    me = reader.viewer.person_id
    others = relationships(r, me, [person.id]) if me is not None and me != person.id else []
    moved = person.moved_to_id
    is_start = tab == TABS[0] and asked.max_id is None and asked.above is None
    return Profile(
        person=person,
        about=profile_of(r, reader.viewer, person.id, reader.translator.tag),
        moved_to=person_by_id(r, reader.viewer, moved) if moved is not None else None,
        standing=others[0] if others else None,
        pinned=pinned_posts(r, reader.viewer, person.id) if is_start else [],
        posts=_posts(r, reader, person.id, tab, asked),
    )


def _posts(r: Reading, reader: Reader, person_id: int, tab: str, asked: Page) -> list[PostRow]:
    viewer = reader.viewer
    if tab == "offers":
        wanted = select(Post.id).where(
            Post.author_id == person_id, Post.kind.is_not(None), visible_to(viewer)
        )
        ids = r.session.scalars(paged(wanted, Post.id, asked)).all()
        return post_rows(r, viewer, page_of(ids, asked, lambda post_id: post_id))
    return account_posts(
        r,
        viewer,
        person_id,
        asked,
        exclude_replies=tab == "posts",
        only_media=tab == "pictures",
    )


@page(needs="person")
async def me(request: web.Request) -> web.StreamResponse:
    """Lead somebody to their own page."""
    reader = await reader_of(request)
    person = await reader.instance.read(person_by_id, reader.viewer, reader.me)
    if person is None:
        raise NotFound
    return see(person_path(person))


_DOINGS: Final[Mapping[str, Callable[[Work, int, int], object]]] = {
    "follow": relations.follow,
    "unfollow": relations.unfollow,
    "block": relations.block,
    "unblock": relations.unblock,
    "mute": relations.mute,
    "unmute": relations.unmute,
    "remove": relations.remove_follower,
}
"""What a button on somebody's page does: doer first, then the other."""


@form(needs="person")
async def act(request: web.Request) -> web.StreamResponse:
    """Follow, block or mute somebody, or take it back."""
    reader = await reader_of(request)
    handle, verb = request.match_info["handle"], request.match_info["verb"]
    path = await reader.instance.work(_act, reader, handle, verb)
    return see(local_path(reader.parameters.text("back", max_length=2_000), path))


def _act(w: Work, reader: Reader, handle: str, verb: str) -> str:
    person = person_seen(w, reader, handle)
    _DOINGS[verb](w, reader.me, person.id)
    return person_path(person)


@form(needs="person")
async def answer_request(request: web.Request) -> web.StreamResponse:
    """Accept or refuse somebody who asks to follow."""
    reader = await reader_of(request)
    decide = (
        relations.accept_follow
        if request.match_info["verb"] == "accept"
        else relations.reject_follow
    )
    await reader.instance.work(decide, reader.me, path_id(request))
    return see(str(request.app.router["web.notifications"].url_for()))


_VERBS: Final = "|".join(_DOINGS)


@page()
async def without_slash(request: web.Request) -> web.StreamResponse:
    """Lead to the page whose address has no slash at its end; the query goes along."""
    target = request.rel_url.with_path(request.path.rstrip("/")).with_query(request.query)
    return web.Response(status=308, headers={"Location": str(target)})


ROUTES: Final = (
    web.get("/me", me, name="web.me"),
    web.get("/@{handle}", profile, name="web.profile"),
    web.get("/@{handle}/", without_slash, name="web.profile_with_slash"),
    web.get("/@{handle}/{id:[0-9]+}/", without_slash, name="web.post_with_slash"),
    web.post(f"/@{{handle}}/{{verb:{_VERBS}}}", act, name="web.act"),
    web.post(
        "/requests/{id:[0-9]+}/{verb:accept|reject}", answer_request, name="web.answer_request"
    ),
)
