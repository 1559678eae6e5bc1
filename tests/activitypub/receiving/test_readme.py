"""The library's README: its example sends a signed activity to itself and receives it."""

from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

import activitypub
from activitypub.delivery.sending import Delivered, Refused
from activitypub.fetching.addresses import networks_of
from activitypub.fetching.client import GuardedClient
from activitypub.fetching.documents import DocumentFetcher
from activitypub.fetching.guard import Guard
from activitypub.receiving.verified import Door
from activitypub.signatures.signing import RecentKnocks, SigningKey
from activitypub.signatures.verifying import SignaturePolicy

README = Path(activitypub.__file__).parent / "README.md"


async def test_the_example_of_the_readme_works(remotes):
    example = {}
    exec(README.read_text("utf-8").split("```python\n")[1].split("```")[0], example)  # noqa: S102 -- our own text
    ann, received = await remotes(), []
    guard = Guard(allowed_networks=networks_of(("127.0.0.0/8",)))

    async with GuardedClient(user_agent="Test/1", guard=guard) as client:
        fetcher = DocumentFetcher(client, key=None, clock=lambda: datetime.now(UTC))
        server = TestServer(web.Application(), host="127.0.0.1")

        async def inbox(request):
            policy = SignaturePolicy(base_url=base, allow_http_loopback=True)
            door = Door(policy=policy, keys=example["Keys"](fetcher), is_blocked=set().__contains__)
            return await example["take"](request, door, received)

        server.app.router.add_post("/inbox", inbox)
        await server.start_server()
        base = str(server.make_url("")).rstrip("/")

        async def like(rsa):
            return await example["like"](
                client,
                RecentKnocks(),
                key=SigningKey(ann.key_id, rsa),
                actor=ann.id,
                post=f"{base}/posts/1",
                author=f"{base}/people/1",
                inbox=f"{base}/inbox",
            )

        assert await like(ann.rsa) == Delivered(202)
        assert [(activity.type, activity.actor) for activity in received] == [("Like", ann.id)]

        answer = await client.post(
            f"{base}/inbox", body=b"{}", headers={"Content-Type": "text/plain"}
        )
        assert (answer.status, answer.content_type) == (
            415,
            "application/problem+json; charset=utf-8",
        )
        ann.key_id = f"{ann.id}#old-key"
        assert isinstance(await like(ann.ed25519), Refused)
        assert len(received) == 1
        await server.close()
