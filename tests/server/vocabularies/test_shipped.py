"""The shipped files: whole in nine languages, shaped as their standards are."""

import pytest
from babel import Locale

from server.vocabularies.catalogue import LANGUAGES, Catalogue, Damaged, _prefixes, rows_of
from server.vocabularies.schemes import SHIPPED

FILES = sorted({name for names in SHIPPED.values() for name in names} | {"cefr-can-do"})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FILES)
def test_every_label_is_there(name: str, language: str) -> None:
    missing = [row["code"] for row in rows_of(name) if not row[language].strip()]
    assert not missing


@pytest.mark.parametrize("name", [*FILES, "language", "isco-08-words"])
def test_no_code_comes_twice_and_no_label_is_untidy(name: str) -> None:
    rows = rows_of(name)
    codes = [row["code"] for row in rows]
    assert len(codes) == len(set(codes))
    for row in rows:
        for language, text in row.items():
            assert text == " ".join(text.split()), (row["code"], language)
            assert len(text) <= 160, (row["code"], language)


@pytest.mark.parametrize("name", FILES)
def test_labels_are_in_the_script_of_their_language(name: str) -> None:
    scripts = {"ar": "\u0600\u06ff", "fa": "\u0600\u06ff", "uk": "\u0400\u04ff"}
    for row in rows_of(name):
        if row["code"] in {"A1", "A2", "B1", "B2", "C1", "C2"} and name == "cefr":
            continue
        for language, (first, last) in scripts.items():
            letters = [one for one in row[language] if one.isalpha()]
            own = [one for one in letters if first <= one <= last]
            assert len(own) >= len(letters) * 0.7, (row["code"], row[language])


@pytest.mark.parametrize("name", FILES)
def test_persian_labels_have_persian_letters(name: str) -> None:
    arabic = {row["code"] for row in rows_of(name) if set(row["fa"]) & set("يكةى")}
    assert not arabic


@pytest.mark.parametrize("name", FILES)
def test_no_two_rows_under_one_parent_are_called_the_same(name: str) -> None:
    found = Catalogue(name)
    for language in LANGUAGES:
        for parent in [None, *found.codes]:
            below = [found.label(one, language) for one in found.children(None, parent)]  # type: ignore[arg-type]  # shipped files need no database
            assert len(below) == len(set(below)), (language, parent)


def test_isco_has_its_groups_of_every_level() -> None:
    codes = [row["code"] for row in rows_of("isco-08")]
    assert {length: sum(len(one) == length for one in codes) for length in (1, 2, 3, 4)} == {
        1: 10,
        2: 43,
        3: 130,
        4: 436,
    }
    assert all(one[:-1] in codes for one in codes if len(one) > 1)


def test_nace_has_its_sections_and_divisions() -> None:
    rows = rows_of("nace-2.1")
    assert sum(row["code"].isalpha() for row in rows) == 22
    assert sum(row["code"].isdigit() for row in rows) == 87
    sections = {row["code"] for row in rows if not row["parent"]}
    assert {row["parent"] for row in rows if row["parent"]} == sections


def test_nuts_is_whole_for_belgium_and_finland() -> None:
    codes = [row["code"] for row in rows_of("nuts-2024")]
    levels = {
        country: [
            sum(one[:2] == country and len(one) == size for one in codes) for size in (2, 3, 4, 5)
        ]
        for country in ("BE", "FI")
    }
    assert levels == {"BE": [1, 3, 11, 44], "FI": [1, 2, 5, 19]}
    assert sum(len(one) == 2 for one in codes) == 27
    assert all(one[:-1] in codes for one in codes if len(one) > 2)


def test_fields_of_education_stand_below_their_broad_field() -> None:
    codes = [row["code"] for row in rows_of("isced-f-2013")]
    assert sum(len(one) == 2 for one in codes) == 11
    assert all(one[:2] in codes for one in codes)
    assert [row["code"] for row in rows_of("isced-2011")] == list("012345678")


def test_own_names_are_of_languages_that_have_a_name() -> None:
    names = Locale.parse("en").languages
    for row in rows_of("language"):
        assert row["own"]
        assert row["code"] in names or row["en"] or row["code"] == "prs"


def test_a_file_with_a_broken_row_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    from pathlib import Path

    from server.vocabularies import catalogue

    folder = Path(str(tmp_path))
    (folder / "catalogues").mkdir()
    (folder / "catalogues" / "odd.tsv").write_text("code\ten\nA\tone\ttoo many\n", "utf-8")
    monkeypatch.setattr(catalogue, "files", lambda _: folder)
    with pytest.raises(Damaged, match="row 1: 3 columns, not 2"):
        rows_of("odd")


def test_a_code_stands_below_the_longest_code_it_begins_with() -> None:
    assert _prefixes(["1", "11", "111", "112", "12", "2"]) == {
        "11": "1",
        "111": "11",
        "112": "11",
        "12": "1",
    }


def test_further_words_are_of_occupations_that_can_be_chosen() -> None:
    codes = {row["code"] for row in rows_of("isco-08") if len(row["code"]) == 4}
    assert {row["code"] for row in rows_of("isco-08-words")} <= codes
