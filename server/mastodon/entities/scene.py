"""What entities need to know besides the row: the site, and who looks.

Times have milliseconds and a Z, ids are strings, addresses are absolute: clients crash otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from server.media.remote import remote_address
from server.people.rules import ANYBODY, Viewer
from server.platform.secrets import Vault
from server.platform.work import Site
from server.timelines.filters.rules import NO_FILTERS, Filters

Entity = dict[str, Any]
NO_AVATAR: Final = "/static/mastodon/avatar.png"
NO_HEADER: Final = "/static/mastodon/header.png"


@dataclass(frozen=True, slots=True)
class Scene:
    """For whom entities are made, and where; made for one answer, never kept.

    `filters` are the viewer's; `accounts` are the accounts already made for it by person: a page
    often has few authors.
    """

    site: Site
    vault: Vault
    viewer: Viewer = ANYBODY
    filters: Filters = NO_FILTERS
    accounts: dict[int, Entity] = field(default_factory=dict, compare=False, repr=False)

    def picture(self, address: str | None, otherwise: str) -> str:
        """Return the address of a picture through this instance, or of the default one."""
        return remote_address(self.site, self.vault, address or otherwise)


def moment(at: datetime) -> str:
    """Return a time as clients read it."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def moment_or_none(at: datetime | None) -> str | None:
    """Return a time, or null."""
    return moment(at) if at is not None else None


def emojis(scene: Scene, stored: Sequence[Mapping[str, Any]]) -> list[Entity]:
    """Return the custom emoji of a text from elsewhere; they are shown through this instance."""
    return [
        {
            "shortcode": str(one["shortcode"]),
            "url": scene.picture(str(one["url"]), NO_AVATAR),
            "static_url": scene.picture(str(one["url"]), NO_AVATAR),
            "visible_in_picker": False,
        }
        for one in stored
        if one.get("shortcode") and one.get("url")
    ]
