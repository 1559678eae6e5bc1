"""The key facts of a record, worded for people.

One ordered table per kind says which fields are shown and how each is worded; the label of a field
is its title in the schema, so forms, pages and posts say the same. Values are plain text, never
markup. What is absent gives no row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import Final

from schemas import label_of, properties_of
from server.posts.kinds import Kind
from server.posts.kinds.language import Voice, marked, name_of_language
from server.posts.kinds.reading import (
    Json,
    local_moment,
    number_in,
    part_in,
    parts_in,
    text_in,
    texts_in,
)
from server.posts.kinds.wording import (
    clock_range,
    date_in_full,
    moment_in_full,
    money,
    number_of,
    units,
    until_in_full,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of key facts: a stable key, its label and its value in the reader's language.

    `heading` is the label with the colon its language writes. `href` is the address behind the
    value, when there is one; checked to be http(s) or mailto.
    """

    key: str
    label: str
    value: str
    href: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a wording gets: which field of which record, and for whom."""

    kind: Kind
    record: Json
    name: str
    voice: Voice

    def say(self, message: str) -> str:
        return self.voice.translate(message)


Wording = Callable[[_Asked], str]


def _as_text(asked: _Asked) -> str:
    return text_in(asked.record, asked.name)


def _as_texts(asked: _Asked) -> str:
    return ", ".join(texts_in(asked.record, asked.name))


def _as_choices(asked: _Asked) -> str:
    values = texts_in(asked.record, asked.name)
    return ", ".join(asked.say(label_of(asked.kind, asked.name, value)) for value in values)


def _unless(usual: str, asked: _Asked) -> str:
    return "" if text_in(asked.record, asked.name) == usual else _as_choices(asked)


def _as_yes_or_no(asked: _Asked) -> str:
    value = asked.record.get(asked.name)
    if not isinstance(value, bool):
        return ""
    return asked.say(marked("yes")) if value else asked.say(marked("no"))


def _as_yes(asked: _Asked) -> str:
    return asked.say("yes") if asked.record.get(asked.name) is True else ""


def _as_number(asked: _Asked) -> str:
    value = number_in(asked.record, asked.name)
    return "" if value is None else number_of(value, asked.voice)


def _as_units(unit: str, asked: _Asked) -> str:
    value = number_in(asked.record, asked.name)
    return "" if value is None else units(value, unit, asked.voice)


def _as_organisations(asked: _Asked) -> str:
    return ", ".join(filter(None, (text_in(p, "name") for p in parts_in(asked.record, asked.name))))


def place_in_words(place: Json) -> str:
    """Return a place on one line: name, street, postal code and town, each said once."""
    name, street = text_in(place, "name"), text_in(place, "streetAddress")
    town = text_in(place, "addressLocality") or ("" if street else name)
    with_code = f"{text_in(place, 'postalCode')} {town}".strip()
    return ", ".join(filter(None, ("" if name == town else name, street, with_code)))


def _as_places(asked: _Asked) -> str:
    return "; ".join(filter(None, map(place_in_words, parts_in(asked.record, asked.name))))


def _as_languages(asked: _Asked) -> str:
    tags = texts_in(asked.record, asked.name)
    return ", ".join(name_of_language(tag, asked.voice.locale) for tag in tags)


def _as_levels(asked: _Asked) -> str:
    return ", ".join(_level(asked, part) for part in parts_in(asked.record, asked.name))


def _level(asked: _Asked, part: Json) -> str:
    name = name_of_language(text_in(part, "lang"), asked.voice.locale)
    cefr, skill = text_in(part, "cefr"), text_in(part, "skill")
    label = partial(label_of, asked.kind)
    level = asked.say(label("languages.cefr", cefr)) if cefr == "NONE" else cefr
    details = [level, asked.say(label("languages.skill", skill)) if skill else ""]
    words = ", ".join(filter(None, details))
    return f"{name} ({words})" if words else name


def _as_day(asked: _Asked) -> str:
    return date_in_full(text_in(asked.record, asked.name), asked.voice)


def _as_moment(asked: _Asked) -> str:
    moment = local_moment(asked.record, asked.name)
    return moment_in_full(moment, asked.voice) if moment else ""


def _as_last_moment(asked: _Asked) -> str:
    moment = local_moment(asked.record, asked.name)
    return until_in_full(moment, asked.voice) if moment else ""


def _as_time(asked: _Asked) -> str:
    start = local_moment(asked.record, "startTime")
    return clock_range(start, local_moment(asked.record, "endTime"), asked.voice) if start else ""


def _as_hours(asked: _Asked) -> str:
    low, high = number_in(asked.record, "hoursMin"), number_in(asked.record, "hoursMax")
    known = [number_of(value, asked.voice) for value in (low, high) if value is not None]
    return "–".join(dict.fromkeys(known))


def _as_contract(asked: _Asked) -> str:
    months = number_in(asked.record, "contractMonths")
    term = _as_choices(asked)
    return f"{term} ({units(months, 'month', asked.voice)})" if months and term else term


def _as_pay(asked: _Asked) -> str:
    salary = part_in(asked.record, "salary")
    if not salary:
        told = text_in(asked.record, "payTold")
        return asked.say(label_of(asked.kind, "payTold", told)) if told else ""
    amounts = [
        money(cents, text_in(salary, "currency"), asked.voice)
        for cents in (number_in(salary, "minCents"), number_in(salary, "maxCents"))
        if cents is not None
    ]
    per = asked.say(label_of(asked.kind, "salary.per", text_in(salary, "per")))
    return f"{' – '.join(dict.fromkeys(amounts))} {per}"


def _as_cost(asked: _Asked) -> str:
    if asked.record.get("isAccessibleForFree") is True:
        return asked.say(marked("free of charge"))
    cost = part_in(asked.record, "cost")
    cents = number_in(cost, "amountCents")
    if cents is None:
        return ""
    note = text_in(cost, "note")
    amount = money(cents, text_in(cost, "currency"), asked.voice)
    return f"{amount} ({note})" if note else amount


def _as_span(first: str, last: str, asked: _Asked) -> str:
    return " → ".join(
        dict.fromkeys(filter(None, (text_in(asked.record, name) for name in (first, last))))
    )


def _as_contact(asked: _Asked) -> str:
    contact = part_in(asked.record, "contact")
    return ", ".join(filter(None, (text_in(contact, n) for n in ("name", "email", "telephone"))))


def _as_address(asked: _Asked) -> str:
    return text_in(asked.record, asked.name).removeprefix("mailto:").partition("?")[0]


_OPEN_TO: Final[tuple[tuple[str, Wording], ...]] = (
    ("targetGroups", _as_choices),
    ("childcare", _as_yes),
    ("stepFree", _as_yes),
    ("travelHelp", _as_yes),
)
_ASK: Final[tuple[tuple[str, Wording], ...]] = (("howToApply", _as_text), ("contact", _as_contact))

_ROWS: Final[Mapping[Kind, tuple[tuple[str, Wording], ...]]] = MappingProxyType(
    {
        Kind.VACANCY: (
            ("leadType", partial(_unless, "REAL")),
            ("hiringOrganization", _as_organisations),
            ("jobLocation", _as_places),
            ("otherLocations", _as_places),
            ("remote", partial(_unless, "NO")),
            ("employmentType", _as_choices),
            ("contractTerm", _as_contract),
            ("hours", _as_hours),
            ("shifts", _as_choices),
            ("jobStartDate", _as_day),
            ("salary", _as_pay),
            ("languages", _as_levels),
            ("offerLanguages", _as_languages),
            ("noDiplomaRequired", _as_yes),
            ("foreignDiplomaAccepted", _as_yes_or_no),
            ("experienceMonths", partial(_as_units, "month")),
            ("licencesNeeded", _as_texts),
            ("trainingGiven", _as_yes),
            ("permitSponsor", _as_yes_or_no),
            ("jobBenefits", _as_text),
            ("totalJobOpenings", _as_number),
            ("interviewLanguages", _as_languages),
            ("jointCommittee", _as_text),
            ("equalOpportunity", _as_text),
            *_OPEN_TO,
            ("validThrough", _as_last_moment),
            ("applyUrl", _as_address),
            *_ASK,
        ),
        Kind.STUDY: (
            ("studyType", _as_choices),
            ("provider", _as_organisations),
            ("courseMode", _as_choices),
            ("location", _as_places),
            ("otherLocations", _as_places),
            ("rolling", _as_yes),
            ("startDate", _as_day),
            ("endDate", _as_day),
            ("timetable", _as_choices),
            ("hoursPerWeek", _as_number),
            ("teachingLanguage", _as_languages),
            ("cefr", partial(_as_span, "cefrFrom", "cefrTo")),
            ("languages", _as_levels),
            ("entryLevel", _as_choices),
            ("diplomaRequired", _as_yes_or_no),
            ("cost", _as_cost),
            ("subsidy", _as_text),
            ("credential", _as_yes),
            ("credentialType", _as_text),
            ("eqfLevel", _as_number),
            ("ects", _as_number),
            ("seats", _as_number),
            *_OPEN_TO,
            ("enrolUntil", _as_last_moment),
            ("applyUrl", _as_address),
            *_ASK,
        ),
        Kind.EVENT: (
            ("eventStatus", partial(_unless, "EventScheduled")),
            ("startTime", _as_time),
            ("location", _as_places),
            ("onlineUrl", _as_address),
            ("eventType", _as_choices),
            ("mode", partial(_unless, "ONSITE")),
            ("organizer", _as_organisations),
            ("joinMode", _as_choices),
            ("registrationUntil", _as_last_moment),
            ("maximumAttendeeCapacity", _as_number),
            ("waitingList", _as_yes),
            ("cost", _as_cost),
            ("offerLanguages", _as_languages),
            ("interpreters", _as_languages),
            ("languages", _as_levels),
            *_OPEN_TO,
            ("programme", _as_text),
            ("goodToKnow", _as_text),
            ("applyUrl", _as_address),
            *_ASK,
        ),
        Kind.PROJECT: (
            ("goal", _as_text),
            ("organiser", _as_organisations),
            ("partners", _as_organisations),
            ("funder", _as_text),
            ("phase", _as_choices),
            ("location", _as_places),
            ("remote", partial(_unless, "NO")),
            ("startDate", _as_day),
            ("endDate", _as_day),
            ("whoFor", _as_text),
            ("roles", _as_texts),
            ("hoursPerWeek", _as_number),
            ("compensation", _as_choices),
            ("seats", _as_number),
            ("languages", _as_levels),
            ("offerLanguages", _as_languages),
            *_OPEN_TO,
            ("result", _as_text),
            ("evaluationUrl", _as_address),
            ("applyBy", _as_last_moment),
            ("applyUrl", _as_address),
            *_ASK,
        ),
        Kind.TOOL: (
            ("toolKind", _as_choices),
            ("url", _as_address),
            ("publisher", _as_organisations),
            ("offerLanguages", _as_languages),
            ("cefr", partial(_as_span, "cefrFrom", "cefrTo")),
            ("cost", _as_cost),
            ("accountRequired", _as_yes_or_no),
            ("offline", _as_yes),
            ("worksOn", _as_choices),
            ("format", _as_text),
            ("durationMinutes", partial(_as_units, "minute")),
            ("ageRange", _as_text),
            ("dataProtection", _as_text),
            ("reviewedBy", _as_text),
            ("reviewedOn", _as_day),
            ("licence", _as_text),
            ("contact", _as_contact),
        ),
    }
)

_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "hours": marked("Hours per week"),
        "cefr": marked("Language level"),
        "startTime": marked("When"),
    }
)
"""Labels of rows that join several fields; the others are titles of the schemas."""

_LINKED: Final = frozenset({"applyUrl", "onlineUrl", "url", "evaluationUrl"})


def facts_of(kind: Kind, record: Json, voice: Voice) -> list[Fact]:
    """Return the rows of key facts of a checked record, in the order people want them."""
    asked = (_Asked(kind, record, name, voice) for name, _ in _ROWS[kind])
    rows = zip(_ROWS[kind], asked, strict=True)
    return list(chain.from_iterable(_row(a, wording) for (_, wording), a in rows))


def _row(asked: _Asked, wording: Wording) -> list[Fact]:
    value = wording(asked)
    if not value:
        return []
    name = asked.name
    label = _LABELS.get(name) or properties_of(asked.kind)[name].title
    href = text_in(asked.record, name) if name in _LINKED else ""
    return [Fact(name, asked.say(label), value, href, headed(asked.voice, label))]


def headed(voice: Voice, message: str) -> str:
    """Return a message as the head of a line: French puts a space before its colon."""
    return voice.translate(marked("%(label)s:")) % {"label": voice.translate(message)}
