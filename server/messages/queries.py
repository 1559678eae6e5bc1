"""Reading conversations: a person's own and nobody else's; what they may not see is NotFound."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, or_, select

from server.access.model import LoginPerson, LoginRole, StaffRole
from server.matching.queries import matches_of, read_no_more
from server.matching.rules import CONSENTED
from server.messages import circles
from server.messages.model import Conversation, GoneMessage, MessageWishes
from server.people.cards import PersonRow
from server.people.model import Follow, FollowState, Person
from server.people.queries import people_by_ids
from server.people.rules import Viewer
from server.platform.errors import NotFound
from server.platform.http.paging import Page, page_of
from server.platform.storage.paging import paged
from server.platform.work import Reading
from server.posts.loading import post_rows
from server.posts.model import Audience, Post
from server.posts.rows import PostRow
from server.posts.visibility import visible_to

MOST_SHOWN: Final = 200
"""How many messages of a conversation stand on its page."""
_MOST_STAFF: Final = 20
_COUNTED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRow:
    """One conversation of somebody: who else takes part, and its latest message.

    `last` is None when that was deleted; `people` are those who are still here and may be seen.
    """

    id: int
    thread_id: int
    last_id: int
    unread: bool
    last: PostRow | None
    people: Sequence[PersonRow]


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a conversation; `post` is None for one that was deleted."""

    id: int
    at: datetime
    post: PostRow | None


def conversations(
    r: Reading, viewer: Viewer, page: Page, *, with_deleted: bool = False
) -> list[ConversationRow]:
    """Return a page of the viewer's conversations, the latest first; pages on `last_id`.

    With `with_deleted` also those whose latest message is gone.
    """
    wanted = _own(viewer, with_deleted=with_deleted).where(~Conversation.hidden)
    found = r.session.scalars(paged(wanted, Conversation.last_id, page)).all()
    return _rows(r, viewer, page_of(found, page, lambda one: one.last_id))


def conversation(r: Reading, viewer: Viewer, conversation_id: int) -> ConversationRow:
    """Return one conversation of the viewer's. Raises NotFound for everything else."""
    wanted = _own(viewer, with_deleted=True).where(Conversation.id == conversation_id)
    found = r.session.scalars(wanted).all()
    if not found:
        raise NotFound
    return _rows(r, viewer, found)[0]


def _own(viewer: Viewer, *, with_deleted: bool) -> Select[Conversation]:
    seen: ColumnElement[bool] = visible_to(viewer)
    if with_deleted:
        seen = or_(Post.id.is_(None), seen)
    return (
        select(Conversation)
        .outerjoin(Post, Post.id == Conversation.last_id)
        .where(Conversation.person_id == viewer.person_id, seen, ~_is_over(viewer))
    )


def _is_over(viewer: Viewer) -> ColumnElement[bool]:
    """A conversation by a match whose two see each other no more; until the messages go, too.

    Not when they are matched again, and not when one of them follows the other.
    """
    me, others = viewer.person_id, Conversation.others
    follow = or_(
        and_(Follow.follower_id == me, others == cast(Follow.followee_id, String)),
        and_(Follow.followee_id == me, others == cast(Follow.follower_id, String)),
    )
    over = read_no_more(me, others, lambda number: cast(number, String))
    return and_(over, ~exists().where(follow, Follow.state == FollowState.ACCEPTED))


def _rows(r: Reading, viewer: Viewer, found: Sequence[Conversation]) -> list[ConversationRow]:
    posts = {post.id: post for post in post_rows(r, viewer, [one.last_id for one in found])}
    people = people_by_ids(r, viewer, {one for row in found for one in circles.read(row.others)})
    return [
        ConversationRow(
            id=row.id,
            thread_id=row.thread_id,
            last_id=row.last_id,
            unread=row.unread,
            last=posts.get(row.last_id),
            people=[people[one] for one in sorted(circles.read(row.others)) if one in people],
        )
        for row in found
    ]


