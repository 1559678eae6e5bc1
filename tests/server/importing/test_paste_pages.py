"""A pasted address becomes a draft with what the page says; a page that says little is asked for."""

from typing import Any

import pytest

from server.platform.instance import Instance
from tests.server.importing.conftest import Website
from tests.server.importing.test_pages import JOB, page_with
from tests.support.page_reader import PageReader
from tests.support.people import make_person


@pytest.fixture
async def employer(instance: Instance, sign_in: Any) -> PageReader:
    person = await make_person(instance, "employer", display_name="The Anchor")
    reader: PageReader = await sign_in(person.id)
    await reader.get("/import")
    return reader


async def test_a_page_with_a_vacancy_fills_the_form_of_a_vacancy(
    employer: PageReader, website: Website
) -> None:
    address = website.gives("/jobs/17", page_with(JOB))

    assert await employer.post("/import", [("address", address)]) == 303
    assert employer.headers["Location"].startswith("/new/vacancy?draft=")
    assert await employer.get(employer.headers["Location"]) == 200

    sent = dict(employer.form("/new/vacancy"))
    assert sent["record[title]"] == "Cook"
    assert sent["record[sourceId]"] == "job-17"
    assert sent["record[salary][minCents]"] in {"2200.50", "2200,50"}


async def test_a_page_that_does_not_say_its_kind_is_asked_for(
    employer: PageReader, website: Website
) -> None:
    address = website.gives("/about", "<html lang=nl><title>Taalles</title>")

    assert await employer.post("/import", [("address", address)]) == 200
    assert "Taalles" in employer.text
    assert await employer.post("/import", [("address", address), ("kind", "study")]) == 303
    await employer.get(employer.headers["Location"])

    assert dict(employer.form("/new/study"))["record[name]"] == "Taalles"


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "http://10.0.0.1/", "work"])
async def test_an_address_that_cannot_be_read_is_refused_in_words(
    employer: PageReader, address: str
) -> None:
    assert await employer.post("/import", [("address", address)]) == 422
    assert employer.page.select_one("#address-fault")


async def test_pasting_needs_somebody(anybody: PageReader) -> None:
    assert await anybody.get("/import") in {302, 303, 401}
