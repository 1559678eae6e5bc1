"""Another instance on a loopback address: real keys, real signatures, real HTTP both ways."""

import inspect
import io
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import aiohttp
from aiohttp import web

from activitypub.signatures.keys import (
    PublicKey,
    generate_ed25519,
    generate_rsa,
    public_pem,
)
from activitypub.signatures.multikey import multikey_object
from activitypub.signatures.request import SignedRequest
from activitypub.signatures.signing import SignatureForm, SigningKey, sign_request
from activitypub.signatures.verifying import SignaturePolicy, claims_of, verify
from server.platform.clock import Clock

CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]
ACTIVITY_JSON = "application/activity+json"


@cache
def _rsa(number: int) -> Any:
    """Keys are made once in a session: each takes tens of milliseconds."""
    return generate_rsa()


@dataclass
class PeerActor:
    """Somebody on the peer."""

    uri: str
    name: str
    rsa: Any
    ed25519: Any
    document: dict[str, Any]

    @property
    def key(self) -> SigningKey:
        return SigningKey(f"{self.uri}#main-key", self.rsa)

    @property
    def proof_key(self) -> SigningKey:
        return SigningKey(f"{self.uri}#ed25519-key", self.ed25519)

    def activity(self, kind: str, number: int, **properties: Any) -> dict[str, Any]:
        return {
            "@context": CONTEXT,
            "id": f"{self.uri}/activities/{number}",
            "type": kind,
            "actor": self.uri,
            **properties,
        }

    def note(self, number: int, text: str = "hello", **properties: Any) -> dict[str, Any]:
        return {
            "id": f"{self.uri}/notes/{number}",
            "type": "Note",
            "attributedTo": self.uri,
            "content": f"<p>{text}</p>",
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "published": "2026-11-23T11:00:00Z",
            **properties,
        }


@dataclass
class Got:
    """One request that arrived at an inbox of the peer."""

    path: str
    request: SignedRequest
    activity: dict[str, Any]

    @property
    def form(self) -> SignatureForm:
        signed = self.request.field("signature-input") is not None
        return SignatureForm.RFC9421 if signed else SignatureForm.CAVAGE

    def verify(self, key: PublicKey, base_url: str) -> None:
        """Raise unless the request was signed with this key, as any server would check."""
        policy = SignaturePolicy(base_url=base_url, allow_http_loopback=True)
        verify(claims_of(self.request, policy=policy), self.request, key)


