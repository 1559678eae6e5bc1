"""Where pages are: paths of people and posts, and of the same page with another query."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from aiohttp import web
from babel import Locale, UnknownLocaleError

from server.people.cards import PersonRow
from server.platform.http.negotiation import Form, accepted, form_of
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


def local_path(text: str | None, otherwise: str = "/") -> str:
    """Return a path of this instance that somebody may be led to, else the other one.

    Addresses of other places, and spellings that browsers read as such, are refused.
    """
    if not text or not text.startswith("/") or text.startswith("//") or "\\" in text:
        return otherwise
    if any(ord(letter) <= ord(" ") for letter in text):
        return otherwise
    try:
        parts = urlsplit(text)
    except ValueError:
        return otherwise
    return text if not parts.netloc and not parts.scheme else otherwise


def wants_activity(request: web.Request) -> bool:
    """Tell whether a server asks for the ActivityPub document rather than the page."""
    for wanted in accepted(request.headers.get("Accept", "")):
        form = form_of(wanted)
        if form is not None:
            return form is Form.ACTIVITY
    return False


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
