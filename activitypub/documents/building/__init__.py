"""Builders: typed values of ours → documents ready to be signed and sent.

Every document obeys the same rules: `@context` first, an array, all terms inlined; one string
`type`; no null, no empty array; never both `to` and `cc` empty; times in whole seconds. A draft
that breaks a rule raises DocumentError, which is a mistake of the caller.
"""

from activitypub.documents.building.activities import (
    Envelope,
    accept_of,
    add_of,
    announce_of,
    block_of,
    create_of,
    delete_of,
    flag_of,
    follow_of,
    ignore_of,
    like_of,
    move_of,
    reject_of,
    remove_of,
    undo_of,
    update_of,
    vote_of,
)
from activitypub.documents.building.actors import (
    ActorDraft,
    Capability,
    actor_of,
    instance_actor_of,
)
from activitypub.documents.building.collections import (
    collection_of,
    hidden_collection_of,
    listing_of,
    page_of,
)
from activitypub.documents.building.events import EventDraft, event_of
from activitypub.documents.building.notes import (
    NoteDraft,
    PollDraft,
    note_of,
    question_of,
    tombstone_of,
)
from activitypub.documents.building.parts import (
    MediaFile,
    PageLink,
    emoji_tag,
    hashtag_tag,
    mention_tag,
    object_tag,
    timestamp,
)

__all__ = [
    "ActorDraft",
    "Capability",
    "Envelope",
    "EventDraft",
    "MediaFile",
    "NoteDraft",
    "PageLink",
    "PollDraft",
    "accept_of",
    "actor_of",
    "add_of",
    "announce_of",
    "block_of",
    "collection_of",
    "create_of",
    "delete_of",
    "emoji_tag",
    "event_of",
    "flag_of",
    "follow_of",
    "hashtag_tag",
    "hidden_collection_of",
    "ignore_of",
    "instance_actor_of",
    "like_of",
    "listing_of",
    "mention_tag",
    "move_of",
    "note_of",
    "object_tag",
    "page_of",
    "question_of",
    "reject_of",
    "remove_of",
    "timestamp",
    "tombstone_of",
    "undo_of",
    "update_of",
    "vote_of",
]
