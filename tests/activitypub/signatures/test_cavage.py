"""Reading and writing the `Signature` header of draft-cavage-12."""

import base64

import pytest

from activitypub.errors import MalformedSignature, StaleSignature, UncoveredComponent
from activitypub.signatures.algorithms import signature_by
from activitypub.signatures.cavage import CavageSignature, parse_signature, signing_text
from activitypub.signatures.digest import digest_header
from activitypub.signatures.request import SignedRequest
from activitypub.signatures.verifying import claims_of, verify

KEY_ID = "https://there.example/people/7#main-key"
GOOD = f'keyId="{KEY_ID}",algorithm="hs2019",headers="(request-target) host",signature="AAAA"'


def test_a_header_is_read_into_its_parts():
    assert parse_signature(GOOD) == CavageSignature(
        KEY_ID, "hs2019", ("(request-target)", "host"), b"\0\0\0"
    )


@pytest.mark.parametrize(
    "header",
    [
        'keyId="k" , algorithm="hs2019" ,\theaders="host"  , signature="AAAA"',
        'signature="AAAA",keyId="k",headers="HOST",algorithm="HS2019"',
        'Signature keyId="k",algorithm="hs2019",headers="host",signature="AAAA"',
        'keyId="k",algorithm="hs2019",headers="host",signature="AAAA",other="kept out"',
    ],
)
def test_spaces_order_case_and_unknown_parameters_do_not_matter(header):
    parsed = parse_signature(header)
    assert (parsed.key_id, parsed.algorithm, parsed.headers) == ("k", "hs2019", ("host",))


@pytest.mark.parametrize("quote", ["", '"'])
def test_times_may_stand_bare_or_quoted(quote):
    times = f"created={quote}1402170695{quote},expires={quote}1402170699.5{quote}"
    parsed = parse_signature(
        f'keyId="k",algorithm="hs2019",headers="(created) (expires)",{times},signature="AAAA"'
    )
    assert (parsed.created, parsed.expires) == ("1402170695", "1402170699.5")


def test_a_missing_header_list_means_created_or_the_date():
    assert parse_signature('keyId="k",created=1,signature="AAAA"').headers == ("(created)",)
    by_name = 'keyId="k",algorithm="rsa-sha256",signature="AAAA"'
    assert parse_signature(by_name).headers == ("date",)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        'keyId="k"',
        'keyId="k",signature=""',
        'keyId="k",headers="host",signature=""',
        'keyId="k",headers="host",signature="!!!!"',
        'keyId="k",headers="host",signature="AAA"',
        'keyId="",headers="host",signature="AAAA"',
        'headers="host",signature="AAAA"',
        'keyId="k",headers="",signature="AAAA"',
        'keyId="k",headers="  ",signature="AAAA"',
        'keyId="k",headers="host host",signature="AAAA"',
        'keyId="k",headers="host HOST",signature="AAAA"',
        'keyId="k",headers="ho:st",signature="AAAA"',
        'keyId="k",headers="(request-target",signature="AAAA"',
        'keyId="k",keyId="l",headers="host",signature="AAAA"',
        'keyId="k",headers="host",headers="date",signature="AAAA"',
        'keyId="k",headers="host",signature="AAAA",signature="BBBB"',
        'keyId="k",headers="host",signature="AAAA" trailing',
        'keyId="k\\"",headers="host",signature="AAAA"',
        'keyId="k",headers="host",signature="AAAA',
        'keyId="k",headers="(created)",created=abc,signature="AAAA"',
        'keyId="k",headers="(created)",created=1.5,signature="AAAA"',
        'keyId="k",headers="(created)",created="-1",signature="AAAA"',
        'keyId="k",headers="(created)",created=9999999999999,signature="AAAA"',
        'keyId="k",headers="(created)",signature="AAAA"',
        'keyId="k",headers="(expires)",signature="AAAA"',
        'keyId="k",algorithm="rsa-sha256",headers="(created)",created=1,signature="AAAA"',
        'keyId="k",headers="' + " ".join(f"h{n}" for n in range(51)) + '",signature="AAAA"',
        'keyId="k",headers="host",signature="' + "A" * 8192 + '"',
        'keyId="k",headers="host",signature="\u0661\u0661\u0661\u0661"',
    ],
)
def test_a_header_that_cannot_be_read_in_one_way_only_is_refused(header):
    with pytest.raises(MalformedSignature):
        parse_signature(header)


