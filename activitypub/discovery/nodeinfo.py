"""NodeInfo 2.0 and 2.1: which software a server runs, asked and answered.

Sources: the NodeInfo protocol at nodeinfo.diaspora.software, FEP-f1d5 and FEP-0151 for its use
in the fediverse, FEP-2677 for the link to the server's actor. Counts are what the server chooses
to say; nobody should decide anything by them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from activitypub.discovery.asking import BaseUrl, get_well_known, https_url, json_of
from activitypub.discovery.jrd import APPLICATION, Descriptor, read_descriptor
from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.reading import as_object, boolean_of, integer_of, members, text_of
from activitypub.documents.urls import same_origin
from activitypub.errors import DocumentError, IdentityMismatch, NotFound
from activitypub.fetching.client import GuardedClient

_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"
_SOFTWARE = re.compile(r"[a-z0-9-]{1,100}")
_MAX_VERSION_CHARS = 200
_MAX_PROTOCOLS = 20
_ACCEPT = "application/json"


class Version(StrEnum):
    """The versions spoken here; later ones are preferred."""

    V2_0 = "2.0"
    V2_1 = "2.1"

    @property
    def schema(self) -> str:
        """The name of the schema, which is the relation of its link, too."""
        return _SCHEMA + self.value

    @property
    def content_type(self) -> str:
        """The Content-Type of a document of this version."""
        return f'application/json; profile="{self.schema}#"'


@dataclass(frozen=True, slots=True)
class Software:
    """What runs a server; `repository` and `homepage` exist in version 2.1 only."""

    name: str
    version: str
    repository: str | None = None
    homepage: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """How busy a server is; None is not told."""

    users: int | None = None
    active_month: int | None = None
    active_half_year: int | None = None
    local_posts: int | None = None


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """What a server tells about itself."""

    software: Software
    protocols: tuple[str, ...] = ("activitypub",)
    open_registrations: bool = False
    usage: Usage = field(default_factory=Usage)
    actor: str | None = None
    """Id of the server's own actor (FEP-2677), None when it does not say."""


def build_links(base_url: str, *, actor: str) -> JsonObject:
    """Return the document of `/.well-known/nodeinfo`; `base_url` has no slash at its end."""
    links: list[JsonObject] = [
        {"rel": version.schema, "href": f"{base_url}/nodeinfo/{version.value}"}
        for version in reversed(Version)
    ]
    return {"links": [*links, {"rel": APPLICATION, "href": actor}]}


def build_nodeinfo(
    told: NodeInfo, version: Version, *, metadata: Mapping[str, object] | None = None
) -> JsonObject:
    """Return the document of `/nodeinfo/<version>`, valid against that version's schema."""
    software: JsonObject = {"name": told.software.name, "version": told.software.version}
    if version is Version.V2_1:
        extra = {"repository": told.software.repository, "homepage": told.software.homepage}
        software |= {key: value for key, value in extra.items() if value is not None}
    return {
        "version": version.value,
        "software": software,
        "protocols": list(told.protocols),
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": told.open_registrations,
        "usage": _build_usage(told.usage),
        "metadata": dict(metadata or {}),
    }


def _build_usage(usage: Usage) -> JsonObject:
    users = {
        "total": usage.users,
        "activeMonth": usage.active_month,
        "activeHalfyear": usage.active_half_year,
    }
    document: JsonObject = {"users": {key: n for key, n in users.items() if n is not None}}
    if usage.local_posts is not None:
        document["localPosts"] = usage.local_posts
    return document


async def fetch_nodeinfo(
    client: GuardedClient, authority: str, *, base_url: BaseUrl = https_url
) -> NodeInfo:
    """Return what a server tells about itself.

    Raises NotFound when it tells nothing in a version spoken here, IdentityMismatch when it
    points to another server, DocumentError or another FetchError.
    """
    base = base_url(authority)
    links = read_descriptor(
        json_of(await get_well_known(client, f"{base}/.well-known/nodeinfo", accept=_ACCEPT))
    )
    url = _document_url(links)
    if not same_origin(url, base):
        raise IdentityMismatch("the server points to another one for its description")
    document = json_of(await get_well_known(client, url, accept=_ACCEPT))
    application = links.link(APPLICATION)
    actor = application.href if application else None
    return read_nodeinfo(document, actor=actor if actor and same_origin(actor, base) else None)


def read_nodeinfo(document: Mapping[str, object], *, actor: str | None = None) -> NodeInfo:
    """Read a document of any 2.x version; raises DocumentError when it names no software."""
    software = as_object(document.get("software")) or {}
    name = (text_of(software.get("name")) or "").lower()
    if not _SOFTWARE.fullmatch(name):
        raise DocumentError("the server's description names no software")
    protocols = members(document.get("protocols"), limit=_MAX_PROTOCOLS)
    return NodeInfo(
        software=Software(
            name=name,
            version=text_of(software.get("version"), limit=_MAX_VERSION_CHARS) or "",
            repository=text_of(software.get("repository")),
            homepage=text_of(software.get("homepage")),
        ),
        protocols=tuple(member for member in protocols if isinstance(member, str)),
        open_registrations=boolean_of(document.get("openRegistrations"), default=False),
        usage=_read_usage(as_object(document.get("usage")) or {}),
        actor=actor,
    )


def _read_usage(usage: JsonObject) -> Usage:
    users = as_object(usage.get("users")) or {}
    return Usage(
        users=integer_of(users.get("total")),
        active_month=integer_of(users.get("activeMonth")),
        active_half_year=integer_of(users.get("activeHalfyear")),
        local_posts=integer_of(usage.get("localPosts")),
    )


def _document_url(links: Descriptor) -> str:
    link = links.link(*(version.schema for version in reversed(Version)))
    if link is None or link.href is None:
        raise NotFound("the server describes itself in no version spoken here")
    return link.href
