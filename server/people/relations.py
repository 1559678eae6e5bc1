"""How people come to stand to each other: follow, block, mute, private notes.

One set of functions for people here and elsewhere, used by the API, the pages and the inbox alike:
the inbox passes the `uri` of the activity that arrived. What the other side's server has to know is
sent from here, in the same transaction. Counters change exactly when a row does.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from server.federation import hosts, outbox
from server.federation.model import Reach
from server.people import messages
from server.people.cards import PersonRow
from server.people.events import (
    Blocked,
    Followed,
    FollowRequested,
    FollowRequestEnded,
    Muted,
    Unfollowed,
)
from server.people.model import Block, Follow, FollowState, Mute, Person, PersonNote
from server.people.queries import person_by_id, person_of
from server.people.rules import HOUSE, MAX_NOTE, Viewer, place_of_policy, within_reach
from server.people.writing import insert_once, rows_changed
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.i18n import say
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Reading, Work


class OutOfReach(NotAllowed):
    """The reach of the person who acts does not go as far as the server of the other."""

    code = "out_of_reach"
    text = say("You chose not to be visible to that person's server.")


class FollowRefused(NotAllowed):
    """One of the two blocks the other."""

    code = "follow_refused"
    text = say("This account cannot be followed")


@dataclass(frozen=True, slots=True)
class _Pair:
    """Who does something, and to whom."""

    doer: PersonRow
    other: PersonRow


def follow(
    w: Work,
    follower_id: int,
    followee_id: int,
    *,
    shows_boosts: bool | None = None,
    notifies: bool | None = None,
    uri: str | None = None,
) -> FollowState:
    """Let one person follow another, or ask for it; on a follow that exists, change its switches.

    None leaves a switch as it is (boosts are shown and posts not announced at first). Somebody
    elsewhere is `requested` until their Accept arrives. Raises NotFound, FollowRefused (a block),
    OutOfReach (a Follow would tell another server of somebody it may not know), Invalid (oneself).
    """
    one_at_a_time(w.session, follower_id)
    pair = _pair_for_follow(w, follower_id, followee_id)
    known = _follow_of(w, follower_id, followee_id)
    if known is not None:
        return _follow_again(w, pair, known, shows_boosts=shows_boosts, notifies=notifies, uri=uri)
    state = FollowState.REQUESTED
    if pair.other.is_local and not pair.other.locked:
        state = FollowState.ACCEPTED
    values = {
        "id": w.new_id(),
        "follower_id": follower_id,
        "followee_id": followee_id,
        "state": state,
        "uri": uri or outbox.activity_uri(w),
        "shows_boosts": shows_boosts is not False,
        "notifies": notifies is True,
        "created_at": w.now,
    }
    if not insert_once(w.session, Follow, values):
        return follow(w, follower_id, followee_id, shows_boosts=shows_boosts, notifies=notifies)
    made = Follow(**values)
    if state is FollowState.ACCEPTED:
        _come_into_force(w, made)
        messages.send_accept(w, made, pair.doer, pair.other)
    else:
        w.emit(FollowRequested(made.id, follower_id, followee_id))
        messages.send_follow(w, made, pair.doer, pair.other)
    return state


def _pair_for_follow(w: Work, follower_id: int, followee_id: int) -> _Pair:
    if follower_id == followee_id:
        raise Invalid(say("You cannot follow yourself."))
    follower = person_of(w, HOUSE, follower_id)
    followee = person_of(w, viewer_as(w, follower), followee_id)
    if _is_blocked(w, follower_id, followee_id):
        raise FollowRefused
    if followee.moved_to_id is not None:
        raise Invalid(say("This account has moved. Follow the new one."))
    _require_reach(w, follower, followee)
    return _Pair(follower, followee)


def _follow_again(
    w: Work,
    pair: _Pair,
    known: Follow,
    *,
    shows_boosts: bool | None,
    notifies: bool | None,
    uri: str | None,
) -> FollowState:
    """A repeated Follow from elsewhere means that its sender lost our answer: it is given again."""
    if shows_boosts is not None:
        known.shows_boosts = shows_boosts
    if notifies is not None:
        known.notifies = notifies
    if uri is not None:
        known.uri = uri
    w.session.flush()
    state = FollowState(known.state)
    if uri is not None and state is FollowState.ACCEPTED:
        messages.send_accept(w, known, pair.doer, pair.other)
    return state


def unfollow(w: Work, follower_id: int, followee_id: int) -> bool:
    """End a follow or take back a request; tell whether there was one."""
    one_at_a_time(w.session, follower_id)
    ended = _end_follow(w, follower_id, followee_id)
    if ended is None:
        return False
    follower, followee = _both(w, follower_id, followee_id)
    messages.send_undo_follow(w, ended, follower, followee)
    return True


def accept_follow(w: Work, followee_id: int, follower_id: int) -> bool:
    """Accept a request to follow; tell whether one was waiting. A second time changes nothing.

    For a followee here it is their own decision, for one elsewhere their Accept has arrived.
    """
    changed = w.session.execute(
        update(Follow)
        .where(
            Follow.follower_id == follower_id,
            Follow.followee_id == followee_id,
            Follow.state == FollowState.REQUESTED,
        )
        .values(state=FollowState.ACCEPTED)
    )
    if not rows_changed(changed):
        return False
    known = _follow_of(w, follower_id, followee_id)
    if known is None:
        return False
    w.emit(FollowRequestEnded(known.id, follower_id, followee_id))
    _come_into_force(w, known)
    follower, followee = _both(w, follower_id, followee_id)
    messages.send_accept(w, known, follower, followee)
    return True


def reject_follow(w: Work, followee_id: int, follower_id: int) -> bool:
    """Refuse a request, or end a follow that was accepted before; tell whether there was one."""
    ended = _end_follow(w, follower_id, followee_id)
    if ended is None:
        return False
    follower, followee = _both(w, follower_id, followee_id)
    messages.send_reject(w, ended, follower, followee)
    return True


def remove_follower(w: Work, person_id: int, follower_id: int) -> bool:
    """Stop somebody from following a person, without blocking them."""
    known = _follow_of(w, follower_id, person_id)
    if known is None or known.state != FollowState.ACCEPTED:
        return False
    return reject_follow(w, person_id, follower_id)


def drop_follow(w: Work, follower_id: int, followee_id: int) -> bool:
    """End a follow without telling anybody, because the other server does not know of it."""
    return _end_follow(w, follower_id, followee_id) is not None


def block(w: Work, blocker_id: int, blocked_id: int, *, uri: str | None = None) -> None:
    """Let one person block another: follows end both ways, neither finds the other any more.

    Raises NotFound, and Invalid for oneself. A block that exists stays as it is.
    """
    one_at_a_time(w.session, blocker_id)
    if blocker_id == blocked_id:
        raise Invalid(say("You cannot block yourself."))
    blocker = person_of(w, HOUSE, blocker_id)
    other = _somebody(w, blocker, blocked_id)
    values = {
        "id": w.new_id(),
        "blocker_id": blocker_id,
        "blocked_id": blocked_id,
        "uri": uri or outbox.activity_uri(w),
        "created_at": w.now,
    }
    if not insert_once(w.session, Block, values):
        return
    ended = _end_follow(w, blocker_id, blocked_id)
    if ended is not None:
        messages.send_undo_follow(w, ended, blocker, other)
    ended = _end_follow(w, blocked_id, blocker_id)
    if ended is not None:
        messages.send_reject(w, ended, other, blocker)
    messages.send_block(w, Block(**values), blocker, other)
    w.emit(Blocked(blocker_id, blocked_id))


def unblock(w: Work, blocker_id: int, blocked_id: int) -> bool:
    """Take a block back; tell whether there was one. Follows do not come back."""
    one_at_a_time(w.session, blocker_id)
    known = w.session.scalar(
        select(Block).where(Block.blocker_id == blocker_id, Block.blocked_id == blocked_id)
    )
    if known is None:
        return False
    w.session.delete(known)
    w.session.flush()
    blocker, other = _both(w, blocker_id, blocked_id)
    messages.send_undo_block(w, known, blocker, other)
    return True


def mute(
    w: Work,
    muter_id: int,
    muted_id: int,
    *,
    notifications: bool = True,
    until: datetime | None = None,
) -> None:
    """Hide somebody from a person of this instance, for good or until a moment; nobody is told.

    Muting again replaces what was chosen before. Raises NotFound, and Invalid for oneself.
    """
    one_at_a_time(w.session, muter_id)
    if muter_id == muted_id:
        raise Invalid(say("You cannot mute yourself."))
    if until is not None and until <= w.now:
        raise Invalid(say("The end of a mute must lie in the future."))
    _somebody(w, person_of(w, HOUSE, muter_id), muted_id)
    values = {
        "id": w.new_id(),
        "muter_id": muter_id,
        "muted_id": muted_id,
        "notifications": notifications,
        "expires_at": until,
        "created_at": w.now,
    }
    if not insert_once(w.session, Mute, values):
        w.session.execute(
            update(Mute)
            .where(Mute.muter_id == muter_id, Mute.muted_id == muted_id)
            .values(notifications=notifications, expires_at=until)
        )
    w.emit(Muted(muter_id, muted_id))


def unmute(w: Work, muter_id: int, muted_id: int) -> bool:
    """Show somebody again; tell whether they were muted."""
    one_at_a_time(w.session, muter_id)
    gone = w.session.execute(
        delete(Mute).where(Mute.muter_id == muter_id, Mute.muted_id == muted_id)
    )
    return rows_changed(gone) > 0


def set_note(w: Work, author_id: int, about_id: int, text: str) -> None:
    """Keep a private note about somebody; an empty text removes it. Raises NotFound, Invalid."""
    one_at_a_time(w.session, author_id)
    if len(text) > MAX_NOTE:
        raise Invalid(details={"comment": [("ERR_TOO_LONG", say("is too long"))]})
    _somebody(w, person_of(w, HOUSE, author_id), about_id)
    known = w.session.get(PersonNote, (author_id, about_id))
    if known is not None:
        w.session.delete(known)
        w.session.flush()
    if text.strip():
        w.session.add(PersonNote(author_id=author_id, about_id=about_id, text=text))
        w.session.flush()


def viewer_as(r: Reading, person: PersonRow) -> Viewer:
    """Return how a person looks at others: from here, or from their server as we meet it."""
    if person.is_local:
        return Viewer.member(person.id)
    return Viewer(person.id, place_of_policy(hosts.policy_of(r, person.authority)))


def _somebody(w: Work, doer: PersonRow, other_id: int) -> PersonRow:
    """Return whom the doer may see, or who has blocked the doer: blocking back must be possible."""
    other = person_by_id(w, HOUSE, other_id)
    seen = Viewer(None, viewer_as(w, doer).place)
    if other is None or person_by_id(w, seen, other_id) is None:
        raise NotFound
    return other


def _require_reach(w: Work, follower: PersonRow, followee: PersonRow) -> None:
    if not follower.is_local or followee.is_local:
        return
    if not hosts.may_federate(w, followee.authority):
        raise OutOfReach(say("This instance does not exchange anything with that server."))
    place = place_of_policy(hosts.policy_of(w, followee.authority))
    if not within_reach(place, Reach(follower.reach)):
        raise OutOfReach


def _is_blocked(w: Work, one: int, other: int) -> bool:
    either = select(Block.id).where(
        Block.blocker_id.in_((one, other)), Block.blocked_id.in_((one, other))
    )
    return w.session.scalar(either.limit(1)) is not None


def _follow_of(w: Work, follower_id: int, followee_id: int) -> Follow | None:
    return w.session.scalar(
        select(Follow)
        .where(Follow.follower_id == follower_id, Follow.followee_id == followee_id)
        .execution_options(populate_existing=True)
    )


def _both(w: Work, one: int, other: int) -> tuple[PersonRow, PersonRow]:
    return person_of(w, HOUSE, one), person_of(w, HOUSE, other)


def _come_into_force(w: Work, made: Follow) -> None:
    _count(w, made.follower_id, made.followee_id, change=1)
    w.emit(Followed(made.id, made.follower_id, made.followee_id))


def _end_follow(w: Work, follower_id: int, followee_id: int) -> Follow | None:
    known = _follow_of(w, follower_id, followee_id)
    if known is None:
        return None
    gone = w.session.execute(delete(Follow).where(Follow.id == known.id))
    if not rows_changed(gone):
        return None
    if known.state == FollowState.ACCEPTED:
        _count(w, follower_id, followee_id, change=-1)
        w.emit(Unfollowed(follower_id, followee_id))
    else:
        w.emit(FollowRequestEnded(known.id, follower_id, followee_id))
    return known


def _count(w: Work, follower_id: int, followee_id: int, *, change: int) -> None:
    # Always in the order of ids, so that two people who follow each other cannot deadlock.
    changes = {
        follower_id: {"following_count": Person.following_count + change},
        followee_id: {"followers_count": Person.followers_count + change},
    }
    for person_id in sorted(changes):
        w.session.execute(
            update(Person)
            .where(Person.id == person_id)
            .values(changes[person_id])
            .execution_options(synchronize_session=False)
        )
