"""From recipients to inboxes, each once. Pure; recipients come from the application's actors."""

from collections.abc import Iterable
from dataclasses import dataclass

from activitypub.documents.urls import is_web_url, origin_of

_DEFAULT_PORTS = frozenset({80, 443})


@dataclass(frozen=True, slots=True)
class Recipient:
    """One actor to be reached: its inbox, its server's shared inbox, the authority of its id."""

    inbox: str
    shared_inbox: str | None
    host: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """One place to post to. `host` is the URL's authority: limits and breakers go by it."""

    url: str
    host: str
    is_shared: bool


def authority_of(url: str) -> str:
    """Return host and, unless it is the default, port of a URL. Raises DocumentError.

    Two servers on one machine differ in nothing but the port.
    """
    origin = origin_of(url)
    return origin.host if origin.port in _DEFAULT_PORTS else f"{origin.host}:{origin.port}"


def inboxes_of(
    recipients: Iterable[Recipient], *, own_host: str, personally: bool = False
) -> list[Inbox]:
    """Return the inboxes to deliver to, each once, shared inboxes first.

    Inboxes on our own host and URLs that are none are left out. With `personally` shared inboxes
    are not used (direct messages). A shared inbox counts only on the actor's own domain, so that
    nobody can point other people's mail at a third server.
    Source: ActivityPub §7.1.3.
    """
    found: dict[str, Inbox] = {}
    for recipient in recipients:
        shared = None if personally else _trusted_shared_inbox(recipient)
        url = shared or recipient.inbox
        if not is_web_url(url) or url in found:
            continue
        host = authority_of(url)
        if own_host not in {host, recipient.host}:
            found[url] = Inbox(url, host, is_shared=shared is not None)
    return sorted(found.values(), key=lambda inbox: not inbox.is_shared)


def _trusted_shared_inbox(recipient: Recipient) -> str | None:
    """The shared inbox when it is on the actor's host, its inbox's host, or a subdomain."""
    shared = recipient.shared_inbox
    if shared is None or not is_web_url(shared):
        return None
    host = authority_of(shared)
    homes = {recipient.host}
    if is_web_url(recipient.inbox):
        homes.add(authority_of(recipient.inbox))
    belongs = any(host == home or host.endswith(f".{home}") for home in homes)
    return shared if belongs else None
