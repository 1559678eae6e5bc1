"""What a page says of itself for search engines becomes the beginning of a form."""

import contextlib
import json
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from schemas import errors_of
from server.importing.entries import Unreadable
from server.importing.linked_data import nodes_in
from server.importing.pages import read_page
from server.posts.kinds import Kind

ZONE = ZoneInfo("Europe/Brussels")
URL = "https://work.example/jobs/17"
JOB = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Cook",
    "description": "<p>You cook &amp; clean.</p><ul><li>Lunch</li></ul>",
    "datePosted": "2026-11-01",
    "validThrough": "2026-12-24",
    "employmentType": "FULL_TIME, TEMPORARY",
    "identifier": {"@type": "PropertyValue", "name": "Work", "value": "job-17"},
    "hiringOrganization": {
        "@type": "Organization",
        "name": "The Anchor",
        "sameAs": "https://anchor.example",
    },
    "jobLocation": {
        "@type": "Place",
        "address": {"@type": "PostalAddress", "addressLocality": "Ghent", "addressCountry": "BE"},
    },
    "baseSalary": {
        "@type": "MonetaryAmount",
        "currency": "EUR",
        "value": {
            "@type": "QuantitativeValue",
            "minValue": 2200.5,
            "maxValue": "2500",
            "unitText": "MONTH",
        },
    },
}


def page_with(*nodes: object, lang: str = "nl-BE") -> bytes:
    scripts = "".join(
        f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes
    )
    return f'<html lang="{lang}"><head><title>A page</title>{scripts}</head></html>'.encode()


def test_a_job_posting_becomes_the_record_of_a_vacancy() -> None:
    offer = read_page(page_with(JOB), url=URL, zone=ZONE)

    assert offer.kind is Kind.VACANCY
    assert offer.identity == "job-17"
    assert offer.record == {
        "title": "Cook",
        "description": "You cook & clean.\n\nLunch",
        "datePosted": "2026-11-01",
        "validThrough": "2026-12-24T23:59:59+01:00",
        "employmentType": ["FULL_TIME", "TEMPORARY"],
        "contractTerm": "FIXED",
        "hiringOrganization": {"name": "The Anchor", "url": "https://anchor.example"},
        "jobLocation": {"name": "Ghent", "addressLocality": "Ghent", "addressCountry": "BE"},
        "salary": {"currency": "EUR", "minCents": 220050, "maxCents": 250000, "per": "MONTH"},
        "links": [{"url": URL}],
        "applyUrl": URL,
        "inLanguage": "nl",
    }


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        ({"@type": "BusinessEvent", "name": "Fair", "startDate": "2026-12-01T10:00"}, Kind.EVENT),
        ({"@type": ["Thing", "Course"], "name": "Dutch A1"}, Kind.STUDY),
        ({"@type": "http://schema.org/ResearchProject", "name": "Bridge"}, Kind.PROJECT),
        ({"@type": "SoftwareApplication", "name": "Phrases"}, Kind.TOOL),
    ],
)
def test_each_kind_is_known_by_its_type(node: dict[str, object], kind: Kind) -> None:
    offer = read_page(page_with({"@graph": [{"@type": "WebSite"}, node]}), url=URL, zone=ZONE)

    assert offer.kind is kind
    assert offer.record["name"] == node["name"]


def test_an_event_in_microdata_is_read_with_its_place() -> None:
    html = b"""<div itemscope itemtype="https://schema.org/Event"><h1 itemprop="name">Meet</h1>
    <time itemprop="startDate" datetime="2026-12-01T19:00">tonight</time>
    <div itemprop="location" itemscope itemtype="http://schema.org/Place">
    <span itemprop="name">Library</span></div></div>"""

    offer = read_page(html, url=URL, zone=ZONE)

    assert offer.kind is Kind.EVENT
    assert offer.record["startTime"] == "2026-12-01T19:00:00+01:00"
    assert offer.record["location"] == {"name": "Library"}


def test_a_page_without_an_offer_gives_its_title_and_its_description() -> None:
    html = b"""<html lang=fi><title>Work here</title><meta property="og:title" content="Join us">
    <meta name="description" content="A good place.">"""

    offer = read_page(html, url=URL, zone=ZONE)

    assert offer.kind is None
    assert offer.record["title"] == "Join us"
    assert offer.record["summary"] == "A good place."
    assert offer.record["inLanguage"] == "fi"


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"<html></html>", b"{}"])
def test_a_page_that_says_nothing_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_page(body, url=URL, zone=ZONE)


@pytest.mark.parametrize(
    "change",
    [
        {"validThrough": "soon"},
        {"hiringOrganization": "x" * 900},
        {"baseSalary": {"currency": "EUR", "value": {"minValue": "9" * 40, "unitText": "HOUR"}}},
        {"baseSalary": {"currency": "€", "value": {"minValue": "9", "unitText": "HOUR"}}},
        {"employmentType": ["SLAVERY"]},
        {"image": "javascript:alert(1)"},
        {"url": "javascript:alert(1)"},
        {"jobLocation": {"address": "12"}, "title": ["", {"name": 4}]},
        {"jobLocation": [[[["x"]]]]},
    ],
)
def test_what_the_schema_would_refuse_is_left_open(change: dict[str, object]) -> None:
    offer = read_page(page_with({**JOB, **change}), url=URL, zone=ZONE)

    given_wrongly = [
        fault
        for fault in errors_of("vacancy", offer.record)
        if fault.pointer and fault.pointer.split("/")[1] in offer.record
    ]
    assert not given_wrongly
    assert "javascript" not in str(offer.record)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["@type", "@graph", "name", "title", "location", "startDate", "offers"]
            ),
            inner | st.sampled_from(["Event", "JobPosting", "Course", "HowTo"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_JSON)
def test_any_json_in_a_page_is_read_or_refused(node: object) -> None:
    with contextlib.suppress(Unreadable):
        read_page(page_with(node), url=URL, zone=ZONE)


def test_deep_towers_of_nodes_end_somewhere() -> None:
    node: dict[str, object] = {"@type": "Event", "name": "Deep"}
    for _ in range(200):
        node = {"@type": "Thing", "mainEntity": node}

    assert len(nodes_in(BeautifulSoup(page_with(node), "html.parser"))) < 50
