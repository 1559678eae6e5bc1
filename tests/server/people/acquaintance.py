"""How people in the tests come to know each other, here and across servers."""

from server.people import queries, relations
from server.platform.http.paging import Page
from tests.support.people import card, make_person, make_remote

PAGE = Page(limit=40)
ROB = "https://far.example/users/rob"


async def standing(instance, one, other):
    (found,) = await instance.read(queries.relationships, one.id, [other.id])
    return found


async def counts(instance, person):
    shown = await card(instance, person.id)
    return shown.followers_count, shown.following_count


def uri_of(person):
    return f"https://ours.example/people/{person.id}"


def follow_by(actor, target, number=1):
    host = actor.split("/users/")[0]
    return {
        "id": f"{host}/follows/{number}",
        "type": "Follow",
        "actor": actor,
        "object": uri_of(target),
    }


async def follow_rob(instance, sent):
    ann, rob = await make_person(instance, "ann"), await make_remote(instance, "rob")
    await instance.work(relations.follow, ann.id, rob.id)
    (follow,) = await sent()
    return ann, rob, follow


async def follows_ann(hear, ann, name="rob", host="far.example"):
    await hear(
        {
            "id": f"https://{host}/follows/{name}",
            "type": "Follow",
            "actor": f"https://{host}/users/{name}",
            "object": f"https://ours.example/people/{ann.id}",
        }
    )
