"""What a raw request to an inbox is refused for, before any signature is looked at."""

from datetime import UTC, datetime

import pytest

from activitypub.documents.names import MAX_DOCUMENT_BYTES
from activitypub.errors import Refused
from activitypub.receiving.request import MAX_HEADERS, check_head, header_lines, inbox_request

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TYPE = ("Content-Type", "application/activity+json")


def refusal(*lines, body=b"{}"):
    with pytest.raises(Refused) as refused:
        inbox_request("/inbox", lines, body, received_at=NOW)
    return refused.value.status, refused.value.code


def test_a_request_is_kept_as_it_travelled():
    lines = [("Host", "ours.example"), TYPE, ("X-A", "1"), ("X-A", "2")]

    request = inbox_request("/inbox?a=%41", lines, b"{ }", received_at=NOW)

    assert request.method == "POST"
    assert request.path_and_query == "/inbox?a=%41"
    assert request.headers == tuple(lines)
    assert request.body == b"{ }"
    assert request.received_at == NOW


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/ld+json",
        "text/plain",
        "",
        'application/ld+json; profile="x"',
    ],
)
def test_only_activitypub_types_are_taken(content_type):
    assert refusal(("Content-Type", content_type)) == (415, "media_type")


def test_a_missing_type_is_refused():
    assert refusal() == (415, "media_type")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/activity+json; charset=utf-8",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
    ],
)
def test_both_spellings_of_the_type_are_taken(content_type):
    check_head([("content-type", content_type)])


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, identity"])
def test_a_compressed_body_is_refused(encoding):
    assert refusal(TYPE, ("Content-Encoding", encoding)) == (415, "content_encoding")


def test_no_encoding_may_be_said_aloud():
    check_head([TYPE, ("Content-Encoding", "identity")])


def test_a_body_over_one_mebibyte_is_refused_announced_or_not():
    assert refusal(TYPE, ("Content-Length", str(MAX_DOCUMENT_BYTES + 1))) == (413, "too_large")
    assert refusal(TYPE, ("Content-Length", "9" * 5000)) == (413, "too_large")
    assert refusal(TYPE, body=b"x" * (MAX_DOCUMENT_BYTES + 1)) == (413, "too_large")
    check_head([TYPE, ("Content-Length", str(MAX_DOCUMENT_BYTES))])


@pytest.mark.parametrize("length", ["-1", "x", "", "1.0", "²"])
def test_a_length_that_is_no_number_is_refused(length):
    assert refusal(TYPE, ("Content-Length", length)) == (400, "content_length")


def test_an_empty_body_is_refused():
    assert refusal(TYPE, body=b"") == (400, "empty")


@pytest.mark.parametrize("name", ["Host", "Date", "Content-Type", "content-length", "Digest"])
def test_a_decisive_header_may_not_occur_twice(name):
    assert refusal((name, "1"), (name.upper(), "2"), TYPE) == (400, "header_twice")


def test_a_flood_of_headers_is_refused():
    lines = [(f"X-{number}", "x") for number in range(MAX_HEADERS)]

    assert refusal(TYPE, *lines) == (400, "too_many_headers")


def test_header_bytes_that_are_no_text_survive():
    assert header_lines([(b"X-A", b"caf\xe9 \xc3\xa9")]) == [("X-A", "caf\udce9 é")]
