"""A browser that keeps its cookies, and a client application, for the tests of access."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientResponse, DummyCookieJar
from aiohttp.test_utils import TestClient

from server.app import build_app
from server.platform.instance import Instance

_INPUT = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'(name|value|type)="([^"]*)"')


@dataclass
class Browser:
    """Keeps cookies as a browser does for an https site, and fills in the form it was shown."""

    client: TestClient[Any, Any]
    cookies: dict[str, str] = field(default_factory=dict)
    shown: str = ""

    async def get(self, path: str, **headers: str) -> ClientResponse:
        """Open a page without following redirects."""
        return await self._kept(
            await self.client.get(path, headers=self._headers(headers), allow_redirects=False)
        )

    async def post(self, path: str, **fields: Any) -> ClientResponse:
        """Send a form made of what the last page's inputs hold and these fields."""
        return await self._kept(
            await self.client.post(
                path,
                data={k: v for k, v in {**self.inputs(), **fields}.items() if v is not None},
                headers=self._headers({}),
                allow_redirects=False,
            )
        )

    def inputs(self) -> dict[str, str]:
        """Return the hidden inputs of the last page's main form."""
        main = self.shown.partition("<main")[2]
        found = {}
        for element in _INPUT.findall(main):
            parts = {name: unescape(value) for name, value in _ATTRIBUTE.findall(element)}
            if parts.get("type") == "hidden":
                found[parts["name"]] = parts.get("value", "")
        return found

    def _headers(self, wanted: Mapping[str, str]) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Accept": "text/html", **({"Cookie": cookies} if cookies else {}), **wanted}

    async def _kept(self, answer: ClientResponse) -> ClientResponse:
        for name, morsel in answer.cookies.items():
            if morsel.value:
                self.cookies[name] = morsel.value
            else:
                self.cookies.pop(name, None)
        self.shown = await answer.text() if answer.content_type == "text/html" else ""
        return answer

    async def sign_in(self, email: str, password: str, going: str = "/") -> ClientResponse:
        """Open the sign-in page and send its form."""
        await self.get(f"/auth/sign_in?next={going}")
        return await self.post("/auth/sign_in", email=email, password=password)


@pytest.fixture
async def client(instance: Instance, aiohttp_client: Any) -> TestClient[Any, Any]:
    """Give a client of the whole application that keeps no cookies by itself."""
    made: TestClient[Any, Any] = await aiohttp_client(
        build_app(instance), cookie_jar=DummyCookieJar()
    )
    return made


@pytest.fixture
def browser(client: TestClient[Any, Any]) -> Browser:
    """Give a browser without cookies."""
    return Browser(client)


def answer_of(response: ClientResponse) -> dict[str, str]:
    """Return the query that a redirect carries back to the client."""
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}
