"""From nodes of schema.org to records of ours: JobPosting, Event, Course, Project, software.

What a page does not say stays open, for the person who imports it to fill in; a value that our
schema would refuse is left out rather than passed on. Money becomes cents, moments get an offset.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urljoin

from schemas import errors_of, properties_of
from server.importing.entries import Record
from server.importing.linked_data import Node, listed, node_in, text_in, texts_in, types_of
from server.importing.plain import cut, paragraphs_of, tag_of
from server.posts.kinds import Kind

_KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "JobPosting": Kind.VACANCY,
        "Course": Kind.STUDY,
        "EducationalOccupationalProgram": Kind.STUDY,
        "Project": Kind.PROJECT,
        "ResearchProject": Kind.PROJECT,
        "WebApplication": Kind.TOOL,
        "SoftwareApplication": Kind.TOOL,
        "MobileApplication": Kind.TOOL,
        "LearningResource": Kind.TOOL,
        "HowTo": Kind.TOOL,
    }
)
_PERIODS: Final = frozenset({"HOUR", "DAY", "WEEK", "MONTH", "YEAR"})
_COUNTRY: Final = 2


def kind_of(node: Node) -> Kind | None:
    """Return what a node would be here; every Event of schema.org ends in that word."""
    for name in types_of(node):
        if name in _KINDS:
            return _KINDS[name]
        if name.endswith("Event") or name == "Festival":
            return Kind.EVENT
    return None


def record_of(node: Node, kind: Kind, *, url: str, zone: tzinfo) -> Record:
    """Return what a node says, in the fields of our schema; `url` is the page it stands on."""
    record = _shared(node, url) | _READERS[kind](node, url, zone)
    return _acceptable(kind, {name: value for name, value in record.items() if value})


def identity_of(node: Node, url: str) -> str:
    """Return the page's own name for what it offers, or else its address."""
    given = node.get("identifier")
    for one in listed(given):
        if isinstance(one, Mapping) and text_in(one, "value"):
            return cut(text_in(one, "value"), 200)
    return cut(text_in(node, "@id") or text_in(node, "url") or url, 200)


def _shared(node: Node, url: str) -> Record:
    language = tag_of(text_in(node, "inLanguage"))
    image = _address(text_in(node, "image") or text_in(node_in(node, "image"), "url"), url)
    description = paragraphs_of(text_in(node, "description"))
    return {
        "description": cut(description, 5_000),
        "inLanguage": language,
        "links": [{"url": url}],
        "applyUrl": _address(text_in(node, "url"), url) or url,
        "image": {"url": image, "alt": cut(_title(node), 200)} if image and _title(node) else {},
        "isAccessibleForFree": text_in(node, "isAccessibleForFree").lower() == "true",
    }


def _title(node: Node) -> str:
    return cut(" ".join((text_in(node, "title") or text_in(node, "name")).split()), 120)


def _vacancy(node: Node, _url: str, zone: tzinfo) -> Record:
    is_remote = "TELECOMMUTE" in texts_in(node, "jobLocationType")
    places = [_place(one) for one in _nodes(node, "jobLocation")]
    types = [one.upper().replace("-", "_").replace(" ", "_") for one in _types(node)]
    term = "FIXED" if "TEMPORARY" in types or "CONTRACT" in types else ""
    return {
        "title": _title(node),
        "hiringOrganization": _organisation(node, "hiringOrganization"),
        "employmentType": [one for one in types if one in _EMPLOYMENT],
        "contractTerm": term,
        "jobLocation": places[0] if places else {},
        "otherLocations": [one for one in places[1:6] if one],
        "remote": "YES" if is_remote else "",
        "validThrough": _moment(text_in(node, "validThrough"), zone, end_of_day=True),
        "jobStartDate": _date(text_in(node, "jobStartDate")),
        "datePosted": _date(text_in(node, "datePosted")),
        "salary": _salary(node_in(node, "baseSalary")),
        "jobBenefits": cut(paragraphs_of(text_in(node, "jobBenefits")), 1_000),
        "totalJobOpenings": _whole(text_in(node, "totalJobOpenings")),
    }


