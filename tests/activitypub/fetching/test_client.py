"""The client: bounded in time, bytes, redirects and parallel requests, against a real peer."""

import asyncio
import gzip
import ssl

import pytest
import trustme
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from activitypub.errors import (
    AddressRefused,
    FetchTimeout,
    RemoteFailure,
    TooLarge,
    TooManyRedirects,
)
from activitypub.fetching.addresses import networks_of
from activitypub.fetching.client import GuardedClient, Limits, Unreachable
from activitypub.fetching.guard import Endpoint, Guard, StaticNames, ssl_context
from activitypub.fetching.slots import Busy, Slots

LOOPBACK = networks_of(("127.0.0.0/8",))


async def test_an_answer_comes_back_whole(peer, client):
    async def echo(request):
        return web.json_response(
            {"headers": dict(request.headers), "body": (await request.read()).decode()},
            status=201,
        )

    base = await peer(x=echo)

    answer = await client.post(f"{base}/x?q=%41", body=b"hello", headers={"Content-Type": "a/b"})

    assert answer.status == 201
    assert answer.url == f"{base}/x?q=%41"
    assert b'"body": "hello"' in answer.body
    assert b'"User-Agent": "Test/1"' in answer.body
    assert answer.content_type.startswith("application/json")


async def test_error_statuses_are_returned_not_raised(peer, client):
    async def missing(request):
        return web.Response(status=404, text="x" * 5000)

    base = await peer(x=missing)

    answer = await client.get(f"{base}/x", limits=Limits(max_bytes=100))

    assert answer.status == 404
    assert len(answer.body) == 100


async def test_loopback_is_not_contacted_unless_allowed(peer):
    async def never(request):
        raise AssertionError("this must not be reached")

    base = await peer(x=never)
    async with GuardedClient(user_agent="Test/1") as strict:
        for url in (f"{base}/x", "https://127.0.0.1/x", "https://localhost/x"):
            with pytest.raises(AddressRefused):
                await strict.get(url)
            with pytest.raises(AddressRefused):
                await strict.post(url, body=b"")


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "https://169.254.169.254/latest",
        "http://[::1]:9/",
        "https://ann@social.example/",
        "ftp://127.0.0.1/",
        "http://127.0.0.1:443/",
        "http://8.8.8.8/",
        "http://0x7f.1:1/",
        "http://[::1/",
    ],
)
async def test_a_redirect_is_checked_like_a_first_request(peer, client, target):
    async def away(request):
        return web.Response(status=302, headers={"Location": target})

    base = await peer(x=away)

    with pytest.raises(AddressRefused):
        await client.get(f"{base}/x")


async def test_a_name_that_turns_to_another_address_is_checked_each_time(peer):
    async def hello(request):
        return web.Response(text="hello", headers={"Connection": "close"})

    base = await peer(x=hello)
    port = int(base.rpartition(":")[2])

    class Rebinding:
        answers = iter(
            [Endpoint("127.0.0.1", port), Endpoint("127.0.0.2", port), Endpoint("10.0.0.1", port)]
        )

        async def endpoints(self, _host, _port):
            return [next(self.answers)]

    guard = Guard(allowed_networks=networks_of(("127.0.0.1/32",)), names=Rebinding())
    async with GuardedClient(user_agent="Test/1", guard=guard) as client:
        client._session.connector._use_dns_cache = False

        assert (await client.get("http://peer.test/x")).body == b"hello"
        for _ in range(2):
            with pytest.raises(AddressRefused):
                await client.get("http://peer.test/x")


async def test_the_socket_is_checked_even_when_the_name_was_not(peer, client):
    async def never(request):
        raise AssertionError("this must not be reached")

    base = await peer(x=never)
    port = int(base.rpartition(":")[2])
    guard = Guard(
        allowed_networks=LOOPBACK, names=StaticNames({"peer.test": Endpoint("127.0.0.1", port)})
    )
    async with GuardedClient(user_agent="Test/1", guard=guard) as careful:
        # The table of allowed networks changes after the name was resolved and cached.
        await careful._session.connector._resolve_host("peer.test", 80)
        guard._allowed = networks_of(("127.9.9.9/32",))

        with pytest.raises(AddressRefused):
            await careful.get("http://peer.test/x")


