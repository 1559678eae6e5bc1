"""schema.org JSON-LD for the page of a post, so that search engines and job sites read it.

Built from the record alone. A vacancy that is closed, or a lead that is no vacancy yet, gives
nothing: job sites remove those who advertise what nobody can apply for.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from schemas.terms import default_type
from server.posts.kinds import Kind, State, state_of
from server.posts.kinds.content import paragraphs
from server.posts.kinds.reading import (
    Json,
    languages_of,
    main_language,
    number_in,
    part_in,
    parts_in,
    text_in,
    texts_in,
    title_of,
    wording_in,
)

_NO_VACANCY: Final = frozenset({"EXPECTED", "JOB_SHADOWING", "INFORMATIONAL_TALK"})
_SCHEMA: Final = "https://schema.org"
_MODES: Final = {
    "ONSITE": f"{_SCHEMA}/OfflineEventAttendanceMode",
    "ONLINE": f"{_SCHEMA}/OnlineEventAttendanceMode",
    "HYBRID": f"{_SCHEMA}/MixedEventAttendanceMode",
}
_COURSE_MODES: Final = {"onsite": "Onsite", "online": "Online", "blended": "Blended"}
_CATEGORIES: Final = {
    "DOCUMENT": "document",
    "CHECKLIST": "checklist",
    "COURSE": "course",
    "TEMPLATE": "template",
}
_AUTHOR: Final = {Kind.EVENT: "organizer", Kind.TOOL: "publisher"}
_DAYS_A_WEEK: Final = 7
_SYSTEMS: Final = {
    "ANDROID": "Android",
    "IOS": "iOS",
    "WEB": "Web",
    "DESKTOP": "Desktop",
}

Structured = dict[str, object]


def structured_of(
    kind: Kind,
    record: Json,
    *,
    url: str,
    published: datetime,
    author: Mapping[str, object] | None = None,
) -> Structured | None:
    """Return the schema.org description of a checked record, or None when it should have none.

    `url` is its page, `published` when it first appeared. Fields that the record lacks are absent;
    `author`, a description of who posted it, stands for an organiser or publisher it does not name.
    Source of the fields of a JobPosting: schema.org, and what Google for Jobs requires.
    """
    built = _BUILDERS[kind](kind, record, published)
    if built is None:
        return None
    head: Structured = {
        "@context": _SCHEMA,
        "@type": default_type(kind, record).removeprefix("sdo:"),
        "url": url,
        "inLanguage": main_language(record),
    }
    if text_in(record, "type").startswith("sdo:"):
        head["@type"] = text_in(record, "type").removeprefix("sdo:")
    name = _AUTHOR.get(kind, "")
    if name and author and not built.get(name) and not built.get("provider"):
        built[name] = author
    image = text_in(part_in(record, "image"), "url")
    return _filled({**head, **built, "image": image})


def script_text(document: Mapping[str, object]) -> str:
    """Return the JSON to put inside a script element: nothing in it can end that element."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _filled(part: Mapping[str, object]) -> Structured:
    return {key: value for key, value in part.items() if value not in (None, "", [], {})}


def _vacancy(kind: Kind, record: Json, published: datetime) -> Structured | None:
    if state_of(record) is not State.OPEN or text_in(record, "leadType") in _NO_VACANCY:
        return None
    employer = _organisation(part_in(record, "hiringOrganization"))
    by_distance = text_in(record, "remote") == "YES"
    needs_no_diploma = record.get("noDiplomaRequired") is True
    months = number_in(record, "experienceMonths")
    return {
        "title": title_of(kind, record),
        "description": _description(kind, record),
        "datePosted": text_in(record, "datePosted") or published.date().isoformat(),
        "validThrough": text_in(record, "validThrough"),
        "employmentType": texts_in(record, "employmentType"),
        "hiringOrganization": employer,
        "identifier": {
            "@type": "PropertyValue",
            "name": employer.get("name", ""),
            "value": text_in(record, "identifier"),
        },
        "jobLocation": [
            _place(p, country=_country(record))
            for n in ("jobLocation", "otherLocations")
            for p in parts_in(record, n)
        ],
        "jobLocationType": "TELECOMMUTE" if by_distance else "",
        "applicantLocationRequirements": _countries(record) if by_distance else [],
        "baseSalary": _base_salary(part_in(record, "salary")),
        "totalJobOpenings": record.get("totalJobOpenings"),
        "jobStartDate": text_in(record, "jobStartDate"),
        "jobBenefits": text_in(record, "jobBenefits"),
        "occupationalCategory": text_in(record, "occupation"),
        "skills": texts_in(record, "skills"),
        "experienceRequirements": _experience(float(months)) if months is not None else {},
        "educationRequirements": "no requirements" if needs_no_diploma else "",
        "directApply": False,
    }


