"""The changes of a person: made, shown differently, seen further or less far, moved, suspended.

Deletion is in `leaving`, relations between people in `relations`. What other servers have to know
is sent from here in the same transaction; who may hear it at all is guarded once more by the
outbox.
"""

import secrets
from typing import Final

from sqlalchemy import update

from server.federation import actors, outbox
from server.federation.keys import NewKeys
from server.federation.model import Actor, Reach
from server.people import rules
from server.people.cards import PersonRow
from server.people.documents import move_of_actor, update_of_actor
from server.people.events import (
    Moved,
    PersonChanged,
    PersonCreated,
    PersonSuspended,
    ReachLowered,
    ReachRaised,
)
from server.people.leaving import delete_person, withdraw_from
from server.people.model import Person, PersonKind
from server.people.profiles import FieldChange, ProfileChange, columns_of
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.i18n import say
from server.platform.jobs.model import JobRequest
from server.platform.work import Work

__all__ = [
    "FieldChange",
    "ProfileChange",
    "change_reach",
    "create_person",
    "delete_person",
    "move_person",
    "new_pseudonym",
    "note_approved_post",
    "restore_person",
    "suspend_person",
    "tell_of_profile",
    "update_profile",
]

MOVE_FOLLOWERS: Final = "people.move_followers"
_QUALITIES: Final = (
    "bright", "calm", "clever", "early", "gentle", "golden", "green", "kind", "lucky", "quick",
    "quiet", "silver", "steady", "sunny", "warm", "wild",
)  # fmt: skip
_CREATURES: Final = (
    "badger", "beaver", "crane", "dolphin", "falcon", "finch", "heron", "hare", "kestrel", "lark",
    "lynx", "otter", "owl", "robin", "swallow", "swan",
)  # fmt: skip


def new_pseudonym() -> str:
    """Return a random handle that says nothing about anybody, such as `quiet_heron_40718`."""
    words = f"{secrets.choice(_QUALITIES)}_{secrets.choice(_CREATURES)}"
    return f"{words}_{secrets.randbelow(90_000) + 10_000}"


def create_person(
    w: Work,
    *,
    handle: str | None,
    kind: PersonKind,
    keys: NewKeys,
    display_name: str = "",
    reach: Reach | None = None,
    language: str | None = None,
    trusted: bool = True,
) -> Person:
    """Make somebody of this instance. Keys are made before, outside the transaction.

    Without a handle a random one is drawn, as talents have. Reach starts as short as the kind
    allows (GDPR art. 25); employers and organisations can be found by their name, others not.
    The first posts of somebody who is not `trusted` wait for a moderator's glance.
    Raises Invalid for a handle that is malformed or taken.
    """
    chosen = handle if handle is not None else new_pseudonym()
    if not rules.is_handle(chosen):
        raise Invalid(details={"handle": [("ERR_INVALID", say("must be letters, digits or _"))]})
    if actors.local_actor(w, chosen) is not None:
        raise Invalid(details={"handle": [("ERR_TAKEN", say("is taken already"))]})
    columns = columns_of(w.site, ProfileChange(display_name=display_name, language=language))
    is_body = kind in {PersonKind.EMPLOYER, PersonKind.ORGANISATION}
    actor = actors.create_local_actor(
        w,
        username=chosen,
        actor_type=rules.actor_type(kind),
        reach=reach or rules.default_reach(kind),
        keys=keys,
    )
    person = Person(
        id=actor.id,
        kind=kind,
        summary_html="",
        summary_text="",
        fields=[],
        avatar_description="",
        locked=kind is PersonKind.TALENT,
        discoverable=is_body,
        indexable=is_body,
        hides_collections=kind is PersonKind.TALENT,
        also_known_as=[],
        waits_for_trust=not trusted,
        created_at=w.now,
        updated_at=w.now,
        **columns,
    )
    w.session.add(person)
    w.session.flush()
    w.emit(PersonCreated(person.id))
    return person


def update_profile(w: Work, person_id: int, change: ProfileChange) -> PersonRow:
    """Change what somebody shows of themselves, and tell those elsewhere who know them.

    Raises NotFound, and Invalid that names every wrong field.
    """
    _own(w, person_id)
    columns = columns_of(w.site, change)
    if columns:
        _set(w, person_id, **columns, updated_at=w.now)
        w.emit(PersonChanged(person_id))
    person = _own(w, person_id)
    if columns:
        tell_of_profile(w, person)
    return person


