"""Who an activity is addressed to, and how it looks to them.

Reads the five addressing properties and takes blind recipients out of what is sent. Which actors
a collection stands for, and which inboxes those have, the application knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.names import is_public
from activitypub.documents.reading import as_object, audience_of

_OPEN = ("to", "cc", "audience")
_BLIND = ("bto", "bcc")


class Publicity(StrEnum):
    """Where the Public collection stands: that is what decides how a post is listed."""

    LISTED = "to"
    UNLISTED = "cc"
    NOT_PUBLIC = "none"


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody an activity is for: ids of actors and collections, each once, without Public."""

    publicity: Publicity
    addressees: tuple[str, ...]

    @property
    def is_public(self) -> bool:
        """Whether anybody at all may read it."""
        return self.publicity is not Publicity.NOT_PUBLIC


def audience_in(activity: Mapping[str, object]) -> Audience:
    """Return who an activity is addressed to, blind recipients included.

    The addressees of an embedded object count as well, as ActivityPub §6.2 wants them copied.
    """
    found: dict[str, None] = {}
    for document in (activity, as_object(activity.get("object")) or {}):
        for key in (*_OPEN, *_BLIND):
            found.update(dict.fromkeys(audience_of(document.get(key))))
    addressees = tuple(addressee for addressee in found if not is_public(addressee))
    return Audience(_publicity(activity), addressees)


def without_blind_recipients(activity: Mapping[str, object]) -> JsonObject:
    """Return the activity as it is sent: without bto and bcc, in its object neither (§6).

    Blind recipients are never revealed to each other, not even by an embedded object of an
    embedded object.
    """
    return {key: _without_blind(value) for key, value in activity.items() if key not in _BLIND}


def _without_blind(value: object) -> object:
    if isinstance(value, dict):
        return without_blind_recipients(value)
    if isinstance(value, list):
        return [_without_blind(member) for member in value]
    return value


def _publicity(activity: Mapping[str, object]) -> Publicity:
    if any(is_public(member) for member in audience_of(activity.get("to"))):
        return Publicity.LISTED
    others = (member for key in ("cc", "audience") for member in audience_of(activity.get(key)))
    return Publicity.UNLISTED if any(map(is_public, others)) else Publicity.NOT_PUBLIC
