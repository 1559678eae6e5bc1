"""Telling members what is new in their saved searches: at once, daily or weekly, each post once.

What somebody sees is decided by the visibility of posts at this moment, as on the board itself.
Nobody is told of their own posts, nor of those whose authors they muted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, or_, select

from server.access.mailing import mail_login
from server.boards import queries
from server.boards.addresses import board_path
from server.boards.model import Rhythm, SavedSearch, SearchAlert
from server.boards.searches import SearchRow, next_time, search_row
from server.notifications.service import inform
from server.people.model import Mute
from server.people.rules import Viewer
from server.platform.instance import Instance
from server.platform.jobs.model import Job
from server.platform.work import Reading, Work
from server.posts.kinds import Kind
from server.posts.kinds.reading import languages_of, title_of
from server.posts.loading import post_rows
from server.posts.rows import PostRow

ALERT: Final = "alert"
TOPIC: Final = "alerts"
_BATCH: Final = 50
_MOST_TOLD: Final = 20
_REMEMBERED: Final = timedelta(days=400)
"""Posts live at most a year; whoever was told of one is not told again."""


@dataclass(frozen=True, slots=True)
class _New:
    """What a search has found that its owner does not know of."""

    search: SearchRow
    login_id: int | None
    posts: Sequence[PostRow]


async def tell_at_once(instance: Instance, job: Job) -> None:
    """Tell the searches that want to hear at once; asked for by each post that appears."""
    del job
    await tell_now(instance)


async def tell_now(instance: Instance) -> None:
    """Tell the searches that want to hear at once of everything that is new to them."""
    await _tell_all(instance, at_once=True)


async def tell_due(instance: Instance, job: Job) -> None:
    """Tell the daily and weekly searches whose time has come."""
    del job
    await _tell_all(instance, at_once=False)
    await instance.work(_forget_old)


async def _tell_all(instance: Instance, *, at_once: bool) -> None:
    zone = ZoneInfo(instance.settings.instance.time_zone)
    # Whoever saves a search while this runs comes with the next post.
    person_id: int | None = 0
    while person_id is not None:
        person_id = await instance.work(_tell_some, person_id, at_once, zone)


def _tell_some(w: Work, after: int, at_once: bool, zone: ZoneInfo) -> int | None:  # noqa: FBT001 - units of work take no keywords
    """Tell the next people after this id; return the last of them, None when there are no more."""
    due = _due(w, at_once=at_once)
    owners = w.session.scalars(
        select(SavedSearch.person_id)
        .where(SavedSearch.person_id > after, *due)
        .distinct()
        .order_by(SavedSearch.person_id)
        .limit(_BATCH)
    ).all()
    rows = w.session.scalars(
        select(SavedSearch)
        .where(SavedSearch.person_id.in_(owners), *due)
        .order_by(SavedSearch.person_id, SavedSearch.id)
    ).all()
    for person_id, searches in groupby(rows, lambda kept: kept.person_id):
        _tell_person(w, person_id, list(searches), zone)
    return owners[-1] if owners else None


def _due(w: Work, *, at_once: bool) -> list[Any]:
    if at_once:
        return [SavedSearch.rhythm == Rhythm.AT_ONCE]
    return [SavedSearch.rhythm != Rhythm.AT_ONCE, SavedSearch.next_at <= w.now]


def _tell_person(w: Work, person_id: int, searches: list[SavedSearch], zone: ZoneInfo) -> None:
    told: set[int] = set()
    for kept in searches:
        search = search_row(kept)
        new = _new_posts(w, kept, search, zone, told) if search is not None else []
        kept.checked_at = w.now
        kept.next_at = next_time(Rhythm(kept.rhythm), w.now)
        if search is not None and new:
            told |= {post.id for post in new}
            _tell(w, person_id, _New(search, kept.login_id, new))
    w.session.add_all(
        SearchAlert(person_id=person_id, post_id=post_id, alerted_at=w.now) for post_id in told
    )
    w.session.flush()


def _new_posts(
    w: Work, kept: SavedSearch, search: SearchRow, zone: ZoneInfo, told: set[int]
) -> list[PostRow]:
    viewer = Viewer.member(kept.person_id)
    ids = queries.found_since(w, viewer, search.wanted, kept.checked_at, 5 * _MOST_TOLD, zone)
    known = _known(w, kept.person_id, ids) | told
    posts = post_rows(w, viewer, [post_id for post_id in ids if post_id not in known])
    unwanted = {kept.person_id, *_muted(w, kept.person_id)}
    return [post for post in posts if post.author.id not in unwanted][:_MOST_TOLD]


def _known(r: Reading, person_id: int, ids: Sequence[int]) -> set[int]:
    rows = select(SearchAlert.post_id).where(
        SearchAlert.person_id == person_id, SearchAlert.post_id.in_(ids)
    )
    return set(r.session.scalars(rows)) if ids else set()


def _muted(r: Reading, person_id: int) -> set[int]:
    return set(
        r.session.scalars(
            select(Mute.muted_id).where(
                Mute.muter_id == person_id,
                or_(Mute.expires_at.is_(None), Mute.expires_at > r.now),
            )
        )
    )


def _tell(w: Work, person_id: int, new: _New) -> None:
    search = new.search
    about = {
        "search": str(search.id),
        "name": search.name,
        "count": len(new.posts),
        "path": board_path(search.wanted),
    }
    if search.ways.by_notice:
        inform(w, person_id, ALERT, about)
    if search.ways.by_email and new.login_id is not None:
        values = {**about, "posts": [_line(w, post) for post in new.posts]}
        mail_login(w, new.login_id, template="boards/mail/alert", values=values, topic=TOPIC)


def _line(r: Reading, post: PostRow) -> Mapping[str, Any]:
    """Return a post for the mail: its titles by language and its page here."""
    kind, record = Kind(post.kind or ""), post.record or {}
    return {
        "titles": {tag: title_of(kind, record, tag) for tag in languages_of(record)},
        "title": title_of(kind, record),
        "url": r.site.url(f"/@{post.author.acct}/{post.id}"),
        "author": post.author.name,
    }


def _forget_old(w: Work) -> None:
    """Forget who was told of posts that no longer exist or ended long ago."""
    w.session.execute(delete(SearchAlert).where(SearchAlert.alerted_at < w.now - _REMEMBERED))