@pytest.mark.parametrize(
    "header",
    ["a=" * 4000, " " * 8000, 'a="' * 2700, "\t ," * 2700, 'keyId="' + "k" * 8000, '"' * 8000],
)
@pytest.mark.timeout(20)
def test_nonsense_costs_next_to_nothing(header):
    with pytest.raises(MalformedSignature):
        parse_signature(header)


@pytest.fixture
def request_with(now):
    def make(*lines, target="/inbox"):
        return SignedRequest("POST", target, lines, b"", now)

    return make


def text_of(request, *headers, **times):
    return signing_text(CavageSignature("k", None, headers, b"", **times), request).decode()


def test_header_values_are_trimmed_and_joined_in_order(request_with):
    request = request_with(("X-A", " one "), ("Host", "ours.example"), ("x-a", "\ttwo"))
    assert text_of(request, "x-a", "host") == "x-a: one, two\nhost: ours.example"


def test_an_empty_header_is_signed_as_empty(request_with):
    assert text_of(request_with(("X-A", "")), "x-a") == "x-a: "


def test_the_target_is_lower_case_method_and_the_target_as_it_stands(request_with):
    request = request_with(target="/Inbox?A=%2f")
    assert text_of(request, "(request-target)") == "(request-target): post /Inbox?A=%2f"


def test_the_times_are_signed_as_they_stand_in_the_header(request_with):
    text = text_of(request_with(), "(created)", "(expires)", created="0012", expires="13.50")
    assert text == "(created): 0012\n(expires): 13.50"


@pytest.mark.parametrize("name", ["x-absent", "(unknown)"])
def test_what_is_not_in_the_request_cannot_be_signed(request_with, name):
    with pytest.raises(UncoveredComponent):
        text_of(request_with(), name)


def test_header_bytes_beyond_ascii_are_signed_as_they_came(request_with):
    raw = b"caf\xc3\xa9 \xff".decode("utf-8", "surrogateescape")
    signature = CavageSignature("k", None, ("x-a",), b"")
    assert signing_text(signature, request_with(("X-A", raw))) == b"x-a: caf\xc3\xa9 \xff"


def by_created(key, now, *, created, expires=None):
    """Sign with (created) in place of the date, as GoToSocial's library can."""
    body = b"{}"
    headers = ("(request-target)", "host", "(created)", "digest")
    headers += () if expires is None else ("(expires)",)
    lines = (("Host", "ours.example"), ("Digest", digest_header(body)))
    bare = SignedRequest("POST", "/inbox", lines, body, now)
    times = {"created": str(created), "expires": None if expires is None else str(expires)}
    unsigned = CavageSignature(key.key_id, "hs2019", headers, b"", **times)
    octets = signature_by(key.key, signing_text(unsigned, bare))
    encoded = base64.b64encode(octets).decode()
    header = f'keyId="{key.key_id}",algorithm="hs2019",created={created},'
    header += "" if expires is None else f"expires={expires},"
    header += f'headers="{" ".join(headers)}",signature="{encoded}"'
    return SignedRequest("POST", "/inbox", (*lines, ("Signature", header)), body, now)


def test_created_stands_in_for_the_date(rsa_key, policy, now):
    moment = int(now.timestamp())
    request = by_created(rsa_key, now, created=moment, expires=moment + 30)

    claims = claims_of(request, policy=policy)
    verify(claims, request, rsa_key.key.public_key())

    assert claims.signed_at == now
    assert claims.expires_at is not None
    assert claims.expires_at.timestamp() == moment + 30


@pytest.mark.parametrize("age", [12 * 3600 + 1, -3601])
def test_created_outside_the_window_is_refused(rsa_key, policy, now, age):
    request = by_created(rsa_key, now, created=int(now.timestamp()) - age)
    with pytest.raises(StaleSignature):
        claims_of(request, policy=policy)


def test_an_expired_signature_is_refused_after_the_hour_of_grace(rsa_key, policy, now):
    moment = int(now.timestamp())
    fresh = by_created(rsa_key, now, created=moment - 7000, expires=moment - 3600)
    stale = by_created(rsa_key, now, created=moment - 7000, expires=moment - 3601)

    assert claims_of(fresh, policy=policy)
    with pytest.raises(StaleSignature):
        claims_of(stale, policy=policy)


def test_a_signature_that_expires_before_it_was_made_is_refused(rsa_key, policy, now):
    moment = int(now.timestamp())
    with pytest.raises(MalformedSignature):
        claims_of(by_created(rsa_key, now, created=moment, expires=moment - 1), policy=policy)


def test_a_time_beyond_the_calendar_is_refused(rsa_key, policy, now):
    with pytest.raises(MalformedSignature):
        claims_of(by_created(rsa_key, now, created=999_999_999_999), policy=policy)
