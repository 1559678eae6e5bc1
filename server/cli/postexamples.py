"""Post files to start from: one for each kind and an ordinary post, with dates still to come."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

Example = dict[str, Any]


def example_text(kind: str, now: datetime) -> str:
    """Return the example of a kind as the text of a file. Raises KeyError for an unknown kind."""
    return json.dumps(EXAMPLES[kind](now), ensure_ascii=False, indent=2)


def _day(now: datetime, days: int) -> str:
    return (now + timedelta(days=days)).date().isoformat()


def _moment(now: datetime, days: int, hour: int) -> str:
    at = (now + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
    return at.isoformat().replace("+00:00", "Z")


def _vacancy(now: datetime) -> Example:
    return {
        "kind": "vacancy",
        "audience": "public",
        "language": "en",
        "record": {
            "title": "Baker's assistant",
            "summary": "Two bakers' assistants wanted. English A2 is enough to start.",
            "description": "You help the bakers from five to eleven. A colleague teaches you.",
            "easyText": "You help the bakers. You learn the work from a colleague.",
            "easyLevel": "A2",
            "leadType": "REAL",
            "occupation": "http://data.europa.eu/esco/isco/C9412",
            "employmentType": ["PART_TIME"],
            "contractTerm": "PERMANENT",
            "hoursMin": 20,
            "hoursMax": 30,
            "jobLocation": {"name": "Harbour Bakery", "addressLocality": "Lysmark",
                            "addressCountry": "BE"},
            "regions": ["BE25"],
            "validThrough": _moment(now, 30, 22),
            "totalJobOpenings": 2,
            "languages": [{"lang": "en", "cefr": "A2", "skill": "SPEAKING"}],
            "salary": {"currency": "EUR", "minCents": 1520, "maxCents": 1680, "per": "HOUR"},
            "trainingGiven": True,
            "noDiplomaRequired": True,
            "contact": {"name": "Bakery team", "email": "jobs@bakery.example"},
            "applyUrl": "https://bakery.example/jobs/assistant",
            "helix": "BUSINESS",
            "tags": ["bakery"],
        },
    }  # fmt: skip


def _study(now: datetime) -> Example:
    return {
        "kind": "study",
        "audience": "public",
        "language": "en",
        "record": {
            "name": "Language for work",
            "summary": "A free evening course for people who want to work, from A1 to A2.",
            "studyType": "LANGUAGE",
            "provider": {"name": "Harbour Language House", "helix": "ACADEMIA"},
            "courseMode": ["onsite"],
            "location": {"name": "Library", "addressLocality": "Lysmark", "addressCountry": "BE"},
            "regions": ["BE25"],
            "startDate": _day(now, 40),
            "endDate": _day(now, 130),
            "enrolUntil": _moment(now, 30, 17),
            "teachingLanguage": ["en"],
            "cefrFrom": "A1",
            "cefrTo": "A2",
            "hoursPerWeek": 6,
            "timetable": ["EVENING"],
            "isAccessibleForFree": True,
            "childcare": True,
            "seats": 14,
            "contact": {"email": "info@language-house.example"},
            "applyUrl": "https://language-house.example/work",
            "helix": "ACADEMIA",
        },
    }


def _event(now: datetime) -> Example:
    return {
        "kind": "event",
        "audience": "public",
        "language": "en",
        "record": {
            "name": "Coffee with employers",
            "summary": "Meet six employers over coffee. Interpreters for Arabic and Tigrinya.",
            "eventType": "JOB_AFTERNOON",
            "startTime": _moment(now, 21, 13),
            "endTime": _moment(now, 21, 16),
            "timezone": "Europe/Brussels",
            "mode": "ONSITE",
            "location": {"name": "Old Fish Market", "addressLocality": "Lysmark",
                         "addressCountry": "BE"},
            "regions": ["BE25"],
            "joinMode": "external",
            "applyUrl": "https://desk.example/coffee",
            "registrationUntil": _moment(now, 20, 12),
            "maximumAttendeeCapacity": 40,
            "interpreters": ["ar", "ti"],
            "isAccessibleForFree": True,
            "contact": {"email": "desk@desk.example"},
            "helix": "GOVERNMENT",
        },
    }  # fmt: skip


def _project(now: datetime) -> Example:
    return {
        "kind": "project",
        "audience": "public",
        "language": "en",
        "record": {
            "name": "World kitchen",
            "summary": "Volunteers cook together and build up a lunch café. Eight places.",
            "goal": "Open a lunch café that newcomers and neighbours run together.",
            "organiser": {"name": "Harbour Cooks"},
            "startDate": _day(now, 45),
            "endDate": _day(now, 200),
            "applyBy": _moment(now, 35, 17),
            "location": {"name": "Lighthouse Centre", "addressLocality": "Lysmark",
                         "addressCountry": "BE"},
            "regions": ["BE25"],
            "seats": 8,
            "roles": ["cook", "host"],
            "hoursPerWeek": 8,
            "compensation": "EXPENSES",
            "whoFor": "Everybody who likes to cook",
            "phase": "BROADEN",
            "contact": {"email": "hello@cooks.example"},
            "applyUrl": "https://cooks.example/join",
            "helix": "COMMUNITY",
        },
    }  # fmt: skip


def _tool(now: datetime) -> Example:
    return {
        "kind": "tool",
        "audience": "public",
        "language": "en",
        "record": {
            "name": "CV maker",
            "summary": "A free web page that helps you to write a CV. No account needed.",
            "toolKind": "WEB",
            "url": "https://cv.example/",
            "publisher": {"name": "Harbour Work Desk"},
            "offerLanguages": ["en", "ar", "uk"],
            "isAccessibleForFree": True,
            "accountRequired": False,
            "worksOn": ["ANDROID", "IOS", "WEB"],
            "dataProtection": "What you write stays on your own device.",
            "reviewBy": _day(now, 180),
            "regions": ["BE25"],
            "contact": {"email": "desk@desk.example"},
            "helix": "GOVERNMENT",
        },
    }


def _ordinary(now: datetime) -> Example:
    del now
    return {
        "text": "Our desk is open on Saturday morning as well. Come in for a coffee! #Lysmark",
        "audience": "public",
        "language": "en",
        "poll": {"options": ["Nine o'clock", "Ten o'clock"], "expires_in": 259200},
    }


EXAMPLES: Final[Mapping[str, Callable[[datetime], Example]]] = {
    "vacancy": _vacancy,
    "study": _study,
    "event": _event,
    "project": _project,
    "tool": _tool,
    "ordinary": _ordinary,
}
"""Examples by kind; `ordinary` is a post of no kind."""
