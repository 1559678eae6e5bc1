"""Who takes part in a message: its author and whom it is addressed to, as numbers."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from server.federation.model import Actor
from server.people.model import Person
from server.platform.work import Reading
from server.posts.model import Mention, Post


def circles_of(r: Reading, post_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Return who takes part in each of some posts, in two statements."""
    if not post_ids:
        return {}
    authors = r.session.execute(select(Post.id, Post.author_id).where(Post.id.in_(post_ids))).all()
    found = {post_id: {author_id} for post_id, author_id in authors}
    named = select(Mention.post_id, Mention.person_id).where(Mention.post_id.in_(post_ids))
    for post_id, person_id in r.session.execute(named):
        found[post_id].add(person_id)
    return {post_id: frozenset(people) for post_id, people in found.items()}


def circle_of(r: Reading, post_id: int) -> frozenset[int]:
    """Return who takes part in one post."""
    return circles_of(r, [post_id]).get(post_id, frozenset())


def written(people: Iterable[int]) -> str:
    """Return people as `Conversation.others` keeps them."""
    return ",".join(str(one) for one in sorted(people))


def read(others: str) -> frozenset[int]:
    """Return the people that `Conversation.others` holds."""
    return frozenset(int(one) for one in others.split(",") if one)


def still_there(r: Reading, people: Iterable[int]) -> frozenset[int]:
    """Return those of the people who were not erased."""
    return frozenset(r.session.scalars(select(Person.id).where(Person.id.in_(set(people)))))


def local(r: Reading, people: Iterable[int]) -> list[int]:
    """Return those of the people who live on this instance."""
    wanted = select(Actor.id).where(Actor.id.in_(set(people)), Actor.host == "")
    return list(r.session.scalars(wanted.order_by(Actor.id)))
