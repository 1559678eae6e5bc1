"""Updates and deletes that arrive: whose they may be, and in which order they count."""

from datetime import UTC, datetime
from typing import Any

import pytest

from server.federation.gone import gone
from server.people.rules import HOUSE
from server.platform.instance import Instance
from server.posts import reactions_to
from server.posts.history import revisions
from server.posts.model import Audience
from tests.server.posts.receiving.strangers import EVE, ROB
from tests.support.people import make_remote
from tests.support.posts import (
    PUBLIC,
    activity,
    create,
    hear,
    kept,
    known,
    make_post,
    remote_note,
    shown,
    told,
)


async def test_an_update_counts_when_updated_grew(instance: Instance, ann: Any) -> None:
    note = remote_note(ROB)
    await hear(instance, create(note))
    post = await kept(instance, note["id"])
    await instance.work(reactions_to.boost, ann.id, post.id)

    def update(number: int, text: str, **said: Any) -> dict[str, Any]:
        return activity("Update", ROB, {**note, "content": text, **said}, number)

    await hear(instance, update(1, "<p>no date</p>"))
    await hear(instance, update(2, "<p>too old</p>", updated="2026-11-23T11:58:00Z"))
    assert "Hello" in (await kept(instance, note["id"])).content

    await hear(instance, update(3, "<p>new</p>", updated="2026-11-23T11:59:30Z"))
    await hear(instance, update(4, "<p>again old</p>", updated="2026-11-23T11:59:20Z"))

    fresh = await kept(instance, note["id"])
    assert fresh.content == "<p>new</p>"
    assert fresh.edited_at == datetime(2026, 11, 23, 11, 59, 30, tzinfo=UTC)
    assert len(await instance.read(revisions, HOUSE, post.id)) == 2
    assert ("update", post.author_id, post.id) in await told(instance, ann.id)


async def test_an_update_never_opens_a_post(instance: Instance, ann: Any) -> None:
    note = remote_note(ROB, to=[f"{ROB}/followers"], cc=None)
    await hear(instance, create(note))

    wider = {**note, "to": [PUBLIC], "updated": "2026-11-23T11:59:30Z"}
    await hear(instance, activity("Update", ROB, wider))

    assert (await kept(instance, note["id"])).audience == Audience.FOLLOWERS


async def test_only_the_owner_updates_and_deletes(instance: Instance, ann: Any) -> None:
    await make_remote(instance, "eve", "evil.example")
    await make_remote(instance, "mal", "far.example")
    note = remote_note(ROB)
    await hear(instance, create(note))

    changed = {**note, "content": "<p>mine</p>", "updated": "2026-11-23T11:59:30Z"}
    for other in (EVE, "https://far.example/users/mal"):
        await hear(instance, activity("Update", other, changed))
        await hear(instance, activity("Update", other, {**changed, "attributedTo": other}, 2))
        await hear(instance, activity("Delete", other, note["id"]))

    assert "Hello" in (await kept(instance, note["id"])).content


async def test_nobody_elsewhere_deletes_a_post_of_ours(instance: Instance, ann: Any) -> None:
    post = await make_post(instance, ann.id)

    await hear(instance, activity("Delete", ROB, post.uri))

    assert await shown(instance, post.id) is not None
    assert await instance.read(gone, post.uri) is None


@pytest.mark.parametrize("form", ["id", "tombstone"])
async def test_a_delete_takes_the_post_away(instance: Instance, ann: Any, form: str) -> None:
    note = remote_note(ROB)
    await hear(instance, create(note))
    post = await kept(instance, note["id"])
    boost = await instance.work(reactions_to.boost, ann.id, post.id)

    of = note["id"] if form == "id" else {"id": note["id"], "type": "Tombstone"}
    await hear(instance, activity("Delete", ROB, of))
    await hear(instance, create(note))

    assert await known(instance, note["id"]) is None
    assert await shown(instance, boost.id) is None


async def test_a_delete_that_overtakes_its_create_blocks_it(instance: Instance, ann: Any) -> None:
    note = remote_note(ROB)

    await hear(instance, activity("Delete", ROB, note["id"]))
    await hear(instance, create(note))

    assert await known(instance, note["id"]) is None