@dataclass
class Peer:
    """The other instance. `answer` decides what its inboxes say; `gets` counts what is fetched."""

    clock: Clock
    base: str = ""
    documents: dict[str, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)
    actors: dict[str, PeerActor] = field(default_factory=dict)
    received: list[Got] = field(default_factory=list)
    gets: list[str] = field(default_factory=list)
    signatures: list[tuple[str, str]] = field(default_factory=list)
    answer: Callable[[Got], Any] = lambda _: 202
    names_host: str = ""  # another host whose names this one speaks for (split domains)
    session: Any = None

    @property
    def host(self) -> str:
        return self.base.partition("://")[2]

    def url(self, path: str) -> str:
        return self.base + path

    def add_actor(
        self, name: str, *, shared: bool = True, path: str | None = None, **more: Any
    ) -> PeerActor:
        uri = self.url(path or f"/users/{name}")
        rsa, ed25519 = _rsa(len(self.actors)), generate_ed25519()
        document = {
            "@context": CONTEXT,
            "id": uri,
            "type": "Person",
            "preferredUsername": name,
            "name": name.title(),
            "inbox": f"{uri}/inbox",
            "outbox": f"{uri}/outbox",
            "followers": f"{uri}/followers",
            "publicKey": {
                "id": f"{uri}#main-key",
                "owner": uri,
                "publicKeyPem": public_pem(rsa.public_key()),
            },
            "assertionMethod": [
                multikey_object(f"{uri}#ed25519-key", uri, key=ed25519.public_key())
            ],
            **({"endpoints": {"sharedInbox": self.url("/inbox")}} if shared else {}),
            **more,
        }
        actor = PeerActor(uri, name, rsa, ed25519, document)
        self.actors[name] = actor
        self.publish(uri, document)
        return actor

    def publish(self, uri: str, document: Mapping[str, Any], status: int = 200) -> None:
        self.documents[uri.removeprefix(self.base)] = (status, document)

    def withdraw(self, uri: str, status: int = 410) -> None:
        self.documents[uri.removeprefix(self.base)] = (status, {})

    async def post(
        self,
        url: str,
        activity: Mapping[str, Any] | bytes,
        by: PeerActor,
        *,
        form: SignatureForm = SignatureForm.CAVAGE,
        at: datetime | None = None,
        key: SigningKey | None = None,
        change: Callable[[dict[str, str], bytes], tuple[dict[str, str], bytes]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """Post a signed activity; `change` may spoil it after it was signed."""
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        signed = sign_request(
            "POST", url, headers={"Content-Type": ACTIVITY_JSON, **(headers or {})}, body=body,
            key=key or by.key, form=form, now=at or self.clock.now(),
        )  # fmt: skip
        if change is not None:
            signed, body = change(dict(signed), body)
        async with self.session.post(url, data=io.BytesIO(body), headers=signed) as answer:
            return answer.status, await answer.read()

    async def get(
        self, url: str, by: PeerActor | None = None, *, at: datetime | None = None
    ) -> tuple[int, Any]:
        """Fetch a document of the other side, signed if somebody is named."""
        headers: Mapping[str, str] = {"Accept": ACTIVITY_JSON}
        if by is not None:
            headers = sign_request(
                "GET", url, headers=headers, body=None, key=by.key, form=SignatureForm.CAVAGE,
                now=at or self.clock.now(),
            )  # fmt: skip
        async with self.session.get(url, headers=headers, allow_redirects=False) as answer:
            body = await answer.read()
            return answer.status, json.loads(body) if body else None

    async def _show(self, request: web.Request) -> web.Response:
        self.gets.append(request.path)
        self.signatures.append((request.path, request.headers.get("Signature", "")))
        status, document = self.documents.get(request.path, (404, {}))
        return web.Response(
            body=json.dumps(document).encode(), status=status, content_type=ACTIVITY_JSON
        )

    async def _webfinger(self, request: web.Request) -> web.Response:
        self.gets.append(request.path)
        name = request.query["resource"].removeprefix("acct:").partition("@")[0]
        if name not in self.actors:
            raise web.HTTPNotFound
        actor = self.actors[name]
        return web.json_response(
            {
                "subject": f"acct:{name}@{self.names_host or self.host}",
                "links": [{"rel": "self", "type": ACTIVITY_JSON, "href": actor.uri}],
            },
            content_type="application/jrd+json",
        )

    async def _take(self, request: web.Request) -> web.Response:
        lines = tuple((k.decode(), v.decode()) for k, v in request.raw_headers)
        body = await request.read()
        signed = SignedRequest("POST", request.raw_path, lines, body, self.clock.now())
        got = Got(request.path, signed, json.loads(body))
        self.received.append(got)
        answer = self.answer(got)
        if inspect.isawaitable(answer):
            answer = await answer
        return web.Response(status=answer) if isinstance(answer, int) else answer

    @asynccontextmanager
    async def running(self, address: str) -> AsyncIterator["Peer"]:
        app = web.Application()
        app.router.add_get("/.well-known/webfinger", self._webfinger)
        app.router.add_get("/{path:.*}", self._show)
        app.router.add_post("/{path:.*}", self._take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, address, 0)
        await site.start()
        port = runner.addresses[0][1]
        self.base = f"http://{address}:{port}"
        try:
            async with aiohttp.ClientSession() as session:
                self.session = session
                yield self
        finally:
            await runner.cleanup()
