"""What programmes decide by: their moves, the defaults of scoring, the outcomes and their words."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from server.people.model import PersonKind
from server.platform.i18n import Message, say
from server.programmes.model import ParticipationState, ProgrammeKind, ProgrammeState, Role

# Scoring: points by signal, the settings of the hard rules, and the score below which nobody is
# paired only to fill places.
SIGNALS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "occupation": 25,
        "skills": 20,
        "goals": 20,
        "language": 10,
        "availability": 10,
        "distance": 5,
        "interests": 5,
        "waiting": 5,
    }
)
FLOORS: Final[Mapping[str, Any]] = MappingProxyType(
    {"language": "B1", "learning": True, "distance": "nuts2", "availability": 1}
)
THRESHOLD: Final = 40
MOST_POINTS: Final = 100
LANGUAGE_FLOORS: Final = ("A1", "A2", "B1", "B2", "C1")
DISTANCES: Final = ("any", "nuts2", "nuts3")
MOST_SLOTS: Final = 28

MATCHES: Final = "matching"
"""The purpose of the consent without which nobody takes part (`privacy.texts.MATCHING`)."""

P, S = ProgrammeState, ParticipationState
PROGRAMME_MOVES: Final[Mapping[ProgrammeState, frozenset[ProgrammeState]]] = MappingProxyType(
    {
        P.DRAFT: frozenset({P.CALL}),
        P.CALL: frozenset({P.MATCHING, P.RUNNING, P.CLOSING}),
        P.MATCHING: frozenset({P.CALL, P.RUNNING, P.CLOSING}),
        P.RUNNING: frozenset({P.CALL, P.MATCHING, P.CLOSING}),
        P.CLOSING: frozenset({P.RUNNING, P.CLOSED}),
        P.CLOSED: frozenset(),
    }
)
"""What may follow what; there is no other way from state to state."""

PARTICIPATION_MOVES: Final[Mapping[ParticipationState, frozenset[ParticipationState]]] = (
    MappingProxyType(
        {
            S.APPLIED: frozenset({S.INTAKE, S.ACCEPTED, S.REFUSED, S.WITHDRAWN}),
            S.INTAKE: frozenset({S.ACCEPTED, S.REFUSED, S.WITHDRAWN}),
            S.ACCEPTED: frozenset({S.PAUSED, S.FINISHED, S.WITHDRAWN}),
            S.PAUSED: frozenset({S.ACCEPTED, S.FINISHED, S.WITHDRAWN}),
            S.FINISHED: frozenset(),
            S.WITHDRAWN: frozenset(),
            S.REFUSED: frozenset(),
        }
    )
)
OPEN: Final = frozenset({S.APPLIED, S.INTAKE, S.ACCEPTED, S.PAUSED})
"""Who is in these takes part or asks to; nobody is twice in one programme at the same time."""
UNDECIDED: Final = frozenset({S.APPLIED, S.INTAKE})
INSIDE: Final = frozenset({S.ACCEPTED, S.PAUSED})
PUBLIC_STATES: Final = frozenset(P) - {P.DRAFT}
MATCHED_IN: Final = frozenset({P.CALL, P.MATCHING, P.RUNNING})
"""Programmes in these states make new matches and may take people in."""

APPLICATION_KEPT: Final = timedelta(days=90)
MOST_CAPACITY: Final = 20
MOST_WISHES: Final = 2_000
MOST_NAME: Final = 120
MOST_SUMMARY: Final = 2_000
MOST_AGREEMENT: Final = 8_000

_ROLES: Final = {
    PersonKind.TALENT: Role.TALENT,
    PersonKind.MENTOR: Role.MENTOR,
    PersonKind.EMPLOYER: Role.HOST,
    PersonKind.ORGANISATION: Role.HOST,
}

OUTCOMES: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "job_permanent": say("Permanent job"),
        "job_temporary": say("Temporary job"),
        "job_parttime": say("Part-time job"),
        "self_employed": say("Own business"),
        "internship": say("Internship"),
        "training": say("Training"),
        "study": say("Study"),
        "volunteering": say("Volunteering"),
        "recognition_of_diploma": say("Diploma recognised"),
        "network_only": say("New contacts"),
        "goal_reached": say("Goal reached"),
        "still_searching": say("Still looking"),
        "moved": say("Moved away"),
        "no_contact": say("No contact any more"),
        "mismatch": say("Did not fit"),
        "withdrew_T": say("The talent stopped"),
        "withdrew_M": say("The other side stopped"),
        "other_help_first": say("Other help comes first"),
    }
)
"""What can become of a match or a coaching; stored as codes."""

POSITIVE: Final = frozenset(
    {
        "job_permanent", "job_temporary", "job_parttime", "self_employed", "internship", "training",
        "study", "volunteering", "recognition_of_diploma", "goal_reached",
    }
)  # fmt: skip

KIND_WORDS: Final[Mapping[str, Message]] = MappingProxyType(
    {ProgrammeKind.MENTORING: say("Mentoring"), ProgrammeKind.COACHING: say("Coaching")}
)
PROGRAMME_WORDS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        P.DRAFT: say("Draft"),
        P.CALL: say("Open for applications"),
        P.MATCHING: say("Matching"),
        P.RUNNING: say("Running"),
        P.CLOSING: say("Closing"),
        P.CLOSED: say("Closed"),
    }
)
ROLE_WORDS: Final[Mapping[str, Message]] = MappingProxyType(
    {Role.TALENT: say("Talent"), Role.MENTOR: say("Mentor"), Role.HOST: say("Host")}
)
PARTICIPATION_WORDS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        S.APPLIED: say("Applied"),
        S.INTAKE: say("First talk"),
        S.ACCEPTED: say("Accepted"),
        S.PAUSED: say("Paused"),
        S.FINISHED: say("Finished"),
        S.WITHDRAWN: say("Left"),
        S.REFUSED: say("Not accepted"),
    }
)


def role_of(kind: str | None) -> Role | None:
    """Return as what people of a kind take part; None for nobody of this instance."""
    return _ROLES.get(PersonKind(kind)) if kind else None


def may_move(former: ProgrammeState, state: ProgrammeState) -> bool:
    """Tell whether a programme may go from one state to another."""
    return state in PROGRAMME_MOVES[former]


def may_change(former: ParticipationState, state: ParticipationState) -> bool:
    """Tell whether a participation may go from one state to another."""
    return state in PARTICIPATION_MOVES[former]


def worded(texts: Mapping[str, Any], language: str) -> Any:  # noqa: ANN401 - a text or texts
    """Return what a mapping by language tag says in a language, or in the nearest there is."""
    for tag in (language, language.split("-", 1)[0], "en"):
        if texts.get(tag):
            return texts[tag]
    return next((one for one in texts.values() if one), "")
