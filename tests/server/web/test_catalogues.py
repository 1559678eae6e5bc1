"""Every text for people has a translation in each complete language, and none is left over."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

import server
from server.platform.i18n import load_languages, say_count

ROOT = Path(server.__file__).parent
LOCALE = ROOT / "web" / "locale"
COMPLETE = ["ar", "de", "fa", "fi", "fr", "nl", "sv", "uk"]
KEYWORDS = {
    "_": None, "gettext": None, "say": None, "ngettext": (1, 2), "say_count": (1, 2),
    "pgettext": ((1, "c"), 2),
}  # fmt: skip
PLACES = re.compile(r"%\(\w+\)s|</?\w+>")


@cache
def extracted() -> Catalog:
    """Return the texts that the program says, as the mapping file finds them."""
    with (LOCALE / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = Catalog()
    for _, _, text, comments, context in extract_from_dir(ROOT, methods, options, KEYWORDS):
        found.add(text, auto_comments=comments, context=context)
    return found


def catalogue(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "web.po").open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def said(message: Message) -> list[str]:
    both = message.string if isinstance(message.string, list | tuple) else [message.string]
    return [str(one) for one in both]


def key(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, list | tuple) else message.id)


def test_texts_are_found_in_code_and_templates() -> None:
    found = {key(message) for message in extracted() if message.id}
    assert {"Skip to the content", "can't be blank", "%(count)s like", "Lowest pay"} <= found
    assert len(found) > 350


@pytest.mark.parametrize("language", COMPLETE)
def test_every_text_is_translated(language: str) -> None:
    known = {key(message): message for message in catalogue(language) if message.id}
    wanted = {key(message) for message in extracted() if message.id}
    assert sorted(wanted - known.keys()) == [], "not translated"
    assert sorted(known.keys() - wanted) == [], "said nowhere any more"
    empty = [text for text, message in known.items() if not all(said(message))]
    assert empty == []
    assert [text for text, message in known.items() if message.fuzzy] == []


@pytest.mark.parametrize("language", COMPLETE)
def test_translations_keep_what_is_filled_in_and_marked_up(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            texts = message.id if isinstance(message.id, list | tuple) else [message.id]
            for one in said(message):
                assert sorted(PLACES.findall(one)) == sorted(PLACES.findall(texts[-1])), one


@pytest.mark.parametrize("language", COMPLETE)
def test_translations_are_not_the_english_itself(language: str) -> None:
    same = [
        key(message)
        for message in catalogue(language)
        if message.id and key(message) == said(message)[0]
    ]
    assert [text for text in same if len(PLACES.sub("", text).split()) > 2] == []


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [("nl", "1 stem", "2 stemmen"), ("fr", "1 voix", "2 voix"), ("fi", "1 ääni", "2 ääntä")],
)
def test_numbers_take_their_form(language: str, one: str, many: str) -> None:
    speaks = load_languages([LOCALE], [language]).translator(language)
    assert speaks.say(say_count("%(count)s vote", "%(count)s votes", 1)) == one
    assert speaks.say(say_count("%(count)s vote", "%(count)s votes", 2)) == many
