"""A browser that keeps its cookies, and a client application, for the tests of access."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientResponse, DummyCookieJar
from aiohttp.test_utils import TestClient

from server.app import build_app
from server.platform.instance import Instance
from tests.support.mail_server import MailServer, mail_server

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

    async def sign_in(
        self, email: str, password: str, going: str = "/", **fields: Any
    ) -> ClientResponse:
        """Open the sign-in page and send its form."""
        await self.get(f"/auth/sign_in?next={going}")
        return await self.post("/auth/sign_in", email=email, password=password, **fields)

    async def call(self, path: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        """Call as a script of the last page does: JSON, with the form's token in a header."""
        headers = {"X-Form-Token": self.inputs()["form_token"], "Accept": "application/json"}
        answer = await self.client.post(path, json=body, headers=self._headers(headers))
        told = await answer.json()
        shown = self.shown
        await self._kept(answer)
        self.shown = shown
        return answer.status, told


@dataclass
class Mailbox:
    """The mails that an instance sent, over SMTP to a server on this machine."""

    instance: Instance
    server: MailServer

    async def mails(self) -> list[EmailMessage]:
        """Let waiting mails be sent and return all so far."""
        await self.instance.jobs.run_until_empty()
        return self.server.mails

    async def last_path(self) -> str:
        """Return the path of the link in the last mail."""
        text = (await self.mails())[-1].get_body(("plain",)).get_content()
        return urlsplit(re.search(r"https://\S+/auth/\S+", text)[0]).path


@pytest.fixture
async def mailbox(instance: Instance) -> AsyncIterator[Mailbox]:
    """Give what the instance mails from now on."""
    async with mail_server() as server:
        instance.settings = replace(instance.settings, mail=server.settings)
        yield Mailbox(instance, server)


@pytest.fixture
async def client(instance: Instance, aiohttp_client: Any) -> TestClient[Any, Any]:
    """Give a client of the whole application that keeps no cookies by itself."""
    made: TestClient[Any, Any] = await aiohttp_client(
        build_app(instance), cookie_jar=DummyCookieJar()
    )
    return made


@pytest.fixture
def elsewhere(client: TestClient[Any, Any]) -> Browser:
    """Give another browser without cookies."""
    return Browser(client)


@pytest.fixture
def browser(client: TestClient[Any, Any]) -> Browser:
    """Give a browser without cookies."""
    return Browser(client)


def answer_of(response: ClientResponse) -> dict[str, str]:
    """Return the query that a redirect carries back to the client."""
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}
