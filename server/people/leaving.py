"""How somebody goes: from the sight of some servers, from this instance, or from their own.

A Delete is signed by the person, so the actor row and the keys stay until every server was told or
given up on (`federation.leaving`), and the id and the handle answer 410 for 30 days; the profile,
the relations and everything else go at once. Source: GDPR art. 17 and 19.
"""

from collections.abc import Sequence

from sqlalchemy import delete, func, or_, select, update

from activitypub.delivery.fan_out import authority_of
from server.federation import gone, hosts, outbox
from server.federation.events import HostBlocked
from server.federation.leaving import close_actor
from server.federation.ledger import recipients_of_actor
from server.federation.model import Actor, ActorKey, Reach
from server.people.cards import PersonRow
from server.people.documents import delete_of_actor
from server.people.events import FollowRequestEnded, PersonDeleted, Unfollowed
from server.people.model import Follow, FollowState, Person
from server.people.queries import person_by_id, person_of
from server.people.rules import HOUSE, place_of_policy, within_reach
from server.people.sealing import destroy_key
from server.platform.errors import NotFound
from server.platform.work import Reading, Work


def delete_person(w: Work, person_id: int) -> None:
    """Delete somebody of this instance: everything here at once, and a Delete to all who know them.

    Raises NotFound. Their id answers 410 for 30 days; then their handle is free again.
    """
    person = person_of(w, HOUSE, person_id)
    if not person.is_local or person.gone:
        raise NotFound
    w.emit(PersonDeleted(person_id))
    others = _others(w, person_id)
    _send_delete(w, person, _representatives(w, others))
    _end_follows(w, person_id, others)
    destroy_key(w, person_id)
    w.session.execute(delete(Person).where(Person.id == person_id))
    close_actor(w, person_id)
    w.session.get_one(Actor, person_id).public_keys = {}


def withdraw_from(w: Work, person: PersonRow, reach: Reach) -> None:
    """Take somebody away from the servers that a shorter reach leaves out.

    Called while the actor still has the longer reach, because its Deletes go out under that.
    """
    lost = [
        other_id
        for other_id, host in _others_elsewhere(w, person.id)
        if not _may_see(w, host, reach)
    ]
    if reach is Reach.HOME:
        _send_delete(w, person, _representatives(w, lost))
    else:
        left_out = [h for h in recipients_of_actor(w, person.id) if not _may_see(w, h, reach)]
        told = [*lost, *_somebody_at_each(w, left_out)]
        _send_delete(w, person, _representatives(w, told), object_uri=copies_of(person))
    _end_follows(w, person.id, lost)


def copies_of(person: PersonRow) -> str:
    """Return the name under which the copies that only some hosts have of a person are deleted.

    A Delete of the actor itself goes to every host. This name is another one, so it goes where it
    is sent; it ends like the actor's, so the ledger takes it for the end of all that a host had.
    """
    return f"{person.uri}#copies/people/{person.id}"


def forget_remote(w: Work, person_id: int) -> None:
    """Delete somebody elsewhere who is gone at their origin; a second time changes nothing."""
    person = person_by_id(w, HOUSE, person_id)
    if person is None or person.is_local:
        return
    w.emit(PersonDeleted(person_id))
    _end_follows(w, person_id, _others(w, person_id))
    gone.mark_gone(w, person.uri, person.actor_type)
    w.session.execute(delete(Actor).where(Actor.id == person_id))


def part_from_host(w: Work, event: HostBlocked) -> None:
    """End every follow with people of a host that staff blocked; nothing is said to it any more."""
    is_there = (Actor.host == event.host) | Actor.host.endswith(f".{event.host}", autoescape=True)
    known = or_(Follow.follower_id == Actor.id, Follow.followee_id == Actor.id)
    there = select(Actor.id).where(is_there, select(Follow.id).where(known).exists())
    for person_id in w.session.scalars(there).all():
        _end_follows(w, person_id, _others(w, person_id))


def forget_gone(w: Work) -> None:
    """Delete what is left of people who went a month ago and whose keys are destroyed."""
    signing = select(ActorKey.actor_id)
    w.session.execute(
        delete(Actor).where(
            Actor.host == "", Actor.gone_at < w.now - gone.SHOWN_FOR, Actor.id.not_in(signing)
        )
    )


def _send_delete(
    w: Work, person: PersonRow, to_actors: Sequence[int], *, object_uri: str | None = None
) -> None:
    outbox.send(
        w,
        actor_id=person.id,
        activity=delete_of_actor(person, activity_id=outbox.activity_uri(w)),
        object_uri=object_uri or person.uri,
        to_actors=to_actors,
        proof=True,
    )


def _may_see(r: Reading, host: str, reach: Reach) -> bool:
    return within_reach(place_of_policy(hosts.policy_of(r, host)), reach)


def _others(r: Reading, person_id: int) -> list[int]:
    """Everybody who follows the person or is followed by them, requests included."""
    rows = r.session.execute(
        select(Follow.follower_id, Follow.followee_id).where(
            or_(Follow.follower_id == person_id, Follow.followee_id == person_id)
        )
    )
    return list(dict.fromkeys(a if b == person_id else b for a, b in rows))


def _others_elsewhere(r: Reading, person_id: int) -> list[tuple[int, str]]:
    rows = r.session.execute(
        select(Actor.id, Actor.uri).where(Actor.id.in_(_others(r, person_id)), Actor.host != "")
    )
    return [(other_id, authority_of(uri)) for other_id, uri in rows]


def _representatives(r: Reading, others: Sequence[int]) -> list[int]:
    """One actor for each inbox that serves several: a server needs to hear of an end once."""
    return list(
        r.session.scalars(
            select(func.min(Actor.id))
            .where(Actor.id.in_(others), Actor.host != "")
            .group_by(func.coalesce(Actor.shared_inbox, Actor.inbox))
        )
    )


def _somebody_at_each(r: Reading, names: Sequence[str]) -> list[int]:
    """One actor on each of these hosts, through whose inbox the host can be told."""
    return list(
        r.session.scalars(
            select(func.min(Actor.id))
            .where(Actor.host.in_(names), Actor.gone_at.is_(None))
            .group_by(Actor.host)
        )
    )


def _end_follows(w: Work, person_id: int, others: Sequence[int]) -> None:
    """Delete the follows with these people, count anew on their side, and announce each end."""
    if not others:
        return
    between = or_(
        (Follow.follower_id == person_id) & Follow.followee_id.in_(others),
        (Follow.followee_id == person_id) & Follow.follower_id.in_(others),
    )
    ended = w.session.scalars(select(Follow).where(between)).all()
    w.session.execute(delete(Follow).where(between).execution_options(synchronize_session=False))
    for follow in ended:
        w.session.expunge(follow)
        if follow.state == FollowState.ACCEPTED:
            w.emit(Unfollowed(follow.follower_id, follow.followee_id))
        else:
            w.emit(FollowRequestEnded(follow.id, follow.follower_id, follow.followee_id))
    recount(w, [person_id, *others])


def recount(w: Work, person_ids: Sequence[int] | None = None) -> None:
    """Write the counters of people anew from the follows themselves; of everybody for None."""
    accepted = Follow.state == FollowState.ACCEPTED
    count = select(func.count()).where(accepted)
    changed = update(Person).values(
        followers_count=count.where(Follow.followee_id == Person.id).scalar_subquery(),
        following_count=count.where(Follow.follower_id == Person.id).scalar_subquery(),
    )
    if person_ids is not None:
        changed = changed.where(Person.id.in_(person_ids))
    w.session.execute(changed.execution_options(synchronize_session=False))
