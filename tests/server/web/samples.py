"""The valid samples of the schemas, and offers published from them."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from schemas import KINDS
from server.people.model import Person
from server.people.rules import HOUSE
from server.platform.http.paging import Page
from server.platform.instance import Instance
from server.posts.model import Audience, Post
from server.posts.queries import account_posts
from server.posts.service import Draft, publish_post
from tests.support.page_reader import PageReader, Pairs

NAMES = [f"{kind}/valid-{number}" for kind in KINDS for number in (1, 2, 3)]


def sample(name: str) -> dict[str, Any]:
    """Return a sample by kind and file."""
    return json.loads(files("schemas").joinpath(f"samples/{name}.json").read_text("utf-8"))


async def publish(
    instance: Instance,
    author_id: int,
    kind: str,
    record: Mapping[str, Any] | None = None,
    audience: Audience = Audience.PUBLIC,
) -> Post:
    """Publish an offer, by default the first sample of its kind."""
    said = dict(record or sample(f"{kind}/valid-1"))
    draft = Draft(author_id=author_id, kind=kind, record=said, audience=audience)
    return await instance.work(publish_post, draft)


async def offers_of(instance: Instance, person_id: int) -> list[Any]:
    return await instance.read(account_posts, HOUSE, person_id, Page(40))


def put(pairs: Pairs, **said: str) -> Pairs:
    """Return what a form sends with other words in some fields of the record."""
    names = {f"record[{name}]": value for name, value in said.items()}
    return [(key, names.get(key, value)) for key, value in pairs]


async def filled(reader: PageReader, instance: Instance, author: Person) -> Pairs:
    """Return the form of a new vacancy with everything that is needed."""
    made = await publish(instance, author.id, "vacancy")
    await reader.get(f"/posts/{made.id}/edit")
    typed = [
        pair
        for pair in reader.form(f"/posts/{made.id}/edit")
        if pair[0].startswith("record") and "[id]" not in pair[0]
    ]
    await reader.get("/new/vacancy")
    return [*typed, ("audience", "public"), ("key", "one"), ("draft", "")]
