"""Typed looks into a record.

Records are checked before they come here, but they are still JSON: these functions give a value of
the wanted type, or an empty one. No wording, no decisions.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from schemas.rules import moment_of
from server.posts.kinds import FACTS, Kind

Json = Mapping[str, object]

_ZONES: Final[Mapping[str, str]] = {
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "CY": "Asia/Nicosia",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "EL": "Europe/Athens",
    "GR": "Europe/Athens",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IT": "Europe/Rome",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
}
"""Time zones by country; NUTS writes EL for Greece."""


def text_in(record: Json, name: str) -> str:
    """Return a text, or "" when there is none."""
    value = record.get(name)
    return value if isinstance(value, str) else ""


def texts_in(record: Json, name: str) -> list[str]:
    """Return a list of texts; a single text counts as a list of one."""
    value = record.get(name)
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def part_in(record: Json, name: str) -> Json:
    """Return an object inside the record, or an empty one."""
    value = record.get(name)
    return value if isinstance(value, Mapping) else {}


def parts_in(record: Json, name: str) -> list[Json]:
    """Return a list of objects; a single object counts as a list of one."""
    value = record.get(name)
    items: Sequence[object] = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, Mapping)]


def number_in(record: Json, name: str) -> Decimal | None:
    """Return a number, or None. Exact, so that money stays what it was."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Decimal(str(value))


def main_language(record: Json) -> str:
    """Return the language the record is written in; "und" when it does not say (BCP 47)."""
    return text_in(record, "inLanguage") or "und"


def languages_of(record: Json) -> list[str]:
    """Return the languages a record can be read in, the one it is written in first."""
    main = main_language(record)
    return [main, *(tag for tag in part_in(record, "translations") if tag != main)]


def wording_in(kind: Kind, record: Json, part: str, language: str = "") -> str:
    """Return `title`, `summary`, `description` or `easyText` in a language.

    Falls back to the language the record is written in, part by part; "" when it has none.
    """
    own = FACTS[kind].title_name if part == "title" else part
    translated = part_in(part_in(record, "translations"), language)
    return text_in(translated, part) or text_in(record, own)


def title_of(kind: Kind, record: Json, language: str = "") -> str:
    """Return the title in a language, or as it is written."""
    return wording_in(kind, record, "title", language)


def zone_of(record: Json) -> ZoneInfo | None:
    """Return the time zone in which people there read the clock.

    The event's own; else the country's of the place, else of the first region; else None. Countries
    with several zones count as their capital: enough for a closing moment.
    """
    named = text_in(record, "timezone")
    if named:
        return ZoneInfo(named)
    countries = [
        *(text_in(part_in(record, name), "addressCountry") for name in ("jobLocation", "location")),
        *(region[:2] for region in texts_in(record, "regions")),
    ]
    found = next((_ZONES[code] for code in countries if code in _ZONES), None)
    return ZoneInfo(found) if found else None


def local_moment(record: Json, name: str) -> datetime | None:
    """Return a moment of the record on the clock of the people there, or None.

    Where nothing tells the clock, it is the one that the moment was written with.
    """
    written = text_in(record, name)
    if moment_of(written) is None or "T" not in written.upper():
        return None
    moment = datetime.fromisoformat(written.upper())
    try:
        return moment.astimezone(zone_of(record) or moment.tzinfo)
    except OverflowError:
        return None


def last_day(moment: datetime) -> datetime:
    """Return a closing moment as people say it: midnight belongs to the day before."""
    at_midnight = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    is_first_day = moment.date() == date.min  # there is no day before it
    return moment - timedelta(seconds=1) if at_midnight and not is_first_day else moment
