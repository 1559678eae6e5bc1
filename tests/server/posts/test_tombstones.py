"""What is told of a deleted post: that it was, to those who could have had it; else nothing."""

from server.app import build_app
from server.federation.model import Reach
from server.platform.instance import Instance
from server.posts.model import Audience
from server.posts.removing import delete_post
from tests.support.people import make_person
from tests.support.posts import make_post

ACTIVITY = {"Accept": "application/activity+json"}


async def test_a_public_post_leaves_a_tombstone(instance: Instance, aiohttp_client):
    ann = await make_person(instance, "ann")
    post = await make_post(instance, ann.id)
    await instance.work(delete_post, ann.id, post.id)
    client = await aiohttp_client(build_app(instance))

    assert (await client.get(f"/posts/{post.id}", headers=ACTIVITY)).status == 410


async def test_a_post_that_never_left_home_leaves_nothing(instance: Instance, aiohttp_client):
    shy = await make_person(instance, "shy", reach=Reach.HOME)
    ann = await make_person(instance, "ann")
    kept = [
        await make_post(instance, shy.id),
        await make_post(instance, ann.id, audience=Audience.MEMBERS),
    ]
    for author, post in zip((shy, ann), kept, strict=True):
        await instance.work(delete_post, author.id, post.id)
    client = await aiohttp_client(build_app(instance))

    for post in kept:
        assert (await client.get(f"/posts/{post.id}", headers=ACTIVITY)).status == 404
