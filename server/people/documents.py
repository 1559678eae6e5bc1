"""Actor documents of our people: what other servers read about somebody.

Only what the kind of person and their switches allow is in it. Talents who chose to be seen give a
name and a text and nothing more: no picture, no profile lines, nothing about whom they know
(GDPR art. 5(1)(c)). Who may fetch the document is decided by reach, in `routes`.
"""

from typing import Final

from activitypub.documents import building
from activitypub.documents.actor import Multikey, ProfileField, PublicKey
from activitypub.documents.building import ActorDraft, Capability, Envelope
from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.links import Picture
from activitypub.documents.names import PUBLIC
from server.federation.model import Actor
from server.people.cards import PersonRow
from server.people.model import PersonKind
from server.people.queries import person_by_id, person_by_uri
from server.people.rules import HOUSE, narrows
from server.platform.work import Reading

CAPABILITIES: Final = (
    Capability(
        "https://datatracker.ietf.org/doc/html/rfc9421", "RFC-9421: HTTP Message Signatures"
    ),
)
_MEDIA_TYPES: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
}


def actor_document(r: Reading, person: PersonRow) -> JsonObject:
    """Return the actor document of somebody here (FEP-2c59, 5feb, 521a, 844e)."""
    actor = r.session.get_one(Actor, person.id)
    pem, multi = _keys(actor)
    shows_more = person.kind is not PersonKind.TALENT
    draft = ActorDraft(
        id=person.uri,
        type=person.actor_type,
        preferred_username=person.username,
        host=r.site.host,
        inbox=person.inbox,
        outbox=person.outbox or f"{person.uri}/outbox",
        shared_inbox=person.shared_inbox or r.site.url("/inbox"),
        public_keys=pem,
        multikeys=multi,
        name=person.name,
        summary=person.summary_html or None,
        url=person.url or r.site.url(f"/@{person.username}"),
        icon=_picture(r, person.avatar, person.avatar_description) if shows_more else None,
        image=_picture(r, person.header, "") if shows_more else None,
        followers=person.followers,
        following=person.following,
        featured=person.featured,
        manually_approves_followers=person.locked,
        discoverable=person.discoverable,
        indexable=person.indexable,
        also_known_as=_aliases(r, person),
        moved_to=_moved_to(r, person),
        fields=_lines(person) if shows_more else (),
        published=person.created_at,
        updated=person.updated_at,
        capabilities=CAPABILITIES,
    )
    return building.actor_of(draft)


def update_of_actor(
    r: Reading, person: PersonRow, *, activity_id: str, is_public: bool
) -> JsonObject:
    """Return the Update that tells those who know somebody about a changed profile."""
    to = (PUBLIC,) if is_public else (person.followers or f"{person.uri}/followers",)
    envelope = Envelope(
        id=activity_id, actor=person.uri, to=to, published=r.now, will_be_proved=is_public
    )
    return building.update_of(actor_document(r, person), envelope)


def delete_of_actor(person: PersonRow, *, activity_id: str) -> JsonObject:
    """Return the Delete of somebody; it carries nothing but ids."""
    envelope = Envelope(id=activity_id, actor=person.uri, to=(PUBLIC,), will_be_proved=True)
    return building.delete_of(person.uri, envelope)


def move_of_actor(person: PersonRow, target: PersonRow, *, activity_id: str) -> JsonObject:
    """Return the Move that leads followers to the new home (FEP-7628)."""
    followers = person.followers or f"{person.uri}/followers"
    envelope = Envelope(id=activity_id, actor=person.uri, to=(followers,))
    return building.move_of(target.uri, envelope)


def _keys(actor: Actor) -> tuple[tuple[PublicKey, ...], tuple[Multikey, ...]]:
    """PEM texts are RSA keys for signatures, multibase texts are Ed25519 keys for proofs too."""
    pem: list[PublicKey] = []
    multi: list[Multikey] = []
    for key_id, text in actor.public_keys.items():
        if text.startswith("-----BEGIN"):
            pem.append(PublicKey(key_id, actor.uri, text))
        else:
            multi.append(Multikey(key_id, actor.uri, text))
    return tuple(pem), tuple(multi)


def _picture(r: Reading, path: str | None, description: str) -> Picture | None:
    if not path:
        return None
    address = r.site.url(path) if path.startswith("/") else path
    ending = path.rpartition(".")[2].lower()
    return Picture(address, _MEDIA_TYPES.get(ending), description or None)


def _lines(person: PersonRow) -> tuple[ProfileField, ...]:
    return tuple(ProfileField(line["name"], line["value"]) for line in person.lines)


def _moved_to(r: Reading, person: PersonRow) -> str | None:
    if person.moved_to_id is None:
        return None
    target = person_by_id(r, HOUSE, person.moved_to_id)
    return target.uri if target is not None and _may_name(person, target) else None


def _aliases(r: Reading, person: PersonRow) -> tuple[str, ...]:
    """The other accounts of a person, but for one of ours that wants to be seen less far."""
    ours = {uri for uri in person.also_known_as if uri.startswith(f"{r.site.base_url}/")}
    shown = {uri for uri in ours if _may_name(person, person_by_uri(r, HOUSE, uri))}
    return tuple(uri for uri in person.also_known_as if uri not in ours or uri in shown)


def _may_name(person: PersonRow, other: PersonRow | None) -> bool:
    """Whether a person's document may name another: nobody whose reach is shorter than its own."""
    return other is not None and not (other.is_local and narrows(person.reach, other.reach))
