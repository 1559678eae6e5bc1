"""Deliveries to a real inbox that verifies, refuses, waits, or is not there."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from activitypub.delivery.sending import (
    CHUNK,
    Delivered,
    Errand,
    Later,
    PreparedActivity,
    Refused,
    Sender,
    SigningPool,
    sign_errand,
)
from activitypub.errors import DocumentError, SignatureError
from activitypub.fetching.addresses import networks_of
from activitypub.fetching.client import GuardedClient
from activitypub.fetching.guard import Guard
from activitypub.fetching.slots import Slots
from activitypub.signatures.keys import generate_rsa
from activitypub.signatures.request import SignedRequest
from activitypub.signatures.signing import RecentKnocks, SignatureForm, SigningKey
from activitypub.signatures.verifying import SignaturePolicy, claims_of, verify

KEY = SigningKey("https://ours.example/people/1#main-key", generate_rsa())
ACTIVITY = PreparedActivity.of({"type": "Like", "id": "https://ours.example/activities/1"})


def now():
    return datetime.now(UTC)


class InboxPeer:
    """An inbox that verifies signatures of the forms it speaks, then answers as told."""

    def __init__(self):
        self.forms = set(SignatureForm)
        self.answers = []
        self.seen = []

    async def take(self, request):
        body = await request.read()
        lines = tuple((name.decode(), text.decode()) for name, text in request.raw_headers)
        arrived = SignedRequest("POST", request.raw_path, lines, body, now())
        try:
            claims = claims_of(arrived, policy=SignaturePolicy(base_url=self.base))
            verify(claims, arrived, KEY.key.public_key())
        except SignatureError:
            return web.Response(status=401)
        self.seen.append((claims.form, body))
        if claims.form not in self.forms:
            return web.Response(status=401, headers=self.challenge)
        status, headers = self.answers.pop(0) if self.answers else (202, {})
        return web.Response(status=status, headers=headers)

    challenge = {}  # noqa: RUF012 -- replaced as a whole by the one test that has one

    async def start(self):
        app = web.Application()
        app.router.add_post("/{tail:.*}", self.take)
        self.server = TestServer(app, host="127.0.0.1")
        await self.server.start_server()
        self.base = str(self.server.make_url("")).rstrip("/")
        self.inbox = f"{self.base}/inbox"
        self.host = self.base.removeprefix("http://")


@pytest.fixture
async def peer():
    one = InboxPeer()
    await one.start()
    yield one
    await one.server.close()


@pytest.fixture
def knocks():
    return RecentKnocks()


@pytest.fixture
async def sender(knocks):
    guard = Guard(allowed_networks=networks_of(("127.0.0.0/8",)))
    async with GuardedClient(user_agent="Test/1", guard=guard) as client:
        yield Sender(client, knocks=knocks, clock=now)


async def test_a_signed_activity_arrives_byte_for_byte(peer, sender, knocks):
    outcome = await sender.send(Errand(ACTIVITY, peer.inbox, KEY))

    assert outcome == Delivered(202)
    assert peer.seen == [(SignatureForm.CAVAGE, ACTIVITY.body)]
    assert knocks.form_of(peer.host) is SignatureForm.CAVAGE


@pytest.mark.parametrize(
    "path", ["/ünï/inbox", "/a%2Fb?x=1&y=%41", "", "/inbox?", "/in box".replace(" ", "%20")]
)
async def test_unusual_inbox_addresses_are_signed_as_they_are_sent(peer, sender, path):
    assert await sender.send(Errand(ACTIVITY, peer.base + path, KEY)) == Delivered(202)


@pytest.mark.parametrize("form", SignatureForm)
async def test_the_form_that_a_host_takes_is_found_and_remembered(peer, sender, knocks, form):
    peer.forms = {form}

    assert await sender.send(Errand(ACTIVITY, peer.inbox, KEY)) == Delivered(202)
    assert await sender.send(Errand(ACTIVITY, peer.inbox, KEY)) == Delivered(202)

    assert knocks.form_of(peer.host) is form
    assert [seen for seen, _ in peer.seen][-1] is form
    assert len(peer.seen) == (2 if form is SignatureForm.CAVAGE else 3)


async def test_a_host_that_changed_its_mind_is_learnt_anew(peer, sender, knocks):
    knocks.remember(peer.host, SignatureForm.RFC9421)
    peer.forms = {SignatureForm.CAVAGE}

    assert await sender.send(Errand(ACTIVITY, peer.inbox, KEY)) == Delivered(202)
    assert knocks.form_of(peer.host) is SignatureForm.CAVAGE


async def test_a_challenge_is_answered(peer, sender):
    peer.forms = {SignatureForm.RFC9421}
    peer.challenge = {
        "Accept-Signature": 'sig9=("@method" "@target-uri" "content-digest" "date");nonce="n1"'
    }

    assert await sender.send(Errand(ACTIVITY, peer.inbox, KEY)) == Delivered(202)


@pytest.mark.parametrize("status", [400, 401])
async def test_two_refused_knocks_are_final_and_nothing_is_remembered(peer, sender, knocks, status):
    peer.answers = [(status, {}), (status, {})]

    outcome = await sender.send(Errand(ACTIVITY, peer.inbox, KEY))

    assert isinstance(outcome, Refused)
    assert outcome.status == status
    assert [form for form, _ in peer.seen] == [SignatureForm.CAVAGE, SignatureForm.RFC9421]
    assert knocks.form_of(peer.host) is None


@pytest.mark.parametrize("status", [403, 404, 405, 410, 413, 422])
async def test_other_refusals_are_final_at_once(peer, sender, status):
    peer.answers = [(status, {})]

    outcome = await sender.send(Errand(ACTIVITY, peer.inbox, KEY))

    assert isinstance(outcome, Refused)
    assert outcome.status == status
    assert len(peer.seen) == 1


@pytest.mark.parametrize("status", [302, 500, 502, 503])
async def test_a_failing_host_is_tried_later(peer, sender, status):
    peer.answers = [(status, {"Location": "/elsewhere"})]

    outcome = await sender.send(Errand(ACTIVITY, peer.inbox, KEY))

    assert isinstance(outcome, Later)
    assert outcome.after is None
    assert outcome.is_host_failing


async def test_a_host_that_wants_less_is_not_failing(peer, sender):
    peer.answers = [(429, {"Retry-After": "600"})]

    outcome = await sender.send(Errand(ACTIVITY, peer.inbox, KEY))

    assert isinstance(outcome, Later)
    assert outcome.after == timedelta(minutes=10)
    assert not outcome.is_host_failing


async def test_nobody_there_is_later(sender):
    outcome = await sender.send(Errand(ACTIVITY, f"http://127.0.0.1:{unused_port()}/inbox", KEY))

    assert isinstance(outcome, Later)
    assert outcome.status is None
    assert outcome.is_host_failing


@pytest.mark.parametrize(
    "inbox", ["https://10.0.0.1/inbox", "https://[::1]/inbox", "http://8.8.8.8/inbox"]
)
async def test_an_inbox_at_a_private_address_is_never_contacted(sender, inbox):
    outcome = await sender.send(Errand(ACTIVITY, inbox, KEY))

    assert isinstance(outcome, Refused)
    assert outcome.status is None


async def test_our_own_crowd_is_not_the_hosts_failure(peer):
    guard = Guard(allowed_networks=networks_of(("127.0.0.0/8",)))
    async with GuardedClient(user_agent="Test/1", guard=guard, per_host=1) as client:
        client._slots = FullSlots()
        outcome = await Sender(client, knocks=RecentKnocks(), clock=now).send(
            Errand(ACTIVITY, peer.inbox, KEY)
        )

    assert isinstance(outcome, Later)
    assert not outcome.is_host_failing
    assert peer.seen == []


class FullSlots:
    """Slots of which none ever comes free."""

    def taken(self, host, **_):
        return Slots(per_host=0, in_all=1).taken(host, wait=0.01)


async def test_many_are_signed_in_order_each_in_its_hosts_form(peer, sender, knocks):
    knocks.remember(peer.host, SignatureForm.RFC9421)
    errands = [
        Errand(
            ACTIVITY,
            f"https://h{number}.example/inbox" if number % 2 else f"{peer.base}/{number}",
            KEY,
        )
        for number in range(2 * CHUNK + 3)
    ]
    pool = SigningPool()

    signed = await pool.sign_many(errands, knocks=knocks, now=now())
    pool.close()

    assert [one.errand for one in signed] == errands
    assert signed[0].form is SignatureForm.RFC9421
    assert signed[1].form is SignatureForm.CAVAGE
    outcomes = await asyncio.gather(*(sender.send_signed(one) for one in signed[::2]))
    assert set(outcomes) == {Delivered(202)}


async def test_a_signature_that_waited_too_long_is_renewed_by_the_second_knock(peer, sender):
    errand = Errand(ACTIVITY, peer.inbox, KEY)
    old = sign_errand(errand, form=SignatureForm.CAVAGE, now=now() - timedelta(days=2))

    assert await sender.send_signed(old) == Delivered(202)
    assert [form for form, _ in peer.seen] == [SignatureForm.RFC9421]


def test_blind_recipients_cannot_be_sent():
    with pytest.raises(DocumentError):
        PreparedActivity.of({"type": "Create", "bto": ["https://a.example/people/1"]})


def test_an_errand_to_what_is_no_url_cannot_be_made():
    with pytest.raises(DocumentError):
        Errand(ACTIVITY, "acct:ann@a.example", KEY)
