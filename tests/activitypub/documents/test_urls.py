"""One spelling for every URL, and a refusal for what has two readings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activitypub.documents.urls import (
    Origin,
    canonical_host,
    canonical_url,
    host_of,
    is_web_url,
    origin_of,
    same_origin,
    same_url,
)
from activitypub.errors import DocumentError


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example", "https://a.example/"),
        ("HTTPS://A.Example:443/People/1", "https://a.example/People/1"),
        ("http://a.example:80/x?y=1#z", "http://a.example/x?y=1#z"),
        ("https://a.example:8443/", "https://a.example:8443/"),
        ("https://a.example./x", "https://a.example/x"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://XN--BCHER-KVA.example/", "https://xn--bcher-kva.example/"),
        ("https://[2001:DB8:0::1]:443/a", "https://[2001:db8::1]/a"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a"),
        ("https://a.example/%7Eann", "https://a.example/%7Eann"),
        ("https://a.example:/x", "https://a.example/x"),
        ("https://under_score.example/", "https://under_score.example/"),
    ],
)
def test_a_url_has_one_canonical_spelling(url, expected):
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected
    assert same_url(url, expected)


def test_the_length_of_a_url_counts_in_bytes():
    start = "https://a.example/"
    assert is_web_url(start + "a" * (2048 - len(start)))
    assert not is_web_url(start + "a" * (2049 - len(start)))
    assert not is_web_url(start + "\u20ac" * 700)
    assert not is_web_url(start + "\ud800" * 700)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "//a.example/x",
        "acct:ann@a.example",
        "ftp://a.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https:///x",
        "https://user@a.example/",
        "https://user:pw@a.example/",
        "https://@a.example/",
        "https://a.example\\@b.example/",
        "https://a.example /x",
        "https://a.example/x y",
        "https://a.example/x\ny",
        "https://a.example/\u00a0",
        "https://a..example/",
        "https://.example/",
        "https://-a.example/",
        "https://a.example:99999/",
        "https://a.example:0/",
        "https://a.example:x/",
        "https://a%2eexample/",
        "https://a,b.example/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://127.1/",
        "https://127.0.0.01/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://[v1.x]/",
        "https://straße.example/",
        "https://ａ.example/",
        "https://a\u3002example/",
        "https://a\u200d.example/",
        "https://\u2100.example/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 130 + "example/",
        "https://a.example/" + "x" * 2048,
    ],
)
def test_what_can_be_read_in_two_ways_is_no_url(url):
    assert not is_web_url(url)
    assert not same_url(url, url)
    assert not same_origin(url, url)
    with pytest.raises(DocumentError):
        canonical_url(url)


def test_an_origin_is_scheme_host_and_port():
    assert origin_of("https://A.example/x") == Origin("https", "a.example", 443)
    assert same_origin("https://a.example/x", "https://a.example:443/y")
    assert not same_origin("https://a.example/x", "http://a.example/x")
    assert not same_origin("https://a.example/x", "https://a.example:444/x")
    assert not same_origin("https://a.example/x", "https://b.a.example/x")


def test_a_host_is_given_without_its_port():
    assert host_of("https://a.example:8443/x") == "a.example"
    assert canonical_host("A.EXAMPLE.") == "a.example"
    with pytest.raises(DocumentError):
        canonical_host("a.example/x")
    with pytest.raises(DocumentError):
        canonical_host("ann@a.example")


@given(st.text(max_size=60) | st.text(max_size=40).map("https://{}".format))
def test_any_text_is_a_url_or_it_is_not(text):
    if is_web_url(text):
        assert canonical_url(canonical_url(text)) == canonical_url(text)
        assert same_origin(text, canonical_url(text))
    else:
        with pytest.raises(DocumentError):
            origin_of(text)
