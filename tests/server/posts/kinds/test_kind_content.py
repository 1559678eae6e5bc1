"""The readable whole: in every language, escaped, with few tags; and schema.org for machines."""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from server.posts.kinds import Kind
from server.posts.kinds.content import (
    Hashtag,
    content_map,
    content_of,
    event_summary_html,
    one_line_of,
    paragraphs,
    plain_text_of,
)
from server.posts.kinds.language import catalogue
from server.posts.kinds.structured import script_text, structured_of

SAMPLES = Path(schemas.__file__).parent / "samples"
VALID = sorted(SAMPLES.glob("*/valid-*.json"))
URL = "https://mesh.example/@duinzorg/1001"
TAGS = [Hashtag("vacature", "https://mesh.example/tags/vacature")]
PUBLISHED = datetime(2026, 11, 23, 9, tzinfo=UTC)
ALLOWED = {"p", "br", "a", "strong", "em", "ul", "ol", "li"}


class Reader(HTMLParser):
    """Reads HTML strictly enough to see tags, addresses and text."""

    def __init__(self):
        super().__init__()
        self.tags, self.links, self.text, self.open = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]
        assert {name for name, _ in attrs} <= {"href", "rel", "class"}
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def sample(kind, number=1):
    return json.loads((SAMPLES / kind / f"valid-{number}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["", "en", "nl", "fr", "fi", "ar"])
@pytest.mark.parametrize("path", VALID, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_every_sample_reads_in_full_in_every_language(path, language):
    kind, record = Kind(path.parent.name), json.loads(path.read_text(encoding="utf-8"))

    reader = read(content_of(kind, record, url=URL, tags=TAGS, language=language))

    assert set(reader.tags) <= ALLOWED
    assert reader.tags[:2] == ["p", "strong"]
    assert URL in reader.links
    assert "vacature" in "".join(reader.text)
    assert all(link.startswith(("https://", "http://")) for link in reader.links)


def test_the_title_is_the_first_bold_line():
    html = content_of(Kind.VACANCY, sample("vacancy"), url=URL, tags=TAGS)

    assert html.startswith("<p><strong>Zorgkundige thuiszorg</strong></p><p>Duinzorg zoekt")
    assert html.endswith('rel="tag">#vacature</a></p>')


@pytest.mark.parametrize(
    ("kind", "state", "line"),
    [
        ("vacancy", "FILLED", "Ingevuld: dit staat niet meer open."),
        ("vacancy", "EXPIRED", "Verlopen: dit staat niet meer open."),
        ("study", "WITHDRAWN", "Ingetrokken: dit staat niet meer open."),
        ("event", "FILLED", "Volzet: er zijn geen plaatsen meer."),
        ("event", "EXPIRED", "Dit evenement is voorbij."),
        ("event", "WITHDRAWN", "Geannuleerd: dit evenement gaat niet door."),
    ],
)
def test_what_has_ended_says_so_before_everything_else(kind, state, line):
    record = sample(kind) | {"state": state}

    html = content_of(Kind(kind), record, url=URL, tags=TAGS)

    assert html.startswith(f"<p><strong>{line}</strong></p><p><strong>")
    assert "Meer lezen en" not in html
    assert plain_text_of(Kind(kind), record, url=URL).startswith(line)
    assert one_line_of(Kind(kind), record).startswith(line.rstrip("."))


def test_the_own_language_comes_first_and_each_text_falls_back_part_by_part():
    contents = content_map(Kind.VACANCY, sample("vacancy"), url=URL, tags=TAGS)

    assert list(contents) == ["nl", "fr", "ar"]
    assert contents["nl"] == content_of(Kind.VACANCY, sample("vacancy"), url=URL, tags=TAGS)
    assert "Aide-soignante à domicile" in contents["fr"]
    assert "<strong>Employeur\u00a0:</strong>" in contents["fr"]
    # Only the title is translated; the summary stays as written, the facts are in our own words.
    assert "مساعد رعاية منزلية" in contents["ar"]
    assert "Duinzorg zoekt twee zorgkundigen" in contents["ar"]
    assert "<strong>Werkgever:</strong>" not in contents["ar"]
    assert catalogue("ar").gettext("Employer") in contents["ar"]


def test_everything_from_a_record_is_escaped():
    evil = "<script>alert('x')</script> & \"quotes\" <img src=x onerror=y>"
    record = sample("vacancy") | {
        "title": evil,
        "summary": evil,
        "description": evil,
        "howToApply": evil,
    }
    record["hiringOrganization"] = {"name": evil}
    record["translations"] = {"fr": {"title": evil}}

    for html in content_map(
        Kind.VACANCY, record, url=URL, tags=[Hashtag(evil, 'https://x.example/"><b>')]
    ).values():
        reader = read(html)
        assert set(reader.tags) <= ALLOWED
        assert "".join(reader.text).count("<script>alert('x')</script>") >= 5


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(["en", "nl", "fr", "fi", "ar"]))
def test_no_text_escapes_from_its_element(title, body, language):
    record = sample("event") | {"name": title, "description": body, "goodToKnow": body}

    assert (
        set(read(content_of(Kind.EVENT, record, url=URL, tags=[], language=language)).tags)
        <= ALLOWED
    )
    assert set(read(event_summary_html(record, language)).tags) == {"p"}


def test_paragraphs_and_line_ends_stay():
    assert paragraphs("a\nb\r\n\r\nc\n\n\n\nd") == "<p>a<br>b</p><p>c</p><p>d</p>"
    assert paragraphs("  \n\n ") == ""


def test_an_event_sums_itself_up_on_one_line():
    assert event_summary_html(sample("event")) == (
        "<p>Donderdag 14 januari 2027, 13:00–17:00 (plaatselijke tijd in Brussel) – "
        "Kursaal, Kursaalhelling 12, 8400 Oostende. Gratis. Aanmelden via de website</p>"
    )


@pytest.mark.parametrize("path", VALID, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_every_sample_has_a_line_and_a_plain_text(path):
    kind, record = Kind(path.parent.name), json.loads(path.read_text(encoding="utf-8"))

    assert one_line_of(kind, record)
    text = plain_text_of(kind, record, url=URL)
    assert text.endswith(URL)
    assert record["summary"] in text


@pytest.mark.parametrize(
    ("kind", "number", "last", "absent"),
    [
        ("vacancy", 1, "Meer lezen en solliciteren", ""),
        ("study", 1, "Meer lezen en aanmelden", ""),
        ("tool", 1, "Meer lezen:", "Meer lezen en"),
        ("event", 2, "Lue lisää:", "Lue lisää ja"),
    ],
)
def test_the_link_asks_for_what_can_be_done_there(kind, number, last, absent):
    html = content_of(Kind(kind), sample(kind, number), url=URL, tags=[])

    assert last in html
    assert not absent or absent not in html


@pytest.mark.parametrize("path", VALID, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_schema_org_says_what_each_sample_is(path):
    kind, record = Kind(path.parent.name), json.loads(path.read_text(encoding="utf-8"))

    document = structured_of(kind, record, url=URL, published=PUBLISHED)

    if record.get("leadType") == "JOB_SHADOWING":
        assert document is None
        return
    assert document["@context"] == "https://schema.org"
    assert document["url"] == URL
    assert document.get("name") or document.get("title")
    assert json.loads(script_text(document)) == document
    assert all(value not in (None, "", [], {}) for value in document.values())


def test_a_vacancy_has_the_fields_job_sites_require():
    document = structured_of(Kind.VACANCY, sample("vacancy"), url=URL, published=PUBLISHED)

    assert document["@type"] == "JobPosting"
    assert document["title"] == "Zorgkundige thuiszorg"
    assert document["description"].startswith("<p>Duinzorg zoekt")
    assert document["datePosted"] == "2026-11-23"
    assert document["validThrough"] == "2027-01-31T22:59:59Z"
    assert document["employmentType"] == ["PART_TIME"]
    assert document["hiringOrganization"] == {
        "@type": "Organization",
        "name": "Duinzorg vzw",
        "sameAs": "https://mesh.example/people/101",
    }
    assert document["jobLocation"][0]["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "Zeestraat 12",
        "postalCode": "8400",
        "addressLocality": "Oostende",
        "addressCountry": "BE",
    }
    assert document["baseSalary"] == {
        "@type": "MonetaryAmount",
        "currency": "EUR",
        "value": {
            "@type": "QuantitativeValue",
            "unitText": "HOUR",
            "minValue": 15.95,
            "maxValue": 18.9,
        },
    }


def test_work_from_a_distance_says_where_people_may_live():
    record = sample("vacancy", 3) | {"regions": ["online", "FI1C1", "EL30"]}

    document = structured_of(Kind.VACANCY, record, url=URL, published=PUBLISHED)

    assert document["jobLocationType"] == "TELECOMMUTE"
    assert [c["name"] for c in document["applicantLocationRequirements"]] == ["FI", "GR"]
    assert document["datePosted"] == "2026-11-23"
    assert "jobLocation" not in document


@pytest.mark.parametrize("state", ["FILLED", "EXPIRED", "WITHDRAWN"])
def test_a_closed_vacancy_is_not_advertised(state):
    record = sample("vacancy") | {"state": state}
    assert structured_of(Kind.VACANCY, record, url=URL, published=PUBLISHED) is None


def test_types_follow_the_record():
    def type_of(kind, number):
        return structured_of(kind, sample(kind, number), url=URL, published=PUBLISHED)["@type"]

    assert type_of(Kind.STUDY, 1) == "Course"
    assert type_of(Kind.STUDY, 3) == "EducationalOccupationalProgram"
    assert type_of(Kind.PROJECT, 3) == "ResearchProject"
    assert type_of(Kind.TOOL, 1) == "WebApplication"
    assert type_of(Kind.TOOL, 2) == "HowTo"
    assert type_of(Kind.TOOL, 3) == "SoftwareApplication"


def test_nothing_in_the_json_can_end_its_script_element():
    record = sample("tool") | {"summary": "</script><script>alert(1)</script>\u2028&amp;"}

    text = script_text(structured_of(Kind.TOOL, record, url=URL, published=PUBLISHED))

    assert not set("<>&\u2028") & set(text)
    assert json.loads(text)["description"] == "</script><script>alert(1)</script>\u2028&amp;"
