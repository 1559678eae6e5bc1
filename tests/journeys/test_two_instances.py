"""Two instances of ours federate over TLS under names of their own, as two partners would.

`a.test` and `b.test` are loopback addresses; the certificates come from an authority of the tests
that both trust by `federation.ca_file`. What is told happens over HTTP and through background jobs.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from server.federation.hosts import set_policy
from server.federation.ledger import hosts_of
from server.federation.model import HostPolicy, Reach
from server.people.model import PersonKind
from server.people.service import ProfileChange, delete_person, move_person, update_profile
from server.platform.text import plain_text
from server.posts.model import Audience, Post, PostState
from server.posts.service import Change, Draft, close_post, delete_post, edit_post, publish_post
from tests.support.apps import Served, Street, eventually, served
from tests.support.clients import ApiClient
from tests.support.people import make_person, make_token
from tests.support.tls import Authority

pytestmark = pytest.mark.slow

HOUSES = {"a.test": "127.0.0.31", "b.test": "127.0.0.32", "c.test": "127.0.0.33"}


@dataclass
class ShiftedClock:
    """The wall clock, some time ahead of it."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Somebody:
    """A person of one of the two, with a client of their own."""

    person: Any
    api: ApiClient
    home: Served

    @property
    def id(self) -> int:
        return int(self.person.id)

    @property
    def uri(self) -> str:
        return self.home.url(f"/people/{self.id}")

    async def publish(self, **draft: Any) -> Post:
        return await self.home.instance.work(publish_post, Draft(author_id=self.id, **draft))

    async def sees(self, uri: str) -> dict[str, Any] | None:
        """Return the status with this address from the home timeline."""
        home = await self.api.get("/api/v1/timelines/home")
        return next((status for status in home if status["uri"] == uri), None)

    async def status(self, uri: str, holds: Callable[[Any], bool] = bool) -> dict[str, Any]:
        """Return the status of the home timeline once it is there and what is told holds."""

        async def ask() -> dict[str, Any] | None:
            found = await self.sees(uri)
            return found if found and holds(found) else None

        found = await eventually(ask)
        assert found is not None
        return found

    async def notified(self, kind: str) -> dict[str, Any]:
        async def ask() -> list[Any]:
            page: list[Any] = await self.api.get("/api/v1/notifications", **{"types[]": kind})
            return page

        newest: dict[str, Any] = (await eventually(ask))[0]
        return newest

    async def follow(self, handle: str) -> dict[str, Any]:
        """Follow somebody elsewhere by handle, and wait until they accepted."""
        account = await self.api.account(handle)
        await self.api.post(f"/api/v1/accounts/{account['id']}/follow")
        await eventually(lambda: self.relation(account["id"], "following"))
        return account

    async def relation(self, account_id: str, flag: str) -> bool:
        [found] = await self.api.get("/api/v1/accounts/relationships", id=account_id)
        return bool(found[flag])


@dataclass
class World:
    """The street on which both stand."""

    street: Street
    session: aiohttp.ClientSession
    new_database: Any
    folder: Any
    stack: AsyncExitStack
    clock: ShiftedClock = field(default_factory=ShiftedClock)

    async def instance(self, name: str, **wishes: Any) -> Served:
        return await self.stack.enter_async_context(
            served(
                await self.new_database(),
                self.folder / name,
                name=name,
                street=self.street,
                clock=self.clock,
                **wishes,
            )
        )

    async def person(
        self,
        home: Served,
        handle: str,
        *,
        kind: PersonKind = PersonKind.EMPLOYER,
        reach: Reach = Reach.FEDIVERSE,
    ) -> Somebody:
        person = await make_person(home.instance, handle, kind, reach)
        token = await make_token(home.instance, person.id)
        return Somebody(person, ApiClient(self.session, home.base, token), home)


@pytest.fixture
async def world(new_database, tmp_path) -> AsyncIterator[World]:
    street = Street.of(Authority.made_in(tmp_path), HOUSES)
    async with (
        AsyncExitStack() as stack,
        aiohttp.ClientSession(connector=street.connector()) as session,
    ):
        yield World(street, session, new_database, tmp_path, stack)


@pytest.fixture
async def two(world) -> tuple[Somebody, Somebody]:
    """Ann, an employer on a.test, whom Bob on b.test follows."""
    a, b = await world.instance("a.test"), await world.instance("b.test")
    ann = await world.person(a, "ann")
    bob = await world.person(b, "bob", kind=PersonKind.MENTOR)
    account = await bob.follow("ann@a.test")
    assert account["acct"] == "ann@a.test"
    assert account["uri"] == ann.uri
    return ann, bob


