"""Publishing posts by people of this instance.

Editing is in `editing`, deleting in `removing`, closing in `closing`, what others do with a post in
`reactions_to`, what arrives from elsewhere in `receiving`. All of them are units of work: what goes
out is kept in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from server.federation.model import Reach
from server.federation.remote import resolve_handle
from server.media.service import attach
from server.people.cards import PersonRow
from server.people.queries import people_by_ids, person_of
from server.people.relations import OutOfReach
from server.people.rules import HOUSE, Viewer
from server.platform.errors import NotAllowed, NotFound
from server.platform.instance import Instance
from server.platform.linkify import mentions_in
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Reading, Work
from server.posts import direct, holding
from server.posts.closing import close_post
from server.posts.drafting import (
    Change,
    Composed,
    Draft,
    Named,
    PollDraft,
    check_amounts,
    check_poll,
    compose_kind,
    compose_text,
)
from server.posts.editing import edit_post
from server.posts.model import Audience, Poll, Post
from server.posts.queries import is_visible
from server.posts.removing import delete_post
from server.posts.rules import MAX_MENTIONS, capped, reply_audience
from server.posts.sending import reachable
from server.posts.storing import Placed, insert_post, put_media, put_poll

__all__ = [
    "Change",
    "Draft",
    "PollDraft",
    "author_of",
    "close_post",
    "delete_post",
    "edit_post",
    "new_poll",
    "publish_post",
    "resolve_mentions",
]

_SAME_REQUEST: Final = timedelta(hours=1)
"""How long an idempotency key is remembered."""


async def resolve_mentions(instance: Instance, text: str) -> None:
    """Make the people a text names known here, asking their servers; before the unit that posts.

    Whoever cannot be found stays text. At most fifty are looked for.
    """
    for mention in mentions_in(text)[:MAX_MENTIONS]:
        if mention.host is not None and mention.host.lower() != instance.site.host:
            await resolve_handle(instance, mention.acct)


def publish_post(w: Work, draft: Draft) -> Post:
    """Publish a post and return it; a repeated idempotency key returns the first one.

    A first post of somebody new is held back until a moderator has looked (`holding`).

    The audience is narrowed to the author's reach and to what is answered. Raises NotFound for a
    parent that the author may not see, Invalid for what is not acceptable, MessageRefused, and
    OutOfReach for a message that could not leave.
    """
    author = author_of(w, draft.author_id)
    earlier = _published_before(w, draft)
    if earlier is not None:
        return earlier
    parent = _parent(w, draft)
    audience = _audience(author, draft, parent)
    post_id = w.new_id()
    url = w.site.url(f"/@{author.username}/{post_id}")
    composed = _composed(w, author, draft, audience, url)
    mentions = _addressed(w, draft, composed.mentions, audience, parent)
    _require_way(w, author, audience, mentions)
    post = insert_post(
        w,
        Placed(
            id=post_id,
            uri=w.site.url(f"/posts/{post_id}"),
            url=url,
            is_local=True,
            author_id=author.id,
            audience=audience,
            published_at=w.now,
            parent=parent,
            application=draft.application,
            idempotency_key=draft.idempotency_key,
            held=holding.held_at_first(w, author.id, audience, parent),
        ),
        _addressing(composed, mentions),
    )
    _attach(w, post, draft)
    if post.held is None:
        holding.announce_new(w, post)
    else:
        holding.hand_in(w, post)
    return post


def author_of(w: Reading, person_id: int) -> PersonRow:
    """Return somebody of this instance who may write. Raises NotFound, NotAllowed."""
    author = person_of(w, HOUSE, person_id)
    if not author.is_local or author.gone:
        raise NotFound
    if author.suspended or author.moved_to_id is not None:
        raise NotAllowed
    return author


def _published_before(w: Work, draft: Draft) -> Post | None:
    if not draft.idempotency_key:
        return None
    one_at_a_time(w.session, draft.author_id)
    return w.session.scalar(
        select(Post).where(
            Post.author_id == draft.author_id,
            Post.idempotency_key == draft.idempotency_key,
            Post.created_at > w.now - _SAME_REQUEST,
        )
    )


def _parent(w: Work, draft: Draft) -> Post | None:
    """Return what is answered; an answer to a boost answers what it shows."""
    if draft.in_reply_to_id is None:
        return None
    if not is_visible(w, Viewer.member(draft.author_id), draft.in_reply_to_id):
        raise NotFound
    parent = w.session.get(Post, draft.in_reply_to_id)
    if parent is not None and parent.boost_of_id is not None:
        parent = w.session.get(Post, parent.boost_of_id)
    if parent is None:
        raise NotFound
    return parent


def _audience(author: PersonRow, draft: Draft, parent: Post | None) -> Audience:
    asked = draft.audience or Audience(author.default_audience)
    if parent is not None:
        asked = reply_audience(asked, Audience(parent.audience))
    return capped(asked, author.reach)


def _composed(w: Work, author: PersonRow, draft: Draft, audience: Audience, url: str) -> Composed:
    if draft.kind is not None:
        return compose_kind(w, author, draft.kind, draft.record or {}, url=url, published=w.now)
    check_amounts(draft, has_poll=draft.poll is not None)
    return compose_text(w, author, draft, audience)


def _addressed(
    w: Work, draft: Draft, mentions: Sequence[Named], audience: Audience, parent: Post | None
) -> list[Named]:
    """A direct answer reaches whom it answers, even when the text does not name them."""
    if audience != Audience.DIRECT:
        return list(mentions)
    wanted = [*draft.to, *([] if parent is None else [parent.author_id])]
    found = people_by_ids(w, Viewer.member(draft.author_id), wanted)
    if not found.keys() >= set(draft.to):
        raise NotFound
    return [*mentions, *(Named(found[one], silent=True) for one in wanted if one in found)]


def _require_way(w: Work, author: PersonRow, audience: Audience, mentions: Sequence[Named]) -> None:
    if audience != Audience.DIRECT:
        return
    people = [one.person for one in mentions]
    direct.require_accepted(w, author.id, people)
    away = [one.id for one in people if not one.is_local]
    if len(reachable(w, audience, Reach(author.reach), away)) < len(away):
        raise OutOfReach


def _addressing(composed: Composed, mentions: Sequence[Named]) -> Composed:
    return replace(composed, mentions=tuple(mentions))


def _attach(w: Work, post: Post, draft: Draft) -> None:
    if draft.media_ids:
        media = attach(w, post.author_id, draft.media_ids)
        put_media(w, post.id, [one.id for one in media])
    if draft.poll is not None and draft.kind is None:
        put_poll(w, new_poll(w, post.id, draft.poll))


def new_poll(w: Work, post_id: int, draft: PollDraft) -> Poll:
    """Return a poll that begins now. Raises Invalid when it is not acceptable."""
    return Poll(
        post_id=post_id,
        options=[{"title": option, "votes": 0} for option in check_poll(draft)],
        multiple=draft.multiple,
        hides_totals=draft.hides_totals,
        expires_at=w.now + timedelta(seconds=draft.expires_in),
    )
