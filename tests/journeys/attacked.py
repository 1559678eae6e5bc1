"""The scene of the attacks: Ann here, Rob who follows her, and Eve, who is up to no good."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import select

from server.federation.model import Actor
from server.notifications.model import Notification
from server.people.model import Block, Follow, Person
from server.platform.clock import SystemClock
from server.posts.model import Like, Post
from server.posts.service import Draft, publish_post
from tests.support.apps import Served, served
from tests.support.peer import ACTIVITY_JSON, Peer, PeerActor
from tests.support.people import make_person

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


@dataclass
class Scene:
    """Our instance with Ann and her post; a peer with Rob, who follows her, and with Eve."""

    ours: Served
    peer: Peer
    ann: Person
    post: Post
    rob: PeerActor
    eve: PeerActor
    elsewhere: str
    number: int = 100

    @property
    def inbox(self) -> str:
        return self.ours.url("/inbox")

    @property
    def ann_uri(self) -> str:
        return self.ours.url(f"/people/{self.ann.id}")

    def create(self, by: PeerActor, **changes: Any) -> dict[str, Any]:
        self.number += 1
        note = by.note(self.number, "an attack", tag=self._mention(), cc=[self.ann_uri], **changes)
        return by.activity("Create", self.number, to=[PUBLIC], object=note)

    def _mention(self) -> list[dict[str, str]]:
        return [{"type": "Mention", "href": self.ann_uri, "name": "@ann"}]

    async def send(self, activity: Any, by: PeerActor | None = None, **wishes: Any) -> int:
        status, _ = await self.peer.post(self.inbox, activity, by or self.rob, **wishes)
        return status

    async def raw(self, body: bytes, **wishes: Any) -> int:
        return await self.send(body, **wishes)

    async def state(self) -> Any:
        """Return everything that an attack could want to change."""

        def read(r: Any) -> Any:
            def rows(*columns: Any) -> list[Any]:
                return sorted(map(tuple, r.session.execute(select(*columns))))

            return [
                rows(Post.uri, Post.content, Post.likes_count, Post.boosts_count),
                rows(Post.uri, Post.replies_count),
                rows(Follow.follower_id, Follow.followee_id, Follow.state),
                rows(Like.person_id, Like.post_id),
                rows(Block.blocker_id, Block.blocked_id),
                rows(Notification.id),
                rows(Actor.uri, Actor.inbox),
                rows(Person.id, Person.display_name, Person.followers_count),
            ]

        await self.ours.settled()
        return await self.ours.instance.read(read)


@asynccontextmanager
async def _trickster(rob: Callable[[], str]) -> AsyncIterator[str]:
    """A host whose documents are not what their addresses say."""

    async def redirect(request: web.Request) -> web.Response:
        raise web.HTTPFound(rob())

    async def claim(request: web.Request) -> web.Response:
        told = {"id": rob(), "type": "Person", "inbox": f"{rob()}/inbox"}
        return web.json_response(told, content_type=ACTIVITY_JSON)

    app = web.Application()
    app.router.add_get("/redirects", redirect)
    app.router.add_get("/claims", claim)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.93", 0).start()
    try:
        yield f"http://127.0.0.93:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def attacked(database_url: str, folder: Path) -> AsyncIterator[Scene]:
    """Set the scene: everybody knows everybody, and there is something to spoil."""
    peer = Peer(SystemClock())
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(peer.running("127.0.0.91"))
        ours = await stack.enter_async_context(served(database_url, folder, address="127.0.0.92"))
        rob, eve = peer.add_actor("rob"), peer.add_actor("eve")
        elsewhere = await stack.enter_async_context(_trickster(lambda: rob.uri))
        ann = await make_person(ours.instance, "ann")
        post = await ours.instance.work(publish_post, Draft(author_id=ann.id, text="Bread"))
        made = Scene(ours, peer, ann, post, rob, eve, elsewhere)
        follow = rob.activity("Follow", 1, object=made.ann_uri)
        like = rob.activity("Like", 2, object=post.uri)
        note = rob.note(3, "what Rob wrote", cc=[made.ann_uri], inReplyTo=post.uri)
        peer.publish(str(note["id"]), note)
        assert await made.send(follow) == 202
        assert await made.send(like) == 202
        assert await made.send(rob.activity("Create", 3, to=[PUBLIC], object=note)) == 202
        assert await made.send(eve.activity("Like", 1, object=post.uri), eve) == 202
        await made.state()
        yield made
