"""Makers of posts for tests, here and from elsewhere; what went out, and how something comes in."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from activitypub.documents.activity import read_activity
from server.federation.actors import actor_by_uri
from server.federation.model import Actor, OutgoingActivity
from server.media.model import Media
from server.notifications.model import Notification
from server.people import relations
from server.people.rules import HOUSE, Viewer
from server.platform.feature import Received
from server.platform.instance import Instance
from server.platform.work import Reading, Work
from server.posts.loading import post_row
from server.posts.model import Audience, Post
from server.posts.rows import PostRow
from server.posts.service import Draft, PollDraft, publish_post

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


async def make_post(
    instance: Instance, author_id: int, text: str = "Hello there", **wishes: Any
) -> Post:
    """Publish an ordinary post; `wishes` are fields of a Draft."""
    return await instance.work(publish_post, Draft(author_id=author_id, text=text, **wishes))


async def make_poll(
    instance: Instance,
    author_id: int,
    options: Sequence[str] = ("tea", "coffee"),
    *,
    multiple: bool = False,
    audience: Audience | None = None,
) -> Post:
    """Publish a poll that ends in an hour."""
    poll = PollDraft(options=options, expires_in=3600, multiple=multiple)
    draft = Draft(author_id=author_id, text="Which?", poll=poll, audience=audience)
    return await instance.work(publish_post, draft)


def vacancy_record(now: datetime, **said: Any) -> dict[str, Any]:
    """Return the record of a vacancy that closes in a month; `said` replaces its fields."""
    return {
        "title": "Care assistant",
        "summary": "A small team in Ostend looks for two people.",
        "inLanguage": "en",
        "helix": "BUSINESS",
        "regions": ["BE255"],
        "contact": {"name": "Staff office", "email": "jobs@ours.example"},
        "occupation": "http://data.europa.eu/esco/occupation/0001",
        "employmentType": ["PART_TIME"],
        "contractTerm": "PERMANENT",
        "payTold": "before_interview",
        "languages": [{"lang": "nl", "cefr": "A2"}],
        "applyUrl": "https://ours.example/apply",
        "jobLocation": {"name": "Oostende", "addressCountry": "BE", "postalCode": "8400"},
        "validThrough": (now + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **said,
    }


async def make_vacancy(
    instance: Instance, author_id: int, audience: Audience | None = None, **said: Any
) -> Post:
    """Publish a vacancy that closes in a month; `said` replaces fields of its record."""
    record = vacancy_record(instance.clock.now(), **said)
    draft = Draft(author_id=author_id, kind="vacancy", record=record, audience=audience)
    return await instance.work(publish_post, draft)


async def make_picture(instance: Instance, person_id: int, description: str = "A harbour") -> int:
    """Make an uploaded picture without files, and return its id."""

    def unit(w: Work) -> int:
        made = w.new_id()
        w.session.add(
            Media(
                id=made, person_id=person_id, file_name=f"{made}.png",
                preview_name=f"{made}-small.png", media_type="image/png", size=10, width=320,
                height=200, preview_width=160, preview_height=100, blurhash="LKO2?U%2Tw=w",
                description=description, created_at=w.now,
            )
        )  # fmt: skip
        return made

    return await instance.work(unit)


async def follow(instance: Instance, follower_id: int, followee_id: int, **wishes: Any) -> None:
    """Let somebody follow somebody, accepted."""

    def unit(w: Work) -> None:
        uri = f"https://far.example/follows/{follower_id}-{followee_id}"
        given = uri if not _is_local(w, follower_id) else None
        relations.follow(w, follower_id, followee_id, uri=given, **wishes)
        relations.accept_follow(w, followee_id, follower_id)

    await instance.work(unit)


def _is_local(r: Reading, actor_id: int) -> bool:
    return r.session.get_one(Actor, actor_id).host == ""


async def shown(instance: Instance, post_id: int, viewer: Viewer = HOUSE) -> PostRow | None:
    """Return a post as a viewer sees it, or None."""
    return await instance.read(post_row, viewer, post_id)


async def seen(instance: Instance, post_id: int, viewer: Viewer = HOUSE) -> PostRow:
    """Return a post that a viewer is sure to see."""
    row = await shown(instance, post_id, viewer)
    assert row is not None
    return row


async def sent(instance: Instance) -> list[dict[str, Any]]:
    """Return the activities that were kept for delivery, oldest first, with their `targets`."""

    def read(r: Reading) -> list[dict[str, Any]]:
        rows = r.session.scalars(select(OutgoingActivity).order_by(OutgoingActivity.id)).all()
        return [{**json.loads(row.body), "targets": row.targets} for row in rows]

    return await instance.read(read)


async def told(instance: Instance, person_id: int) -> list[tuple[str, int, int]]:
    """Return what somebody was told, as (type, from, post), oldest first."""

    def read(r: Reading) -> list[tuple[str, int, int]]:
        rows = r.session.execute(
            select(Notification.notification_type, Notification.from_id, Notification.post_id)
            .where(Notification.person_id == person_id)
            .order_by(Notification.id)
        )
        return [(str(kind), from_id, post_id) for kind, from_id, post_id in rows]

    return await instance.read(read)


async def hear(instance: Instance, document: Mapping[str, Any]) -> None:
    """Hand an activity to every handler that wants it, as the inbox does after its checks."""
    whole = {"@context": "https://www.w3.org/ns/activitystreams", **document}
    activity = read_activity(whole)
    sender = await instance.read(actor_by_uri, activity.actor)
    assert sender is not None
    received = Received(activity=activity, actor_id=sender.id, raw=json.dumps(whole).encode())
    for handler in instance.activity_handlers:
        if handler.activity_type != activity.type or not handler.when(activity):
            continue
        prepared = await handler.prepare(instance, received) if handler.prepare else None

        def apply(w: Work, handler: Any = handler, prepared: Any = prepared) -> None:
            handler.apply(w, received, prepared)

        await instance.work(apply)


def remote_note(author: str, number: int = 1, text: str = "Hello", **said: Any) -> dict[str, Any]:
    """Return a public note of somebody elsewhere; None takes a part away."""
    host = author.split("/users/", maxsplit=1)[0]
    document = {
        "id": f"{host}/notes/{number}",
        "type": "Note",
        "attributedTo": author,
        "content": f"<p>{text}</p>",
        "to": [PUBLIC],
        "cc": [f"{author}/followers"],
        "published": "2026-11-23T11:59:00Z",
        **said,
    }
    return {name: value for name, value in document.items() if value is not None}


def create(note: Mapping[str, Any], **said: Any) -> dict[str, Any]:
    """Return the Create of a note."""
    return {
        "id": f"{note['id']}/activity",
        "type": "Create",
        "actor": note["attributedTo"],
        "to": note.get("to", []),
        "cc": note.get("cc", []),
        "object": dict(note),
        **said,
    }


def activity(kind: str, actor: str, of: Any, number: int = 1, **said: Any) -> dict[str, Any]:
    """Return another activity of somebody elsewhere."""
    host = actor.split("/users/", maxsplit=1)[0]
    return {
        "id": f"{host}/activities/{kind.lower()}/{number}",
        "type": kind,
        "actor": actor,
        "object": of,
        **said,
    }


async def known(instance: Instance, uri: str) -> Post | None:
    """Return the row of a post by its id."""

    def read(r: Reading) -> Post | None:
        return r.session.scalar(select(Post).where(Post.uri == uri))

    return await instance.read(read)


async def kept(instance: Instance, uri: str) -> Post:
    """Return the row of a post that is sure to be known."""
    post = await known(instance, uri)
    assert post is not None
    return post
