"""Changing filters. After each change the person's streams and this program's memory are told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select

from server.people.rules import Viewer
from server.platform.errors import Invalid, NotFound
from server.platform.i18n import say
from server.platform.live import LiveMessage
from server.platform.work import Work
from server.posts.loading import post_rows
from server.timelines.filters.model import FilteredPost, FilterKeyword, PostFilter
from server.timelines.filters.queries import filter_of, keyword_of, single_of
from server.timelines.filters.rules import (
    ACTIONS,
    CONTEXTS,
    MAX_FILTERS,
    MAX_KEYWORD,
    MAX_KEYWORDS,
    MAX_POSTS,
    MAX_TITLE,
    Filter,
    Keyword,
    SinglePost,
)

CHANGED = "filters"
"""The hub's channel on which changes are told to every process; the subject is the person."""


@dataclass(frozen=True, slots=True)
class KeywordChange:
    """A keyword to add (no `id`), to change, or to take away."""

    keyword: str | None = None
    whole_word: bool | None = None
    id: int | None = None
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterChange:
    """What a filter becomes; None leaves a part as it is. `expires_at` is read with `sets_term`."""

    title: str | None = None
    contexts: Collection[str] | None = None
    action: str | None = None
    expires_at: datetime | None = None
    sets_term: bool = False
    keywords: Sequence[KeywordChange] = field(default_factory=tuple)


def create_filter(w: Work, person_id: int, wanted: FilterChange) -> Filter:
    """Make a filter. Raises Invalid for one without title or place, and beyond 100 of them."""
    count = w.session.scalar(
        select(func.count()).select_from(PostFilter).where(PostFilter.person_id == person_id)
    )
    if (count or 0) >= MAX_FILTERS:
        raise Invalid(say("You have too many filters. Delete one first."))
    row = PostFilter(
        id=w.new_id(),
        person_id=person_id,
        title=_title(wanted.title or ""),
        contexts=_contexts(wanted.contexts or ()),
        action=_action(wanted.action or ACTIONS[0]),
        expires_at=wanted.expires_at,
        created_at=w.now,
    )
    w.session.add(row)
    w.session.flush()
    for one in wanted.keywords:
        _change_keyword(w, person_id, row.id, one)
    return _changed(w, person_id, row.id)


def update_filter(w: Work, person_id: int, filter_id: int, wanted: FilterChange) -> Filter:
    """Change a filter. Raises NotFound, Invalid."""
    row = _own(w, person_id, filter_id)
    if wanted.title is not None:
        row.title = _title(wanted.title)
    if wanted.contexts is not None:
        row.contexts = _contexts(wanted.contexts)
    if wanted.action is not None:
        row.action = _action(wanted.action)
    if wanted.sets_term:
        row.expires_at = wanted.expires_at
    w.session.flush()
    for one in wanted.keywords:
        _change_keyword(w, person_id, filter_id, one)
    return _changed(w, person_id, filter_id)


def delete_filter(w: Work, person_id: int, filter_id: int) -> None:
    """Delete a filter with everything in it. Raises NotFound."""
    row = _own(w, person_id, filter_id)
    for table in (FilterKeyword, FilteredPost):
        w.session.execute(delete(table).where(table.filter_id == filter_id))
    w.session.delete(row)
    w.session.flush()
    _tell(w, person_id)


def add_keyword(
    w: Work, person_id: int, filter_id: int, keyword: str, *, whole_word: bool
) -> Keyword:
    """Add a keyword to a filter. Raises NotFound, Invalid."""
    _own(w, person_id, filter_id)
    made = _add_keyword(w, filter_id, keyword, whole_word=whole_word)
    _tell(w, person_id)
    return Keyword(made.id, made.keyword, made.whole_word)


def update_keyword(w: Work, person_id: int, change: KeywordChange) -> Keyword:
    """Change a keyword. Raises NotFound, Invalid."""
    found, _ = keyword_of(w, person_id, change.id or 0)
    _change_keyword(w, person_id, found.id, change)
    _tell(w, person_id)
    return keyword_of(w, person_id, change.id or 0)[1]


def delete_keyword(w: Work, person_id: int, keyword_id: int) -> None:
    """Take a keyword away. Raises NotFound."""
    keyword_of(w, person_id, keyword_id)
    w.session.execute(delete(FilterKeyword).where(FilterKeyword.id == keyword_id))
    _tell(w, person_id)


