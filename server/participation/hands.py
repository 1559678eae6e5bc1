"""Raising a hand for a vacancy, taking it down, and answering it.

Everything stays between the person and whoever acts for the employer; nothing of it federates, and
nobody is ranked: the only order is that of time.
"""

from collections.abc import Collection

from sqlalchemy import select

from server.participation import telling
from server.participation.model import HandAnswer, HandRaise, HandState
from server.participation.rules import (
    MAX_ANSWER,
    MAX_MESSAGE,
    NotForHands,
    may_raise_hand,
)
from server.people.queries import person_of
from server.people.rules import HOUSE, Viewer
from server.people.sealing import seal_for
from server.platform.errors import Conflict, Invalid, NotFound
from server.platform.i18n import say
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Reading, Work
from server.posts.kinds import Kind
from server.posts.model import Post, PostState
from server.posts.queries import is_visible
from server.posts.rules import is_closed

MESSAGE = "message to an employer"
ANSWER = "answer of an employer"
SHARED = frozenset({"summary", "fields"})
"""Parts of the card that a person may leave out; name, handle and picture are always on it."""


class VacancyClosed(Conflict):
    """The vacancy is filled, withdrawn or past its date."""

    code = "vacancy_closed"
    text = say("This vacancy is closed.")


def raise_hand(
    w: Work, person_id: int, post_id: int, *, message: str = "", shares: Collection[str] = ()
) -> HandRaise:
    """Show interest in a vacancy; return what is kept. A second time changes nothing.

    Raises NotFound for a vacancy that the person may not see, NotForHands, VacancyClosed, and
    Invalid for a message that is too long. Whoever took a hand down may raise it again.
    """
    one_at_a_time(w.session, person_id)
    post = vacancy_for(w, person_id, post_id)
    known = hand_of(w, post_id, person_id)
    if known is not None and known.state != HandState.WITHDRAWN:
        return known
    if len(message) > MAX_MESSAGE:
        raise Invalid(details={"message": [("ERR_TOO_LONG", say("is too long"))]})
    hand = known or HandRaise(id=w.new_id(), post_id=post_id, person_id=person_id)
    hand.state, hand.created_at = HandState.RAISED, w.now
    hand.seen_at, hand.answered_at, hand.deleted_after = None, None, None
    hand.shares = sorted(SHARED.intersection(shares))
    hand.message_sealed = seal_for(w, person_id, message.encode(), MESSAGE) if message else None
    w.session.add(hand)
    w.session.flush()
    telling.tell(w, post.author_id, telling.HAND_RAISED, post)
    return hand


def vacancy_for(r: Reading, person_id: int, post_id: int) -> Post:
    """Return a vacancy that somebody may raise a hand for. Raises what `raise_hand` says."""
    person = person_of(r, HOUSE, person_id)
    if person.suspended or not is_visible(r, Viewer.member(person_id), post_id):
        raise NotFound
    post = r.session.get_one(Post, post_id)
    is_ours = post.is_local and post.kind == Kind.VACANCY and post.boost_of_id is None
    if not is_ours or post.author_id == person_id or not may_raise_hand(person.kind):
        raise NotForHands
    if is_closed(PostState(post.state or PostState.OPEN), post.closes_at, r.now):
        raise VacancyClosed
    return post


def take_down(w: Work, person_id: int, post_id: int) -> bool:
    """Take a hand down: message and answer are deleted at once; tell whether one was up."""
    one_at_a_time(w.session, person_id)
    hand = hand_of(w, post_id, person_id)
    if hand is None or hand.state == HandState.WITHDRAWN:
        return False
    hand.state = HandState.WITHDRAWN
    hand.message_sealed, hand.answer_sealed, hand.answer = None, None, None
    hand.shares = []
    w.session.flush()
    return True


def note_seen(w: Work, employer_id: int) -> int:
    """Note that the employer has looked at the list: the person may know; return how many."""
    mine = select(Post.id).where(Post.author_id == employer_id)
    raised = w.session.scalars(
        select(HandRaise).where(HandRaise.post_id.in_(mine), HandRaise.state == HandState.RAISED)
    ).all()
    for hand in raised:
        hand.state, hand.seen_at = HandState.SEEN, w.now
    w.session.flush()
    return len(raised)


def answer_hand(w: Work, employer_id: int, hand_id: int, answer: HandAnswer, words: str) -> None:
    """Answer somebody, with kind words of one's own; a later answer replaces the one before.

    Raises NotFound for a hand that was not raised for one's own vacancy, or was taken down, and
    Invalid for words that are too long.
    """
    hand = w.session.get(HandRaise, hand_id)
    post = w.session.get(Post, hand.post_id) if hand is not None else None
    if hand is None or post is None or post.author_id != employer_id:
        raise NotFound
    one_at_a_time(w.session, hand.person_id)
    w.session.refresh(hand)
    if hand.state == HandState.WITHDRAWN:
        raise NotFound
    if len(words) > MAX_ANSWER:
        raise Invalid(details={"words": [("ERR_TOO_LONG", say("is too long"))]})
    hand.state, hand.answer, hand.answered_at = HandState.ANSWERED, answer, w.now
    hand.answer_sealed = seal_for(w, hand.person_id, words.encode(), ANSWER) if words else None
    w.session.flush()
    telling.tell(w, hand.person_id, telling.HAND_ANSWERED, post)


def hand_of(r: Reading, post_id: int, person_id: int) -> HandRaise | None:
    """Return somebody's raised hand for a vacancy, in whatever state."""
    wanted = select(HandRaise).where(HandRaise.post_id == post_id, HandRaise.person_id == person_id)
    return r.session.scalar(wanted)
