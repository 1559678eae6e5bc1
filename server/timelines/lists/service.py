"""Making, naming and filling lists. Only people one follows can be on a list, as in Mastodon."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, func, select

from server.people.model import Follow, FollowState
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.work import Reading, Work
from server.timelines.lists.model import ListMember, PersonList, RepliesPolicy

MAX_LISTS: Final = 50
MAX_TITLE: Final = 255


def make_list(
    w: Work,
    owner_id: int,
    title: str,
    *,
    replies_policy: RepliesPolicy = RepliesPolicy.LIST,
    exclusive: bool = False,
) -> PersonList:
    """Make an empty list. Raises Invalid without a name, and beyond fifty lists."""
    count = w.session.scalar(
        select(func.count()).select_from(PersonList).where(PersonList.owner_id == owner_id)
    )
    if (count or 0) >= MAX_LISTS:
        raise Invalid(say("There can be at most %(most)d lists.", most=MAX_LISTS))
    made = PersonList(
        id=w.new_id(),
        owner_id=owner_id,
        title=_title(title),
        replies_policy=replies_policy,
        exclusive=exclusive,
        created_at=w.now,
    )
    w.session.add(made)
    w.session.flush()
    return made


def change_list(
    w: Work,
    owner_id: int,
    list_id: int,
    *,
    title: str | None = None,
    replies_policy: RepliesPolicy | None = None,
    exclusive: bool | None = None,
) -> PersonList:
    """Change what is given of a list. Raises NotFound for another's, Invalid for an empty name."""
    found = own_list(w, owner_id, list_id)
    if title is not None:
        found.title = _title(title)
    if replies_policy is not None:
        found.replies_policy = replies_policy
    if exclusive is not None:
        found.exclusive = exclusive
    return found


def delete_list(w: Work, owner_id: int, list_id: int) -> None:
    """Delete a list; the people on it are still followed. Raises NotFound for another's."""
    w.session.delete(own_list(w, owner_id, list_id))


def add_members(w: Work, owner_id: int, list_id: int, people: Sequence[int]) -> None:
    """Put people on a list.

    Raises NotFound for another's list or somebody whom the owner does not follow, Invalid for
    somebody who is on it.
    """
    own_list(w, owner_id, list_id)
    wanted = set(people)
    followed = w.session.scalars(
        select(Follow.followee_id).where(
            Follow.follower_id == owner_id,
            Follow.followee_id.in_(wanted),
            Follow.state == FollowState.ACCEPTED,
        )
    )
    # Oneself can be on one's own list.
    if wanted - set(followed) - {owner_id}:
        raise NotFound
    there = w.session.scalar(
        select(ListMember.person_id)
        .where(ListMember.list_id == list_id, ListMember.person_id.in_(wanted))
        .limit(1)
    )
    if there is not None:
        raise Invalid(details={"account": [("ERR_TAKEN", say("is on this list already"))]})
    w.session.add_all(ListMember(list_id=list_id, person_id=one) for one in sorted(wanted))
    w.session.flush()


def remove_members(w: Work, owner_id: int, list_id: int, people: Sequence[int]) -> None:
    """Take people off a list; who is not on it is passed over. Raises NotFound for another's."""
    own_list(w, owner_id, list_id)
    w.session.execute(
        delete(ListMember).where(
            ListMember.list_id == list_id, ListMember.person_id.in_(list(people))
        )
    )


def take_off_lists(w: Work, owner_id: int, person_id: int) -> None:
    """Take somebody off all lists of somebody who does not follow them any more."""
    own = select(PersonList.id).where(PersonList.owner_id == owner_id)
    w.session.execute(
        delete(ListMember).where(ListMember.person_id == person_id, ListMember.list_id.in_(own))
    )


def erase_lists(w: Work, person_id: int) -> None:
    """Delete somebody's lists, and take them off the lists of others."""
    w.session.execute(delete(ListMember).where(ListMember.person_id == person_id))
    w.session.execute(delete(PersonList).where(PersonList.owner_id == person_id))


def own_list(r: Reading, owner_id: int, list_id: int) -> PersonList:
    """Return one's own list. Raises NotFound."""
    found = r.session.get(PersonList, list_id)
    if found is None or found.owner_id != owner_id:
        raise NotFound
    return found


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not title:
        raise Invalid(details={"title": [("ERR_BLANK", say("can't be blank"))]})
    if len(title) > MAX_TITLE:
        raise Invalid(details={"title": [("ERR_TOO_LONG", say("is too long"))]})
    return title
