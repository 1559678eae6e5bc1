"""What people elsewhere hear about their Join: Accept, Reject, or Ignore (FEP-8a8e, Mobilizon).

While somebody waits, or the organiser has not answered, nothing is said: silence is "pending"
there. Every answer goes to the one who asked and to nobody else.
"""

from collections.abc import Callable, Mapping

from activitypub.documents import building
from activitypub.documents.building import Envelope
from activitypub.documents.jsonbytes import JsonObject
from server.federation import outbox
from server.people.cards import PersonRow
from server.people.queries import people_by_ids
from server.people.rules import HOUSE
from server.platform.work import Work
from server.posts.model import Post

_Build = Callable[[Mapping[str, object], Envelope], JsonObject]


def accept(w: Work, post: Post, person_id: int, uri: str | None) -> None:
    """Say that somebody elsewhere has a place."""
    _answer(w, post, person_id, uri, building.accept_of)


def reject(w: Work, post: Post, person_id: int, uri: str | None) -> None:
    """Say that somebody elsewhere has no place, or none any more."""
    _answer(w, post, person_id, uri, building.reject_of)


def ignore(w: Work, post: Post, person_id: int, uri: str | None) -> None:
    """Say that signing up for this event is not done over the wire."""
    _answer(w, post, person_id, uri, building.ignore_of)


def _answer(w: Work, post: Post, person_id: int, uri: str | None, build: _Build) -> None:
    people = people_by_ids(w, HOUSE, [post.author_id, person_id])
    organiser, person = people.get(post.author_id), people.get(person_id)
    if uri is None or organiser is None or person is None or person.is_local:
        return
    envelope = Envelope(id=outbox.activity_uri(w), actor=organiser.uri, to=(person.uri,))
    outbox.send(
        w,
        actor_id=organiser.id,
        activity=build(_join(uri, person, post), envelope),
        object_uri=post.uri,
        to_actors=[person.id],
        personal=True,
    )


def _join(uri: str, person: PersonRow, post: Post) -> JsonObject:
    return {"id": uri, "type": "Join", "actor": person.uri, "object": post.uri}
