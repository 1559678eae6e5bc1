"""Reading lists: whose they are, who is on them, and what their people publish."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from server.people.cards import VIEWER_ID, PersonRow
from server.people.model import Follow, FollowState
from server.people.queries import people_by_ids
from server.people.rules import Viewer
from server.platform.http.paging import Page
from server.platform.storage.paging import paged
from server.platform.work import Reading
from server.posts.model import Post
from server.posts.visibility import visible_to
from server.timelines.lists.model import ListMember, PersonList, RepliesPolicy
from server.timelines.lists.service import own_list


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list as its owner reads it."""

    id: int
    title: str
    replies_policy: RepliesPolicy
    exclusive: bool


def list_row(found: PersonList) -> ListRow:
    """Return a list as a row."""
    policy = RepliesPolicy(found.replies_policy)
    return ListRow(found.id, found.title, policy, found.exclusive)


def lists_of(r: Reading, owner_id: int) -> list[ListRow]:
    """Return somebody's lists, the oldest first."""
    rows = r.session.scalars(
        select(PersonList).where(PersonList.owner_id == owner_id).order_by(PersonList.id)
    )
    return [list_row(row) for row in rows]


def lists_with(r: Reading, owner_id: int, person_id: int) -> list[ListRow]:
    """Return those of somebody's lists that a person is on."""
    rows = r.session.scalars(
        select(PersonList)
        .join(ListMember, ListMember.list_id == PersonList.id)
        .where(PersonList.owner_id == owner_id, ListMember.person_id == person_id)
        .order_by(PersonList.id)
    )
    return [list_row(row) for row in rows]


def members(r: Reading, viewer: Viewer, list_id: int, page: Page | None) -> list[PersonRow]:
    """Return the people on one's own list, a page of them or all; NotFound for another's."""
    own_list(r, viewer.person_id or 0, list_id)
    wanted = select(ListMember.person_id).where(ListMember.list_id == list_id)
    if page is not None:
        wanted = paged(wanted, ListMember.person_id, page)
    ids = list(r.session.scalars(wanted))
    rows = people_by_ids(r, viewer, ids)
    return [rows[one] for one in ids if one in rows]


def list_timeline(r: Reading, viewer: Viewer, list_id: int, asked: Page) -> list[int]:
    """Return a page of what the people of one's own list publish; NotFound for another's."""
    found = own_list(r, viewer.person_id or 0, list_id)
    wanted = select(Post.id).where(
        Post.author_id.in_(_members_of(found.id)),
        visible_to(viewer),
        or_(Post.in_reply_to_uri.is_(None), _shown_reply(viewer, found)),
        or_(Post.boost_of_id.is_(None), _wants_boosts(viewer)),
    )
    ids = list(r.session.scalars(paged(wanted, Post.id, asked)))
    return ids[::-1] if asked.ascends else ids


def _members_of(list_id: int) -> Select[int]:
    return select(ListMember.person_id).where(ListMember.list_id == list_id)


def _wants_boosts(viewer: Viewer) -> ColumnElement[bool]:
    return exists().where(
        Follow.follower_id == viewer.person_id,
        Follow.followee_id == Post.author_id,
        Follow.shows_boosts,
    )


def _shown_reply(viewer: Viewer, found: PersonList) -> ColumnElement[bool]:
    """Say which answers a list shows; answers to oneself are a thread and always shown."""
    to_self = Post.in_reply_to_person_id == Post.author_id
    if found.replies_policy == RepliesPolicy.NONE:
        return to_self
    if found.replies_policy == RepliesPolicy.LIST:
        on_list = _members_of(found.id)
        to_me = Post.in_reply_to_person_id == viewer.person_id
        return or_(to_self, to_me, Post.in_reply_to_person_id.in_(on_list))
    followed = select(Follow.followee_id).where(
        Follow.follower_id == viewer.person_id, Follow.state == FollowState.ACCEPTED
    )
    return or_(to_self, Post.in_reply_to_person_id.in_(followed))


def lists_holding(r: Reading, person_id: int) -> Sequence[int]:
    """Return the lists that somebody is on, whosever they are: for telling open streams."""
    return r.session.scalars(
        select(ListMember.list_id).where(ListMember.person_id == person_id)
    ).all()


def is_kept_out_of_home() -> ColumnElement[bool]:
    """Say whether the post's author is on an exclusive list of the viewer (`VIEWER_ID`)."""
    member, owned = aliased(ListMember), aliased(PersonList)
    return (
        exists()
        .where(
            and_(
                member.list_id == owned.id,
                member.person_id == Post.author_id,
                owned.owner_id == VIEWER_ID,
                owned.exclusive,
            )
        )
        .correlate(Post)
    )
