"""JSON Resource Descriptors (RFC 7033 §4.4): reading those of others, building ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from activitypub.discovery.handles import Handle
from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.names import ACTIVITY_JSON, AS_NAMESPACE, is_activity_media_type
from activitypub.documents.reading import members, text_of, url_text_of

JRD_JSON = "application/jrd+json"
SELF = "self"
PROFILE_PAGE = "http://webfinger.net/rel/profile-page"
AVATAR = "http://webfinger.net/rel/avatar"
SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
SERVER_ACTOR = f"{AS_NAMESPACE}Service"
"""Link to a server's own actor in the descriptor of the server (FEP-d556)."""
APPLICATION = f"{AS_NAMESPACE}Application"
"""The same link in the descriptor of NodeInfo (FEP-2677)."""
INTENT = "https://w3id.org/fep/3b86/"
"""Prefix of links that open a page on one's own server for an activity (FEP-3b86)."""

_MAX_LINKS = 100


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a descriptor; what is absent is None."""

    rel: str
    media_type: str | None = None
    href: str | None = None
    template: str | None = None

    def as_json(self) -> JsonObject:
        """The link as it is written."""
        fields = {
            "rel": self.rel,
            "type": self.media_type,
            "href": self.href,
            "template": self.template,
        }
        return {key: value for key, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a descriptor says, as far as it can be read."""

    subject: str | None
    aliases: tuple[str, ...]
    links: tuple[Link, ...]

    @property
    def actor(self) -> str | None:
        """The id of the actor: the first `self` link of an ActivityPub media type."""
        for link in self.links:
            if link.rel == SELF and is_activity_media_type(link.media_type):
                return link.href
        return None

    def link(self, *rels: str) -> Link | None:
        """The first link of the first relation that there is."""
        for rel in rels:
            for link in self.links:
                if link.rel == rel:
                    return link
        return None


def read_descriptor(document: Mapping[str, object]) -> Descriptor:
    """Read a descriptor tolerantly: links that cannot be read are left out."""
    links = (_read_link(member) for member in members(document.get("links"), limit=_MAX_LINKS))
    aliases = (url_text_of(member) for member in members(document.get("aliases"), limit=_MAX_LINKS))
    return Descriptor(
        subject=text_of(document.get("subject")),
        aliases=tuple(alias for alias in aliases if alias is not None),
        links=tuple(link for link in links if link is not None),
    )


def _read_link(member: object) -> Link | None:
    if not isinstance(member, dict):
        return None
    rel = text_of(member.get("rel"))
    if rel is None:
        return None
    return Link(
        rel=rel,
        media_type=text_of(member.get("type")),
        href=url_text_of(member.get("href")),
        template=text_of(member.get("template")),
    )


def account_descriptor(
    handle: Handle,
    *,
    actor: str,
    page: str | None = None,
    subscribe_template: str | None = None,
    intents: Mapping[str, str] | None = None,
) -> JsonObject:
    """Build the answer about an account of ours.

    `subscribe_template` has `{uri}` where the followed account goes; `intents` maps a name of
    FEP-3b86 such as `Follow` or `Object` to a template with its own placeholders.
    """
    links = [Link(SELF, ACTIVITY_JSON, actor)]
    if page is not None:
        links.append(Link(PROFILE_PAGE, "text/html", page))
    if subscribe_template is not None:
        links.append(Link(SUBSCRIBE, template=subscribe_template))
    links += [Link(INTENT + name, template=text) for name, text in (intents or {}).items()]
    aliases = [actor] if page is None else [page, actor]
    return _descriptor(handle.acct, aliases, links)


def server_descriptor(server_url: str, *, actor: str) -> JsonObject:
    """Build the answer about this server itself: the link to its own actor (FEP-d556)."""
    links = [Link(SERVER_ACTOR, ACTIVITY_JSON, actor), Link(SELF, ACTIVITY_JSON, actor)]
    return _descriptor(server_url, [actor], links)


def _descriptor(subject: str, aliases: Sequence[str], links: Sequence[Link]) -> JsonObject:
    return {
        "subject": subject,
        "aliases": list(aliases),
        "links": [link.as_json() for link in links],
    }
