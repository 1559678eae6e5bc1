"""Makers of offers of every kind for tests, from the samples of the schemas."""

import json
from importlib.resources import files
from typing import Any

from server.platform.instance import Instance
from server.posts.model import Audience, Post
from server.posts.service import Draft, publish_post


def sample(name: str) -> dict[str, Any]:
    """Return a valid sample of the schemas, without the identifier that makes it one thing."""
    text = files("schemas").joinpath(f"samples/{name}.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    found.pop("identifier", None)
    return found


async def offer(
    instance: Instance,
    author_id: int,
    kind: str = "vacancy",
    audience: Audience = Audience.PUBLIC,
    number: int = 1,
    **said: Any,
) -> Post:
    """Publish an offer made from a sample; `said` replaces fields, None takes them away."""
    record = {**sample(f"{kind}/valid-{number}"), **said}
    record = {name: value for name, value in record.items() if value is not None}
    draft = Draft(author_id=author_id, kind=kind, record=record, audience=audience)
    return await instance.work(publish_post, draft)
