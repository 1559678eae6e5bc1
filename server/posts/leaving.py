"""Taking posts away with people, with hosts, with reach, and with time.

Somebody who is deleted is announced by one Delete of the actor, so their posts send none of their
own; somebody who shortens their reach sends one for each post to the servers that are left out.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from activitypub.documents import building
from activitypub.documents.building import Envelope
from server.federation import outbox
from server.federation.actors import INSTANCE_ACTOR_ID
from server.federation.events import HostBlocked
from server.federation.hosts import policies_for
from server.federation.ledger import hosts_of
from server.federation.model import Actor, LedgerEntry, Reach
from server.notifications.service import forget_post
from server.people.events import PersonDeleted, ReachLowered
from server.people.rules import HOUSE, place_of_policy, within_reach
from server.platform.jobs.model import JobRequest
from server.platform.work import Reading, Work
from server.posts.documents import addressees, nameable, object_type
from server.posts.events import PostDeleted
from server.posts.loading import post_row
from server.posts.model import (
    Audience,
    Bookmark,
    Like,
    Mention,
    Post,
    PostState,
    ThreadMute,
    Vote,
)
from server.posts.removing import remove_boost, remove_post
from server.posts.rows import PostRow
from server.posts.rules import REMOTE_KEPT
from server.posts.sealing import owner_of, reseal
from server.posts.storing import count, count_posts

FORGET_HOST: Final = "posts.forget_host"
_MOST_AT_ONCE: Final = 100


def on_person_deleted(w: Work, event: PersonDeleted) -> None:
    """Delete everything of somebody who goes."""
    forget_author(w, event.person_id)


def forget_author(w: Work, person_id: int) -> None:
    """Delete the posts of somebody, and what they did with posts of others. Sends nothing."""
    for boosted in (True, False):
        kind = Post.boost_of_id.is_not(None) if boosted else Post.boost_of_id.is_(None)
        posts = w.session.scalars(select(Post).where(Post.author_id == person_id, kind)).all()
        for post in posts:
            (remove_boost if boosted else remove_post)(w, post, tells=False)
    for post_id in w.session.scalars(select(Like.post_id).where(Like.person_id == person_id)).all():
        count(w, post_id, "likes_count", -1)
    _leave_messages(w, person_id)
    for table in (Like, Bookmark, Vote, ThreadMute, Mention):
        mine = delete(table).where(table.person_id == person_id)
        w.session.execute(mine, execution_options={"synchronize_session": False})
    w.session.execute(
        update(Post)
        .where(Post.in_reply_to_person_id == person_id)
        .values(in_reply_to_person_id=None)
        .execution_options(synchronize_session=False)
    )


def _leave_messages(w: Work, person_id: int) -> None:
    """Give messages to somebody who goes another receiver's key, or delete them without any."""
    other = aliased(Mention)
    received = w.session.scalars(
        select(Post)
        .join(Mention, Mention.post_id == Post.id)
        .where(
            Mention.person_id == person_id,
            Post.audience == Audience.DIRECT,
            Post.author_id != person_id,
            Post.sealed.is_not(None),
        )
    ).all()
    for post in received:
        if post.sealed is None or owner_of(post.sealed) != person_id:
            continue
        heir = w.session.scalar(
            select(func.min(other.person_id))
            .join(Actor, Actor.id == other.person_id)
            .where(
                other.post_id == post.id,
                other.person_id.not_in((person_id, INSTANCE_ACTOR_ID)),
                Actor.host == "",
            )
        )
        if heir is None:
            remove_post(w, post, tells=False)
        else:
            reseal(w, post, heir)


def on_host_blocked(w: Work, event: HostBlocked) -> None:
    """Have everything deleted that came from a host."""
    w.enqueue(
        JobRequest(
            kind=FORGET_HOST,
            payload={"host": event.host},
            unique_key=f"{FORGET_HOST}:{event.host}",
        )
    )


