"""Tag: a hashtag, with how much it was used in the last days."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from urllib.parse import quote
from zlib import crc32

from server.mastodon.entities.scene import Entity, Scene
from server.timelines.queries import TagDay


def tag(scene: Scene, name: str, history: Sequence[TagDay] = ()) -> Entity:
    """Return the Tag entity; nobody follows or features hashtags here."""
    return {
        # Hashtags have no number here; clients want one that stays the same.
        "id": str(crc32(name.encode())),
        "name": name,
        "url": scene.site.url(f"/tags/{quote(name)}"),
        "history": [_day(one) for one in history],
        "following": False,
        "featuring": False,
    }


def _day(one: TagDay) -> Mapping[str, str]:
    """A day of the history; all three are text, the day in seconds since 1970."""
    return {"day": _seconds(one.day), "uses": str(one.uses), "accounts": str(one.people)}


def _seconds(day: date) -> str:
    return str(int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()))
