"""A push service and the browser behind it, on loopback over TLS: it decrypts what arrives."""

import json
import os
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import http_ece
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from server.notifications.push.encryption import packed, unpacked
from tests.support.apps import Street


@dataclass
class Receiver:
    """One subscription's keys, the answers it gives (201 when there are none left), what came."""

    name: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    answers: list[int] = field(default_factory=list)
    got: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    @property
    def endpoint(self) -> str:
        return f"https://{self.name}/push/abc"

    @property
    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": packed(point), "auth": packed(self.auth)}

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        return web.Response(status=self.answers.pop(0) if self.answers else 201)

    def read(self, number: int = -1) -> dict[str, Any]:
        """Decrypt what came, after checking who sent it and to whom."""
        headers, body = self.got[number]
        if headers["Content-Encoding"] == "aes128gcm":
            assert Vapid02.verify(headers["Authorization"])
            plain = http_ece.decrypt(
                body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
            )
        else:
            sender = _part(headers["Crypto-Key"], "dh")
            plain = http_ece.decrypt(
                body,
                salt=_part(headers["Encryption"], "salt"),
                private_key=self.key,
                dh=sender,
                auth_secret=self.auth,
                version="aesgcm",
            )
        read: dict[str, Any] = json.loads(plain)
        return read

    def proof(self, number: int = -1) -> dict[str, Any]:
        """Return the claims of the sender's proof."""
        headers, _ = self.got[number]
        token = re.search(r"[\w-]+\.([\w-]+)\.[\w-]+", headers["Authorization"])
        assert token is not None
        claims: dict[str, Any] = json.loads(unpacked(token.group(1)) or b"")
        return claims


def _part(header: str, name: str) -> bytes:
    found = re.search(rf"(?:^|;){name}=([\w-]+)", header)
    assert found is not None, header
    return unpacked(found.group(1)) or b""


@asynccontextmanager
async def receiver(street: Street, name: str = "push.example") -> AsyncIterator[Receiver]:
    """Run a push service at a house of the street."""
    made = Receiver(name)
    app = web.Application()
    app.router.add_post("/push/{id}", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        place = street.table[name]
        tls = street.authority.server(name)
        await web.TCPSite(runner, place.address, place.port, ssl_context=tls).start()
        yield made
    finally:
        await runner.cleanup()
