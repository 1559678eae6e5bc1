"""Files that lie sealed on disk: written and read in pieces, so that size does not matter.

A piece is four bytes of length and the sealed bytes. Its number, and whether it is the last, are
part of what is sealed: pieces cannot be swapped, left out or cut off unnoticed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from server.platform.secrets import SecretsError, Vault, WrappedKey

_PIECE: Final = 1024 * 1024
_LENGTH_BYTES: Final = 4


def seal_file(vault: Vault, key: WrappedKey, about: str, plain: Path, sealed: Path) -> int:
    """Write a sealed copy of a file, readable by the owner only; return the plain length."""
    size = number = 0
    with plain.open("rb") as source, sealed.open("xb") as target:
        sealed.chmod(0o600)
        piece = source.read(_PIECE)
        while True:
            following = source.read(_PIECE)
            told = _about(about, number, is_last=not following)
            closed = vault.seal(key, piece, told)
            target.write(len(closed).to_bytes(_LENGTH_BYTES, "big") + closed)
            size, number = size + len(piece), number + 1
            if not following:
                return size
            piece = following


def opened_pieces(vault: Vault, key: WrappedKey, about: str, sealed: Path) -> Iterator[bytes]:
    """Yield the plain bytes of a sealed file. Raises SecretsError when it was changed or cut."""
    with sealed.open("rb") as source:
        number, closed = 0, _next(source)
        while closed is not None:
            following = _next(source)
            yield vault.open(key, closed, _about(about, number, is_last=following is None))
            number, closed = number + 1, following


def _next(source: BinaryIO) -> bytes | None:
    head = source.read(_LENGTH_BYTES)
    if not head:
        return None
    length = int.from_bytes(head, "big")
    closed = source.read(length) if length <= 2 * _PIECE else b""
    if len(head) != _LENGTH_BYTES or len(closed) != length:
        raise SecretsError("the file was cut off or changed")
    return closed


def _about(about: str, number: int, *, is_last: bool) -> str:
    return f"{about} piece {number}{' last' if is_last else ''}"
