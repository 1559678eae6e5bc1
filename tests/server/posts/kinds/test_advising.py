"""Advice for plain and welcoming texts: found, worded, and put in place."""

import pytest

from server.posts.kinds import Kind
from server.posts.kinds.advising import MESSAGES, advice, advice_on_text, applied, phrases

LANGUAGES = ("en", "nl", "fr", "de", "fi", "sv")


def codes(text: str, language: str) -> list[str]:
    record = {"title": "A job", "description": text, "inLanguage": language}
    return [one.code for one in advice(Kind.VACANCY, record)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_advice_of_every_kind(language: str) -> None:
    assert {one.code for one in phrases()[language]} == set(MESSAGES)


def test_no_better_phrase_is_advised_against() -> None:
    for language, known in phrases().items():
        for phrase in known:
            assert codes(phrase.better, language) == [], (language, phrase.better)
            assert not phrase.pattern.search(""), phrase.pattern


@pytest.mark.parametrize(
    ("language", "text", "code", "better"),
    [
        ("en", "We want a native speaker.", "native_speaker", "speaks the language well"),
        ("en", "Join our young and dynamic team!", "age", "friendly team"),
        ("en", "Salesman wanted", "gender", "Salesperson wanted"),
        ("en", "Start asap.", "abbreviation", "as soon as possible"),
        ("nl", "Nederlands is je moedertaal.", "native_speaker", "taal die je goed spreekt"),
        ("nl", "Een jong en dynamisch team", "age", "vriendelijk team"),
        ("nl-BE", "Poetsvrouw gezocht", "gender", "Poetshulp gezocht"),
        ("fr", "Femme de ménage", "gender", "Agent d’entretien (h/f/x)"),
        ("fr", "Contrat CDD", "abbreviation", "contrat à durée déterminée (CDD)"),
        ("de", "Deutsche Muttersprachler gesucht", "native_speaker", "die Sprache gut spricht"),
        ("de", "Wir sind ein junges Team.", "age", "freundliches Team"),
        ("fi", "Haemme esimiestä ja esimies", "gender", "esihenkilö"),
        ("fi", "Nuori ja dynaaminen tiimi", "age", "Ystävällinen tiimi"),
        ("sv", "Svenska som modersmål", "native_speaker", "språk du talar bra"),
        ("sv", "Ett ungt gäng", "age", "vänligt team"),
    ],
)
def test_a_better_phrase_is_offered_and_put_in_place(
    language: str, text: str, code: str, better: str
) -> None:
    record = {"title": "A job", "description": text, "inLanguage": language}
    [tip] = [one for one in advice(Kind.VACANCY, record) if one.code == code]
    assert tip.pointer == "/description"
    assert tip.found in text
    changed = applied(record, tip)
    assert better in changed["description"]
    assert code not in [one.code for one in advice(Kind.VACANCY, changed)]
    assert record["description"] == text


def test_a_translation_is_advised_in_its_own_language() -> None:
    record = {
        "name": "Café",
        "inLanguage": "en",
        "translations": {"nl": {"title": "Poetsvrouw", "summary": "Goed"}},
    }
    [tip] = advice(Kind.EVENT, record)
    assert tip.pointer == "/translations/nl/title"
    assert applied(record, tip)["translations"]["nl"]["title"] == "Poetshulp"


def test_the_title_is_pointed_at_by_its_own_name() -> None:
    assert [
        one.pointer for one in advice(Kind.TOOL, {"name": "Native speaker", "inLanguage": "en"})
    ] == ["/name"]


def test_a_borrowed_phrase_is_named_without_another_language_in_its_place() -> None:
    [tip] = advice(Kind.VACANCY, {"title": "Native speaker haettu", "inLanguage": "fi"})
    assert (tip.code, tip.better) == ("native_speaker", "")


def test_long_sentences_are_named_by_their_beginning() -> None:
    long = "We " + "really " * 30 + "want you."
    assert codes(long, "en") == ["long_sentence"]
    assert codes("We want you. " * 30, "en") == []


def test_an_ordinary_post_is_advised_too() -> None:
    [tip] = advice_on_text("Start asap", "en")
    assert tip.pointer == "/text"


def test_a_language_without_phrases_gets_none() -> None:
    assert codes("متحدث أصلي", "ar") == []
