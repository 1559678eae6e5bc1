"""Texts from elsewhere as plain text: paragraphs instead of HTML, lengths kept, tags checked."""

import re
from typing import Final

from server.platform.text import plain_text

_LANGUAGE: Final = re.compile(r"^([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})?$")
_BLANK_LINES: Final = re.compile(r"\n\s*\n\s*(?:\n\s*)*")


def paragraphs_of(text: str) -> str:
    """Return plain text with an empty line between paragraphs, of HTML or of plain text."""
    if "<" in text and ">" in text:
        text = plain_text(text)
    lines = (line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def cut(text: str, most: int) -> str:
    """Return a text of at most so many characters, cut at a word and ended with an ellipsis."""
    text = text.strip()
    if len(text) <= most:
        return text
    head = text[: most - 1]
    space = head.rfind(" ")
    return (head[:space] if space > most // 2 else head).rstrip() + "…"


def tag_of(text: str) -> str:
    """Return the language that a tag begins with (`nl` of `nl_BE`), or nothing."""
    found = _LANGUAGE.match(text.strip())
    return found.group(1).lower() if found else ""
