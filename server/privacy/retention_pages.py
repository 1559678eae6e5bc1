"""What the jobs of retention delete next, in numbers, for whoever answers for data protection."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from aiohttp import web

from server.people.reader import reader_of
from server.platform.feature import Feature
from server.platform.http.decorators import page
from server.platform.http.render import render
from server.platform.work import Reading
from server.privacy.holdings import HOLDINGS, Holding

ADMINS: Final = frozenset({"admin"})
_NEXT: Final = timedelta(days=1)
"""Within which every such job runs."""
_LATER: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Going:
    """How many rows of one room go within a day, and within 30 days."""

    room: str
    holding: Holding
    soon: int
    later: int


def going(r: Reading, features: tuple[Feature, ...]) -> list[Going]:
    """Return what goes by room; a row that is emptied counts, too."""
    return [
        Going(
            one.name,
            HOLDINGS[one.name],
            one.too_old(r, r.now + _NEXT),
            one.too_old(r, r.now + _LATER),
        )
        for one in features
        if one.too_old is not None
    ]


@page(needs="login", staff=ADMINS)
async def retention(request: web.Request) -> web.StreamResponse:
    """Show what the next runs delete, before they do."""
    reader = await reader_of(request)
    found = await reader.instance.read(going, tuple(reader.instance.features))
    return await render(request, "privacy/retention.html", {"going": found})
