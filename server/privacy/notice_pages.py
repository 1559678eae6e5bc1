"""The privacy notice: short cards first, details below, all from the registries of this room."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.people.reader import reader_of
from server.platform.choices import chosen
from server.platform.http.decorators import page
from server.platform.http.render import render
from server.platform.work import Reading
from server.privacy import choices
from server.privacy.holdings import HOLDINGS
from server.privacy.texts import BASIS_WORDS, PURPOSES, Basis


@dataclass(frozen=True, slots=True)
class Facts:
    """What the staff say about this instance."""

    contact: str
    place: str
    processors: tuple[str, ...]
    account_basis: Basis


def facts(r: Reading) -> Facts:
    """Return what the staff chose to say."""
    lines = chosen(r, choices.PROCESSORS).splitlines()
    return Facts(
        chosen(r, choices.CONTACT),
        chosen(r, choices.PLACE),
        tuple(line.strip() for line in lines if line.strip()),
        Basis(chosen(r, choices.ACCOUNT_BASIS)),
    )


@page()
async def notice(request: web.Request) -> web.StreamResponse:
    """Show who keeps what, why, for how long and where, and what one can do about it."""
    reader = await reader_of(request)
    said = await reader.instance.read(facts)
    features = {one.name for one in reader.instance.features if one.personal_data != "nothing"}
    purposes = [
        (one, BASIS_WORDS[said.account_basis if one.basis is Basis.CONTRACT else one.basis])
        for one in PURPOSES.values()
    ]
    return await render(
        request,
        "privacy/notice.html",
        {
            "facts": said,
            "settings": reader.instance.settings.instance,
            "purposes": purposes,
            "holdings": [one for name, one in HOLDINGS.items() if name in features],
        },
    )


ROUTES: Final = (web.get("/privacy", notice, name="privacy.notice"),)
