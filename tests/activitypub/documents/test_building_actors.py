"""Our actors: everything other servers need, nothing a person did not give."""

from datetime import UTC, datetime

import pytest

from activitypub.documents.actor import Multikey, ProfileField, PublicKey, read_actor
from activitypub.documents.building import (
    ActorDraft,
    Capability,
    actor_of,
    collection_of,
    emoji_tag,
    hidden_collection_of,
    instance_actor_of,
    listing_of,
    note_of,
    page_of,
)
from activitypub.documents.building.notes import NoteDraft
from activitypub.documents.collection import read_collection
from activitypub.documents.jsonbytes import json_bytes, parse_document
from activitypub.documents.links import Picture
from activitypub.documents.names import AS_CONTEXT, PUBLIC
from activitypub.errors import DocumentError

ID = "https://ours.example/people/1"
KEY = PublicKey(f"{ID}#main-key", ID, "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n")
ED = Multikey(f"{ID}#ed25519-key", ID, "z6MkexampleExampleExample")
RFC9421 = Capability("https://datatracker.ietf.org/doc/html/rfc9421", "RFC-9421")


def draft(**changes):
    values = {
        "id": ID,
        "type": "Person",
        "preferred_username": "rustige_uil",
        "host": "ours.example",
        "inbox": f"{ID}/inbox",
        "outbox": f"{ID}/outbox",
        "public_keys": (KEY,),
        "multikeys": (ED,),
        **changes,
    }
    return ActorDraft(**values)


def test_a_careful_person_says_no_more_than_this():
    document = actor_of(draft(manually_approves_followers=True))
    assert {key: value for key, value in document.items() if key != "@context"} == {
        "id": ID,
        "type": "Person",
        "preferredUsername": "rustige_uil",
        "webfinger": "rustige_uil@ours.example",
        "inbox": f"{ID}/inbox",
        "outbox": f"{ID}/outbox",
        "publicKey": {"id": KEY.id, "owner": ID, "publicKeyPem": KEY.pem},
        "assertionMethod": [
            {
                "id": ED.id,
                "type": "Multikey",
                "controller": ID,
                "publicKeyMultibase": ED.multibase,
            }
        ],
        "manuallyApprovesFollowers": True,
        "discoverable": False,
        "indexable": False,
    }
    inline = document["@context"][1]
    assert document["@context"][0] == AS_CONTEXT
    assert {"sec", "toot", "publicKey", "Multikey", "webfinger", "discoverable"} <= set(inline)
    assert not {"featured", "movedTo", "PropertyValue"} & set(inline)


@pytest.mark.parametrize("kind", ["Person", "Organization", "Group", "Service", "Application"])
def test_an_actor_of_every_type_reads_back_the_same(kind):
    document = actor_of(
        draft(
            type=kind,
            name="Zorgwijs",
            summary="<p>Zorg</p>",
            url="https://ours.example/@zorgwijs",
            icon=Picture("https://ours.example/media/a.png", "image/png", "Logo"),
            image=Picture("https://ours.example/media/b.png", "image/png", None),
            shared_inbox="https://ours.example/inbox",
            followers=f"{ID}/followers",
            following=f"{ID}/following",
            featured=f"{ID}/featured",
            discoverable=True,
            indexable=True,
            suspended=True,
            memorial=True,
            also_known_as=("https://old.example/users/z",),
            moved_to="https://new.example/people/2",
            fields=(ProfileField("Plaats", "Utrecht"),),
            tags=(
                emoji_tag(
                    "zon",
                    Picture("https://ours.example/media/zon.png", "image/png", None),
                    emoji_id="https://ours.example/emoji/zon",
                ),
            ),
            published=datetime(2026, 11, 1, 15, 30, tzinfo=UTC),
            updated=datetime(2026, 11, 2, 15, 30, 5, tzinfo=UTC),
            attribution_domains=("zorgwijs.example",),
            capabilities=(RFC9421,),
        )
    )

    actor = read_actor(parse_document(json_bytes(document)))

    assert (actor.id, actor.type, actor.name, actor.summary) == (
        ID,
        kind,
        "Zorgwijs",
        "<p>Zorg</p>",
    )
    assert actor.webfinger == "rustige_uil@ours.example"
    assert actor.public_keys == (KEY,)
    assert actor.assertion_methods == (ED,)
    assert actor.icon == Picture("https://ours.example/media/a.png", "image/png", "Logo")
    assert actor.shared_inbox == "https://ours.example/inbox"
    assert (actor.followers, actor.following, actor.featured) == (
        f"{ID}/followers",
        f"{ID}/following",
        f"{ID}/featured",
    )
    assert (actor.discoverable, actor.indexable, actor.suspended, actor.memorial) == (True,) * 4
    assert actor.also_known_as == ("https://old.example/users/z",)
    assert actor.moved_to == "https://new.example/people/2"
    assert actor.fields == (ProfileField("Plaats", "Utrecht"),)
    assert [emoji.shortcode for emoji in actor.tags.emojis] == ["zon"]
    assert actor.published == datetime(2026, 11, 1, tzinfo=UTC)
    assert actor.updated == datetime(2026, 11, 2, 15, 30, 5, tzinfo=UTC)
    assert actor.attribution_domains == ("zorgwijs.example",)
    assert ("implements" in document) is (kind == "Application")
    if kind != "Application":
        assert actor.generator is not None
        assert actor.generator.implements == (RFC9421.href,)


