"""Every way in which a signed request is turned away, and the ways in which it is not."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from activitypub.errors import (
    DigestMismatch,
    InvalidSignature,
    KeyRefused,
    MalformedSignature,
    MissingSignature,
    StaleSignature,
    UncoveredComponent,
    UnsupportedAlgorithm,
    WrongHost,
)
from activitypub.signatures import cavage, messages
from activitypub.signatures.algorithms import Algorithm
from activitypub.signatures.digest import content_digest_header, digest_header
from activitypub.signatures.keys import generate_ed25519, generate_rsa
from activitypub.signatures.messages import SignatureParameters
from activitypub.signatures.request import SignedRequest
from activitypub.signatures.signing import SignatureForm
from activitypub.signatures.verifying import SignaturePolicy, claims_of, verify

BOTH = pytest.mark.parametrize("form", SignatureForm)
BODY = b'{"type":"Like"}'
BASE = ("(request-target)", "host", "date", "digest")


@pytest.fixture
def cavage_request(rsa_key, now):
    """Sign by hand, with any list of headers and any algorithm name."""

    def make(covered=BASE, *, algorithm="rsa-sha256", key=rsa_key, target="/inbox", **headers):
        lines = {
            "Host": "ours.example",
            "Date": "Mon, 23 Nov 2026 12:00:00 GMT",
            "Digest": digest_header(BODY),
        } | headers
        bare = SignedRequest("POST", target, tuple(lines.items()), BODY, now)
        signature = cavage.signature_header(
            bare, key.key, key_id=key.key_id, algorithm=algorithm, headers=covered
        )
        lines["Signature"] = signature
        return SignedRequest("POST", target, tuple(lines.items()), BODY, now)

    return make


@pytest.fixture
def message_request(rsa_key, now):
    """Sign by hand in the RFC 9421 form, with any list of components."""

    def make(components, *, target="/inbox", method="POST", key=rsa_key, body=BODY):
        lines = {
            "Host": "ours.example",
            "Digest": digest_header(body),
            "Content-Digest": content_digest_header(body),
        }
        bare = SignedRequest(method, target, tuple(lines.items()), body, now)
        algorithm = Algorithm.RSA_V1_5_SHA256
        lines |= messages.signature_headers(
            bare,
            key.key,
            components=components,
            parameters=SignatureParameters(key.key_id, int(now.timestamp()), str(algorithm)),
            base_url="https://ours.example",
        )
        return SignedRequest(method, target, tuple(lines.items()), body, now)

    return make


@pytest.fixture
def accept(policy, rsa_key):
    def judge(request, key=rsa_key, policy=policy):
        claims = claims_of(request, policy=policy)
        verify(claims, request, key.key.public_key())
        return claims

    return judge


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


@pytest.mark.parametrize("algorithm", ["hs2019", "rsa-sha256", "RSA-SHA256"])
def test_the_names_of_rsa_with_sha_256_are_accepted(cavage_request, accept, algorithm):
    assert accept(cavage_request(algorithm=algorithm))


@pytest.mark.parametrize(
    "algorithm",
    ["rsa-sha1", "hmac-sha256", "none", "rsa-sha512", "ecdsa-sha256", "hs2020", "dsa-sha1"],
)
def test_other_cavage_algorithms_are_refused(cavage_request, accept, algorithm):
    with pytest.raises(UnsupportedAlgorithm):
        accept(cavage_request(algorithm=algorithm))


def test_an_algorithm_that_is_not_the_keys_is_refused(cavage_request, accept):
    with pytest.raises(InvalidSignature):
        accept(cavage_request(algorithm="ed25519"))


@pytest.mark.parametrize(
    "algorithm",
    [
        "hmac-sha256",
        "rsa-pss-sha512",
        "ecdsa-p256-sha256",
        "none",
        "rsa-v1_5-sha1",
        "RSA-V1_5-SHA256",
    ],
)
def test_other_rfc_9421_algorithms_are_refused(signed, changed, policy, rsa_key, algorithm):
    request = signed(rsa_key, SignatureForm.RFC9421)
    inputs = request.field("signature-input").replace("rsa-v1_5-sha256", algorithm)
    with pytest.raises(UnsupportedAlgorithm):
        claims_of(changed(request, headers={"Signature-Input": inputs}), policy=policy)


KEY_IDS = [
    "acct:bob@there.example",
    "http://there.example/people/7#main-key",
    "http://127.0.0.1/people/7#main-key",
    "Test",
    "https://",
    "https:///people/7",
    "https://user:secret@there.example/people/7",
    "https://there.example:port/people/7",
    "https://[::1/people/7",
    "https://there.example\\@evil.example/",
    "https://there.example/people 7",
    "https://there.example/people\x7f7",
    "ftp://there.example/people/7",
    "https://there.example/" + "a" * 2048,
]


@pytest.mark.parametrize("key_id", KEY_IDS)
def test_a_key_id_that_is_no_https_url_is_refused(signed, changed, policy, rsa_key, key_id):
    request = signed(rsa_key)
    header = request.field("signature").replace(rsa_key.key_id, key_id)
    with pytest.raises(MalformedSignature):
        claims_of(changed(request, headers={"Signature": header}), policy=policy)


@pytest.mark.parametrize("key_id", KEY_IDS)
def test_the_same_goes_for_rfc_9421(signed, changed, policy, rsa_key, key_id):
    request = signed(rsa_key, SignatureForm.RFC9421)
    inputs = request.field("signature-input").replace(rsa_key.key_id, key_id)
    with pytest.raises(MalformedSignature):
        claims_of(changed(request, headers={"Signature-Input": inputs}), policy=policy)


@pytest.mark.parametrize("host", ["127.0.0.1:8081", "[::1]:8081", "localhost:8081"])
def test_http_key_ids_are_for_loopback_and_only_when_allowed(cavage_request, accept, rsa_key, host):
    key = type(rsa_key)(f"http://{host}/people/7#main-key", rsa_key.key)
    allowing = SignaturePolicy("https://ours.example", allow_http_loopback=True)
    with pytest.raises(MalformedSignature):
        accept(cavage_request(key=key))
    assert accept(cavage_request(key=key), policy=allowing)


def test_http_key_ids_elsewhere_stay_refused(cavage_request, accept, rsa_key):
    key = type(rsa_key)("http://there.example/people/7#main-key", rsa_key.key)
    allowing = SignaturePolicy("https://ours.example", allow_http_loopback=True)
    with pytest.raises(MalformedSignature):
        accept(cavage_request(key=key), policy=allowing)


def test_a_server_on_http_checks_the_target_under_its_own_scheme(signed, accept, rsa_key):
    request = signed(rsa_key, SignatureForm.RFC9421, url="http://127.0.0.1:8080/inbox")
    local = SignaturePolicy("http://127.0.0.1:8080")
    assert accept(request, policy=local)
    behind_proxy = SignaturePolicy("https://127.0.0.1:8080")
    with pytest.raises(InvalidSignature):
        accept(request, policy=behind_proxy)


def test_a_worthless_key_is_refused_even_when_the_signature_holds(signed, policy, rsa_key):
    weak = type(rsa_key)(rsa_key.key_id, rsa.generate_private_key(65537, 1024))  # noqa: S505 -- the point
    request = signed(weak)
    claims = claims_of(request, policy=policy)
    verify(claims, request, weak.key.public_key())  # 1024 bits are the least that is taken

    huge = rsa.RSAPublicNumbers(2**40 + 1, weak.key.public_key().public_numbers().n).public_key()
    with pytest.raises(KeyRefused):
        verify(claims, request, huge)


def test_both_forms_of_the_query_are_accepted_in_cavage_only(signed, changed, accept, rsa_key):
    without = signed(rsa_key, url="https://ours.example/inbox")
    assert accept(changed(without, path_and_query="/inbox?page=1"))
    assert accept(signed(rsa_key, url="https://ours.example/inbox?page=1"))

    message = signed(rsa_key, SignatureForm.RFC9421, url="https://ours.example/inbox")
    with pytest.raises(InvalidSignature):
        accept(changed(message, path_and_query="/inbox?page=1"))
