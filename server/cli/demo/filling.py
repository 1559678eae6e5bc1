"""Filling an instance with a demonstration: people first, then a month of posts in its order.

The clock is set to the moment of each step, so that timelines, notifications and expiries come
out as if the month had really passed. Everything is done by the services that people use.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from server.access.model import StaffRole
from server.access.passwords import Passwords
from server.access.service import (
    EDITOR,
    OWNER,
    create_login,
    give_role,
    grant_person,
    mark_email_confirmed,
)
from server.cli.demo.cohort import run_programme
from server.cli.demo.pictures import SQUARE, WIDE, picture
from server.cli.demo.profiles import answers_of
from server.cli.demo.script import Part, Script, age_of, full_record
from server.cli.progress import Advance, progress
from server.federation.keys import NewKeys, new_keys
from server.federation.model import Reach
from server.media.uploads import upload_image
from server.people.model import PersonKind
from server.people.profiles import ProfileChange
from server.people.relations import follow
from server.people.service import create_person, update_profile
from server.platform.clock import SetClock
from server.platform.instance import Instance
from server.platform.work import Work
from server.posts import polls, reactions_to
from server.posts.closing import close_due, close_post
from server.posts.model import Audience, PostState
from server.posts.service import Draft, PollDraft, publish_post
from server.profiles.service import answer
from server.profiles.verifying import verify

_BEGAN: Final = timedelta(days=30)
_CLOSED: Final = timedelta(days=2)
_BETWEEN: Final = timedelta(minutes=47)

Step = Callable[[Work], object]
_DOINGS: Final[Mapping[str, Callable[..., object]]] = {
    "likes": reactions_to.like,
    "boosts": reactions_to.boost,
    "bookmarks": reactions_to.bookmark,
}


@dataclass(slots=True)
class Filling:
    """A demonstration being filled in: the ids that its names have got so far."""

    instance: Instance
    clock: SetClock
    script: Script
    now: datetime
    advance: Advance
    people: dict[str, tuple[int, str]] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)

    @property
    def authors(self) -> Mapping[str, Part]:
        """What the script says about each person, by handle."""
        return {person["handle"]: person for person in self.script.cast["people"]}


async def fill(instance: Instance, clock: SetClock, script: Script, password: str) -> None:
    """Fill a fresh instance; `clock` is the one that the instance goes by."""
    now = clock.now()
    parts = 2 * len(script.cast["people"]) + len(script.posts) + len(script.cast["logins"])
    with progress(f"Filling {script.cast['region']}", parts) as advance:
        filling = Filling(instance, clock, script, now, advance)
        clock.at = now - _BEGAN
        await _make_people(filling)
        await _make_logins(filling, password)
        await _make_profiles(filling)
        await _follow(filling)
        await _live_through(filling)
        if script.programme is not None:
            people = {handle: made[0] for handle, made in filling.people.items()}
            await run_programme(instance, clock, script.programme, people)


async def _make_people(filling: Filling) -> None:
    cast = filling.script.cast["people"]
    keys = await asyncio.gather(*(asyncio.to_thread(new_keys) for _ in cast))
    for person, pair in zip(cast, keys, strict=True):
        made = await filling.instance.work(_make_person, person, pair)
        filling.people[person["handle"]] = made
        filling.advance(1)


def _make_person(w: Work, person: Part, keys: NewKeys) -> tuple[int, str]:
    made = create_person(
        w,
        handle=person["handle"],
        kind=PersonKind(person["kind"]),
        keys=keys,
        display_name=person["name"],
        reach=Reach(person["reach"]) if "reach" in person else None,
        language=person["language"],
    )
    return made.id, w.site.url(f"/people/{made.id}")


async def _make_logins(filling: Filling, password: str) -> None:
    logins = filling.script.cast["logins"]
    passwords = Passwords()
    try:
        # One hash for all: the password is the same and printed, and each hash takes a while.
        hashed = await passwords.hash(password)
    finally:
        passwords.close()
    taken: set[str] = set()
    for login in logins:
        handles = login["acts_for"]
        roles = {handle: EDITOR if handle in taken else OWNER for handle in handles}
        taken |= set(handles)
        acting = {filling.people[handle][0]: role for handle, role in roles.items()}
        await filling.instance.work(_make_login, login, hashed, acting)
        filling.advance(1)


def _make_login(w: Work, login: Part, hashed: str, acting: Mapping[int, str]) -> None:
    made = create_login(w, email=login["email"], password_hash=hashed)
    mark_email_confirmed(w, made.id)
    for person_id, role in acting.items():
        grant_person(w, made.id, person_id, role)
    for name in login.get("roles", ()):
        give_role(w, made.id, StaffRole(name))


async def _make_profiles(filling: Filling) -> None:
    for person in filling.script.cast["people"]:
        person_id, _ = filling.people[person["handle"]]
        change = ProfileChange(
            summary=person["summary"],
            discoverable=person["kind"] != PersonKind.TALENT,
            avatar=await _avatar(filling, person, person_id),
            avatar_description=f"The pattern of {person['name']}" if "motif" in person else None,
        )
        await filling.instance.work(update_profile, person_id, change)
        told = filling.script.profiles
        await filling.instance.work(answer, person_id, answers_of(person, told["answers"]))
        if person["handle"] in told["checked"]:
            checked = told["checked"][person["handle"]]
            await filling.instance.work(verify, login_id=None, person_id=person_id, checked=checked)
        filling.advance(1)


async def _avatar(filling: Filling, person: Part, person_id: int) -> str | None:
    if "motif" not in person:
        return None
    drawn = await asyncio.to_thread(
        picture, person["motif"], person["colour"], size=SQUARE, seed=person["handle"]
    )
    media = await upload_image(filling.instance, person_id=person_id, content=drawn, keep=True)
    return f"/media/{media.file_name}"


async def _follow(filling: Filling) -> None:
    def all_follow(w: Work) -> None:
        for follower, followed in filling.script.cast["follows"].items():
            for handle in followed:
                follow(w, filling.people[follower][0], filling.people[handle][0])

    await filling.instance.work(all_follow)


async def _live_through(filling: Filling) -> None:
    """Publish every post at its moment, and what follows from it at its own."""
    later: list[tuple[datetime, Step]] = []
    for post in filling.script.posts:
        at = filling.now - age_of(post["ago"])
        await _do_until(filling, later, at)
        filling.clock.at = at
        await _publish(filling, post)
        later += _answers(filling, post, at)
        filling.advance(1)
    await _do_until(filling, later, filling.now)
    filling.clock.at = filling.now
    while await filling.instance.work(close_due) or await filling.instance.work(polls.end_polls):
        pass


async def _do_until(filling: Filling, later: list[tuple[datetime, Step]], until: datetime) -> None:
    """Do what was to be done by a moment, in order."""
    due = sorted((one for one in later if one[0] <= until), key=lambda one: one[0])
    later[:] = [one for one in later if one[0] > until]
    for at, step in due:
        filling.clock.at = at
        await filling.instance.work(step)


async def _publish(filling: Filling, post: Part) -> None:
    author_id, _ = filling.people[post["by"]]
    draft = _draft(filling, post, await _pictures(filling, post, author_id))
    made = await filling.instance.work(publish_post, draft)
    filling.posts[post["key"]] = made.id


async def _pictures(filling: Filling, post: Part, author_id: int) -> tuple[int, ...]:
    if "picture" not in post:
        return ()
    wanted = post["picture"]
    colour = filling.authors[post["by"]].get("colour", "#5a67a8")
    drawn = await asyncio.to_thread(picture, wanted["motif"], colour, size=WIDE, seed=post["key"])
    media = await upload_image(
        filling.instance, person_id=author_id, content=drawn, description=wanted["alt"]
    )
    return (media.id,)


def _draft(filling: Filling, post: Part, media: Sequence[int]) -> Draft:
    author_id, uri = filling.people[post["by"]]
    record: dict[str, Any] | None = None
    if "kind" in post:
        record = full_record(post, filling.authors[post["by"]], uri, filling.now)
    poll = post.get("poll")
    return Draft(
        author_id=author_id,
        text=post.get("text", ""),
        audience=Audience(post.get("audience", "public")),
        language=post.get("lang"),
        in_reply_to_id=filling.posts[post["reply_to"]] if "reply_to" in post else None,
        media_ids=tuple(media),
        poll=PollDraft(options=poll["options"], expires_in=poll["days"] * 86_400) if poll else None,
        kind=post.get("kind"),
        record=record,
    )


def _answers(filling: Filling, post: Part, at: datetime) -> list[tuple[datetime, Step]]:
    """Return what happens to a post after it was published, each with its moment."""
    doings, key, post_id = filling.script.doings, post["key"], filling.posts[post["key"]]
    steps = [
        _bound(service, filling.people[handle][0], post_id)
        for name, service in _DOINGS.items()
        for handle in doings[name].get(key, ())
    ]
    steps += [
        _bound(polls.vote, filling.people[handle][0], post_id, [choice])
        for handle, choice in doings["votes"].get(key, {}).items()
    ]
    author_id, _ = filling.people[post["by"]]
    if post.get("pinned"):
        steps.append(_bound(reactions_to.pin, author_id, post_id))
    timed = [
        (min(at + _BETWEEN * (place + 1), filling.now), step) for place, step in enumerate(steps)
    ]
    if "state" in post:
        closing = _bound(close_post, author_id, post_id, PostState(post["state"]))
        timed.append((filling.now - _CLOSED, closing))
    return timed


def _bound(service: Callable[..., object], *arguments: object) -> Step:
    """Return a step that calls a service."""

    def step(w: Work) -> object:
        return service(w, *arguments)

    return step