def change_reach(w: Work, person_id: int, reach: Reach) -> None:
    """Let somebody be seen further, or less far.

    Less far: whoever loses sight of them is sent Deletes of the person and, by those who answer
    `ReachLowered`, of everything else; follows with them end. Raises NotFound.
    """
    person = _own(w, person_id)
    former = Reach(person.reach)
    if former is reach:
        return
    if rules.narrows(former, reach):
        w.emit(ReachLowered(person_id, former, reach))
        withdraw_from(w, person, reach)
        actors.change_reach(w, person_id, reach)
    else:
        actors.change_reach(w, person_id, reach)
        w.emit(ReachRaised(person_id, former, reach))
        tell_of_profile(w, _own(w, person_id))


def move_person(w: Work, person_id: int, target_id: int) -> None:
    """Send the followers of somebody here to their other account, here or elsewhere.

    The other account must name this one as also its own, or anybody could send followers anywhere
    (FEP-7628). Raises NotFound, Invalid, and NotAllowed within seven days of the last move.
    """
    person = _own(w, person_id)
    target = person_of(w, HOUSE, target_id)
    if target_id == person_id:
        raise Invalid(say("You cannot move to the same account."))
    if person.uri not in target.also_known_as:
        raise Invalid(say("The other account does not name this one as also its own."))
    if target.is_local and rules.narrows(person.reach, target.reach):
        raise Invalid(say("The other account wants to be seen less far than this one."))
    row = w.session.get_one(Person, person_id, populate_existing=True)
    if not rules.may_move_again(row.moved_at, w.now):
        raise NotAllowed(say("An account can move once in seven days."))
    record_move(w, person_id, target_id)
    moved = _own(w, person_id)
    outbox.send(
        w,
        actor_id=person_id,
        activity=move_of_actor(moved, target, activity_id=outbox.activity_uri(w)),
        object_uri=moved.uri,
        to_groups=[("followers", person_id)],
    )
    tell_of_profile(w, moved)


def record_move(w: Work, old_id: int, new_id: int) -> None:
    """Note that somebody moved, and let a job bring their followers here along."""
    _set(w, old_id, moved_to_id=new_id, moved_at=w.now, updated_at=w.now)
    w.enqueue(
        JobRequest(
            kind=MOVE_FOLLOWERS,
            payload={"old": old_id, "new": new_id},
            unique_key=f"{MOVE_FOLLOWERS}:{old_id}",
        )
    )
    w.emit(Moved(old_id, new_id))


def suspend_person(w: Work, person_id: int) -> None:
    """Hide somebody from everybody, here and elsewhere, until they are restored; for staff."""
    person_of(w, HOUSE, person_id)
    w.session.execute(update(Actor).where(Actor.id == person_id).values(suspended_at=w.now))
    w.emit(PersonSuspended(person_id))


def restore_person(w: Work, person_id: int) -> None:
    """Let a suspended person be seen again; for staff."""
    person_of(w, HOUSE, person_id)
    w.session.execute(update(Actor).where(Actor.id == person_id).values(suspended_at=None))
    w.emit(PersonChanged(person_id))


def note_approved_post(w: Work, person_id: int, *, needed: int) -> None:
    """Count that a moderator let a first post through; after `needed` of them trust the author."""
    person = w.session.get_one(Person, person_id, populate_existing=True)
    person.posts_approved += 1
    if person.posts_approved >= needed:
        person.waits_for_trust = False
    w.session.flush()


def _own(w: Work, person_id: int) -> PersonRow:
    """Return somebody of this instance who is still there; raises NotFound for anybody else."""
    person = person_of(w, HOUSE, person_id)
    if not person.is_local or person.gone:
        raise NotFound
    return person


def _set(w: Work, person_id: int, **columns: object) -> None:
    w.session.execute(update(Person).where(Person.id == person_id).values(**columns))


def tell_of_profile(w: Work, person: PersonRow) -> None:
    """Tell the followers, and every server that was given the profile before."""
    is_public = Reach(person.reach) is Reach.FEDIVERSE
    activity_id = outbox.activity_uri(w)
    outbox.send(
        w,
        actor_id=person.id,
        activity=update_of_actor(w, person, activity_id=activity_id, is_public=is_public),
        object_uri=person.uri,
        to_groups=[("followers", person.id)],
        to_hosts_of=person.uri,
        proof=is_public,
    )
