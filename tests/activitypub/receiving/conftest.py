"""Remote actors with real keys on a real server, and the door that their activities come to."""

from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from activitypub.documents.jsonbytes import json_bytes
from activitypub.fetching.addresses import networks_of
from activitypub.fetching.budget import Budget
from activitypub.fetching.client import GuardedClient
from activitypub.fetching.documents import DocumentFetcher
from activitypub.fetching.guard import Guard
from activitypub.receiving.keys import KnownKey, fetch_key
from activitypub.receiving.request import inbox_request
from activitypub.receiving.verified import Door
from activitypub.signatures.keys import generate_ed25519, generate_rsa, public_pem
from activitypub.signatures.multikey import multikey_object
from activitypub.signatures.signing import SignatureForm, SigningKey, sign_request
from activitypub.signatures.verifying import SignaturePolicy

OURS = "https://ours.example"


class Remote:
    """One actor on a server of its own; its document can be changed and counted."""

    def __init__(self):
        self.rsa = generate_rsa()
        self.ed25519 = generate_ed25519()
        self.status = 200
        self.fetched = 0
        self.extra = {}

    async def start(self):
        app = web.Application()
        app.router.add_get("/{path:.*}", self.serve)
        self.server = TestServer(app, host="127.0.0.1")
        await self.server.start_server()
        self.base = str(self.server.make_url("")).rstrip("/")
        self.id = f"{self.base}/people/1"
        self.key_id = f"{self.id}#main-key"
        self.proof_key_id = f"{self.id}#ed25519-key"
        self.documents = {"/people/1": self.document}

    def document(self):
        key = {
            "id": self.key_id,
            "owner": self.id,
            "publicKeyPem": public_pem(self.rsa.public_key()),
        }
        return {
            "id": self.id,
            "type": "Person",
            "inbox": f"{self.id}/inbox",
            "publicKey": key,
            "assertionMethod": [
                multikey_object(self.proof_key_id, self.id, key=self.ed25519.public_key())
            ],
            **self.extra,
        }

    async def serve(self, request):
        self.fetched += 1
        make = self.documents.get(request.path)
        if make is None or self.status != 200:
            return web.Response(status=404 if make is None else self.status)
        document = make()
        if isinstance(document, web.Response):
            return document
        return web.json_response(document, content_type="application/activity+json")

    def activity(self, kind="Like", obj="https://ours.example/posts/1", **fields):
        return {
            "@context": ["https://www.w3.org/ns/activitystreams"],
            "id": f"{self.base}/activities/1",
            "type": kind,
            "actor": self.id,
            "object": obj,
            **fields,
        }

    def request(
        self,
        activity,
        *,
        form=SignatureForm.CAVAGE,
        url=f"{OURS}/inbox",
        at=None,
        key=None,
        key_id=None,
        tamper=None,
    ):
        """A POST of the activity as it arrives at our inbox."""
        body = activity if isinstance(activity, bytes) else json_bytes(activity)
        now = datetime.now(UTC)
        headers = sign_request(
            "POST",
            url,
            headers={"Content-Type": "application/activity+json"},
            body=body,
            key=SigningKey(key_id or self.key_id, key or self.rsa),
            form=form,
            now=at or now,
        )
        headers.update(tamper or {})
        return inbox_request("/inbox", headers.items(), body, received_at=now)


class Keys:
    """A key source as an application has it: a cache before the library's `fetch_key`."""

    def __init__(self, fetcher):
        self.fetcher = fetcher
        self.cache = {}

    async def key(self, key_id, *, refresh):
        if not refresh and key_id in self.cache:
            return self.cache[key_id]
        if refresh:
            self.fetcher.forget_failure(key_id)
        known = (await fetch_key(self.fetcher, key_id, budget=Budget())).known
        self.cache[key_id] = KnownKey(known.id, known.owner, known.key, is_fresh=False)
        return known


@pytest.fixture
async def remotes():
    """A function that makes remote actors."""
    made = []

    async def make():
        one = Remote()
        await one.start()
        made.append(one)
        return one

    yield make
    for one in made:
        await one.server.close()


@pytest.fixture
async def fetcher():
    guard = Guard(allowed_networks=networks_of(("127.0.0.0/8",)))
    async with GuardedClient(user_agent="Test/1", guard=guard) as client:
        yield DocumentFetcher(client, key=None, clock=lambda: datetime.now(UTC))


@pytest.fixture
def blocked():
    """Hosts that are blocked; tests add to it."""
    return set()


@pytest.fixture
def door(fetcher, blocked):
    policy = SignaturePolicy(base_url=OURS, allow_http_loopback=True)
    return Door(policy=policy, keys=Keys(fetcher), is_blocked=blocked.__contains__)


@pytest.fixture
async def ann(remotes):
    return await remotes()


@pytest.fixture
async def relay(remotes):
    return await remotes()
