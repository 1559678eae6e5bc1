"""How pairs are scored, in plain words: the signals, the hard rules, what is never used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from server.platform.i18n import Message, say
from server.programmes.queries import WeightsRow
from server.programmes.rules import SIGNALS

SIGNAL_WORDS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "occupation": say("The same or a similar job"),
        "skills": say("Skills one wants and the other has"),
        "goals": say("Goals of one, help of the other"),
        "language": say("How well both speak a common language"),
        "availability": say("How often both have time"),
        "distance": say("How near they live"),
        "interests": say("Interests in common"),
        "waiting": say("How long somebody waits"),
    }
)
"""What each signal counts, as both sides read it."""

NEVER_USED: Final = say(
    "We never use: nationality, religion, origin, residence papers, health, photo, name or age."
)
UNKNOWN_IS_NEUTRAL: Final = say("What you do not tell does not count against you.")
A_PERSON_DECIDES: Final = say("A person decides, never a computer alone.")
DISTANCE_WORDS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "any": say("All regions"),
        "nuts2": say("The same province, or online"),
        "nuts3": say("The same district, or online"),
    }
)


@dataclass(frozen=True, slots=True)
class Share:
    """One signal with its points, and what part of all points that is, in percent."""

    signal: str
    words: Message
    points: int
    percent: int


def shares_of(weights: WeightsRow) -> Sequence[Share]:
    """Return the signals that count, those with most points first."""
    total = sum(weights.weights.values()) or 1
    found = [
        Share(name, SIGNAL_WORDS[name], points, round(100 * points / total))
        for name in SIGNALS
        if (points := int(weights.weights.get(name, 0))) > 0
    ]
    return sorted(found, key=lambda one: -one.points)


TONGUE: Final = say("A common language from level")
LEARNING: Final = say("Less is fine for who wants to practise")
TIME: Final = say("Half-days per week on which both have time")


def must_haves(weights: WeightsRow) -> Sequence[tuple[Message, str]]:
    """Return the rules that every pair keeps, whatever its score, with what each asks for."""
    floors = weights.floors
    rules = [(TONGUE, str(floors.get("language", "")))]
    if floors.get("learning"):
        rules.append((LEARNING, ""))
    distance = str(floors.get("distance", "any"))
    if distance != "any" and distance in DISTANCE_WORDS:
        rules.append((DISTANCE_WORDS[distance], ""))
    if floors.get("availability"):
        rules.append((TIME, str(floors["availability"])))
    return rules