async def test_redirects_are_followed_and_signed_anew(peer, client):
    async def first(request):
        return web.Response(status=301, headers={"Location": "/b?x=1"})

    async def second(request):
        return web.Response(text=request.headers["Signed-For"])

    base = await peer(a=first, b=second)
    signed = []

    def sign(method, url, headers):
        signed.append((method, url))
        return {**headers, "Signed-For": url}

    answer = await client.get(f"{base}/a", sign=sign)

    assert answer.body.decode() == answer.url == f"{base}/b?x=1"
    assert signed == [("GET", f"{base}/a"), ("GET", f"{base}/b?x=1")]


async def test_circles_and_long_chains_of_redirects_end(peer, client):
    async def circle(request):
        return web.Response(status=302, headers={"Location": "/circle"})

    async def chain(request):
        step = int(request.query.get("n", "0")) + 1
        return web.Response(status=307, headers={"Location": f"/chain?n={step}"})

    base = await peer(circle=circle, chain=chain)

    with pytest.raises(TooManyRedirects):
        await client.get(f"{base}/circle")
    with pytest.raises(TooManyRedirects):
        await client.get(f"{base}/chain")
    with pytest.raises(TooManyRedirects):
        await client.get(f"{base}/chain?n=2", limits=Limits(max_redirects=1))


async def test_exactly_five_redirects_are_followed(peer, client):
    async def chain(request):
        step = int(request.query.get("n", "0")) + 1
        if step == 6:
            return web.Response(text="there")
        return web.Response(status=308, headers={"Location": f"/chain?n={step}"})

    base = await peer(chain=chain)

    assert (await client.get(f"{base}/chain")).body == b"there"


async def test_a_redirect_without_location_is_an_answer(peer, client):
    async def odd(request):
        return web.Response(status=302)

    base = await peer(x=odd)

    assert (await client.get(f"{base}/x")).status == 302


async def test_a_post_follows_no_redirect(peer, client):
    async def moved(request):
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    base = await peer(x=moved)

    assert (await client.post(f"{base}/x", body=b"{}")).status == 307


async def test_bytes_are_counted_after_decompression(peer, client):
    bomb = gzip.compress(b"\0" * 20_000_000)

    async def explode(request):
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    base = await peer(x=explode)

    assert len(bomb) < 30_000
    with pytest.raises(TooLarge):
        await client.get(f"{base}/x")


async def test_too_large_answers_are_refused_announced_or_not(peer, client):
    async def announced(request):
        return web.Response(body=b"x" * 2000)

    async def streamed(request):
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(200):
            await answer.write(b"x" * 100)
        return answer

    base = await peer(a=announced, b=streamed)
    limits = Limits(max_bytes=1000)

    for path in ("a", "b"):
        with pytest.raises(TooLarge):
            await client.get(f"{base}/{path}", limits=limits)
    assert len((await client.get(f"{base}/a", limits=Limits(max_bytes=2000))).body) == 2000


async def test_the_deadline_is_for_the_whole_exchange(peer, client):
    async def drip(request):
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(100):
            await answer.write(b"x")
            await asyncio.sleep(0.05)
        return answer

    async def silent(request):
        await asyncio.sleep(5)
        return web.Response()

    async def slow_redirect(request):
        await asyncio.sleep(0.25)
        step = int(request.query.get("n", "0")) + 1
        return web.Response(status=302, headers={"Location": f"/slow?n={step}"})

    base = await peer(drip=drip, silent=silent, slow=slow_redirect)
    limits = Limits(total_seconds=0.4)
    loop = asyncio.get_running_loop()

    for path in ("drip", "silent", "slow"):
        started = loop.time()
        with pytest.raises(FetchTimeout):
            await client.get(f"{base}/{path}", limits=limits)
        assert loop.time() - started < 1.5


