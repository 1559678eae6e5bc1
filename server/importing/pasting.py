"""A pasted address becomes the beginning of a form: what its page says, and nothing is kept."""

from zoneinfo import ZoneInfo

from server.importing.fetching import fetch, web_address
from server.importing.pages import PageOffer, read_page
from server.platform.instance import Instance


async def read_address(instance: Instance, address: str) -> PageOffer:
    """Return what a page offers, read now. Raises Unreadable with what can be done about it."""
    fetched = await fetch(instance, web_address(address))
    zone = ZoneInfo(instance.settings.instance.time_zone)
    return read_page(fetched.body or b"", url=fetched.url, zone=zone)
