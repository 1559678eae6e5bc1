"""Fetching documents: believed only about themselves, signed, remembered, charged to a budget."""

from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from activitypub.errors import (
    AddressRefused,
    BudgetExhausted,
    DocumentError,
    Forbidden,
    Gone,
    IdentityMismatch,
    NotFound,
    RecentlyFailed,
    RemoteFailure,
    SignatureError,
    WrongMediaType,
)
from activitypub.fetching.budget import Budget
from activitypub.fetching.cache import RecentFailures
from activitypub.fetching.client import Unreachable
from activitypub.fetching.documents import DocumentFetcher
from activitypub.signatures.keys import generate_rsa
from activitypub.signatures.request import SignedRequest
from activitypub.signatures.signing import RecentKnocks, SignatureForm, SigningKey
from activitypub.signatures.verifying import SignaturePolicy, claims_of, verify

KEY = SigningKey("https://ours.example/actor#main-key", generate_rsa())
AS_JSON = "application/activity+json"


def now():
    return datetime.now(UTC)


@pytest.fixture
def knocks():
    return RecentKnocks()


@pytest.fixture
def fetcher(client, knocks):
    return DocumentFetcher(client, key=KEY, clock=now, knocks=knocks)


def note(content_type=AS_JSON, status=200, **fields):
    """A handler that serves a Note whose id is its own URL unless told otherwise."""

    async def serve(request):
        document = {"id": str(request.url), "type": "Note", **fields}
        return web.json_response(
            document, status=status, content_type=None, headers={"Content-Type": content_type}
        )

    return serve


def redirect(to, status=302):
    async def serve(request):
        return web.Response(status=status, headers={"Location": to})

    return serve


def counted(handler):
    async def serve(request):
        serve.calls += 1
        return await handler(request)

    serve.calls = 0
    return serve


@pytest.mark.parametrize(
    "content_type",
    [
        AS_JSON,
        "Application/Activity+JSON; charset=utf-8",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
        'application/ld+json; profile="https://example.org/x https://www.w3.org/ns/activitystreams"',
    ],
)
async def test_a_document_at_its_id_is_returned_with_its_bytes(peer, fetcher, content_type):
    base = await peer(x=note(content_type=content_type))

    found = await fetcher.fetch(f"{base}/x", budget=Budget())

    assert found.id == f"{base}/x"
    assert found.document["type"] == "Note"
    assert b'"Note"' in found.raw


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/ld+json",
        "text/html",
        "image/png",
        "",
        "application/activity+jsonx",
    ],
)
async def test_other_media_types_are_no_documents(peer, fetcher, content_type):
    base = await peer(x=note(content_type=content_type))

    with pytest.raises(WrongMediaType):
        await fetcher.fetch(f"{base}/x", budget=Budget())


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"[]", DocumentError),
        (b"{", DocumentError),
        (b'{"id": 1}', DocumentError),
        (b"{}", DocumentError),
        (b'{"id":"https://a.example/x","id":"https://a.example/y"}', DocumentError),
        (b"\xff\xfe", DocumentError),
    ],
)
async def test_what_is_not_a_document_is_refused(peer, fetcher, body, error):
    async def serve(request):
        return web.Response(body=body, content_type=AS_JSON)

    base = await peer(x=serve)

    with pytest.raises(error):
        await fetcher.fetch(f"{base}/x", budget=Budget())


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, NotFound),
        (410, Gone),
        (401, Forbidden),
        (403, Forbidden),
        (500, RemoteFailure),
        (429, RemoteFailure),
        (204, RemoteFailure),
    ],
)
async def test_each_status_has_its_error(peer, fetcher, status, error):
    async def serve(request):
        return web.Response(status=status)

    base = await peer(x=serve)

    with pytest.raises(error) as failure:
        await fetcher.fetch(f"{base}/x", budget=Budget())
    assert type(failure.value) is error


async def test_another_id_is_fetched_once_at_its_own_place(peer, fetcher):
    real = counted(note())
    base = await peer(real=real)
    page = await peer(x=note(id=f"{base}/real", type="Lie"))

    found = await fetcher.fetch(f"{page}/x", budget=Budget())

    assert found.id == f"{base}/real"
    assert found.asked == f"{page}/x"
    assert found.document["type"] == "Note"
    assert real.calls == 1


