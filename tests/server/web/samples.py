"""The valid samples of the schemas, and offers published from them."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from schemas import KINDS
from server.platform.instance import Instance
from server.posts.model import Audience, Post
from server.posts.service import Draft, publish_post

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
