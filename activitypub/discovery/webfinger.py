"""Asking who a handle is (RFC 7033, and the ActivityPub and WebFinger report of the SWICG).

A handle counts only when the host that it names says so itself: the subject of the answer has to
come back to the handle, over at most one other domain. Whether the actor's document agrees is
checked by `confirmed`, which every handle shown to people should have passed.
"""

from dataclasses import dataclass

from activitypub.discovery.asking import BaseUrl, get_well_known, https_url, json_of
from activitypub.discovery.handles import Handle, parse_handle, resource_query
from activitypub.discovery.host_meta import PLACEHOLDER, XRD_XML, read_template
from activitypub.discovery.jrd import (
    APPLICATION,
    JRD_JSON,
    PROFILE_PAGE,
    SELF,
    SERVER_ACTOR,
    SUBSCRIBE,
    Descriptor,
    read_descriptor,
)
from activitypub.documents.urls import same_url
from activitypub.errors import DocumentError, IdentityMismatch, NotFound
from activitypub.fetching.client import GuardedClient

_ACCEPT = f"{JRD_JSON}, application/json"
_ACCEPT_XRD = f"{XRD_XML}, application/xml;q=0.9"


@dataclass(frozen=True, slots=True)
class Found:
    """Who a handle is: its canonical spelling, the actor's id, and what else the host says."""

    handle: Handle
    actor: str
    page: str | None
    subscribe_template: str | None


class WebFinger:
    """Asks other hosts. Keeps nothing; the application decides how long an answer is good."""

    def __init__(self, client: GuardedClient, *, base_url: BaseUrl = https_url) -> None:
        self._client = client
        self._base_url = base_url

    async def look_up(self, handle: Handle) -> Found:
        """Return who the handle is.

        Raises NotFound, Gone or another FetchError; IdentityMismatch when subject and handle do
        not come together after one hop to another name or domain; DocumentError for an answer
        that cannot be used.
        """
        first = await self._ask(handle)
        canonical = _subject(first, asked=handle)
        if canonical.same_as(handle):
            return _found(canonical, first)
        second = await self._ask(canonical)
        if not _subject(second, asked=canonical).same_as(canonical):
            raise IdentityMismatch("the handle leads from one name to the next")
        return _found(canonical, second)

    async def confirmed(self, handle: Handle, *, actor: str) -> Handle:
        """Return the canonical handle of an actor, if the handle's host agrees that it is his.

        `handle` is what the actor's document claims: its `webfinger` (FEP-2c59), or else
        preferredUsername on the host of its id. Raises IdentityMismatch when the host names
        another actor, and whatever `look_up` raises.
        """
        found = await self.look_up(handle)
        if not same_url(found.actor, actor):
            raise IdentityMismatch("the handle belongs to another actor")
        return found.handle

    async def server_actor(self, authority: str) -> str:
        """Return the id of the actor of a whole server (FEP-d556).

        Raises NotFound when the server has none to show, or another FetchError.
        """
        base = self._base_url(authority)
        resource = resource_query(f"{base}/")
        url = f"{base}/.well-known/webfinger?resource={resource}"
        response = await get_well_known(self._client, url, accept=_ACCEPT)
        link = read_descriptor(json_of(response)).link(SERVER_ACTOR, APPLICATION, SELF)
        if link is None or link.href is None:
            raise NotFound("the server names no actor of its own")
        return link.href

    async def _ask(self, handle: Handle) -> Descriptor:
        if handle.host is None:
            raise DocumentError("a handle without a host is nobody elsewhere")
        base = self._base_url(handle.host)
        resource = resource_query(handle.acct)
        try:
            response = await get_well_known(
                self._client, f"{base}/.well-known/webfinger?resource={resource}", accept=_ACCEPT
            )
        except NotFound as not_found:
            url = await self._address_from_host_meta(base, resource, not_found)
            response = await get_well_known(self._client, url, accept=_ACCEPT)
        return read_descriptor(json_of(response))

    async def _address_from_host_meta(self, base: str, resource: str, not_found: NotFound) -> str:
        """Return where else to ask; the first 404 stands when host-meta names nothing new."""
        try:
            response = await get_well_known(
                self._client, f"{base}/.well-known/host-meta", accept=_ACCEPT_XRD
            )
            template = read_template(response.body)
        except (NotFound, DocumentError) as error:
            raise not_found from error
        url = template.replace(PLACEHOLDER, resource)
        if same_url(url, f"{base}/.well-known/webfinger?resource={resource}"):
            raise not_found
        return url


def _subject(descriptor: Descriptor, *, asked: Handle) -> Handle:
    """The account that the descriptor is about; without a subject, the one asked for."""
    if descriptor.subject is None:
        return asked
    subject = parse_handle(descriptor.subject)
    if subject.host is None:
        raise DocumentError("the subject of the answer names no host")
    return subject


def _found(handle: Handle, descriptor: Descriptor) -> Found:
    if descriptor.actor is None:
        raise NotFound("the account has no ActivityPub actor")
    page = descriptor.link(PROFILE_PAGE)
    subscribe = descriptor.link(SUBSCRIBE)
    return Found(
        handle=handle,
        actor=descriptor.actor,
        page=page.href if page else None,
        subscribe_template=subscribe.template if subscribe else None,
    )
