"""Posts as ActivityStreams objects, built from rows for whoever asks or is sent them.

Addressing follows the audience; people who want to stay at home are not named on the wire. The
post's page is its first attachment, so that Lemmy and cards lead to it (an Event has its pictures
first, which Gancio reads).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from activitypub.documents import building
from activitypub.documents.building import MediaFile, NoteDraft, PageLink, PollDraft
from activitypub.documents.building.notes import body_of
from activitypub.documents.building.parts import file_attachment, page_attachment, pruned
from activitypub.documents.context import with_context
from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.names import PUBLIC
from server.federation.model import Reach
from server.people.queries import people_by_ids
from server.people.rules import HOUSE, Place, Viewer
from server.platform.errors import NotFound
from server.platform.work import Reading, Site
from server.posts.drafting import tag_page
from server.posts.kinds import Kind
from server.posts.kinds.content import event_summary_html
from server.posts.kinds.wire import parts_of, places_of
from server.posts.loading import post_row
from server.posts.model import Audience
from server.posts.rows import MediaRow, MentionRow, PollRow, PostRow

FORMER_TYPE: Final = "Note"
_WEBSITE: Final = "Website"
"""By this name Mobilizon knows the page of an event among its attachments."""


def partners_uri(site: Site) -> str:
    """Return the id by which posts for partners address them; it lists nobody."""
    return site.url("/partners")


def object_type(post: PostRow) -> str:
    """Return the ActivityStreams type of a post of ours."""
    if post.kind == Kind.EVENT:
        return "Event"
    return "Question" if post.poll else "Note"


def note_document(r: Reading, post_id: int) -> JsonObject:
    """Return the object of a post of this instance. Raises NotFound for others and for boosts."""
    post = post_row(r, HOUSE, post_id)
    if post is None or not post.is_local or post.boost_of is not None:
        raise NotFound
    return document_of(r, post)


def document_of(
    r: Reading, post: PostRow, *, named: Sequence[MentionRow] | None = None
) -> JsonObject:
    """Return the object of a post of ours.

    Loaded for the server itself, its names are looked through first; loaded for somebody
    elsewhere, it holds no others, and `named` is its own mentions.
    """
    named = nameable(r, post) if named is None else named
    draft = _draft(r, post, named)
    if post.kind == Kind.EVENT:
        return _event(draft)
    if post.poll is not None and post.poll.expires_at is not None:
        return building.question_of(draft, _poll(post.poll, post.poll.expires_at))
    return building.note_of(draft)


def nameable(r: Reading, post: PostRow) -> list[MentionRow]:
    """Return whom a post may name on the wire: nobody whose reach is shorter than the post's."""
    place = Place.FEDIVERSE
    if post.audience == Audience.PARTNERS or post.author.reach == Reach.PARTNERS:
        place = Place.PARTNER
    known = people_by_ids(r, Viewer(None, place), [one.person_id for one in post.mentions])
    return [one for one in post.mentions if one.person_id in known]


def addressees(
    site: Site, post: PostRow, named: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return `to` and `cc` of a post or a boost, as every server decides visibility from them."""
    followers = post.author.followers or f"{post.author.uri}/followers"
    match post.audience:
        case Audience.PUBLIC:
            return (PUBLIC,), (followers, *named)
        case Audience.UNLISTED:
            return (followers,), (PUBLIC, *named)
        case Audience.FOLLOWERS:
            return (followers,), tuple(named)
        case Audience.PARTNERS:
            # Software that does not know this collection still sees a post for followers.
            return (partners_uri(site), followers), tuple(named)
        case Audience.MEMBERS:
            return (post.author.uri,), ()
        case Audience.DIRECT:
            return tuple(named) or (post.author.uri,), ()


def _draft(r: Reading, post: PostRow, named: Sequence[MentionRow]) -> NoteDraft:
    to, cc = addressees(r.site, post, [one.uri for one in named])
    is_event = post.kind == Kind.EVENT
    summary = event_summary_html(post.record or {}) if is_event else post.spoiler
    thread = r.site.url(f"/contexts/{post.conversation_id}")
    return NoteDraft(
        id=post.uri,
        author=post.author.uri,
        to=to,
        cc=cc,
        published=post.published_at,
        updated=post.edited_at,
        content=post.content,
        language=post.language,
        translations=dict(post.content_map or {}) if post.language else {},
        url=post.url,
        summary=summary or None,
        sensitive=post.sensitive,
        in_reply_to=post.in_reply_to_uri,
        context=thread,
        conversation=thread,
        tags=_tags(r.site, post, named),
        page=PageLink(post.url, post.title) if post.title else None,
        files=tuple(_file(one) for one in post.media),
        replies=None if post.audience == Audience.DIRECT else f"{post.uri}/replies",
        extensions=_machine_part(post),
    )


def _machine_part(post: PostRow) -> dict[str, Any]:
    if post.kind is None or post.record is None:
        return {}
    parts = parts_of(Kind(post.kind), post.record, attributed_to=post.author.uri, url=post.url)
    return parts | places_of(post.record, post.places_taken) if post.kind == Kind.EVENT else parts


def _tags(site: Site, post: PostRow, named: Sequence[MentionRow]) -> tuple[JsonObject, ...]:
    people = [
        building.mention_tag(one.uri, f"@{one.acct if '@' in one.acct else _full(site, one)}")
        for one in named
    ]
    tags = [building.hashtag_tag(one.shown, tag_page(site)(one.name)) for one in post.tags]
    return (*people, *tags)


def _full(site: Site, one: MentionRow) -> str:
    return f"{one.username}@{site.host}"


def _file(one: MediaRow) -> MediaFile:
    return MediaFile(
        url=one.url,
        media_type=one.media_type or "application/octet-stream",
        description=one.description or None,
        blurhash=one.blurhash,
        width=one.width,
        height=one.height,
        focal_point=one.focus if one.focus not in (None, (0.0, 0.0)) else None,
    )


def _event(draft: NoteDraft) -> JsonObject:
    pictures = [file_attachment(file) for file in draft.files]
    page = [page_attachment(PageLink(draft.page.url, _WEBSITE))] if draft.page else []
    return with_context(
        pruned({**body_of(draft, "Event"), "attachment": [*pictures, *page]}, keep="content")
    )


def _poll(poll: PollRow, ends_at: datetime) -> PollDraft:
    return PollDraft(
        options=tuple((option.title, option.votes or 0) for option in poll.options),
        ends_at=ends_at,
        multiple=poll.multiple,
        voters=poll.voters_count,
        closed_at=ends_at if poll.is_over else None,
    )
