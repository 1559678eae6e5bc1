"""What a report may hold: pure limits."""

from typing import Final

CATEGORIES: Final = ("spam", "legal", "violation", "other")
MAX_COMMENT: Final = 1_000
MAX_POSTS: Final = 40
"""Servers send whole threads; more than this tells a moderator nothing new."""


def category_of(asked: str | None) -> str:
    """Return a known category; clients send new ones now and then."""
    return asked if asked in CATEGORIES else "other"
