"""Comparing words as people type them: without accents, capitals, marks and letter variants.

Arabic and Persian keyboards write the same letter with different characters; vowel marks and the
half space are typed by few. Both sides of every comparison go through `folded`, so what it takes
away is never missed.
"""

import unicodedata
from functools import lru_cache
from typing import Final

MOST_LETTERS: Final = 200
"""What is longer than this is cut before it is compared; no label is."""

_SAME_LETTER: Final = str.maketrans(
    {
        "ي": "ی", "ى": "ی", "ئ": "ی", "ې": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ە": "ه",
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "\u0640": None,
        "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
        "ґ": "г", "ʼ": None, "'": None, "’": None, "`": None,
    }
)  # fmt: skip


@lru_cache(maxsize=512)
def folded(text: str) -> str:
    """Return words in the form in which they are compared, with single spaces between them."""
    letters = text[:MOST_LETTERS].casefold().translate(_SAME_LETTER)
    bare = [one for one in unicodedata.normalize("NFKD", letters) if not _is_mark(one)]
    spaced = "".join(one if one.isalnum() else " " for one in bare)
    return " ".join(spaced.translate(_SAME_LETTER).split())


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) == "Mn"


def closeness(label: str, wanted: str) -> int | None:
    """Say how well a folded label fits what was folded and asked for; None when it does not.

    0 the same, 1 it begins so, 2 each word asked for begins one of its words, 3 each is inside it.
    """
    if label == wanted:
        return 0
    if label.startswith(wanted):
        return 1
    asked, words = wanted.split(), label.split()
    if all(any(word.startswith(one) for word in words) for one in asked):
        return 2
    return 3 if all(one in label for one in asked) else None
