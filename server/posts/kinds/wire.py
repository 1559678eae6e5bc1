"""Between a record and the ActivityStreams object that carries it.

A Note carries everything in `svept:posting`. An Event says name, times, place and sign-up in the
words of FEP-8a8e and Mobilizon, so that calendars elsewhere understand it; the posting inside has
only the rest. Addressing, content, tags and attachments are put around this by others.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import urlsplit

from schemas import (
    NotARecord,
    Record,
    envelope_names,
    errors_of,
    from_wire,
    properties_of,
    to_wire,
)
from schemas.formats import is_web_url
from schemas.rules import moment_of
from server.posts.kinds import Kind, closing_text
from server.posts.kinds.reading import Json, part_in, parts_in, text_in, texts_in

_ADDRESS: Final = (
    "streetAddress",
    "postalCode",
    "addressLocality",
    "addressRegion",
    "addressCountry",
)
_STATUS: Final = {"EventCancelled": "CANCELLED", "EventPostponed": "TENTATIVE"}
_CATEGORY: Final = {
    "JOB_AFTERNOON": "NETWORKING",
    "INFO_SESSION": "LEARNING",
    "WORKSHOP": "LEARNING",
    "NETWORKING_INFORMAL": "NETWORKING",
    "LANGUAGE_CAFE": "LANGUAGE_CULTURE",
    "OPEN_DAY": "COMMUNITY",
    "VISIT": "COMMUNITY",
    "FAIR": "NETWORKING",
}
"""Mobilizon's categories for our kinds of event."""

_KEPT: Final = ("name", "startTime", "endTime", "timezone", "eventStatus")
_CAPACITY: Final = "maximumAttendeeCapacity"
_SIGN_UP_HERE: Final = frozenset({"free", "restricted"})
"""The modes in which a Join from elsewhere is answered (Mobilizon, FEP-8a8e)."""


def posting_of(kind: Kind, record: Json) -> dict[str, object]:
    """Return the `svept:posting` of a record: what the object around it does not say already."""
    around = envelope_names(kind)
    posting = to_wire(kind, {k: v for k, v in record.items() if k not in around})
    if kind is Kind.EVENT and text_in(record, "joinMode") == "none":
        # Mobilizon refuses an event with this mode: to others it is external, and the page says
        # that nobody has to sign up.
        posting["svept:joinMode"] = "none"
    return posting


def parts_of(kind: Kind, record: Json, *, attributed_to: str, url: str) -> dict[str, object]:
    """Return what a record adds to its ActivityStreams object: the posting, and what others read.

    `attributed_to` is the author's actor, `url` the page of the post. A Note gets `endTime` when it
    closes (that is all other servers could act on); an Event gets the terms of FEP-8a8e.
    """
    posting: dict[str, object] = {"svept:posting": posting_of(kind, record)}
    if kind is Kind.EVENT:
        return _event_parts(record, attributed_to=attributed_to, url=url) | posting
    closing = closing_text(kind, record)
    return posting | ({"endTime": closing} if closing else {})


def _event_parts(record: Json, *, attributed_to: str, url: str) -> dict[str, object]:
    organizers = texts_in(record, "organizers") or [attributed_to]
    status = text_in(record, "eventStatus") or "EventScheduled"
    parts: dict[str, object] = {name: record[name] for name in _KEPT if name in record}
    parts |= {
        "displayEndTime": True,
        "eventStatus": status,
        "status": _STATUS.get(status, "CONFIRMED"),
        "isOnline": text_in(record, "mode") == "ONLINE",
        "location": _location(record, url),
        "organizers": {"type": "Collection", "totalItems": len(organizers), "items": organizers},
        # Replies stay with the organiser; no list of attendees leaves this instance.
        "repliesModerationOption": "closed",
        "commentsEnabled": False,
        "anonymousParticipationEnabled": False,
    }
    parts |= {name: record[name] for name in ("inLanguage", _CAPACITY) if name in record}
    parts |= _sign_up(record, url)
    category = text_in(record, "category") or _CATEGORY.get(text_in(record, "eventType"), "")
    return parts | ({"category": category} if category else {})


def _sign_up(record: Json, url: str) -> dict[str, object]:
    where, mode = text_in(record, "applyUrl"), text_in(record, "joinMode")
    if mode in _SIGN_UP_HERE:
        external = {"externalParticipationUrl": where} if where else {}
        return {"joinMode": mode, **external}
    return {"joinMode": "external", "externalParticipationUrl": where or url}


def places_of(record: Json, taken: int) -> dict[str, object]:
    """Return how many places of an event are taken and left, in Mobilizon's terms: counts alone.

    Empty for an event that nobody signs up for here.
    """
    if text_in(record, "joinMode") not in _SIGN_UP_HERE:
        return {}
    places: dict[str, object] = {"participantCount": taken}
    capacity = record.get(_CAPACITY)
    if isinstance(capacity, int):
        places["remainingAttendeeCapacity"] = max(0, capacity - taken)
    return places


def _location(record: Json, url: str) -> dict[str, object]:
    """Return the one location of an event: Mobilizon refuses a list (FEP-8a8e allows it)."""
    place = part_in(record, "location")
    if not place:
        online = text_in(record, "onlineUrl") or url
        return {
            "type": "VirtualLocation",
            "name": urlsplit(online).hostname or online,
            "url": online,
        }
    address = {name: place[name] for name in _ADDRESS if name in place}
    out = {"type": "Place"} | {k: v for k, v in place.items() if k not in _ADDRESS}
    return out | ({"address": {"type": "PostalAddress"} | address} if address else {})


