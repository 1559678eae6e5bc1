"""The forms of the signed-in: write, answer, like, vote, follow, close, delete; and their refusals."""

from typing import Any

import pytest

from server.people.model import PersonKind
from server.people.queries import relationships
from server.people.rules import HOUSE, Viewer
from server.platform.instance import Instance
from server.posts.model import Audience, PostState
from server.posts.queries import post
from tests.server.web.samples import publish
from tests.support.people import make_person
from tests.support.pictures import picture
from tests.support.posts import make_poll, make_post


def id_of(reader: Any) -> int:
    return int(reader.headers["Location"].rpartition("/")[2])


async def test_a_post_with_a_picture_is_published(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance)
    reader = await sign_in(ann.id)
    await reader.get("/new/post")
    pairs = [("text", "Look #here"), ("picture_description", "A loaf of bread")]
    status = await reader.post(
        "/new/post", [*pairs, ("audience", "public")], picture=("a.jpg", picture())
    )
    assert status == 303, reader.text
    row = await instance.read(post, HOUSE, id_of(reader))
    assert [one.description for one in row.media] == ["A loaf of bread"]
    assert await reader.get(reader.headers["Location"]) == 200
    image = reader.page.select_one(".gallery img")
    assert image is not None
    assert image["alt"] == "A loaf of bread"


async def test_a_picture_needs_a_description_and_the_text_is_kept(
    instance: Instance, sign_in: Any
) -> None:
    ann = await make_person(instance)
    reader = await sign_in(ann.id)
    await reader.get("/new/post")
    status = await reader.post("/new/post", [("text", "Kept words")], picture=("a.jpg", picture()))
    assert status == 422
    assert "Kept words" in reader.page.select_one("textarea[name=text]").get_text()
    assert reader.page.select_one("[name=picture_description]")["aria-invalid"] == "true"


async def test_a_file_that_is_no_picture_is_refused(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance)
    reader = await sign_in(ann.id)
    await reader.get("/new/post")
    pairs = [("text", "Kept words"), ("picture_description", "x")]
    status = await reader.post("/new/post", pairs, picture=("a.jpg", b"<svg onload=alert(1)>"))
    assert status == 422
    assert reader.page.select_one("[name=picture]")["aria-invalid"] == "true"


async def test_an_empty_post_is_refused(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance)
    reader = await sign_in(ann.id)
    await reader.get("/new/post")
    assert await reader.post("/new/post", [("text", "  ")]) == 422
    assert reader.page.select_one("textarea[name=text]")["aria-invalid"] == "true"


async def test_a_preview_of_a_post_is_safe_and_publishes_nothing(
    instance: Instance, sign_in: Any
) -> None:
    ann = await make_person(instance)
    reader = await sign_in(ann.id)
    await reader.get("/new/post")
    pairs = [("text", "<b>Hi</b> #there"), ("preview", "1")]
    assert await reader.post("/new/post", pairs) == 200
    assert "<b>Hi</b>" in reader.page.select_one(".banner .prose").get_text()
    await reader.get("/@ann")
    assert not reader.page.select("article.post-card")


async def test_a_poll_is_asked_and_answered(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance)
    fan = await make_person(instance, "fan")
    asker, voter = await sign_in(ann.id), await sign_in(fan.id)
    await asker.get("/new/post")
    pairs = [("text", "Which?"), ("options", "tea\r\ncoffee"), ("hours", "24")]
    assert await asker.post("/new/post", [*pairs, ("audience", "public")]) == 303
    path, post_id = asker.headers["Location"], id_of(asker)
    await voter.get(path)
    assert await voter.post(f"/posts/{post_id}/vote", [("choices[]", "1")]) == 303
    await voter.get(path)
    assert "your vote" in voter.text
    for wrong in ([], [("choices[]", "x")], [("choices[]", "0")]):
        assert await voter.post(f"/posts/{post_id}/vote", wrong) == 422
    row = await instance.read(post, HOUSE, post_id)
    assert [option.votes for option in row.poll.options] == [0, 1]


async def test_an_answer_names_and_reaches_the_author(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance)
    fan = await make_person(instance, "fan")
    question = await make_post(instance, ann.id, "Anyone?")
    reader = await sign_in(fan.id)
    await reader.get(f"/new/post?reply_to={question.id}")
    pairs = [(n, v + " Me!" if n == "text" else v) for n, v in reader.form("/new/post")]
    assert ("text", "@ann  Me!") in pairs or ("text", "@ann Me!") in pairs
    assert await reader.post("/new/post", pairs) == 303
    row = await instance.read(post, HOUSE, id_of(reader))
    assert row.in_reply_to_id == question.id
    host = await sign_in(ann.id)
    await host.get("/notifications")
    assert "wrote to you or named you" in host.text


