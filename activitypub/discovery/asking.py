"""One GET for JSON at a well-known address, and where a host's well-known addresses are."""

from collections.abc import Callable

from activitypub.documents.jsonbytes import JsonObject, parse_document
from activitypub.documents.reading import media_type_of
from activitypub.errors import WrongMediaType
from activitypub.fetching.answers import check_status
from activitypub.fetching.client import GuardedClient, Limits, Response

WELL_KNOWN_LIMITS = Limits(max_bytes=256 * 1024)

BaseUrl = Callable[[str], str]
"""Given an authority (`host` or `host:port`), returns the URL of its server without a slash."""


def https_url(authority: str) -> str:
    """Every server answers on https."""
    return f"https://{authority}"


def loopback_over_http(authority: str) -> str:
    """As `https_url`, but plain http for this very machine: for two servers on one desk.

    The guard decides all the same whether loopback may be contacted at all.
    """
    host = authority.rpartition(":")[0] if ":" in authority else authority
    is_loopback = host == "localhost" or host.endswith(".localhost") or host.startswith("127.")
    return f"{'http' if is_loopback else 'https'}://{authority}"


async def get_well_known(client: GuardedClient, url: str, *, accept: str) -> Response:
    """Return a successful answer; raises the FetchError of `check_status` for any other."""
    response = await client.get(url, headers={"Accept": accept}, limits=WELL_KNOWN_LIMITS)
    check_status(response)
    return response


def json_of(response: Response) -> JsonObject:
    """Return the JSON object of an answer; any media type of JSON will do.

    Raises WrongMediaType or DocumentError.
    """
    essence = media_type_of(response.content_type) or ""
    if essence != "application/json" and not essence.endswith("+json"):
        raise WrongMediaType("the answer is not JSON")
    return parse_document(response.body)
