"""The batch loader: many posts with everything shown of them, in a constant number of statements.

One statement for the posts and what they boost, one each for authors, mentions, hashtags, pictures
and polls, and one for all marks of the viewer. Core statements, not entities: list pages run here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Row,
    Select,
    bindparam,
    literal,
    or_,
    select,
    union_all,
)

from server.federation.model import Actor
from server.media.model import Media
from server.people.cards import (
    VIEWER_ID,
    PersonRow,
    cards_seen_by,
    people_seen_from,
    person_row,
)
from server.people.model import Person, PersonKey
from server.people.rules import HOUSE, Place, Viewer
from server.platform.storage.base import BigId
from server.platform.work import Reading
from server.posts.model import (
    Audience,
    Bookmark,
    Held,
    Like,
    Mention,
    Pin,
    Poll,
    Post,
    PostMedia,
    PostState,
    PostTag,
    ThreadMute,
    Vote,
)
from server.posts.rows import (
    MediaRow,
    MentionRow,
    OptionRow,
    PollRow,
    PostRow,
    TagRow,
    ViewerFlags,
)
from server.posts.rules import is_closed
from server.posts.sealing import keys_for, opened_words
from server.posts.visibility import visible_from
from server.profiles.standing import MATCHES, MatchSource

_NOT_SHOWN: Final = {"received", "search_text", "idempotency_key", "created_at"}
_COLUMNS: Final = [column for column in Post.__table__.c if column.name not in _NOT_SHOWN]

PostRecord = Row[Any]

# Statements are made once and executed with parameters: making them costs more than running them.
_IDS: Final[BindParameter[Any]] = bindparam("ids", type_=BigId, expanding=True)
_THREADS: Final[BindParameter[Any]] = bindparam("threads", type_=BigId, expanding=True)
_CARDS: Final = cards_seen_by(HOUSE).where(Person.id.in_(_IDS))
_POLLS: Final = select(Poll.__table__).where(Poll.post_id.in_(_IDS))
_TAGS: Final = (
    select(PostTag.post_id, PostTag.name, PostTag.shown)
    .where(PostTag.post_id.in_(_IDS))
    .order_by(PostTag.post_id, PostTag.name)
)
_PICTURES: Final = (
    select(PostMedia.post_id, *Media.__table__.c)
    .join(Media, Media.id == PostMedia.media_id)
    .where(PostMedia.post_id.in_(_IDS))
    .order_by(PostMedia.post_id, PostMedia.position)
)
_NONE: Final = literal(0)
_PINS: Final = select(literal("pin"), Pin.post_id, _NONE).where(Pin.post_id.in_(_IDS))
_MARKS: Final[CompoundSelect[Any]] = union_all(
    _PINS,
    select(literal("like"), Like.post_id, _NONE).where(
        Like.person_id == VIEWER_ID, Like.post_id.in_(_IDS)
    ),
    select(literal("boost"), Post.boost_of_id, _NONE).where(
        Post.author_id == VIEWER_ID, Post.boost_of_id.in_(_IDS)
    ),
    select(literal("bookmark"), Bookmark.post_id, _NONE).where(
        Bookmark.person_id == VIEWER_ID, Bookmark.post_id.in_(_IDS)
    ),
    select(literal("mute"), ThreadMute.conversation_id, _NONE).where(
        ThreadMute.person_id == VIEWER_ID, ThreadMute.conversation_id.in_(_THREADS)
    ),
    select(literal("vote"), Vote.post_id, Vote.choice).where(
        Vote.person_id == VIEWER_ID, Vote.post_id.in_(_IDS)
    ),
)


@dataclass(slots=True)
class _Around:
    """What hangs on the posts of one batch, by post id."""

    people: Mapping[int, PersonRow]
    keys: Sequence[PersonKey]
    mentions: dict[int, list[MentionRow]] = field(default_factory=lambda: defaultdict(list))
    tags: dict[int, list[TagRow]] = field(default_factory=lambda: defaultdict(list))
    media: dict[int, list[MediaRow]] = field(default_factory=lambda: defaultdict(list))
    polls: dict[int, Row[Any]] = field(default_factory=dict)
    marks: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    votes: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


def post_rows(r: Reading, viewer: Viewer, ids: Sequence[int]) -> list[PostRow]:
    """Return the posts of these ids that the viewer may see, in the order of `ids`."""
    if not ids:
        return []
    asked = list(dict.fromkeys(ids))
    is_somebody = viewer.person_id is not None
    statement = _posts_seen_from(viewer.place, MATCHES.source, is_somebody=is_somebody)
    found = r.session.execute(statement, {"ids": asked, "viewer_id": viewer.person_id}).all()
    rows = _complete(r, viewer, found)
    return [rows[post_id] for post_id in asked if post_id in rows]


@cache
def _posts_seen_from(place: Place, source: MatchSource, *, is_somebody: bool) -> Select[Any]:
    del source  # it only says for which one this was made
    boosted = select(Post.boost_of_id).where(Post.id.in_(_IDS))
    return select(*_COLUMNS).where(
        or_(Post.id.in_(_IDS), Post.id.in_(boosted)),
        visible_from(place, is_somebody=is_somebody),
    )


def post_row(r: Reading, viewer: Viewer, post_id: int) -> PostRow | None:
    """Return one post when the viewer may see it, else None."""
    return next(iter(post_rows(r, viewer, [post_id])), None)


def _complete(r: Reading, viewer: Viewer, found: Sequence[PostRecord]) -> dict[int, PostRow]:
    """Build the rows; originals first, because boosts hold them."""
    around = _around(r, viewer, found)
    rows: dict[int, PostRow] = {}
    for record in sorted(found, key=lambda one: one.boost_of_id is not None):
        author = around.people.get(record.author_id)
        original = rows.get(record.boost_of_id) if record.boost_of_id is not None else None
        if author is None or (record.boost_of_id is not None and original is None):
            continue
        rows[record.id] = _post_row(r, viewer, record, author, original, around)
    return rows


def _around(r: Reading, viewer: Viewer, found: Sequence[PostRecord]) -> _Around:
    ids = [record.id for record in found if record.boost_of_id is None]
    authors = {record.author_id for record in found}
    around = _Around(people=shown_people(r, authors), keys=keys_for(r, found))
    if ids:
        _load_mentions(r, viewer, ids, around)
        _load_tags(r, ids, around)
        _load_media(r, ids, around)
        for poll in r.session.execute(_POLLS, {"ids": ids}):
            around.polls[poll.post_id] = poll
        threads = {record.conversation_id for record in found}
        _load_marks(r, viewer.person_id, ids, threads, around)
    return around


def _load_mentions(r: Reading, viewer: Viewer, ids: Sequence[int], around: _Around) -> None:
    """Only people whom the viewer may know of: a post must not name who wants to stay at home."""
    named = r.session.execute(
        _mentions_seen_from(viewer.place, is_somebody=viewer.person_id is not None),
        {"ids": ids, "viewer_id": viewer.person_id},
    )
    for one in named:
        acct = f"{one.username}@{one.host}" if one.host else one.username
        around.mentions[one.post_id].append(
            MentionRow(one.person_id, one.username, acct, one.uri, one.url or one.uri, one.silent)
        )


@cache
def _mentions_seen_from(place: Place, *, is_somebody: bool) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Mention.post_id, Mention.person_id, Mention.silent,
            Actor.username, Actor.host, Actor.uri, Actor.url,
        )
        .join(Actor, Actor.id == Mention.person_id)
        .where(Mention.post_id.in_(_IDS), people_seen_from(place, is_somebody=is_somebody))
        .order_by(Mention.post_id, Mention.person_id)
    )  # fmt: skip


def _load_tags(r: Reading, ids: Sequence[int], around: _Around) -> None:
    for tag in r.session.execute(_TAGS, {"ids": ids}):
        around.tags[tag.post_id].append(TagRow(tag.name, tag.shown))


def _load_media(r: Reading, ids: Sequence[int], around: _Around) -> None:
    for one in r.session.execute(_PICTURES, {"ids": ids}):
        around.media[one.post_id].append(local_media_row(r, one))


def local_media_row(r: Reading, one: Row[Any]) -> MediaRow:
    """Return the row of an uploaded picture, with absolute addresses."""
    return MediaRow(
        media_id=one.id,
        url=r.site.url(f"/media/{one.file_name}"),
        preview_url=r.site.url(f"/media/{one.preview_name}"),
        media_type=one.media_type,
        description=one.description,
        blurhash=one.blurhash,
        width=one.width,
        height=one.height,
        preview_width=one.preview_width,
        preview_height=one.preview_height,
        focus=(one.focus_x, one.focus_y),
    )


def remote_media_row(one: Mapping[str, Any]) -> MediaRow:
    """Return the row of an attachment from elsewhere, as `receiving` stored it."""
    focus = one.get("focus")
    return MediaRow(
        media_id=None,
        url=one["url"],
        preview_url=one.get("preview_url"),
        media_type=one.get("media_type"),
        description=one.get("description") or "",
        blurhash=one.get("blurhash"),
        width=one.get("width"),
        height=one.get("height"),
        focus=(focus[0], focus[1]) if focus else None,
        duration_seconds=one.get("duration"),
    )


def _load_marks(
    r: Reading, viewer_id: int | None, ids: Sequence[int], threads: Iterable[int], around: _Around
) -> None:
    """Read every mark of the viewer, and what is pinned, in one statement."""
    found: Sequence[Any] = r.session.execute(
        _MARKS if viewer_id is not None else _PINS,
        {"ids": ids, "threads": list(threads), "viewer_id": viewer_id},
    ).all()
    for mark in found:
        what, subject, choice = mark
        around.marks[what].add(subject)
        if what == "vote":
            around.votes[subject].append(choice)


def _post_row(
    r: Reading,
    viewer: Viewer,
    record: PostRecord,
    author: PersonRow,
    original: PostRow | None,
    around: _Around,
) -> PostRow:
    state = PostState(record.state) if record.state else None
    words = opened_words(r, record)
    media = around.media.get(record.id) or [remote_media_row(one) for one in words.remote_media]
    tags = around.tags.get(record.id) or [TagRow(name, shown) for name, shown in words.tags]
    return PostRow(
        id=record.id,
        uri=record.uri,
        url=record.url,
        is_local=record.is_local,
        author=author,
        audience=Audience(record.audience),
        kind=record.kind,
        content=words.content,
        content_map=words.content_map,
        source=words.source,
        spoiler=words.spoiler,
        sensitive=record.sensitive,
        language=record.language,
        in_reply_to_id=record.in_reply_to_id,
        in_reply_to_uri=record.in_reply_to_uri,
        in_reply_to_person_id=record.in_reply_to_person_id,
        conversation_id=record.conversation_id,
        boost_of=original,
        record=record.record,
        title=words.title,
        state=state,
        closes_at=record.closes_at,
        is_closed=is_closed(state, record.closes_at, r.now) if record.kind else False,
        replies_count=record.replies_count,
        boosts_count=record.boosts_count,
        likes_count=record.likes_count,
        places_taken=record.places_taken,
        media=tuple(media),
        emojis=tuple(record.emojis),
        card=words.card,
        application=record.application,
        mentions=tuple(around.mentions.get(record.id, ())),
        tags=tuple(tags),
        poll=_poll_row(r, viewer, record, around),
        flags=_flags(record, around),
        published_at=record.published_at,
        edited_at=record.edited_at,
        held=Held(record.held) if record.held else None,
        held_reason=record.held_reason,
    )


def _flags(record: PostRecord, around: _Around) -> ViewerFlags:
    marks = around.marks
    return ViewerFlags(
        liked=record.id in marks["like"],
        boosted=record.id in marks["boost"],
        bookmarked=record.id in marks["bookmark"],
        thread_muted=record.conversation_id in marks["mute"],
        pinned=record.id in marks["pin"],
    )


def _poll_row(r: Reading, viewer: Viewer, record: PostRecord, around: _Around) -> PollRow | None:
    poll = around.polls.get(record.id)
    if poll is None:
        return None
    is_over = poll.closed_at is not None or (
        poll.expires_at is not None and poll.expires_at <= r.now
    )
    own = tuple(sorted(around.votes.get(record.id, ())))
    secret = poll.hides_totals and not is_over
    votes = [int(option.get("votes") or 0) for option in poll.options]
    return PollRow(
        post_id=record.id,
        options=tuple(
            OptionRow(option["title"], None if secret else count)
            for option, count in zip(poll.options, votes, strict=True)
        ),
        multiple=poll.multiple,
        votes_count=sum(votes),
        voters_count=poll.voters_count,
        expires_at=poll.expires_at,
        is_over=is_over,
        hides_totals=poll.hides_totals,
        voted=bool(own) or viewer.person_id == record.author_id,
        own_votes=own,
    )


def shown_people(r: Reading, ids: Iterable[int]) -> Mapping[int, PersonRow]:
    """Return people by id, once it is settled that they may be shown."""
    wanted = set(ids)
    if not wanted:
        return {}
    found = r.session.execute(_CARDS, {"ids": list(wanted)})
    return {row.id: row for row in map(person_row, found)}
