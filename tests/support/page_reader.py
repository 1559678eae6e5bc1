"""A browser without scripts for the pages: follows forms, keeps cookies, may be signed in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp.test_utils import TestClient
from bs4 import BeautifulSoup, Tag

Pairs = list[tuple[str, str]]

_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


@dataclass
class PageReader:
    """Somebody with a browser; `page` is what they saw last."""

    client: TestClient[Any, Any]
    cookies: dict[str, str] = field(default_factory=dict)
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    token: str = ""
    """The token of the last form seen."""

    @property
    def page(self) -> BeautifulSoup:
        return BeautifulSoup(self.body, "lxml")

    @property
    def text(self) -> str:
        return self.page.get_text(" ", strip=True)

    async def get(self, path: str, **headers: str) -> int:
        asked = {"Accept": "text/html", **headers}
        async with self.client.get(
            path, headers=self._with_cookies(asked), allow_redirects=False
        ) as answer:
            return await self._saw(answer)

    async def post(self, path: str, pairs: Pairs | None = None, **files: tuple[str, bytes]) -> int:
        """Send fields as they are, with a token of the last form seen unless one is given."""
        sent = list(pairs or [])
        if "form_token" not in dict(sent):
            sent.append(("form_token", self.token))
        form = aiohttp.FormData(sent)
        for name, (file_name, content) in files.items():
            form.add_field(name, content, filename=file_name, content_type="image/jpeg")
        async with self.client.post(
            path,
            data=form,
            headers=self._with_cookies({"Accept": "text/html"}),
            allow_redirects=False,
        ) as answer:
            return await self._saw(answer)

    def form(self, action: str) -> Pairs:
        """Return what a browser would send of the form with this address, unchanged."""
        found = self.page.find("form", {"action": action})
        assert isinstance(found, Tag), f"no form for {action}"
        return [pair for one in found.select("input, textarea, select") for pair in _sent(one)]

    async def _saw(self, answer: aiohttp.ClientResponse) -> int:
        self.status, self.headers = answer.status, answer.headers
        self.body = await answer.text()
        # Most pages are only passed through: they are parsed when a test looks at them.
        if found := _TOKEN.search(self.body):
            self.token = found[1]
        for name, morsel in answer.cookies.items():
            self.cookies[name] = morsel.value
        return self.status

    def _with_cookies(self, headers: dict[str, str]) -> dict[str, str]:
        said = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return headers | ({"Cookie": said} if said else {})


def _sent(one: Tag) -> Pairs:
    name, kind = str(one.get("name", "")), str(one.get("type", "text"))
    if (
        not name
        or kind == "file"
        or (kind in {"checkbox", "radio"} and not one.has_attr("checked"))
    ):
        return []
    if one.name == "textarea":
        return [(name, one.get_text().removeprefix("\n"))]
    if one.name == "select":
        chosen = one.find("option", selected=True) or one.find("option")
        return [(name, str(chosen.get("value", "")))] if isinstance(chosen, Tag) else []
    return [(name, str(one.get("value", "")))]
