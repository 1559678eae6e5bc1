"""Every input of Fediverse Pasture arrives in a signed Create, and what it shows is on record.

`pasture_snapshot.json` says for each input how it was answered and what a client then sees. A
change of what we show is seen in the difference; write it anew with
`MESHWORK_RENEW_SNAPSHOTS=1 pytest tests/interop/test_pasture_inputs.py`.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.people.relations import accept_follow, follow
from server.platform.clock import SystemClock
from server.posts.model import Post
from tests.interop.pasture import PastureInput, pasture_inputs
from tests.support.apps import Served, served
from tests.support.clients import ApiClient
from tests.support.peer import CONTEXT, Peer, PeerActor
from tests.support.people import make_person, make_token

pytestmark = pytest.mark.slow

SNAPSHOT = Path(__file__).parent / "pasture_snapshot.json"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
PUBLISHED = "2026-11-23T11:00:00Z"


async def test_every_input_is_taken_or_refused_and_shows_what_is_on_record(
    new_database, tmp_path, session
):
    peer = Peer(SystemClock())
    async with (
        peer.running("127.0.0.41"),
        served(await new_database(), tmp_path / "ours", address="127.0.0.42") as ours,
    ):
        inputs = pasture_inputs(peer.base)
        assert len(inputs) > 250
        writer = peer.add_actor("actor", path="/actor")
        api = await _reader_of(ours, writer, session)
        answers = {one.name: await _send(peer, ours, writer, one) for one in inputs}
        assert [name for name, status in answers.items() if status >= 500] == []

        await ours.settled(within=60)
        assert await ours.given_up() == []
        shown = await _shown(ours, api, inputs, peer)
        seen = {
            one.name: {"answer": answers[one.name], "shown": shown.get(one.name)} for one in inputs
        }
        assert sum(told["shown"] is not None for told in seen.values()) > 200
        last = writer.note(9_999, "still here")
        create = writer.activity("Create", 9_999, object=last)
        assert (await peer.post(ours.url("/inbox"), create, writer))[0] == 202
        await ours.settled()
        assert await _ids(ours, [str(last["id"])]), "nothing blocks what comes after"

    text = json.dumps(seen, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("MESHWORK_RENEW_SNAPSHOTS"):
        SNAPSHOT.write_text(text, "utf-8")
    assert json.loads(text) == json.loads(SNAPSHOT.read_text("utf-8"))


async def _reader_of(ours: Served, writer: PeerActor, session: Any) -> ApiClient:
    """Make somebody who follows the writer, and return their client."""
    ann = await make_person(ours.instance, "ann")
    api = ApiClient(session, ours.base, await make_token(ours.instance, ann.id))
    account = await api.account(f"actor@{writer.uri.partition('://')[2].partition('/')[0]}")
    await ours.instance.work(follow, ann.id, int(account["id"]))
    await ours.instance.work(accept_follow, int(account["id"]), ann.id)
    await ours.settled()
    return api


def _note(writer: PeerActor, peer: Peer, one: PastureInput) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "id": peer.url("/objects/" + one.name.replace(" ", "-")),
        "type": "Note",
        "attributedTo": writer.uri,
        "to": [PUBLIC],
        "cc": [f"{writer.uri}/followers"],
        "published": PUBLISHED,
        **one.properties,
    }


async def _send(peer: Peer, ours: Served, writer: PeerActor, one: PastureInput) -> int:
    note = _note(writer, peer, one)
    peer.publish(str(note["id"]), note)
    context = note.pop("@context")
    create = {
        "@context": context,
        "id": f"{writer.uri}/creates/{one.name.replace(' ', '-')}",
        "type": "Create",
        "actor": writer.uri,
        "to": [PUBLIC],
        "object": note,
    }
    at = datetime.now(UTC)
    return (await peer.post(ours.url("/inbox"), create, writer, at=at))[0]


async def _ids(ours: Served, uris: list[str]) -> dict[str, int]:
    def read(r: Any) -> dict[str, int]:
        rows = r.session.execute(select(Post.uri, Post.id).where(Post.uri.in_(uris)))
        return {uri: post_id for uri, post_id in rows}  # noqa: C416 - rows are no pairs to mypy

    return await ours.instance.read(read)


async def _shown(
    ours: Served, api: ApiClient, inputs: list[PastureInput], peer: Peer
) -> dict[str, Any]:
    addresses = {peer.url("/objects/" + one.name.replace(" ", "-")): one.name for one in inputs}
    found = {}
    for uri, post_id in (await _ids(ours, list(addresses))).items():
        status = await api.get(f"/api/v1/statuses/{post_id}")
        found[addresses[uri]] = _told(status, peer.base, ours.base)
    return found


def _told(status: dict[str, Any], theirs: str, ours: str) -> dict[str, Any]:
    """Return what a client sees, without what differs from run to run."""
    told = {
        "author": status["account"]["acct"],
        "content": status["content"],
        "spoiler": status["spoiler_text"],
        "sensitive": status["sensitive"],
        "visibility": status["visibility"],
        "language": status["language"],
        "url": status["url"],
        "published": status["created_at"] == "2026-11-23T11:00:00.000Z" or "another",
        "media": [
            [one["type"], one["remote_url"], one["description"]]
            for one in status["media_attachments"]
        ],
        "mentions": [one["acct"] for one in status["mentions"]],
        "tags": [one["name"] for one in status["tags"]],
        "emojis": [one["shortcode"] for one in status["emojis"]],
        "poll": [one["title"] for one in status["poll"]["options"]] if status["poll"] else None,
        "card": status["card"]["title"] if status["card"] else None,
    }
    text = json.dumps(told, ensure_ascii=False)
    for base, name in ((theirs, "theirs.test"), (ours, "ours.test")):
        text = text.replace(base, f"https://{name}").replace(base.partition("://")[2], name)
    stable: dict[str, Any] = json.loads(text)
    return {name: value for name, value in stable.items() if value not in (None, [], "")}
