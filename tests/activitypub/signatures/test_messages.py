"""Reading and writing the two headers of RFC 9421, and its challenge."""

from datetime import timedelta

import pytest

from activitypub.errors import (
    MalformedSignature,
    StaleSignature,
    UncoveredComponent,
)
from activitypub.signatures.messages import (
    SignatureParameters,
    component_value,
    parse_challenge,
    parse_signature,
    satisfies,
    signature_headers,
)
from activitypub.signatures.request import SignedRequest
from activitypub.signatures.signing import SignatureForm
from activitypub.signatures.verifying import claims_of

KEY_ID = "https://there.example/people/7#main-key"
GOOD = f'sig1=("@method" "@target-uri");created=1;keyid="{KEY_ID}"'


def test_the_headers_are_read_into_their_parts():
    parsed = parse_signature(GOOD + ';alg="ed25519";expires=2;nonce="n";tag="t"', "sig1=:AAAA:")

    assert (parsed.label, parsed.components) == ("sig1", ("@method", "@target-uri"))
    assert (parsed.key_id, parsed.algorithm) == (KEY_ID, "ed25519")
    assert (parsed.created, parsed.expires, parsed.signature) == (1, 2, b"\0\0\0")
    assert parsed.parameters_text.endswith(';expires=2;nonce="n";tag="t"')


def test_the_parameters_are_signed_in_their_strict_form():
    parsed = parse_signature('sig1=(  "@method"   "date" ); created=1; keyid="k"', "sig1=:AAAA:")
    assert parsed.parameters_text == '("@method" "date");created=1;keyid="k"'


@pytest.mark.parametrize(
    ("inputs", "signature"),
    [
        ("", "sig1=:AAAA:"),
        (GOOD, ""),
        (GOOD, "nonsense nonsense"),
        (GOOD, "other=:AAAA:"),
        (GOOD, "sig1=AAAA"),
        (GOOD, 'sig1="AAAA"'),
        (GOOD, "sig1=::"),
        (GOOD, "sig1=:AA%A:"),
        (GOOD, "sig1=(:AAAA:)"),
        (GOOD, "sig1=:AAAA:, sig2=:AAAA:"),
        (f"{GOOD}, {GOOD.replace('sig1', 'sig2')}", "sig1=:AAAA:, sig2=:BBBB:"),
        (f"{GOOD}, {GOOD}", "sig1=:AAAA:"),
        (GOOD, "sig1=:AAAA:, sig1=:BBBB:"),
        (GOOD + ";created=2", "sig1=:AAAA:"),
        (GOOD + f';keyid="{KEY_ID}"', "sig1=:AAAA:"),
        (GOOD.replace("created=1", 'created="1"'), "sig1=:AAAA:"),
        (GOOD.replace("created=1", "created=1.5"), "sig1=:AAAA:"),
        (GOOD.replace("created=1", "created"), "sig1=:AAAA:"),
        (GOOD.replace(f'keyid="{KEY_ID}"', "keyid=token"), "sig1=:AAAA:"),
        (GOOD.replace(f'keyid="{KEY_ID}"', 'keyid=""'), "sig1=:AAAA:"),
        (GOOD.replace(f';keyid="{KEY_ID}"', ""), "sig1=:AAAA:"),
        (GOOD + ";alg=token", "sig1=:AAAA:"),
        (f'sig1=();created=1;keyid="{KEY_ID}"', "sig1=:AAAA:"),
        (f'sig1="@method";created=1;keyid="{KEY_ID}"', "sig1=:AAAA:"),
        (f'sig1=("@method" "@method");created=1;keyid="{KEY_ID}"', "sig1=:AAAA:"),
        (f'sig1=("@method" "Date");created=1;keyid="{KEY_ID}"', "sig1=:AAAA:"),
        (f'sig1=("@method" "date";sf);created=1;keyid="{KEY_ID}"', "sig1=:AAAA:"),
        (f'sig1=("@method" "date";bs);created=1;keyid="{KEY_ID}"', "sig1=:AAAA:"),
        (f'sig1=("@query-param";name="a");created=1;keyid="{KEY_ID}"', "sig1=:AAAA:"),
        (f'sig1=("@method";req);created=1;keyid="{KEY_ID}"', "sig1=:AAAA:"),
        (f'sig1=("@status");created=1;keyid="{KEY_ID}"', "sig1=:AAAA:"),
        (f'sig1=("@signature-params");created=1;keyid="{KEY_ID}"', "sig1=:AAAA:"),
        (f'sig1=(@method);created=1;keyid="{KEY_ID}"', "sig1=:AAAA:"),
        (f'sig1=(method);created=1;keyid="{KEY_ID}"', "sig1=:AAAA:"),
        (f'sig1=("@method";created=1;keyid="{KEY_ID}"', "sig1=:AAAA:"),
        (f'SIG1=("@method");created=1;keyid="{KEY_ID}"', "SIG1=:AAAA:"),
        (f'sig1=("@method");created=1;keyid="{KEY_ID}é"', "sig1=:AAAA:"),
        ("sig1=(" + " ".join(f'"h{n}"' for n in range(51)) + f');keyid="{KEY_ID}"', "sig1=:AAAA:"),
        (GOOD, "sig1=:" + "A" * 8192 + ":"),
    ],
)
def test_headers_that_cannot_be_read_in_one_way_only_are_refused(inputs, signature):
    with pytest.raises(MalformedSignature):
        parse_signature(inputs, signature)


