"""Handles and resources in the spellings that people and servers use."""

import pytest

from activitypub.discovery.handles import (
    ByUrl,
    Handle,
    canonical_authority,
    parse_handle,
    parse_resource,
    resource_query,
)
from activitypub.errors import DocumentError


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("ann", Handle("ann", None)),
        ("@ann", Handle("ann", None)),
        (" ann@social.example ", Handle("ann", "social.example")),
        ("@Ann@Social.Example.", Handle("Ann", "social.example")),
        ("acct:ann@social.example", Handle("ann", "social.example")),
        ("acct:@ann@social.example", Handle("ann", "social.example")),
        ("blog.example@blog.example", Handle("blog.example", "blog.example")),
        ("ann@bücher.example", Handle("ann", "xn--bcher-kva.example")),
        ("ann@localhost:8081", Handle("ann", "localhost:8081")),
        ("ann@social.example:443", Handle("ann", "social.example")),
        ("a_n-n.b~c+d@social.example", Handle("a_n-n.b~c+d", "social.example")),
    ],
)
def test_handles_are_read_in_every_spelling(text, handle):
    assert parse_handle(text) == handle


@pytest.mark.parametrize(
    "text",
    ["", "@", "@@", "@ann@", "ann@@host.example", "ann@b@c.example", "ann b@c.example", "ann@c d.example",
     "ann@host.example/x", "ann@host.example?x", "ann@host.example#x", "-ann@host.example", "änn@host.example",
     "ann%40@host.example", "ann@127.1", "a" * 400, "https://host.example/@ann", "ann\0@host.example"],
)  # fmt: skip
def test_what_is_no_handle_is_refused(text):
    with pytest.raises(DocumentError):
        parse_handle(text)


def test_a_handle_shows_itself_in_its_spellings():
    handle = Handle("ann", "social.example")

    assert handle.text == "ann@social.example"
    assert handle.acct == "acct:ann@social.example"
    assert Handle("ann", None).text == "ann"
    assert handle.same_as(Handle("ANN", "social.example"))
    assert not handle.same_as(Handle("ann", "other.example"))
    assert resource_query(handle.acct) == "acct%3Aann%40social.example"


def test_resources_are_accounts_or_urls():
    assert parse_resource("acct:ann@social.example") == Handle("ann", "social.example")
    assert parse_resource("ann@social.example") == Handle("ann", "social.example")
    assert parse_resource("https://social.example/@ann") == ByUrl("https://social.example/@ann")
    assert not ByUrl("https://social.example/@ann").is_server
    assert ByUrl("https://social.example/").is_server
    assert ByUrl("https://social.example").is_server


@pytest.mark.parametrize("text", ["", "ann", "mailto:ann", "ftp://social.example/", "https://a b/"])
def test_other_resources_are_refused(text):
    with pytest.raises(DocumentError):
        parse_resource(text)


def test_authorities_lose_only_the_port_of_https():
    assert canonical_authority("Social.Example:443") == "social.example"
    assert canonical_authority("social.example:80") == "social.example:80"
    with pytest.raises(DocumentError):
        canonical_authority("social.example/x")
