"""Forms made from schemas, without a server: what is asked, and what typed texts become."""

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import KINDS, Property, properties_of, required_of
from server.posts.kinds import Kind
from server.web.fields import sections_of
from server.web.forms import record_of
from server.web.helping import HELP
from server.web.typed import shown_money

BRUSSELS = ZoneInfo("Europe/Brussels")


def visible(fields: Mapping[str, Property]) -> Iterator[Property]:
    for one in fields.values():
        if not one.is_hidden:
            yield one
            yield from visible(one.parts)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_schema_explains_has_help_in_plain_words(kind: str) -> None:
    explained = {one.name for one in visible(properties_of(kind)) if one.description}
    assert explained <= HELP.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_required_fields_are_asked_first_and_every_field_once(kind: str) -> None:
    sections = sections_of(Kind(kind), {}, zone=BRUSSELS)
    names = [one.name for section in sections for one in section.fields]
    assert len(names) == len(set(names))
    asked = {name for name in properties_of(kind) if not properties_of(kind)[name].is_hidden}
    assert {f"record[{name}]" for name in asked - {"datePosted"}} == set(names)
    first = {one.name for one in sections[0].fields}
    needed = {name for name in required_of(kind) if not properties_of(kind)[name].is_hidden}
    assert {f"record[{name}]" for name in needed} <= first
    assert sections[0].title is None
    assert all(section.title is not None for section in sections[1:])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("15,95", 1595), ("15.95", 1595), ("1 500", 150000), ("0", 0), ("15.955", "15.955"),
        ("NaN", "NaN"), ("Infinity", "Infinity"), ("much", "much"),
    ],
)  # fmt: skip
def test_money_is_kept_in_cents(typed: str, kept: object) -> None:
    record = record_of(Kind.VACANCY, {"salary": {"minCents": typed}}, zone=BRUSSELS)
    assert record["salary"]["minCents"] == kept


@given(st.integers(0, 100_000_000))
def test_money_shown_and_typed_again_is_the_same(cents: int) -> None:
    sent = {"salary": {"minCents": shown_money(cents)}}
    record = record_of(Kind.VACANCY, sent, zone=BRUSSELS)
    assert record["salary"]["minCents"] == cents


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("regions", "BE25, BE34\r\nonline", ["BE25", "BE34", "online"]),
        ("licencesNeeded", "Driving licence B\r\nForklift, indoors", ["Driving licence B", "Forklift, indoors"]),
        ("trainingGiven", "false", False), ("trainingGiven", "", None), ("trainingGiven", "perhaps", "perhaps"),
        ("hoursMin", "37,5", 37.5), ("hoursMin", "24", 24), ("hoursMin", "1e999", "1e999"),
        ("totalJobOpenings", "2", 2), ("totalJobOpenings", "2.5", "2.5"),
        ("validThrough", "2027-01-31T23:59", "2027-01-31T23:59:00+01:00"),
        ("validThrough", "2027-07-31T23:59", "2027-07-31T23:59:00+02:00"),
        ("validThrough", "2027-01-31T22:59:59Z", "2027-01-31T22:59:59Z"),
        ("validThrough", "soon", "soon"),
        ("employmentType", ["PART_TIME", ""], ["PART_TIME"]),
        ("summary", "  One\r\nTwo  ", "One\nTwo"),
    ],
)  # fmt: skip
def test_typed_texts_become_what_the_schema_wants(name: str, typed: str, kept: object) -> None:
    record = record_of(Kind.VACANCY, {name: typed}, zone=BRUSSELS)
    assert record.get(name) == kept
    assert type(record.get(name)) is type(kept)


def test_empty_rows_and_groups_are_absent() -> None:
    sent = {
        "languages": {"0": {"lang": ""}, "1": {"lang": "nl", "cefr": ""}, "x": {"lang": "fr"}},
        "jobLocation": {"name": " "},
        "translations": {"0": {"lang": "fr", "title": "Aide"}, "1": {"lang": "en"}},
    }
    record = record_of(Kind.VACANCY, sent, zone=BRUSSELS)
    assert record == {"languages": [{"lang": "nl"}], "translations": {"fr": {"title": "Aide"}}}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from(KINDS), st.data())
def test_nothing_that_can_be_sent_breaks_a_form(kind: str, data: st.DataObject) -> None:
    names = st.sampled_from(sorted(properties_of(kind)))
    sent = data.draw(st.dictionaries(names, JSON, max_size=6))
    record = record_of(Kind(kind), sent, zone=BRUSSELS)  # type: ignore[arg-type]  # hypothesis says object
    assert sections_of(Kind(kind), record, zone=BRUSSELS)
