"""Which posts from elsewhere are kept, and how they are shown."""

from typing import Any

import pytest

from server.people.rules import Viewer
from server.platform.instance import Instance
from server.posts import reactions_to
from tests.server.posts.receiving.strangers import ROB
from tests.support.people import card, make_remote
from tests.support.posts import create, hear, kept, known, make_post, remote_note, seen


async def test_a_post_of_somebody_followed_is_kept_as_it_is_shown(
    instance: Instance, ann: Any
) -> None:
    note = remote_note(
        ROB,
        content='<p onclick="x()">Hi <script>bad()</script><a href="javascript:x">a</a></p>',
        summary="careful",
        sensitive=True,
        contentMap={"fr": "<p>Salut</p>", "en": "<p>Hi</p>"},
        tag=[
            {"type": "Hashtag", "name": "#Jobs", "href": "https://far.example/tags/jobs"},
            {
                "type": "Emoji",
                "name": ":blob:",
                "icon": {"type": "Image", "url": "https://far.example/blob.png"},
            },
        ],
        attachment=[
            {
                "type": "Document",
                "mediaType": "image/png",
                "url": "https://far.example/pic.png",
                "name": "A boat",
                "blurhash": "LKO2?U%2Tw=w",
                "width": 10,
                "height": 20,
            }
        ],
    )

    await hear(instance, create(note))

    row = await seen(instance, (await kept(instance, note["id"])).id)
    assert "script" not in row.content
    assert "javascript" not in row.content
    assert "onclick" not in row.content
    assert (row.spoiler, row.sensitive) == ("careful", True)
    assert [tag.shown for tag in row.tags] == ["Jobs"]
    assert row.emojis[0]["shortcode"] == "blob"
    assert (row.media[0].description, row.media[0].media_id) == ("A boat", None)
    assert row.content_map is not None
    assert set(row.content_map) == {"fr", "en"}
    assert (await card(instance, row.author.id)).posts_count == 1


async def test_a_post_is_kept_once(instance: Instance, ann: Any) -> None:
    note = remote_note(ROB)

    await hear(instance, create(note))
    await hear(instance, create({**note, "content": "<p>other</p>"}))

    post = await kept(instance, note["id"])
    assert "Hello" in post.content
    assert (await card(instance, post.author_id)).posts_count == 1


@pytest.mark.parametrize(
    "said",
    [
        {"attributedTo": "https://far.example/users/other"},
        {"id": "https://elsewhere.example/notes/1"},
        {"id": "https://ours.example/posts/1"},
        {"type": "Tombstone"},
        {"id": None},
    ],
)
async def test_what_is_not_the_senders_has_no_effect(
    instance: Instance, ann: Any, said: dict[str, Any]
) -> None:
    note = {**remote_note(ROB), **said}
    whole = create(remote_note(ROB), object={k: v for k, v in note.items() if v is not None})

    await hear(instance, whole)

    assert await known(instance, str(note["id"])) is None
    assert (await card(instance, ann.id)).posts_count == 0


async def test_a_suspended_author_is_not_heard(instance: Instance, ann: Any) -> None:
    from server.federation.model import Actor

    rob = await make_remote(instance)

    def suspend(w: Any) -> None:
        w.session.get_one(Actor, rob.id).suspended_at = w.now

    await instance.work(suspend)
    note = remote_note(ROB)

    await hear(instance, create(note))

    assert await known(instance, note["id"]) is None


async def test_an_old_post_sorts_where_it_belongs(instance: Instance, ann: Any) -> None:
    new = await make_post(instance, ann.id)
    old = remote_note(ROB, 1, published="2026-01-01T00:00:00Z")
    ahead = remote_note(ROB, 2, published="2031-01-01T00:00:00Z")

    await hear(instance, create(old))
    await hear(instance, create(ahead))

    assert (await kept(instance, old["id"])).id < new.id
    post = await kept(instance, ahead["id"])
    assert post.id > new.id
    assert post.published_at == instance.clock.now()


async def test_attachments_and_tags_are_capped(instance: Instance, ann: Any) -> None:
    picture = {"type": "Image", "mediaType": "image/png", "url": "https://far.example/p.png"}
    tags = [{"type": "Hashtag", "name": f"#t{number}x"} for number in range(150)]
    note = remote_note(ROB, attachment=[picture] * 32, tag=tags)

    await hear(instance, create(note))

    row = await seen(instance, (await kept(instance, note["id"])).id)
    assert (len(row.media), len(row.tags)) == (16, 50)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            {"type": "Article", "name": "Big news", "content": "<p>Long text</p>"},
            ["Big news", "Long text", "https://far.example/a"],
        ),
        (
            {"type": "Page", "name": "A link", "content": "<p>Body</p>", "source": {}},
            ["A link", "Body"],
        ),
        (
            {
                "type": "Video",
                "name": "A film",
                "content": "**bold** <b>",
                "mediaType": "text/markdown",
            },
            ["A film", "**bold** &lt;b&gt;"],
        ),
        (
            {
                "type": "Event",
                "name": "Open day",
                "content": "<p>Come</p>",
                "startTime": "2026-12-01T09:00:00Z",
                "endTime": "2026-12-01T11:00:00Z",
                "timezone": "Europe/Brussels",
                "location": {"type": "Place", "name": "Town hall"},
            },
            ["Open day", "Come", "Town hall", "December"],
        ),
    ],
)
async def test_other_kinds_of_objects_are_readable(
    instance: Instance, ann: Any, said: dict[str, Any], expected: list[str]
) -> None:
    note = remote_note(ROB, url="https://far.example/a", **{"updated": None, **said})

    await hear(instance, create(note))

    row = await seen(instance, (await kept(instance, note["id"])).id)
    for text in expected:
        assert text in row.content
    assert row.title == said["name"]
    assert row.card is not None


async def test_answers_that_came_first_are_hung_below(instance: Instance, ann: Any) -> None:
    parent = remote_note(ROB, 1)
    answer = remote_note(ROB, 2, inReplyTo=parent["id"])

    await hear(instance, create(answer))
    early = await kept(instance, answer["id"])
    await instance.work(reactions_to.mute_thread, ann.id, early.id)
    await hear(instance, create(parent))

    above, below = await kept(instance, parent["id"]), await kept(instance, answer["id"])
    assert below.in_reply_to_id == above.id
    assert below.conversation_id == above.conversation_id
    assert above.replies_count == 1
    row = await seen(instance, above.id, Viewer.member(ann.id))
    assert row.flags.thread_muted
