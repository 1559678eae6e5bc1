"""Who does not see what: the pages keep to reach and audience as every surface does."""

from typing import Any

import pytest

from server.federation.model import Reach
from server.people import relations
from server.people.model import PersonKind
from server.platform.instance import Instance
from server.posts.model import Audience
from tests.server.web.samples import publish
from tests.support.page_reader import PageReader
from tests.support.people import make_person, make_token
from tests.support.posts import make_post


@pytest.mark.parametrize("reach", [Reach.HOME, Reach.PARTNERS])
async def test_who_stays_near_is_invisible_to_strangers(
    reach: Reach, instance: Instance, anybody: PageReader, sign_in: Any
) -> None:
    tal = await make_person(instance, "tal", PersonKind.TALENT, reach, "Tal Secret")
    ann = await make_person(instance)
    post = await make_post(instance, tal.id, "My own words #mine")
    offer = await publish(instance, tal.id, "event")
    hidden = ("/@tal", f"/@tal/{post.id}", f"/@tal/{offer.id}", f"/@tal/{post.id}/history")
    for path in hidden:
        assert await anybody.get(path) == 404
        assert await anybody.get(path, Accept="application/activity+json") == 404
    for path in ("/", "/board/event", "/tags/mine", "/search?q=tal", "/search?q=own"):
        await anybody.get(path)
        assert "tal" not in anybody.page.main.get_text().split()  # type: ignore[union-attr]  # has one
        assert "Secret" not in anybody.text
        assert "My own words" not in anybody.text
    member = await sign_in(ann.id)
    for path in ("/@tal", f"/@tal/{offer.id}"):
        assert await member.get(path) == 200


async def test_posts_for_followers_are_seen_by_followers(
    instance: Instance, anybody: PageReader, sign_in: Any
) -> None:
    ann = await make_person(instance)
    fan = await make_person(instance, "fan")
    other = await make_person(instance, "other")
    post = await make_post(instance, ann.id, "Just us #ours", audience=Audience.FOLLOWERS)
    await instance.work(relations.follow, fan.id, ann.id)
    path = f"/@ann/{post.id}"
    assert await anybody.get(path) == 404
    assert await (await sign_in(other.id)).get(path) == 404
    assert await (await sign_in(fan.id)).get(path) == 200
    await anybody.get("/@ann")
    assert "Just us" not in anybody.text


async def test_a_message_is_between_two(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance)
    fan = await make_person(instance, "fan")
    other = await make_person(instance, "other")
    await instance.work(relations.follow, fan.id, ann.id)
    post = await make_post(instance, ann.id, "@fan psst", audience=Audience.DIRECT)
    assert await (await sign_in(fan.id)).get(f"/@ann/{post.id}") == 200
    assert await (await sign_in(other.id)).get(f"/@ann/{post.id}") == 404


async def test_who_is_blocked_finds_nobody(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance)
    foe = await make_person(instance, "foe")
    post = await make_post(instance, ann.id)
    await instance.work(relations.block, ann.id, foe.id)
    reader = await sign_in(foe.id)
    assert await reader.get("/@ann") == 404
    assert await reader.get(f"/@ann/{post.id}") == 404


async def test_a_token_is_no_page_session(instance: Instance, anybody: PageReader) -> None:
    tal = await make_person(instance, "tal", PersonKind.TALENT, Reach.HOME)
    token = await make_token(instance, tal.id, "read")
    assert await anybody.get("/@tal", Authorization=f"Bearer {token}") == 404


@pytest.mark.parametrize("path", ["/home", "/notifications", "/new", "/new/vacancy", "/me"])
async def test_pages_of_somebody_need_signing_in(path: str, anybody: PageReader) -> None:
    status = await anybody.get(path)
    assert status in {302, 303, 401}
    if status != 401:
        assert anybody.headers["Location"].startswith("/auth/sign_in")


async def test_somebody_elses_post_cannot_be_changed(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance)
    foe = await make_person(instance, "foe")
    post = await publish(instance, ann.id, "vacancy")
    reader = await sign_in(foe.id)
    for verb in ("edit", "delete"):
        assert await reader.get(f"/posts/{post.id}/{verb}") == 404
    await reader.get("/new/post")
    for verb in ("edit", "delete", "close"):
        assert await reader.post(f"/posts/{post.id}/{verb}", [("state", "filled")]) == 404
