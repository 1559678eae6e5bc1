"""Who may see what, on every surface: the rule of `posts.rules` against what is really answered.

Every viewer asks every surface for posts of every audience by authors of every reach, and the
answer's raw bytes are searched for each post's own word. There is no list of exceptions: what is
shown must be allowed, and where a surface shows single posts, what is allowed must be shown.
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

import aiohttp
import pytest

from server.federation.actors import local_actor
from server.posts.model import Audience
from server.posts.service import Draft, publish_post
from tests.journeys.viewers import (
    API_LISTS,
    API_SINGLE,
    DOCUMENT_LISTS,
    DOCUMENT_SINGLE,
    PAGE_LISTS,
    PAGE_SINGLE,
    PUBLIC_LISTS,
    Case,
    Fetch,
    Stage,
    staged,
)
from tests.support.people import make_token

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

QUIET = {"lookup"}
"""Surfaces that show no post, and are asked all the same."""


@pytest.fixture
async def stage(new_database, tmp_path, record_of) -> AsyncIterator[Stage]:
    async with staged(await new_database(), tmp_path / "ours", record_of("tool")) as made:
        yield made


async def _words_in(stage: Stage, fetch: Fetch, paths: Iterable[str]) -> set[Case]:
    """Return the cases whose word is anywhere in the answers; a search's own echo does not count."""
    shown: set[Case] = set()
    for path in paths:
        body = (await fetch(path)).decode()
        for case in stage.cases:
            is_echoed = case.word in path
            found = str(case.post_id) in body if is_echoed else case.word in body
            is_named = f'/posts/{case.post_id}"' in body or f"/{case.post_id}</loc>" in body
            if found or is_named:
                shown.add(case)
    return shown


def _told(cases: Iterable[Case]) -> list[str]:
    return sorted(case.word for case in cases)


async def test_single_posts_are_shown_exactly_to_those_who_may_see_them(stage):
    for viewer in stage.viewers:
        allowed = {case for case in stage.cases if viewer.may(case)}
        doors = (
            (viewer.api, API_SINGLE), (viewer.pages, PAGE_SINGLE), (viewer.documents, DOCUMENT_SINGLE)
        )  # fmt: skip
        for fetch, patterns in doors:
            if fetch is None:
                continue
            for pattern in patterns:
                shown = set()
                for case in stage.cases:
                    path = pattern.format(id=case.post_id, handle=case.handle)
                    if case.word.encode() in await fetch(path):
                        shown.add(case)
                where = f"{viewer.name} at {pattern}"
                assert _told(shown - allowed) == [], f"{where} sees too much"
                if not viewer.is_limited:
                    assert _told(allowed - shown) == [], f"{where} sees too little"


async def test_lists_show_nothing_that_may_not_be_seen(stage):
    seen_on: dict[str, set[Case]] = {}
    for viewer in stage.viewers:
        allowed = {case for case in stage.cases if viewer.may(case)}
        doors = (
            (viewer.api, API_LISTS), (viewer.pages, PAGE_LISTS), (viewer.documents, DOCUMENT_LISTS),
            (viewer.pages if viewer.name == "anonymous" else None, PUBLIC_LISTS),
        )  # fmt: skip
        for fetch, surfaces in doors:
            if fetch is None:
                continue
            for name, surface in surfaces.items():
                shown = await _words_in(stage, fetch, surface(stage))
                assert _told(shown - allowed) == [], f"{viewer.name} sees too much in {name}"
                seen_on.setdefault(name, set()).update(shown)
                if name == "account statuses" and not viewer.is_limited:
                    assert _told(allowed - shown) == [], f"{viewer.name} misses some in {name}"
    silent = {name for name, shown in seen_on.items() if not shown}
    assert silent <= QUIET, "a surface that shows nothing proves nothing"


async def test_streams_send_nothing_that_may_not_be_seen(stage):
    """Live: new posts of every author, capped by the reach they have now."""
    instance, sockets = stage.ours.instance, {}
    address = f"{stage.ours.base.replace('http', 'ws')}/api/v1/streaming"
    wanted = ({"stream": "user"}, {"stream": "public"}, {"stream": "public:local"},
              {"stream": "hashtag", "tag": "walk"})  # fmt: skip
    names = ("member", "follower", "named", "blocked", "blocker")
    async with aiohttp.ClientSession() as session:
        for name in names:
            person = await instance.read(_person_named, name)
            token = await make_token(instance, person)
            sockets[name] = await session.ws_connect(f"{address}?access_token={token}")
            for one in wanted:
                await sockets[name].send_str(json.dumps({"type": "subscribe", **one}))
        await asyncio.sleep(0.5)  # the subscriptions are read
        live = []
        for (author_id, handle), audience in itertools.product(stage.authors, Audience):
            reach = next(case.reach for case in stage.cases if case.author_id == author_id)
            word = f"livex{reach}x{audience}x"
            if audience is Audience.DIRECT:
                continue  # nobody named here follows these authors any more
            draft = Draft(author_id=author_id, text=f"{word} #walk @named", audience=audience)
            post = await instance.work(publish_post, draft)
            live.append((word, Case(reach, post.audience, "word", author_id, handle, post.id)))
        for viewer in stage.viewers:
            if viewer.name not in sockets:
                continue
            heard = await _heard(sockets[viewer.name])
            for word, case in live:
                assert viewer.may(case) or word not in heard, f"{viewer.name} hears {word}"
            may_hear = any(viewer.may(case) for _, case in live)
            assert may_hear == ("livex" in heard), f"{viewer.name} heard {heard[:200]}"
            await sockets[viewer.name].close()


def _person_named(r: Any, handle: str) -> int:
    return int(local_actor(r, handle).id)


async def _heard(socket: aiohttp.ClientWebSocketResponse) -> str:
    heard = []
    while True:
        try:
            heard.append(str((await socket.receive(timeout=1.0)).data))
        except TimeoutError:
            return "\n".join(heard)
