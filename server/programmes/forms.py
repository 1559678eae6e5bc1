"""Reading the forms of programmes: days, texts by language, rhythms, weights."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from server.platform.errors import Invalid
from server.platform.http.parameters import Parameters
from server.platform.i18n import Message, say
from server.programmes.leading import Plan
from server.programmes.model import ProgrammeKind
from server.programmes.queries import AgreementRow, ProgrammeRow, WeightsRow
from server.programmes.rules import (
    DISTANCES,
    LANGUAGE_FLOORS,
    MOST_POINTS,
    MOST_SLOTS,
    MOST_SUMMARY,
    SIGNALS,
)

Values = Mapping[str, str]
Faults = dict[str, list[Message]]

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2200
MOST_WEEK: Final = 104
MOST_WEEKS: Final = 12
MOST_TYPED: Final = 20_000
_NUMBER: Final = re.compile(r"\d{1,3}")  # in the digits of any script
_BETWEEN: Final = re.compile(r"(?:\s|[,;\u060c\u061b])+")  # the Arabic comma and semicolon, too


def day(p: Parameters, name: str) -> date | None:
    """Return a day from a date field, None when it is empty. Raises Invalid."""
    text = p.text(name, max_length=64)
    if text is None:
        return None
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise _wrong(name, say("must be a date")) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise _wrong(name, say("must be a date"))
    return found


def plan(p: Parameters, languages: Sequence[str], regions: Sequence[str]) -> Plan:
    """Return the plan that was typed; regions come from their picker. Raises Invalid."""
    kind = p.choice("kind", tuple(ProgrammeKind)) or ProgrammeKind.MENTORING
    return Plan(
        kind=ProgrammeKind(kind),
        name=_texts(p, "name", languages),
        summary=_texts(p, "summary", languages),
        regions=tuple(regions),
        applications_until=day(p, "applications_until"),
        starts_on=day(p, "starts_on"),
        ends_on=day(p, "ends_on"),
        places=p.integer("places", least=1, most=100_000),
        check_in_weeks=_weeks(p, "check_in_weeks"),
        check_in_every=p.integer("check_in_every", least=1, most=52) or 4,
        silence_days=p.integer("silence_days", least=1, most=365) or 21,
        needs_second_look=p.flag("needs_second_look"),
    )


def plan_values(row: ProgrammeRow | None) -> Values:
    """Return what the form of a programme shows when it is opened."""
    if row is None:
        return {"check_in_weeks": "1, 4", "check_in_every": "4", "silence_days": "21"}
    texts = {f"name-{tag}": text for tag, text in row.name.items()}
    texts |= {f"summary-{tag}": text for tag, text in row.summary.items()}
    return {
        **texts,
        "kind": row.kind.value,
        "applications_until": _iso(row.applications_until),
        "starts_on": _iso(row.starts_on),
        "ends_on": _iso(row.ends_on),
        "places": str(row.places or ""),
        "check_in_weeks": ", ".join(str(week) for week in row.check_in_weeks),
        "check_in_every": str(row.check_in_every),
        "silence_days": str(row.silence_days),
        "needs_second_look": "1" if row.needs_second_look else "",
    }


def weights(p: Parameters) -> tuple[dict[str, int], dict[str, Any], int]:
    """Return the points, the floors and the threshold that were typed. Raises Invalid."""
    points = {name: p.integer(name, least=0, most=MOST_POINTS) or 0 for name in SIGNALS}
    floors = {
        "language": p.choice("floor_language", LANGUAGE_FLOORS) or "B1",
        "learning": p.flag("floor_learning"),
        "distance": p.choice("floor_distance", DISTANCES) or "nuts2",
        "availability": p.integer("floor_availability", least=0, most=MOST_SLOTS) or 0,
    }
    return points, floors, p.integer("threshold", least=0, most=MOST_POINTS) or 0


def weights_values(row: WeightsRow) -> Values:
    """Return what the form of the weights shows when it is opened."""
    points = {name: str(row.weights.get(name, 0)) for name in SIGNALS}
    floors = {
        f"floor_{name}": ("1" if one is True else "" if one is False else str(one))
        for name, one in row.floors.items()
    }
    return {**points, **floors, "threshold": str(row.threshold)}


def agreement(p: Parameters, languages: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the agreement and the code of conduct by language. Raises Invalid when too long."""
    return {
        tag: {
            part: p.text(f"{part}-{tag}", max_length=MOST_TYPED) or ""
            for part in ("agreement", "conduct")
        }
        for tag in languages
    }


def agreement_values(row: AgreementRow | None) -> Values:
    """Return what the form of the agreement shows when it is opened."""
    if row is None:
        return {}
    return {
        f"{part}-{tag}": text for tag, words in row.texts.items() for part, text in words.items()
    }


def sent(p: Parameters) -> Values:
    """Return the fields of a form that comes back, as they were typed."""
    return {name: one for name in p.names() if isinstance(one := p.raw(name), str)}


def faults_of(refused: Invalid) -> Faults:
    """Return what was wrong by field; what belongs to no field is under the empty name."""
    if not refused.details:
        return {"": [refused.safe]}
    return {name: [one.description for one in many] for name, many in refused.details.items()}


def _texts(p: Parameters, name: str, languages: Sequence[str]) -> dict[str, str]:
    typed = {tag: (p.text(f"{name}-{tag}", max_length=MOST_TYPED) or "") for tag in languages}
    return {tag: text.strip() for tag, text in typed.items() if text.strip()}


def _weeks(p: Parameters, name: str) -> tuple[int, ...]:
    text = p.text(name, max_length=MOST_SUMMARY) or ""
    parts = [one for one in _BETWEEN.split(text) if one]
    if len(parts) > MOST_WEEKS or not all(_NUMBER.fullmatch(one) for one in parts):
        raise _wrong(name, say("Numbers with commas, such as 1, 4"))
    found = sorted({int(one) for one in parts})
    if found and not 1 <= found[0] <= found[-1] <= MOST_WEEK:
        raise _wrong(name, say("Numbers with commas, such as 1, 4"))
    return tuple(found)


def _iso(one: date | None) -> str:
    return one.isoformat() if one is not None else ""


def _wrong(name: str, fault: Message) -> Invalid:
    return Invalid(details={name: [("ERR_INVALID", fault)]})
