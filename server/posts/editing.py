"""Editing posts of this instance: versions kept, everybody told who got the post.

A change that changes nothing makes no version and sends nothing. The first edit keeps the first
version too. A poll whose options change starts again without votes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from server.media.queries import media_by_ids
from server.media.service import attach, describe
from server.people.cards import PersonRow
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.i18n import say
from server.platform.storage.locks import one_at_a_time
from server.platform.work import Work
from server.posts import direct, telling
from server.posts.drafting import (
    Change,
    Composed,
    Named,
    PollDraft,
    check_amounts,
    check_poll,
    compose_kind,
    compose_text,
)
from server.posts.events import PostEdited
from server.posts.holding import hand_in_again
from server.posts.model import Audience, Poll, Post
from server.posts.sealing import opened_words
from server.posts.sending import later_than, send_update
from server.posts.storing import (
    has_versions,
    let_go,
    media_of,
    named_silently,
    put_media,
    put_mentions,
    put_poll,
    put_tags,
    put_words,
    remember_version,
)

_SHOWN: Final = ("content", "content_map", "source", "spoiler", "sensitive", "language", "record")


def own_post(w: Work, person_id: int, post_id: int) -> Post:
    """Return somebody's own post (not a boost). Raises NotFound for everything else."""
    post = w.session.get(Post, post_id, populate_existing=True)
    if post is None or post.author_id != person_id or post.boost_of_id is not None:
        raise NotFound
    if not post.is_local:
        raise NotFound
    return post


def edit_post(w: Work, person_id: int, post_id: int, change: Change) -> Post:
    """Give a post new words, pictures or poll; its audience stays. Returns it.

    Raises NotFound for another's post, Invalid for what is not acceptable.
    """
    one_at_a_time(w.session, person_id)
    post = own_post(w, person_id, post_id)
    author = person_of(w, HOUSE, person_id)
    if author.suspended:
        raise NotAllowed
    composed = _composed(w, author, post, change)
    poll = _new_poll(w, post, change.poll)
    media = list(change.media_ids)
    described = _descriptions(w, media, change.descriptions)
    is_same = not described and poll is None and media == media_of(w, post.id)
    if is_same and not _differs(w, post, composed):
        return post
    if not has_versions(w, post.id):
        remember_version(w, post, at=post.published_at)
    _put(w, post, composed, media, poll)
    for media_id, description in described.items():
        describe(w, person_id=person_id, media_id=media_id, description=description)
    post.edited_at = later_than(w, post)
    w.session.flush()
    remember_version(w, post, at=post.edited_at)
    if post.held is None:
        send_update(w, post.id)
        w.emit(PostEdited(post.id, post.author_id))
        telling.tell_boosters(w, post)
    else:
        hand_in_again(w, post)
    return post


def _composed(w: Work, author: PersonRow, post: Post, change: Change) -> Composed:
    if post.kind is not None:
        return _composed_kind(w, author, post, change)
    has_poll = change.poll is not None or w.session.get(Poll, post.id) is not None
    check_amounts(change, has_poll=has_poll)
    kept = replace(
        change,
        sensitive=post.sensitive if change.sensitive is None else change.sensitive,
        language=change.language or post.language,
    )
    return compose_text(w, author, kept, Audience(post.audience))


def _composed_kind(w: Work, author: PersonRow, post: Post, change: Change) -> Composed:
    """A text alone cannot replace a record: the fields would be lost."""
    if change.record is None or post.kind is None:
        raise Invalid(say("This post has fields. Change it on its own page."))
    kept = {
        name: value
        for name, value in (post.record or {}).items()
        if name in {"identifier", "state", "datePosted"}
    }
    return compose_kind(
        w, author, post.kind, {**change.record, **kept}, url=post.url, published=post.published_at
    )


def _descriptions(w: Work, media: Sequence[int], asked: Mapping[int, str]) -> dict[int, str]:
    """Return the descriptions that are new, of pictures that the post has."""
    known = media_by_ids(w, media)
    return {
        media_id: text
        for media_id, text in asked.items()
        if media_id in known and known[media_id].description != text
    }


def _differs(w: Work, post: Post, composed: Composed) -> bool:
    words = opened_words(w, post)
    said = {name: getattr(words if hasattr(words, name) else post, name) for name in _SHOWN}
    return any(said[name] != getattr(composed, name) for name in _SHOWN)


def _new_poll(w: Work, post: Post, draft: PollDraft | None) -> Poll | None:
    """Return a poll to put in place of the present one; None when there is nothing new in it."""
    if draft is None or post.kind is not None:
        return None
    options = check_poll(draft)
    present = w.session.get(Poll, post.id)
    if present is not None and present.closed_at is not None:
        raise Invalid(say("This poll is over."))
    if (
        present is not None
        and [option["title"] for option in present.options] == options
        and present.multiple == draft.multiple
    ):
        return None
    return Poll(
        post_id=post.id,
        options=[{"title": option, "votes": 0} for option in options],
        multiple=draft.multiple,
        hides_totals=draft.hides_totals,
        expires_at=w.now + timedelta(seconds=draft.expires_in),
    )


def _put(w: Work, post: Post, composed: Composed, media: Sequence[int], poll: Poll | None) -> None:
    """Write the new version; people who were named before and are not any more are let go."""
    mentions = list(composed.mentions)
    if post.audience == Audience.DIRECT:
        mentions += [Named(one, silent=True) for one in named_silently(w, post.id)]
        direct.require_accepted(w, post.author_id, [one.person for one in mentions])
    put_words(w, post, composed)
    w.session.flush()
    put_tags(w, post, composed.tags)
    newly_named = put_mentions(w, post.id, mentions)
    _put_media(w, post, media)
    if poll is not None:
        put_poll(w, poll)
    telling.tell_named(w, post, newly_named)


def _put_media(w: Work, post: Post, media: Sequence[int]) -> None:
    """Attach what is new. What is dropped stays a day unattached, and is then deleted."""
    present = media_of(w, post.id)
    new = [one for one in media if one not in present]
    if new:
        attach(w, post.author_id, new)
    dropped = [one for one in present if one not in media]
    let_go(w, dropped)
    put_media(w, post.id, media)