def forget_host(w: Work, host: str) -> int:
    """Delete what came from a host and its subdomains, a hundred at a time; return how many."""
    of_host = or_(
        Actor.host == host,
        Actor.host.endswith(f".{host}", autoescape=True),
        Actor.host.startswith(f"{host}:", autoescape=True),
    )
    posts = w.session.scalars(
        select(Post)
        .join(Actor, Actor.id == Post.author_id)
        .where(of_host, Actor.host != "")
        .order_by(Post.boost_of_id.is_(None), Post.id)
        .limit(_MOST_AT_ONCE)
    ).all()
    for post in posts:
        (remove_post if post.boost_of_id is None else remove_boost)(w, post, tells=False)
    return len(posts)


def on_reach_lowered(w: Work, event: ReachLowered) -> None:
    """Take the posts of somebody back from the servers that may not see them any more."""
    got = select(LedgerEntry.object_uri).where(LedgerEntry.actor_id == event.person_id)
    posts = w.session.scalars(
        select(Post.id).where(
            Post.author_id == event.person_id, Post.boost_of_id.is_(None), Post.uri.in_(got)
        )
    ).all()
    for post_id in posts:
        post = post_row(w, HOUSE, post_id)
        if post is not None:
            _withdraw(w, post, event.current)


def _withdraw(w: Work, post: PostRow, reach: Reach) -> None:
    told = hosts_of(w, post.uri)
    policies = policies_for(w, told)
    lost = [one for one in told if not within_reach(place_of_policy(policies.of(one)), reach)]
    if not lost:
        return
    to, cc = addressees(w.site, post, [one.uri for one in nameable(w, post)])
    envelope = Envelope(
        id=outbox.activity_uri(w), actor=post.author.uri, to=to, cc=cc, published=w.now
    )
    outbox.send(
        w,
        actor_id=post.author.id,
        activity=building.delete_of(post.uri, envelope, former_type=object_type(post)),
        object_uri=post.uri,
        to_actors=_one_at_each(w, lost),
    )


def _one_at_each(r: Reading, hosts: Sequence[str]) -> list[int]:
    """Return one actor of each host; hosts are those of actor ids, as the ledger writes them."""
    found: list[int] = []
    for host in hosts:
        # "0" is the character after "/": the index on ids answers what begins with a host.
        places = [
            (Actor.uri >= f"{scheme}://{host}/") & (Actor.uri < f"{scheme}://{host}0")
            for scheme in ("https", "http")
        ]
        actor_id = r.session.scalar(
            select(func.min(Actor.id)).where(or_(*places), Actor.host != "")
        )
        if actor_id is not None:
            found.append(actor_id)
    return found


def drop_old(w: Work) -> int:
    """Delete posts from elsewhere that nobody here had to do with for 90 days; return how many.

    They are not marked as gone: whoever looks for one again gets it again.
    """
    ids = w.session.scalars(
        select(Post.id)
        .where(
            Post.is_local.is_(False),
            Post.created_at < w.now - REMOTE_KEPT,
            Post.audience != Audience.DIRECT,
            or_(Post.state.is_(None), Post.state != PostState.OPEN),
            *_untouched(),
        )
        .order_by(Post.id)
        .limit(_MOST_AT_ONCE)
    ).all()
    for post_id in ids:
        post = w.session.get(Post, post_id)
        if post is None:
            continue
        if post.boost_of_id is not None:
            remove_boost(w, post, tells=False)
            continue
        w.emit(PostDeleted(post.id, post.author_id))
        forget_post(w, post.id)
        count_posts(w, post.author_id, Audience(post.audience), -1)
        gone = delete(Post).where(Post.id == post.id)
        w.session.execute(gone, execution_options={"synchronize_session": False})
        w.session.expunge(post)
    return len(ids)


def _untouched() -> list[ColumnElement[bool]]:
    """Nobody here liked, kept, boosted, answered or voted, and nobody here is named."""
    other = aliased(Post)
    here = select(Actor.id).where(Actor.host == "")
    return [
        ~exists().where(Like.post_id == Post.id, Like.person_id.in_(here)),
        ~exists().where(Bookmark.post_id == Post.id),
        ~exists().where(Mention.post_id == Post.id, Mention.person_id.in_(here)),
        ~exists().where(Vote.post_id == Post.id, Vote.person_id.in_(here)),
        ~exists(
            select(other.id).where(
                other.is_local, or_(other.boost_of_id == Post.id, other.in_reply_to_id == Post.id)
            )
        ),
    ]
