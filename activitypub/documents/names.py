"""The words of the protocol: types, media types, the Public collection, namespaces, limits.

Only constants and the two questions that are asked about them everywhere: is this the Public
collection, and is this a media type of ActivityPub.
"""

from email.message import Message
from typing import Final

AS_NAMESPACE: Final = "https://www.w3.org/ns/activitystreams#"
AS_CONTEXT: Final = "https://www.w3.org/ns/activitystreams"
"""The one context string that every server looks for, literally (Mastodon drops what lacks it)."""

OWN_NAMESPACE: Final = "https://w3id.org/meshwork/v1#"
"""Namespace of our own terms; documents use it by the prefix `svept:`."""
POSTING: Final = "svept:posting"
"""The property that carries the machine record of a study, vacancy, event, project or tool."""
PROFILE: Final = "svept:profile"
"""Inside the record: the schema it follows, such as `vacancy/1`."""

PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"
PUBLIC_ALIASES: Final = frozenset({PUBLIC, "as:Public", "Public"})
"""The three spellings of the Public collection (ActivityPub §5.6)."""

ACTIVITY_JSON: Final = "application/activity+json"
LD_JSON: Final = "application/ld+json"
LD_JSON_AS: Final = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
ACCEPT: Final = f"{ACTIVITY_JSON}, {LD_JSON_AS}"
"""What a GET for a document sends as `Accept` (ActivityPub §3.2)."""

ACTOR_TYPES: Final = frozenset({"Person", "Organization", "Group", "Service", "Application"})
NOTE_TYPES: Final = frozenset({"Note", "Question"})
"""Objects whose `content` is the post itself."""
CONVERTED_TYPES: Final = frozenset(
    {"Article", "Page", "Event", "Video", "Audio", "Image", "Document", "Album", "Place"}
)
"""Objects that are shown as a post made of their title, text and link."""
POST_TYPES: Final = NOTE_TYPES | CONVERTED_TYPES
COLLECTION_TYPES: Final = frozenset({"Collection", "OrderedCollection"})
PAGE_TYPES: Final = frozenset({"CollectionPage", "OrderedCollectionPage"})
ACTIVITY_TYPES: Final = frozenset(
    {
        "Accept", "Add", "Announce", "Arrive", "Block", "Create", "Delete", "Dislike", "EmojiReact",
        "Flag", "Follow", "Ignore", "Invite", "Join", "Leave", "Like", "Listen", "Lock", "Move",
        "Offer", "QuoteRequest", "Read", "Reject", "Remove", "TentativeAccept",
        "TentativeReject", "Travel", "Undo", "Update", "View",
    }
)  # fmt: skip
"""Activities of the ActivityStreams vocabulary, and those in use beyond it.

Question is not among them: everybody uses it as an object.
"""
TOMBSTONE: Final = "Tombstone"

MAX_DOCUMENT_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 50
MAX_URL_CHARS: Final = 2048
MAX_NAME_CHARS: Final = 1_000
MAX_SUMMARY_CHARS: Final = 20_000
MAX_CONTENT_CHARS: Final = 200_000
MAX_RECIPIENTS: Final = 1_000
MAX_TAGS: Final = 200
MAX_ATTACHMENTS: Final = 32
MAX_FIELDS: Final = 50
MAX_FIELD_CHARS: Final = 2_047
MAX_KEYS: Final = 10
MAX_ALIASES: Final = 20
MAX_LANGUAGES: Final = 60
MAX_POLL_OPTIONS: Final = 50
MAX_ITEMS: Final = 1_000


def is_public(identifier: str) -> bool:
    """Whether an addressee is the Public collection, in any of its spellings."""
    return identifier in PUBLIC_ALIASES


def is_activity_media_type(content_type: str | None) -> bool:
    """Whether a Content-Type header names an ActivityPub document (ActivityPub §3.2).

    `application/activity+json` always; `application/ld+json` only when its profile parameter
    names ActivityStreams, because an uploaded file can be served as bare JSON-LD.
    """
    if not content_type or len(content_type) > MAX_NAME_CHARS:
        return False
    essence = content_type.partition(";")[0].strip().lower()
    if essence == ACTIVITY_JSON:
        return True
    # Parameters in pieces or in another alphabet (RFC 2231): no server writes the profile so, and
    # the standard library stumbles over broken ones.
    if essence != LD_JSON or "*" in content_type or not content_type.isascii():
        return False
    header = Message()
    header["Content-Type"] = content_type.replace("\r", "").replace("\n", "")
    profile = header.get_param("profile")
    return isinstance(profile, str) and AS_CONTEXT in profile.split()
