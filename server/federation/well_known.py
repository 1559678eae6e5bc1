"""What a host says about itself and its people: WebFinger, host-meta and NodeInfo.

Nobody whose reach is `home` exists here. Counts come from the rooms above, which add a
`UsageSource` to the instance; without one nothing is counted.
"""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from activitypub.discovery.handles import ByUrl, Handle, parse_resource
from activitypub.discovery.host_meta import XRD_XML, build_host_meta, build_host_meta_json
from activitypub.discovery.jrd import JRD_JSON, account_descriptor, server_descriptor
from activitypub.discovery.nodeinfo import (
    NodeInfo,
    Software,
    Usage,
    Version,
    build_links,
    build_nodeinfo,
)
from activitypub.documents.jsonbytes import json_bytes
from activitypub.documents.origin import same_origin, same_url
from activitypub.errors import DocumentError
from server.federation.actors import INSTANCE_ACTOR_ID, actor_by_uri, instance_actor, local_actor
from server.federation.model import Actor, Reach
from server.federation.wire import SOFTWARE, software_version
from server.platform.errors import BadRequest, Gone, NotFound
from server.platform.http.decorators import plain
from server.platform.i18n import say
from server.platform.instance import Instance, instance_of
from server.platform.work import Reading

_MAX_AGE = "max-age=300, public"
_PROFILE_PATH = "/@"
_INTERACT = "/authorize_interaction?uri="
_INTENTS = {
    **dict.fromkeys(("Object", "Follow", "Like", "Announce"), _INTERACT + "{object}"),
    "Create": "/new/post?text={content}",
}
"""Where our people go on with what they began elsewhere (FEP-3b86)."""


@dataclass(frozen=True, slots=True)
class UsageSource:
    """Who counts people and posts for NodeInfo; added to the instance by a feature above."""

    count: Callable[[Reading], Usage]


@plain(cross_origin=True)
async def webfinger(request: web.Request) -> web.Response:
    """Say who an account or address of ours is (RFC 7033, FEP-d556).

    400 without a resource that can be read, 404 for whoever is not here or stays at home, 410 for
    who has left.
    """
    try:
        resource = parse_resource(request.query["resource"])
    except (KeyError, DocumentError) as error:
        raise BadRequest(say("Say whom you look for: ?resource=acct:name@host")) from error
    descriptor = await instance_of(request).read(_descriptor, resource)
    return _json(descriptor, JRD_JSON)


def _descriptor(r: Reading, resource: Handle | ByUrl) -> dict[str, object]:
    if isinstance(resource, ByUrl) and resource.is_server:
        if not same_origin(resource.url, r.site.base_url):
            raise NotFound
        return server_descriptor(f"{r.site.base_url}/", actor=instance_actor(r).uri)
    actor = _named(r, resource)
    if actor is None or not actor.is_local or actor.reach == Reach.HOME:
        raise NotFound
    if actor.gone_at is not None:
        raise Gone
    page = None if actor.id == INSTANCE_ACTOR_ID else actor.url
    return account_descriptor(
        Handle(actor.username, r.site.host),
        actor=actor.uri,
        page=page,
        subscribe_template=r.site.url(_INTERACT + "{uri}"),
        intents={name: r.site.url(template) for name, template in _INTENTS.items()},
    )


def _named(r: Reading, resource: Handle | ByUrl) -> Actor | None:
    if isinstance(resource, Handle):
        return local_actor(r, resource.user) if resource.host in {None, r.site.host} else None
    profile = r.site.url(_PROFILE_PATH)
    if resource.url.startswith(profile):
        return local_actor(r, resource.url.removeprefix(profile))
    if same_url(resource.url, r.site.url("/actor")):
        return instance_actor(r)
    return actor_by_uri(r, resource.url)


@plain(cross_origin=True)
async def host_meta(request: web.Request) -> web.Response:
    """Say where WebFinger answers, as XML (RFC 6415)."""
    text = build_host_meta(instance_of(request).site.base_url)
    return web.Response(
        text=text, content_type=XRD_XML, charset="utf-8", headers={"Cache-Control": _MAX_AGE}
    )


@plain(cross_origin=True)
async def host_meta_json(request: web.Request) -> web.Response:
    """Say the same as JSON (RFC 6415 appendix A)."""
    return _json(build_host_meta_json(instance_of(request).site.base_url), "application/json")


@plain(cross_origin=True)
async def nodeinfo_links(request: web.Request) -> web.Response:
    """Say where NodeInfo is, and who the instance's actor is (FEP-2677)."""
    site = instance_of(request).site
    return _json(build_links(site.base_url, actor=site.url("/actor")), "application/json")


@plain(cross_origin=True)
async def nodeinfo(request: web.Request) -> web.Response:
    """Say what runs here and how busy it is; 404 for a version that is not spoken."""
    instance = instance_of(request)
    try:
        version = Version(request.match_info["version"])
    except ValueError as error:
        raise NotFound from error
    told = NodeInfo(
        software=Software(SOFTWARE, software_version()),
        usage=await _usage(instance),
        actor=instance.site.url("/actor"),
    )
    metadata = {"nodeName": instance.site.name}
    response = _json(build_nodeinfo(told, version, metadata=metadata), "application/json")
    response.headers["Content-Type"] = version.content_type
    return response


async def _usage(instance: Instance) -> Usage:
    try:
        source = instance.part(UsageSource)
    except KeyError:
        return Usage()
    return await instance.read(source.count)


def _json(document: dict[str, object], content_type: str) -> web.Response:
    return web.Response(
        body=json_bytes(document),
        content_type=content_type,
        charset="utf-8",
        headers={"Cache-Control": _MAX_AGE},
    )


ROUTES = (
    web.get("/.well-known/webfinger", webfinger, name="federation.webfinger"),
    web.get("/.well-known/host-meta", host_meta, name="federation.host_meta"),
    web.get("/.well-known/host-meta.json", host_meta_json, name="federation.host_meta_json"),
    web.get("/.well-known/nodeinfo", nodeinfo_links, name="federation.nodeinfo_links"),
    web.get("/nodeinfo/{version}", nodeinfo, name="federation.nodeinfo"),
)
