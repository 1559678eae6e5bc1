"""What the tests of delivery share: an activity to send, receivers, and a count of rows."""

from sqlalchemy import func, select

from server.federation import outbox
from server.federation.remote import resolve_actor

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def activity_of(w, ann, kind="Create", number=1, to=(PUBLIC,), **more):
    uri = f"{ann.uri.rpartition('/people')[0]}/posts/{number}"
    return {
        "id": outbox.activity_uri(w),
        "type": kind,
        "actor": ann.uri,
        "to": list(to),
        "object": uri if kind == "Delete" else {"id": uri, "type": "Note", "content": "hello"},
        **more,
    }


async def send(ours, ann, kind="Create", number=1, *, to=(PUBLIC,), more=None, **how):
    def unit(w):
        activity = activity_of(w, ann, kind, number, to, **(more or {}))
        obj = activity["object"]
        uri = obj if isinstance(obj, str) else obj["id"]
        outbox.send(w, actor_id=ann.id, activity=activity, object_uri=uri, **how)
        return uri

    return await ours.do(unit)


async def know(ours, peer, *names, **wishes):
    """Let the instance know actors of the peer; returns their rows' ids."""
    return [
        await resolve_actor(ours.instance, peer.add_actor(name, **wishes).uri) for name in names
    ]


async def count(ours, what, *where):
    return await ours.instance.read(
        lambda r: r.session.scalar(select(func.count()).select_from(what).where(*where))
    )


def to_followers(ann):
    return {"to_groups": [("followers", ann.id)]}
