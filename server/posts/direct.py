"""Whether somebody accepts a direct message from somebody, for both directions alike.

A message is accepted between two people whose match goes on, from whom the receiver follows, from
whom the receiver has written to before (not when it was in a match that is over), and between the
staff and the people of this instance. Everything else is refused to a sender here
with a clear text, and dropped unread when it comes from elsewhere.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, literal, or_, select

from server.access.model import LoginPerson, LoginRole
from server.federation.actors import INSTANCE_ACTOR_ID
from server.people.cards import PersonRow
from server.people.model import Block, Follow, FollowState
from server.platform.errors import NotAllowed
from server.platform.i18n import say
from server.platform.work import Reading
from server.posts.model import Audience, Mention, Post
from server.profiles.standing import MATCHES


class MessageRefused(NotAllowed):
    """The receiver has not opened the way for messages of this sender."""

    code = "message_refused"


def accepts_from(r: Reading, receiver_id: int, sender_id: int) -> bool:
    """Say whether the receiver takes a direct message from the sender; never past a block."""
    if receiver_id == sender_id:
        return True
    if receiver_id == INSTANCE_ACTOR_ID:
        return False  # it writes notices, and nobody would read an answer
    blocked = exists().where(
        Block.blocker_id.in_((receiver_id, sender_id)),
        Block.blocked_id.in_((receiver_id, sender_id)),
    )
    follows = exists().where(
        Follow.follower_id == receiver_id,
        Follow.followee_id == sender_id,
        Follow.state == FollowState.ACCEPTED,
    )
    wrote = exists().where(
        Post.author_id == receiver_id,
        Post.audience == Audience.DIRECT,
        Post.id == Mention.post_id,
        Mention.person_id == sender_id,
    )
    staff = exists().where(
        LoginPerson.person_id.in_((receiver_id, sender_id)),
        LoginPerson.login_id == LoginRole.login_id,
    )
    is_matched = MATCHES.in_touch(r, receiver_id, sender_id)
    has_parted = not is_matched and MATCHES.parted(r, receiver_id, sender_id)
    found = r.session.scalar(
        select(
            ~blocked
            & or_(
                literal(is_matched),
                follows,
                wrote & literal(not has_parted),
                staff & _has_login(receiver_id) & _has_login(sender_id),
                literal(sender_id == INSTANCE_ACTOR_ID),
            )
        )
    )
    return bool(found)


def _has_login(person_id: int) -> ColumnElement[bool]:
    return exists().where(LoginPerson.person_id == person_id)


def require_accepted(r: Reading, sender_id: int, receivers: Iterable[PersonRow]) -> None:
    """Raise MessageRefused for the first receiver who does not take messages of the sender."""
    for receiver in receivers:
        if receiver.id == INSTANCE_ACTOR_ID:
            raise MessageRefused(say("Nobody reads answers to these messages."))
        if not accepts_from(r, receiver.id, sender_id):
            raise MessageRefused(
                say(
                    "@%(acct)s does not take direct messages from you: they have to follow you "
                    "or write to you first.",
                    acct=receiver.acct,
                )
            )
