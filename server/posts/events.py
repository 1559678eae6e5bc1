"""What posts announce to the features above them, inside the transaction of the change."""

from dataclasses import dataclass

from server.platform.events import Event


@dataclass(frozen=True, slots=True)
class PostPublished(Event):
    """A post exists now, written here or received; never a boost.

    `is_backfill` is set for posts fetched as part of an old thread or of a featured collection:
    they belong in no home timeline and wake nobody.
    """

    post_id: int
    author_id: int
    is_local: bool
    is_backfill: bool = False


@dataclass(frozen=True, slots=True)
class PostHeld(Event):
    """A first post of somebody new waits for a moderator's glance, newly or once more."""

    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class PostRefused(Event):
    """A moderator sent a waiting post back to its author, with a reason."""

    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class PostEdited(Event):
    """The text, the pictures, the poll or the record of a post changed."""

    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class PostDeleted(Event):
    """A post is about to be deleted; its row still exists while this is answered."""

    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class PostBoosted(Event):
    """A boost exists now: `boost_id` is its own row, `post_id` what it shows."""

    boost_id: int
    post_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class PostUnboosted(Event):
    """A boost is about to be deleted; its row still exists while this is answered."""

    boost_id: int
    post_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class PostLiked(Event):
    """Somebody likes a post."""

    post_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class PollEnded(Event):
    """A poll takes no more votes."""

    post_id: int


@dataclass(frozen=True, slots=True)
class PostClosed(Event):
    """A study, vacancy, event, project or tool was filled, withdrawn, or is past its date.

    Its words say so too; no PostEdited is announced beside it.
    """

    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class PostReopened(Event):
    """A closed study, vacancy, event, project or tool is open again; its words say so too."""

    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class MessageDropped(Event):
    """A direct note from elsewhere was dropped unread; nothing of it is kept but the count."""
