"""Structured header fields (RFC 8941), read more strictly than the RFC demands.

RFC 8941 lets the last of two equal names win. In a signature that is a way to show one reader
something else than another, so names that occur twice, in a dictionary or in parameters, are
refused here. The reading itself is done by http-sfv.
"""

import re

from http_sfv.dictionary import Dictionary
from http_sfv.item import AllItemType

from activitypub.errors import MalformedSignature

MAX_FIELD_CHARACTERS = 8192
"""Longest signature field that is read; honest ones stay below 1,000 characters."""

# A quoted text, or the rest of the line when it never ends: so every character is read once.
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"?')
_PARAMETERS = re.compile(r"(?:; *[a-z*][a-z0-9_.*-]*(?:=[^;,()\s]*)?)+")
_NAME = re.compile(r"; *([a-z*][a-z0-9_.*-]*)")


class StrictDictionary(Dictionary):
    """A structured dictionary that refuses a name which is already there."""

    def __setitem__(self, key: str, value: AllItemType) -> None:
        if key in self.data:
            raise ValueError("a name occurs twice")
        super().__setitem__(key, value)


def dictionary_of(text: str) -> StrictDictionary:
    """Read a dictionary field. Raises MalformedSignature when it is none or says a thing twice."""
    if len(text) > MAX_FIELD_CHARACTERS:
        raise MalformedSignature("a structured field is too long")
    for run in _PARAMETERS.findall(_QUOTED.sub('""', text)):
        names = _NAME.findall(run)
        if len(names) != len(set(names)):
            raise MalformedSignature("a parameter occurs twice")
    members = StrictDictionary()
    try:
        members.parse(text.encode("ascii"))
    except ValueError as error:
        raise MalformedSignature("a structured field cannot be read") from error
    return members
