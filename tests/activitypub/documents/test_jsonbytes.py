"""Strict parsing of a stranger's bytes."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activitypub.documents.jsonbytes import check_shape, json_bytes, parse_document
from activitypub.errors import DocumentError

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def nested(depth):
    return b'{"a":' * depth + b"1" + b"}" * depth


def test_an_object_comes_out_as_it_went_in():
    assert parse_document(b'{"a":[1,"\xc3\xa9",null,true,1.5]}') == {"a": [1, "é", None, True, 1.5]}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "valid JSON"),
        (b"{", "valid JSON"),
        (b"[]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"a":1}{"b":2}', "valid JSON"),
        (b'{"a":"\xff"}', "valid JSON"),
        (b'{"a":"\xed\xa0\x80"}', "valid JSON"),
        (b'{"a":"\\ud800"}', "valid JSON"),
        (b'\xef\xbb\xbf{"a":1}', "valid JSON"),
        (b'{"a":NaN}', "valid JSON"),
        (b'{"a":Infinity}', "valid JSON"),
        (b'{"a":1e999}', "valid JSON"),
        (b'{"a":9223372036854775808}', "64 bits"),
        (b'{"a":-9223372036854775809}', "64 bits"),
        (b'{"a":[' + b"9" * 60 + b"]}", "64 bits"),
        (b'{"a":1,"a":2}', "same key twice"),
        (b'{"o":[{"a":1,"\\u0061":1}]}', "same key twice"),
        (b'{"a":"\\u0000"}', "U+0000"),
        (b'{"a\\u0000":1}', "U+0000"),
        (nested(51), "nested deeper"),
        (b'{"a":' + b"[" * 900 + b"]" * 900 + b"}", "nested deeper"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "valid JSON"),
    ],
)
def test_what_two_readers_could_understand_differently_is_refused(body, why):
    with pytest.raises(DocumentError, match=why.replace("+", r"\+")):
        parse_document(body)


def test_fifty_levels_and_numbers_of_64_bits_are_taken():
    parse_document(nested(50))
    assert parse_document(b'{"a":9223372036854775807}') == {"a": 2**63 - 1}


def test_more_bytes_than_allowed_are_refused_before_they_are_read():
    body = b'{"a":"' + b"x" * 100 + b'"}'
    with pytest.raises(DocumentError, match="larger than 50"):
        parse_document(body, max_bytes=50)
    with pytest.raises(DocumentError, match="larger than 1048576"):
        parse_document(b'{"a":"' + b"x" * 1024 * 1024 + b'"}')


@given(json_values)
def test_what_we_write_is_what_we_read(value):
    document = {"value": value}

    check_shape(document)

    assert parse_document(json_bytes(document)) == document


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_an_object_or_a_document_error(body):
    with suppress(DocumentError):
        assert isinstance(parse_document(body), dict)


def test_a_value_that_json_does_not_have_is_our_mistake_and_says_so():
    with pytest.raises(DocumentError, match="JSON does not have"):
        json_bytes({"a": object()})
