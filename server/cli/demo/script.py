"""What a demonstration is made of: invented people and posts, kept as JSON beside this file.

`first` is the region that `meshwork demo` shows, `second` its neighbour. Dates are written from
today: `@+30d` is a day, `@+30d 17:00` a moment on the clock of the region.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

TIME_ZONE: Final = "Europe/Brussels"
REGION_CODE: Final = "BE25"
_RELATIVE: Final = re.compile(r"@([+-]\d+)d(?: (\d\d):(\d\d))?")
_AGO: Final = re.compile(r"(?:(\d+)d)? ?(?:(\d+)h)?")
_NOT_POSTS: Final = frozenset({"cast.json", "doings.json", "profiles.json", "programme.json"})

Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Script:
    """One demonstration: who there is and what they tell, what they post and do with posts."""

    cast: Part
    posts: Sequence[Part]
    doings: Part
    profiles: Part
    programme: Part | None = None


def load_script(name: str, *, size: int | None = None) -> Script:
    """Return a demonstration; with `size` only so many of its posts, and what belongs to them."""
    folder = Path(__file__).parent / name
    of_posts = (path for path in folder.glob("*.json") if path.name not in _NOT_POSTS)
    files = sorted(of_posts, reverse=True)  # vacancies first
    posts = [post for path in files for post in _read(path)]
    kept = _without_lost_replies(posts if size is None else posts[:size])
    cast, doings, profiles = (
        _read(folder / f"{name}.json") for name in ("cast", "doings", "profiles")
    )
    programme = folder / "programme.json"
    told = _read(programme) if programme.is_file() else None
    return Script(cast, kept, doings, profiles, told)


def _read(path: Path) -> Any:  # noqa: ANN401 - JSON
    return json.loads(path.read_text(encoding="utf-8"))


def _without_lost_replies(posts: Sequence[Part]) -> list[Part]:
    kept: dict[str, Part] = {}
    for post in sorted(posts, key=lambda post: age_of(post["ago"]), reverse=True):
        if post.get("reply_to") is None or post["reply_to"] in kept:
            kept[post["key"]] = post
    return list(kept.values())


def age_of(text: str) -> timedelta:
    """Return a span such as `13d 9h`."""
    found = _AGO.fullmatch(text)
    if found is None or not text:
        raise ValueError(text)
    return timedelta(days=int(found[1] or 0), hours=int(found[2] or 0))


def dated(value: Any, now: datetime) -> Any:  # noqa: ANN401 - JSON
    """Return a part of a script with its relative dates written out."""
    if isinstance(value, str):
        found = _RELATIVE.fullmatch(value)
        return value if found is None else _written(found, now)
    if isinstance(value, list):
        return [dated(one, now) for one in value]
    if isinstance(value, Mapping):
        return {name: dated(one, now) for name, one in value.items()}
    return value


def _written(found: re.Match[str], now: datetime) -> str:
    local = now.astimezone(ZoneInfo(TIME_ZONE)) + timedelta(days=int(found[1]))
    if found[2] is None:
        return local.date().isoformat()
    moment = local.replace(hour=int(found[2]), minute=int(found[3]), second=0, microsecond=0)
    return moment.isoformat()


def full_record(post: Part, author: Part, uri: str, now: datetime) -> dict[str, Any]:
    """Return the record of a post of a kind: what its author always says, and what it says."""
    given: dict[str, Any] = dated(post["record"], now)
    place = author["place"]
    body = {"id": uri, "name": author["name"]}
    sign_up = f"{author['site']}/{post['key']}"
    of_kind: dict[str, dict[str, Any]] = {
        "vacancy": {"jobLocation": place, "hiringOrganization": body, "applyUrl": sign_up},
        "study": {"location": place, "provider": body, "applyUrl": sign_up},
        "event": {"location": place, "organizer": body, "timezone": TIME_ZONE},
        "project": {"location": place, "organiser": body, "applyUrl": sign_up},
        "tool": {"publisher": body},
    }
    around = of_kind[post["kind"]]
    if given.get("mode") == "ONLINE":
        del around["location"]
    if given.get("joinMode") == "external":
        around["applyUrl"] = sign_up
    common = {
        "inLanguage": author["language"],
        "helix": author["helix"],
        "regions": [REGION_CODE],
        "contact": {"email": author["mailbox"]},
    }
    return common | around | given
