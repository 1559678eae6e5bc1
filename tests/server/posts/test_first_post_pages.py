"""The moderators' queue of first posts."""

from typing import Any

import pytest

from server.access.model import StaffRole
from server.access.sessions import begin_session
from server.people.model import Person, PersonKind
from server.people.rules import ANYBODY
from server.people.service import create_person
from server.platform.http.middleware import SESSION_COOKIE
from server.platform.instance import Instance
from server.posts.model import Held
from tests.support.page_reader import PageReader
from tests.support.people import make_login, make_person, shared_keys
from tests.support.posts import make_post, make_vacancy, seen, shown

QUEUE = "/staff/first_posts"


async def newcomer(instance: Instance) -> Person:
    return await instance.work(
        create_person, handle="new", kind=PersonKind.EMPLOYER, keys=shared_keys(), trusted=False
    )


async def staff(instance: Instance, client: Any, role: StaffRole) -> PageReader:
    person = await make_person(instance, f"staff_{role}")
    login = await make_login(instance, [person.id], f"{role}@ours.example", roles=[role])
    token = await instance.work(begin_session, login.id, person.id)
    return PageReader(client, {SESSION_COOKIE: token})


@pytest.mark.parametrize("role", [StaffRole.MODERATOR, StaffRole.ADMIN])
async def test_a_moderator_sees_the_post_as_it_will_look_and_lets_it_through(
    role: StaffRole, instance: Instance, site_client: Any
) -> None:
    new = await newcomer(instance)
    post = await make_vacancy(instance, new.id)
    reader = await staff(instance, site_client, role)
    assert await reader.get(QUEUE) == 200
    assert "Care assistant" in reader.text
    assert await shown(instance, post.id, ANYBODY) is None
    assert await reader.post(f"{QUEUE}/{post.id}/approve") == 303
    assert await shown(instance, post.id, ANYBODY) is not None
    await reader.get(QUEUE)
    assert "No post waits for you." in reader.text
    assert await reader.post(f"{QUEUE}/{post.id}/approve") == 409


async def test_a_moderator_sends_a_post_back_with_a_reason(
    instance: Instance, site_client: Any
) -> None:
    post = await make_post(instance, (await newcomer(instance)).id, "Buy now")
    reader = await staff(instance, site_client, StaffRole.MODERATOR)
    await reader.get(QUEUE)
    assert await reader.post(f"{QUEUE}/{post.id}/refuse", [("reason", " ")]) == 422
    field = reader.page.select_one(f"#reason-{post.id}")
    assert field is not None
    assert field["aria-invalid"] == "true"
    assert (await seen(instance, post.id)).held == Held.WAITING
    assert await reader.post(f"{QUEUE}/{post.id}/refuse", [("reason", "Too short")]) == 303
    assert (await seen(instance, post.id)).held_reason == "Too short"


@pytest.mark.parametrize("role", [StaffRole.COACH, StaffRole.COORDINATOR])
async def test_other_staff_and_members_have_no_queue(
    role: StaffRole, instance: Instance, site_client: Any, sign_in: Any
) -> None:
    new = await newcomer(instance)
    post = await make_post(instance, new.id)
    for reader in (await staff(instance, site_client, role), await sign_in(new.id)):
        assert await reader.get(QUEUE) == 403
        await reader.get("/new/post")
        for verb in ("approve", "refuse"):
            assert await reader.post(f"{QUEUE}/{post.id}/{verb}", [("reason", "x")]) == 403
    nobody = PageReader(site_client)
    assert await nobody.get(QUEUE) in {303, 401}
    assert (await seen(instance, post.id)).held == Held.WAITING
