"""The parts of one process that speak with other instances: one client, and what uses it.

Everything that leaves goes through `Wire.client` and its guard. The parts are opened once, when the
instance starts, because keys, connections and memories of hosts are worth keeping.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from weakref import WeakValueDictionary

from activitypub.delivery.sending import Sender, SigningPool
from activitypub.discovery.asking import BaseUrl, https_url, loopback_over_http
from activitypub.discovery.webfinger import WebFinger
from activitypub.fetching.client import GuardedClient
from activitypub.fetching.documents import DocumentFetcher
from activitypub.fetching.guard import Guard, StaticNames, ssl_context
from activitypub.signatures.verifying import SignaturePolicy
from server.federation.actors import (
    INSTANCE_ACTOR_ID,
    ensure_instance_actor,
    has_instance_actor,
)
from server.federation.hosts import HostForms, known_forms
from server.federation.keys import KeyRing, new_keys
from server.platform.instance import Instance

SOFTWARE = "meshwork"


def software_version() -> str:
    """Return the version of this program as it is installed."""
    try:
        return version(SOFTWARE)
    except PackageNotFoundError:
        return "0"


@dataclass(slots=True, kw_only=True)
class Wire:
    """What speaks with other instances, and what we demand of those who speak with us."""

    client: GuardedClient
    documents: DocumentFetcher
    webfinger: WebFinger
    sender: Sender
    signing: SigningPool
    forms: HostForms
    signatures: SignaturePolicy
    base_url: BaseUrl
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    @asynccontextmanager
    async def alone(self, uri: str) -> AsyncIterator[None]:
        """Let one of several askers fetch a thing; the others then find it in the database."""
        lock = self._locks.setdefault(uri, asyncio.Lock())
        async with lock:
            yield


@asynccontextmanager
async def open_wire(instance: Instance) -> AsyncIterator[Wire]:
    """Open the parts; the instance's own actor is made on the first start."""
    if not await instance.read(has_instance_actor):
        keys = await asyncio.to_thread(new_keys)
        await instance.work(ensure_instance_actor, keys)
    ring = KeyRing(instance)
    instance.add_part(ring)
    own = await ring.signing_keys([INSTANCE_ACTOR_ID])
    forms = HostForms(await instance.read(known_forms))
    allowed = instance.settings.federation.allowed_private_networks
    base_url = loopback_over_http if allowed else https_url
    async with GuardedClient(
        user_agent=f"Meshwork/{software_version()} (+{instance.site.base_url})",
        guard=Guard(allowed_networks=allowed, names=_names(instance)),
        tls=ssl_context(instance.settings.federation.ca_file),
    ) as client:
        signing = SigningPool()
        try:
            yield Wire(
                client=client,
                documents=DocumentFetcher(
                    client, key=own[INSTANCE_ACTOR_ID], clock=instance.clock.now, knocks=forms
                ),
                webfinger=WebFinger(client, base_url=base_url),
                sender=Sender(client, knocks=forms, clock=instance.clock.now),
                signing=signing,
                forms=forms,
                signatures=SignaturePolicy(
                    base_url=instance.site.base_url, allow_http_loopback=bool(allowed)
                ),
                base_url=base_url,
            )
        finally:
            signing.close()
            await forms.save(instance)


def _names(instance: Instance) -> StaticNames | None:
    """A table of host names that was added to the instance before its start (two on one desk)."""
    try:
        return instance.part(StaticNames)
    except KeyError:
        return None