async def test_a_vacancy_travels_in_full_and_everything_about_it_follows(two, record_of):
    ann, bob = two
    assert (await ann.notified("follow"))["account"]["acct"] == "bob@b.test"

    post = await ann.publish(kind="vacancy", record=record_of("vacancy"))
    seen = await bob.status(post.uri)
    assert plain_text(seen["content"]) == plain_text(post.content)
    assert seen["card"]["title"] == post.title
    assert seen["account"]["acct"] == "ann@a.test"
    [there] = await _stored(bob.home, post.uri)
    assert (there.kind, there.state, there.record) == ("vacancy", PostState.OPEN, post.record)
    assert there.closes_at == post.closes_at
    assert there.received is not None, "the bytes stay, so that the record stays checkable"

    await bob.api.post(f"/api/v1/statuses/{seen['id']}/favourite")
    assert (await ann.notified("favourite"))["status"]["id"] == str(post.id)
    await bob.api.post(f"/api/v1/statuses/{seen['id']}/reblog")
    assert (await ann.notified("reblog"))["account"]["acct"] == "bob@b.test"
    reply = await bob.api.post(
        "/api/v1/statuses", status="@ann@a.test from when on?", in_reply_to_id=seen["id"]
    )
    mention = (await ann.notified("mention"))["status"]
    assert mention["uri"] == reply["uri"]
    assert mention["in_reply_to_id"] == str(post.id)

    changed = {**record_of("vacancy"), "title": "Thuishulp", "totalJobOpenings": 5}
    await ann.home.instance.work(edit_post, ann.id, post.id, Change(record=changed))
    edited = await bob.status(post.uri, lambda status: status["edited_at"])
    assert "Thuishulp" in edited["content"]
    assert (await _stored(bob.home, post.uri))[0].record["totalJobOpenings"] == 5
    assert (await bob.notified("update"))["status"]["id"] == seen["id"], "he boosted it"

    await ann.home.instance.work(close_post, ann.id, post.id, PostState.FILLED)
    await eventually(lambda: _is_in_state(bob.home, post.uri, PostState.FILLED))

    await ann.home.instance.work(delete_post, ann.id, post.id)
    await eventually(lambda: _is_missing(bob.home, post.uri))
    assert (await bob.api.ask("GET", f"/api/v1/statuses/{seen['id']}")).status == 404
    assert await ann.home.given_up() == await bob.home.given_up() == []


async def test_a_vacancy_expires_on_both_sides_at_its_moment(two, record_of, world):
    ann, bob = two
    ends = datetime.now(UTC) + timedelta(days=2)
    record = {**record_of("vacancy"), "validThrough": ends.strftime("%Y-%m-%dT%H:%M:%SZ")}
    post = await ann.publish(kind="vacancy", record=record)
    await bob.status(post.uri)

    world.clock.ahead = timedelta(days=2, minutes=2)
    ann.home.instance.jobs.wake()
    await eventually(lambda: _is_in_state(ann.home, post.uri, PostState.EXPIRED))
    await eventually(lambda: _is_in_state(bob.home, post.uri, PostState.EXPIRED))
    told = await bob.status(post.uri, lambda status: status["edited_at"])
    assert told["content"] != post.content, "the first line says in words that it is over"


async def test_votes_in_a_poll_are_counted_at_home_and_seen_elsewhere(two):
    ann, bob = two
    asked = await ann.api.post(
        "/api/v1/statuses",
        status="Which evening?",
        poll={"options": ["Monday", "Tuesday"], "expires_in": 3600},
    )
    seen = await bob.status(asked["uri"], lambda status: status["poll"])

    voted = await bob.api.post(f"/api/v1/polls/{seen['poll']['id']}/votes", choices=[1])
    assert voted["own_votes"] == [1]

    async def is_counted() -> bool:
        poll = await ann.api.get(f"/api/v1/polls/{asked['poll']['id']}")
        return [one["votes_count"] for one in poll["options"]] == [0, 1]

    await eventually(is_counted)
    again = await bob.api.ask(
        "POST", f"/api/v1/polls/{seen['poll']['id']}/votes", json={"choices": [0]}
    )
    assert again.status == 422


async def test_a_block_cuts_both_ways_and_can_be_lifted(two):
    ann, bob = two
    hello = await ann.publish(text="Hello there")
    await bob.status(hello.uri)
    bob_at_a = await ann.api.account("bob@b.test")

    await ann.api.post(f"/api/v1/accounts/{bob_at_a['id']}/block")
    ann_at_b = await bob.api.account("ann@a.test")
    await eventually(lambda: bob.relation(ann_at_b["id"], "blocked_by"))
    assert not await bob.relation(ann_at_b["id"], "following")
    unheard = await ann.publish(text="Not for Bob")
    await ann.home.settled()
    await bob.home.settled()
    assert await _stored(bob.home, unheard.uri) == []

    await ann.api.post(f"/api/v1/accounts/{bob_at_a['id']}/unblock")

    async def is_lifted() -> bool:
        return not await bob.relation(ann_at_b["id"], "blocked_by")

    await eventually(is_lifted)


async def test_followers_come_along_when_somebody_moves(two, world):
    ann, bob = two
    new = await world.person(ann.home, "ann_again")
    await ann.home.instance.work(update_profile, new.id, ProfileChange(also_known_as=[ann.uri]))

    await ann.home.instance.work(move_person, ann.id, new.id)

    async def follows_the_new_home() -> bool:
        account = await bob.api.account("ann_again@a.test")
        return await bob.relation(account["id"], "following")

    await eventually(follows_the_new_home)
    found = await bob.api.account("ann@a.test")
    old = await bob.api.get(f"/api/v1/accounts/{found['id']}")
    assert old["moved"]["acct"] == "ann_again@a.test"


