"""What access decides without a database: scopes, redirect URIs, PKCE."""

import base64
import hashlib

import pytest

from server.access.oauth import rules

VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        (None, ("read",)),
        ("", ("read",)),
        ("None", ("read",)),
        ("read write follow push", ("read", "write", "follow", "push")),
        ("read+write", ("read", "write")),
        ("read read profile", ("read", "profile")),
        ("read:accounts write:media", ("read:accounts", "write:media")),
        ("admin:read", None),
        ("read all", None),
        ("READ", None),
    ],
)
def test_scopes_are_a_list_of_known_words(text, scopes):
    assert rules.scopes_in(text) == scopes


@pytest.mark.parametrize(
    ("asked", "granted", "fits"),
    [
        (("read",), ("read", "write"), True),
        (("read:accounts",), ("read",), True),
        (("read:follows",), ("follow",), True),
        (("profile",), ("read",), True),
        (("read",), ("read:accounts",), False),
        (("write",), ("read",), False),
        (("push",), ("read", "write"), False),
    ],
)
def test_a_parent_covers_its_children_and_nothing_else(asked, granted, fits):
    assert rules.are_within(asked, granted) is fits


@pytest.mark.parametrize(
    "uri",
    [
        "urn:ietf:wg:oauth:2.0:oob",
        "http://localhost:8080/",
        "http://127.0.0.1/callback",
        "https://client.example/cb?from=us",
        "mastodon-android-auth://callback",
        "oauth2redirect://com.client.example/",
        "com.client.example:/oauth",
    ],
)
def test_applications_return_to_the_addresses_that_clients_use(uri):
    assert rules.is_redirect_uri(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/callback",
        "client.example/cb",
        "https://",
        "https:///cb",
        "https://client.example/#part",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "urn:other",
        "https://client.example/a b",
        "https://client.example/\r\nX: y",
        "https://cli\u00ebnt.example/",
        "https://client.example/" + "x" * 2_048,
        "http://[broken",
    ],
)
def test_no_code_is_sent_to_an_unsafe_address(uri):
    assert not rules.is_redirect_uri(uri)


@pytest.mark.parametrize(
    ("uri", "whole"),
    [
        ("https://c.example/cb", "https://c.example/cb?code=1"),
        ("https://c.example/cb?a=b", "https://c.example/cb?a=b&code=1"),
        ("https://c.example/cb?", "https://c.example/cb?code=1"),
        ("app://callback", "app://callback?code=1"),
    ],
)
def test_an_answer_is_appended_with_the_right_sign(uri, whole):
    assert rules.with_query(uri, "code=1") == whole


def test_a_verifier_answers_its_own_challenge_only():
    assert rules.is_challenge(CHALLENGE)
    assert rules.answers_challenge(VERIFIER, CHALLENGE)
    assert rules.answers_challenge(None, None)
    assert not rules.answers_challenge(None, CHALLENGE)
    assert not rules.answers_challenge("w" * 43, CHALLENGE)
    assert not rules.answers_challenge(CHALLENGE, CHALLENGE)
    assert not rules.answers_challenge("v" * 42, CHALLENGE)
    assert not rules.is_challenge("short")


@pytest.mark.parametrize("text", ["True", "true", "1", "on"])
def test_python_and_others_say_yes(text):
    assert rules.is_yes(text)


@pytest.mark.parametrize("text", [None, "", "False", "false", "None", "0"])
def test_python_and_others_say_no(text):
    assert not rules.is_yes(text)
