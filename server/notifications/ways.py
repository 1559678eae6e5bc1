"""How somebody wants to hear of things: on the page, by push, in a summary by mail; quiet hours.

Pure decisions over what the settings page keeps. Without a choice of their own, people find
everything on the page, are pushed what concerns them directly, and get one mail a day about it.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from server.notifications.model import NotificationType

DAY_MINUTES: Final = 24 * 60
SUMMARY_HOUR: Final = 7
MONDAY: Final = 0
_BESIDE: Final = frozenset(
    {
        NotificationType.FAVOURITE,
        NotificationType.REBLOG,
        NotificationType.UPDATE,
        NotificationType.STATUS,
        NotificationType.POLL,
        NotificationType.FOLLOW,
    }
)
"""What is nice to know and can wait until somebody looks."""


class Summary(enum.StrEnum):
    """In which summary by mail a kind of notice stands."""

    NONE = "none"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Ways:
    """How one kind of notice reaches somebody."""

    page: bool = True
    push: bool = True
    mail: Summary = Summary.DAILY

    def as_json(self) -> dict[str, Any]:
        """Return what is stored."""
        return {"page": self.page, "push": self.push, "mail": self.mail.value}


def default_ways(kind: str) -> Ways:
    """Return how a kind is told to somebody who chose nothing."""
    return Ways(mail=Summary.NONE) if kind in _BESIDE else Ways()


def ways_of(stored: Mapping[str, Any], kind: str) -> Ways:
    """Return how a kind is told to somebody, by what they chose."""
    chosen = stored.get(kind)
    usual = default_ways(kind)
    if not isinstance(chosen, Mapping):
        return usual
    mail = chosen.get("mail", usual.mail)
    return Ways(
        page=bool(chosen.get("page", usual.page)),
        push=bool(chosen.get("push", usual.push)),
        mail=Summary(mail) if mail in set(Summary) else usual.mail,
    )


def end_of_quiet(
    now: datetime, zone: tzinfo, quiet_from: int | None, quiet_until: int | None
) -> datetime | None:
    """Return when the quiet hours end that hold now, or None outside of them.

    Both are minutes after local midnight; hours over midnight (22:00 to 07:00) are usual.
    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return None
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    is_quiet = (
        quiet_from <= minute < quiet_until
        if quiet_from < quiet_until
        else minute >= quiet_from or minute < quiet_until
    )
    if not is_quiet:
        return None
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    ends = midnight.replace(hour=quiet_until // 60, minute=quiet_until % 60)
    if ends <= local:
        ends = (midnight + timedelta(days=1)).replace(
            hour=quiet_until // 60, minute=quiet_until % 60
        )
    return ends.astimezone(now.tzinfo)


def minutes_of(text: str) -> int | None:
    """Return a time of day ("22:30") in minutes after midnight, or None for what is none."""
    hour, colon, minute = text.strip().partition(":")
    if not colon or not (hour.isdecimal() and minute.isdecimal() and len(minute) == 2):  # noqa: PLR2004 - two digits
        return None
    minutes = int(hour) * 60 + int(minute)
    return minutes if int(minute) < 60 and minutes < DAY_MINUTES else None  # noqa: PLR2004 - minutes of an hour


def time_of(minutes: int | None) -> str:
    """Return minutes after midnight as a time field has it; empty for none."""
    return "" if minutes is None else f"{minutes // 60:02d}:{minutes % 60:02d}"


def is_time_for(period: Summary, now: datetime, zone: tzinfo) -> bool:
    """Tell whether summaries go out in this hour: at seven, the weekly ones on Mondays."""
    local = now.astimezone(zone)
    if local.hour != SUMMARY_HOUR:
        return False
    return period is Summary.DAILY or (period is Summary.WEEKLY and local.weekday() == MONDAY)
