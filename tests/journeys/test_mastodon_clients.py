"""Clients that others wrote use an instance as people do: Mastodon.py, toot, and streams.

They register, are led through the real sign-in and consent pages, and then do what people do all
day. Nothing here is told about our code but addresses.
"""

import asyncio
import base64
import hashlib
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
import requests  # noqa: TID251 - the session that Mastodon.py, a client of ours, works with
from click.testing import CliRunner
from mastodon import Mastodon, StreamListener
from sqlalchemy import select
from toot.cli import cli

from server.access.oauth.model import OAuthToken
from server.access.oauth.tokens import revoke_token
from server.people.model import PersonKind
from tests.support.apps import Served, eventually, served
from tests.support.clients import ApiClient, Reader
from tests.support.people import PASSWORD, make_login, make_person, make_token
from tests.support.pictures import picture, picture_with_place
from tests.support.processes import Program

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

SCOPES = ["read", "write", "follow", "push"]


@pytest.fixture
async def ours(new_database, tmp_path) -> AsyncIterator[Served]:
    async with served(await new_database(), tmp_path / "ours", address="127.0.0.81") as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Reader]:
    jar = aiohttp.CookieJar(unsafe=True)  # the host is an address
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield Reader(session)


@pytest.fixture
def http() -> Any:
    with requests.Session() as session:
        yield session


async def _code_after_consent(browser: Reader, url: str, email: str, password: str) -> str:
    """Sign in, allow what the application asks for, and return the code that the page shows."""
    await browser.open(url)
    assert browser.status == 200
    await browser.submit(email=email, password=password)
    assert browser.status == 200, browser.text()
    assert "@ann" in browser.text()
    await browser.submit(press="allow")
    shown = browser.page.find("code")
    assert shown is not None, browser.text()
    return shown.get_text(strip=True)


async def _signed_in(ours: Served, browser: Reader, http: requests.Session) -> Mastodon:
    """Return Mastodon.py for Ann, after the whole way from registering the application."""
    ann = await make_person(ours.instance, "ann", PersonKind.EMPLOYER, display_name="Ann")
    await make_login(ours.instance, [ann.id], "ann@ours.example")
    base = {"api_base_url": ours.base, "session": http}
    client_id, secret = await asyncio.to_thread(
        Mastodon.create_app, "A desktop client", scopes=SCOPES, **base
    )
    client = await asyncio.to_thread(
        Mastodon, client_id=client_id, client_secret=secret, version_check_mode="none", **base
    )
    url = await asyncio.to_thread(client.auth_request_url, scopes=SCOPES, allow_http=True)
    code = await _code_after_consent(browser, url, "ann@ours.example", PASSWORD)
    await asyncio.to_thread(client.log_in, code=code, scopes=SCOPES, allow_http=True)
    return client


@dataclass
class Two:
    """Ann's client and Bob's, for the day's work in a thread."""

    ann: Mastodon
    bob: Mastodon


async def test_mastodon_py_does_a_days_work(ours, browser, http):
    client = await _signed_in(ours, browser, http)
    bob = await make_person(ours.instance, "bob", PersonKind.MENTOR)
    token = await make_token(ours.instance, bob.id)
    other = await asyncio.to_thread(
        Mastodon, access_token=token, api_base_url=ours.base, session=http,
        version_check_mode="none",
    )  # fmt: skip
    two = Two(client, other)

    for work in (_introduce, _post_and_read, _react, _picture, _poll, _edit, _page):
        await asyncio.to_thread(work, two)
    token = client.access_token
    await asyncio.to_thread(client.revoke_access_token, allow_http=True)
    async with aiohttp.ClientSession() as session:
        refused = ApiClient(session, ours.base, token)
        answer = await refused.ask("GET", "/api/v1/accounts/verify_credentials")
    assert answer.status == 401


def _introduce(two: Two) -> None:
    me = two.ann.account_verify_credentials()
    assert (me.username, me.acct, me.display_name) == ("ann", "ann", "Ann")
    changed = two.ann.account_update_credentials(note="We bake bread.", display_name="Ann's")
    assert changed.display_name == "Ann's"
    assert "We bake bread." in changed.note
    instance = two.ann.instance_v2()
    assert instance.domain
    assert two.ann.preferences()["posting:default:visibility"] == "public"