async def test_an_id_that_is_yet_another_at_its_own_place_is_refused(peer, fetcher):
    async def wandering(request):
        step = int(request.query.get("n", "0")) + 1
        return web.json_response({"id": f"{base}/x?n={step}", "type": "Note"}, content_type=AS_JSON)

    base = await peer(x=wandering)

    with pytest.raises(IdentityMismatch):
        await fetcher.fetch(f"{base}/x", budget=Budget())


async def test_a_document_cannot_be_another_hosts(peer, fetcher):
    missing = await peer()
    base = await peer(x=note(id=f"{missing}/victim"))

    with pytest.raises(NotFound):
        await fetcher.fetch(f"{base}/x", budget=Budget())
    with pytest.raises(IdentityMismatch):
        await fetcher.fetch_exactly(f"{base}/x", budget=Budget())


async def test_an_id_at_a_private_address_is_not_fetched(peer, fetcher):
    base = await peer(x=note(id="https://10.0.0.1/x"))

    with pytest.raises(AddressRefused):
        await fetcher.fetch(f"{base}/x", budget=Budget())


async def test_a_redirect_on_the_same_origin_keeps_the_id(peer, fetcher):
    async def real(request):
        return web.json_response({"id": f"{base}/x", "type": "Note"}, content_type=AS_JSON)

    base = await peer(x=redirect("/real"), real=real)

    assert (await fetcher.fetch_exactly(f"{base}/x", budget=Budget())).id == f"{base}/x"


async def test_a_redirect_to_another_origin_never_speaks_for_the_first(peer, fetcher):
    async def claim(request):
        return web.json_response({"id": f"{victim}/x", "type": "Person"}, content_type=AS_JSON)

    attacker = await peer(x=claim)
    victim = await peer(x=redirect(f"{attacker}/x"))

    with pytest.raises(IdentityMismatch):
        await fetcher.fetch(f"{victim}/x", budget=Budget())
    fetcher.forget_failure(f"{victim}/x")
    with pytest.raises(IdentityMismatch):
        await fetcher.fetch_exactly(f"{victim}/x", budget=Budget())


async def test_asking_for_one_and_getting_another_is_seen(peer, fetcher):
    base = await peer(a=redirect("/b"), b=note())

    assert (await fetcher.fetch(f"{base}/a", budget=Budget())).id == f"{base}/b"
    with pytest.raises(IdentityMismatch):
        await fetcher.fetch_exactly(f"{base}/a", budget=Budget())


def verifying(base_of, *, form, seen):
    """A handler that answers 401 unless the request is signed in the given form."""

    async def serve(request):
        raw = tuple((name.decode(), text.decode()) for name, text in request.raw_headers)
        arrived = SignedRequest("GET", request.raw_path, raw, b"", now())
        try:
            claims = claims_of(arrived, policy=SignaturePolicy(base_url=base_of()))
            verify(claims, arrived, KEY.key.public_key())
        except SignatureError as error:
            seen.append(repr(error))
            return web.Response(status=401)
        seen.append(claims.form)
        if claims.form is not form:
            return web.Response(status=401)
        return web.json_response({"id": str(request.url), "type": "Note"}, content_type=AS_JSON)

    return serve


async def test_a_get_is_signed_in_the_form_that_every_server_knows(peer, fetcher, knocks):
    seen = []
    base = await peer(x=verifying(lambda: base, form=SignatureForm.CAVAGE, seen=seen))

    await fetcher.fetch(f"{base}/x?page=1%2F2", budget=Budget())

    assert seen == [SignatureForm.CAVAGE]
    assert knocks.form_of(base.removeprefix("http://")) is SignatureForm.CAVAGE


async def test_a_second_knock_is_in_the_other_form_and_remembered(peer, fetcher, knocks):
    seen = []
    base = await peer(x=verifying(lambda: base, form=SignatureForm.RFC9421, seen=seen))

    await fetcher.fetch(f"{base}/x", budget=Budget())
    await fetcher.fetch(f"{base}/x?again", budget=Budget())

    assert seen == [SignatureForm.CAVAGE, SignatureForm.RFC9421, SignatureForm.RFC9421]


