"""What people hold about a person, to be given out and to be erased (GDPR art. 15, 17, 20)."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from server.federation.model import Actor
from server.people.cards import PersonRow
from server.people.leaving import delete_person
from server.people.model import Block, Follow, FollowState, Mute, PersonNote
from server.people.queries import person_by_id
from server.people.rules import HOUSE
from server.people.sealing import has_key
from server.platform.feature import PersonalData
from server.platform.work import Reading, Work


def export(r: Reading, person_id: int) -> Mapping[str, Any]:
    """Return the profile and every relation the person made, by handle, as JSON-ready values.

    What others noted about the person privately is theirs (art. 15(4)) and is not part of it.
    """
    person = person_by_id(r, HOUSE, person_id)
    if person is None:
        return {}
    follows = Follow.follower_id == person_id
    followed = Follow.followee_id == person_id
    accepted = Follow.state == FollowState.ACCEPTED
    waiting = Follow.state == FollowState.REQUESTED
    return {
        "profile": _profile(person),
        "following": _handles(r, Follow.followee_id, follows & accepted),
        "followers": _handles(r, Follow.follower_id, followed & accepted),
        "follow_requests_sent": _handles(r, Follow.followee_id, follows & waiting),
        "follow_requests_received": _handles(r, Follow.follower_id, followed & waiting),
        "blocks": _handles(r, Block.blocked_id, Block.blocker_id == person_id),
        "mutes": _handles(r, Mute.muted_id, Mute.muter_id == person_id),
        "notes": _notes(r, person_id),
        # The key itself is never given out; what was sealed under it is, opened, by its room.
        "has_sealed_values": has_key(r, person_id),
    }


def erase(w: Work, person_id: int) -> None:
    """Delete the person with everything that hangs on them, their key first of all.

    Nothing happens a second time.
    """
    person = person_by_id(w, HOUSE, person_id)
    if person is not None and person.is_local and not person.gone:
        delete_person(w, person_id)


def _profile(person: PersonRow) -> dict[str, Any]:
    return {
        "id": str(person.id),
        "address": person.uri,
        "handle": person.username,
        "kind": person.kind,
        "reach": person.reach,
        "display_name": person.display_name,
        "about": person.summary_text,
        "fields": [{"name": line["name"], "value": line["source"]} for line in person.fields],
        "picture": person.avatar,
        "picture_description": person.avatar_description,
        "header": person.header,
        "approves_followers": person.locked,
        "automated": person.bot,
        "discoverable": person.discoverable,
        "indexable": person.indexable,
        "hides_followers": person.hides_collections,
        "also_known_as": list(person.also_known_as),
        "language": person.language,
        "default_audience": person.default_audience,
        "created_at": person.created_at.isoformat(),
        "updated_at": person.updated_at.isoformat(),
    }


def _handles(
    r: Reading, other: InstrumentedAttribute[int], condition: ColumnElement[bool]
) -> list[str]:
    rows = r.session.execute(
        select(Actor.username, Actor.host).where(Actor.id == other, condition).order_by(Actor.id)
    )
    return [f"{username}@{host or r.site.host}" for username, host in rows]


def _notes(r: Reading, person_id: int) -> list[dict[str, str]]:
    rows = r.session.execute(
        select(Actor.username, Actor.host, PersonNote.text)
        .join(PersonNote, PersonNote.about_id == Actor.id)
        .where(PersonNote.author_id == person_id)
        .order_by(Actor.id)
    )
    return [
        {"about": f"{username}@{host or r.site.host}", "text": text}
        for username, host, text in rows
    ]


PERSONAL_DATA: Final = PersonalData(export=export, erase=erase)
