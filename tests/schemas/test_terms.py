"""Postings are read and written without loss, and foreign input never surprises."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas

WIRE = {
    kind: json.loads((Path(__file__).parent / "wire" / f"{kind}.json").read_text(encoding="utf-8"))
    for kind in schemas.KINDS
}
KNOWN_KEYS = [
    "title", "name", ":title", "::", "sdo:title", "sdo:name", "type", "profile", "svept:profile",
    "svept:salary", "svept:minCents", "minCents", "sdo:jobLocation", "svept:languages", "svept:new",
    "svept:translations", "sdo:identifier", "svept:state", "sdo:startDate", "svept:toolKind",
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KNOWN_KEYS) | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=20,
)
POSTINGS = st.builds(
    lambda rest, kind: rest | {"svept:profile": f"{kind}/1"},
    st.dictionaries(st.sampled_from(KNOWN_KEYS) | st.text(max_size=5), JSON, max_size=8),
    st.sampled_from(schemas.KINDS),
)


@pytest.mark.parametrize("kind", schemas.KINDS)
def test_a_document_of_the_wire_form_fits_the_envelope(kind):
    document = WIRE[kind] | {"svept:posting": WIRE[kind]["svept:posting"]}
    assert [error.message for error in schemas.validator("envelope").iter_errors(document)] == []


@pytest.mark.parametrize("kind", schemas.KINDS)
def test_a_posting_is_written_back_equal(kind):
    posting = WIRE[kind]["svept:posting"]

    found, record = schemas.from_wire(posting)

    assert found == kind
    assert schemas.to_wire(kind, record) == posting


@pytest.mark.parametrize("kind", ["study", "vacancy", "project", "tool"])
def test_a_posting_in_a_note_is_a_complete_record(kind):
    _, record = schemas.from_wire(WIRE[kind]["svept:posting"])
    assert schemas.errors_of(kind, record) == []


def test_records_use_our_names_at_every_level():
    _, record = schemas.from_wire(WIRE["vacancy"]["svept:posting"])

    assert record["title"] == "Zorgkundige thuiszorg"
    assert record["salary"] == {
        "currency": "EUR",
        "minCents": 1595,
        "maxCents": 1890,
        "per": "HOUR",
    }
    assert record["languages"] == [{"lang": "nl", "cefr": "A2"}]
    assert record["jobLocation"]["addressCountry"] == "BE"
    assert "type" not in record["jobLocation"]
    assert "type" not in record


@pytest.mark.parametrize(
    ("note", "change"),
    [
        ("a Note with a name", {"name": "Zorgkundige"}),
        ("a Note with a summary", {"summary": "A warning"}),
        ("no closing moment for a vacancy", {"endTime": None}),
        ("a namespace that is not ours", {"@context": ["https://www.w3.org/ns/activitystreams", {"sdo": "https://schema.org/", "svept": "https://else.example/#"}]}),
        ("a vacancy that says it is an Event", {"type": "Event"}),
        ("an unknown major version", {"svept:posting": WIRE["vacancy"]["svept:posting"] | {"svept:profile": "vacancy/2"}}),
        ("an attachment other servers choke on", {"attachment": [{"type": "PropertyValue", "name": "x"}]}),
    ],
)  # fmt: skip
def test_the_envelope_refuses(note, change):
    changed = {key: value for key, value in (WIRE["vacancy"] | change).items() if value is not None}
    assert not schemas.validator("envelope").is_valid(changed), note


@pytest.mark.parametrize(
    ("written", "profile"),
    [
        ("vacancy/1", schemas.Profile("vacancy", 1, 0)),
        ("event/1.7", schemas.Profile("event", 1, 7)),
        ("vacancy/2", None),
        ("vacancy/0", None),
        ("vacancy", None),
        ("sonnet/1", None),
        ("vacancy/1\n", None),
        ("vacancy/१", None),
        (1, None),
        (None, None),
    ],
)
def test_a_profile_is_read_or_refused(written, profile):
    assert schemas.profile_of({"svept:profile": written}) == profile


def test_a_later_minor_version_keeps_its_new_fields():
    posting = WIRE["tool"]["svept:posting"] | {
        "svept:profile": "tool/1.4",
        "svept:mood": {"a": [1]},
    }

    kind, record = schemas.from_wire(posting)

    assert record["svept:mood"] == {"a": [1]}
    assert schemas.errors_of(kind, record) == []
    assert schemas.to_wire(kind, record) == posting


@pytest.mark.parametrize("posting", [None, 7, "vacancy/1", [], {}, {"svept:profile": "poem/1"}])
def test_what_is_no_posting_is_said_to_be_none(posting):
    with pytest.raises(schemas.NotARecord):
        schemas.from_wire(posting)


def test_the_type_of_a_tool_follows_its_kind():
    assert schemas.to_wire("tool", {"toolKind": "APP"})["type"] == "sdo:SoftwareApplication"
    assert schemas.to_wire("tool", {"toolKind": "CHECKLIST"})["type"] == "sdo:HowTo"
    assert schemas.to_wire("tool", {})["type"] == "sdo:WebApplication"


def test_a_declared_type_is_kept_and_an_unknown_one_is_an_error():
    posting = {"type": "sdo:Poem", "svept:profile": "study/1"}

    kind, record = schemas.from_wire(posting)

    assert record == {"type": "sdo:Poem"}
    assert ("/type", "enum") in {(e.pointer, e.code) for e in schemas.errors_of(kind, record)}


@given(JSON)
def test_any_json_is_a_record_or_is_refused(value):
    try:
        kind, record = schemas.from_wire(value)
    except schemas.NotARecord:
        assert schemas.profile_of(value) is None
    else:
        assert isinstance(schemas.errors_of(kind, record), list)


@given(POSTINGS)
def test_whatever_a_posting_holds_nothing_gets_lost(posting):
    kind, record = schemas.from_wire(posting)

    errors = schemas.errors_of(kind, record)

    assert all(isinstance(error.text(), str) for error in errors)
    assert schemas.publication_errors(kind, record)
    written = schemas.to_wire(kind, record)
    assert all(written[key] == value for key, value in posting.items() if not has_place(value))
    assert schemas.from_wire(written) == (kind, record)


def has_place(value):
    """Tell whether writing may add something inside: a place gets back the type it implies."""
    return isinstance(value, dict | list)
