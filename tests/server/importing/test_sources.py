"""Sources are read again and again: posts appear once, change, go and come back with them."""

from typing import Any

import pytest
from sqlalchemy import select

from server.importing.jobs import read_due, read_now
from server.importing.model import ImportItem, ImportSource, SourceForm
from server.importing.queries import due
from server.importing.service import (
    MAX_SOURCES,
    NewSource,
    add_source,
    own_source,
    pause,
    remove_source,
)
from server.people.model import Person
from server.people.rules import HOUSE
from server.platform.errors import Invalid, NotFound
from server.platform.http.paging import Page
from server.platform.instance import Instance
from server.platform.work import Reading
from server.posts.model import Audience, PostState
from server.posts.queries import account_posts
from server.posts.service import delete_post
from tests.server.importing.conftest import Website, calendar, event
from tests.support.people import make_person

DEFAULTS = {
    "regions": ["BE255"],
    "helix": "COMMUNITY",
    "contact": {"email": "library@ours.example"},
    "eventType": "LANGUAGE_CAFE",
    "mode": "ONSITE",
    "location": {"name": "Library"},
}


@pytest.fixture
async def library(instance: Instance) -> Person:
    return await make_person(instance, "library", display_name="Library")


async def add(instance: Instance, person: Person, address: str, **more: Any) -> int:
    new = NewSource(
        person_id=person.id,
        form=SourceForm.CALENDAR,
        name="Library calendar",
        kind="event",
        audience=Audience.PUBLIC,
        language="en",
        address=address,
        defaults=more.pop("defaults", DEFAULTS),
        **more,
    )
    return (await instance.work(add_source, new)).id


async def posts_of(instance: Instance, person: Person) -> dict[str, Any]:
    rows = await instance.read(account_posts, HOUSE, person.id, Page(40))
    return {str(row.title): row for row in rows}


async def report_of(instance: Instance, source_id: int) -> dict[str, Any]:
    def read(r: Reading) -> dict[str, Any]:
        return dict(own(r, source_id).report or {})

    return await instance.read(read)


def own(r: Reading, source_id: int) -> ImportSource:
    found = r.session.get(ImportSource, source_id)
    assert found is not None
    return found


async def test_a_second_reading_changes_and_withdraws_and_posts_nothing_twice(
    instance: Instance, library: Person, website: Website
) -> None:
    three = [event("a", name="Coffee"), event("b", name="Tea"), event("c", name="Talk")]
    address = website.gives("/cal.ics", calendar(*three), "text/calendar")
    source_id = await add(instance, library, address)

    await read_now(instance, source_id)
    assert set(await posts_of(instance, library)) == {"Coffee", "Tea", "Talk"}
    await read_now(instance, source_id)
    assert len(await posts_of(instance, library)) == 3

    website.gives("/cal.ics", calendar(event("a", name="Strong coffee"), three[2]), "text/calendar")
    await read_now(instance, source_id)

    posts = await posts_of(instance, library)
    assert set(posts) == {"Strong coffee", "Tea", "Talk"}
    assert posts["Tea"].state is PostState.WITHDRAWN
    assert posts["Strong coffee"].state is PostState.OPEN
    assert posts["Strong coffee"].record["sourceId"] == "a"

    website.gives("/cal.ics", calendar(*three), "text/calendar")
    await read_now(instance, source_id)

    posts = await posts_of(instance, library)
    assert {title: row.state for title, row in posts.items()} == dict.fromkeys(
        ["Coffee", "Tea", "Talk"], PostState.OPEN
    )


async def test_an_entry_with_faults_is_told_of_and_the_others_are_posted(
    instance: Instance, library: Person, website: Website
) -> None:
    address = website.gives("/cal.ics", calendar(event("a", name="X"), event("b", name="Good one")))
    source_id = await add(instance, library, address)

    await read_now(instance, source_id)

    assert set(await posts_of(instance, library)) == {"Good one"}
    report = await report_of(instance, source_id)
    assert (report["posted"], report["refused"]) == (1, 1)
    faults = await instance.read(
        lambda r: r.session.scalar(select(ImportItem.faults).where(ImportItem.identity == "a"))
    )
    assert [one["pointer"] for one in faults] == ["/name"]


