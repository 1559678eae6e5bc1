"""Sealing of what must not be readable in the database or a backup: AES-256-GCM under wrapped keys.

The instance key lies in a file of its own, outside database and backups. It wraps data keys, one
for each person, login or actor; destroying a wrapped data key makes everything sealed under it
unreadable everywhere, old backups included (GDPR art. 17 and 32). Only ciphertext is stored.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12


class SecretsError(Exception):
    """The key file is missing, malformed, or does not open what was sealed."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as it is stored: sealed under the instance key."""

    sealed: bytes


class Vault:
    """Seals and opens under the instance key. Holds the key in memory, never prints it."""

    def __init__(self, instance_key: bytes) -> None:
        if len(instance_key) != KEY_BYTES:
            raise SecretsError("the instance key must have 32 bytes")
        self._wrapping = AESGCM(instance_key)
        self._index_key = hmac.digest(instance_key, b"meshwork blind index v1", "sha256")
        self._token_key = hmac.digest(instance_key, b"meshwork signed tokens v1", "sha256")

    def new_key(self) -> WrappedKey:
        """Return a fresh data key, wrapped."""
        nonce = os.urandom(_NONCE_BYTES)
        key = AESGCM.generate_key(bit_length=256)
        return WrappedKey(nonce + self._wrapping.encrypt(nonce, key, b"key"))

    def seal(self, key: WrappedKey, text: bytes, about: str) -> bytes:
        """Return the sealed text; `about` names what it is and must be given again to open it."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self._unwrap(key)).encrypt(nonce, text, about.encode())

    def open(self, key: WrappedKey, sealed: bytes, about: str) -> bytes:
        """Return what was sealed. Raises SecretsError when key, text or `about` do not fit."""
        return self.open_all(key, [(sealed, about)])[0]

    def open_all(self, key: WrappedKey, sealed: Iterable[tuple[bytes, str]]) -> list[bytes]:
        """Return many texts that were sealed under one key. Raises SecretsError as `open`."""
        unwrapped = AESGCM(self._unwrap(key))
        try:
            return [
                unwrapped.decrypt(text[:_NONCE_BYTES], text[_NONCE_BYTES:], about.encode())
                for text, about in sealed
            ]
        except (InvalidTag, ValueError) as error:
            raise SecretsError("sealed under another key, or changed") from error

    def blind_index(self, text: str) -> str:
        """Return a keyed fingerprint: a sealed value can be found without being readable."""
        return hmac.new(self._index_key, text.encode(), hashlib.sha256).hexdigest()

    def mark(self, purpose: str, text: str) -> str:
        """Return an authentication code over text, for tokens that a browser carries."""
        message = f"{purpose}\0{text}".encode()
        return hmac.new(self._token_key, message, hashlib.sha256).hexdigest()

    def _unwrap(self, key: WrappedKey) -> bytes:
        try:
            return self._wrapping.decrypt(
                key.sealed[:_NONCE_BYTES], key.sealed[_NONCE_BYTES:], b"key"
            )
        except (InvalidTag, ValueError) as error:
            raise SecretsError("this data key belongs to another instance key") from error


def load_vault(path: Path) -> Vault:
    """Read the instance key; make it, readable by the owner only, when there is none yet.

    Raises SecretsError when the file cannot be read or holds no key.
    """
    try:
        if not path.exists():
            _create(path)
        text = path.read_text(encoding="ascii").strip()
        return Vault(bytes.fromhex(text))
    except OSError as error:
        raise SecretsError(f"cannot read the key file {path}: {error.strerror}") from error
    except ValueError as error:
        raise SecretsError(f"{path} does not hold an instance key") from error


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # another process of this instance was first; its key is the one
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
