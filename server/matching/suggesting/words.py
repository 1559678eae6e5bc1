"""Saying suggestions to people: signals, rules, reasons and what to know, as short texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from server.matching.suggesting.hard import Rule
from server.platform.i18n import Message, say, say_count

SIGNAL_WORDS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "occupation": say("Occupations"),
        "skills": say("Skills"),
        "goals": say("Goals"),
        "language": say("Languages"),
        "availability": say("Has time"),
        "distance": say("Region"),
        "interests": say("Interests"),
        "waiting": say("Waiting time"),
    }
)
RULE_WORDS: Final[Mapping[Rule, Message]] = MappingProxyType(
    {
        Rule.CONSENT: say("No consent"),
        Rule.PAUSED: say("Paused"),
        Rule.VERIFIED: say("Not checked yet"),
        Rule.BANNED: say("Must not be paired"),
        Rule.PAIRED: say("Asked before"),
        Rule.DATES: say("No time in this programme"),
        Rule.FULL: say("Full"),
        Rule.WISH: say("Wish for a mentor"),
        Rule.LANGUAGE: say("No language in common"),
        Rule.DISTANCE: say("Too far away"),
        Rule.AVAILABILITY: say("No time in common"),
    }
)
RELAXED_WORDS: Final[Mapping[Rule, Message]] = MappingProxyType(
    {
        Rule.FULL: say("One place more"),
        Rule.WISH: say("Also mentors who did not say; ask them first"),
        Rule.LANGUAGE: say("Level A2 is enough"),
        Rule.DISTANCE: say("They can meet online"),
        Rule.AVAILABILITY: say("They will find a time"),
    }
)
WHY: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "blocked": say("No consent, or paused"),
        "by_hand": say("Wants no score: match by hand"),
        "nobody": say("The rules leave nobody"),
        "below": say("Nobody fits well enough"),
        "taken": say("All places are taken"),
    }
)
_NEAR: Final = {
    "nuts3": say("You live near each other"),
    "nuts2": say("You live in the same region"),
    "online": say("You both like to meet online"),
}
_TO_KNOW: Final = {
    "one_time": say("You have little time in common."),
    "online": say("You live far apart, but can meet online."),
    "far": say("You live far apart."),
    "little_occupation": say("Your work is different."),
    "little_skills": say("You have few skills in common."),
    "little_goals": say("Not every goal is covered."),
    "little_language": say("You share little of a language."),
    "little_availability": say("You have little time in common."),
    "little_distance": say("You live far apart."),
    "little_interests": say("You have few interests in common."),
}


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation in words, for both people and for staff."""

    reasons: tuple[Message, ...]
    to_know: Message | None
    not_known: tuple[Message, ...]
    """Signals for which one of the two gave nothing."""


def explained(
    explanation: Mapping[str, Any],
    *,
    languages: Mapping[str, str] | None = None,
    goals: Mapping[str, str] | None = None,
) -> Explained:
    """Say an explanation as it is kept with a match; labels of codes are given by who reads it.

    `languages` and `goals` are labels by code; a code without one is said as it is.
    """
    to_know = explanation.get("to_know")
    return Explained(
        tuple(_reason(one, languages or {}, goals or {}) for one in explanation.get("reasons", ())),
        None if not to_know else _note(to_know, languages or {}),
        tuple(SIGNAL_WORDS[name] for name in explanation.get("not_known", ())),
    )


def codes_in(explanations: Sequence[Mapping[str, Any]]) -> tuple[set[str], set[str]]:
    """Return the languages and the goals that explanations name, to look up their labels."""
    languages: set[str] = set()
    goals: set[str] = set()
    for explanation in explanations:
        for one in (*explanation.get("reasons", ()), explanation.get("to_know") or {}):
            languages |= {one["language"]} if one.get("language") else set()
            goals |= set(one.get("goals", ()))
    return languages, goals


def _reason(  # noqa: PLR0911 - one line for each signal
    one: Mapping[str, Any], languages: Mapping[str, str], goals: Mapping[str, str]
) -> Message:
    match one["code"]:
        case "occupation":
            return say("You know the same kind of work")
        case "skills":
            return say("You have skills in common")
        case "goals":
            named = ", ".join(goals.get(code, code) for code in one["goals"])
            return say("Help with: %(goals)s", goals=named)
        case "language":
            tag = str(one["language"])
            name = languages.get(tag, tag)
            return say("You both speak %(language)s", language=name)
        case "availability":
            return say_count(
                "You share %(count)s time of the week",
                "You share %(count)s times of the week",
                one["count"],
            )
        case "distance":
            return _NEAR.get(one["area"], _NEAR["nuts2"])
        case _:
            return say("You have interests in common")


def _note(one: Mapping[str, Any], languages: Mapping[str, str]) -> Message:
    if one["code"] != "language_low":
        return _TO_KNOW[one["code"]]
    tag = one.get("language")
    if tag is None:
        return say("You share no language yet.")
    return say(
        "Your common language is %(language)s, level %(level)s.",
        language=languages.get(tag, tag),
        level=one["level"],
    )