def test_a_quoted_text_that_looks_like_parameters_is_no_repetition():
    parsed = parse_signature(
        'sig1=("@method");created=1;keyid="a;created=2;created=3";nonce="\\";created=4"',
        "sig1=:AAAA:",
    )
    assert parsed.key_id == "a;created=2;created=3"


@pytest.mark.parametrize(
    "header", ['"' * 8000, "\\" * 8000, ";a" * 4000, "(" * 8000, '"\\' * 4000, "a=(" * 2700]
)
@pytest.mark.timeout(20)
def test_nonsense_costs_next_to_nothing(header):
    with pytest.raises(MalformedSignature):
        parse_signature(header, header)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("@method", "POST"),
        ("@target-uri", "https://ours.example/Inbox?a=%2F"),
        ("@authority", "ours.example"),
        ("@scheme", "https"),
        ("@request-target", "/Inbox?a=%2F"),
        ("@path", "/Inbox"),
        ("@query", "?a=%2F"),
        ("x-list", "one, two"),
    ],
)
def test_components_are_derived_as_the_rfc_says(now, name, value):
    lines = (("X-List", " one"), ("x-list", "two\t"))
    request = SignedRequest("POST", "/Inbox?a=%2F", lines, b"", now)
    assert component_value(name, request, base_url="https://ours.example") == value


@pytest.mark.parametrize(
    ("base_url", "authority"),
    [
        ("https://OURS.example:443", "ours.example"),
        ("https://ours.example:80", "ours.example:80"),
        ("http://ours.example:80", "ours.example"),
        ("http://[::1]:8080", "[::1]:8080"),
        ("https://[::1]", "[::1]"),
    ],
)
def test_the_authority_is_canonical(now, base_url, authority):
    request = SignedRequest("GET", "/", (), b"", now)
    assert component_value("@authority", request, base_url=base_url) == authority


def test_an_absent_query_is_a_question_mark_alone(now):
    request = SignedRequest("GET", "/inbox", (), b"", now)
    assert component_value("@query", request, base_url="https://ours.example") == "?"


def test_an_unknown_component_has_no_value(now):
    request = SignedRequest("GET", "/inbox", (), b"", now)
    with pytest.raises(MalformedSignature):
        component_value("@status", request, base_url="https://ours.example")
    with pytest.raises(UncoveredComponent):
        component_value("date", request, base_url="https://ours.example")


def test_a_signature_without_a_time_is_refused(signed, changed, policy, rsa_key):
    request = signed(rsa_key, SignatureForm.RFC9421)
    inputs = request.field("signature-input").replace(";created=1795435200", "")
    assert "created" not in inputs
    with pytest.raises(UncoveredComponent):
        claims_of(changed(request, headers={"Signature-Input": inputs}), policy=policy)


@pytest.mark.parametrize(
    ("expires", "error"),
    [
        (1795435200 - 3601, MalformedSignature),
        (-5, MalformedSignature),
        (999_999_999_999_999, MalformedSignature),
    ],
)
def test_a_senseless_expiry_is_refused(signed, changed, policy, rsa_key, expires, error):
    request = signed(rsa_key, SignatureForm.RFC9421)
    inputs = f"{request.field('signature-input')};expires={expires}"
    with pytest.raises(error):
        claims_of(changed(request, headers={"Signature-Input": inputs}), policy=policy)


def test_an_expired_signature_is_refused(signed, changed, policy, rsa_key, now):
    request = signed(rsa_key, SignatureForm.RFC9421, at=now - timedelta(hours=3))
    inputs = f"{request.field('signature-input')};expires={int(now.timestamp()) - 3601}"
    with pytest.raises(StaleSignature):
        claims_of(changed(request, headers={"Signature-Input": inputs}), policy=policy)


def test_nonce_tag_and_label_are_written(now, rsa_key):
    request = SignedRequest("GET", "/", (), b"", now)
    parameters = SignatureParameters(KEY_ID, 1, "rsa-v1_5-sha256", 'n"1', "app", "asked")
    headers = signature_headers(
        request,
        rsa_key.key,
        components=["@method"],
        parameters=parameters,
        base_url="https://ours.example",
    )
    assert headers["Signature-Input"] == (
        f'asked=("@method");created=1;alg="rsa-v1_5-sha256";keyid="{KEY_ID}"'
        ';nonce="n\\"1";tag="app"'
    )
    assert headers["Signature"].startswith("asked=:")


def test_a_challenge_is_read_with_all_its_wishes():
    one, two = parse_challenge(
        'sig1=("@method" "date");created;keyid="k";alg="ed25519", sig2=("@path");nonce="n";tag="t"'
    )
    assert (one.label, one.components) == ("sig1", ("@method", "date"))
    assert (one.key_id, one.algorithm) == ("k", "ed25519")
    assert (two.label, two.nonce, two.tag) == ("sig2", "n", "t")


@pytest.mark.parametrize("header", ["", "sig1", 'sig1="x"', "sig1=()", 'sig1=("@status")', "((("])
def test_an_unreadable_challenge_is_refused(header):
    with pytest.raises(MalformedSignature):
        parse_challenge(header)


@pytest.mark.parametrize(
    ("parameters", "fits"),
    [
        ("", True),
        (f';keyid="{KEY_ID}"', True),
        (';keyid="other"', False),
        (';alg="rsa-v1_5-sha256"', True),
        (';alg="ed25519"', False),
    ],
)
def test_a_challenge_may_ask_for_a_key_or_an_algorithm(rsa_key, parameters, fits):
    (challenge,) = parse_challenge(f'sig1=("@method"){parameters}')
    assert satisfies(challenge, key=rsa_key.key, key_id=KEY_ID) is fits
