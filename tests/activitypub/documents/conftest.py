"""Captured documents by software and name."""

from pathlib import Path

import pytest

from activitypub.documents.jsonbytes import parse_document

CAPTURED = Path(__file__).parent / "captured"


@pytest.fixture
def captured():
    """A function that reads one captured document strictly: `captured("mastodon/actor")`."""

    def read(name):
        return parse_document((CAPTURED / f"{name}.json").read_bytes())

    return read
