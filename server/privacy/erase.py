"""Erasing one person: every feature first, then the person, with a Delete to all who have data."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.activity_log.service import record
from server.federation.ledger import recipients_of_actor
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.platform.errors import NotFound
from server.platform.feature import Feature
from server.platform.work import Reading, Work


@dataclass(frozen=True, slots=True)
class Effects:
    """What an erasure will do, listed before it is confirmed."""

    posts: int
    followers: int
    following: int
    hosts: tuple[str, ...]


def effects(r: Reading, person_id: int) -> Effects:
    """Return what would go, and which other servers will be asked to delete.

    Raises NotFound for somebody who is not of this instance.
    """
    person = person_of(r, HOUSE, person_id)
    if not person.is_local:
        raise NotFound
    return Effects(
        posts=person.posts_count,
        followers=person.followers_count,
        following=person.following_count,
        hosts=tuple(recipients_of_actor(r, person_id)),
    )


def erase_person(
    w: Work, features: Sequence[Feature], *, person_id: int, login_id: int | None
) -> None:
    """Erase somebody of this instance (GDPR art. 17), here at once and elsewhere by a Delete.

    Upper features go first, because what they hold leans on what lower ones hold; people's own
    answer ends the person and sends the Delete. The delivery ledger stays, without content, as the
    proof of who was told.
    """
    person = person_of(w, HOUSE, person_id)
    if not person.is_local:
        raise NotFound
    for feature in reversed(features):
        if feature.personal_data != "nothing":
            feature.personal_data.erase(w, person_id)
    record(w, login_id=login_id, verb="erase", subject_type="person", subject_id=person_id)