async def test_deleting_a_person_reaches_every_server_of_the_ledger(two):
    ann, bob = two
    post = await ann.publish(text="This will go, too")
    await bob.status(post.uri)
    told = await eventually(lambda: ann.home.instance.read(hosts_of, post.uri))
    assert list(told) == ["b.test"]

    await ann.home.instance.work(delete_person, ann.id)

    async def is_forgotten() -> bool:
        answer = await bob.api.ask("GET", "/api/v1/accounts/lookup", params={"acct": "ann@a.test"})
        return answer.status == 404

    await eventually(is_forgotten)
    assert await _stored(bob.home, post.uri) == []
    headers = {"Accept": "application/activity+json"}
    assert (await bob.api.ask("GET", ann.uri, headers=headers)).status == 410
    finger = f"{ann.home.base}/.well-known/webfinger?resource=acct:ann@a.test"
    assert (await bob.api.ask("GET", finger)).status in {404, 410}
    await ann.home.settled()
    assert await ann.home.given_up() == []


async def test_somebody_whose_reach_is_home_does_not_exist_elsewhere(two, world):
    ann, bob = two
    tal = await world.person(ann.home, "tal", kind=PersonKind.TALENT, reach=Reach.HOME)
    post = await tal.publish(text="@bob@b.test only here", audience=Audience.PUBLIC)

    assert post.audience == Audience.MEMBERS
    headers = {"Accept": "application/activity+json"}
    finger = f"{ann.home.base}/.well-known/webfinger?resource=acct:tal@a.test"
    for address in (tal.uri, f"{tal.uri}/outbox", f"{tal.uri}/followers", post.uri, finger):
        answer = await bob.api.ask("GET", address, headers=headers)
        assert answer.status == 404, address
    found = await bob.api.get("/api/v2/search", q="@tal@a.test", resolve="true")
    assert found["accounts"] == []
    by_address = await bob.api.get("/api/v2/search", q=post.uri, resolve="true")
    assert by_address["statuses"] == []
    await ann.home.settled()
    await bob.home.settled()
    assert await _stored(bob.home, post.uri) == []
    assert (await ann.api.get(f"/api/v1/statuses/{post.id}"))["uri"] == post.uri


async def test_with_authorized_fetch_only_the_signed_read(world):
    a = await world.instance("a.test", authorized_fetch=True)
    b = await world.instance("b.test")
    ann, bob = await world.person(a, "ann"), await world.person(b, "bob")
    post = await ann.publish(text="For those who say who they are")
    headers = {"Accept": "application/activity+json"}

    for address in (ann.uri, post.uri, f"{ann.uri}/outbox"):
        assert (await bob.api.ask("GET", address, headers=headers)).status == 401, address
    assert (await bob.api.ask("GET", a.url("/actor"), headers=headers)).status == 200

    await bob.follow("ann@a.test")
    found = await bob.api.get("/api/v2/search", q=post.uri, resolve="true", type="statuses")
    assert found["statuses"][0]["uri"] == post.uri
    assert list(await a.instance.read(hosts_of, post.uri)) == ["b.test"]


async def test_among_partners_nobody_else_takes_part(world, record_of):
    a = await world.instance("a.test", mode="partners")
    b, c = await world.instance("b.test"), await world.instance("c.test")
    ann = await world.person(a, "ann", reach=Reach.PARTNERS)
    bob, cyd = await world.person(b, "bob"), await world.person(c, "cyd")
    for one, other in ((a, "b.test"), (b, "a.test")):
        await one.instance.work(set_policy, other, HostPolicy.PARTNER, "an agreement")

    await bob.follow("ann@a.test")
    post = await ann.publish(kind="vacancy", record=record_of("vacancy"))
    assert post.audience == Audience.PARTNERS
    seen = await bob.status(post.uri)
    assert seen["visibility"] == "private"

    stranger = await cyd.api.get("/api/v2/search", q="@ann@a.test", resolve="true")
    assert stranger["accounts"] == []
    by_address = await cyd.api.get("/api/v2/search", q=post.uri, resolve="true")
    assert by_address["statuses"] == []
    anonymous = ApiClient(world.session, b.base)
    assert (await anonymous.ask("GET", f"/api/v1/statuses/{seen['id']}")).status == 404


async def _stored(home: Served, uri: str) -> list[Post]:
    def read(r: Any) -> list[Post]:
        rows = list(r.session.scalars(select(Post).where(Post.uri == uri)))
        r.session.expunge_all()
        return rows

    return await home.instance.read(read)


async def _is_in_state(home: Served, uri: str, state: PostState) -> bool:
    return [post.state for post in await _stored(home, uri)] == [state]


async def _is_missing(home: Served, uri: str) -> bool:
    return await _stored(home, uri) == []
