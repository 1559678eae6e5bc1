"""The five kinds of offer: what is fixed about each, when one closes, what may follow what.

A post of a kind carries a record (see `schemas`): a plain mapping in our own names that has been
checked. This package is pure: it decides, words and translates, and knows neither database nor
network.
`facts` words a record for people, `content` writes the readable whole, `wire` goes to and from
ActivityStreams, `structured` to schema.org, `rules` says what may be published.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.rules import moment_of


class Kind(StrEnum):
    """The kinds of offer, S-V-E-P-T; an ordinary post has none."""

    STUDY = "study"
    VACANCY = "vacancy"
    EVENT = "event"
    PROJECT = "project"
    TOOL = "tool"


class State(StrEnum):
    """Where an offer is in its life. Only OPEN ones appear on boards and in regions."""

    OPEN = "OPEN"
    FILLED = "FILLED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What never changes about a kind.

    `label` and `plural` are English message ids; `title_name` is the field that holds the title;
    `closing` lists the fields that may say when it closes, the first one present decides;
    `hashtags` are by language, without #.
    """

    kind: Kind
    profile: str
    schema_type: str
    activity_type: str
    label: str
    plural: str
    title_name: str
    closing: tuple[str, ...]
    hashtags: Mapping[str, str]


FACTS: Final[Mapping[Kind, KindFacts]] = MappingProxyType(
    {
        facts.kind: facts
        for facts in (
            KindFacts(
                Kind.STUDY,
                "study/1",
                "Course",
                "Note",
                "Study",
                "Studies",
                "name",
                ("enrolUntil", "startDate", "expiresAt", "endDate"),
                {
                    "en": "course",
                    "nl": "opleiding",
                    "fr": "formation",
                    "fi": "koulutus",
                    "de": "Weiterbildung",
                    "sv": "utbildning",
                    "uk": "навчання",
                    "ar": "دورة",
                },
            ),
            KindFacts(
                Kind.VACANCY,
                "vacancy/1",
                "JobPosting",
                "Note",
                "Vacancy",
                "Vacancies",
                "title",
                ("validThrough", "expiresAt"),
                {
                    "en": "vacancy",
                    "nl": "vacature",
                    "fr": "emploi",
                    "fi": "työpaikka",
                    "de": "Stellenangebot",
                    "sv": "jobb",
                    "uk": "вакансія",
                    "ar": "وظيفة",
                },
            ),
            KindFacts(
                Kind.EVENT,
                "event/1",
                "Event",
                "Event",
                "Event",
                "Events",
                "name",
                ("endTime", "expiresAt"),
                {
                    "en": "event",
                    "nl": "evenement",
                    "fr": "événement",
                    "fi": "tapahtuma",
                    "de": "Veranstaltung",
                    "sv": "evenemang",
                    "uk": "подія",
                    "ar": "فعالية",
                },
            ),
            KindFacts(
                Kind.PROJECT,
                "project/1",
                "Project",
                "Note",
                "Project",
                "Projects",
                "name",
                ("applyBy", "startDate", "expiresAt", "endDate"),
                {
                    "en": "project",
                    "nl": "project",
                    "fr": "projet",
                    "fi": "projekti",
                    "de": "Projekt",
                    "sv": "projekt",
                    "uk": "проєкт",
                    "ar": "مشروع",
                },
            ),
            KindFacts(
                Kind.TOOL,
                "tool/1",
                "WebApplication",
                "Note",
                "Tool",
                "Tools",
                "name",
                ("expiresAt",),
                {
                    "en": "tool",
                    "nl": "hulpmiddel",
                    "fr": "outil",
                    "fi": "työkalu",
                    "de": "Werkzeug",
                    "sv": "verktyg",
                    "uk": "інструмент",
                    "ar": "أداة",
                },
            ),
        )
    }
)


def hashtag_of(kind: Kind, language: str) -> str:
    """Return the hashtag of a kind in a language (English where we have none), without #."""
    words = FACTS[kind].hashtags
    return words.get(language.partition("-")[0], words["en"])


def closing_field(kind: Kind, record: Mapping[str, object]) -> str | None:
    """Return the field that decides when this record closes, or None when it has no end.

    A study that people can start at any time does not close on its start date.
    """
    for name in FACTS[kind].closing:
        passed_over = name == "startDate" and record.get("rolling") is True
        if isinstance(record.get(name), str) and not passed_over:
            return name
    return None


def closing_text(kind: Kind, record: Mapping[str, object]) -> str | None:
    """Return when the offer closes as RFC 3339 text, or None when it has no end.

    A moment is given as it was written; a day becomes its first moment in UTC, or its last second
    where the day is the end of the thing itself. This is the `endTime` of the post on the wire.
    """
    name = closing_field(kind, record)
    value = record[name] if name else None
    if not isinstance(value, str) or "T" in value.upper():
        return value if isinstance(value, str) else None
    return f"{value}T23:59:59Z" if name == "endDate" else f"{value}T00:00:00Z"


def closes_at(kind: Kind, record: Mapping[str, object]) -> datetime | None:
    """Return the moment (aware, UTC) from which the offer counts as expired, or None for never."""
    return moment_of(closing_text(kind, record))


def state_of(record: Mapping[str, object]) -> State:
    """Return the state a record says; one that says nothing understandable is open."""
    written = record.get("state")
    return State(written) if isinstance(written, str) and written in set(State) else State.OPEN


_NEXT: Final[Mapping[State, frozenset[State]]] = MappingProxyType(
    {
        State.OPEN: frozenset({State.FILLED, State.EXPIRED, State.WITHDRAWN}),
        # Opening again is allowed from every end: a hire may fall through, a date may be moved.
        State.FILLED: frozenset({State.OPEN, State.WITHDRAWN}),
        State.EXPIRED: frozenset({State.OPEN, State.FILLED, State.WITHDRAWN}),
        State.WITHDRAWN: frozenset({State.OPEN}),
    }
)


def next_states(state: State) -> frozenset[State]:
    """Return the states that may follow this one."""
    return _NEXT[state]
