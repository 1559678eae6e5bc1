"""Keys: made, stored, read, and refused when they prove nothing."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from activitypub.errors import KeyRefused
from activitypub.signatures import base58
from activitypub.signatures.key_ids import check_key_id
from activitypub.signatures.keys import (
    check_public_key,
    fingerprint_of,
    generate_ed25519,
    generate_rsa,
    load_own_private_key,
    load_public_key,
    private_pem,
    public_pem,
)
from activitypub.signatures.multikey import load_multikey, multikey_of


def small_rsa(bits):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem_of(key, *, private=False):
    if private:
        return key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def test_a_new_rsa_key_has_2048_bits_and_the_usual_exponent():
    numbers = generate_rsa().public_key().public_numbers()
    assert (numbers.n.bit_length(), numbers.e) == (2048, 65537)


@pytest.mark.parametrize("make", [generate_rsa, generate_ed25519])
def test_keys_survive_being_stored(make):
    key = make()

    again = load_own_private_key(private_pem(key))
    public = load_public_key(public_pem(again.public_key()))

    assert fingerprint_of(public) == fingerprint_of(key.public_key())


@pytest.mark.parametrize("make", [generate_rsa, generate_ed25519])
def test_keys_survive_being_published_as_multikeys(make):
    key = make().public_key()
    text = multikey_of(key)

    assert text.startswith("z6Mk" if make is generate_ed25519 else "z4MX")
    assert fingerprint_of(load_multikey(text)) == fingerprint_of(key)


def test_a_public_key_in_pkcs_1_is_read_too(rsa_key):
    key = rsa_key.key.public_key()
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1).decode()
    assert pem.startswith("-----BEGIN RSA PUBLIC KEY-----")
    assert fingerprint_of(load_public_key(f"\n{pem}\n\n")) == fingerprint_of(key)


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "nonsense",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\né\n-----END PUBLIC KEY-----\n",
        pem_of(ec.generate_private_key(ec.SECP256R1()).public_key()),
        "x" * 20_000,
    ],
)
def test_what_is_no_rsa_or_ed25519_key_is_refused(pem):
    with pytest.raises(KeyRefused):
        load_public_key(pem)


def test_a_key_in_a_long_text_is_refused_unread(ed25519_key):
    pem = public_pem(ed25519_key.key.public_key())
    assert load_public_key("x\n" * 100 + pem)
    with pytest.raises(KeyRefused):
        load_public_key("x\n" * 10_000 + pem)


def test_a_private_key_is_not_read_as_a_public_one(ed25519_key):
    with pytest.raises(KeyRefused):
        load_public_key(private_pem(ed25519_key.key))


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "nonsense é",
        pem_of(ec.generate_private_key(ec.SECP256R1()), private=True),
        pem_of(small_rsa(1024), private=True),
    ],
)
def test_our_own_private_key_is_rsa_of_2048_bits_or_ed25519(pem):
    with pytest.raises(KeyRefused):
        load_own_private_key(pem)


def test_an_encrypted_private_key_is_refused(ed25519_key):
    pem = ed25519_key.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    ).decode()
    with pytest.raises(KeyRefused):
        load_own_private_key(pem)


def test_somebodys_rsa_key_may_have_1024_to_8192_bits():
    modulus = small_rsa(1024).public_key().public_numbers().n
    check_public_key(rsa.RSAPublicNumbers(65537, modulus).public_key())
    for bits in (1016, 8200):
        odd = (1 << (bits - 1)) | 1
        with pytest.raises(KeyRefused):
            check_public_key(rsa.RSAPublicNumbers(65537, odd).public_key())


def test_an_rsa_key_with_a_huge_exponent_is_refused():
    modulus = small_rsa(1024).public_key().public_numbers().n
    with pytest.raises(KeyRefused):
        check_public_key(rsa.RSAPublicNumbers(2**60 + 1, modulus).public_key())


@pytest.mark.parametrize(
    "point",
    [
        "00" * 32,
        "00" * 31 + "80",
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "ec" + "ff" * 30 + "7f",
        "ee" + "ff" * 31,
    ],
)
def test_an_ed25519_point_of_small_order_is_refused(point):
    with pytest.raises(KeyRefused):
        check_public_key(Ed25519PublicKey.from_public_bytes(bytes.fromhex(point)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z",
        "uAAAA",
        "z6Mk0OIl",
        "z" + base58.encode(b"\xed\x01" + b"x" * 31),
        "z" + base58.encode(b"\xed\x01" + b"x" * 33),
        "z" + base58.encode(b"\x80\x24" + b"x" * 33),
        "z" + base58.encode(b"\x85\x24" + b"x" * 64),
        "z" + "2" * 3000,
    ],
)
def test_what_is_no_multikey_of_ours_is_refused(text):
    with pytest.raises(KeyRefused):
        load_multikey(text)


def test_a_multikey_that_calls_another_key_rsa_is_refused(ed25519_key):
    der = ed25519_key.key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with pytest.raises(KeyRefused):
        load_multikey("z" + base58.encode(b"\x85\x24" + der))


@given(st.binary(max_size=200))
def test_base58_gives_back_what_it_was_given(octets):
    assert base58.decode(base58.encode(octets)) == octets


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"", ""),
        (b"\0\0\0", "111"),
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
        (bytes.fromhex("0000287fb4cd"), "11233QC4"),
    ],
)
def test_base58_is_bitcoins(octets, text):
    assert base58.encode(octets) == text
    assert base58.decode(text) == octets


@given(st.text(max_size=60))
def test_a_key_id_is_either_taken_or_refused_but_never_breaks(text):
    from activitypub.errors import MalformedSignature

    try:
        check_key_id(text)
    except MalformedSignature:
        return
    assert text.lower().startswith("https://")
