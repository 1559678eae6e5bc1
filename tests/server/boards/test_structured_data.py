"""schema.org on the pages of posts, read as search engines read it, against what they require.

The lists below are written down from what schema.org and the large job search engines ask for;
they are the expectation, not a copy of our own code.
"""

from typing import Any

import extruct
import pytest

from server.federation.model import Reach
from server.people.model import PersonKind
from server.people.service import ProfileChange, update_profile
from server.platform.instance import Instance
from server.posts.model import PostState
from server.posts.service import close_post
from tests.support.offers import offer
from tests.support.people import make_person

REQUIRED = {
    "JobPosting": (
        "title", "description", "datePosted", "validThrough", "employmentType", "identifier.name",
        "identifier.value", "hiringOrganization.name", "directApply",
    ),
    "Event": (
        "name", "startDate", "endDate", "eventStatus", "eventAttendanceMode", "location",
        "organizer.name", "description",
    ),
    "Course": (
        "name", "description", "provider.name", "hasCourseInstance.@type",
        "hasCourseInstance.courseMode",
    ),
    "EducationalOccupationalProgram": ("name", "description", "provider.name"),
    "Project": ("name", "description", "parentOrganization.name", "foundingDate"),
    "ResearchProject": ("name", "description", "parentOrganization.name", "foundingDate"),
    "WebApplication": ("name", "description", "applicationCategory", "operatingSystem"),
    "SoftwareApplication": ("name", "description", "applicationCategory", "operatingSystem"),
    "LearningResource": ("name", "description", "learningResourceType", "inLanguage"),
    "HowTo": ("name", "description", "step"),
    "Service": ("name", "description", "provider.name", "availableLanguage"),
}  # fmt: skip
SAMPLES = [
    (kind, n) for kind in ("study", "vacancy", "event", "project", "tool") for n in (1, 2, 3)
]


def part(document: dict[str, Any], path: str) -> Any:
    found: Any = document
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def structured(body: str) -> list[dict[str, Any]]:
    read = extruct.extract(body, syntaxes=["json-ld"], uniform=True)["json-ld"]
    return [one for one in read if one.get("@type") in REQUIRED]


@pytest.mark.parametrize(("kind", "number"), SAMPLES)
async def test_every_kind_has_what_search_engines_require(
    kind: str, number: int, instance: Instance, anybody: Any
) -> None:
    org = await make_person(instance, "org")
    post = await offer(instance, org.id, kind, number=number)
    assert await anybody.get(f"/@org/{post.id}") == 200
    found = structured(anybody.body)
    is_lead = (post.record or {}).get("leadType") in {
        "EXPECTED", "JOB_SHADOWING", "INFORMATIONAL_TALK"
    }  # fmt: skip
    if is_lead:
        assert found == []
        return
    (document,) = found
    missing = [path for path in REQUIRED[document["@type"]] if part(document, path) in (None, "")]
    assert missing == []
    assert document["@context"] in {"https://schema.org", "http://schema.org"}
    assert document["url"] == post.url
    if document["@type"] == "JobPosting":
        check_job(document)
    if document["@type"] == "Event":
        check_event(document)


def check_job(job: dict[str, Any]) -> None:
    places = job.get("jobLocation", [])
    if job.get("jobLocationType") == "TELECOMMUTE":
        # Where the record names no region but "online", there is no country to name.
        assert all(
            one["@type"] == "Country" for one in job.get("applicantLocationRequirements", [])
        )
    else:
        assert places
    for place in places:
        assert place["address"]["addressLocality"]
        assert len(place["address"]["addressCountry"]) == 2
    assert job["description"].startswith("<p>")
    pay = job.get("baseSalary")
    if pay:
        assert len(pay["currency"]) == 3
        assert pay["value"]["unitText"] in {"HOUR", "DAY", "WEEK", "MONTH", "YEAR"}
        assert pay["value"].get("value") or pay["value"]["minValue"] <= pay["value"]["maxValue"]


def check_event(event: dict[str, Any]) -> None:
    assert event["eventStatus"].startswith("https://schema.org/Event")
    assert event["eventAttendanceMode"].endswith("EventAttendanceMode")
    for place in event["location"]:
        assert place.get("url") if place["@type"] == "VirtualLocation" else place["address"]


async def test_a_course_says_how_much_of_a_week_it_takes(instance: Instance, anybody: Any) -> None:
    org = await make_person(instance, "org")
    post = await offer(instance, org.id, "study")
    await anybody.get(f"/@org/{post.id}")
    (course,) = structured(anybody.body)
    held = course["hasCourseInstance"]
    assert held["courseMode"] == ["Onsite"]
    assert held["courseSchedule"]["duration"] == "PT360M"
    assert held["courseSchedule"]["repeatCount"] == 12
    assert course["offers"]["category"] == "Free"
    assert course["coursePrerequisites"] == "CEFR A1"


async def test_a_place_without_a_country_lies_in_that_of_its_region(
    instance: Instance, anybody: Any
) -> None:
    org = await make_person(instance, "org")
    post = await offer(instance, org.id, jobLocation={"name": "Turku"}, regions=["FI1C1"])
    await anybody.get(f"/@org/{post.id}")
    (job,) = structured(anybody.body)
    assert job["jobLocation"][0]["address"]["addressCountry"] == "FI"


async def test_an_open_offer_is_indexed_until_it_ends(instance: Instance, anybody: Any) -> None:
    org = await make_person(instance, "org")
    post = await offer(instance, org.id)
    await anybody.get(f"/@org/{post.id}")
    robots = anybody.page.select_one("meta[name=robots]")["content"]
    assert robots == "unavailable_after: 2027-01-31T22:59:59.000Z"
    assert anybody.page.select_one("link[rel=canonical]")["href"] == post.url
    languages = {one["hreflang"] for one in anybody.page.select("link[rel=alternate][hreflang]")}
    assert {"nl", "fr", "ar", "x-default"} <= languages
    for name in ("og:title", "og:description", "og:url", "og:image", "og:type"):
        assert anybody.page.select_one(f"meta[property='{name}']")["content"]
    assert anybody.page.select_one("meta[name='twitter:card']") is not None
    await instance.work(close_post, org.id, post.id, PostState.FILLED)
    await anybody.get(f"/@org/{post.id}")
    assert "noindex" in anybody.page.select_one("meta[name=robots]")["content"]
    assert structured(anybody.body) == []


@pytest.mark.parametrize("kind", [PersonKind.TALENT, PersonKind.MENTOR])
async def test_nobody_is_indexed_who_did_not_choose_it(
    kind: PersonKind, instance: Instance, anybody: Any
) -> None:
    person = await make_person(instance, "sol", kind, Reach.FEDIVERSE)
    post = await offer(instance, person.id, "tool")
    for path in ("/@sol", f"/@sol/{post.id}"):
        await anybody.get(path)
        assert "noindex" in anybody.page.select_one("meta[name=robots]")["content"]
    await instance.work(update_profile, person.id, ProfileChange(indexable=True))
    await anybody.get(f"/@sol/{post.id}")
    assert not anybody.page.select("meta[name=robots][content*=noindex]")


async def test_strangers_read_no_structured_data_of_somebody_at_home(
    instance: Instance, anybody: Any
) -> None:
    home = await make_person(instance, "home", PersonKind.EMPLOYER, Reach.HOME)
    post = await offer(instance, home.id)
    assert await anybody.get(f"/@home/{post.id}") == 404
    assert structured(anybody.body) == []
