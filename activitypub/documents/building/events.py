"""Events of ours (FEP-8a8e, with Mobilizon's terms beside it).

Mastodon shows `name`, `summary` and a link; so the summary says date and place in words, and the
rest is for servers and clients that know events.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from activitypub.documents.building.notes import NoteDraft, body_of
from activitypub.documents.building.parts import (
    file_attachment,
    local_timestamp,
    page_attachment,
    pruned,
)
from activitypub.documents.context import with_context
from activitypub.documents.event import Address, Place, VirtualLocation
from activitypub.documents.jsonbytes import JsonObject
from activitypub.errors import DocumentError

EventStatus = Literal["scheduled", "cancelled", "postponed", "rescheduled", "moved-online"]

_FEP_STATUS = {
    "scheduled": "EventScheduled",
    "cancelled": "EventCancelled",
    "postponed": "EventPostponed",
    "rescheduled": "EventRescheduled",
    "moved-online": "EventMovedOnline",
}
_ICAL_STATUS = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """What our event shall say: the post it is, and what only an event has.

    `start` and `end` are sent with the offset they have, so give them in the zone of the place.
    The summary of the post is the line with date and place. `organizers` default to the author.
    """

    post: NoteDraft
    name: str
    start: datetime
    end: datetime
    timezone: str
    location: Place | VirtualLocation
    status: EventStatus = "scheduled"
    category: str | None = None
    participation_url: str | None = None
    maximum_attendees: int | None = None
    organizers: tuple[str, ...] = ()
    is_online: bool = False
    display_end: bool = True


def event_of(draft: EventDraft) -> JsonObject:
    """Build an Event. Raises DocumentError when it ends before it starts.

    Attendees never stand on the wire: signing up is external, and only the capacity is said.
    """
    if draft.end <= draft.start:
        raise DocumentError("an event cannot end before it starts")
    body = body_of(draft.post, "Event")
    properties = {**body, "name": draft.name, **_times(draft), **_terms(draft), **_attached(draft)}
    return with_context(pruned(properties))


def _times(draft: EventDraft) -> JsonObject:
    return {
        "startTime": local_timestamp(draft.start),
        "endTime": local_timestamp(draft.end),
        "timezone": draft.timezone,
        "displayEndTime": draft.display_end,
        "eventStatus": _FEP_STATUS[draft.status],
        "status": _ICAL_STATUS.get(draft.status, "CONFIRMED"),
    }


def _terms(draft: EventDraft) -> JsonObject:
    organizers = draft.organizers or (draft.post.author,)
    joins = "external" if draft.participation_url else "none"
    return {
        "inLanguage": draft.post.language,
        "category": draft.category,
        "isOnline": draft.is_online,
        # Mobilizon reads one location only, and no array.
        "location": _location(draft.location),
        "organizers": {
            "type": "Collection",
            "totalItems": len(organizers),
            "items": list(organizers),
        },
        "joinMode": joins,
        "externalParticipationUrl": draft.participation_url,
        "maximumAttendeeCapacity": draft.maximum_attendees,
        "repliesModerationOption": "closed",
        "commentsEnabled": False,
        "anonymousParticipationEnabled": False,
    }


def _location(location: Place | VirtualLocation) -> JsonObject:
    if isinstance(location, VirtualLocation):
        return pruned({"type": "VirtualLocation", "name": location.name, "url": location.url})
    return pruned(
        {
            "id": location.id,
            "type": "Place",
            "name": location.name,
            "latitude": location.latitude,
            "longitude": location.longitude,
            "address": _address(location.address) if location.address else location.address_line,
        }
    )


def _address(address: Address) -> JsonObject:
    return pruned(
        {
            "type": "PostalAddress",
            "streetAddress": address.street,
            "postalCode": address.postal_code,
            "addressLocality": address.locality,
            "addressRegion": address.region,
            "addressCountry": address.country,
        }
    )


def _attached(draft: EventDraft) -> JsonObject:
    """Pictures first (Gancio takes the first attachment as banner), the page after."""
    page = [page_attachment(draft.post.page)] if draft.post.page else []
    return {"attachment": [*(file_attachment(file) for file in draft.post.files), *page]}
