"""What is sent with a request, and which of the two forms a server gets."""

from datetime import timedelta, timezone

import pytest

from activitypub.errors import UncoveredComponent
from activitypub.signatures.digest import digest_header
from activitypub.signatures.messages import Challenge
from activitypub.signatures.request import base_of, target_of
from activitypub.signatures.signing import (
    RecentKnocks,
    SignatureForm,
    challenge_for,
    first_knock,
    second_knock,
    sign_request,
)

CAVAGE, RFC9421 = SignatureForm.CAVAGE, SignatureForm.RFC9421
INBOX = "https://there.example/inbox"


@pytest.fixture
def sign(rsa_key, now):
    def make(form, *, method="POST", url=INBOX, body=b"{}", headers=None, **more):
        arguments = {"headers": headers or {}, "body": body, "key": rsa_key, "now": now} | more
        return sign_request(method, url, form=form, **arguments)

    return make


def test_a_cavage_post_carries_what_every_server_accepts(sign, rsa_key):
    headers = sign(CAVAGE, headers={"Accept": "*/*"})

    assert headers["Accept"] == "*/*"
    assert headers["Host"] == "there.example"
    assert headers["Date"] == "Mon, 23 Nov 2026 12:00:00 GMT"
    assert headers["Digest"] == digest_header(b"{}")
    assert headers["Signature"].startswith(
        f'keyId="{rsa_key.key_id}",algorithm="rsa-sha256",'
        'headers="(request-target) host date digest",signature="'
    )
    assert "Signature-Input" not in headers


def test_a_cavage_get_has_no_digest(sign):
    headers = sign(CAVAGE, method="GET", body=None)
    assert 'headers="(request-target) host date"' in headers["Signature"]
    assert "Digest" not in headers


def test_ed25519_goes_under_the_name_hs2019_in_cavage(sign, ed25519_key):
    assert 'algorithm="hs2019"' in sign(CAVAGE, key=ed25519_key)["Signature"]


def test_an_rfc_9421_post_carries_what_mastodon_and_fedify_accept(sign, rsa_key):
    headers = sign(RFC9421)

    assert headers["Signature-Input"] == (
        'sig1=("@method" "@target-uri" "content-digest");created=1795435200'
        f';alg="rsa-v1_5-sha256";keyid="{rsa_key.key_id}"'
    )
    assert headers["Content-Digest"].startswith("sha-256=:")
    assert "Digest" not in headers


def test_the_digest_of_followers_is_signed_with_the_rest(sign):
    """FEP-8fcf has receivers act on a signed header."""
    header = {"Collection-Synchronization": 'collectionId="x", url="y", digest="z"'}
    assert 'date digest collection-synchronization"' in sign(CAVAGE, headers=header)["Signature"]
    signed = sign(RFC9421, headers=header)["Signature-Input"]
    assert '"content-digest" "collection-synchronization")' in signed


def test_an_rfc_9421_get_has_no_digest(sign):
    headers = sign(RFC9421, method="GET", body=None)
    assert headers["Signature-Input"].startswith('sig1=("@method" "@target-uri");')


@pytest.mark.parametrize("form", SignatureForm)
def test_headers_of_an_earlier_try_do_not_stay(sign, form):
    stale = {"date": "x", "HOST": "x", "digest": "x", "Content-Digest": "x", "signature": "x"}
    headers = sign(form, headers=stale | {"Signature-Input": "x"})
    assert "x" not in headers.values()
    names = [name.lower() for name in headers]
    assert len(names) == len(set(names))


def test_the_date_is_in_gmt_whatever_the_clocks_zone(sign, now):
    helsinki = now.astimezone(timezone(timedelta(hours=2)))
    assert sign(CAVAGE, now=helsinki)["Date"] == "Mon, 23 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("url", "base", "target"),
    [
        ("https://there.example", "https://there.example", "/"),
        ("https://There.example:443/a#b", "https://there.example", "/a"),
        ("http://127.0.0.1:8080/a?b=c%20d", "http://127.0.0.1:8080", "/a?b=c%20d"),
        ("https://[::1]:8443/?q", "https://[::1]:8443", "/?q"),
    ],
)
def test_a_url_is_taken_apart_as_it_goes_on_the_wire(url, base, target):
    assert (base_of(url), target_of(url)) == (base, target)


@pytest.mark.parametrize(
    "url", ["/inbox", "ftp://there.example/", "https://a@there.example/", "https:///a"]
)
def test_only_plain_http_urls_are_signed(sign, url):
    with pytest.raises(ValueError, match="absolute http"):
        sign(CAVAGE, url=url)


def test_a_stranger_gets_the_draft_first_and_rfc_9421_second():
    memory = RecentKnocks()
    assert first_knock(memory, "there.example") is CAVAGE
    assert second_knock(CAVAGE, status=401) is RFC9421
    assert second_knock(CAVAGE, status=400) is RFC9421


def test_what_a_host_took_is_tried_first_the_next_time():
    memory = RecentKnocks()
    memory.remember("there.example", RFC9421)
    assert first_knock(memory, "there.example") is RFC9421
    assert first_knock(memory, "other.example") is CAVAGE


def test_a_host_that_went_back_gets_the_draft_again():
    memory = RecentKnocks()
    memory.remember("there.example", RFC9421)
    assert second_knock(first_knock(memory, "there.example"), status=401) is CAVAGE
    memory.remember("there.example", CAVAGE)
    assert first_knock(memory, "there.example") is CAVAGE


@pytest.mark.parametrize("status", [200, 202, 301, 403, 404, 405, 410, 413, 429, 500, 501, 503])
def test_other_answers_are_not_about_the_signature(status):
    assert second_knock(CAVAGE, status=status) is None
    assert second_knock(RFC9421, status=status) is None


def test_the_memory_is_bounded_and_forgets_the_oldest():
    memory = RecentKnocks(most_hosts=2)
    for host in ("one.example", "two.example", "one.example", "three.example"):
        memory.remember(host, RFC9421)
    assert memory.form_of("two.example") is None
    assert memory.form_of("one.example") is RFC9421
    assert memory.form_of("three.example") is RFC9421


def test_a_challenge_is_answered_with_all_that_it_asks_for(sign, rsa_key):
    asked = 'app=("@method" "@authority" "date" "content-digest");created;expires;nonce="n";tag="t"'
    challenge = challenge_for(rsa_key, accept_signature=asked, sends=["Content-Digest"])

    inputs = sign(RFC9421, challenge=challenge)["Signature-Input"]

    assert inputs.startswith('app=("@method" "@target-uri" "content-digest" "@authority" "date");')
    assert inputs.endswith(';expires=1795435500;nonce="n";tag="t"')


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "(((",
        'sig1=("@status")',
        'sig1=("@method");keyid="https://other.example/#key"',
        'sig1=("@method");alg="ecdsa-p256-sha256"',
        'sig1=("@method" "content-digest")',
        'sig1=("@method" "x-unheard-of")',
    ],
)
def test_a_challenge_that_cannot_be_met_is_passed_over(rsa_key, header):
    assert challenge_for(rsa_key, accept_signature=header) is None


def test_the_first_challenge_that_fits_is_taken(rsa_key):
    header = 'a=("@method");alg="ed25519", b=("@method"), c=("@path")'
    challenge = challenge_for(rsa_key, accept_signature=header)
    assert challenge is not None
    assert challenge.label == "b"


def test_signing_for_a_challenge_that_was_not_checked_fails_clearly(sign):
    with pytest.raises(UncoveredComponent):
        sign(RFC9421, challenge=Challenge("sig1", ("@method", "x-absent")))
