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

SHORTEST_INSIDE: Final = 3
"""So many letters are looked for inside words, too."""

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
    Fewer than three letters are inside nearly everything and count only where words begin.
    """
    if wanted not in label and (" " not in wanted or any(i not in label for i in wanted.split())):
        return None  # nearly always, so it comes first
    if label.startswith(wanted):
        return 0 if label == wanted else 1
    words = label.split()
    if all(any(word.startswith(one) for word in words) for one in wanted.split()):
        return 2
    return 3 if len(wanted) >= SHORTEST_INSIDE else None
