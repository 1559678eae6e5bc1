"""A small translation service on loopback that speaks LibreTranslate's API as its documents say.

It "translates" by putting the target language before each text, so that a test sees what was sent.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

KEY = "a key"


@dataclass
class TranslationService:
    """What was asked, and whether the service works."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    is_broken: bool = False
    url: str = ""

    async def languages(self, request: web.Request) -> web.Response:
        del request
        if self.is_broken:
            return web.Response(status=500)
        codes = ["ar", "en", "nl"]
        rows = [{"code": one, "name": one, "targets": codes} for one in codes]
        return web.json_response(rows)

    async def translate(self, request: web.Request) -> web.Response:
        said = await request.json()
        self.asked.append(said)
        if self.is_broken:
            return web.Response(status=500)
        if said.get("api_key") != KEY:
            return web.json_response({"error": "Invalid API key"}, status=403)
        texts = [f"[{said['target']}] {one}" for one in said["q"]]
        if said["format"] == "html":
            texts = [f"{one}<script>alert(1)</script>" for one in texts]
        return web.json_response({"translatedText": texts})


@asynccontextmanager
async def translation_service() -> AsyncIterator[TranslationService]:
    """Run the service."""
    made = TranslationService()
    app = web.Application()
    app.router.add_get("/languages", made.languages)
    app.router.add_post("/translate", made.translate)
    async with TestServer(app) as server:
        made.url = str(server.make_url("/"))
        yield made
