"""Who an activity is for, and what is taken out before it is sent."""

import pytest

from activitypub.delivery.audience import Publicity, audience_in, without_blind_recipients
from activitypub.documents.names import PUBLIC

ANN = "https://a.example/people/1"
BEN = "https://b.example/people/2"
FOLLOWERS = f"{ANN}/followers"


@pytest.mark.parametrize(
    ("fields", "publicity"),
    [
        ({"to": PUBLIC}, Publicity.LISTED),
        ({"to": ["as:Public"], "cc": [FOLLOWERS]}, Publicity.LISTED),
        ({"to": [FOLLOWERS], "cc": "Public"}, Publicity.UNLISTED),
        ({"to": [FOLLOWERS], "audience": PUBLIC}, Publicity.UNLISTED),
        ({"to": [FOLLOWERS]}, Publicity.NOT_PUBLIC),
        ({"bto": PUBLIC}, Publicity.NOT_PUBLIC),
        ({}, Publicity.NOT_PUBLIC),
        ({"to": 7, "cc": None}, Publicity.NOT_PUBLIC),
    ],
)
def test_publicity_is_where_public_stands(fields, publicity):
    audience = audience_in({"type": "Create", **fields})

    assert audience.publicity is publicity
    assert audience.is_public == (publicity is not Publicity.NOT_PUBLIC)


def test_everybody_addressed_counts_once_and_public_does_not():
    activity = {
        "type": "Create",
        "to": [PUBLIC, ANN],
        "cc": {"id": FOLLOWERS},
        "bto": BEN,
        "bcc": ["https://c.example/people/3", ANN],
        "object": {"type": "Note", "to": [BEN], "cc": ["https://d.example/people/4"]},
    }

    assert audience_in(activity).addressees == (
        ANN,
        FOLLOWERS,
        BEN,
        "https://c.example/people/3",
        "https://d.example/people/4",
    )


def test_blind_recipients_are_taken_out_at_every_depth_and_nothing_else_is():
    inner = {"type": "Note", "bto": BEN, "content": "x", "to": [ANN]}
    activity = {
        "type": "Create",
        "bcc": [BEN],
        "to": [ANN],
        "object": [inner, "https://a.example/posts/1"],
        "result": {"object": inner},
    }

    sent = without_blind_recipients(activity)

    assert sent == {
        "type": "Create",
        "to": [ANN],
        "object": [{"type": "Note", "content": "x", "to": [ANN]}, "https://a.example/posts/1"],
        "result": {"object": {"type": "Note", "content": "x", "to": [ANN]}},
    }
    assert activity["bcc"] == [BEN]
