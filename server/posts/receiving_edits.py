"""Changes of posts from elsewhere: new words when `updated` grew, new counts of a poll otherwise.

The audience never changes with an Update: what was for few does not become public, nor does it
vanish for those who have it. An Update of something unknown counts as its Create.
"""

from sqlalchemy import delete, select

from activitypub.documents.note import Note
from server.platform.work import Work
from server.posts import telling
from server.posts.drafting import Composed
from server.posts.events import PostClosed, PostEdited, PostReopened
from server.posts.incoming import (
    emojis_of,
    kept_bytes,
    media_of_note,
    named_by,
    page_of,
    poll_of_note,
    words_of,
)
from server.posts.model import Audience, Poll, Post, PostState, Vote
from server.posts.polls import end_poll
from server.posts.receiving import Incoming, receive_post
from server.posts.sealing import opened_words
from server.posts.storing import (
    has_versions,
    put_mentions,
    put_tags,
    put_words,
    remember_version,
)

_SHOWN = ("content", "content_map", "spoiler", "sensitive", "language", "record", "title")


def receive_edit(w: Work, incoming: Incoming) -> Post | None:
    """Take an Update over; None when the post is not kept here. Only its author changes a post."""
    note = incoming.note
    post = w.session.scalar(select(Post).where(Post.uri == note.id))
    if post is None:
        return receive_post(w, incoming)
    if post.is_local or post.author_id != incoming.author_id:
        return None
    if _is_newer(w, note, post):
        _take_over(w, incoming, post)
    _take_poll(w, note, post)
    return post


def _is_newer(w: Work, note: Note, post: Post) -> bool:
    before = post.edited_at or post.published_at
    return note.updated is not None and before < min(note.updated, w.now)


def _take_over(w: Work, incoming: Incoming, post: Post) -> None:
    note = incoming.note
    updated = min(note.updated or w.now, w.now)
    named = named_by(w, note)
    if post.audience == Audience.DIRECT:
        # Nobody new is let into a message by an edit.
        named = [one for one in named if not one.person.is_local]
    composed = words_of(note, named)
    media = media_of_note(note)
    differs = _differs(w, post, composed) or media != opened_words(w, post).remote_media
    state = post.state
    if differs and not has_versions(w, post.id):
        remember_version(w, post, at=post.edited_at or post.published_at)
    post.remote_media = media
    post.emojis = emojis_of(note)
    post.url = page_of(note)
    post.received = kept_bytes(note, incoming.raw)
    put_words(w, post, composed)
    post.edited_at = updated
    w.session.flush()
    put_tags(w, post, composed.tags)
    newly_named = []
    if post.audience != Audience.DIRECT:
        newly_named = put_mentions(w, post.id, composed.mentions)
    if not differs:
        return
    remember_version(w, post, at=updated)
    _announce(w, post, state)
    telling.tell_boosters(w, post)
    telling.tell_named(w, post, newly_named)


def _differs(w: Work, post: Post, composed: Composed) -> bool:
    words = opened_words(w, post)
    said = {name: getattr(words if hasattr(words, name) else post, name) for name in _SHOWN}
    return any(said[name] != getattr(composed, name) for name in _SHOWN)


def _announce(w: Work, post: Post, before: PostState | None) -> None:
    what: type[PostEdited | PostClosed | PostReopened] = PostEdited
    if post.state != before and post.state is not None:
        what = PostReopened if post.state == PostState.OPEN else PostClosed
    w.emit(what(post.id, post.author_id))


def _take_poll(w: Work, note: Note, post: Post) -> None:
    """Take the author's counts; other options start without the votes given here."""
    told = poll_of_note(note, post.id, w.now)
    known = w.session.get(Poll, post.id)
    if told is None:
        return
    if known is None:
        w.session.add(told)
        w.session.flush()
        return
    was_open = known.closed_at is None
    if [one["title"] for one in told.options] != [one["title"] for one in known.options]:
        w.session.execute(delete(Vote).where(Vote.post_id == post.id))
    known.options = told.options
    known.multiple = told.multiple
    known.hides_totals = told.hides_totals
    known.voters_count = told.voters_count
    known.expires_at = told.expires_at
    w.session.flush()
    if was_open and told.closed_at is not None:
        end_poll(w, known)
