"""Which sign stands before which fact, so that a row can be found without reading it.

The signs are drawn in `macros/signs.html`; they are decoration, the words beside them say all.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

OTHER: Final = "dot"

_FACTS_BY_SIGN: Final[Mapping[str, tuple[str, ...]]] = {
    "place": ("jobLocation", "location", "otherLocations"),
    "clock": (
        "startTime", "hours", "shifts", "timetable", "hoursPerWeek", "durationMinutes",
        "validThrough", "enrolUntil", "registrationUntil", "applyBy",
    ),
    "event": ("jobStartDate", "startDate", "endDate", "rolling", "reviewedOn", "eventStatus"),
    "building": (
        "hiringOrganization", "provider", "organizer", "organiser", "publisher", "partners",
        "funder", "reviewedBy",
    ),
    "coin": ("salary", "cost", "subsidy", "compensation"),
    "speech": (
        "languages", "offerLanguages", "teachingLanguage", "interpreters", "interviewLanguages",
        "cefr",
    ),
    "paper": (
        "employmentType", "contractTerm", "leadType", "studyType", "eventType", "toolKind",
        "phase", "format", "licence", "permitSponsor", "jointCommittee",
    ),
    "study": (
        "noDiplomaRequired", "foreignDiplomaAccepted", "entryLevel", "diplomaRequired",
        "credential", "credentialType", "eqfLevel", "ects", "trainingGiven",
    ),
    "ladder": ("experienceMonths", "result", "goal", "evaluationUrl"),
    "card": ("licencesNeeded", "accountRequired"),
    "heart": ("jobBenefits", "equalOpportunity"),
    "people": (
        "totalJobOpenings", "seats", "maximumAttendeeCapacity", "targetGroups", "whoFor", "roles",
        "ageRange",
    ),
    "child": ("childcare",),
    "wheel": ("stepFree",),
    "bus": ("travelHelp",),
    "screen": ("remote", "mode", "courseMode", "onlineUrl", "worksOn", "offline"),
    "ticket": ("joinMode", "waitingList"),
    "list": ("programme",),
    "lamp": ("goodToKnow",),
    "link": ("url", "applyUrl"),
    "shield": ("dataProtection",),
}  # fmt: skip

_SIGNS: Final[Mapping[str, str]] = MappingProxyType(
    {key: sign for sign, keys in _FACTS_BY_SIGN.items() for key in keys}
)


def sign_of(key: str) -> str:
    """Return the sign of a fact, by the fact's key."""
    return _SIGNS.get(key, OTHER)
