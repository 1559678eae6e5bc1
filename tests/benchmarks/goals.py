"""What a benchmark hands back: a goal with its ratio, the parts of it, and whether it is met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a benchmark runs: on which database, in which folder, and how long it may take."""

    database: Literal["sqlite", "postgresql"]
    folder: Path
    quick: bool = False

    def count(self, usual: int, quick: int) -> int:
        """Return how many of something a run has."""
        return quick if self.quick else usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One measured goal.

    `bound` is the least value with "at least", the greatest with "at most"; `unit` is what value
    and bound are given in. `parts` are what the value was made of, in the order to be read.
    """

    name: str
    value: float
    bound: float
    direction: Literal["at least", "at most"]
    unit: str
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_met(self) -> bool:
        """Say whether the goal is reached."""
        if self.direction == "at least":
            return self.value >= self.bound
        return self.value <= self.bound


def at_least(name: str, value: float, bound: float, unit: str, parts: Mapping[str, str]) -> Goal:
    """Return a goal that wants as much as possible."""
    return Goal(name=name, value=value, bound=bound, direction="at least", unit=unit, parts=parts)


def at_most(name: str, value: float, bound: float, unit: str, parts: Mapping[str, str]) -> Goal:
    """Return a goal that wants as little as possible."""
    return Goal(name=name, value=value, bound=bound, direction="at most", unit=unit, parts=parts)


def micro(seconds: float) -> str:
    """Return a duration as microseconds."""
    return f"{seconds * 1e6:,.0f} µs"


def milli(seconds: float) -> str:
    """Return a duration as milliseconds."""
    return f"{seconds * 1e3:,.1f} ms"


def megabytes(size: float) -> str:
    """Return a size as megabytes (10⁶ bytes)."""
    return f"{size / 1e6:,.1f} MB"


def per_second(rate: float) -> str:
    """Return a rate."""
    return f"{rate:,.0f}/s"


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
