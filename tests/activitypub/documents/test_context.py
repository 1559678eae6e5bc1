"""The context is looked at, never loaded; ours is inline and no larger than needed."""

from datetime import UTC, datetime, timedelta

import pytest

from activitypub.documents import building
from activitypub.documents.actor import Multikey, ProfileField, PublicKey
from activitypub.documents.building import NoteDraft
from activitypub.documents.context import (
    PROOF_TERMS,
    context_for,
    has_activitystreams_context,
    require_activitystreams_context,
    with_context,
    without_context,
)
from activitypub.documents.event import Address, Place
from activitypub.documents.links import Picture
from activitypub.documents.names import AS_CONTEXT, PUBLIC
from activitypub.errors import DocumentError


@pytest.mark.parametrize(
    "context",
    [
        AS_CONTEXT,
        [AS_CONTEXT],
        ["https://x.example/ctx", AS_CONTEXT, {"a": "b"}],
        f"{AS_CONTEXT}#",
        "http://www.w3.org/ns/activitystreams",
    ],
)
def test_activitystreams_is_found(context):
    assert has_activitystreams_context({"@context": context})


@pytest.mark.parametrize(
    "context", [None, [], {}, {"@vocab": AS_CONTEXT}, "https://x.example/", 5, [[AS_CONTEXT]]]
)
def test_a_document_that_is_something_else_is_refused(context):
    with pytest.raises(DocumentError, match="@context"):
        require_activitystreams_context({"@context": context})


def test_a_plain_document_needs_activitystreams_alone():
    assert context_for({"type": "Note", "content": "x", "contentMap": {"value": "x"}}) == [
        AS_CONTEXT
    ]


def test_terms_come_with_their_prefixes_and_only_when_used():
    document = {
        "type": "Note",
        "sensitive": False,
        "tag": [{"type": "Hashtag", "name": "#x"}],
        "svept:posting": {"type": "sdo:JobPosting", "sdo:title": "x"},
        "attachment": [{"type": "Image", "blurhash": "x"}],
    }
    assert context_for(document) == [
        AS_CONTEXT,
        {
            "sdo": "https://schema.org/",
            "svept": "https://w3id.org/meshwork/v1#",
            "toot": "http://joinmastodon.org/ns#",
            "Hashtag": "as:Hashtag",
            "sensitive": "as:sensitive",
            "blurhash": "toot:blurhash",
        },
    ]


def test_a_proof_that_is_still_to_come_has_its_terms():
    inline = context_for({"type": "Create"}, also=PROOF_TERMS)[1]
    assert isinstance(inline, dict)
    assert set(PROOF_TERMS) <= set(inline)
    assert {"sec", "xsd"} <= set(inline)


def test_the_context_stands_first_and_is_replaced():
    document = with_context({"type": "Note", "@context": "https://x.example/"})
    assert list(document) == ["@context", "type"]
    assert document["@context"] == [AS_CONTEXT]
    assert without_context(document) == {"type": "Note"}


ACTIVITYSTREAMS_TERMS = frozenset(
    [
        "@context",
        "id",
        "type",
        "actor",
        "attachment",
        "attributedTo",
        "audience",
        "bcc",
        "bto",
        "cc",
        "content",
        "contentMap",
        "context",
        "deleted",
        "duration",
        "endTime",
        "endpoints",
        "first",
        "followers",
        "following",
        "formerType",
        "generator",
        "height",
        "href",
        "icon",
        "image",
        "inReplyTo",
        "inbox",
        "items",
        "last",
        "latitude",
        "likes",
        "location",
        "longitude",
        "mediaType",
        "name",
        "nameMap",
        "next",
        "object",
        "oneOf",
        "anyOf",
        "closed",
        "orderedItems",
        "outbox",
        "partOf",
        "preferredUsername",
        "prev",
        "published",
        "rel",
        "replies",
        "result",
        "sharedInbox",
        "shares",
        "startTime",
        "summary",
        "summaryMap",
        "tag",
        "target",
        "to",
        "totalItems",
        "updated",
        "url",
        "width",
    ]
)


