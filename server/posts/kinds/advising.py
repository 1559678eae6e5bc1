"""Advice for texts that everybody understands and nobody feels shut out by: hints, never rules.

What is looked for stands in `phrases.tsv`: for each language patterns, what is wrong with them and
a better phrase. Adding a language is adding lines there. Patterns ignore capitals; no better phrase
may fit its own pattern, or the advice would never end.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from server.posts.kinds import FACTS, Kind
from server.posts.kinds.language import marked
from server.posts.kinds.reading import Json, main_language, part_in, text_in

_WORDS_PER_EASY_SENTENCE: Final = 15
_WORDS_PER_SENTENCE: Final = 25
_MOST_TIPS: Final = 30
_PARTS: Final = ("title", "summary", "description", "easyText")
_MAILBOX: Final = re.compile(r"[a-z]{2,}\.[a-z]{2,}", re.IGNORECASE)

MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "native_speaker": marked(
            "Ask for a language level instead of a mother tongue: it excludes fewer people."
        ),
        "accent": marked("Many people speak well and have an accent. Ask for what the work needs."),
        "age": marked("This can sound as if only young people are welcome."),
        "gender": marked("This can sound as if only women or only men are welcome."),
        "jargon": marked("There are easier words for this."),
        "abbreviation": marked("Not everybody knows this short form. Write it out."),
    }
)
"""What is said about a phrase, by its code."""

_LONG_EASY: Final = marked("Write shorter sentences: at most 15 words each.")
_LONG: Final = marked("This sentence is long. Can you make two of it?")
_PERSONAL: Final = marked(
    "This looks like a person's mailbox. Better give one of a team: it is public."
)


@dataclass(frozen=True, slots=True)
class Tip:
    """One hint: the JSON pointer of the text, what is said of it, and about which words.

    `better` may stand in place of `found`; "" when only the author knows something better.
    """

    pointer: str
    code: str
    message: str
    found: str = ""
    better: str = ""


@dataclass(frozen=True, slots=True)
class _Phrase:
    code: str
    pattern: re.Pattern[str]
    better: str


@cache
def phrases() -> Mapping[str, tuple[_Phrase, ...]]:
    """Return the phrases to look for, by language."""
    text = files("server.posts.kinds").joinpath("phrases.tsv").read_text("utf-8")
    found: dict[str, list[_Phrase]] = {}
    for line in text.splitlines()[1:]:
        language, code, pattern, better = line.split("\t")
        name = "native_speaker" if code == "native" else code
        compiled = re.compile(pattern, re.IGNORECASE)
        found.setdefault(language, []).append(_Phrase(name, compiled, better))
    return MappingProxyType({tag: tuple(one) for tag, one in found.items()})


def advice(kind: Kind, record: Json) -> list[Tip]:
    """Return hints for a better text: nothing here stops anybody from publishing."""
    found = [*_texts_advised(kind, record), *_personal_mailbox(record)]
    return found[:_MOST_TIPS]


def advice_on_text(text: str, language: str) -> list[Tip]:
    """Return hints for an ordinary post."""
    return [*_phrases_in("/text", text, language)][:_MOST_TIPS]


def applied(record: Json, tip: Tip) -> dict[str, Any]:
    """Return the record with the better phrase in place of the first of those found."""
    changed: dict[str, Any] = deepcopy(dict(record))
    *above, last = tip.pointer.strip("/").split("/")
    place: Any = changed
    for step in above:
        place = place.get(step) if isinstance(place, dict) else None
    if isinstance(place, dict) and isinstance(place.get(last), str):
        place[last] = replaced(place[last], tip)
    return changed


def replaced(text: str, tip: Tip) -> str:
    """Return a text with the better phrase; a capital at its beginning stays one."""
    if not tip.better or not tip.found:
        return text
    starts_big = tip.found[:1].isupper() and tip.found[1:2].islower()
    better = tip.better[:1].upper() + tip.better[1:] if starts_big else tip.better
    whole = re.compile(rf"(?<!\w){re.escape(tip.found)}(?!\w)")
    return whole.sub(lambda _: better, text, count=1)


def _texts_advised(kind: Kind, record: Json) -> Iterator[Tip]:
    language = main_language(record)
    for part in _PARTS:
        name = FACTS[kind].title_name if part == "title" else part
        yield from _advised(f"/{name}", part, text_in(record, name), language)
    for tag in part_in(record, "translations"):
        texts = part_in(part_in(record, "translations"), tag)
        for part in _PARTS:
            pointer = f"/translations/{tag}/{part}"
            yield from _advised(pointer, part, text_in(texts, part), tag)


def _advised(pointer: str, part: str, text: str, language: str) -> Iterator[Tip]:
    yield from _phrases_in(pointer, text, language)
    yield from _long_sentences(pointer, part, text)


def _phrases_in(pointer: str, text: str, language: str) -> Iterator[Tip]:
    """Look for the language's own phrases, and for mother tongues in words of any language."""
    tag = language.partition("-")[0]
    own = phrases().get(tag, ())
    borrowed = [
        one
        for other, known in phrases().items()
        for one in known
        if other != tag and one.code == "native_speaker"
    ]
    told: set[str] = set()
    for phrase in (*own, *borrowed):
        match = phrase.pattern.search(text)
        if match and match.group().casefold() not in told:
            told.add(match.group().casefold())
            # A borrowed phrase is named; a better one in another language would not fit.
            better = phrase.better if phrase in own else ""
            yield Tip(pointer, phrase.code, MESSAGES[phrase.code], match.group(), better)


def _long_sentences(pointer: str, part: str, text: str) -> Iterator[Tip]:
    is_easy = part == "easyText"
    most = _WORDS_PER_EASY_SENTENCE if is_easy else _WORDS_PER_SENTENCE
    for sentence in re.split(r"[.!?…؟。\n]+", text):
        if len(sentence.split()) > most:
            words = " ".join(sentence.split()[:8]) + " …"
            yield Tip(pointer, "long_sentence", _LONG_EASY if is_easy else _LONG, words)
            return


def _personal_mailbox(record: Json) -> Iterator[Tip]:
    name = text_in(part_in(record, "contact"), "email").partition("@")[0]
    if _MAILBOX.fullmatch(name):
        yield Tip("/contact/email", "personal_mailbox", _PERSONAL)
