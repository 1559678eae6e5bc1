"""Getting what a source offers, through the guarded client: a page, a calendar or a feed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from activitypub.errors import AddressRefused, FetchError, TooLarge
from activitypub.fetching.client import Limits
from server.federation.wire import Wire
from server.importing.entries import Unreadable
from server.platform.i18n import say
from server.platform.instance import Instance

LIMITS: Final = Limits(total_seconds=20.0, max_bytes=5 * 1024 * 1024)
_LONGEST_ADDRESS: Final = 2_048
_WANTED: Final = (
    "text/calendar, application/feed+json, application/atom+xml, application/rss+xml, text/html, "
    "application/json;q=0.8, application/xml;q=0.8, */*;q=0.1"
)
_OK: Final = 200
_NOT_MODIFIED: Final = 304


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave; `body` is None when nothing has changed since the last time."""

    url: str
    body: bytes | None
    content_type: str
    etag: str | None
    last_modified: str | None


def web_address(text: str) -> str:
    """Return an address as it was meant: `webcal:` and no scheme at all mean `https:`.

    Raises Unreadable for what is no address of a web page.
    """
    address = text.strip()
    if address.startswith(("webcal://", "webcals://")):
        address = "https://" + address.split("://", 1)[1]
    if "://" not in address and "." in address:
        address = "https://" + address
    is_web = address.startswith(("https://", "http://")) and " " not in address
    if not is_web or len(address) > _LONGEST_ADDRESS:
        raise Unreadable(say("Type the address of a page, such as https://www.example.org/jobs."))
    return address


async def fetch(
    instance: Instance,
    address: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
) -> Fetched:
    """Return what an address gives now. Raises Unreadable with what its owner can do about it."""
    headers: dict[str, str] = {"Accept": _WANTED}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": last_modified} if last_modified else {}
    try:
        answer = await instance.part(Wire).client.get(
            web_address(address), headers=headers, limits=LIMITS
        )
    except TooLarge as error:
        raise Unreadable(say("This page is too large to be read.")) from error
    except AddressRefused as error:
        raise Unreadable(say("This address cannot be reached from here.")) from error
    except FetchError as error:
        raise Unreadable(
            say("This page did not answer. Check the address, or try again later.")
        ) from error
    if answer.status == _NOT_MODIFIED:
        return Fetched(answer.url, None, "", etag, last_modified)
    if answer.status != _OK:
        raise Unreadable(
            say("This page answered with an error (%(status)d).", status=answer.status)
        )
    return Fetched(
        url=answer.url,
        body=answer.body,
        content_type=answer.content_type,
        etag=_short(answer.headers, "ETag", 500),
        last_modified=_short(answer.headers, "Last-Modified", 100),
    )


def _short(headers: Mapping[str, str], name: str, most: int) -> str | None:
    value = headers.get(name)
    return value if value and len(value) <= most and value.isascii() else None
