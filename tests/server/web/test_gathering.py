"""What members gather: posts they keep, people of the place, lists, notices, and their settings."""

from typing import Any

import pytest

from server.notifications.ready import unread_notices
from server.people.model import PersonKind
from server.people.relations import follow
from server.people.service import ProfileChange, update_profile
from server.platform.instance import Instance
from server.posts.reactions_to import bookmark, like
from tests.support.page_reader import PageReader
from tests.support.people import make_person
from tests.support.posts import make_post


async def test_saved_posts_are_shown_by_what_was_done_with_them(
    instance: Instance, sign_in: Any
) -> None:
    ann, bert = await make_person(instance, "ann"), await make_person(instance, "bert")
    kept = await make_post(instance, bert.id, "Worth keeping")
    liked = await make_post(instance, bert.id, "Worth a star")
    await instance.work(bookmark, ann.id, kept.id)
    await instance.work(like, ann.id, liked.id)
    reader: PageReader = await sign_in(ann.id)

    assert await reader.get("/saved") == 200
    assert "Worth keeping" in reader.text
    assert "Worth a star" not in reader.text
    assert await reader.get("/saved?tab=liked") == 200
    assert "Worth a star" in reader.text


@pytest.mark.parametrize(
    ("kind", "sees_talents"), [(PersonKind.EMPLOYER, False), (PersonKind.MENTOR, True)]
)
async def test_people_who_chose_to_be_found_are_listed_and_employers_browse_no_talents(
    instance: Instance, sign_in: Any, kind: PersonKind, sees_talents: bool
) -> None:
    talent = await make_person(instance, "tala", kind=PersonKind.TALENT, reach=None)
    hidden = await make_person(instance, "quiet", kind=PersonKind.MENTOR, reach=None)
    await instance.work(update_profile, talent.id, ProfileChange(discoverable=True))
    await instance.work(update_profile, hidden.id, ProfileChange(discoverable=False))
    reader: PageReader = await sign_in((await make_person(instance, "me", kind=kind)).id)

    for path in ("/people", "/people?kind=talent"):
        assert await reader.get(path) == 200
        assert ("@tala" in reader.text) is sees_talents
        assert "@quiet" not in reader.text


async def test_the_directory_is_for_members(anybody: PageReader) -> None:
    for path in ("/people", "/saved", "/lists", "/settings", "/live"):
        assert await anybody.get(path) in {302, 303, 401}, path


async def test_a_list_is_made_filled_read_and_deleted(instance: Instance, sign_in: Any) -> None:
    ann, bert = await make_person(instance, "ann"), await make_person(instance, "bert")
    await make_person(instance, "stranger")
    await instance.work(follow, ann.id, bert.id)
    await make_post(instance, bert.id, "From bert")
    reader: PageReader = await sign_in(ann.id)
    await reader.get("/lists")

    assert await reader.post("/lists", [("title", " ")]) == 422
    assert await reader.post("/lists", [("title", "Colleagues")]) == 303
    path = str(reader.headers["Location"])
    assert await reader.post(f"{path}/people", [("handle", "@stranger")]) == 422
    assert await reader.post(f"{path}/people", [("handle", "@bert")]) == 303
    assert await reader.post(f"{path}/people", [("handle", "bert")]) == 422
    await reader.get(path)
    assert "From bert" in reader.text

    other: PageReader = await sign_in(bert.id)
    await other.get("/lists")
    assert "Colleagues" not in other.text
    assert await other.get(path) == 404
    assert await other.post(path, [("delete", "1")]) == 404

    await reader.post(path, [("title", "Team"), ("exclusive", "true")])
    await reader.get("/home")
    assert "From bert" not in reader.text
    await reader.get(path)
    assert "Team" in reader.text
    await reader.post(f"{path}/people", [("handle", "bert"), ("off", "true")])
    await reader.get(path)
    assert "From bert" not in reader.text
    await reader.post(path, [("delete", "1")])
    assert await reader.get(path) == 404


async def test_notices_are_new_until_they_were_seen(instance: Instance, sign_in: Any) -> None:
    ann, bert = await make_person(instance, "ann"), await make_person(instance, "bert")
    await instance.work(follow, bert.id, ann.id)
    reader: PageReader = await sign_in(ann.id)

    assert await instance.read(unread_notices, ann.id, instance.notices) == 1
    await reader.get("/notifications")
    assert reader.page.select_one(".notice--new")
    await reader.get("/notifications")

    assert not reader.page.select_one(".notice--new")
    assert await instance.read(unread_notices, ann.id, instance.notices) == 0


async def test_settings_lead_to_what_every_room_offers(instance: Instance, sign_in: Any) -> None:
    reader: PageReader = await sign_in((await make_person(instance, "ann")).id)

    assert await reader.get("/settings") == 200
    links = [str(link["href"]) for link in reader.page.select("main a.tile")]

    assert len(links) == len(set(links)) > 10
    for path in links:
        assert await reader.get(path) in {200, 303}, path
