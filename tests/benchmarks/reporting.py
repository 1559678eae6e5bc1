"""How measured goals are shown: for people as text, for machines as JSON."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.goals import Goal

_WIDTH = 78


def heading(facts: Mapping[str, str], databases: Sequence[str]) -> str:
    """Return the lines that say where this was measured."""
    shown = {**facts, "databases": ", ".join(databases)}
    widest = max(map(len, shown))
    return "\n".join(f"{name:<{widest}}  {value}" for name, value in shown.items())


def goal_lines(goal: Goal, database: str) -> str:
    """Return one goal: the verdict first, its parts below."""
    verdict = "pass" if goal.is_met else "MISS"
    value = f"{goal.value:,.2f}".rstrip("0").rstrip(".")
    lines = [
        "─" * _WIDTH,
        f"{verdict}  {goal.name} [{database}]",
        f"      {value} {goal.unit}, goal {goal.direction} {goal.bound:g} {goal.unit}",
    ]
    lines += [f"        {name}: {text}" for name, text in goal.parts.items()]
    return "\n".join(lines)


def summary(goals: Sequence[tuple[str, Goal]]) -> str:
    """Return the last lines: how many were met, and which were not."""
    missed = [f"{goal.name} [{database}]" for database, goal in goals if not goal.is_met]
    lines = ["═" * _WIDTH, f"{len(goals) - len(missed)} of {len(goals)} goals met"]
    return "\n".join(lines + [f"missed: {name}" for name in missed])


def write_json(path: Path, facts: Mapping[str, str], goals: Sequence[tuple[str, Goal]]) -> None:
    """Write everything for a machine to compare."""
    shown = [
        {
            "name": goal.name,
            "database": database,
            "value": goal.value,
            "unit": goal.unit,
            "direction": goal.direction,
            "bound": goal.bound,
            "met": goal.is_met,
            "parts": dict(goal.parts),
        }
        for database, goal in goals
    ]
    text = json.dumps({"machine": dict(facts), "goals": shown}, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
