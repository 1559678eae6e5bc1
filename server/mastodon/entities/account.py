"""Account, CredentialAccount, Relationship."""

from datetime import UTC
from typing import Final

from server.mastodon.entities.scene import (
    NO_AVATAR,
    NO_HEADER,
    Entity,
    Scene,
    moment,
    moment_or_none,
)
from server.people.cards import PersonRow
from server.people.queries import Relationship
from server.posts.model import Audience
from server.posts.rules import mastodon_visibility

_NO_PERMISSIONS: Final = "0"


def author(scene: Scene, person: PersonRow) -> Entity:
    """Return the Account of the author of a post: made once for all their posts in an answer."""
    made = scene.accounts.get(person.id)
    if made is None:
        made = scene.accounts[person.id] = account(scene, person)
    return made


def account(scene: Scene, person: PersonRow, *, moved: PersonRow | None = None) -> Entity:
    """Return the Account entity; `moved` is where the person moved to, when they did."""
    avatar = scene.picture(person.avatar, NO_AVATAR)
    header = scene.picture(person.header, NO_HEADER)
    made = person.created_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    entity: Entity = {
        "id": str(person.id),
        "username": person.username,
        "acct": person.acct,
        "display_name": person.display_name,
        "locked": person.locked,
        "bot": person.bot,
        "discoverable": person.discoverable,
        "indexable": person.indexable,
        "group": person.is_group,
        "created_at": moment(made),
        "note": person.summary_html,
        "url": person.url or person.uri,
        "uri": person.uri,
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": person.avatar_description,
        "header": header,
        "header_static": header,
        "header_description": "",
        "followers_count": 0 if person.hides_collections else person.followers_count,
        "following_count": 0 if person.hides_collections else person.following_count,
        "statuses_count": person.posts_count,
        "last_status_at": person.last_posted_at.date().isoformat()
        if person.last_posted_at
        else None,
        "hide_collections": person.hides_collections,
        "noindex": not person.indexable,
        "emojis": [],
        "roles": [],
        "fields": [
            {"name": str(one["name"]), "value": str(one["value"]), "verified_at": None}
            for one in person.lines
        ],
    }
    if person.suspended:
        entity["suspended"] = True
    if moved is not None:
        entity["moved"] = account(scene, moved)
    return entity


def credential_account(
    scene: Scene,
    person: PersonRow,
    *,
    requests: int,
    moved: PersonRow | None = None,
) -> Entity:
    """Return the CredentialAccount entity of whoever is signed in; `requests` wait to follow."""
    shown = account(scene, person, moved=moved)
    shown["followers_count"] = person.followers_count
    shown["following_count"] = person.following_count
    return {
        **shown,
        "source": {
            "privacy": mastodon_visibility(Audience(person.default_audience)),
            "sensitive": person.default_sensitive,
            "language": person.language,
            "note": person.summary_text,
            "fields": [
                {
                    "name": str(one["name"]),
                    "value": str(one.get("source", one["value"])),
                    "verified_at": None,
                }
                for one in person.fields
            ],
            "follow_requests_count": requests,
            "hide_collections": person.hides_collections,
            "discoverable": person.discoverable,
            "indexable": person.indexable,
            "attribution_domains": [],
            "quote_policy": "nobody",
        },
        "role": {
            "id": "-99",
            "name": "",
            "color": "",
            "permissions": _NO_PERMISSIONS,
            "highlighted": False,
        },
    }


def relationship(found: Relationship) -> Entity:
    """Return the Relationship entity, with every flag that clients insist on."""
    return {
        "id": str(found.id),
        "following": found.following,
        "showing_reblogs": found.showing_reblogs,
        "notifying": found.notifying,
        "languages": list(found.languages) if found.languages else None,
        "followed_by": found.followed_by,
        "blocking": found.blocking,
        "blocked_by": found.blocked_by,
        "muting": found.muting,
        "muting_notifications": found.muting_notifications,
        "muting_expires_at": moment_or_none(found.muting_expires_at),
        "requested": found.requested,
        "requested_by": found.requested_by,
        "domain_blocking": found.domain_blocking,
        "endorsed": found.endorsed,
        "note": found.note,
    }
