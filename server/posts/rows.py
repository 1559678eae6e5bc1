"""Posts as they are read: frozen rows, complete for any surface, made by `loading` in batches.

Nothing here is bound to a session, so a row can leave its transaction and be kept in a cache; only
`flags` belongs to one viewer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.people.cards import PersonRow
from server.posts.model import Audience, Held, PostState


@dataclass(frozen=True, slots=True)
class MentionRow:
    """Somebody a post names. `acct` is the user name, with the host for people elsewhere."""

    person_id: int
    username: str
    acct: str
    uri: str
    url: str
    silent: bool


@dataclass(frozen=True, slots=True)
class TagRow:
    """A hashtag of a post: the folded name, and as the author wrote it."""

    name: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRow:
    """A picture or file of a post.

    For posts from here `media_id` is set and the addresses are absolute ones of this instance. For
    posts from elsewhere `media_id` is None and `url` is the address at the origin: surfaces show it
    through the media room's proxy.
    """

    media_id: int | None
    url: str
    preview_url: str | None
    media_type: str | None
    description: str
    blurhash: str | None
    width: int | None
    height: int | None
    preview_width: int | None = None
    preview_height: int | None = None
    focus: tuple[float, float] | None = None
    duration_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One answer of a poll; `votes` is None while the totals are hidden."""

    title: str
    votes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRow:
    """The poll of a post as one viewer sees it; `own_votes` are places in `options`."""

    post_id: int
    options: tuple[OptionRow, ...]
    multiple: bool
    votes_count: int
    voters_count: int
    expires_at: datetime | None
    is_over: bool
    hides_totals: bool
    voted: bool
    own_votes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ViewerFlags:
    """How one viewer stands to a post; all false for nobody in particular."""

    liked: bool = False
    boosted: bool = False
    bookmarked: bool = False
    thread_muted: bool = False
    pinned: bool = False


NO_FLAGS = ViewerFlags()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """One post or boost with everything that is shown of it.

    Of a boost only `id`, `uri`, `author`, `audience`, the moments and `boost_of` speak. `pinned`
    in the flags is about the author's own profile, whoever looks. `source` and `application` are
    the author's; surfaces show the source to nobody else.
    """

    id: int
    uri: str
    url: str
    is_local: bool
    author: PersonRow
    audience: Audience
    kind: str | None
    content: str
    content_map: Mapping[str, str] | None
    source: str | None
    spoiler: str
    sensitive: bool
    language: str | None
    in_reply_to_id: int | None
    in_reply_to_uri: str | None
    in_reply_to_person_id: int | None
    conversation_id: int
    boost_of: "PostRow | None"
    record: Mapping[str, Any] | None
    title: str | None
    state: PostState | None
    closes_at: datetime | None
    is_closed: bool
    replies_count: int
    boosts_count: int
    likes_count: int
    places_taken: int = 0
    media: tuple[MediaRow, ...]
    emojis: tuple[Mapping[str, Any], ...]
    card: Mapping[str, Any] | None
    application: str | None
    mentions: tuple[MentionRow, ...]
    tags: tuple[TagRow, ...]
    poll: PollRow | None
    flags: ViewerFlags
    published_at: datetime
    edited_at: datetime | None
    held: Held | None = None
    held_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRow:
    """One version of a post, the present one included."""

    content: str
    spoiler: str
    sensitive: bool
    media: tuple[MediaRow, ...]
    poll_options: tuple[str, ...] | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What the author typed."""

    post_id: int
    text: str
    spoiler: str


@dataclass(frozen=True, slots=True)
class PersonMark:
    """That a person liked or boosted a post: `mark_id` is what such lists page on."""

    mark_id: int
    person: PersonRow
