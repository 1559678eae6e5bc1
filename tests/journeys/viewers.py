"""Who looks, at what, and through which door: the stage of the visibility journeys.

Posts of every form and audience by authors of every reach; viewers here, elsewhere and at a
partner's; the addresses of every surface. What may be seen is asked of `posts.rules.may_see` alone.
"""

import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp

from activitypub.fetching.budget import Budget
from server.federation.actors import change_reach
from server.federation.hosts import set_policy
from server.federation.model import HostPolicy, Reach
from server.federation.remote import resolve_actor
from server.people.model import Person, PersonKind
from server.people.relations import accept_follow, block, follow, unfollow
from server.people.rules import Place
from server.people.service import ProfileChange, update_profile
from server.platform.clock import SystemClock
from server.platform.work import Work
from server.posts.model import Audience
from server.posts.reactions_to import pin
from server.posts.rules import Relation, may_see
from server.posts.service import Draft, publish_post
from tests.support.apps import Served, served
from tests.support.clients import Reader
from tests.support.peer import Peer, PeerActor
from tests.support.people import PASSWORD, make_login, make_person, make_token

ACTIVITY = {"Accept": "application/activity+json"}
PINNED = (Audience.PUBLIC, Audience.UNLISTED, Audience.FOLLOWERS, Audience.PARTNERS)


@dataclass(frozen=True, slots=True)
class Case:
    """One post: whose reach, what audience, and the word that stands in no other."""

    reach: Reach
    audience: Audience
    # A word, a reply to the root, an offer (a post of a kind, which names nobody), or a first post
    # that waits for a moderator.
    form: str
    author_id: int
    handle: str
    post_id: int

    @property
    def word(self) -> str:
        return f"{self.form}x{self.reach}x{self.audience}x"

    def seen_with(self, relation: Relation) -> Relation:
        """Return how a viewer who stands so to the author stands to this post."""
        return replace(relation, is_named=relation.is_named and self.form != "offer")