@pytest.mark.parametrize(
    ("verb", "flag"), [("like", "liked"), ("boost", "boosted"), ("bookmark", "bookmarked")]
)
async def test_a_reaction_is_made_and_taken_back(
    verb: str, flag: str, instance: Instance, sign_in: Any
) -> None:
    ann = await make_person(instance)
    fan = await make_person(instance, "fan")
    made = await make_post(instance, ann.id, audience=Audience.PUBLIC)
    reader = await sign_in(fan.id)
    await reader.get(f"/@ann/{made.id}")
    assert reader.page.select_one(f"form[action='/posts/{made.id}/{verb}'] [aria-pressed=false]")
    assert await reader.post(f"/posts/{made.id}/{verb}") == 303
    assert reader.headers["Location"] == f"/@ann/{made.id}"
    row = await instance.read(post, Viewer.member(fan.id), made.id)
    assert getattr(row.flags, flag)
    assert await reader.post(f"/posts/{made.id}/un{verb}") == 303
    row = await instance.read(post, Viewer.member(fan.id), made.id)
    assert not getattr(row.flags, flag)


async def test_people_are_followed_muted_and_blocked(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance)
    fan = await make_person(instance, "fan")
    reader = await sign_in(fan.id)
    await reader.get("/@ann")
    for verb, flag in (("follow", "following"), ("mute", "muting"), ("block", "blocking")):
        assert await reader.post(f"/@ann/{verb}") == 303
        [standing] = await instance.read(relationships, fan.id, [ann.id])
        assert getattr(standing, flag), verb
    for verb, flag in (("unmute", "muting"), ("unblock", "blocking"), ("unfollow", "following")):
        assert await reader.post(f"/@ann/{verb}") == 303
        [standing] = await instance.read(relationships, fan.id, [ann.id])
        assert not getattr(standing, flag), verb
    assert await reader.post("/@fan/follow") == 422
    assert await reader.post("/@nobody/follow") == 404


async def test_a_request_to_follow_is_answered(instance: Instance, sign_in: Any) -> None:
    tal = await make_person(instance, "tal", PersonKind.TALENT, None)
    ann = await make_person(instance)
    asker, asked = await sign_in(ann.id), await sign_in(tal.id)
    await asker.get("/@tal")
    await asker.post("/@tal/follow")
    await asked.get("/notifications")
    assert "asks to follow you" in asked.text
    assert await asked.post(f"/requests/{ann.id}/accept") == 303
    [standing] = await instance.read(relationships, ann.id, [tal.id])
    assert standing.following


async def test_the_home_shows_who_one_follows(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance)
    fan = await make_person(instance, "fan")
    reader = await sign_in(fan.id)
    await reader.get("/home")
    assert "what the people you follow write" in reader.text
    await reader.get("/@ann")
    await reader.post("/@ann/follow")
    await make_post(instance, ann.id, "Fresh bread")
    await reader.get("/home")
    assert "Fresh bread" in reader.text


async def test_an_offer_is_closed_and_opened_again(instance: Instance, sign_in: Any) -> None:
    org = await make_person(instance, "org")
    offer = await publish(instance, org.id, "vacancy")
    reader = await sign_in(org.id)
    await reader.get(f"/@org/{offer.id}")
    for state in (PostState.FILLED, PostState.OPEN, PostState.WITHDRAWN):
        assert await reader.post(f"/posts/{offer.id}/close", [("state", state.value)]) == 303
        assert (await instance.read(post, HOUSE, offer.id)).state == state
    for wrong in ("", "expired", "nonsense"):
        assert await reader.post(f"/posts/{offer.id}/close", [("state", wrong)]) == 422


async def test_deleting_asks_first(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance)
    made = await make_post(instance, ann.id, "Old words")
    reader = await sign_in(ann.id)
    assert await reader.get(f"/posts/{made.id}/delete") == 200
    assert "Every server that got the post" in reader.text
    assert await reader.post(f"/posts/{made.id}/delete") == 303
    assert await reader.get(f"/@ann/{made.id}") == 410


async def test_a_post_is_changed(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance)
    made = await make_post(instance, ann.id, "Old words")
    reader = await sign_in(ann.id)
    path = f"/posts/{made.id}/edit"
    await reader.get(path)
    assert dict(reader.form(path))["text"] == "Old words"
    assert await reader.post(path, [("text", "New words")]) == 303
    assert "New words" in (await instance.read(post, HOUSE, made.id)).content
    assert await reader.post(path, [("text", "")]) == 422


async def test_a_form_without_its_token_does_nothing(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance)
    fan = await make_person(instance, "fan")
    made = await make_poll(instance, ann.id)
    reader = await sign_in(fan.id)
    paths = [
        "/new/post", "/new/vacancy", "/@ann/follow", f"/posts/{made.id}/like",
        f"/posts/{made.id}/vote", f"/posts/{made.id}/close", f"/posts/{made.id}/delete",
        f"/posts/{made.id}/edit", f"/requests/{ann.id}/accept",
    ]  # fmt: skip
    for path in paths:
        assert await reader.post(path, [("form_token", "made.up"), ("text", "x")]) == 403, path
    row = await instance.read(post, Viewer.member(fan.id), made.id)
    assert not row.flags.liked


async def test_after_a_button_nobody_is_led_away(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance)
    made = await make_post(instance, ann.id)
    reader = await sign_in(ann.id)
    await reader.get(f"/@ann/{made.id}")
    pairs = [("back", "https://evil.example/")]
    assert await reader.post(f"/posts/{made.id}/like", pairs) == 303
    assert reader.headers["Location"] == f"/@ann/{made.id}"
