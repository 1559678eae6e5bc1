"""Every sample that ships with the schemas says what it should."""

import json
from pathlib import Path

import pytest

import schemas
from schemas.loading import BASE

SAMPLES = Path(schemas.__file__).parent / "samples"
VALID = sorted(SAMPLES.glob("*/valid-*.json"))
INVALID = sorted(SAMPLES.glob("*/invalid-*.json"))


def name_of(path):
    return f"{path.parent.name}-{path.stem}"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", schemas.KINDS)
def test_each_kind_ships_three_valid_and_five_invalid_samples(kind):
    assert sum(path.parent.name == kind for path in VALID) >= 3
    assert sum(path.parent.name == kind for path in INVALID) >= 5


@pytest.mark.parametrize("path", VALID, ids=name_of)
def test_a_valid_sample_may_be_published(path):
    assert schemas.publication_errors(path.parent.name, read(path)) == []


@pytest.mark.parametrize("path", INVALID, ids=name_of)
def test_an_invalid_sample_has_exactly_the_errors_it_names(path):
    sample = read(path)

    found = schemas.errors_of(path.parent.name, sample["record"])

    wanted = {(error["pointer"], error["code"]) for error in sample["errors"]}
    assert {(error.pointer, error.code) for error in found} == wanted
    assert all(error.text() and "%(" not in error.text() for error in found)


@pytest.mark.parametrize("path", VALID, ids=name_of)
def test_a_sample_comes_back_from_the_wire_as_it_went(path):
    kind, record = path.parent.name, read(path)

    posting = json.loads(json.dumps(schemas.to_wire(kind, record)))

    assert schemas.from_wire(posting) == (kind, record)
    assert schemas.to_wire(*schemas.from_wire(posting)) == posting


@pytest.mark.parametrize("path", VALID, ids=name_of)
def test_on_the_wire_every_key_is_prefixed_or_of_activitystreams(path):
    plain = {"type", "id", "name", "latitude", "longitude"}

    def keys(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                yield key
                if key != "svept:translations":
                    yield from keys(inner)
        elif isinstance(value, list):
            for item in value:
                yield from keys(item)

    posting = schemas.to_wire(path.parent.name, read(path))
    assert {key for key in keys(posting) if ":" not in key} <= plain


@pytest.mark.parametrize("kind", schemas.KINDS)
def test_schemas_have_a_versioned_id_and_a_label_for_every_field(kind):
    assert schemas.schema(kind)["$id"] == f"{BASE}{kind}/1"
    for field in schemas.properties_of(kind).values():
        assert field.title or field.is_hidden, field.name
        choices = field.rules.get("enum", [])
        if not field.is_hidden or field.labels:
            assert set(field.labels) == set(choices), field.name


@pytest.mark.parametrize("kind", schemas.KINDS)
def test_no_two_fields_share_a_key_on_the_wire(kind):
    keys = [field.wire for field in schemas.properties_of(kind).values()]
    assert len(keys) == len(set(keys))


def test_the_context_explains_every_prefix_and_names_our_namespace():
    terms = schemas.inline_context("vacancy")

    assert terms["svept"] == schemas.NAMESPACE
    assert terms["sdo"] == "https://schema.org/"
    assert terms["svept:translations"]["@type"] == "@json"
    assert "joinMode" not in terms
    assert "joinMode" in schemas.inline_context("event")


def test_a_schema_that_does_not_exist_is_a_key_error():
    with pytest.raises(KeyError):
        schemas.validator("sonnet")
    with pytest.raises(KeyError):
        schemas.errors_of("sonnet", {})


def test_labels_are_found_inside_objects_and_lists():
    assert schemas.label_of("vacancy", "salary.per", "HOUR") == "per hour"
    assert schemas.label_of("vacancy", "employmentType", "INTERN") == "Internship"
    assert schemas.label_of("vacancy", "salary.nothing.at.all", "HOUR") == "HOUR"
    assert schemas.label_of("vacancy", "shifts", "MOONLIGHT") == "MOONLIGHT"


@pytest.mark.parametrize("kind", schemas.KINDS)
def test_forms_are_told_what_is_required(kind):
    required = schemas.required_of(kind)

    assert {"identifier", "state", "summary", "helix", "regions", "contact"} <= required
    assert required <= set(schemas.properties_of(kind))
    assert {error.pointer[1:] for error in schemas.publication_errors(kind, {})} >= required


def test_the_context_at_the_namespace_builds_on_activitystreams():
    first, terms = schemas.context_document()["@context"]

    assert first == "https://www.w3.org/ns/activitystreams"
    assert terms == schemas.inline_context("event")