async def test_a_post_that_its_owner_deleted_stays_away(
    instance: Instance, library: Person, website: Website
) -> None:
    address = website.gives("/cal.ics", calendar(event("a")))
    source_id = await add(instance, library, address)
    await read_now(instance, source_id)
    (post,) = (await posts_of(instance, library)).values()

    await instance.work(delete_post, library.id, post.id)
    website.gives("/cal.ics", calendar(event("a", name="Another name")))
    await read_now(instance, source_id)

    assert await posts_of(instance, library) == {}


async def test_a_calendar_that_is_broken_or_empty_withdraws_nothing(
    instance: Instance, library: Person, website: Website
) -> None:
    address = website.gives("/cal.ics", calendar(event("a")))
    source_id = await add(instance, library, address)
    await read_now(instance, source_id)

    for body, status in ((calendar(), 200), ("<html>sorry", 200), ("oops", 503)):
        website.gives("/cal.ics", body, status=status)
        await read_now(instance, source_id)
        (post,) = (await posts_of(instance, library)).values()
        assert post.state is PostState.OPEN

    assert "wrong" in await report_of(instance, source_id)


async def test_failures_are_counted_and_a_source_is_given_up_at_last(
    instance: Instance, library: Person, website: Website
) -> None:
    source_id = await add(instance, library, website.address + "/nothing.ics")

    for _ in range(14):
        await read_now(instance, source_id)

    source = await instance.read(
        lambda r: (own(r, source_id).is_paused, own(r, source_id).failures)
    )
    assert source == (True, 14)
    assert await instance.read(due, 10) == []


async def test_what_has_not_changed_is_not_sent_twice(
    instance: Instance, library: Person, website: Website
) -> None:
    website.etag = '"v1"'
    source_id = await add(instance, library, website.gives("/cal.ics", calendar(event("a"))))

    await read_now(instance, source_id)
    await read_now(instance, source_id)

    assert "If-None-Match" not in website.asked[0]
    assert website.asked[1]["If-None-Match"] == '"v1"'


async def test_due_sources_are_read_in_the_background(
    instance: Instance, library: Person, website: Website
) -> None:
    source_id = await add(instance, library, website.gives("/cal.ics", calendar(event("a"))))
    assert await instance.read(due, 10) == [source_id]

    await read_due(instance)

    assert await instance.read(due, 10) == []


async def test_a_source_is_its_owners_alone(instance: Instance, library: Person) -> None:
    other = await make_person(instance, "other")
    source_id = await add(instance, library, "https://library.example/cal.ics")

    with pytest.raises(NotFound):
        await instance.read(own_source, other.id, source_id)
    with pytest.raises(NotFound):
        await instance.work(lambda w: remove_source(w, other.id, source_id, withdraws=True))


async def test_the_same_address_twice_and_too_many_sources_are_refused(
    instance: Instance, library: Person
) -> None:
    await add(instance, library, "https://library.example/0.ics")
    with pytest.raises(Invalid):
        await add(instance, library, "https://library.example/0.ics")
    for number in range(1, MAX_SOURCES):
        await add(instance, library, f"https://library.example/{number}.ics")
    with pytest.raises(Invalid):
        await add(instance, library, "https://library.example/more.ics")


async def test_removing_a_source_leaves_its_posts_or_withdraws_them(
    instance: Instance, library: Person, website: Website
) -> None:
    source_id = await add(instance, library, website.gives("/a.ics", calendar(event("a"))))
    await read_now(instance, source_id)

    await instance.work(lambda w: remove_source(w, library.id, source_id, withdraws=True))

    (post,) = (await posts_of(instance, library)).values()
    assert post.state is PostState.WITHDRAWN
    assert await instance.read(lambda r: r.session.scalars(select(ImportItem)).all()) == []


async def test_a_stopped_source_is_not_read_until_it_is_started_again(
    instance: Instance, library: Person
) -> None:
    source_id = await add(instance, library, "https://library.example/a.ics")

    await instance.work(lambda w: pause(w, own_source(w, library.id, source_id), paused=True))
    assert await instance.read(due, 10) == []
    await instance.work(lambda w: pause(w, own_source(w, library.id, source_id), paused=False))
    assert await instance.read(due, 10) == [source_id]


async def test_addresses_inside_the_house_are_never_read(
    instance: Instance, library: Person
) -> None:
    source_id = await add(instance, library, "http://10.0.0.1/secret.ics")

    await read_now(instance, source_id)

    assert (await report_of(instance, source_id))["wrong"]
