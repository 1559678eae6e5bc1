"""What a signature has to cover, and that all that it covers matches."""

import pytest

from activitypub.errors import (
    DigestMismatch,
    InvalidSignature,
    MalformedSignature,
    UncoveredComponent,
)
from activitypub.signatures.digest import content_digest_header
from activitypub.signatures.request import SignedRequest
from activitypub.signatures.signing import SignatureForm
from activitypub.signatures.verifying import claims_of
from tests.activitypub.signatures.by_hand import BASE, BODY


@pytest.mark.parametrize("missing", ["(request-target)", "host", "date", "digest"])
def test_a_cavage_signature_has_to_cover_the_minimum(cavage_request, accept, missing):
    with pytest.raises(UncoveredComponent):
        accept(cavage_request([name for name in BASE if name != missing]))


@pytest.mark.parametrize(
    "components",
    [
        ["@target-uri", "content-digest"],
        ["@method", "content-digest"],
        ["@method", "@path", "content-digest"],
        ["@method", "@authority", "content-digest"],
        ["@method", "@target-uri"],
    ],
)
def test_an_rfc_9421_signature_has_to_cover_the_minimum(message_request, accept, components):
    with pytest.raises(UncoveredComponent):
        accept(message_request(components))


@pytest.mark.parametrize(
    "components",
    [
        ["@method", "@target-uri", "content-digest"],
        ["@method", "@authority", "@path", "content-digest"],
        ["@method", "host", "@path", "content-digest"],
        ["@method", "@authority", "@request-target", "content-digest"],
        ["@method", "@target-uri", "@scheme", "digest"],
    ],
)
def test_the_ways_to_cover_the_target_are_accepted(message_request, accept, components):
    assert accept(message_request(components)).covered == tuple(components)


def test_a_path_without_its_query_is_not_the_whole_target(message_request, accept):
    covered = ["@method", "@authority", "@path", "content-digest"]
    with pytest.raises(UncoveredComponent):
        accept(message_request(covered, target="/inbox?a=1"))
    assert accept(message_request([*covered, "@query"], target="/inbox?a=1"))


def test_a_body_needs_a_digest_under_any_method(message_request, accept):
    with pytest.raises(UncoveredComponent):
        accept(message_request(["@method", "@target-uri"], method="DELETE"))


def test_a_post_needs_a_digest_even_with_an_empty_body(message_request, accept):
    with pytest.raises(UncoveredComponent):
        accept(message_request(["@method", "@target-uri"], body=b""))


def test_a_cavage_signature_may_cover_content_digest_instead(cavage_request, accept):
    headers = {"Content-Digest": content_digest_header(BODY)}
    covered = ("(request-target)", "host", "date", "content-digest")
    assert accept(cavage_request(covered, **headers))


@pytest.mark.parametrize("expires", ["253402300799", "253402300799.999999999"])
def test_an_expiry_at_the_end_of_time_is_no_fault_of_ours(cavage_request, policy, now, expires):
    bare = cavage_request()
    times = f'created="{now.timestamp():.0f}",expires="{expires}"'
    headers = "(request-target) host (created) (expires) digest"
    header = f'keyId="https://a.example/k",{times},headers="{headers}",signature="YWFh"'
    lines = tuple((k, header if k == "Signature" else v) for k, v in bare.headers)
    request = SignedRequest("POST", "/inbox", lines, BODY, now)
    try:
        assert claims_of(request, policy=policy).expires_at is not None
    except MalformedSignature:
        assert "." in expires  # beyond the last second that there is


def test_every_covered_digest_has_to_match(cavage_request, accept):
    headers = {"Content-Digest": content_digest_header(b"other")}
    with pytest.raises(DigestMismatch):
        accept(cavage_request((*BASE, "content-digest"), **headers))


def test_a_covered_header_that_is_absent_is_refused(cavage_request, changed, accept):
    request = cavage_request((*BASE, "x-other"), **{"X-Other": "1"})
    with pytest.raises(UncoveredComponent):
        accept(changed(request, headers={"X-Other": None}))


def test_both_forms_of_the_query_are_accepted_in_cavage_only(signed, changed, accept, rsa_key):
    without = signed(rsa_key, url="https://ours.example/inbox")
    assert accept(changed(without, path_and_query="/inbox?page=1"))
    assert accept(signed(rsa_key, url="https://ours.example/inbox?page=1"))

    message = signed(rsa_key, SignatureForm.RFC9421, url="https://ours.example/inbox")
    with pytest.raises(InvalidSignature):
        accept(changed(message, path_and_query="/inbox?page=1"))
