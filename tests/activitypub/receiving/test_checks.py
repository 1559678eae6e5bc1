"""Who may do what, as far as the activity itself can tell."""

import pytest

from activitypub.documents.activity import read_activity
from activitypub.errors import Refused
from activitypub.receiving.checks import check_activity

ANN = "https://a.example/people/1"
NOTE = {"id": "https://a.example/posts/1", "type": "Note", "attributedTo": ANN}
EVE = "https://evil.example/people/1"


def activity(kind, obj, **fields):
    return read_activity(
        {
            "id": "https://a.example/activities/1",
            "type": kind,
            "actor": ANN,
            "object": obj,
            **fields,
        }
    )


ALLOWED = [
    ("Create", NOTE),
    ("Create", {**NOTE, "id": "https://evil.example/posts/1", "attributedTo": EVE}),
    ("Announce", "https://evil.example/posts/1"),
    ("Like", "https://evil.example/posts/1"),
    ("Follow", EVE),
    ("Update", NOTE),
    ("Update", "https://a.example/posts/1"),
    ("Update", {"id": ANN, "type": "Person", "inbox": f"{ANN}/inbox"}),
    ("Update", {**NOTE, "attributedTo": [ANN, "https://a.example/groups/1"]}),
    ("Delete", "https://a.example/posts/1"),
    ("Delete", {"id": "https://a.example/posts/1", "type": "Tombstone"}),
    ("Delete", ANN),
    ("Undo", "https://a.example/activities/0"),
    (
        "Undo",
        {"id": "https://a.example/activities/0", "type": "Follow", "actor": ANN, "object": EVE},
    ),
    ("Undo", {"type": "Like", "actor": ANN, "object": "https://evil.example/posts/1"}),
    ("Undo", {"id": "https://a.example/bites/1", "type": "Bite", "actor": ANN}),
    ("Accept", "https://evil.example/activities/follow"),
    ("Accept", {"id": "https://evil.example/f", "type": "Follow", "actor": EVE, "object": ANN}),
    ("Accept", {"id": "https://evil.example/f", "type": "Follow"}),
    ("Reject", {"type": "Follow", "actor": EVE, "object": ANN}),
    (
        "Accept",
        {
            "id": "https://b.example/j",
            "type": "Join",
            "actor": EVE,
            "object": "https://a.example/e",
        },
    ),
]

REFUSED = [
    ("Update", {**NOTE, "attributedTo": EVE}),
    ("Update", {**NOTE, "attributedTo": "https://a.example/people/2"}),
    ("Update", {**NOTE, "id": "https://evil.example/posts/1"}),
    ("Update", {"type": "Note", "attributedTo": ANN}),
    ("Update", {"id": EVE, "type": "Person", "inbox": f"{EVE}/inbox"}),
    ("Update", "https://evil.example/posts/1"),
    ("Update", None),
    ("Delete", "https://evil.example/posts/1"),
    ("Delete", ["https://a.example/posts/1", "https://evil.example/posts/1"]),
    ("Delete", {"type": "Tombstone"}),
    ("Delete", None),
    ("Undo", "https://evil.example/activities/0"),
    ("Undo", {"id": "https://evil.example/f", "type": "Follow", "actor": ANN, "object": EVE}),
    ("Undo", {"id": "https://a.example/f", "type": "Follow", "actor": EVE, "object": ANN}),
    (
        "Undo",
        {"id": "https://a.example/f", "type": "Follow", "actor": "https://a.example/people/2"},
    ),
    ("Undo", {"type": "Follow", "object": EVE}),
    ("Undo", {"id": "https://evil.example/bites/1", "type": "Bite", "actor": EVE}),
    ("Undo", {"id": "https://a.example/posts/1", "type": "Note"}),
    ("Undo", None),
    ("Accept", {"id": "https://a.example/f", "type": "Follow", "actor": ANN, "object": EVE}),
    ("Reject", {"id": "https://a.example/f", "type": "Follow", "actor": ANN, "object": EVE}),
    ("Accept", None),
]


@pytest.mark.parametrize(("kind", "obj"), ALLOWED)
def test_what_the_actor_may_do_passes(kind, obj):
    assert check_activity(activity(kind, obj)) is None


@pytest.mark.parametrize(("kind", "obj"), REFUSED)
def test_what_belongs_to_another_is_refused(kind, obj):
    with pytest.raises(Refused) as refused:
        check_activity(activity(kind, obj))
    assert (refused.value.status, refused.value.code) == (403, "not_owner")


def test_one_moves_oneself_and_to_somewhere():
    check_activity(activity("Move", ANN, target="https://b.example/people/9"))

    for obj, fields in ((EVE, {"target": ANN}), (ANN, {}), (None, {"target": EVE})):
        with pytest.raises(Refused):
            check_activity(activity("Move", obj, **fields))


@pytest.mark.parametrize("kind", ["Add", "Remove"])
def test_collections_are_changed_by_their_owner(kind):
    check_activity(activity(kind, "https://evil.example/posts/1", target=f"{ANN}/featured"))

    for fields in ({"target": f"{EVE}/featured"}, {}):
        with pytest.raises(Refused):
            check_activity(activity(kind, "https://a.example/posts/1", **fields))


@pytest.mark.parametrize(
    "identifier",
    [
        "https://evil.example/activities/1",
        "https://a.example:8443/x",
        "http://a.example/x",
        "https://a.example.evil.example/x",
    ],
)
def test_an_id_on_another_origin_is_refused(identifier):
    with pytest.raises(Refused) as refused:
        check_activity(activity("Like", "https://b.example/1", id=identifier))
    assert (refused.value.status, refused.value.code) == (400, "foreign_id")