def lines_of(r: Reading, viewer: Viewer, conversation_id: int) -> list[Line]:
    """Return the messages of a conversation, oldest first: the latest 200 of its thread.

    Only what the viewer may see; what was deleted by others stands there without words.
    """
    row = r.session.get(Conversation, conversation_id)
    if row is None or (not viewer.is_house and row.person_id != viewer.person_id):
        raise NotFound
    over = select(Conversation.id).where(Conversation.id == conversation_id, _is_over(viewer))
    if not viewer.is_house and r.session.scalar(over):
        raise NotFound
    there = circles.still_there(r, circles.read(row.others)) | {row.person_id}
    ids = r.session.scalars(
        select(Post.id)
        .where(
            Post.conversation_id == row.thread_id,
            Post.audience == Audience.DIRECT,
            Post.boost_of_id.is_(None),
            visible_to(viewer),
        )
        .order_by(Post.id.desc())
        .limit(MOST_SHOWN)
    ).all()
    whose = circles.circles_of(r, ids)
    mine = [one for one in ids if whose[one] | {row.person_id} == there]
    lines = [Line(post.id, post.published_at, post) for post in post_rows(r, viewer, mine)]
    lines += [
        Line(one.post_id, one.sent_at, None)
        for one in r.session.scalars(
            select(GoneMessage).where(GoneMessage.conversation_id == row.id)
        )
    ]
    return sorted(lines, key=lambda line: line.id)


def latest_with(r: Reading, viewer: Viewer, person_id: int) -> int | None:
    """Return the latest conversation of the viewer with one other person alone."""
    wanted = _own(viewer, with_deleted=False).where(Conversation.others == str(person_id))
    found = r.session.scalars(wanted.order_by(Conversation.last_id.desc()).limit(1)).first()
    return None if found is None else found.id


def conversation_of_post(r: Reading, person_id: int, post_id: int) -> int:
    """Return somebody's conversation that a message belongs to. Raises NotFound."""
    thread_id = r.session.scalar(select(Post.conversation_id).where(Post.id == post_id))
    others = circles.circle_of(r, post_id) - {person_id}
    found = r.session.scalar(
        select(Conversation.id).where(
            Conversation.person_id == person_id,
            Conversation.thread_id == thread_id,
            Conversation.others == circles.written(others),
        )
    )
    if found is None:
        raise NotFound
    return found


def unread_count(r: Reading, viewer: Viewer) -> int:
    """Return how many conversations have something unread; at most 100."""
    wanted = _own(viewer, with_deleted=False).where(Conversation.unread, ~Conversation.hidden)
    counted = wanted.with_only_columns(Conversation.id).limit(_COUNTED).subquery()
    return r.session.scalar(select(func.count()).select_from(counted)) or 0


def whom_to_write(r: Reading, viewer: Viewer) -> list[PersonRow]:
    """Return people whom one may begin a conversation with: one's match, and the staff here."""
    me = viewer.person_id
    if me is None:
        return []
    matched = [
        one
        for match in matches_of(r, me)
        if match.state in CONSENTED
        for one in (match.talent_id, match.other_id)
    ]
    staff = r.session.scalars(
        select(LoginPerson.person_id)
        .join(LoginRole, LoginRole.login_id == LoginPerson.login_id)
        .join(Person, Person.id == LoginPerson.person_id)
        .where(LoginRole.role.in_((StaffRole.COACH, StaffRole.COORDINATOR)))
        .distinct()
        .order_by(LoginPerson.person_id)
        .limit(_MOST_STAFF)
    ).all()
    ids = [one for one in dict.fromkeys([*matched, *staff]) if one is not None and one != me]
    found = people_by_ids(r, viewer, ids)
    return [found[one] for one in ids if one in found]


def wants_from_house(r: Reading, person_id: int) -> bool:
    """Tell whether somebody wants notices of matches and meetings as messages, too."""
    row = r.session.get(MessageWishes, person_id)
    return row is None or row.from_house
