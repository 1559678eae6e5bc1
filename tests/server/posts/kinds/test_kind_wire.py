"""Records go to ActivityStreams and come back; foreign documents are read carefully or not at all."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from server.posts.kinds import FACTS, Kind
from server.posts.kinds.content import Hashtag, content_map, event_summary_html
from server.posts.kinds.wire import event_of, parts_of, places_of, posting_of, record_of

SAMPLES = Path(schemas.__file__).parent / "samples"
VALID = sorted(SAMPLES.glob("*/valid-*.json"))
WIRE = {
    kind: json.loads(
        (Path(__file__).parents[3] / "schemas" / "wire" / f"{kind}.json").read_text(
            encoding="utf-8"
        )
    )
    for kind in schemas.KINDS
}
AUTHOR = "https://mesh.example/people/101"
URL = "https://mesh.example/@duinzorg/1001"


def sample(kind, number=1):
    return json.loads((SAMPLES / kind / f"valid-{number}.json").read_text(encoding="utf-8"))


def document_of(kind, record):
    """Put around a record what a post puts around it."""
    contents = content_map(
        kind, record, url=URL, tags=[Hashtag("x", "https://mesh.example/tags/x")]
    )
    document = {
        "@context": ["https://www.w3.org/ns/activitystreams", schemas.inline_context(kind)],
        "id": "https://mesh.example/posts/1001",
        "type": FACTS[kind].activity_type,
        "attributedTo": AUTHOR,
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "published": "2026-11-23T09:00:00Z",
        "url": URL,
        "content": next(iter(contents.values())),
        "contentMap": contents,
    } | parts_of(kind, record, attributed_to=AUTHOR, url=URL)
    return document | ({"summary": event_summary_html(record)} if kind is Kind.EVENT else {})


@pytest.mark.parametrize("kind", schemas.KINDS)
def test_a_document_of_the_wire_form_is_read_and_written_back_equal(kind):
    document = WIRE[kind]

    found, record = record_of(document)
    parts = parts_of(found, record, attributed_to=document["attributedTo"], url=document["url"])

    assert found == kind
    assert parts == {name: document[name] for name in parts}
    assert parts["svept:posting"] == document["svept:posting"]
    assert ("endTime" in document) == ("endTime" in parts)


@pytest.mark.parametrize("path", VALID, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_a_sample_survives_the_journey(path):
    kind, record = Kind(path.parent.name), json.loads(path.read_text(encoding="utf-8"))

    document = json.loads(json.dumps(document_of(kind, record)))

    assert [e.message for e in schemas.validator("envelope").iter_errors(document)] == []
    assert "null" not in json.dumps(document["svept:posting"])
    found, read = record_of(document)
    assert found is kind
    assert {name: read[name] for name in record} == record
    assert set(read) - set(record) <= {"eventStatus"}
    assert document_of(kind, read) == document


def test_of_those_who_come_only_the_number_is_said():
    record = sample("event") | {"joinMode": "free", "maximumAttendeeCapacity": 20}

    assert places_of(record, 12) == {"participantCount": 12, "remainingAttendeeCapacity": 8}
    assert places_of(record, 21)["remainingAttendeeCapacity"] == 0
    assert places_of(record | {"joinMode": "external"}, 12) == {}


def test_a_posting_in_an_event_does_not_repeat_the_event():
    posting = posting_of(Kind.EVENT, sample("event"))

    assert not {"sdo:name", "sdo:startDate", "sdo:location", "svept:textLanguage"} & set(posting)
    assert posting["svept:interpreters"] == ["ar", "ti", "uk"]


def test_sign_up_here_is_said_and_where_nobody_signs_up_the_page_is():
    parts = parts_of(Kind.EVENT, sample("event", 3), attributed_to=AUTHOR, url=URL)

    assert parts["joinMode"] == "free"
    assert parts["externalParticipationUrl"] == "https://mesh.example/@harbour/1004/join"
    assert "svept:joinMode" not in parts["svept:posting"]
    # Mobilizon knows no event without sign-up: it is led to the page, and we to our own word.
    open_to_all = parts_of(Kind.EVENT, sample("event", 2), attributed_to=AUTHOR, url=URL)
    assert (open_to_all["joinMode"], open_to_all["externalParticipationUrl"]) == ("external", URL)
    assert open_to_all["svept:posting"]["svept:joinMode"] == "none"
    assert (
        parts_of(Kind.EVENT, sample("event") | {"applyUrl": ""}, attributed_to=AUTHOR, url=URL)[
            "externalParticipationUrl"
        ]
        == URL
    )


def test_an_online_event_has_one_virtual_location():
    parts = parts_of(Kind.EVENT, sample("event", 3), attributed_to=AUTHOR, url=URL)

    assert parts["location"] == {
        "type": "VirtualLocation",
        "name": "meet.harbour-uni.example",
        "url": "https://meet.harbour-uni.example/hidden-jobs",
    }
    assert parts["isOnline"] is True


def test_no_list_of_attendees_leaves():
    assert "attendees" not in parts_of(Kind.EVENT, sample("event"), attributed_to=AUTHOR, url=URL)


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("EventCancelled", "CANCELLED"),
        ("EventPostponed", "TENTATIVE"),
        ("EventMovedOnline", "CONFIRMED"),
    ],
)
def test_calendars_get_a_status_of_their_own(status, word):
    parts = parts_of(
        Kind.EVENT, sample("event") | {"eventStatus": status}, attributed_to=AUTHOR, url=URL
    )
    assert (parts["eventStatus"], parts["status"]) == (status, word)


@pytest.mark.parametrize(
    ("why", "change"),
    [
        ("no posting", {"svept:posting": None}),
        ("an unknown major version", {"svept:posting": WIRE["vacancy"]["svept:posting"] | {"svept:profile": "vacancy/2"}}),
        ("a posting that breaks its schema", {"svept:posting": WIRE["vacancy"]["svept:posting"] | {"sdo:title": 7}}),
        ("a script as the place to apply", {"svept:posting": WIRE["vacancy"]["svept:posting"] | {"svept:applyUrl": "javascript:alert(1)"}}),
        ("a closing moment that differs", {"endTime": "2028-01-01T00:00:00Z"}),
        ("the page of another server", {"url": "https://elsewhere.example/v/1"}),
        ("a page that is no web address", {"url": "javascript:alert(1)"}),
        ("an employer who is not the author", {"attributedTo": "https://mesh.example/people/666"}),
    ],
)  # fmt: skip
def test_a_vacancy_is_shown_as_an_ordinary_note_when_it_has(why, change):
    assert record_of(WIRE["vacancy"]) is not None
    assert record_of(WIRE["vacancy"] | change) is None, why


def test_an_agency_may_publish_for_a_client_it_declared():
    document = WIRE["vacancy"] | {"attributedTo": "https://mesh.example/people/90"}

    assert record_of(document) is None
    assert record_of(document, clients={"https://mesh.example/people/77"}) is not None


def test_an_event_posting_in_a_note_is_no_record():
    assert record_of(WIRE["event"] | {"type": "Note"}) is None


def test_the_context_may_be_elsewhere_and_the_language_unknown():
    document = {
        key: value
        for key, value in WIRE["study"].items()
        if key not in {"@context", "contentMap", "endTime"}
    }

    _, record = record_of(document)

    assert "inLanguage" not in record
    assert "inLanguage" not in record_of(document | {"contentMap": {"nl_BE!": "x"}})[1]
    assert record_of(document | {"contentMap": {"nl-BE": "x"}})[1]["inLanguage"] == "nl-BE"


def test_an_event_of_other_software_gives_its_facts():
    mobilizon_like = {
        "type": "Event",
        "id": "https://events.example/events/7",
        "name": " Welcome evening ",
        "startTime": "2027-03-01T19:00:00+01:00",
        "endTime": "2027-03-01T21:00:00+01:00",
        "timezone": "Europe/Brussels",
        "joinMode": "free",
        "category": "MEETING",
        "maximumAttendeeCapacity": 0,
        "inLanguage": "fr",
        "location": {
            "type": "Place",
            "name": "Maison du quartier",
            "latitude": 50.85,
            "longitude": 4.35,
            "address": {
                "type": "PostalAddress",
                "addressLocality": "Bruxelles",
                "addressCountry": "Belgique",
                "postalCode": None,
            },
        },
    }

    facts = event_of(mobilizon_like)

    assert facts["name"] == "Welcome evening"
    assert facts["startTime"] == "2027-03-01T19:00:00+01:00"
    assert facts["joinMode"] == "free"
    # The country is no code and the capacity no number of people: only what is unsound is left out.
    assert facts["location"]["addressLocality"] == "Bruxelles"
    assert "addressCountry" not in facts["location"]
    assert "maximumAttendeeCapacity" not in facts
    assert "identifier" not in facts


def test_an_event_may_have_several_locations_and_a_plain_address():
    document = {
        "type": "Event",
        "name": "Repair café",
        "startTime": "2027-03-01T19:00:00Z",
        "endTime": "2027-03-01T18:00:00Z",
        "location": [
            {"type": "VirtualLocation", "url": "https://meet.example/r"},
            {"type": "Place", "name": "Hall", "address": "Dock Street 1"},
        ],
    }

    facts = event_of(document)

    assert facts["location"] == {"name": "Hall", "streetAddress": "Dock Street 1"}
    assert facts["onlineUrl"] == "https://meet.example/r"
    assert "endTime" not in facts


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"type": "Note", "name": "x y z", "startTime": "2027-03-01T19:00:00Z"},
        {"type": "Event", "name": "No start"},
        {"type": "Event", "startTime": "2027-03-01T19:00:00Z"},
        {"type": "Event", "name": ["a"], "startTime": "2027-03-01T19:00:00Z"},
        {"type": "Event", "name": "Bad start", "startTime": "tomorrow"},
        {"type": ["Event"], "name": "A list", "startTime": "2027-03-01T19:00:00Z"},
    ],
)
def test_what_has_no_name_or_start_is_no_event(document):
    assert event_of(document) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(schemas.KINDS), st.data())
def test_no_change_to_a_document_makes_reading_fail(kind, data):
    document = json.loads(json.dumps(WIRE[kind]))
    for _ in range(data.draw(st.integers(1, 3))):
        part = data.draw(st.sampled_from([document, document["svept:posting"]]))
        part[data.draw(st.sampled_from(sorted(part)))] = data.draw(JSON)
        if not isinstance(document.get("svept:posting"), dict) or not document["svept:posting"]:
            break

    read = record_of(document)
    event_of(document)

    if read is not None:
        found, record = read
        assert content_map(found, record, url=URL, tags=[])
        assert parts_of(found, record, attributed_to=AUTHOR, url=URL)["svept:posting"]


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(WIRE["event"])), JSON, max_size=8))
def test_any_json_is_read_as_nothing_or_as_a_sound_event(document):
    assert record_of(document) is None
    facts = event_of(document | {"type": "Event"})
    assert facts is None or {e.code for e in schemas.errors_of("event", facts)} <= {"required"}
