"""Posts that arrive from elsewhere: kept when somebody here has to do with them, changed, deleted.

Who speaks has been established before. Here it is decided whether a post is wanted (a server that
keeps everything is a spam store), and everything is idempotent: what is known stays as it is.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import exists, or_, select

from activitypub.documents.note import Note
from activitypub.documents.origin import require_owner_origin, same_origin, same_url
from activitypub.errors import DocumentError
from server.federation.actors import is_ours
from server.federation.gone import gone, mark_gone
from server.federation.model import Actor
from server.people.cards import PersonRow
from server.people.model import Block, Follow, FollowState
from server.people.queries import person_by_id
from server.people.relations import viewer_as
from server.people.rules import HOUSE
from server.platform.work import Reading, Work
from server.posts import direct, telling
from server.posts.drafting import Named
from server.posts.events import MessageDropped, PostPublished
from server.posts.incoming import (
    audience_of,
    emojis_of,
    id_for,
    kept_bytes,
    media_of_note,
    named_by,
    page_of,
    poll_of_note,
    published_of,
    words_of,
)
from server.posts.model import Audience, Post
from server.posts.queries import is_visible
from server.posts.removing import remove_boost, remove_post
from server.posts.storing import Placed, adopt_answers, insert_post, put_poll

_log = structlog.get_logger("posts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A post from elsewhere, believed to be its author's.

    `asked` means that somebody here looked for it, or that it belongs to what they looked at;
    `is_backfill` that it is old, and nobody is to be told.
    """

    note: Note
    author_id: int
    raw: bytes = b""
    asked: bool = False
    is_backfill: bool = False


def post_known(r: Reading, uri: str) -> int | None:
    """Return the row of the post with this id, when it is known here."""
    return r.session.scalar(select(Post.id).where(Post.uri == uri))


def receive_post(w: Work, incoming: Incoming) -> Post | None:
    """Keep a post from elsewhere and tell whom it concerns; None when it is not kept.

    A post that is known is returned as it is; one that was deleted stays deleted.
    """
    note = incoming.note
    known = w.session.scalar(select(Post).where(Post.uri == note.id))
    if known is not None:
        return known
    author = _author(w, incoming)
    if author is None or gone(w, note.id) is not None:
        return None
    audience = audience_of(w, author, note)
    named = named_by(w, note)
    parent = _parent(w, author, note)
    if audience == Audience.DIRECT:
        named = _accepting(w, author, named)
        if not any(one.person.is_local for one in named):
            _drop_message(w)
            return None
        return _keep(w, incoming, author, audience, named, parent)
    if incoming.asked or is_wanted(w, author, audience, named, parent):
        return _keep(w, incoming, author, audience, named, parent)
    return None


def _author(w: Work, incoming: Incoming) -> PersonRow | None:
    """Return the author when they may speak for this post at all."""
    note = incoming.note
    author = person_by_id(w, HOUSE, incoming.author_id)
    if author is None or author.is_local or author.suspended or author.gone:
        return None
    if is_ours(w.site, note.id) or not any(same_url(author.uri, o) for o in note.attributed_to):
        return None
    try:
        require_owner_origin(note.document)
    except DocumentError:
        return None
    return author


def _accepting(w: Work, author: PersonRow, named: list[Named]) -> list[Named]:
    """Leave out the people here who have not opened the way for messages of this sender."""
    return [
        one
        for one in named
        if not one.person.is_local or direct.accepts_from(w, one.person.id, author.id)
    ]


def _drop_message(w: Work) -> None:
    """A message nobody here accepts is not read, not stored, and only counted."""
    _log.info("direct message dropped")
    w.emit(MessageDropped())


def is_wanted(
    r: Reading, author: PersonRow, audience: Audience, named: list[Named], parent: Post | None
) -> bool:
    """Say whether anybody here has to do with a post.

    Somebody follows its author, is named in it (and does not block the author), wrote what it
    answers, or it is for partners.
    """
    if audience == Audience.PARTNERS or (parent is not None and parent.is_local):
        return True
    blockers = select(Block.blocker_id).where(Block.blocked_id == author.id)
    here = [one.person.id for one in named if one.person.is_local]
    addressed = exists().where(Actor.id.in_(here), Actor.id.not_in(blockers))
    followed = exists().where(
        Follow.followee_id == author.id,
        Follow.state == FollowState.ACCEPTED,
        Follow.follower_id == Actor.id,
        Actor.host == "",
    )
    return bool(r.session.scalar(select(or_(followed, addressed))))


def _keep(
    w: Work,
    incoming: Incoming,
    author: PersonRow,
    audience: Audience,
    named: list[Named],
    parent: Post | None,
) -> Post:
    note = incoming.note
    published = published_of(note, w.now)
    post_id = id_for(w.ids, published, w.now)
    while w.session.get(Post, post_id) is not None:
        post_id += 1
    post = insert_post(
        w,
        Placed(
            id=post_id,
            uri=note.id,
            url=page_of(note),
            is_local=False,
            author_id=author.id,
            audience=audience,
            published_at=published,
            edited_at=_edited_at(note, published, w.now),
            parent=parent,
            parent_uri=note.in_reply_to,
            remote_media=media_of_note(note),
            emojis=emojis_of(note),
            received=kept_bytes(note, incoming.raw),
        ),
        words_of(note, named),
    )
    poll = poll_of_note(note, post.id, w.now)
    if poll is not None:
        put_poll(w, poll)
    adopt_answers(w, post)
    w.emit(PostPublished(post.id, author.id, is_local=False, is_backfill=incoming.is_backfill))
    if not incoming.is_backfill:
        telling.tell_named(w, post, [one.person.id for one in named if one.person.is_local])
        telling.tell_subscribers(w, post)
    return post


def _edited_at(note: Note, published: datetime, now: datetime) -> datetime | None:
    if note.updated is None or note.updated <= published:
        return None
    return min(note.updated, now)


def _parent(w: Work, author: PersonRow, note: Note) -> Post | None:
    """Return what a post answers; nobody hangs answers below a post they may not see."""
    if note.in_reply_to is None:
        return None
    parent = w.session.scalar(
        select(Post).where(Post.uri == note.in_reply_to, Post.boost_of_id.is_(None))
    )
    if parent is not None and parent.is_local:
        return parent if is_visible(w, viewer_as(w, author), parent.id) else None
    return parent


def receive_delete(w: Work, sender_id: int, sender_uri: str, uri: str) -> None:
    """Delete what its owner deletes: a post, or a boost by the id of its Announce.

    An unknown id of the sender's own host is remembered, so that the post is not accepted when it
    arrives after its Delete.
    """
    post = w.session.scalar(select(Post).where(Post.uri == uri))
    if post is None:
        if same_origin(sender_uri, uri):
            mark_gone(w, uri, "Note")
        return
    if post.author_id != sender_id or post.is_local:
        return
    if post.boost_of_id is not None:
        remove_boost(w, post)
    else:
        remove_post(w, post)