async def test_each_hop_of_a_redirect_is_signed_for_itself(peer, fetcher):
    seen = []
    there = await peer(x=verifying(lambda: there, form=SignatureForm.RFC9421, seen=seen))
    base = await peer(x=redirect(f"{there}/x"))

    assert (await fetcher.fetch(f"{base}/x", budget=Budget())).id == f"{there}/x"
    assert seen == [SignatureForm.CAVAGE, SignatureForm.RFC9421]


async def test_after_two_knocks_it_is_forbidden_and_nothing_is_remembered(peer, fetcher, knocks):
    async def closed(request):
        return web.Response(status=401)

    handler = counted(closed)
    base = await peer(x=handler)

    with pytest.raises(Forbidden):
        await fetcher.fetch(f"{base}/x", budget=Budget())
    assert handler.calls == 2
    assert knocks.form_of(base.removeprefix("http://")) is None


async def test_without_a_key_requests_go_unsigned_and_once(peer, client):
    async def open_only(request):
        return web.Response(status=400 if "Signature" in request.headers else 401)

    handler = counted(open_only)
    base = await peer(x=handler)

    with pytest.raises(Forbidden):
        await DocumentFetcher(client, key=None, clock=now).fetch(f"{base}/x", budget=Budget())
    assert handler.calls == 1


async def test_failures_are_remembered_per_url_and_their_kind_is_kept(peer, fetcher):
    async def gone(request):
        return web.Response(status=410)

    async def broken(request):
        return web.Response(status=500)

    gone, broken = counted(gone), counted(broken)
    base = await peer(gone=gone, broken=broken, fine=note())

    for _ in range(2):
        with pytest.raises(Gone):
            await fetcher.fetch(f"{base}/gone", budget=Budget())
    with pytest.raises(RemoteFailure):
        await fetcher.fetch(f"{base}/broken", budget=Budget())
    with pytest.raises(RecentlyFailed):
        await fetcher.fetch(f"{base}/broken#part", budget=Budget())
    assert (gone.calls, broken.calls) == (1, 1)
    assert await fetcher.fetch(f"{base}/fine", budget=Budget())

    fetcher.forget_failure(f"{base}/broken")
    with pytest.raises(RemoteFailure):
        await fetcher.fetch(f"{base}/broken", budget=Budget())
    assert broken.calls == 2


async def test_a_host_that_gives_no_answer_is_left_alone_for_a_while(client):
    time = [0.0]
    failures = RecentFailures(host_strikes=2, clock=lambda: time[0])
    fetcher = DocumentFetcher(client, key=KEY, clock=now, failures=failures)
    base = f"http://127.0.0.1:{unused_port()}"

    for path in ("a", "b"):
        with pytest.raises(Unreachable):
            await fetcher.fetch(f"{base}/{path}", budget=Budget())
    with pytest.raises(RecentlyFailed):
        await fetcher.fetch(f"{base}/c", budget=Budget())

    time[0] = 121.0
    with pytest.raises(Unreachable):
        await fetcher.fetch(f"{base}/c", budget=Budget())


async def test_what_is_no_url_is_refused_at_once(fetcher):
    for text in ("", "acct:ann@social.example", "social.example/x", "https://", "https://a b/"):
        with pytest.raises(IdentityMismatch):
            await fetcher.fetch(text, budget=Budget())


async def test_one_cause_cannot_fetch_without_end(peer, fetcher):
    handler = counted(note())
    base = await peer(x=handler)
    budget = Budget.of(fetches=2, depth=1)

    await fetcher.fetch(f"{base}/x?1", budget=budget)
    await fetcher.fetch(f"{base}/x?2", budget=budget.deeper())
    with pytest.raises(BudgetExhausted):
        await fetcher.fetch(f"{base}/x?3", budget=budget)
    assert handler.calls == 2

    assert await fetcher.fetch(f"{base}/x?3", budget=Budget())