def _experience(months: float) -> Structured:
    return {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": months}


def _country(record: Json) -> str:
    """Return the country of a place that does not name its own: that of the first region."""
    found = next((one[:2] for one in texts_in(record, "regions") if one != "online"), "")
    return "GR" if found == "EL" else found


def _countries(record: Json) -> list[Structured]:
    codes = {region[:2] for region in texts_in(record, "regions") if region != "online"}
    names = sorted("GR" if code == "EL" else code for code in codes)
    return [{"@type": "Country", "name": name} for name in names]


def _base_salary(salary: Json) -> Structured:
    low, high = number_in(salary, "minCents"), number_in(salary, "maxCents")
    if low is None:
        return {}
    value: Structured = {"@type": "QuantitativeValue", "unitText": text_in(salary, "per")}
    if high is None or high == low:
        value["value"] = float(low / 100)
    else:
        value |= {"minValue": float(low / 100), "maxValue": float(high / 100)}
    return {"@type": "MonetaryAmount", "currency": text_in(salary, "currency"), "value": value}


def _study(kind: Kind, record: Json, _published: datetime) -> Structured:
    instance = _filled(
        {
            "courseMode": [_COURSE_MODES[one] for one in texts_in(record, "courseMode")],
            "courseSchedule": _schedule(record),
            "startDate": text_in(record, "startDate"),
            "endDate": text_in(record, "endDate"),
            "location": _place(part_in(record, "location"), country=_country(record)),
            "inLanguage": texts_in(record, "teachingLanguage"),
        }
    )
    shared: Structured = {
        "name": title_of(kind, record),
        "description": _plain_description(kind, record),
        "provider": _organisation(part_in(record, "provider")),
        "identifier": text_in(record, "identifier"),
        "offers": _offer(record),
    }
    if text_in(record, "type") == "sdo:EducationalOccupationalProgram":
        dates = {name: instance.get(name) for name in ("startDate", "endDate")}
        return shared | {
            **dates,
            "applicationDeadline": text_in(record, "enrolUntil"),
            "educationalProgramMode": instance.get("courseMode"),
            "programPrerequisites": _prerequisite(record),
            "maximumEnrollment": record.get("seats"),
        }
    return shared | {
        "isAccessibleForFree": record.get("isAccessibleForFree"),
        "educationalCredentialAwarded": text_in(record, "credentialType"),
        "teaches": texts_in(record, "learningOutcomes"),
        "coursePrerequisites": _prerequisite(record),
        "numberOfCredits": record.get("ects"),
        "hasCourseInstance": {"@type": "CourseInstance", **instance} if instance else {},
    }


def _prerequisite(record: Json) -> str:
    """Return the level of language to begin with: CEFR says the same in every language."""
    level = text_in(record, "cefrFrom")
    return f"CEFR {level}" if level else ""


def _schedule(record: Json) -> Structured:
    """Return how much of each week a course takes, and for how many weeks where both ends stand."""
    hours = number_in(record, "hoursPerWeek")
    if not hours:
        return {}
    return _filled(
        {
            "@type": "Schedule",
            "repeatFrequency": "Weekly",
            "repeatCount": _weeks(record),
            "duration": f"PT{round(hours * 60)}M",
        }
    )


def _weeks(record: Json) -> int | None:
    try:
        first, last = (
            date.fromisoformat(text_in(record, name)) for name in ("startDate", "endDate")
        )
    except ValueError:
        return None
    return max(1, -(-(last - first).days // _DAYS_A_WEEK))


def _event(kind: Kind, record: Json, _published: datetime) -> Structured:
    place = _place(part_in(record, "location"), country=_country(record))
    online = text_in(record, "onlineUrl")
    places = [place] if place else []
    if online:
        places.append({"@type": "VirtualLocation", "url": online})
    status = text_in(record, "eventStatus") or "EventScheduled"
    return {
        "name": title_of(kind, record),
        "description": _plain_description(kind, record),
        "startDate": text_in(record, "startTime"),
        "endDate": text_in(record, "endTime"),
        "eventStatus": f"{_SCHEMA}/{status}",
        "eventAttendanceMode": _MODES.get(text_in(record, "mode"), ""),
        "location": places,
        "organizer": _organisation(part_in(record, "organizer")),
        "maximumAttendeeCapacity": record.get("maximumAttendeeCapacity"),
        "isAccessibleForFree": record.get("isAccessibleForFree"),
        "identifier": text_in(record, "identifier"),
        "offers": _ticket(record),
    }


def _ticket(record: Json) -> Structured:
    """Return what it takes to take part: the price, and where one signs up."""
    offer = _offer(record)
    url = text_in(record, "applyUrl")
    return {**offer, "url": url} if offer and url else offer


def _project(kind: Kind, record: Json, _published: datetime) -> Structured:
    # schema.org knows a Project as an organisation, so it has members and founding dates.
    return {
        "name": title_of(kind, record),
        "description": _plain_description(kind, record),
        "identifier": text_in(record, "identifier"),
        "parentOrganization": _organisation(part_in(record, "organiser")),
        "member": [_organisation(partner) for partner in parts_in(record, "partners")],
        "funder": _organisation({"name": text_in(record, "funder")}),
        "foundingDate": text_in(record, "startDate"),
        "dissolutionDate": text_in(record, "endDate"),
        "location": _place(part_in(record, "location"), country=_country(record)),
        "sameAs": text_in(record, "evaluationUrl"),
    }


def _tool(kind: Kind, record: Json, _published: datetime) -> Structured:
    is_software = default_type(kind, record) in {"sdo:WebApplication", "sdo:SoftwareApplication"}
    systems = [_SYSTEMS[code] for code in texts_in(record, "worksOn") if code in _SYSTEMS]
    return {
        "name": title_of(kind, record),
        "description": _plain_description(kind, record),
        "identifier": text_in(record, "identifier"),
        "sameAs": text_in(record, "url"),
        "availableLanguage" if text_in(record, "toolKind") == "SERVICE" else "inLanguage": (
            texts_in(record, "offerLanguages") or languages_of(record)[:1]
        ),
        "publisher": _organisation(part_in(record, "publisher")),
        "license": text_in(record, "licence"),
        "isAccessibleForFree": record.get("isAccessibleForFree"),
        "operatingSystem": ", ".join(systems) if is_software else "",
        "applicationCategory": "EducationalApplication" if is_software else "",
        "offers": _offer(record),
        **_material(kind, record),
    }


def _material(kind: Kind, record: Json) -> Structured:
    """Return what only documents, checklists, courses and services say."""
    what, described = text_in(record, "toolKind"), _plain_description(kind, record)
    if what == "CHECKLIST":
        lines = [line.strip(" -*•\t") for line in described.splitlines() if line.strip(" -*•\t")]
        return {"step": [{"@type": "HowToStep", "text": line} for line in lines]}
    if what == "SERVICE":
        return {"provider": _organisation(part_in(record, "publisher")), "publisher": {}}
    if what not in _CATEGORIES:
        return {}
    minutes = number_in(record, "durationMinutes")
    return {
        "learningResourceType": _CATEGORIES[what],
        "educationalLevel": _prerequisite(record),
        "timeRequired": f"PT{round(minutes)}M" if minutes else "",
        "typicalAgeRange": text_in(record, "ageRange"),
    }


def _description(kind: Kind, record: Json) -> str:
    return "".join(
        paragraphs(wording_in(kind, record, part)) for part in ("summary", "description")
    )


def _plain_description(kind: Kind, record: Json) -> str:
    texts = (wording_in(kind, record, part) for part in ("summary", "description"))
    return "\n\n".join(text for text in texts if text)


def _organisation(part: Json) -> Structured:
    if not text_in(part, "name"):
        return {}
    same = text_in(part, "url") or text_in(part, "id")
    return _filled({"@type": "Organization", "name": text_in(part, "name"), "sameAs": same})


def _place(part: Json, *, country: str = "") -> Structured:
    """Return a place; one without a country lies in that of the offer's region."""
    if not text_in(part, "name"):
        return {}
    fields = ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")
    written = {name: text_in(part, name) for name in fields}
    written["addressCountry"] = written["addressCountry"] or country
    address = _filled({"@type": "PostalAddress"} | written)
    # A place known by the name of its town alone still has a town.
    address.setdefault("addressLocality", text_in(part, "name"))
    place: Structured = {"@type": "Place", "name": text_in(part, "name"), "address": address}
    position = {name: part[name] for name in ("latitude", "longitude") if name in part}
    return place | ({"geo": {"@type": "GeoCoordinates"} | position} if len(position) > 1 else {})


def _offer(record: Json) -> Structured:
    cost = part_in(record, "cost")
    cents = number_in(cost, "amountCents")
    if record.get("isAccessibleForFree") is True:
        return {"@type": "Offer", "price": 0, "priceCurrency": "EUR", "category": "Free"}
    if cents is None:
        return {}
    currency = text_in(cost, "currency")
    return {
        "@type": "Offer",
        "price": float(cents / 100),
        "priceCurrency": currency,
        "category": "Paid",
    }


Builder = Callable[[Kind, Json, datetime], Structured | None]
_BUILDERS: Final[Mapping[Kind, Builder]] = MappingProxyType(
    {
        Kind.STUDY: _study,
        Kind.VACANCY: _vacancy,
        Kind.EVENT: _event,
        Kind.PROJECT: _project,
        Kind.TOOL: _tool,
    }
)
