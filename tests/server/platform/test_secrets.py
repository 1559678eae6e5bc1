"""The vault: what it seals opens with the right key, words and file only."""

import stat
from pathlib import Path

import pytest

from server.platform.secrets import SecretsError, Vault, WrappedKey, load_vault


def test_what_is_sealed_opens_under_the_same_key_and_words():
    vault = Vault(bytes(32))
    key = vault.new_key()

    sealed = vault.seal(key, b"ann@mail.example", "login:1")

    assert b"ann" not in sealed
    assert vault.open(key, sealed, "login:1") == b"ann@mail.example"


def test_other_words_another_key_or_another_vault_do_not_open_it():
    vault = Vault(bytes(32))
    key = vault.new_key()
    sealed = vault.seal(key, b"secret", "login:1")

    with pytest.raises(SecretsError):
        vault.open(key, sealed, "login:2")
    with pytest.raises(SecretsError):
        vault.open(vault.new_key(), sealed, "login:1")
    with pytest.raises(SecretsError):
        Vault(bytes([1]) * 32).open(key, sealed, "login:1")
    with pytest.raises(SecretsError):
        vault.open(WrappedKey(b"short"), sealed, "login:1")


def test_the_blind_index_is_steady_and_keyed():
    assert Vault(bytes(32)).blind_index("a") == Vault(bytes(32)).blind_index("a")
    assert Vault(bytes(32)).blind_index("a") != Vault(bytes([1]) * 32).blind_index("a")


def test_the_key_file_is_made_once_for_the_owner_only(tmp_path: Path):
    path = tmp_path / "keys" / "instance.key"

    first = load_vault(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_vault(path).blind_index("x") == first.blind_index("x")


def test_a_broken_key_file_is_refused(tmp_path: Path):
    path = tmp_path / "instance.key"
    path.write_text("not a key")
    with pytest.raises(SecretsError, match="does not hold"):
        load_vault(path)
    path.write_text("abcd")
    with pytest.raises(SecretsError, match="32 bytes"):
        load_vault(path)
