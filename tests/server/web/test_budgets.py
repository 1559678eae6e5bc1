"""Pages are light and keep to this instance: bytes, requests, hosts, and nothing that runs inline."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from server.platform.instance import Instance
from tests.server.web.samples import NAMES, publish, sample
from tests.support.page_reader import PageReader
from tests.support.people import make_person
from tests.support.posts import make_post

MOST_BYTES = 50 * 1024
MOST_REQUESTS = 10


def loaded(page: BeautifulSoup) -> Iterator[str]:
    """Yield what a browser loads at once for a page."""
    for link in page.select("link[rel=stylesheet], link[rel=icon]"):
        yield str(link["href"])
    for one in page.select("script[src], iframe[src], img[src]:not([loading=lazy])"):
        yield str(one["src"])


@pytest.fixture
async def filled(instance: Instance) -> dict[str, Any]:
    """Fill boards with every sample, so that pages have their usual weight."""
    org = await make_person(instance, "org", display_name="Organisation of Examples")
    made = [await publish(instance, org.id, name.partition("/")[0], sample(name)) for name in NAMES]
    post = await make_post(instance, org.id, "Ordinary words #here")
    return {"org": org.id, "offer": made[3].id, "post": post.id}


PATHS = [
    "/", "/board", "/board/vacancy", "/@org", "/@org/{offer}", "/@org/{post}", "/tags/here",
    "/search?q=e", "/about", "/auth/sign_in", "/nothing",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_the_first_view_is_light(
    path: str, filled: dict[str, Any], anybody: PageReader
) -> None:
    await anybody.get(path.format(**filled))
    weight, parts = len(anybody.body.encode()), list(loaded(anybody.page))
    for part in parts:
        assert await anybody.get(part) == 200, part
        weight += int(anybody.headers["Content-Length"])
    assert weight <= MOST_BYTES
    assert len(parts) + 1 <= MOST_REQUESTS


@pytest.mark.parametrize("path", PATHS)
async def test_nothing_comes_from_elsewhere_and_nothing_runs_inline(
    path: str, filled: dict[str, Any], anybody: PageReader
) -> None:
    await anybody.get(path.format(**filled))
    for part in loaded(anybody.page):
        assert not urlsplit(part).netloc, part
    assert not anybody.page.find_all(style=True)
    assert not anybody.page.find_all("style")
    for element in anybody.page.find_all(True):
        assert not [name for name in element.attrs if name.startswith("on")], element.name
    policy = anybody.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_a_form_is_light_too(filled: dict[str, Any], sign_in: Any) -> None:
    reader = await sign_in(filled["org"])
    await reader.get(f"/posts/{filled['offer']}/edit")
    assert len(reader.body.encode()) <= 2 * MOST_BYTES


async def test_addresses_of_files_carry_their_fingerprint(anybody: PageReader) -> None:
    await anybody.get("/")
    for part in loaded(anybody.page):
        await anybody.get(part)
        assert "immutable" in anybody.headers["Cache-Control"]
