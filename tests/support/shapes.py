"""The shape of Mastodon's entities as clients insist on them, and a checker that names what is wrong.

A shape lists exactly the fields of an entity: nothing may be missing (Kotlin and dataclass clients
crash) and nothing may be there that is not listed. `?` after a name means that the field may be
absent, after a type that it may be null; `[X]` is a list of X, `{X}` an object with values X.
Source: Mastodon's API documentation, "entities", and what clients read.
"""

import re
from typing import Any

Shape = dict[str, str]

_ACCOUNT: Shape = {
    "id": "id", "username": "text", "acct": "text", "display_name": "text", "locked": "bool",
    "bot": "bool", "discoverable": "bool?", "indexable": "bool", "group": "bool",
    "created_at": "moment", "note": "text", "url": "url", "uri": "url", "avatar": "url",
    "avatar_static": "url", "avatar_description": "text", "header": "url", "header_static": "url",
    "header_description": "text", "followers_count": "int", "following_count": "int",
    "statuses_count": "int", "last_status_at": "day?", "hide_collections": "bool?",
    "noindex": "bool", "emojis": "[CustomEmoji]", "roles": "[AccountRole]", "fields": "[Field]",
    "moved?": "Account", "suspended?": "bool", "mute_expires_at?": "moment?",
}  # fmt: skip
_STATUS: Shape = {
    "id": "id", "uri": "url", "url": "url", "created_at": "moment", "account": "Account",
    "in_reply_to_id": "id?", "in_reply_to_account_id": "id?", "sensitive": "bool",
    "spoiler_text": "text", "visibility": "visibility", "language": "text?",
    "replies_count": "int", "reblogs_count": "int", "favourites_count": "int",
    "quotes_count": "int", "edited_at": "moment?", "content": "text", "reblog": "Status?",
    "application": "StatusApplication?", "media_attachments": "[MediaAttachment]",
    "mentions": "[Mention]", "tags": "[StatusTag]", "emojis": "[CustomEmoji]",
    "card": "PreviewCard?", "poll": "Poll?", "quote": "null", "favourited?": "bool",
    "reblogged?": "bool", "muted?": "bool", "bookmarked?": "bool", "filtered?": "[nothing]",
    "pinned?": "bool", "text?": "text",
}  # fmt: skip
_LIMITS: Shape = {
    "accounts": "{int}", "statuses": "StatusLimits", "media_attachments": "MediaLimits",
    "polls": "{int}",
}  # fmt: skip

