"""Events with places and vacancies with hands, for the tests of taking part."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from server.notifications.model import OwnNotice
from server.participation.model import EventPlace, PlaceState
from server.participation.places import join, place_of
from server.people.model import PersonKind
from server.platform.clock import SetClock
from server.platform.instance import Instance
from server.platform.work import Reading
from server.posts.model import Audience, Post
from server.posts.service import Change, Draft, edit_post, publish_post
from tests.support.people import make_person


def event_record(instance: Instance, **said: Any) -> dict[str, Any]:
    """Return the record of an event in a week, with sign-up for everybody and two places."""
    start = instance.clock.now() + timedelta(days=7)
    return {
        "name": "Language café",
        "summary": "Coffee and Dutch, for everybody who wants to practise.",
        "inLanguage": "en",
        "helix": "GOVERNMENT",
        "regions": ["BE255"],
        "contact": {"name": "Desk", "email": "desk@ours.example"},
        "eventType": "LANGUAGE_CAFE",
        "mode": "ONSITE",
        "location": {"name": "Library", "addressLocality": "Oostende", "addressCountry": "BE"},
        "startTime": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "endTime": (start + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "timezone": "Europe/Brussels",
        "joinMode": "free",
        "maximumAttendeeCapacity": 2,
        "waitingList": True,
        "organizer": {"name": "Town of Sands"},
        **said,
    }


async def make_event(
    instance: Instance, author_id: int, audience: Audience = Audience.PUBLIC, **said: Any
) -> Post:
    """Publish an event; None takes a field of its record away."""
    record = {k: v for k, v in event_record(instance, **said).items() if v is not None}
    draft = Draft(author_id=author_id, kind="event", record=record, audience=audience)
    return await instance.work(publish_post, draft)


async def change_event(instance: Instance, post: Post, **said: Any) -> None:
    """Edit an event as its organiser."""
    record = {k: v for k, v in {**(post.record or {}), **said}.items() if v is not None}
    await instance.work(edit_post, post.author_id, post.id, Change(record=record))


async def make_guests(
    instance: Instance, count: int, kind: PersonKind = PersonKind.TALENT
) -> list[int]:
    """Make people who want to come."""
    return [(await make_person(instance, f"guest{n}", kind, None)).id for n in range(count)]


async def sign_up(instance: Instance, person_id: int, post_id: int, **wishes: Any) -> PlaceState:
    """Sign somebody up."""
    return await instance.work(lambda w: join(w, person_id, post_id, **wishes))


async def state_of(instance: Instance, post_id: int, person_id: int) -> str | None:
    """Return how somebody stands at an event."""
    place = await instance.read(place_of, post_id, person_id)
    return None if place is None else str(place.state)


async def place_id(instance: Instance, post_id: int, person_id: int) -> int:
    """Return the id of somebody's place."""
    place = await instance.read(place_of, post_id, person_id)
    assert place is not None
    return place.id


async def taken_in_public(instance: Instance, post_id: int) -> int:
    """Return the number that everybody sees."""

    def read(r: Reading) -> int:
        return r.session.get_one(Post, post_id).places_taken

    return await instance.read(read)


async def notices(instance: Instance, person_id: int) -> list[str]:
    """Return the kinds of what somebody was told, oldest first."""

    def read(r: Reading) -> list[str]:
        told = select(OwnNotice.kind).where(OwnNotice.person_id == person_id)
        return list(r.session.scalars(told.order_by(OwnNotice.id)))

    return await instance.read(read)


async def all_places(instance: Instance) -> list[EventPlace]:
    """Return every row of places."""

    def read(r: Reading) -> list[EventPlace]:
        return list(r.session.scalars(select(EventPlace).order_by(EventPlace.id)))

    return await instance.read(read)


def pass_time(instance: Instance, **span: float) -> None:
    """Move the clock that is set."""
    clock = instance.clock
    assert isinstance(clock, SetClock)
    clock.move(timedelta(**span))
