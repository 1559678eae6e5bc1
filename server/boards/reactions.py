"""What boards answer: posts of a kind appearing, changing, ending and going."""

from datetime import timedelta
from typing import Final

from server.boards import service
from server.boards.model import BoardEntry
from server.platform.events import Reaction
from server.platform.jobs.model import JobRequest
from server.platform.work import Work
from server.posts.events import (
    PostClosed,
    PostDeleted,
    PostEdited,
    PostPublished,
    PostReopened,
)
from server.posts.model import Post

TELL_AT_ONCE: Final = "boards.tell_at_once"
_GATHERING: Final = timedelta(seconds=30)
"""How long alerts wait for more of the same: an import publishes many posts in a row."""


def _on_published(w: Work, event: PostPublished) -> None:
    """List a post; one that waited for a moderator is listed again when it is let through."""
    post = w.session.get(Post, event.post_id)
    if post is None or post.kind is None:
        return
    service.list_post(w, event.post_id, anew=not event.is_backfill)
    if not event.is_backfill:
        w.enqueue(JobRequest(kind=TELL_AT_ONCE, run_at=w.now + _GATHERING, unique_key=TELL_AT_ONCE))


def _on_changed(w: Work, event: PostEdited | PostClosed | PostReopened) -> None:
    service.list_post(w, event.post_id)


def _on_deleted(w: Work, event: PostDeleted) -> None:
    if w.session.get(BoardEntry, event.post_id) is not None:
        service.unlist_post(w, event.post_id)


REACTIONS: Final = (
    Reaction(PostPublished, _on_published),
    Reaction(PostEdited, _on_changed),
    Reaction(PostClosed, _on_changed),
    Reaction(PostReopened, _on_changed),
    Reaction(PostDeleted, _on_deleted),
)
