"""How busy the instance is: numbers of people here, in NodeInfo too."""

from server.people.usage import hosts_known, usage
from server.platform.instance import Instance
from tests.support.people import make_person, make_remote
from tests.support.posts import make_post


async def test_people_here_and_their_posts_are_counted(instance: Instance):
    ann = await make_person(instance, "ann")
    await make_person(instance, "ben")
    await make_remote(instance, "rob")
    await make_post(instance, ann.id)

    busy = await instance.read(usage)

    assert (busy.users, busy.active_month, busy.active_half_year, busy.local_posts) == (2, 1, 1, 1)
    assert await instance.read(hosts_known) == 1


async def test_nodeinfo_tells_the_numbers(instance: Instance, aiohttp_client):
    from server.app import build_app

    await make_person(instance, "ann")
    client = await aiohttp_client(build_app(instance))

    told = await (await client.get("/nodeinfo/2.0")).json()

    assert told["usage"]["users"]["total"] == 1
