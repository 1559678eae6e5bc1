"""Status, MediaAttachment, Poll, PreviewCard, StatusEdit, StatusSource, Context."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote
from zlib import crc32

from server.mastodon.entities.account import author
from server.mastodon.entities.filter import filter_results
from server.mastodon.entities.scene import (
    NO_AVATAR,
    Entity,
    Scene,
    emojis,
    moment,
    moment_or_none,
)
from server.media.model import Media
from server.posts.model import Audience
from server.posts.queries import Thread
from server.posts.rows import MediaRow, PollRow, PostRow, RevisionRow, SourceRow
from server.posts.rules import is_listed, mastodon_visibility
from server.timelines.filters.queries import matches_of

_KINDS_OF_FILE = {"image": "image", "video": "video", "audio": "audio"}


def statuses(scene: Scene, posts: Iterable[PostRow]) -> list[Entity]:
    """Return the Status entities of a page."""
    return [status(scene, post) for post in posts]


def status(scene: Scene, post: PostRow) -> Entity:
    """Return the Status entity of a post, or of a boost with the original inside."""
    if post.boost_of is not None:
        return _boost(scene, post, post.boost_of)
    entity = _outside(scene, post)
    entity |= {
        "in_reply_to_id": _id(post.in_reply_to_id),
        "in_reply_to_account_id": _id(post.in_reply_to_person_id),
        "sensitive": post.sensitive,
        "spoiler_text": post.spoiler,
        "language": post.language,
        "replies_count": post.replies_count,
        "reblogs_count": post.boosts_count,
        "favourites_count": post.likes_count,
        "quotes_count": 0,
        "edited_at": moment_or_none(post.edited_at),
        "content": post.content,
        "reblog": None,
        "application": {"name": post.application, "website": None} if post.application else None,
        "media_attachments": [attachment(scene, one) for one in post.media],
        "mentions": [
            {"id": str(m.person_id), "username": m.username, "acct": m.acct, "url": m.url}
            for m in post.mentions
            # A client that answers a message names again whoever got it.
            if not m.silent or post.audience == Audience.DIRECT
        ],
        "tags": [
            {"name": tag.name, "url": scene.site.url(f"/tags/{quote(tag.name)}")}
            for tag in post.tags
        ],
        "emojis": emojis(scene, post.emojis),
        "card": card(scene, post.card) if post.card else None,
        "poll": poll(scene, post.poll) if post.poll else None,
        "quote": None,
    }
    if scene.viewer.person_id is not None:
        entity |= _flags(scene, post)
    return entity


def _outside(scene: Scene, post: PostRow) -> Entity:
    return {
        "id": str(post.id),
        "uri": post.uri,
        "url": post.url,
        "created_at": moment(post.published_at),
        "account": author(scene, post.author),
        "visibility": mastodon_visibility(post.audience),
    }


def _boost(scene: Scene, boost: PostRow, original: PostRow) -> Entity:
    inner = status(scene, original)
    return {
        **{name: value for name, value in inner.items() if name != "pinned"},
        **_outside(scene, boost),
        **_filtered(scene, boost),
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "edited_at": None,
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "card": None,
        "poll": None,
        "application": None,
        "reblog": inner,
    }


def _flags(scene: Scene, post: PostRow) -> Entity:
    flags: Entity = {
        "favourited": post.flags.liked,
        "reblogged": post.flags.boosted,
        "muted": post.flags.thread_muted,
        "bookmarked": post.flags.bookmarked,
        "filtered": filter_results(matches_of(scene.filters, post)),
    }
    if post.author.id == scene.viewer.person_id and is_listed(post.audience):
        flags["pinned"] = post.flags.pinned
    return flags


def _filtered(scene: Scene, boost: PostRow) -> Entity:
    """Return what filters find in a boost: it can be filtered by itself, too."""
    if scene.viewer.person_id is None:
        return {}
    return {"filtered": filter_results(matches_of(scene.filters, boost))}


def _id(number: int | None) -> str | None:
    return str(number) if number is not None else None


def attachment(scene: Scene, one: MediaRow) -> Entity:
    """Return the MediaAttachment entity; files from elsewhere are shown through this instance."""
    kind = _KINDS_OF_FILE.get((one.media_type or "image").split("/", 1)[0], "unknown")
    is_ours = one.media_id is not None
    # Only pictures pass through our cache; sound and film stay where they are.
    url = scene.picture(one.url, NO_AVATAR) if is_ours or kind == "image" else one.url
    preview = one.preview_url or (one.url if kind == "image" else None)
    return {
        "id": str(one.media_id) if is_ours else str(crc32(one.url.encode())),
        "type": kind,
        "url": url,
        "preview_url": scene.picture(preview, NO_AVATAR) if preview else None,
        "remote_url": None if is_ours else one.url,
        "preview_remote_url": None,
        "text_url": None,
        "meta": _meta(one),
        "description": one.description or None,
        "blurhash": one.blurhash,
    }


def _meta(one: MediaRow) -> Entity:
    meta: Entity = {}
    if one.width and one.height:
        meta["original"] = _size(one.width, one.height)
        meta["small"] = _size(one.preview_width or one.width, one.preview_height or one.height)
    if one.focus is not None:
        meta["focus"] = {"x": one.focus[0], "y": one.focus[1]}
    return meta


def _size(width: int, height: int) -> Entity:
    return {
        "width": width,
        "height": height,
        "size": f"{width}x{height}",
        "aspect": round(width / height, 6),
    }


def uploaded(scene: Scene, media: Media) -> Entity:
    """Return the MediaAttachment entity of an upload that is not part of a post yet."""
    row = MediaRow(
        media_id=media.id,
        url=scene.site.url(f"/media/{media.file_name}"),
        preview_url=scene.site.url(f"/media/{media.preview_name}"),
        media_type=media.media_type,
        description=media.description,
        blurhash=media.blurhash,
        width=media.width,
        height=media.height,
        preview_width=media.preview_width,
        preview_height=media.preview_height,
        focus=(media.focus_x, media.focus_y),
    )
    return attachment(scene, row)


def card(scene: Scene, stored: Mapping[str, Any]) -> Entity:
    """Return the PreviewCard entity, with every key that clients read."""
    image = stored.get("image")
    return {
        "url": str(stored["url"]),
        "title": str(stored.get("title", "")),
        "description": str(stored.get("description", "")),
        "language": stored.get("language"),
        "type": "link",
        "author_name": "",
        "author_url": "",
        "authors": [],
        "provider_name": str(stored.get("provider", "")),
        "provider_url": scene.site.base_url,
        "html": "",
        "width": 0,
        "height": 0,
        "image": scene.picture(str(image), NO_AVATAR) if image else None,
        "image_description": "",
        "embed_url": "",
        "blurhash": None,
        "published_at": None,
    }


def poll(scene: Scene, found: PollRow) -> Entity:
    """Return the Poll entity; the author counts as somebody who voted."""
    own = {"voted": found.voted, "own_votes": list(found.own_votes)}
    return {
        "id": str(found.post_id),
        "expires_at": moment_or_none(found.expires_at),
        "expired": found.is_over,
        "multiple": found.multiple,
        "votes_count": found.votes_count,
        "voters_count": found.voters_count,
        "options": [{"title": one.title, "votes_count": one.votes} for one in found.options],
        "emojis": [],
        **(own if scene.viewer.person_id is not None else {}),
    }


def context(scene: Scene, thread: Thread) -> Entity:
    """Return the Context entity."""
    return {
        "ancestors": statuses(scene, thread.ancestors),
        "descendants": statuses(scene, thread.descendants),
    }


def edit(scene: Scene, post: PostRow, revision: RevisionRow) -> Entity:
    """Return the StatusEdit entity of one version."""
    options = revision.poll_options
    return {
        "content": revision.content,
        "spoiler_text": revision.spoiler,
        "sensitive": revision.sensitive,
        "created_at": moment(revision.created_at),
        "account": author(scene, post.author),
        "media_attachments": [attachment(scene, one) for one in revision.media],
        "emojis": [],
        "poll": {"options": [{"title": title} for title in options]} if options else None,
    }


def source(found: SourceRow) -> Entity:
    """Return the StatusSource entity."""
    return {"id": str(found.post_id), "text": found.text, "spoiler_text": found.spoiler}