async def test_who_does_not_listen_or_does_not_exist_is_unreachable(client):
    with pytest.raises(Unreachable):
        await client.get(f"http://127.0.0.1:{unused_port()}/x")
    guard = Guard(allowed_networks=LOOPBACK, names=StaticNames({}))
    async with GuardedClient(user_agent="Test/1", guard=guard) as lonely:
        with pytest.raises(Unreachable):
            await lonely.get("https://nobody.test/x")


async def test_an_answer_that_is_not_http_is_a_failure(client):
    async def babble(reader, writer):
        await reader.readline()
        writer.write(b"SSH-2.0-peer\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    with pytest.raises(RemoteFailure) as failure:
        await client.get(f"http://127.0.0.1:{port}/x")
    assert failure.value.status is None
    assert "127.0.0.1" not in str(failure.value)
    server.close()
    await server.wait_closed()


async def test_cookies_are_not_kept(peer, client):
    async def cookie(request):
        answer = web.Response(text=str(len(request.cookies)))
        answer.set_cookie("a", "b")
        return answer

    base = await peer(x=cookie)

    assert [(await client.get(f"{base}/x")).body for _ in range(2)] == [b"0", b"0"]


async def test_a_proxy_of_the_environment_is_not_used(peer, client, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    async def hello(request):
        return web.Response(text="hello")

    base = await peer(x=hello)

    assert (await client.get(f"{base}/x")).body == b"hello"


async def test_at_most_so_many_requests_run_per_host(peer):
    running, most = 0, 0

    async def count(request):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1
        return web.Response()

    base = await peer(x=count)
    guard = Guard(allowed_networks=LOOPBACK)
    async with GuardedClient(user_agent="Test/1", guard=guard, per_host=2) as client:
        await asyncio.gather(*(client.get(f"{base}/x") for _ in range(8)))

    assert most == 2


async def test_who_waits_too_long_for_a_slot_is_told_so_and_slots_come_back():
    slots = Slots(per_host=1, in_all=2)

    async with slots.taken("a", wait=1):
        with pytest.raises(Busy):
            async with slots.taken("a", wait=0.01):
                raise AssertionError("this must not be reached")
        async with slots.taken("b", wait=1):
            with pytest.raises(Busy):
                async with slots.taken("c", wait=0.01):
                    raise AssertionError("this must not be reached")
    async with slots.taken("a", wait=0.01), slots.taken("c", wait=0.01):
        assert set(slots._lanes) == {"a", "c"}
    assert slots._lanes == {}


async def test_tls_is_verified_against_the_given_authority(tmp_path):
    authority, stranger = trustme.CA(), trustme.CA()
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(file)

    async def hello(request):
        return web.Response(text="hello")

    async def serve(issuer, name):
        app = web.Application()
        app.router.add_get("/x", hello)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        issuer.issue_cert(name).configure_cert(context)
        server = TestServer(app, host="127.0.0.1", scheme="https")
        await server.start_server(ssl=context)
        return server

    good = await serve(authority, "good.test")
    wrong_name = await serve(authority, "other.test")
    unknown = await serve(stranger, "unknown.test")
    names = StaticNames(
        {
            "good.test": Endpoint("127.0.0.1", good.port),
            "wrong.test": Endpoint("127.0.0.1", wrong_name.port),
            "unknown.test": Endpoint("127.0.0.1", unknown.port),
        }
    )
    guard = Guard(allowed_networks=LOOPBACK, names=names)
    async with GuardedClient(user_agent="Test/1", guard=guard, tls=ssl_context(file)) as client:
        assert (await client.get("https://good.test/x")).body == b"hello"
        for name in ("wrong", "unknown"):
            with pytest.raises(Unreachable):
                await client.get(f"https://{name}.test/x")
    for server in (good, wrong_name, unknown):
        await server.close()
