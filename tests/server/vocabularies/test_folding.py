"""How words are compared."""

import pytest

from server.vocabularies.folding import closeness, folded


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("INFIRMIERE", "infirmière"),
        ("strasse", "Straße"),
        ("Lahetti", "lähetti"),
        ("smorgas", "smörgås"),
        ("sjukskoterska", "sjuksköterska"),
        ("مهندس كهرباء", "مهندس کهرباء"),
        ("معلمي", "معلمی"),
        ("مدرسه", "مدرسة"),
        ("احمد", "أحمد"),
        ("مُدَرِّس", "مدرس"),
        ("كتـــاب", "كتاب"),
        ("برنامه نویس", "برنامه\u200cنویس"),
        ("обєкт", "об'єкт"),
        ("обєкт", "обʼєкт"),
        ("  web   developer ", "Web-Developer"),
    ],
)
def test_spellings_of_a_word_are_the_same(typed: str, written: str) -> None:
    assert folded(typed) == folded(written)


@pytest.mark.parametrize("text", ["", "   ", "…", "–"])
def test_what_is_no_word_is_nothing(text: str) -> None:
    assert folded(text) == ""


def test_text_without_end_is_cut() -> None:
    assert len(folded("a" * 100_000)) == 200


@pytest.mark.parametrize(
    ("label", "wanted", "fit"),
    [
        ("web developers", "web developers", 0),
        ("web developers", "web dev", 1),
        ("web developers", "dev", 2),
        ("web developers", "dev we", 2),
        ("softwareentwickler", "entwickler", 3),
        ("web developers", "nurse", None),
        ("web developers", "web nurse", None),
    ],
)
def test_what_begins_so_comes_before_what_holds_it(
    label: str, wanted: str, fit: int | None
) -> None:
    assert closeness(label, wanted) == fit
