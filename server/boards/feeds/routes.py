"""Where feeds are: of boards and filters, of regions, of people, of hashtags.

The address alone decides what an answer holds: the language is `?lang=` or the instance's first,
and who is signed in makes no difference, so caches may keep answers for everybody.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aiohttp import web

from server.boards.addresses import FORMATS, board_path, page_of
from server.boards.feeds import reading
from server.boards.feeds.answers import answer, form_asked
from server.boards.feeds.contents import Feed, clean, items_of, spoken_in
from server.boards.feeds.formats import WRITERS
from server.boards.filters import Wanted, kind_of, query_of, wanted_of
from server.boards.rules import ONLINE
from server.people.cards import PersonRow
from server.platform.errors import NotFound
from server.platform.http.decorators import plain
from server.platform.http.locales import LANGUAGES
from server.platform.i18n import Translator, say
from server.platform.instance import Instance, instance_of
from server.platform.linkify import is_tag_name
from server.platform.text import plain_text
from server.platform.work import Reading
from server.posts.kinds import FACTS, Kind
from server.posts.kinds.calendar import Entry, calendar_of, entry_of
from server.posts.kinds.language import voice_of
from server.posts.rows import PostRow
from server.vocabularies.queries import is_known, label

_ENDS: Final = "|".join(FORMATS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a feed says of itself, in the reader's language."""

    title: str
    description: str
    home: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a feed: only the language counts."""

    instance: Instance
    translator: Translator

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the instance, for filters that name days."""
        return ZoneInfo(self.instance.settings.instance.time_zone)


def _asker(request: web.Request) -> Asker:
    languages = request.app[LANGUAGES]
    tag = languages.negotiate(request.rel_url.query.get("lang"))
    return Asker(instance_of(request), languages.translator(tag))


@plain(cross_origin=True)
async def board_feed(request: web.Request) -> web.StreamResponse:
    """Answer with what is new on a board, filtered as the address says."""
    kind = kind_of(request.match_info.get("kind"))
    return await _of_board(request, wanted_of(request, kind))


@plain(cross_origin=True)
async def region_feed(request: web.Request) -> web.StreamResponse:
    """Answer with what is new in a region (NUTS), or online."""
    code = request.match_info["code"]
    region = ONLINE if code.lower() == ONLINE else code.upper()
    if not await instance_of(request).read(is_known, "region", region):
        raise NotFound
    return await _of_board(request, replace(wanted_of(request), regions=(region,)))


async def _of_board(request: web.Request, wanted: Wanted) -> web.Response:
    asker, form = _asker(request), form_asked(request)
    read = reading.dated_posts if form == "ics" else reading.posts_of_board
    posts = await asker.instance.read(read, wanted, asker.zone)
    head = await asker.instance.read(_board_head, asker, wanted)
    return _written(request, asker, head, posts)


def _board_head(r: Reading, asker: Asker, wanted: Wanted) -> Head:
    tag = asker.translator.tag
    name = _kind_name(asker, wanted.kind)
    places = [label(r, "region", code, tag) for code in wanted.regions]
    parts = [name, *places, *filter(None, [wanted.text])]
    has_more = query_of(wanted.without("regions", "text", "sort"))
    words = say("What is open now, newest first.")
    filtered = say("What is open now and fits a filter, newest first.")
    return Head(
        title=f"{' · '.join(parts)} – {r.site.name}",
        description=asker.translator.say(filtered if has_more else words),
        home=r.site.url(board_path(wanted)),
    )


def _kind_name(asker: Asker, kind: Kind | None) -> str:
    if kind is None:
        return asker.translator.say(say("All boards"))
    plural = FACTS[kind].plural
    said = asker.translator.say(plural)
    return said if said != plural else voice_of(asker.translator.tag).translate(plural)


@plain(cross_origin=True)
async def person_feed(request: web.Request) -> web.StreamResponse:
    """Answer with what somebody of this instance published for everybody."""
    asker, form = _asker(request), form_asked(request)
    handle = request.match_info["handle"]
    person, posts = await asker.instance.read(
        partial(_person_and_posts, handle=handle, form=form, zone=asker.zone)
    )
    site = asker.instance.site
    about = plain_text(person.summary_html)
    head = Head(
        title=f"{person.name} (@{person.username}@{site.host})",
        description=about or asker.translator.say(say("Public posts, newest first.")),
        home=site.url(f"/@{quote(person.acct, safe='@')}"),
    )
    return _written(request, asker, head, posts)


def _person_and_posts(
    r: Reading, *, handle: str, form: str, zone: ZoneInfo
) -> tuple[PersonRow, list[PostRow]]:
    person = reading.person_here(r, handle)
    if form == "ics":
        return person, reading.dated_posts(r, Wanted(), zone, author_id=person.id)
    return person, reading.posts_of_person(r, person)


@plain(cross_origin=True)
async def tag_feed(request: web.Request) -> web.StreamResponse:
    """Answer with the newest public posts that carry a hashtag."""
    asker, name = _asker(request), request.match_info["name"]
    if not is_tag_name(name):
        raise NotFound
    posts = await asker.instance.read(reading.posts_of_tag, name)
    site = asker.instance.site
    head = Head(
        title=f"#{name} – {site.name}",
        description=asker.translator.say(say("Public posts, newest first.")),
        home=site.url(f"/tags/{quote(name)}"),
    )
    return _written(request, asker, head, posts)


def _written(request: web.Request, asker: Asker, head: Head, posts: list[PostRow]) -> web.Response:
    form, site = form_asked(request), asker.instance.site
    if form == "ics":
        return answer(request, form, _calendar(asker, head, posts))
    query = request.rel_url.raw_query_string
    feed = Feed(
        title=clean(head.title),
        description=clean(head.description),
        home=head.home,
        address=site.url(request.rel_url.raw_path + (f"?{query}" if query else "")),
        language=asker.translator.tag,
        items=items_of(site, posts, asker.translator.tag),
    )
    return answer(request, form, WRITERS[form](feed))


def _calendar(asker: Asker, head: Head, posts: list[PostRow]) -> bytes:
    """Return a calendar of what has a time or a last day.

    Last days are all-day entries that block no time, not to-dos (VTODO): the calendars that most
    people have on their phones show nothing of to-dos in a calendar they subscribe to.
    """
    site, tag = asker.instance.site, asker.translator.tag
    made = [
        entry_of(
            Entry(
                kind=Kind(post.kind),
                record=post.record,
                url=page_of(site, post),
                published=post.published_at,
                changed=post.edited_at,
            ),
            replace(voice_of(tag), language=spoken_in(post, tag)),
        )
        for post in posts
        if post.kind is not None and post.record is not None
    ]
    entries = (one for one in made if one is not None)
    return calendar_of(entries, name=clean(head.title), url=head.home)


ROUTES: Final = (
    web.get(f"/board.{{form:{_ENDS}}}", board_feed, name="boards.feed"),
    web.get(f"/board/{{kind}}.{{form:{_ENDS}}}", board_feed, name="boards.kind_feed"),
    web.get(f"/regions/{{code}}.{{form:{_ENDS}}}", region_feed, name="boards.region_feed"),
    web.get(f"/@{{handle}}.{{form:{_ENDS}}}", person_feed, name="boards.person_feed"),
    web.get(f"/tags/{{name}}.{{form:{_ENDS}}}", tag_feed, name="boards.tag_feed"),
)