def add_post(w: Work, person_id: int, filter_id: int, post_id: int) -> SinglePost:
    """Add a post that the person can see to a filter; a second time is the same as once.

    Raises NotFound, Invalid.
    """
    found = filter_of(w, person_id, filter_id)
    for one in found.posts:
        if one.post_id == post_id:
            return one
    if len(found.posts) >= MAX_POSTS:
        raise Invalid(say("This filter has too many posts."))
    if not post_rows(w, Viewer.member(person_id), [post_id]):
        raise NotFound
    row = FilteredPost(id=w.new_id(), filter_id=filter_id, post_id=post_id)
    w.session.add(row)
    w.session.flush()
    _tell(w, person_id)
    return SinglePost(row.id, post_id)


def remove_post(w: Work, person_id: int, single_id: int) -> SinglePost:
    """Take a post out of a filter; return what it was. Raises NotFound."""
    _, single = single_of(w, person_id, single_id)
    w.session.execute(delete(FilteredPost).where(FilteredPost.id == single_id))
    _tell(w, person_id)
    return single


def erase_filters(w: Work, person_id: int) -> None:
    """Delete every filter of a person."""
    own = select(PostFilter.id).where(PostFilter.person_id == person_id)
    for table in (FilterKeyword, FilteredPost):
        w.session.execute(delete(table).where(table.filter_id.in_(own)))
    w.session.execute(delete(PostFilter).where(PostFilter.person_id == person_id))
    _tell(w, person_id)


def _change_keyword(w: Work, person_id: int, filter_id: int, change: KeywordChange) -> None:
    if change.id is None:
        if not change.is_gone:
            _add_keyword(
                w, filter_id, change.keyword or "", whole_word=change.whole_word is not False
            )
        return
    found, _ = keyword_of(w, person_id, change.id)
    row = w.session.get(FilterKeyword, change.id)
    if found.id != filter_id or row is None:
        raise NotFound
    if change.is_gone:
        w.session.delete(row)
    if change.keyword is not None:
        row.keyword = _keyword(change.keyword)
    if change.whole_word is not None:
        row.whole_word = change.whole_word
    w.session.flush()


def _add_keyword(w: Work, filter_id: int, keyword: str, *, whole_word: bool) -> FilterKeyword:
    count = w.session.scalar(
        select(func.count()).select_from(FilterKeyword).where(FilterKeyword.filter_id == filter_id)
    )
    if (count or 0) >= MAX_KEYWORDS:
        raise Invalid(say("This filter has too many words."))
    row = FilterKeyword(
        id=w.new_id(), filter_id=filter_id, keyword=_keyword(keyword), whole_word=whole_word
    )
    w.session.add(row)
    w.session.flush()
    return row


def _own(w: Work, person_id: int, filter_id: int) -> PostFilter:
    row = w.session.get(PostFilter, filter_id)
    if row is None or row.person_id != person_id:
        raise NotFound
    return row


def _changed(w: Work, person_id: int, filter_id: int) -> Filter:
    _tell(w, person_id)
    w.session.expire_all()
    return filter_of(w, person_id, filter_id)


def _tell(w: Work, person_id: int) -> None:
    live = w.live
    w.session.flush()
    w.after_commit(
        lambda: live.publish(
            (CHANGED, f"user:{person_id}"), LiveMessage("filters_changed", person_id)
        )
    )


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not title:
        raise Invalid(details={"title": [("ERR_BLANK", say("can't be blank"))]})
    if len(title) > MAX_TITLE:
        raise Invalid(details={"title": [("ERR_TOO_LONG", say("is too long"))]})
    return title


def _keyword(text: str) -> str:
    keyword = " ".join(text.split())
    if not keyword:
        raise Invalid(details={"keyword": [("ERR_BLANK", say("can't be blank"))]})
    if len(keyword) > MAX_KEYWORD:
        raise Invalid(details={"keyword": [("ERR_TOO_LONG", say("is too long"))]})
    return keyword


def _contexts(given: Collection[str]) -> list[str]:
    if not given:
        raise Invalid(details={"context": [("ERR_BLANK", say("can't be blank"))]})
    if not set(given) <= set(CONTEXTS):
        raise Invalid(details={"context": [("ERR_INVALID", say("is not a place that we know"))]})
    return [context for context in CONTEXTS if context in given]


def _action(text: str) -> str:
    if text not in ACTIONS:
        raise Invalid(
            details={"filter_action": [("ERR_INCLUSION", say("is not included in the list"))]}
        )
    return text
