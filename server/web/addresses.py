"""Where pages are: paths of people and posts, and of the same page with another query."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from aiohttp import web
from babel import Locale, UnknownLocaleError

from server.people.cards import PersonRow
from server.posts.kinds.language import name_of_language
from server.posts.rows import PostRow

_PAGING: Final = frozenset({"max_id", "min_id", "since_id", "offset"})


def person_path(person: PersonRow) -> str:
    """Return the path of somebody's page here."""
    return f"/@{quote(person.acct, safe='@')}"


def post_path(post: PostRow) -> str:
    """Return the path of a post's page here; of a boost, that of what it shows."""
    shown = post.boost_of or post
    return f"{person_path(shown.author)}/{shown.id}"


def person_link(person: PersonRow, *, is_member: bool) -> str:
    """Return where a reader finds somebody: here, or for strangers at the person's own server."""
    if person.is_local or is_member:
        return person_path(person)
    return person.url or person.uri


def post_link(post: PostRow, *, is_member: bool) -> str:
    """Return where a reader finds a post: here, or for strangers where it was written.

    Posts of a kind have a page here for everybody.
    """
    shown = post.boost_of or post
    if shown.is_local or is_member or shown.kind is not None:
        return post_path(shown)
    return shown.url


def query_with(request: web.Request, changed: Mapping[str, object]) -> str:
    """Return the path of the page with parts of its query changed; None takes a part away.

    Where a page of a list begins is forgotten unless it is given anew.
    """
    kept = {
        name: value
        for name, value in parse_qsl(request.rel_url.raw_query_string)
        if name not in _PAGING and name not in changed
    }
    new = {name: str(value) for name, value in changed.items() if value is not None}
    query = urlencode({**kept, **new})
    path = request.rel_url.raw_path
    return f"{path}?{query}" if query else path


def direction_of(tag: str | None) -> str:
    """Return `ltr`, `rtl` or, for a language that CLDR does not know, `auto`."""
    if not tag:
        return "auto"
    for one in (tag, tag.partition("-")[0]):
        try:
            order = Locale.parse(one.replace("-", "_")).character_order
        except (UnknownLocaleError, ValueError):
            continue
        return "rtl" if order == "right-to-left" else "ltr"
    return "auto"


def language_name(tag: str, locale: Locale) -> str:
    """Return the name of a language for readers of a locale, or its tag."""
    return name_of_language(tag, locale)
