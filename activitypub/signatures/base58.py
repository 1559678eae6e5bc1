"""Base58 in Bitcoin's alphabet, the text form that Multibase marks with the letter z.

Only what keys and proofs need: a few dozen to a few hundred bytes. The cost grows with the
square of the length, so the text that is read is bounded.
"""

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MAX_CHARACTERS = 2048
"""Longest text that is decoded; an RSA key of 8192 bits needs about 1,410 characters."""

_VALUE = {character: value for value, character in enumerate(ALPHABET)}


def encode(octets: bytes) -> str:
    """Return the octets as Base58; leading zero octets become leading ones."""
    zeros = len(octets) - len(octets.lstrip(b"\0"))
    number = int.from_bytes(octets)
    digits: list[str] = []
    while number:
        number, value = divmod(number, 58)
        digits.append(ALPHABET[value])
    return "1" * zeros + "".join(reversed(digits))


def decode(text: str) -> bytes:
    """Return the octets of a Base58 text. Raises ValueError when it is not one, or too long."""
    if len(text) > MAX_CHARACTERS:
        raise ValueError("the Base58 text is too long")
    number = 0
    for character in text:
        if character not in _VALUE:
            raise ValueError("a character is outside the Base58 alphabet")
        number = number * 58 + _VALUE[character]
    ones = len(text) - len(text.lstrip("1"))
    return b"\0" * ones + number.to_bytes((number.bit_length() + 7) // 8)
