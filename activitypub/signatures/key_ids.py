"""What may stand as the id of a key: an https URL, and nothing that only looks like one.

The id of a key is a URL that will be fetched and whose origin decides whose key it is, so it is
read strictly. `acct:` names and bare words are refused: they let one key be bound to anybody.
"""

import ipaddress
from urllib.parse import urlsplit

from activitypub.errors import MalformedSignature

MAX_KEY_ID_CHARACTERS = 2048
"""Longest key id that is read."""


def check_key_id(key_id: str, *, allow_http_loopback: bool = False) -> None:
    """Raise MalformedSignature unless the key id is an absolute https URL without user name.

    With `allow_http_loopback` an http URL on a loopback address or `localhost` passes too.
    """
    # str.isprintable refuses line breaks and the lone surrogates of undecodable header bytes.
    if len(key_id) > MAX_KEY_ID_CHARACTERS or not key_id.isprintable() or " " in key_id:
        raise MalformedSignature("the key id is not a URL")
    try:
        parts = urlsplit(key_id)
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        raise MalformedSignature("the key id is not a URL") from error
    if not host or "@" in parts.netloc or "\\" in key_id:
        raise MalformedSignature("the key id is not a URL with a plain host")
    if parts.scheme == "https":
        return
    if parts.scheme != "http" or not allow_http_loopback or not _is_loopback(host):
        raise MalformedSignature("the key id is not an https URL")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