Fetch = Callable[[str], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks: how the rule sees them, and how they fetch from each door."""

    name: str
    place: Place
    relation: Relation = Relation()
    api: Fetch | None = None
    pages: Fetch | None = None
    documents: Fetch | None = None
    is_limited: bool = False
    """A token that may not read: it gets nothing that nobody gets, and perhaps less."""

    def may(self, case: Case) -> bool:
        relation = case.seen_with(self.relation)
        return may_see(
            self.place,
            case.audience,
            case.reach,
            relation,
            author_hidden=False,
            held=case.form == "held",
        )


@dataclass
class Stage:
    """The instance, its cases, and everybody who looks."""

    ours: Served
    cases: list[Case] = field(default_factory=list)
    root_id: int = 0
    viewers: list[Viewer] = field(default_factory=list)

    @property
    def authors(self) -> list[tuple[int, str]]:
        return sorted({(case.author_id, case.handle) for case in self.cases})


Surface = Callable[[Stage], Iterable[str]]

API_SINGLE = ("/api/v1/statuses/{id}", "/api/v1/statuses/{id}/history")
PAGE_SINGLE = ("/@{handle}/{id}",)
DOCUMENT_SINGLE = ("/posts/{id}", "/posts/{id}/activity")


def _of_authors(*patterns: str) -> Surface:
    return lambda stage: [
        pattern.format(id=author_id, handle=handle)
        for (author_id, handle), pattern in itertools.product(stage.authors, patterns)
    ]


def _of_root(pattern: str) -> Surface:
    return lambda stage: [pattern.format(id=stage.root_id)]


def _searches(pattern: str) -> Surface:
    return lambda stage: [pattern.format(word=case.word) for case in stage.cases]


API_LISTS: dict[str, Surface] = {
    "account statuses": _of_authors("/api/v1/accounts/{id}/statuses?limit=40"),
    "pinned": _of_authors("/api/v1/accounts/{id}/statuses?pinned=true"),
    "home": lambda _: ["/api/v1/timelines/home?limit=40"],
    "public": lambda _: [
        "/api/v1/timelines/public?limit=40",
        "/api/v1/timelines/public?local=true",
    ],
    "hashtag": lambda _: ["/api/v1/timelines/tag/walk?limit=40"],
    "context": _of_root("/api/v1/statuses/{id}/context"),
    "search": _searches("/api/v2/search?q={word}&type=statuses"),
    "notifications": lambda _: ["/api/v1/notifications?limit=80"],
    "lookup": _of_authors("/api/v1/accounts/lookup?acct={handle}"),
}
PAGE_LISTS: dict[str, Surface] = {
    "profile page": _of_authors("/@{handle}"),
    "tag page": lambda _: ["/tags/walk"],
    "thread page": lambda stage: [f"/@root/{stage.root_id}"],
    "home page": lambda _: ["/home"],
    "notifications page": lambda _: ["/notifications"],
    "search page": _searches("/search?q={word}"),
    "boards": lambda _: ["/", "/board", "/board/tool", "/board/tool?q=offer", "/board?offset=8"],
    "board views": lambda _: ["/board?view=map", "/board/tool?view=calendar&closed=1"],
    "history page": lambda stage: [f"/@{one.handle}/{one.post_id}/history" for one in stage.cases],
    "delete page": lambda stage: [f"/posts/{one.post_id}/delete" for one in stage.cases],
    "edit page": lambda stage: [f"/posts/{one.post_id}/edit" for one in stage.cases],
}
_FEEDS = ("rss", "atom", "json", "ics")
# The same for everybody, whoever asks: only what anybody may see.
PUBLIC_LISTS: dict[str, Surface] = {
    "board feeds": lambda _: [f"/board{kind}.{end}" for kind in ("", "/tool") for end in _FEEDS],
    "region feeds": lambda _: [f"/regions/BE25.{end}" for end in _FEEDS],
    "person feeds": _of_authors(*(f"/@{{handle}}.{end}" for end in _FEEDS)),
    "tag feeds": lambda _: [f"/tags/walk.{end}" for end in _FEEDS],
    "embedded boards": lambda _: ["/embed/board?limit=30", "/embed/board/tool"],
    "sitemaps": lambda _: ["/sitemap.xml", "/sitemaps/posts-1.xml", "/sitemaps/people-1.xml"],
}
DOCUMENT_LISTS: dict[str, Surface] = {
    "outbox": _of_authors("/people/{id}/outbox", "/people/{id}/outbox?page=true"),
    "featured": _of_authors("/people/{id}/featured"),
    "replies": lambda stage: [
        f"/posts/{stage.root_id}/replies", f"/posts/{stage.root_id}/replies?page=true"
    ],
}  # fmt: skip


@asynccontextmanager
async def staged(database_url: str, folder: Path, tool: dict[str, Any]) -> AsyncIterator[Stage]:
    """Publish everything, sign everybody in, and let them look."""
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(
            served(database_url, folder, address="127.0.0.97", jobs=False)
        )
        far = await stack.enter_async_context(Peer(SystemClock()).running("127.0.0.98"))
        near = await stack.enter_async_context(Peer(SystemClock()).running("127.0.0.99"))
        await ours.instance.work(set_policy, near.host, HostPolicy.PARTNER, "an agreement")
        made = Stage(ours)
        people = await _people(ours)
        away = {
            "stranger": (far, far.add_actor("stranger")),
            "follower": (far, far.add_actor("follower")),
            "named": (far, far.add_actor("named")),
            "partner": (near, near.add_actor("partner")),
            "partner_follower": (near, near.add_actor("partner_follower")),
        }
        rows = {name: await _known(ours, peer, actor) for name, (peer, actor) in away.items()}
        await _publish(made, people, rows, far.host, tool)
        authors = {handle: author_id for author_id, handle in made.authors}
        sessions = await _sessions(stack, ours, people | authors)
        made.viewers = [
            *_viewers_here(made, people, sessions),
            *(_viewer_away(made, name, *away[name]) for name in away),
        ]
        yield made


async def _people(ours: Served) -> dict[str, int]:
    people = {}
    for name in ("root", "member", "follower", "named", "blocked", "blocker"):
        people[name] = (await make_person(ours.instance, name, PersonKind.MENTOR)).id
    return people


async def _known(ours: Served, peer: Peer, actor: PeerActor) -> int:
    """Make somebody elsewhere known, by their own signed request."""
    assert (await peer.get(ours.url("/actor"), actor))[0] == 200
    known = await resolve_actor(ours.instance, actor.uri, budget=Budget())
    assert known is not None
    return known


async def _publish(
    stage: Stage, people: dict[str, int], away: dict[str, int], far: str, tool: dict[str, Any]
) -> None:
    """Publish everything while the authors reach everywhere; then their reach is set."""
    work = stage.ours.instance.work
    root = await work(publish_post, Draft(author_id=people["root"], text="The root"))
    stage.root_id = root.id
    names = f"@named @named@{far}"
    for reach in Reach:
        handle = f"author_{reach}"
        author = await make_person(stage.ours.instance, handle, PersonKind.EMPLOYER)
        await work(update_profile, author.id, ProfileChange(discoverable=True, indexable=True))
        for follower in (*(people[name] for name in ("root", "follower", "named")), *away.values()):
            await work(follow, follower, author.id)
            await work(accept_follow, author.id, follower)
        for form, audience in itertools.product(("word", "reply", "offer", "held"), Audience):
            if audience is Audience.DIRECT and form in {"offer", "held"}:
                continue  # nobody is named in an offer, and messages never wait
            await work(_let_wait, author.id, form == "held")
            case = Case(reach, audience, form, author.id, handle, 0)
            post = await work(publish_post, _draft(case, f"#walk {names}", root.id, tool))
            assert post.audience == audience
            stage.cases.append(replace(case, post_id=post.id))
            if form == "word" and audience in PINNED:
                await work(pin, author.id, post.id)
        await work(_let_wait, author.id, False)
        strangers = [away[name] for name in ("stranger", "named", "partner")]
        for stranger in (people["root"], people["named"], *strangers):
            await work(unfollow, stranger, author.id)
        await work(block, author.id, people["blocked"])
        await work(block, people["blocker"], author.id)
        await work(change_reach, author.id, reach)


def _let_wait(w: Work, person_id: int, waits: bool) -> None:
    w.session.get_one(Person, person_id).waits_for_trust = waits


def _draft(case: Case, more: str, root_id: int, tool: dict[str, Any]) -> Draft:
    if case.form == "offer":
        record = {**tool, "name": case.word, "description": case.word}
        return Draft(author_id=case.author_id, kind="tool", record=record, audience=case.audience)
    return Draft(
        author_id=case.author_id,
        text=f"{case.word} {more}",
        audience=case.audience,
        in_reply_to_id=root_id if case.form == "reply" else None,
    )


async def _sessions(
    stack: AsyncExitStack, ours: Served, people: dict[str, int]
) -> dict[str, aiohttp.ClientSession]:
    """Sign everybody in through the page, as a browser."""
    sessions = {}
    for name, person_id in people.items():
        await make_login(ours.instance, [person_id], f"{name}@ours.example")
        jar = aiohttp.CookieJar(unsafe=True)
        sessions[name] = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        reader = Reader(sessions[name])
        await reader.open(ours.url("/auth/sign_in"))
        await reader.submit(email=f"{name}@ours.example", password=PASSWORD)
        assert reader.status == 200, reader.text()
    sessions[""] = await stack.enter_async_context(aiohttp.ClientSession())
    return sessions


def _viewers_here(
    stage: Stage, people: dict[str, int], sessions: dict[str, aiohttp.ClientSession]
) -> list[Viewer]:
    relations = {
        "member": Relation(),
        "follower": Relation(follows_author=True),
        "named": Relation(is_named=True),
        "blocked": Relation(blocked_either_way=True),
        "blocker": Relation(blocked_either_way=True),
    }
    anonymous = sessions[""]
    found = [
        Viewer(
            "anonymous", Place.ANYBODY, api=_fetch(stage, anonymous, {}),
            pages=_fetch(stage, anonymous, {"Accept": "text/html"}),
            documents=_fetch(stage, anonymous, ACTIVITY),
        ),
        Viewer(
            "follower, by a token that may not read", Place.ANYBODY, is_limited=True,
            api=_fetch(stage, anonymous, {}, (people["follower"], "write")),
        ),
    ]  # fmt: skip
    for name, relation in relations.items():
        found.append(
            Viewer(
                name, Place.LOCAL, relation,
                api=_fetch(stage, anonymous, {}, (people[name], "read")),
                pages=_fetch(stage, sessions[name], {"Accept": "text/html"}),
            )
        )  # fmt: skip
    # Each author sees all of their own; of the others' posts they are a member like any.
    return [*found, *(_author(stage, sessions, reach) for reach in Reach)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorViewer(Viewer):
    """An author: the relation depends on whose post it is."""

    own_reach: Reach

    def may(self, case: Case) -> bool:
        relation = Relation(is_author=case.reach == self.own_reach)
        return may_see(
            self.place,
            case.audience,
            case.reach,
            relation,
            author_hidden=False,
            held=case.form == "held",
        )


def _author(stage: Stage, sessions: dict[str, aiohttp.ClientSession], reach: Reach) -> AuthorViewer:
    own = next(case for case in stage.cases if case.reach == reach)
    return AuthorViewer(
        f"author of reach {reach}",
        Place.LOCAL,
        api=_fetch(stage, sessions[""], {}, (own.author_id, "read")),
        pages=_fetch(stage, sessions[own.handle], {"Accept": "text/html"}),
        own_reach=reach,
    )


def _viewer_away(stage: Stage, name: str, peer: Peer, actor: PeerActor) -> Viewer:
    async def fetch(path: str) -> bytes:
        status, document = await peer.get(stage.ours.url(path), actor)
        assert status in {200, 404}, (path, status)
        return json.dumps(document).encode() if status == 200 else b""

    place = Place.PARTNER if name.startswith("partner") else Place.FEDIVERSE
    relation = Relation(follows_author=name.endswith("follower"), is_named=name == "named")
    return Viewer(f"{name} elsewhere", place, relation, documents=fetch)


def _fetch(
    stage: Stage,
    session: aiohttp.ClientSession,
    headers: dict[str, str],
    token_for: tuple[int, str] | None = None,
) -> Fetch:
    tokens: list[str] = []

    async def fetch(path: str) -> bytes:
        sent = dict(headers)
        if token_for is not None:
            if not tokens:
                tokens.append(await make_token(stage.ours.instance, *token_for))
            sent["Authorization"] = f"Bearer {tokens[0]}"
        async with session.get(stage.ours.url(path), headers=sent, allow_redirects=False) as answer:
            assert answer.status in {200, 302, 303, 401, 403, 404, 422}, (path, answer.status)
            body = await answer.read()
            return body if answer.status == 200 else b""

    return fetch