def record_of(
    document: Mapping[str, object], *, clients: Collection[str] = ()
) -> tuple[Kind, Record] | None:
    """Return the kind and the checked record of a received Note or Event, or None.

    None means: show it as the ordinary post it also is. That holds when it carries no posting, one
    of a major version we do not know, one that breaks its schema, or one that contradicts what is
    around it. `clients` are actors on whose behalf the author may publish vacancies. Never raises
    for anything that JSON can hold.
    """
    try:
        name, record = from_wire(document.get("svept:posting"))
    except NotARecord:
        return None
    kind = Kind(name)
    record = _from_around(kind, document) | record
    if errors_of(kind, record) or _contradicts(kind, record, document, clients):
        return None
    return kind, record


def _from_around(kind: Kind, document: Json) -> Record:
    """Return what the object around a posting says for it."""
    around = _event_facts(document) if kind is Kind.EVENT else {}
    if "inLanguage" not in around:
        around |= _first_language(document)
    return around


def _first_language(document: Json) -> Record:
    tag = next(iter(part_in(document, "contentMap")), "")
    pattern = str(properties_of(Kind.TOOL)["inLanguage"].rules["pattern"])
    return {"inLanguage": tag} if tag != "und" and re.match(pattern, tag) else {}


def _event_facts(document: Json) -> Record:
    facts: Record = {name: document[name] for name in _KEPT if name in document}
    facts |= {k: document[k] for k in ("inLanguage", _CAPACITY) if k in document}
    place = next(filter(None, map(_place, parts_in(document, "location"))), None)
    mode = document.get("joinMode")
    if place:
        facts["location"] = place
    if mode in ("none", "free", "restricted", "external"):
        facts["joinMode"] = mode
    where = document.get("externalParticipationUrl")
    if where is not None and where != document.get("url"):
        facts["applyUrl"] = where
    return facts | _organizers(document) | _category(document)


def _place(location: Json) -> Record | None:
    """Return a Place as our flat record of one; None for a virtual or an unknown one."""
    if location.get("type") != "Place":
        return None
    address = location.get("address")
    around = {k: v for k, v in location.items() if k not in {"type", "address"}}
    if isinstance(address, str):
        return {"streetAddress": address} | around
    if not isinstance(address, Mapping):
        return around
    return around | {name: address[name] for name in _ADDRESS if address.get(name)}


def _organizers(document: Json) -> Record:
    items = texts_in(part_in(document, "organizers"), "items")
    alone = items == [document.get("attributedTo")]
    return {} if alone or not items else {"organizers": items}


def _category(document: Json) -> Record:
    category = text_in(document, "category")
    kind_of_event = text_in(part_in(document, "svept:posting"), "svept:eventType")
    derived = _CATEGORY.get(kind_of_event) == category
    return {} if derived or not category else {"category": category}


def _contradicts(kind: Kind, record: Json, document: Json, clients: Collection[str]) -> bool:
    """Tell whether the object around a record denies it: closing, employer or origin differ."""
    if kind is Kind.EVENT and document.get("type") != "Event":
        return True
    closing, around = moment_of(closing_text(kind, record)), moment_of(document.get("endTime"))
    author = document.get("attributedTo")
    employer = text_in(part_in(record, "hiringOrganization"), "id")
    return (
        bool(closing and around and closing != around)
        or bool(employer and employer != author and employer not in clients)
        or not _of_one_origin(document.get("id"), document.get("url"))
    )


def _of_one_origin(identifier: object, url: object) -> bool:
    """Tell whether id and page share an origin (FEP-fe34). A page that is no text says nothing."""
    if not isinstance(identifier, str) or not isinstance(url, str):
        return True
    if not is_web_url(identifier) or not is_web_url(url):
        return False
    return urlsplit(identifier)[:2] == urlsplit(url)[:2]


def event_of(document: Mapping[str, object]) -> Record | None:
    """Return what an Event of other software says, as far as it is sound, or None.

    For Mobilizon, Gancio, WordPress and their like: name, times, place, sign-up in our names. It
    has no identifier and is no full record. Without a name and a start it is None; whatever else is
    unsound is left out. Never raises for anything that JSON can hold.
    """
    if document.get("type") != "Event":
        return None
    facts = _event_facts(document)
    if isinstance(facts.get("name"), str):
        facts["name"] = str(facts["name"]).strip()[:120]
    online = _online_address(document)
    if online:
        facts["onlineUrl"] = online
    place = facts.get("location")
    for error in errors_of(Kind.EVENT, facts):
        _, _, inside = error.pointer.partition("/location/")
        if isinstance(place, dict):
            # Mobilizon writes countries in words: the rest of the address is still good.
            place.pop(inside, None)
    for error in errors_of(Kind.EVENT, facts):
        facts.pop(error.pointer.partition("/")[2].partition("/")[0], None)
    return facts if "name" in facts and "startTime" in facts else None


def _online_address(document: Json) -> str:
    virtual = [p for p in parts_in(document, "location") if p.get("type") == "VirtualLocation"]
    return next(filter(None, (text_in(place, "url") for place in virtual)), "")