_EMPLOYMENT: Final = frozenset(properties_of(Kind.VACANCY)["employmentType"].labels)


def _types(node: Node) -> list[str]:
    """Pages write employment types as a list or as one text with commas."""
    return [part.strip() for one in texts_in(node, "employmentType") for part in one.split(",")]


def _event(node: Node, url: str, zone: tzinfo) -> Record:
    mode = text_in(node, "eventAttendanceMode")
    places = _nodes(node, "location")
    online = next((one for one in places if "VirtualLocation" in types_of(one)), {})
    onsite = next((one for one in places if "VirtualLocation" not in types_of(one)), {})
    place = _place(onsite) if onsite else _named_place(node)
    status = text_in(node, "eventStatus")
    return {
        "name": _title(node),
        "startTime": _moment(text_in(node, "startDate"), zone),
        "endTime": _moment(text_in(node, "endDate"), zone, end_of_day=True),
        "location": place,
        "onlineUrl": _address(text_in(online, "url"), url),
        "mode": _MODES.get(mode, "ONLINE" if online and not place else ""),
        "organizer": _organisation(node, "organizer"),
        "eventStatus": status if status in _STATUSES else "",
        "joinMode": "external",
        "maximumAttendeeCapacity": _whole(text_in(node, "maximumAttendeeCapacity")),
        **_cost(node),
    }


_MODES: Final = MappingProxyType(
    {
        "OfflineEventAttendanceMode": "ONSITE",
        "OnlineEventAttendanceMode": "ONLINE",
        "MixedEventAttendanceMode": "HYBRID",
    }
)
_STATUSES: Final = frozenset(properties_of(Kind.EVENT)["eventStatus"].labels)


def _study(node: Node, _url: str, zone: tzinfo) -> Record:
    instance = node_in(node, "hasCourseInstance") or node
    languages = [tag_of(one) for one in texts_in(instance, "inLanguage")]
    return {
        "name": _title(node),
        "provider": _organisation(node, "provider"),
        "startDate": _date(text_in(instance, "startDate")),
        "endDate": _date(text_in(instance, "endDate")),
        "enrolUntil": _moment(text_in(node, "applicationDeadline"), zone, end_of_day=True),
        "location": _place(node_in(instance, "location")),
        "teachingLanguage": [one for one in languages if one],
        **_cost(node),
    }


def _project(node: Node, _url: str, _zone: tzinfo) -> Record:
    return {
        "name": _title(node),
        "organiser": _organisation(node, "parentOrganization"),
        "funder": cut(text_in(node, "funder"), 200),
        "startDate": _date(text_in(node, "foundingDate")),
        "endDate": _date(text_in(node, "dissolutionDate")),
        "location": _place(node_in(node, "location")),
    }


_TOOL_KINDS: Final = MappingProxyType(
    {"LearningResource": "COURSE", "HowTo": "CHECKLIST", "MobileApplication": "APP"}
)


def _tool(node: Node, url: str, _zone: tzinfo) -> Record:
    kinds = [_TOOL_KINDS[one] for one in types_of(node) if one in _TOOL_KINDS]
    return {
        "name": _title(node),
        "url": _address(text_in(node, "url"), url) or url,
        "toolKind": kinds[0] if kinds else "WEB",
        "publisher": _organisation(node, "publisher"),
        "offerLanguages": [one for one in map(tag_of, texts_in(node, "inLanguage")) if one],
        **_cost(node),
    }


_READERS: Final[Mapping[Kind, Callable[[Node, str, tzinfo], Record]]] = MappingProxyType(
    {
        Kind.VACANCY: _vacancy,
        Kind.EVENT: _event,
        Kind.STUDY: _study,
        Kind.PROJECT: _project,
        Kind.TOOL: _tool,
    }
)