def test_two_keys_are_an_array_and_one_is_an_object():
    second = PublicKey(f"{ID}#old-key", ID, "pem")
    assert isinstance(actor_of(draft())["publicKey"], dict)
    assert [
        key.id for key in read_actor(actor_of(draft(public_keys=(KEY, second)))).public_keys
    ] == [
        KEY.id,
        second.id,
    ]


def test_the_instance_actor_says_nothing_about_anybody():
    document = instance_actor_of(
        draft(
            type="Application",
            preferred_username="ours.example",
            url="https://ours.example/about",
            shared_inbox="https://ours.example/inbox",
            summary="not sent",
            icon=Picture("https://ours.example/media/a.png", "image/png", None),
            fields=(ProfileField("not", "sent"),),
            manually_approves_followers=True,
            capabilities=(RFC9421,),
        )
    )
    assert set(document) == {
        "@context", "id", "type", "preferredUsername", "webfinger", "url", "inbox", "outbox",
        "endpoints", "publicKey", "assertionMethod", "manuallyApprovesFollowers", "implements",
    }  # fmt: skip
    assert document["implements"] == [{"href": RFC9421.href, "name": RFC9421.name}]


def test_an_actor_that_nobody_could_verify_is_not_built():
    with pytest.raises(DocumentError, match="type"):
        actor_of(draft(type="Robot"))
    with pytest.raises(DocumentError, match="without a key"):
        actor_of(draft(public_keys=()))
    with pytest.raises(DocumentError, match="keys of its own"):
        actor_of(draft(public_keys=(PublicKey("https://a.example/#k", "https://a.example/", "x"),)))
    with pytest.raises(DocumentError, match="keys of its own"):
        instance_actor_of(
            draft(multikeys=(Multikey("https://a.example/#k", "https://a.example/", "z"),))
        )


def test_a_collection_points_to_its_first_page():
    document = collection_of(f"{ID}/outbox", first=f"{ID}/outbox?page=1", total_items=0, owner=ID)
    found = read_collection(document)
    assert (found.total_items, found.first, found.owner) == (0, f"{ID}/outbox?page=1", ID)
    assert not found.is_hidden


def test_a_hidden_collection_says_neither_who_nor_how_many():
    document = hidden_collection_of(f"{ID}/followers")
    assert set(document) == {"@context", "id", "type"}
    assert read_collection(document).is_hidden


def test_pages_chain_and_an_empty_page_is_still_a_page():
    page = read_collection(
        page_of(
            f"{ID}/outbox?page=2",
            part_of=f"{ID}/outbox",
            items=["https://ours.example/posts/1"],
            following=f"{ID}/outbox?page=3",
            previous=f"{ID}/outbox?page=1",
        )
    )
    assert (page.next, page.previous, page.part_of) == (
        f"{ID}/outbox?page=3",
        f"{ID}/outbox?page=1",
        f"{ID}/outbox",
    )
    assert page.items == ("https://ours.example/posts/1",)
    assert page_of(f"{ID}/outbox?page=9", part_of=f"{ID}/outbox", items=[])["orderedItems"] == []


def test_embedded_members_share_the_context_of_the_collection():
    note = note_of(
        NoteDraft(
            id="https://ours.example/posts/1",
            author=ID,
            to=(PUBLIC,),
            published=datetime(2026, 1, 1, tzinfo=UTC),
            content="x",
        )
    )
    document = listing_of(f"{ID}/featured", [note], owner=ID)
    assert "@context" not in document["orderedItems"][0]
    assert document["@context"][1] == {"sensitive": "as:sensitive"}
    assert document["totalItems"] == 1
    assert listing_of(f"{ID}/featured", [])["orderedItems"] == []
