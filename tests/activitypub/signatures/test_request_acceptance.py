"""Which requests are accepted or refused: their key, their body, their host and their time."""

from datetime import timedelta

import pytest

from activitypub.errors import (
    DigestMismatch,
    InvalidSignature,
    MalformedSignature,
    MissingSignature,
    StaleSignature,
    WrongHost,
)
from activitypub.signatures.keys import generate_ed25519, generate_rsa
from activitypub.signatures.signing import SignatureForm
from activitypub.signatures.verifying import SignaturePolicy, claims_of, verify
from tests.activitypub.signatures.by_hand import BOTH


@BOTH
def test_an_honest_request_is_accepted_and_says_what_it_claims(signed, accept, rsa_key, now, form):
    claims = accept(signed(rsa_key, form))

    assert claims.form is form
    assert claims.key_id == rsa_key.key_id
    assert claims.signed_at == now
    assert claims.expires_at is None


@BOTH
def test_a_fetch_without_a_body_needs_no_digest(signed, accept, rsa_key, form):
    assert accept(signed(rsa_key, form, method="GET", body=None))


@BOTH
def test_ed25519_signatures_are_accepted(signed, accept, ed25519_key, form):
    assert accept(signed(ed25519_key, form), key=ed25519_key)


def test_an_unsigned_request_is_refused(signed, changed, accept, rsa_key):
    with pytest.raises(MissingSignature):
        accept(changed(signed(rsa_key), headers={"Signature": None}))


@BOTH
def test_another_key_does_not_verify(signed, policy, rsa_key, form):
    request = signed(rsa_key, form)
    claims = claims_of(request, policy=policy)
    with pytest.raises(InvalidSignature):
        verify(claims, request, generate_rsa().public_key())


@BOTH
def test_a_key_of_another_kind_does_not_verify(signed, policy, rsa_key, form):
    request = signed(rsa_key, form)
    claims = claims_of(request, policy=policy)
    with pytest.raises(InvalidSignature):
        verify(claims, request, generate_ed25519().public_key())


def test_claims_count_only_for_the_request_they_were_made_of(signed, policy, rsa_key):
    claims = claims_of(signed(rsa_key), policy=policy)
    with pytest.raises(InvalidSignature):
        verify(claims, signed(rsa_key), rsa_key.key.public_key())


@BOTH
def test_a_changed_body_is_refused_before_any_key_is_needed(signed, changed, policy, rsa_key, form):
    with pytest.raises(DigestMismatch):
        claims_of(changed(signed(rsa_key, form), body=b"{}"), policy=policy)


@BOTH
@pytest.mark.parametrize("host", ["evil.example", "ours.example:8443", "ours.example.evil.example"])
def test_a_request_for_another_host_is_refused(signed, changed, policy, rsa_key, form, host):
    with pytest.raises(WrongHost):
        claims_of(changed(signed(rsa_key, form), headers={"Host": host}), policy=policy)


def test_a_request_without_a_host_is_refused(signed, changed, policy, rsa_key):
    with pytest.raises(WrongHost):
        claims_of(changed(signed(rsa_key), headers={"Host": None}), policy=policy)


@pytest.mark.parametrize("host", ["ours.example", "OURS.example", "ours.example:443"])
def test_our_host_may_be_written_in_any_way_that_means_it(message_request, changed, accept, host):
    request = message_request(["@method", "@target-uri", "content-digest"])
    assert accept(changed(request, headers={"Host": host}))


def test_a_further_name_of_ours_counts_only_when_it_is_set(signed, accept, rsa_key):
    request = signed(rsa_key, url="https://old.example/inbox")
    with pytest.raises(WrongHost):
        accept(request)
    assert accept(
        request, policy=SignaturePolicy("https://ours.example", frozenset({"OLD.example"}))
    )


@BOTH
@pytest.mark.parametrize(
    "name", ["Host", "Date", "Digest", "Content-Digest", "Signature", "Signature-Input"]
)
def test_deciding_headers_may_not_occur_twice(signed, changed, policy, rsa_key, form, name):
    request = signed(rsa_key, form)
    value = request.field(name) or "x"
    twice = changed(request, extra=[(name, value), (name.lower(), value)])
    with pytest.raises(MalformedSignature):
        claims_of(twice, policy=policy)


@BOTH
@pytest.mark.parametrize(
    "age",
    [
        timedelta(hours=12, seconds=1),
        timedelta(hours=-1, seconds=-1),
        timedelta(days=400),
    ],
)
def test_a_signature_outside_the_window_is_refused(signed, policy, rsa_key, now, form, age):
    with pytest.raises(StaleSignature):
        claims_of(signed(rsa_key, form, at=now - age), policy=policy)


@BOTH
@pytest.mark.parametrize("age", [timedelta(hours=12), timedelta(0), timedelta(hours=-1)])
def test_a_signature_inside_the_window_is_accepted(signed, accept, rsa_key, now, form, age):
    assert accept(signed(rsa_key, form, at=now - age))


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "2026-11-23T12:00:00Z",
        "Mon, 23 Nov 2026 12:00:00",
        "Mon, 23 Nov 2026 14:00:00 +0200",
        "Mon, 23 Nov 99999999 12:00:00 GMT",
        "Mon, 99 Nov 2026 99:00:00 GMT",
    ],
)
def test_an_unreadable_date_is_refused(cavage_request, accept, date):
    with pytest.raises(MalformedSignature):
        accept(cavage_request(Date=date))


def test_a_server_on_http_checks_the_target_under_its_own_scheme(signed, accept, rsa_key):
    request = signed(rsa_key, SignatureForm.RFC9421, url="http://127.0.0.1:8080/inbox")
    local = SignaturePolicy("http://127.0.0.1:8080")
    assert accept(request, policy=local)
    behind_proxy = SignaturePolicy("https://127.0.0.1:8080")
    with pytest.raises(InvalidSignature):
        accept(request, policy=behind_proxy)
