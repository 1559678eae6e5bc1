"""The smaller readers' refusals and edges."""

import pytest

from activitypub.documents.activity import read_activity, read_embedded_activity
from activitypub.documents.actor import read_actor, read_multikeys, read_public_keys
from activitypub.documents.collection import read_collection
from activitypub.documents.event import Place, read_event
from activitypub.documents.note import read_note
from activitypub.documents.readable import html_of_plain_text
from activitypub.errors import DocumentError, UnknownActivity

ID = "https://a.example/1"
ANN = "https://a.example/ann"


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"type": "Create", "actor": ANN}, "no id"),
        ({"id": ID, "type": "Note", "actor": ANN}, "not an activity"),
        ({"id": ID, "type": "Create"}, "no actor"),
        ({"id": ID, "type": "Create", "actor": [ANN, "https://a.example/bob"]}, "more than one"),
        ({"id": ID, "type": "Create", "actor": "acct:ann@a.example"}, "no actor"),
    ],
)
def test_an_activity_without_its_essentials_is_refused(document, why):
    with pytest.raises(DocumentError, match=why):
        read_activity(document)


def test_an_activity_of_an_unknown_type_is_told_apart_from_nonsense():
    with pytest.raises(UnknownActivity):
        read_activity({"id": ID, "type": "Bite", "actor": ANN})
    for nonsense in ({"id": ID, "type": "Bite"}, {"id": ID, "actor": ANN}, {"type": "Bite"}):
        with pytest.raises(DocumentError) as raised:
            read_activity(nonsense)
        assert not isinstance(raised.value, UnknownActivity)


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"type": "Person", "inbox": ANN}, "no id"),
        ({"id": ANN, "type": "Note", "inbox": ANN}, "not an actor"),
        ({"id": ANN, "type": "Person"}, "no inbox"),
    ],
)
def test_an_actor_without_its_essentials_is_refused(document, why):
    with pytest.raises(DocumentError, match=why):
        read_actor(document)


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"type": "Note", "attributedTo": ANN}, "no id"),
        ({"id": ID, "type": "Tombstone", "attributedTo": ANN}, "not a post"),
        ({"id": ID, "type": "Note"}, "no author"),
    ],
)
def test_a_post_without_its_essentials_is_refused(document, why):
    with pytest.raises(DocumentError, match=why):
        read_note(document)


def test_collections_and_events_are_told_from_other_things():
    with pytest.raises(DocumentError, match="not a collection"):
        read_collection({"id": ID, "type": "Note"})
    with pytest.raises(DocumentError, match="no id"):
        read_collection({"type": "Collection"})
    with pytest.raises(DocumentError, match="not an event"):
        read_event({"id": ID, "type": "Note"})


def test_an_embedded_page_takes_the_id_of_its_collection():
    page = read_collection({"type": "CollectionPage", "partOf": ID, "items": [ANN, 5, "nonsense"]})
    assert (page.id, page.items) == (ID, (ANN,))
    outer = read_collection({"id": ID, "type": "Collection", "first": {"type": "CollectionPage"}})
    assert outer.first is None
    assert outer.first_page == {"type": "CollectionPage"}


def test_only_so_many_items_are_read():
    items = [f"https://a.example/{n}" for n in range(50)]
    assert (
        len(read_collection({"id": ID, "type": "Collection", "items": items}, limit=7).items) == 7
    )


def test_a_handle_with_odd_characters_is_no_handle():
    actor = {"id": ANN, "type": "Person", "inbox": f"{ANN}/inbox"}
    assert read_actor({**actor, "preferredUsername": "a@b"}).preferred_username is None
    assert read_actor({**actor, "preferredUsername": "an.n-_1"}).preferred_username == "an.n-_1"
    assert read_actor({**actor, "webfinger": "ann@A.EXAMPLE"}).webfinger == "ann@a.example"
    for odd in ("ann", "@", "a@b@c.example", "ann@a.example/x", 5, "ann@ a.example"):
        assert read_actor({**actor, "webfinger": odd}).webfinger is None


def test_a_key_needs_an_id_an_owner_and_its_text():
    whole = {"id": f"{ANN}#k", "owner": ANN, "publicKeyPem": "pem"}
    assert [key.id for key in read_public_keys({"publicKey": whole})] == [f"{ANN}#k"]
    assert [key.id for key in read_public_keys(whole)] == [f"{ANN}#k"]
    for missing in whole:
        assert read_public_keys({"publicKey": {**whole, missing: None}}) == ()
    assert read_public_keys({"publicKey": f"{ANN}#k"}) == ()
    assert len(read_public_keys({"publicKey": [whole] * 50})) == 10


def test_a_multikey_needs_its_type_and_controller():
    whole = {"id": f"{ANN}#k", "type": "Multikey", "controller": ANN, "publicKeyMultibase": "z6"}
    assert [key.multibase for key in read_multikeys({"assertionMethod": [whole]})] == ["z6"]
    assert [key.multibase for key in read_multikeys(whole)] == ["z6"]
    for missing in whole:
        assert read_multikeys({"assertionMethod": [{**whole, missing: None}]}) == ()


def test_an_activity_inside_may_be_an_id_or_nothing():
    bare = read_embedded_activity(ID)
    assert bare is not None
    assert (bare.id, bare.type) == (ID, None)
    nameless = read_embedded_activity({"type": "Follow", "actor": ANN, "object": ID})
    assert nameless is not None
    assert (nameless.id, nameless.type, nameless.object_id) == (None, "Follow", ID)
    assert read_embedded_activity({"type": "Note", "id": ID}) is None
    assert read_embedded_activity(5) is None


def test_a_relay_follows_the_public_collection():
    follow = {"id": ID, "type": "Follow", "actor": ANN}
    assert read_activity({**follow, "object": "as:Public"}).object_is_public
    assert not read_activity({**follow, "object": ANN}).object_is_public


def test_an_event_drops_what_cannot_be_true():
    event = read_event(
        {
            "type": "Event",
            "startTime": "2026-01-02T00:00:00Z",
            "endTime": "2026-01-01T00:00:00Z",
            "timezone": "../../etc/passwd",
            "eventStatus": "https://w3id.org/fep/8a8e/EventCancelled",
            "location": ["Town hall", {"type": "Place", "latitude": 999, "name": "X"}, {}, 5],
            "externalParticipationUrl": "javascript:alert(1)",
            "maximumAttendeeCapacity": -3,
            "repliesModerationOption": "closed",
        }
    )
    assert (event.end, event.timezone, event.status) == (None, None, "cancelled")
    assert [at.name for at in event.locations if isinstance(at, Place)] == ["Town hall", "X"]
    assert (event.participation_url, event.maximum_attendees) == (None, None)
    assert not event.comments_enabled


def test_plain_text_becomes_escaped_paragraphs():
    assert (
        html_of_plain_text("a <b>\r\nc\n\n\n\nd & e") == "<p>a &lt;b&gt;<br>c</p><p>d &amp; e</p>"
    )
    assert html_of_plain_text(" \n\n ") == ""