def _post_and_read(two: Two) -> None:
    first = two.ann.status_post("Fresh #bread today", idempotency_key="one")
    assert two.ann.status_post("Fresh #bread today", idempotency_key="one").id == first.id
    assert [one.id for one in two.ann.timeline_home()] == [first.id]
    assert [one.id for one in two.bob.timeline_local()] == [first.id]
    assert [one.id for one in two.bob.timeline_public()] == [first.id]
    assert [one.id for one in two.bob.timeline_hashtag("bread")] == [first.id]
    assert [tag.name for tag in first.tags] == ["bread"]
    found = two.bob.search("ann", result_type="accounts")
    assert [one.username for one in found.accounts] == ["ann"]


def _react(two: Two) -> None:
    ann = two.bob.account_lookup("ann")
    assert two.bob.account_follow(ann.id).following
    hidden = two.ann.status_post("@bob between us", visibility="direct")
    assert two.bob.status(hidden.id).visibility == "direct"
    two.ann.status_delete(hidden.id)
    post = two.ann.status_post("Who likes this?")
    assert two.bob.timeline_home()[0].id == post.id
    assert two.bob.status_favourite(post.id).favourited
    assert two.bob.status_reblog(post.id).reblog.id == post.id
    assert two.bob.status_bookmark(post.id).bookmarked
    reply = two.bob.status_reply(post, "I do")
    assert [one.id for one in two.bob.favourites()] == [post.id]
    assert [one.id for one in two.bob.bookmarks()] == [post.id]
    assert [one.id for one in two.ann.status_context(post.id).descendants] == [reply.id]
    told = [one.type for one in two.ann.notifications()]
    assert told == ["mention", "reblog", "favourite", "follow"]
    assert [one.username for one in two.ann.status_favourited_by(post.id)] == ["bob"]
    assert not two.bob.status_unfavourite(post.id).favourited
    assert not two.bob.status_unreblog(post.id).reblogged
    assert two.ann.status(post.id).favourites_count == 0
    two.ann.notifications_clear()
    assert two.ann.notifications() == []


def _picture(two: Two) -> None:
    sent = two.ann.media_post(
        picture_with_place(), mime_type="image/jpeg", description="Loaves", synchronous=True
    )
    post = two.ann.status_post("Look", media_ids=[sent])
    [shown] = post.media_attachments
    assert (shown.type, shown.description) == ("image", "Loaves")
    assert shown.meta.original.width > 0
    assert shown.blurhash
    with requests.get(shown.url, timeout=10) as file:
        assert file.status_code == 200
        assert b"Camera Maker" not in file.content, "metadata is stripped"
    again = two.ann.media_post(picture("PNG"), mime_type="image/png", synchronous=True)
    assert two.ann.media_update(again, description="One colour").description == "One colour"


def _poll(two: Two) -> None:
    poll = two.ann.make_poll(["Rye", "Spelt"], expires_in=3600)
    asked = two.ann.status_post("Which flour?", poll=poll)
    voted = two.bob.poll_vote(asked.poll.id, 1)
    assert (voted.voted, voted.own_votes) == (True, [1])
    assert [one.votes_count for one in two.ann.poll(asked.poll.id).options] == [0, 1]


def _edit(two: Two) -> None:
    post = two.ann.status_post("Open untill five")
    two.bob.status_reblog(post.id)
    edited = two.ann.status_update(post.id, "Open until five")
    assert edited.edited_at is not None
    assert len(two.ann.status_history(post.id)) == 2
    assert two.ann.status_source(post.id).text == "Open until five"
    assert two.bob.notifications()[0].type == "update"
    two.ann.status_delete(post.id)
    assert post.id not in [one.id for one in two.bob.timeline_home()]


def _page(two: Two) -> None:
    posts = [two.ann.status_post(f"Number {number}", visibility="unlisted") for number in range(7)]
    newest_first = [one.id for one in reversed(posts)]
    me = two.ann.me()
    page = two.bob.account_statuses(me.id, limit=3)
    assert [one.id for one in page] == newest_first[:3]
    older = two.bob.fetch_next(page)
    assert [one.id for one in older] == newest_first[3:6]
    newer = two.bob.fetch_previous(older)
    assert [one.id for one in newer] == newest_first[:3]
    everything = two.bob.fetch_remaining(two.bob.account_statuses(me.id, limit=5))
    assert [one.id for one in everything][:7] == newest_first
    assert len({one.id for one in everything}) == len(everything)