SHAPES: dict[str, Shape] = {
    "Account": _ACCOUNT,
    "CredentialAccount": {**_ACCOUNT, "source": "Source", "role": "Role"},
    "Source": {
        "privacy": "visibility", "sensitive": "bool", "language": "text?", "note": "text",
        "fields": "[Field]", "follow_requests_count": "int", "hide_collections": "bool?",
        "discoverable": "bool?", "indexable": "bool", "attribution_domains": "[text]",
        "quote_policy": "text",
    },
    "Role": {
        "id": "text", "name": "text", "color": "text", "permissions": "text",
        "highlighted": "bool",
    },
    "AccountRole": {"id": "text", "name": "text", "color": "text"},
    "Field": {"name": "text", "value": "text", "verified_at": "moment?"},
    "CustomEmoji": {
        "shortcode": "text", "url": "url", "static_url": "url", "visible_in_picker": "bool",
    },
    "Status": _STATUS,
    "StatusApplication": {"name": "text", "website": "url?"},
    "StatusTag": {"name": "text", "url": "url"},
    "Mention": {"id": "id", "username": "text", "acct": "text", "url": "url"},
    "MediaAttachment": {
        "id": "id", "type": "text", "url": "url", "preview_url": "url?", "remote_url": "url?",
        "preview_remote_url": "url?", "text_url": "url?", "meta": "Meta", "description": "text?",
        "blurhash": "text?",
    },
    "Meta": {"original?": "Size", "small?": "Size", "focus?": "Focus"},
    "Size": {"width": "int", "height": "int", "size": "text", "aspect": "number"},
    "Focus": {"x": "number", "y": "number"},
    "Poll": {
        "id": "id", "expires_at": "moment?", "expired": "bool", "multiple": "bool",
        "votes_count": "int", "voters_count": "int?", "voted?": "bool", "own_votes?": "[int]",
        "options": "[PollOption]", "emojis": "[CustomEmoji]",
    },
    "PollOption": {"title": "text", "votes_count": "int?"},
    "PreviewCard": {
        "url": "url", "title": "text", "description": "text", "language": "text?", "type": "text",
        "author_name": "text", "author_url": "text", "authors": "[nothing]",
        "provider_name": "text", "provider_url": "url", "html": "text", "width": "int",
        "height": "int", "image": "url?", "image_description": "text", "embed_url": "text",
        "blurhash": "text?", "published_at": "moment?",
    },
    "Relationship": {
        "id": "id", "following": "bool", "showing_reblogs": "bool", "notifying": "bool",
        "languages": "[text]?", "followed_by": "bool", "blocking": "bool", "blocked_by": "bool",
        "muting": "bool", "muting_notifications": "bool", "muting_expires_at": "moment?",
        "requested": "bool", "requested_by": "bool", "domain_blocking": "bool",
        "endorsed": "bool", "note": "text",
    },
    "Notification": {
        "id": "id", "type": "text", "created_at": "moment", "group_key": "text",
        "account": "Account", "status?": "Status",
    },
    "Conversation": {
        "id": "id", "unread": "bool", "accounts": "[Account]", "last_status": "Status",
    },
    "Context": {"ancestors": "[Status]", "descendants": "[Status]"},
    "StatusEdit": {
        "content": "text", "spoiler_text": "text", "sensitive": "bool", "created_at": "moment",
        "account": "Account", "media_attachments": "[MediaAttachment]",
        "emojis": "[CustomEmoji]", "poll": "PollEdit?",
    },
    "PollEdit": {"options": "[OptionEdit]"},
    "OptionEdit": {"title": "text"},
    "StatusSource": {"id": "id", "text": "text", "spoiler_text": "text"},
    "Search": {"accounts": "[Account]", "statuses": "[Status]", "hashtags": "[Tag]"},
    "Tag": {
        "id": "text", "name": "text", "url": "url", "history": "[TagHistory]", "following": "bool",
        "featuring": "bool",
    },
    "TagHistory": {"day": "id", "uses": "id", "accounts": "id"},
    "Marker": {"last_read_id": "id", "version": "int", "updated_at": "moment"},
    "FamiliarFollowers": {"id": "id", "accounts": "[Account]"},
    "Report": {
        "id": "id", "action_taken": "bool", "action_taken_at": "moment?", "category": "text",
        "comment": "text", "forwarded": "bool", "created_at": "moment", "status_ids": "[id]?",
        "rule_ids": "[id]?", "target_account": "Account",
    },
    "Application": {
        "id": "id", "name": "text", "website": "url?", "scopes": "[text]",
        "redirect_uris": "[text]", "redirect_uri": "text", "vapid_key": "text",
    },
    "InstanceV1": {
        "uri": "text", "title": "text", "short_description": "text", "description": "text",
        "email": "text", "version": "text", "urls": "{url}", "stats": "{int}",
        "thumbnail": "url?", "languages": "[text]", "registrations": "bool",
        "approval_required": "bool", "invites_enabled": "bool", "configuration": "LimitsV1",
        "contact_account": "Account?", "rules": "[nothing]",
    },
    "LimitsV1": _LIMITS,
    "Limits": {
        **_LIMITS, "urls": "Urls", "vapid": "{text}", "translation": "{bool}",
        "limited_federation": "bool", "timelines_access": "{TimelineAccess}",
    },
    "Urls": {
        "streaming": "url", "status": "url?", "about": "url?", "privacy_policy": "url?",
        "terms_of_service": "url?",
    },
    "TimelineAccess": {"local": "text", "remote": "text"},
    "StatusLimits": {
        "max_characters": "int", "max_media_attachments": "int",
        "characters_reserved_per_url": "int", "supported_mime_types": "[text]",
    },
    "MediaLimits": {
        "supported_mime_types": "[text]", "description_limit": "int", "image_size_limit": "int",
        "image_matrix_limit": "int", "video_size_limit": "int", "video_frame_rate_limit": "int",
        "video_matrix_limit": "int",
    },
    "Translation": {
        "content": "text", "spoiler_text": "text", "language": "text",
        "detected_source_language": "text", "provider": "text",
        "media_attachments": "[TranslatedPicture]", "poll": "TranslatedPoll?",
    },
    "TranslatedPicture": {"id": "id", "description": "text"},
    "TranslatedPoll": {"id": "id", "options": "[TranslatedOption]"},
    "TranslatedOption": {"title": "text"},
    "ScheduledStatus": {
        "id": "id", "scheduled_at": "moment", "params": "ScheduledParams",
        "media_attachments": "[MediaAttachment]",
    },
    "ScheduledParams": {
        "text": "text", "visibility": "visibility?", "spoiler_text": "text?", "sensitive": "bool?",
        "language": "text?", "media_ids": "[id]?", "poll": "ScheduledPoll?",
        "in_reply_to_id": "int?", "idempotency": "text?", "application_id": "int",
        "scheduled_at": "null", "with_rate_limit": "bool", "quoted_status_id": "id?",
        "quote_approval_policy": "text?",
    },
    "ScheduledPoll": {
        "options": "[text]", "expires_in": "int", "multiple": "bool", "hide_totals": "bool",
    },
    "Instance": {
        "domain": "text", "title": "text", "version": "text", "source_url": "text",
        "description": "text", "usage": "Usage", "thumbnail": "Thumbnail",
        "icon": "[Icon]", "languages": "[text]", "configuration": "Limits",
        "registrations": "Registrations", "api_versions": "{int}", "contact": "Contact",
        "rules": "[nothing]",
    },
    "Usage": {"users": "{int}"},
    "Thumbnail": {
        "url": "url", "blurhash": "text?", "versions": "{url}", "description": "text",
    },
    "Icon": {"src": "url", "size": "text"},
    "Registrations": {
        "enabled": "bool", "approval_required": "bool", "reason_required": "bool?",
        "message": "text?", "min_age": "int?", "url": "url?",
    },
    "Contact": {"email": "text", "account": "Account?"},
}  # fmt: skip

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_PATTERNS = {
    "id": re.compile(r"[0-9]{1,20}"),
    "url": re.compile(r"(https?|wss?)://[^\s]+"),
    "moment": _MOMENT,
    "day": re.compile(r"\d{4}-\d\d-\d\d"),
    "visibility": re.compile("public|unlisted|private|direct"),
    "text": re.compile(r"(?s).*"),
}


