"""The instance as clients see it, in both versions. Source: "instance API methods"."""

from typing import Any, Final

from aiohttp import web

from activitypub.discovery.nodeinfo import Usage
from server.federation.wire import software_version
from server.mastodon.calls import Call, answer, call_of
from server.mastodon.entities.scene import Entity
from server.media.images import ACCEPTED
from server.media.service import MAX_DESCRIPTION
from server.people.rules import (
    MAX_DISPLAY_NAME,
    MAX_FIELD_CHARS,
    MAX_FIELDS,
    MAX_SUMMARY,
)
from server.people.usage import hosts_known, usage
from server.platform.errors import Unavailable
from server.platform.http.decorators import api
from server.platform.vapid import vapid_public_key
from server.platform.work import Reading
from server.posts import rules
from server.posts.translating import is_offered, languages_offered

API_VERSION: Final = "4.5.0"
"""The version of Mastodon whose API is answered; clients read three numbers."""

API_LEVEL: Final = 1
"""`api_versions.mastodon`: what later levels promise (grouped notifications) is not here."""


def version() -> str:
    """Return the version text: Mastodon's numbers first, because clients parse them."""
    return f"{API_VERSION} (compatible; Meshwork {software_version()})"


def _counts(r: Reading) -> tuple[Usage, int]:
    """Return how busy the instance is, and how many others it knows."""
    return usage(r), hosts_known(r)


def _configuration(call: Call) -> Entity:
    media = call.instance.settings.media
    return {
        "accounts": {
            "max_featured_tags": 0,
            "max_pinned_statuses": rules.MAX_PINS,
            "max_profile_fields": MAX_FIELDS,
            "profile_field_name_limit": MAX_FIELD_CHARS,
            "profile_field_value_limit": MAX_FIELD_CHARS,
            "max_display_name_length": MAX_DISPLAY_NAME,
            "max_note_length": MAX_SUMMARY,
        },
        "statuses": {
            "max_characters": rules.MAX_CHARACTERS,
            "max_media_attachments": rules.MAX_MEDIA,
            "characters_reserved_per_url": rules.URL_CHARACTERS,
            "supported_mime_types": ["text/plain"],
        },
        "media_attachments": {
            "supported_mime_types": list(ACCEPTED),
            "description_limit": MAX_DESCRIPTION,
            "image_size_limit": media.max_image_bytes,
            "image_matrix_limit": media.max_pixels,
            "video_size_limit": 0,
            "video_frame_rate_limit": 0,
            "video_matrix_limit": 0,
        },
        "polls": {
            "max_options": rules.MAX_OPTIONS,
            "max_characters_per_option": rules.MAX_OPTION_CHARACTERS,
            "min_expiration": rules.MIN_POLL_SECONDS,
            "max_expiration": rules.MAX_POLL_SECONDS,
        },
    }


def _streaming(call: Call) -> str:
    base = call.instance.site.base_url
    return base.replace("https://", "wss://", 1).replace("http://", "ws://", 1)


def _picture(call: Call) -> str:
    return call.instance.site.url("/static/mastodon/header.png")


@api(needs="nobody")
async def instance_v2(request: web.Request) -> web.Response:
    """Answer the instance, version 2."""
    call = await call_of(request)
    site, settings = call.instance.site, call.instance.settings.instance
    busy = await call.instance.read(usage)
    icon = site.url("/static/mastodon/avatar.png")
    configuration: Entity = {
        "urls": {
            "streaming": _streaming(call),
            "status": None,
            "about": site.url("/about"),
            "privacy_policy": None,
            "terms_of_service": None,
        },
        "vapid": {"public_key": vapid_public_key(call.instance.vault)},
        **_configuration(call),
        "translation": {"enabled": is_offered(call.instance)},
        "limited_federation": site.partners_only,
        "timelines_access": {
            "live_feeds": {"local": "public", "remote": "public"},
            "hashtag_feeds": {"local": "public", "remote": "public"},
            "trending_link_feeds": {"local": "public", "remote": "public"},
        },
    }
    return answer(
        {
            "domain": site.host,
            "title": site.name,
            "version": version(),
            "source_url": "",
            "description": settings.description,
            "usage": {"users": {"active_month": busy.active_month}},
            "thumbnail": {
                "url": _picture(call),
                "blurhash": None,
                "versions": {"@1x": _picture(call)},
                "description": "",
            },
            "icon": [{"src": icon, "size": "400x400"}],
            "languages": list(settings.languages),
            "configuration": configuration,
            "registrations": {
                "enabled": False,
                "approval_required": True,
                "reason_required": False,
                "message": None,
                "min_age": None,
                "url": None,
            },
            "api_versions": {"mastodon": API_LEVEL},
            "contact": {"email": settings.contact_email, "account": None},
            "rules": [],
        }
    )


@api(needs="nobody")
async def instance_v1(request: web.Request) -> web.Response:
    """Answer the instance, version 1."""
    call = await call_of(request)
    site, settings = call.instance.site, call.instance.settings.instance
    busy, hosts = await call.instance.read(_counts)
    return answer(
        {
            "uri": site.host,
            "title": site.name,
            "short_description": settings.description,
            "description": settings.description,
            "email": settings.contact_email,
            "version": version(),
            "urls": {"streaming_api": _streaming(call)},
            "stats": {
                "user_count": busy.users,
                "status_count": busy.local_posts,
                "domain_count": hosts,
            },
            "thumbnail": _picture(call),
            "languages": list(settings.languages),
            "registrations": False,
            "approval_required": True,
            "invites_enabled": False,
            "configuration": _configuration(call),
            "contact_account": None,
            "rules": [],
        }
    )


@api(needs="nobody")
async def translation_languages(request: web.Request) -> web.Response:
    """Answer which languages can be translated into which; nothing while the service is away."""
    call = await call_of(request)
    try:
        pairs = await languages_offered(call.instance)
    except Unavailable:
        pairs = {}
    return answer({source: sorted(targets) for source, targets in sorted(pairs.items())})


def _always(entity: Any) -> Any:  # noqa: ANN401 - a handler for a constant entity
    @api(needs="nobody")
    async def constant(request: web.Request) -> web.Response:
        del request
        return answer(entity)

    return constant


ROUTES = (
    web.get("/api/v1/instance", instance_v1, name="api.instance_v1"),
    web.get("/api/v2/instance", instance_v2, name="api.instance_v2"),
    # This instance has no custom emoji, rules, announcements or trends of its own.
    *(
        web.get(path, _always([]), name=f"api.none{number}")
        for number, path in enumerate(
            (
                "/api/v1/custom_emojis",
                "/api/v1/instance/rules",
                "/api/v1/announcements",
                "/api/v1/trends",
                "/api/v1/trends/tags",
                "/api/v1/trends/statuses",
                "/api/v1/trends/links",
            )
        )
    ),
    web.get(
        "/api/v1/instance/translation_languages", translation_languages, name="api.translations"
    ),
)
