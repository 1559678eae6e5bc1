"""The two questions about the protocol's own words."""

import pytest

from activitypub.documents.names import ACCEPT, PUBLIC, is_activity_media_type, is_public


@pytest.mark.parametrize(
    "header",
    [
        "application/activity+json",
        "application/activity+json; charset=utf-8",
        "Application/Activity+JSON",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
        'application/ld+json;charset=utf-8;profile="https://www.w3.org/ns/activitystreams"',
        'application/ld+json; profile="https://a.example/x https://www.w3.org/ns/activitystreams"',
        "application/ld+json; profile=https://www.w3.org/ns/activitystreams",
    ],
)
def test_a_media_type_of_activitypub_is_known(header):
    assert is_activity_media_type(header)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "application/json",
        "application/ld+json",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams#evil"',
        "text/html; x=application/activity+json",
        "image/png",
        "application/activity+jsonp",
        "application/ld+json; profile*=utf-8''x",
        "application/ld+json; profile*0=a; profile*=b",
        "application/ld+json; profile*=\xe9''\udc80",
        "x" * 5000,
    ],
)
def test_any_other_media_type_is_refused(header):
    assert not is_activity_media_type(header)


def test_what_we_ask_for_names_both_media_types():
    assert all(is_activity_media_type(part) for part in ACCEPT.split(", "))


def test_the_public_collection_has_three_spellings():
    assert [is_public(name) for name in (PUBLIC, "as:Public", "Public")] == [True] * 3
    assert not is_public("https://www.w3.org/ns/activitystreams#public")
