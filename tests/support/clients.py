"""Somebody who uses an instance from outside: an API client, and a reader who fills in forms."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import aiohttp
from bs4 import BeautifulSoup, Tag


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the headers and the JSON (None when it was none)."""

    status: int
    headers: Mapping[str, str]
    json: Any
    body: bytes


@dataclass
class ApiClient:
    """A client of the Mastodon API, signed in by a token (or nobody)."""

    session: aiohttp.ClientSession
    base: str
    token: str | None = None

    async def ask(self, method: str, path: str, **request: Any) -> Answer:
        headers = dict(request.pop("headers", {}))
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        url = urljoin(self.base, path)
        async with self.session.request(
            method, url, headers=headers, allow_redirects=False, **request
        ) as answer:
            body = await answer.read()
            is_json = "json" in answer.headers.get("Content-Type", "")
            parsed = json.loads(body) if is_json and body else None
            return Answer(answer.status, answer.headers, parsed, body)

    async def get(self, path: str, **params: Any) -> Any:
        """Return the JSON of a call that succeeds."""
        return self._expected(await self.ask("GET", path, params=params), path)

    async def post(self, path: str, **body: Any) -> Any:
        return self._expected(await self.ask("POST", path, json=body), path)

    async def put(self, path: str, **body: Any) -> Any:
        return self._expected(await self.ask("PUT", path, json=body), path)

    async def delete(self, path: str, **body: Any) -> Any:
        return self._expected(await self.ask("DELETE", path, json=body), path)

    def _expected(self, answer: Answer, path: str) -> Any:
        assert answer.status == 200, f"{path}: {answer.status} {answer.body[:500]!r}"
        return answer.json

    async def account(self, handle: str) -> Any:
        """Return the account of a handle, asking its server if need be."""
        found = await self.get(
            "/api/v2/search", q=f"@{handle}", resolve="true", type="accounts", limit="1"
        )
        assert found["accounts"], f"nobody found for {handle}"
        return found["accounts"][0]


@dataclass
class Reader:
    """A browser without scripts: follows links, fills in forms, keeps cookies."""

    session: aiohttp.ClientSession
    url: str = ""
    status: int = 0
    page: BeautifulSoup = field(default_factory=lambda: BeautifulSoup("", "html.parser"))
    stops_at: str = "\0"
    """A redirect to an address that begins like this is not followed: it leads to an app."""

    async def open(self, url: str) -> None:
        await self._go("GET", urljoin(self.url, url), None)

    async def submit(self, *, press: str | None = None, **values: str) -> None:
        """Send the form that has all these fields (and a button with this text or value)."""
        form = self._form(values, press)
        sent = self._fields(form) | values
        button = self._button(form, press)
        if button is not None and button.get("name"):
            sent[str(button["name"])] = str(button.get("value", ""))
        target = urljoin(self.url, str(form.get("action") or self.url))
        await self._go(str(form.get("method", "get")).upper(), target, sent)

    def text(self) -> str:
        return self.page.get_text(" ", strip=True)

    def _form(self, values: Mapping[str, str], press: str | None) -> Tag:
        for form in self.page.find_all("form"):
            has_all = all(form.find(attrs={"name": name}) for name in values)
            if has_all and (press is None or self._button(form, press) is not None):
                return form
        raise AssertionError(
            f"no form with {list(values)} {press or ''} on {self.url}: {self.text()}"
        )

    def _button(self, form: Tag, press: str | None) -> Tag | None:
        for button in form.find_all("button"):
            if press is None:
                return button
            shown = {button.get_text(strip=True).lower(), str(button.get("value", "")).lower()}
            if press.lower() in shown:
                return button
        return None

    def _fields(self, form: Tag) -> dict[str, str]:
        fields: dict[str, str] = {}
        for one in form.find_all(["input", "textarea", "select"]):
            name, kind = one.get("name"), one.get("type", "text")
            if not name or kind in {"submit", "button", "file"}:
                continue
            if kind in {"checkbox", "radio"} and not one.has_attr("checked"):
                continue
            if one.name == "select":
                chosen = one.find("option", selected=True) or one.find("option")
                fields[str(name)] = str(chosen.get("value", "")) if chosen else ""
            elif one.name == "textarea":
                fields[str(name)] = one.get_text()
            else:
                fields[str(name)] = str(one.get("value", "on" if kind == "checkbox" else ""))
        return fields

    async def _go(self, method: str, url: str, sent: Mapping[str, str] | None) -> None:
        for _ in range(10):
            inside = {"params": sent} if method == "GET" else {"data": sent}
            async with self.session.request(
                method, url, allow_redirects=False, headers={"Accept": "text/html"}, **inside
            ) as answer:
                self.url, self.status = url, answer.status
                if answer.status not in {301, 302, 303, 307}:
                    self.page = BeautifulSoup(await answer.text(), "html.parser")
                    return
                url = urljoin(url, answer.headers["Location"])
                method, sent = "GET", None
                if url.startswith(self.stops_at):
                    self.url = url
                    return
        raise AssertionError("redirected in circles")