def faults_of(shape: str, value: Any, path: str = "") -> list[str]:
    """Return everything in which a value differs from a shape, each with its place."""
    if shape.endswith("?"):
        return [] if value is None else faults_of(shape[:-1], value, path)
    if shape.startswith("["):
        return _faults_of_list(shape[1:-1], value, path)
    if shape.startswith("{"):
        if not isinstance(value, dict):
            return [f"{path}: {value!r} is no object"]
        return [
            f for key, one in value.items() for f in faults_of(shape[1:-1], one, f"{path}.{key}")
        ]
    if shape in SHAPES:
        return _faults_of_entity(SHAPES[shape], value, f"{path}({shape})")
    return [] if _is_simple(shape, value) else [f"{path}: {value!r} is no {shape}"]


def _faults_of_list(shape: str, value: Any, path: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{path}: {value!r} is no list"]
    return [f for n, one in enumerate(value) for f in faults_of(shape, one, f"{path}[{n}]")]


def _faults_of_entity(shape: Shape, value: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is no object"]
    known = {name.rstrip("?"): kind for name, kind in shape.items()}
    found = [f"{path}.{name} is unknown" for name in value if name not in known]
    found += [
        f"{path}.{name} is missing"
        for name in shape
        if not name.endswith("?") and name not in value
    ]
    for name, one in value.items():
        if name in known:
            found += faults_of(known[name], one, f"{path}.{name}")
    return found


def _is_simple(shape: str, value: Any) -> bool:
    if shape == "null":
        return value is None
    if shape == "nothing":
        return False
    if shape == "bool":
        return isinstance(value, bool)
    if shape in {"int", "number"}:
        kinds = (int,) if shape == "int" else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool)
    return isinstance(value, str) and _PATTERNS[shape].fullmatch(value) is not None


def check(shape: str, value: Any) -> Any:
    """Return the value when it has the shape; fail with every difference."""
    faults = faults_of(shape, value)
    assert not faults, "\n".join(faults[:20])
    return value
