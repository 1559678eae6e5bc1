"""Whatever JSON arrives, a reader returns a value or raises DocumentError, and nothing else."""

from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activitypub.documents.activity import read_activity, read_embedded_activity
from activitypub.documents.actor import read_actor, read_multikeys, read_public_keys
from activitypub.documents.collection import item_id, read_collection
from activitypub.documents.context import context_for, has_activitystreams_context
from activitypub.documents.event import read_event
from activitypub.documents.interaction import interaction_policy_of
from activitypub.documents.jsonbytes import parse_document
from activitypub.documents.links import attachments_of, generator_of, links_of, picture_of, tags_of
from activitypub.documents.note import is_vote, read_note, visibility_of
from activitypub.documents.origin import require_owner_origin, trusted_object
from activitypub.documents.readable import readable_html
from activitypub.errors import DocumentError

CAPTURED = [
    path.read_bytes() for path in sorted((Path(__file__).parent / "captured").rglob("*.json"))
]


def words_in(value):
    if isinstance(value, dict):
        yield from value
        for member in value.values():
            yield from words_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from words_in(member)


WORDS = sorted({word for body in CAPTURED for word in words_in(orjson.loads(body))})
texts = st.text(max_size=12) | st.sampled_from(
    [
        "https://a.example/1", "https://b.example/2", "http://[::1/", "https://user@a.example/",
        "https://[v1.x]/", "as:Public", "2026-11-23T09:00:00Z", "0001-01-01T00:00:00+23:59",
        "PT1H2M", "PT.S", "PT1e9H", "Note", "Event", "Person", "Create", "Question", "Mention",
        "Hashtag", "Emoji", "Link", "PropertyValue", "Place", "VirtualLocation", "Multikey",
        "OrderedCollectionPage", "text/html", "text/markdown", "text/", "nl", "#", "@", "a@b@c",
        "::", "1e999", "-0", "٣", "\0", "\u202e",
    ]
)  # fmt: skip
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | texts
    | st.sampled_from([2**63, -1, 10**400, float("nan"), float("inf"), 1e308])
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=6), inner, max_size=6)
    ),
    max_leaves=25,
)
documents = st.dictionaries(st.sampled_from(WORDS), anything, max_size=12)


def read_everything(document):
    """Every reader over one document; returns what came out."""
    found = []
    for read in (read_actor, read_note, read_event, read_activity, read_collection):
        with suppress(DocumentError):
            found.append(read(document))
    found += [read_public_keys(document), read_multikeys(document), trusted_object(document)]
    with suppress(DocumentError):
        require_owner_origin(document)
    with suppress(DocumentError):
        note = read_note(document)
        found += [readable_html(note), visibility_of(note, followers=None), is_vote(note)]
    has_activitystreams_context(document)
    context_for(document)
    return found


def assert_bounded(value):
    """No text over the largest limit, no text that a database cannot hold, no naive surprises."""
    if is_dataclass(value):
        for field in fields(value):
            if field.name not in {
                "document",
                "extensions",
                "embedded",
                "result",
                "items",
                "first_page",
            }:
                assert_bounded(getattr(value, field.name))
    elif isinstance(value, tuple):
        assert len(value) <= 1000
        for member in value:
            assert_bounded(member)
    elif isinstance(value, str):
        assert len(value) <= 200_000
        assert "\0" not in value


@settings(max_examples=300, deadline=None)
@given(documents)
def test_a_document_of_arbitrary_properties_is_read_or_refused(document):
    for found in read_everything(document):
        assert_bounded(found)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(CAPTURED), st.data())
def test_a_real_document_with_a_broken_property_is_read_or_refused(body, data):
    document = parse_document(body)
    target = document
    if isinstance(document.get("object"), dict) and data.draw(st.booleans()):
        target = document["object"]
    key = data.draw(st.sampled_from(sorted(target)))
    target[key] = data.draw(anything)

    for found in read_everything(document) + read_everything(target):
        assert_bounded(found)


@settings(max_examples=300, deadline=None)
@given(anything)
def test_a_property_of_any_shape_is_read(value):
    assert_bounded(links_of(value))
    assert_bounded(attachments_of(value))
    assert_bounded(tags_of(value))
    assert_bounded(picture_of(value))
    assert_bounded(generator_of(value))
    assert_bounded(interaction_policy_of(value))
    assert_bounded(read_embedded_activity(value))
    if isinstance(value, str | dict):
        assert_bounded(item_id(value))


@pytest.mark.parametrize("depth", [10, 49])
def test_deep_links_are_followed_only_so_far(depth):
    value = "https://a.example/"
    for _ in range(depth):
        value = [value]
    assert links_of(value) == ()


def test_long_lists_and_texts_are_cut():
    document = {
        "id": "https://a.example/1",
        "type": "Note",
        "attributedTo": "https://a.example/ann",
        "content": "x" * 300_000,
        "to": [f"https://a.example/{n}" for n in range(3000)],
        "tag": [{"type": "Hashtag", "name": f"#t{n}"} for n in range(3000)],
        "attachment": [{"type": "Image", "url": f"https://a.example/{n}.png"} for n in range(3000)],
        **{f"x:{n}": n for n in range(3000)},
    }
    note = read_note(document)
    assert len(note.content.text) == 200_000
    assert (len(note.to), len(note.tags.hashtags), len(note.attachments)) == (1000, 200, 32)
    assert len(note.extensions) == 50