async def test_toot_signs_in_by_the_console_and_works(new_database, tmp_path, browser):
    program = Program(tmp_path / "ours", await new_database(empty=True), "127.0.0.82")
    await program.run("init")
    for handle, kind in (("ann", "employer"), ("bob", "mentor")):
        about = ("--handle", handle, "--kind", kind, "--email", f"{handle}@ours.example")
        await program.run("person", "create", *about, "--password", PASSWORD)
    async with program.running():
        toot = Toot(tmp_path / "config")
        await toot.sign_in(program.base, browser)

        assert "ann" in await toot.run("whoami")
        posted = json.loads(await toot.run("post", "--json", "Bread is ready"))
        picture_file = tmp_path / "loaf.png"
        picture_file.write_bytes(picture("PNG"))
        with_picture = json.loads(
            await toot.run(
                "post", "--json", "A loaf", "-m", str(picture_file), "-d", "A round loaf"
            )
        )
        assert with_picture["media_attachments"][0]["description"] == "A round loaf"
        await toot.run("follow", "bob")
        assert "bob" in await toot.run("following", "ann")
        await toot.run("favourite", posted["id"])
        await toot.run("bookmark", posted["id"])
        assert "Bread is ready" in await toot.run("bookmarks")
        assert "A loaf" in await toot.run("timelines", "home", "--json")
        assert "Bread is ready" in await toot.run("timelines", "public", "--local", "--json")
        poll = json.loads(
            await toot.run(
                "post", "--json", "Rye?", "--poll-option", "yes", "--poll-option", "no",
                "--poll-expires-in", "1 hour",
            )
        )  # fmt: skip
        assert [one["title"] for one in poll["poll"]["options"]] == ["yes", "no"]
        await toot.run("delete", posted["id"])
        assert "Bread is ready" not in await toot.run("timelines", "home", "--json")
        assert await program.stop() == 0


class Toot:
    """The console client with a configuration of its own."""

    def __init__(self, folder: Any) -> None:
        self._environment = {"XDG_CONFIG_HOME": str(folder), "PYTHONUNBUFFERED": "1"}

    async def run(self, *arguments: str) -> str:
        """Run one of its commands and return what it prints."""
        done = await asyncio.to_thread(CliRunner(env=self._environment).invoke, cli, arguments)
        assert done.exit_code == 0, f"toot {arguments[0]}: {done.output} {done.exception!r}"
        return str(done.stdout)

    async def sign_in(self, base: str, browser: Reader) -> None:
        """Go the way that toot recommends: the browser shows a code, the code is pasted."""
        command = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "toot", "login", "-i", base,
            stdin=PIPE, stdout=PIPE, stderr=PIPE, env=os.environ | self._environment,
        )  # fmt: skip
        assert command.stdin is not None
        assert command.stdout is not None
        async with asyncio.timeout(60):
            while not (line := (await command.stdout.readline()).decode()).startswith("http"):
                assert line, (await command.communicate())[1].decode()
            code = await _code_after_consent(browser, line.strip(), "ann@ours.example", PASSWORD)
            command.stdin.write(f"n\n{code}\n".encode())
            out, err = await command.communicate()
        assert command.returncode == 0, (out + err).decode()


