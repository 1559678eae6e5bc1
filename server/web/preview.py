"""What machines read in the head of a page: link previews, JSON-LD, and whether to index it.

Search engines may keep a page that its author lets be found (FEP-5feb), and open posts of a kind by
employers and organisations, which are made to be found; they forget it when the post ends.
Everything else says `noindex`, so nothing personal is indexed that nobody chose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from server.people.cards import PersonRow
from server.people.model import PersonKind
from server.people.rules import Place, within_reach
from server.platform.text import plain_text
from server.platform.work import Site
from server.posts.kinds import Kind
from server.posts.kinds.content import one_line_of
from server.posts.kinds.structured import script_text, structured_of
from server.posts.model import Audience
from server.posts.rows import PostRow
from server.web.addresses import person_path, post_path
from server.web.showing import Offer

_SHORT: Final = 200
_SCHEMA: Final = "https://schema.org"
_BODIES: Final = frozenset({PersonKind.EMPLOYER, PersonKind.ORGANISATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The head of a page. Addresses are absolute; `alternates` are language tags and addresses."""

    title: str
    description: str
    address: str
    og_type: str
    is_indexed: bool = False
    until: datetime | None = None
    image: str | None = None
    image_description: str = ""
    activity: str | None = None
    creator: str = ""
    published: datetime | None = None
    json_ld: str = ""
    alternates: Sequence[tuple[str, str]] = field(default=())


def preview_of_post(site: Site, post: PostRow, offer: Offer | None) -> Preview:
    """Return the head of the page of a post."""
    address = post.url if post.is_local else site.url(post_path(post))
    description = _description(post, offer)
    image = None if post.sensitive else next((one for one in post.media if one.media_id), None)
    title = offer.title.text if offer else f"{post.author.name}: {shortened(description, 70)}"
    return Preview(
        title=title,
        description=description,
        address=address,
        og_type="article",
        is_indexed=may_index_post(post),
        until=post.closes_at,
        image=(image.preview_url or image.url) if image else None,
        image_description=image.description if image else "",
        activity=post.uri if post.is_local else None,
        creator=f"@{post.author.username}@{post.author.host or site.host}",
        published=post.published_at,
        json_ld=_json_ld(post, address),
        alternates=_alternates(post, offer, address),
    )


def preview_of_person(site: Site, person: PersonRow) -> Preview:
    """Return the head of somebody's page."""
    address = site.url(person_path(person))
    avatar = site.url(person.avatar) if person.avatar and person.is_local else None
    return Preview(
        title=f"{person.name} (@{person.username}@{person.host or site.host})",
        description=shortened(plain_text(person.summary_html), _SHORT),
        address=address,
        og_type="profile",
        is_indexed=person.is_local and person.indexable and _is_everybodys(person),
        image=avatar,
        image_description=person.avatar_description,
        activity=person.uri if person.is_local else None,
        creator=f"@{person.username}@{person.host or site.host}",
        json_ld=_profile_page(person, address) if person.is_local else "",
    )


def may_index_post(post: PostRow) -> bool:
    """Tell whether search engines may keep the page of a post."""
    is_offer = post.kind is not None and post.author.kind in _BODIES
    wanted = (is_offer or post.author.indexable) and not post.is_closed
    is_public = post.audience is Audience.PUBLIC and _is_everybodys(post.author)
    return post.is_local and wanted and is_public


def shortened(text: str, most: int) -> str:
    """Return a text on one line, cut after a whole word."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return line[: most - 1].rpartition(" ")[0].rstrip(",;:") + "…"


def _is_everybodys(person: PersonRow) -> bool:
    return within_reach(Place.ANYBODY, person.reach)


def _description(post: PostRow, offer: Offer | None) -> str:
    if offer is not None:
        return offer.summary.text or one_line_of(Kind(offer.kind.kind), post.record or {})
    return shortened(post.spoiler or plain_text(post.content), _SHORT)


def _alternates(post: PostRow, offer: Offer | None, address: str) -> list[tuple[str, str]]:
    if offer is None or len(offer.languages) < len(("one", "other")) or not post.is_local:
        return []
    return [(tag, f"{address}?lang={tag}") for tag in offer.languages] + [("x-default", address)]


def _json_ld(post: PostRow, address: str) -> str:
    if not post.is_local or post.audience is not Audience.PUBLIC:
        return ""
    if post.kind is not None and post.record is not None:
        offered = structured_of(
            Kind(post.kind),
            post.record,
            url=address,
            published=post.published_at,
            author=_author(post.author),
        )
        return script_text(offered) if offered else ""
    return script_text(_posting(post, address))


def _posting(post: PostRow, address: str) -> Mapping[str, Any]:
    return {
        "@context": _SCHEMA,
        "@type": "SocialMediaPosting",
        "url": address,
        "datePublished": post.published_at.isoformat(),
        "headline": shortened(post.spoiler or plain_text(post.content), 110),
        "articleBody": plain_text(post.content) if not post.spoiler else post.spoiler,
        "author": _author(post.author),
        "interactionStatistic": [
            _counter("LikeAction", post.likes_count),
            _counter("CommentAction", post.replies_count),
        ],
    } | ({"inLanguage": post.language} if post.language else {})


def _author(person: PersonRow) -> Mapping[str, Any]:
    return {
        "@type": "Organization" if person.actor_type == "Organization" else "Person",
        "name": person.name,
        "url": person.url or person.uri,
    }


def _counter(action: str, count: int) -> Mapping[str, Any]:
    return {
        "@type": "InteractionCounter",
        "interactionType": f"{_SCHEMA}/{action}",
        "userInteractionCount": count,
    }


def _profile_page(person: PersonRow, address: str) -> str:
    return script_text(
        {
            "@context": _SCHEMA,
            "@type": "ProfilePage",
            "url": address,
            "dateCreated": person.created_at.isoformat(),
            "mainEntity": {
                **_author(person),
                "alternateName": f"@{person.username}",
                "description": plain_text(person.summary_html),
            },
        }
    )