def _acceptable(kind: Kind, record: Record) -> Record:
    """Leave out the fields that the schema refuses as they are; what is missing is no matter."""
    refused = {
        fault.pointer.split("/")[1]
        for fault in errors_of(kind, record)
        if fault.pointer and fault.pointer.split("/")[1] in record
    }
    return {name: value for name, value in record.items() if name not in refused}


def _nodes(node: Node, name: str) -> list[Node]:
    return [one for one in listed(node.get(name)) if isinstance(one, Mapping)]


def _organisation(node: Node, name: str) -> Record:
    part = node_in(node, name)
    called = cut(text_in(node, name), 200)
    site = text_in(part, "sameAs") or text_in(part, "url")
    is_address = site.startswith(("https://", "http://"))
    return {"name": called, **({"url": site} if is_address else {})} if called else {}


def _named_place(node: Node) -> Record:
    name = cut(text_in(node, "location"), 200)
    return {"name": name} if name and not name.startswith("http") else {}


def _place(part: Node) -> Record:
    address = node_in(part, "address") or part
    country = text_in(address, "addressCountry")
    fields = {
        name: cut(text_in(address, name), 200)
        for name in ("streetAddress", "postalCode", "addressLocality", "addressRegion")
    }
    fields["addressCountry"] = country if len(country) == _COUNTRY and country.isupper() else ""
    plain = text_in(part, "address") if address is part else ""
    name = text_in(part, "name") or fields["addressLocality"] or plain
    geo = node_in(part, "geo")
    position = {key: _number(text_in(geo, key)) for key in ("latitude", "longitude")}
    found: dict[str, Any] = {"name": cut(name, 200), **fields}
    if None not in position.values():
        found |= {key: float(value) for key, value in position.items() if value is not None}
    return {key: value for key, value in found.items() if value not in ("", None)} if name else {}


def _salary(amount: Node) -> Record:
    value = node_in(amount, "value") or amount
    per = text_in(value, "unitText").upper() or text_in(amount, "unitText").upper()
    low = _cents(text_in(value, "minValue") or text_in(value, "value"))
    high = _cents(text_in(value, "maxValue"))
    currency = text_in(amount, "currency").upper()
    if not low or per not in _PERIODS or not currency:
        return {}
    return {
        "currency": currency,
        "minCents": low,
        "per": per,
        **({"maxCents": high} if high else {}),
    }


def _cost(node: Node) -> Record:
    offer = node_in(node, "offers")
    price = _cents(text_in(offer, "price"))
    if text_in(offer, "price") and price == 0:
        return {"isAccessibleForFree": True}
    currency = text_in(offer, "priceCurrency").upper()
    return {"cost": {"currency": currency, "amountCents": price}} if price and currency else {}


def _number(text: str) -> Decimal | None:
    try:
        read = Decimal(text.replace(",", ".")) if text and len(text) < 24 else None  # noqa: PLR2004 - no sensible amount is longer
    except InvalidOperation:
        return None
    return read if read is not None and read.is_finite() else None


def _cents(text: str) -> int | None:
    read = _number(text)
    return int(read * 100) if read is not None and 0 <= read < 10**9 else None


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None  # noqa: PLR2004 - no hall is larger


def _address(text: str, page: str) -> str:
    if not text:
        return ""
    try:
        absolute = urljoin(page, text)
    except ValueError:
        return ""
    return absolute if absolute.startswith(("https://", "http://")) else ""


def _date(text: str) -> str:
    try:
        return datetime.fromisoformat(text).date().isoformat() if text else ""
    except ValueError:
        return ""


def _moment(text: str, zone: tzinfo, *, end_of_day: bool = False) -> str:
    """Return a moment with an offset; a day alone means its end, or its beginning."""
    try:
        read = datetime.fromisoformat(text) if text else None
    except ValueError:
        return ""
    if read is None:
        return ""
    if "T" not in text.upper() and " " not in text.strip() and end_of_day:
        read = datetime.combine(read.date(), time(23, 59, 59))
    return (read if read.tzinfo else read.replace(tzinfo=zone)).isoformat()
