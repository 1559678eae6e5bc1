"""Errors name a place, a code and a sentence; formats and rules between fields refuse what is wrong."""

import pytest

from schemas import FieldError, errors_of, publication_errors
from schemas.errors import pointer_to
from schemas.formats import format_checker
from schemas.rules import cross_field_errors, moment_of

ACCEPTED = [
    ("web-url", "https://mesh.example/a?b=c#d"),
    ("web-url", "http://localhost:8080/"),
    ("web-url", "https://xn--bcher-kva.example/"),
    ("apply-url", "mailto:jobs@mesh.example"),
    ("apply-url", "mailto:jobs@mesh.example?subject=Job"),
    ("apply-url", "https://mesh.example/apply"),
    ("email", "jobs+be@mesh.example"),
    ("date", "2028-02-29"),
    ("date-time", "2027-01-31T22:59:59Z"),
    ("date-time", "2027-01-31T22:59:59.123456789+02:00"),
    ("timezone", "Europe/Helsinki"),
    ("identifier", "urn:uuid:7d5f8a8e-3f0b-4a53-9a43-52b6f2b1c0aa"),
    ("identifier", "https://mesh.example/posts/1"),
]
REFUSED = [
    ("web-url", "javascript:alert(1)"),
    ("web-url", "//mesh.example/"),
    ("web-url", "https://bank.example@mesh.example/"),
    ("web-url", "https://"),
    ("web-url", "https://mesh.example/\"onclick='x'"),
    ("web-url", "https://mesh.example/a b"),
    ("web-url", "https://[::1"),
    ("web-url", "https://mesh.example:99999/"),
    ("apply-url", "mailto:"),
    ("apply-url", "mailto:not a mailbox"),
    ("apply-url", "tel:+3200000000"),
    ("email", "jobs@mesh"),
    ("email", "Jobs <jobs@mesh.example>"),
    ("date", "2027-02-29"),
    ("date", "31-01-2027"),
    ("date-time", "2027-01-31T22:59:59"),
    ("date-time", "2027-01-31 22:59:59Z"),
    ("date-time", "2027-13-31T22:59:59Z"),
    ("date-time", "0001-01-01T00:00:00+14:00"),
    ("timezone", "Europe/Atlantis"),
    ("identifier", "urn:uuid:1234"),
]


@pytest.mark.parametrize(("name", "text"), ACCEPTED)
def test_a_format_accepts(name, text):
    assert format_checker().conforms(text, name)


@pytest.mark.parametrize(("name", "text"), REFUSED)
def test_a_format_refuses(name, text):
    assert not format_checker().conforms(text, name)


def test_a_format_says_nothing_about_other_types():
    assert format_checker().conforms(7, "date")


def test_pointers_escape_what_json_pointer_reserves():
    assert pointer_to(["links", 0, "a/b~c"]) == "/links/0/a~1b~0c"
    assert pointer_to([]) == ""


def test_an_error_speaks_the_readers_language():
    error = FieldError(
        "/title", "maxLength", "Write at most %(limit)s characters.", {"limit": "120"}
    )

    assert error.text() == "Write at most 120 characters."
    assert (
        error.text({error.message: "Enintään %(limit)s merkkiä."}.__getitem__)
        == "Enintään 120 merkkiä."
    )


def test_a_percent_sign_in_a_translation_without_values_is_harmless():
    assert FieldError("", "x", "y").text(lambda _: "100 %") == "100 %"


def test_a_missing_field_is_addressed_itself_and_told_once():
    errors = errors_of("tool", {"state": "OPEN"})

    places = [error.pointer for error in errors]
    assert places == ["/identifier", "/name", "/toolKind", "/url"]
    assert {error.code for error in errors} == {"required"}


def test_lengths_tell_their_limit():
    errors = {e.pointer: e.text() for e in errors_of("tool", {"name": "x" * 121, "summary": ""})}

    assert errors["/name"] == "Write at most 120 characters."
    assert errors["/summary"] == "This field is required."


@pytest.mark.parametrize("lead", ["EXPECTED", "JOB_SHADOWING", "INFORMATIONAL_TALK"])
def test_a_lead_needs_no_pay_but_a_vacancy_does(lead):
    def missing(record):
        return {error.pointer for error in publication_errors("vacancy", record)}

    assert {"/salary", "/contractTerm", "/employmentType"} <= missing({})
    assert {"/salary", "/contractTerm", "/employmentType"} <= missing(
        {"leadType": "HIRE_WITHOUT_CV"}
    )
    assert not {"/salary", "/contractTerm", "/employmentType"} & missing({"leadType": lead})
    assert "/salary" not in missing({"payTold": "before_interview"})


@pytest.mark.parametrize(
    ("record", "pointer", "code"),
    [
        ({"startDate": "2027-02-01", "endDate": "2027-01-01"}, "/endDate", "order"),
        ({"startTime": "2027-01-14T13:00:00+01:00", "endTime": "2027-01-14T12:00:00Z"}, "/endTime", "order"),
        ({"validThrough": "2027-02-01T00:00:00Z", "expiresAt": "2027-01-01T00:00:00Z"}, "/expiresAt", "order"),
        ({"registrationUntil": "2027-01-15T00:00:00Z", "endTime": "2027-01-14T12:00:00Z"}, "/endTime", "order"),
        ({"hoursMin": 30, "hoursMax": 20}, "/hoursMax", "order"),
        ({"salary": {"minCents": 2, "maxCents": 1}}, "/salary/maxCents", "order"),
        ({"contractTerm": "FIXED"}, "/contractMonths", "required"),
        ({"cefrFrom": "C1", "cefrTo": "A2"}, "/cefrTo", "order"),
        ({"isAccessibleForFree": True, "cost": {"amountCents": 1}}, "/cost", "contradiction"),
        ({"inLanguage": "fr", "translations": {"fr": {}}}, "/translations/fr", "contradiction"),
    ],
)  # fmt: skip
def test_fields_may_not_contradict_each_other(record, pointer, code):
    assert [(e.pointer, e.code) for e in cross_field_errors(record)] == [(pointer, code)]


@pytest.mark.parametrize(
    "record",
    [
        {"startDate": "2027-02-01", "endDate": "2027-02-01"},
        {"enrolUntil": "2027-02-01T17:00:00Z", "endDate": "2027-02-01"},
        {"contractTerm": "PERMANENT"},
        {"isAccessibleForFree": True, "cost": {"amountCents": 0}},
        {"isAccessibleForFree": True, "cost": {"amountCents": [1], "x": {}}, "cefrFrom": [], "hoursMin": "2", "hoursMax": 1}
        | {"isAccessibleForFree": "yes"},
        {"startDate": 7, "endDate": "tomorrow", "salary": [], "translations": [], "inLanguage": {}},
    ],
)  # fmt: skip
def test_what_does_not_contradict_or_is_for_the_schema_to_refuse_passes(record):
    assert list(cross_field_errors(record)) == []


def test_moments_are_read_in_utc():
    assert moment_of("2027-01-14T13:00:00+01:00").isoformat() == "2027-01-14T12:00:00+00:00"
    assert moment_of("2027-01-14", at_end=True).isoformat() == "2027-01-14T23:59:59+00:00"
    assert moment_of("2027-01-14T13:00:00") is None
    assert moment_of("0001-01-01T00:00:00+14:00") is None
    assert moment_of(None) is None
