"""Single values: what is taken, what is left, what is cut."""

from datetime import UTC, datetime

import pytest

from activitypub.documents.reading import (
    as_object,
    audience_of,
    boolean_of,
    id_of,
    ids_of,
    integer_of,
    language_map_of,
    language_of,
    localized,
    media_type_of,
    moment_of,
    number_of,
    text_of,
    type_of,
    types_of,
    url_text_of,
)

A = "https://a.example/1"
B = "https://b.example/2"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (A, A),
        ({"id": A}, A),
        ({"type": "Link", "href": A}, A),
        ([None, 5, {"id": 7}, {"id": A}, B], A),
        ([[A]], None),
        ("as:Public", None),
        ("acct:ann@a.example", None),
        ("", None),
        (None, None),
        (True, None),
        ({}, None),
    ],
)
def test_an_id_is_found_in_every_shape(value, expected):
    assert id_of(value) == expected


def test_ids_are_given_once_in_their_order_and_only_so_many():
    assert ids_of([B, {"id": A}, B, "nonsense"]) == (B, A)
    assert len(ids_of([f"https://a.example/{n}" for n in range(5000)])) == 1000


def test_an_object_is_never_one_of_several():
    assert as_object({"a": 1}) == {"a": 1}
    assert as_object([{"a": 1}]) == {"a": 1}
    assert as_object([A, {"a": 1}]) is None
    assert as_object(A) is None


def test_an_audience_keeps_public_as_it_was_spelled():
    assert audience_of("as:Public") == ("as:Public",)
    assert audience_of(["Public", A, A, {"id": B}, 3, "kaboom"]) == ("Public", A, B)
    assert audience_of(None) == ()


@pytest.mark.parametrize(
    ("raw", "types"),
    [
        ("Note", ("Note",)),
        (["x:Y", "Note"], ("x:Y", "Note")),
        ("as:Note", ("Note",)),
        ("https://www.w3.org/ns/activitystreams#Note", ("Note",)),
        ([None, 3, {}], ()),
        (None, ()),
    ],
)
def test_types_are_read_from_text_and_array(raw, types):
    assert types_of({"type": raw}) == types


def test_the_first_known_type_counts():
    assert type_of({"type": ["sdo:Thing", "Note", "Event"]}, frozenset({"Event", "Note"})) == "Note"
    assert type_of({"type": "Thing"}, frozenset({"Note"})) is None
    assert type_of("Note", frozenset({"Note"})) is None


def test_a_text_is_cut_and_blank_is_nothing():
    assert text_of("x" * 5000, limit=10) == "x" * 10
    assert text_of(["", "second"]) == "second"
    assert text_of("  ") is None
    assert text_of({"a": "b"}) is None
    assert text_of(5) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-11-23T09:00:00Z", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("2026-11-23T09:00:00z", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("2026-11-23t09:00:00+01:00", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ("2026-11-23T09:00:00", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("2026-11-23T09:00:00.1Z", datetime(2026, 11, 23, 9, 0, 0, 100000, tzinfo=UTC)),
        ("2026-11-23T09:00:00.123456789Z", datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)),
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-11-23 09:00", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("2026-02-30T00:00:00Z", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("9999-12-31T23:59:59-23:00", None),
        ("2026-11-23T09:00:00+99:00", None),
        ("yesterday", None),
        ("", None),
        ("2026-11-23T09:00:00Z" + " " * 100, None),
        (1795424400, None),
        (None, None),
    ],
)
def test_a_moment_is_aware_utc_or_nothing(raw, expected):
    assert moment_of(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (3, 3), ("3", 3), (3.0, 3), (0, 0), (-1, None), (True, None), ("x", None), ("٣", None),
        (None, None), (float("inf"), None), (float("nan"), None), (2**63, None), ("9" * 40, None),
        (1e300, None), ({}, None),
    ],
)  # fmt: skip
def test_an_integer_is_small_and_not_negative(raw, expected):
    assert integer_of(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (52.1, 52.1), ("52.1", 52.1), (91, None), ("nan", None), (float("inf"), None),
        (True, None), ("x", None), ("1" * 100, None), (None, None), (10**400, None),
    ],
)  # fmt: skip
def test_a_number_stands_between_its_bounds(raw, expected):
    assert number_of(raw, low=-90, high=90) == expected


def test_a_boolean_is_said_or_the_default():
    assert boolean_of(True, default=False) is True
    assert boolean_of("true", default=False) is True
    assert boolean_of("False", default=True) is False
    assert boolean_of(1, default=False) is False
    assert boolean_of(None, default=True) is True


def test_languages_and_media_types_are_checked_by_their_form():
    assert language_of("pt-BR") == "pt-BR"
    assert [language_of(tag) for tag in ("und", "x" * 40, "", "e n", None, 3)] == [None] * 6
    assert media_type_of("Text/HTML; charset=utf-8") == "text/html"
    assert [media_type_of(raw) for raw in ("html", "a/b/c", None, "<x>/y", "a" * 9999)] == [
        None
    ] * 5
    assert url_text_of("javascript:alert(1)") is None


def test_a_language_map_keeps_order_and_drops_what_is_no_text():
    raw = {"nl": "hoi", "": "x", "en": 5, "fr": "salut" * 10, "bad tag": "x"}
    assert language_map_of(raw, limit=5) == {"nl": "hoi", "fr": "salut"}
    assert list(language_map_of(raw, limit=5)) == ["nl", "fr"]
    assert language_map_of("x", limit=5) == {}
    assert len(language_map_of({f"x{n:03}a": "t" for n in range(500)}, limit=5)) == 0
    assert len(language_map_of({f"ab-{n:03}": "t" for n in range(500)}, limit=5)) == 60


@pytest.mark.parametrize(
    ("document", "text", "language"),
    [
        ({"content": "hoi", "contentMap": {"en": "hi", "nl": "hoi"}}, "hoi", "nl"),
        ({"content": "x", "contentMap": {"en": "hi", "nl": "hoi"}}, "x", "en"),
        ({"contentMap": {"nl": "hoi", "en": "hi"}}, "hoi", "nl"),
        ({"content": {"nl": "hoi"}}, "hoi", "nl"),
        ({"content": "hoi"}, "hoi", None),
        ({"content": "hoi", "contentMap": {"und": "hoi"}}, "hoi", None),
        ({"content": "", "contentMap": {"nl": "hoi"}}, "hoi", "nl"),
    ],
)
def test_a_text_knows_its_language(document, text, language):
    found = localized(document, "content")
    assert found is not None
    assert (found.text, found.language) == (text, language)


def test_a_missing_text_is_none():
    assert localized({"content": None, "contentMap": []}, "content") is None