async def test_a_client_with_a_redirect_and_pkce_is_led_back_with_its_state(ours, browser):
    ann = await make_person(ours.instance, "ann")
    await make_login(ours.instance, [ann.id], "ann@ours.example")
    back = "https://app.example/callback?from=us"
    api = ApiClient(browser.session, ours.base)
    app = await api.post("/api/v1/apps", client_name="Web", redirect_uris=back, scopes="read write")
    verifier = "v" * 50
    browser.stops_at = "https://app.example"
    asked = {
        "response_type": "code", "client_id": app["client_id"], "redirect_uri": back,
        "scope": "read write", "state": "x y&z", "code_challenge": _challenge(verifier),
        "code_challenge_method": "S256",
    }  # fmt: skip
    await browser.open(f"{ours.base}/oauth/authorize?{urlencode(asked)}")
    await browser.submit(email="ann@ours.example", password=PASSWORD)
    await browser.submit(press="allow")

    returned = parse_qs(urlsplit(browser.url).query)
    assert returned["state"] == ["x y&z"]
    assert returned["from"] == ["us"]
    swap = {
        "grant_type": "authorization_code", "client_id": app["client_id"],
        "client_secret": app["client_secret"], "redirect_uri": back, "code": returned["code"][0],
    }  # fmt: skip
    wrong = await api.ask("POST", "/oauth/token", data={**swap, "code_verifier": "w" * 50})
    assert (wrong.status, wrong.json["error"]) == (400, "invalid_grant")
    again = await api.ask("POST", "/oauth/token", data={**swap, "code_verifier": verifier})
    assert again.status == 400, "a code that was tried with a wrong secret is spent"


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Heard(StreamListener):
    """Keeps what Mastodon.py hears."""

    def __init__(self) -> None:
        self.updates: list[str] = []
        self.notifications: list[str] = []
        self.deleted: list[str] = []

    def on_update(self, status: Any) -> None:
        self.updates.append(status.content)

    def on_notification(self, notification: Any) -> None:
        self.notifications.append(notification.type)

    def on_delete(self, status_id: Any) -> None:
        self.deleted.append(str(status_id))


async def test_streams_tell_at_once_what_happens(ours, http, session):
    ann = await make_person(ours.instance, "ann")
    bob = await make_person(ours.instance, "bob", PersonKind.MENTOR)
    tokens = {person: await make_token(ours.instance, person) for person in (ann.id, bob.id)}
    api, others = (ApiClient(session, ours.base, tokens[person]) for person in (ann.id, bob.id))
    client = await asyncio.to_thread(
        Mastodon, access_token=tokens[ann.id], api_base_url=ours.base, session=http,
        version_check_mode="none",
    )  # fmt: skip
    heard = Heard()
    stream = await asyncio.to_thread(client.stream_user, heard, run_async=True, timeout=30)
    address = f"{ours.base.replace('http', 'ws')}/api/v1/streaming"
    async with session.ws_connect(address, protocols=[tokens[ann.id]]) as socket:
        assert socket.protocol == tokens[ann.id]
        for wanted in ({"stream": "user"}, {"stream": "hashtag", "tag": "bread"}):
            await socket.send_str(json.dumps({"type": "subscribe", **wanted}))
        await eventually(stream.is_receiving)
        await asyncio.sleep(0.3)  # both subscriptions are read

        posted = await api.post("/api/v1/statuses", status="Fresh #bread")
        await others.post(f"/api/v1/statuses/{posted['id']}/favourite")
        await api.delete(f"/api/v1/statuses/{posted['id']}")

        told = [json.loads((await socket.receive(timeout=10)).data) for _ in range(5)]
        names = sorted((one["event"], *one["stream"]) for one in told)
        assert names == [
            ("delete", "hashtag", "bread"),
            ("delete", "user"),
            ("notification", "user"),
            ("update", "hashtag", "bread"),
            ("update", "user"),
        ]
        deleted = {one["payload"] for one in told if one["event"] == "delete"}
        assert deleted == {posted["id"]}
    await eventually(lambda: heard.deleted)
    assert heard.notifications == ["favourite"]
    assert "bread" in heard.updates[0]
    closing = asyncio.create_task(asyncio.to_thread(stream.close))
    await api.post("/api/v1/statuses", status="Its reader wakes up, and finds it closed")
    await closing


async def test_a_stream_needs_a_token_that_holds_and_ends_with_it(ours, session):
    ann = await make_person(ours.instance, "ann")
    token = await make_token(ours.instance, ann.id)
    address = f"{ours.base.replace('http', 'ws')}/api/v1/streaming?stream=user"
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await session.ws_connect(address, headers={"Authorization": "Bearer wrong"})
    assert refused.value.status == 401

    async with session.ws_connect(f"{address}&access_token={token}") as socket:
        await asyncio.sleep(0.2)
        token_id = await ours.instance.read(
            lambda r: r.session.scalar(select(OAuthToken.id).where(OAuthToken.person_id == ann.id))
        )
        await ours.instance.work(revoke_token, token_id)
        ended = await socket.receive(timeout=10)
        assert ended.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