def undefined_in(value, known):
    """Keys without a meaning, at any depth."""
    if isinstance(value, dict):
        here = {key for key in value if key not in known and key.partition(":")[0] not in known}
        nested = (undefined_in(member, known) for key, member in value.items() if key[-3:] != "Map")
        return here.union(*nested)
    if isinstance(value, list):
        return set().union(*(undefined_in(member, known) for member in value))
    return set()


def full_documents():
    """One of each of our documents, with everything in it."""
    author = "https://ours.example/people/1"
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    picture = Picture("https://ours.example/a.png", "image/png", "A")
    post = NoteDraft(
        id="https://ours.example/posts/1", author=author, to=(PUBLIC,), cc=(author,), published=at,
        content="x", language="nl", audience=(author,), url=author, updated=at, summary="s",
        in_reply_to=author, context=author, conversation=author, end_time=at,
        tags=(building.hashtag_tag("x", author), building.mention_tag(author, "@x"),
              building.emoji_tag("x", picture, emoji_id=author), building.object_tag(author, "x")),
        page=building.PageLink(author, "x"), replies=author, likes=author, shares=author,
        files=(building.MediaFile(author, "image/png", "x", "h", 1, 1, (0.0, 0.0)),),
        may_quote=(), may_reply=(),
        extensions={"svept:posting": {"type": "sdo:Event", "sdo:name": "x"}},
    )  # fmt: skip
    address = Address("a", "b", "c", "d", "e")
    event = building.EventDraft(
        post=post, name="x", start=at, end=at + timedelta(hours=1), timezone="UTC", category="x",
        location=Place(author, "x", address, None, 1.0, 1.0), participation_url=author,
        maximum_attendees=1,
    )  # fmt: skip
    actor = building.ActorDraft(
        id=author, type="Group", preferred_username="x", host="ours.example", inbox=author,
        outbox=author, public_keys=(PublicKey(author, author, "x"),), shared_inbox=author,
        multikeys=(Multikey(author, author, "z"),), name="x", summary="x", url=author, icon=picture,
        image=picture, followers=author, following=author, featured=author, suspended=True,
        memorial=True, also_known_as=(author,), moved_to=author, published=at, updated=at,
        fields=(ProfileField("x", "y"),), attribution_domains=("a.example",),
        capabilities=(building.Capability(author, "x"),),
    )  # fmt: skip
    poll = building.PollDraft(options=(("a", 1), ("b", 2)), ends_at=at, closed_at=at)
    return [
        building.note_of(post),
        building.question_of(post, poll),
        building.event_of(event),
        building.actor_of(actor),
        building.instance_actor_of(actor),
        building.tombstone_of(author, former_type="Note", deleted=at),
        building.create_of(building.event_of(event), activity_id=author),
        building.page_of(author, part_of=author, items=[building.note_of(post)]),
    ]


@pytest.mark.parametrize("document", full_documents(), ids=lambda document: document["type"])
def test_every_word_of_ours_is_defined_by_the_inline_context(document):
    inline = document["@context"][1] if len(document["@context"]) > 1 else {}

    assert undefined_in(without_context(document), ACTIVITYSTREAMS_TERMS | set(inline)) == set()


@pytest.mark.parametrize("document", full_documents(), ids=lambda document: document["type"])
def test_every_prefix_of_the_inline_context_is_used_and_defined(document):
    inline = document["@context"][1] if len(document["@context"]) > 1 else {}
    meanings = [text for meaning in inline.values()
                for text in (meaning.values() if isinstance(meaning, dict) else [meaning])]  # fmt: skip
    prefixes = {text.partition(":")[0] for text in meanings} - {"@id", "@list", "@set", "@vocab"}

    assert prefixes <= set(inline) | {"as", "http", "https"}
