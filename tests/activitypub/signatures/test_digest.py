"""Digests: made, compared, and refused when they cannot be read in one way only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activitypub.errors import DigestMismatch, MalformedSignature, UnsupportedAlgorithm
from activitypub.signatures.digest import (
    check_content_digest,
    check_digest,
    content_digest_header,
    digest_header,
)

HELLO = b'{"hello": "world"}\n'
SHA256 = "RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg="  # RFC 9530, appendix B.1


def test_the_example_of_rfc_9530_comes_out():
    assert content_digest_header(HELLO) == f"sha-256=:{SHA256}:"
    assert digest_header(HELLO) == f"SHA-256={SHA256}"


@given(st.binary(max_size=300), st.binary(min_size=1, max_size=5))
def test_a_digest_holds_for_its_bytes_only(body, more):
    check_digest(digest_header(body), body)
    for algorithm in ("sha-256", "sha-512"):
        check_content_digest(content_digest_header(body, algorithm=algorithm), body)
    with pytest.raises(DigestMismatch):
        check_digest(digest_header(body), body + more)
    with pytest.raises(DigestMismatch):
        check_content_digest(content_digest_header(body, algorithm="sha-512"), body + more)


@pytest.mark.parametrize(
    "value",
    [
        f"sha-256={SHA256}",
        f"SHA-256={SHA256}, unixsum=30637",
        f" ADLER32=03da0195,Sha-256={SHA256} ",
    ],
)
def test_the_name_may_be_in_any_case_and_unknown_ones_are_passed_over(value):
    check_digest(value, HELLO)


@pytest.mark.parametrize("value", ["MD5=Sd/dVLAcvNLSq16eXua5uQ==", "SHA=AAAA", "none="])
def test_unknown_digests_alone_are_refused(value):
    with pytest.raises(UnsupportedAlgorithm):
        check_digest(value, HELLO)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "SHA-256",
        f"SHA-256={SHA256},",
        f"SHA-256={SHA256},sha-256={SHA256}",
        "SHA-256=%%%",
        "SHA-256=AAA",
        f"SHA-256={SHA256[:20]} {SHA256[20:]}",
        "SHA-256=é",
    ],
)
def test_a_digest_that_cannot_be_read_is_refused(value):
    with pytest.raises(MalformedSignature):
        check_digest(value, HELLO)


@pytest.mark.parametrize("value", ["SHA-256=", "SHA-256=AAAA"])
def test_an_empty_or_short_digest_does_not_match(value):
    with pytest.raises(DigestMismatch):
        check_digest(value, HELLO)


def test_every_known_digest_has_to_match():
    right, wrong = content_digest_header(HELLO), content_digest_header(b"", algorithm="sha-512")
    with pytest.raises(DigestMismatch):
        check_content_digest(f"{right}, {wrong}", HELLO)
    check_content_digest(
        f"{right}, md5=:AAAA:, {content_digest_header(HELLO, algorithm='sha-512')}", HELLO
    )


@pytest.mark.parametrize(
    "value",
    [
        "",
        f"SHA-256=:{SHA256}:",
        f"sha-256={SHA256}",
        f'sha-256="{SHA256}"',
        "sha-256",
        f"sha-256=(:{SHA256}:)",
        f"sha-256=:{SHA256}:, sha-256=:{SHA256}:",
        "sha-256=:%:",
        "sha-256=:é:",
    ],
)
def test_a_content_digest_that_cannot_be_read_is_refused(value):
    with pytest.raises(MalformedSignature):
        check_content_digest(value, HELLO)


def test_unknown_content_digests_alone_are_refused():
    with pytest.raises(UnsupportedAlgorithm):
        check_content_digest("md5=:AAAA:", HELLO)
