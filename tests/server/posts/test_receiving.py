"""What arrives from elsewhere: kept, changed, deleted, boosted, liked, voted, and what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.federation.gone import gone
from server.people import relations
from server.people.rules import HOUSE, Viewer
from server.platform.clock import SetClock
from server.platform.instance import Instance
from server.posts import polls, reactions_to
from server.posts.history import revisions
from server.posts.model import Audience, PostState
from server.posts.queries import pinned_posts
from server.posts.removing import delete_post
from server.posts.service import Draft, publish_post
from tests.support.people import card, make_person, make_remote
from tests.support.posts import (
    PUBLIC,
    activity,
    create,
    follow,
    hear,
    kept,
    known,
    make_poll,
    make_post,
    remote_note,
    seen,
    sent,
    shown,
    told,
    vacancy_record,
)

ROB = "https://far.example/users/rob"
EVE = "https://evil.example/users/eve"


@pytest.fixture
async def ann(instance: Instance) -> Any:
    """Give somebody here who follows rob@far.example."""
    made = await make_person(instance, "ann")
    rob = await make_remote(instance)
    await follow(instance, made.id, rob.id)
    return made


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


async def test_a_poll_with_absurd_counts_can_be_shown(instance: Instance, ann: Any) -> None:
    many = {"type": "Collection", "totalItems": 2**63 - 1}
    note = remote_note(
        ROB,
        type="Question",
        votersCount=2**63 - 1,
        oneOf=[{"type": "Note", "name": str(n), "replies": many} for n in range(4)],
    )

    await hear(instance, create(note))

    row = await seen(instance, (await kept(instance, note["id"])).id)
    assert row.poll is not None
    assert row.poll.votes_count < 2**53
    assert row.poll.voters_count < 2**53


async def test_nobody_here_has_to_do_with_it(instance: Instance, ann: Any) -> None:
    await make_remote(instance, "eve", "evil.example")
    note = remote_note(EVE, to=[PUBLIC])

    await hear(instance, create(note))

    assert await known(instance, note["id"]) is None


async def test_an_answer_or_a_mention_is_wanted(instance: Instance, ann: Any) -> None:
    await make_remote(instance, "eve", "evil.example")
    post = await make_post(instance, ann.id)
    uri = (await card(instance, ann.id)).uri
    answer = remote_note(EVE, 1, inReplyTo=post.uri)
    mention = remote_note(EVE, 2, tag=[{"type": "Mention", "href": uri, "name": "@ann"}])

    await hear(instance, create(answer))
    await hear(instance, create(mention))

    kept_answer = await kept(instance, answer["id"])
    assert kept_answer.in_reply_to_id == post.id
    assert kept_answer.conversation_id == post.conversation_id
    assert (await seen(instance, post.id)).replies_count == 1
    named = await kept(instance, mention["id"])
    assert ("mention", named.author_id, named.id) in await told(instance, ann.id)


@pytest.mark.parametrize(
    ("to", "cc", "audience"),
    [
        ([PUBLIC], [], Audience.PUBLIC),
        (["as:Public"], [], Audience.PUBLIC),
        ([f"{ROB}/followers"], [PUBLIC], Audience.UNLISTED),
        ([f"{ROB}/followers"], [], Audience.FOLLOWERS),
        (["https://far.example/partners", f"{ROB}/followers"], [], Audience.FOLLOWERS),
    ],
)
async def test_addressing_decides_the_audience(
    instance: Instance, ann: Any, to: list[str], cc: list[str], audience: Audience
) -> None:
    note = remote_note(ROB, to=to, cc=cc)

    await hear(instance, create(note))

    assert (await kept(instance, note["id"])).audience == audience


async def test_a_partner_post_is_for_partners_only_from_a_partner(instance: Instance) -> None:
    from server.federation.hosts import set_policy
    from server.federation.model import HostPolicy

    await make_remote(instance)
    stranger = remote_note(ROB, 1, to=["https://far.example/partners", f"{ROB}/followers"], cc=None)
    await hear(instance, create(stranger))
    assert await known(instance, stranger["id"]) is None

    await instance.work(set_policy, "far.example", HostPolicy.PARTNER)
    note = remote_note(ROB, 2, to=["https://far.example/partners", f"{ROB}/followers"], cc=None)
    await hear(instance, create(note))

    post = await kept(instance, note["id"])
    assert post.audience == Audience.PARTNERS
    assert await shown(instance, post.id, Viewer()) is None
    bob = await make_person(instance, "bob")
    assert await shown(instance, post.id, Viewer.member(bob.id)) is not None


async def test_a_message_comes_in_only_by_an_open_way(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance)
    uri = (await card(instance, ann.id)).uri
    tag = [{"type": "Mention", "href": uri, "name": "@ann@ours.example"}]
    first = remote_note(ROB, 1, to=[uri], cc=None, tag=tag)
    second = remote_note(ROB, 2, to=[uri], cc=None, tag=tag)

    await hear(instance, create(first))
    assert await known(instance, first["id"]) is None
    assert await told(instance, ann.id) == []

    await follow(instance, ann.id, rob.id)
    await hear(instance, create(second))
    post = await kept(instance, second["id"])
    assert post.audience == Audience.DIRECT
    assert await told(instance, ann.id) == [("mention", rob.id, post.id)]
    bob = await make_person(instance, "bob")
    assert await shown(instance, post.id, Viewer.member(bob.id)) is None


async def test_a_message_may_answer_what_was_written_first(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance)
    await follow(instance, rob.id, ann.id)
    await make_post(instance, ann.id, "@rob@far.example hi", audience=Audience.DIRECT)
    uri = (await card(instance, ann.id)).uri
    note = remote_note(ROB, 1, to=[uri], cc=None, tag=[{"type": "Mention", "href": uri}])

    await hear(instance, create(note))

    assert await known(instance, note["id"]) is not None


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


def _vacancy(now: datetime, **said: Any) -> dict[str, Any]:
    from schemas import to_wire

    record = {
        **vacancy_record(now, contact={"email": "jobs@far.example"}),
        "identifier": "urn:uuid:3bbd9642-d194-5c1d-85c5-df34ad2cd4f4",
        "state": "OPEN",
        "hiringOrganization": {"id": ROB, "name": "Rob"},
        **said,
    }
    return {
        "contentMap": {"en": "<p><strong>Care assistant</strong></p>"},
        "content": "<p><strong>Care assistant</strong></p>",
        "svept:posting": to_wire("vacancy", record),
    }


async def test_a_record_makes_a_post_of_a_kind_and_its_bytes_are_kept(
    instance: Instance, ann: Any
) -> None:
    note = remote_note(ROB, **_vacancy(instance.clock.now()))

    await hear(instance, create(note))

    post = await kept(instance, note["id"])
    assert (post.kind, post.title, post.state) == ("vacancy", "Care assistant", PostState.OPEN)
    assert post.closes_at == instance.clock.now() + timedelta(days=30)
    assert post.received is not None
    assert b"svept:posting" in post.received


@pytest.mark.parametrize(
    "posting",
    [
        "nonsense",
        {"svept:profile": "vacancy/2"},
        {"svept:profile": "vacancy/1", "sdo:title": 7},
    ],
)
async def test_a_broken_record_is_an_ordinary_post(
    instance: Instance, ann: Any, posting: Any
) -> None:
    note = remote_note(ROB, **{"svept:posting": posting})

    await hear(instance, create(note))

    post = await kept(instance, note["id"])
    assert post.kind is None
    assert "Hello" in post.content


async def test_an_update_counts_when_updated_grew(instance: Instance, ann: Any) -> None:
    note = remote_note(ROB)
    await hear(instance, create(note))
    post = await kept(instance, note["id"])
    await instance.work(reactions_to.boost, ann.id, post.id)

    def update(number: int, text: str, **said: Any) -> dict[str, Any]:
        return activity("Update", ROB, {**note, "content": text, **said}, number)

    await hear(instance, update(1, "<p>no date</p>"))
    await hear(instance, update(2, "<p>too old</p>", updated="2026-11-23T11:58:00Z"))
    assert "Hello" in (await kept(instance, note["id"])).content

    await hear(instance, update(3, "<p>new</p>", updated="2026-11-23T11:59:30Z"))
    await hear(instance, update(4, "<p>again old</p>", updated="2026-11-23T11:59:20Z"))

    fresh = await kept(instance, note["id"])
    assert fresh.content == "<p>new</p>"
    assert fresh.edited_at == datetime(2026, 11, 23, 11, 59, 30, tzinfo=UTC)
    assert len(await instance.read(revisions, HOUSE, post.id)) == 2
    assert ("update", post.author_id, post.id) in await told(instance, ann.id)


async def test_an_update_never_opens_a_post(instance: Instance, ann: Any) -> None:
    note = remote_note(ROB, to=[f"{ROB}/followers"], cc=None)
    await hear(instance, create(note))

    wider = {**note, "to": [PUBLIC], "updated": "2026-11-23T11:59:30Z"}
    await hear(instance, activity("Update", ROB, wider))

    assert (await kept(instance, note["id"])).audience == Audience.FOLLOWERS


async def test_only_the_owner_updates_and_deletes(instance: Instance, ann: Any) -> None:
    await make_remote(instance, "eve", "evil.example")
    await make_remote(instance, "mal", "far.example")
    note = remote_note(ROB)
    await hear(instance, create(note))

    changed = {**note, "content": "<p>mine</p>", "updated": "2026-11-23T11:59:30Z"}
    for other in (EVE, "https://far.example/users/mal"):
        await hear(instance, activity("Update", other, changed))
        await hear(instance, activity("Update", other, {**changed, "attributedTo": other}, 2))
        await hear(instance, activity("Delete", other, note["id"]))

    assert "Hello" in (await kept(instance, note["id"])).content


async def test_nobody_elsewhere_deletes_a_post_of_ours(instance: Instance, ann: Any) -> None:
    post = await make_post(instance, ann.id)

    await hear(instance, activity("Delete", ROB, post.uri))

    assert await shown(instance, post.id) is not None
    assert await instance.read(gone, post.uri) is None


@pytest.mark.parametrize("form", ["id", "tombstone"])
async def test_a_delete_takes_the_post_away(instance: Instance, ann: Any, form: str) -> None:
    note = remote_note(ROB)
    await hear(instance, create(note))
    post = await kept(instance, note["id"])
    boost = await instance.work(reactions_to.boost, ann.id, post.id)

    of = note["id"] if form == "id" else {"id": note["id"], "type": "Tombstone"}
    await hear(instance, activity("Delete", ROB, of))
    await hear(instance, create(note))

    assert await known(instance, note["id"]) is None
    assert await shown(instance, boost.id) is None


async def test_a_delete_that_overtakes_its_create_blocks_it(instance: Instance, ann: Any) -> None:
    note = remote_note(ROB)

    await hear(instance, activity("Delete", ROB, note["id"]))
    await hear(instance, create(note))

    assert await known(instance, note["id"]) is None


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


async def test_likes_and_reactions_count_and_are_undone(instance: Instance, ann: Any) -> None:
    post = await make_post(instance, ann.id)
    like = activity("Like", ROB, post.uri)

    await hear(instance, like)
    await hear(instance, activity("EmojiReact", ROB, post.uri, content="🎉"))
    assert (await seen(instance, post.id)).likes_count == 1

    foreign = activity("Undo", EVE, like)
    await make_remote(instance, "eve", "evil.example")
    await hear(instance, foreign)
    assert (await seen(instance, post.id)).likes_count == 1

    await hear(instance, activity("Undo", ROB, like["id"]))
    assert (await seen(instance, post.id)).likes_count == 0


async def test_a_like_of_what_may_not_be_seen_does_not_count(instance: Instance, ann: Any) -> None:
    inside = await make_post(instance, ann.id, audience=Audience.MEMBERS)
    blocked = await make_post(instance, ann.id)
    rob = await make_remote(instance)
    await instance.work(relations.block, ann.id, rob.id)

    for post in (inside, blocked):
        await hear(instance, activity("Like", ROB, post.uri))
        await hear(instance, activity("Announce", ROB, post.uri, to=[PUBLIC]))
        row = await seen(instance, post.id)
        assert (row.likes_count, row.boosts_count) == (0, 0)


async def test_boosts_arrive_once_and_are_undone(instance: Instance, ann: Any) -> None:
    post = await make_post(instance, ann.id)
    announce = activity("Announce", ROB, post.uri, to=[PUBLIC])

    await hear(instance, announce)
    await hear(instance, activity("Announce", ROB, post.uri, 2, to=[PUBLIC]))
    boost = await kept(instance, announce["id"])
    assert (await seen(instance, post.id)).boosts_count == 1
    assert boost.boost_of_id == post.id

    await hear(instance, activity("Undo", ROB, announce))
    assert await known(instance, announce["id"]) is None
    assert (await seen(instance, post.id)).boosts_count == 0


async def test_an_undo_that_overtakes_its_announce_blocks_it(instance: Instance, ann: Any) -> None:
    post = await make_post(instance, ann.id)
    announce = activity("Announce", ROB, post.uri, to=[PUBLIC])

    await hear(instance, activity("Undo", ROB, announce))
    await hear(instance, announce)

    assert await known(instance, announce["id"]) is None


async def test_a_group_announces_whole_activities(instance: Instance, ann: Any) -> None:
    group = await make_remote(instance, "utrecht", "far.example", type="Group")
    await follow(instance, ann.id, group.id)
    uri = (await card(instance, group.id)).uri
    post = await make_post(instance, ann.id)
    inner = {"id": f"{post.uri}/activity", "type": "Create", "actor": post.uri, "object": post.uri}

    await hear(instance, activity("Announce", uri, inner, to=[PUBLIC]))
    await hear(instance, activity("Announce", uri, {**inner, "type": "Delete"}, 2, to=[PUBLIC]))

    assert (await seen(instance, post.id)).boosts_count == 1
    assert [kind for kind, _, _ in await told(instance, ann.id)] == []


async def test_a_boost_by_a_stranger_of_a_strangers_post_is_not_kept(
    instance: Instance, ann: Any
) -> None:
    note = remote_note(ROB)
    await hear(instance, create(note))
    await make_remote(instance, "eve", "evil.example")
    announce = activity("Announce", EVE, note["id"], to=[PUBLIC])

    await hear(instance, announce)

    assert await known(instance, announce["id"]) is None


async def test_a_vote_in_a_poll_that_is_gone_is_no_message(instance: Instance, ann: Any) -> None:
    poll = await make_poll(instance, ann.id)
    await instance.work(delete_post, ann.id, poll.id)
    uri = (await card(instance, ann.id)).uri
    note = {
        "id": "https://far.example/votes/1",
        "type": "Note",
        "attributedTo": ROB,
        "name": "tea",
        "inReplyTo": poll.uri,
        "to": [uri],
    }

    await hear(instance, create(note))

    assert await known(instance, note["id"]) is None
    assert await told(instance, ann.id) == []


async def test_votes_from_elsewhere_are_counted_once(instance: Instance, ann: Any) -> None:
    post = await make_poll(instance, ann.id)
    uri = (await card(instance, ann.id)).uri

    def voted(number: int, option: str) -> dict[str, Any]:
        note = {
            "id": f"https://far.example/votes/{number}",
            "type": "Note",
            "attributedTo": ROB,
            "to": [uri],
            "name": option,
            "inReplyTo": post.uri,
        }
        return create(note)

    await hear(instance, voted(1, "coffee"))
    await hear(instance, voted(2, "tea"))
    await hear(instance, voted(3, "water"))

    row = await seen(instance, post.id)
    assert row.poll is not None
    assert [option.votes for option in row.poll.options] == [0, 1]
    assert row.poll.voters_count == 1
    assert row.replies_count == 0
    await instance.work(polls.send_counts, post.id)
    question = (await sent(instance))[-1]
    assert question["type"] == "Update"
    assert question["object"]["oneOf"][1]["replies"]["totalItems"] == 1
    assert "updated" not in question["object"]


async def test_the_author_of_a_poll_elsewhere_tells_its_counts(
    instance: Instance, ann: Any
) -> None:
    def question(votes: int, **said: Any) -> dict[str, Any]:
        return remote_note(
            ROB,
            type="Question",
            oneOf=[
                {"type": "Note", "name": name, "replies": {"totalItems": votes}}
                for name in ("x", "y")
            ],
            votersCount=votes,
            **said,
        )

    await hear(instance, create(question(0)))
    post = await kept(instance, question(0)["id"])
    await instance.work(polls.vote, ann.id, post.id, [0])
    await hear(instance, activity("Update", ROB, question(5)))
    row = await seen(instance, post.id)
    assert row.poll is not None
    assert (row.poll.voters_count, row.poll.is_over) == (5, False)
    assert len(await instance.read(revisions, HOUSE, post.id)) == 1

    await hear(instance, activity("Update", ROB, question(6, closed="2026-11-23T11:00:00Z"), 2))

    row = await seen(instance, post.id)
    assert row.poll is not None
    assert row.poll.is_over
    assert ("poll", post.author_id, post.id) in await told(instance, ann.id)


async def test_featured_posts_follow_add_and_remove(instance: Instance, ann: Any) -> None:
    rob = await make_remote(instance, featured=f"{ROB}/featured")
    await make_remote(instance, "eve", "evil.example")
    note = remote_note(ROB)
    await hear(instance, create(note))

    await hear(instance, activity("Add", EVE, note["id"], target=f"{ROB}/featured"))
    await hear(instance, activity("Add", ROB, note["id"], target=f"{ROB}/other"))
    assert await instance.read(pinned_posts, HOUSE, rob.id) == []

    await hear(instance, activity("Add", ROB, note["id"], 2, target=f"{ROB}/featured"))
    await hear(instance, activity("Add", ROB, note["id"], 3, target=f"{ROB}/featured"))
    assert len(await instance.read(pinned_posts, HOUSE, rob.id)) == 1

    await hear(instance, activity("Remove", ROB, note["id"], target=f"{ROB}/featured"))
    assert await instance.read(pinned_posts, HOUSE, rob.id) == []


async def test_a_closed_record_from_elsewhere_closes_by_itself(
    instance: Instance, ann: Any
) -> None:
    from server.posts.closing import close_due

    note = remote_note(ROB, **_vacancy(instance.clock.now()))
    await hear(instance, create(note))
    clock = instance.clock
    assert isinstance(clock, SetClock)
    clock.move(timedelta(days=31))

    assert await instance.work(close_due) == 1

    assert (await kept(instance, note["id"])).state == PostState.EXPIRED


async def test_an_answer_to_a_public_post_by_an_unknown_server_is_told(
    instance: Instance, ann: Any
) -> None:
    post = await instance.work(publish_post, Draft(author_id=ann.id, text="question?"))
    await make_remote(instance, "eve", "evil.example")
    uri = (await card(instance, ann.id)).uri
    answer = remote_note(
        EVE, 1, inReplyTo=post.uri, tag=[{"type": "Mention", "href": uri, "name": "@ann"}]
    )

    await hear(instance, create(answer))

    assert [kind for kind, _, _ in await told(instance, ann.id)] == ["mention"]


async def test_nobody_answers_below_what_they_may_not_see(instance: Instance, ann: Any) -> None:
    await make_remote(instance, "eve", "evil.example")
    inside = await make_post(instance, ann.id, audience=Audience.MEMBERS)
    guess = remote_note(EVE, 1, inReplyTo=inside.uri)
    by_rob = remote_note(ROB, 2, inReplyTo=inside.uri)

    await hear(instance, create(guess))
    await hear(instance, create(by_rob))

    assert await known(instance, guess["id"]) is None
    assert (await kept(instance, by_rob["id"])).in_reply_to_id is None
    assert (await seen(instance, inside.id)).replies_count == 0


async def test_a_mention_by_somebody_blocked_is_not_kept(instance: Instance, ann: Any) -> None:
    eve = await make_remote(instance, "eve", "evil.example")
    await instance.work(relations.block, ann.id, eve.id)
    uri = (await card(instance, ann.id)).uri
    note = remote_note(EVE, tag=[{"type": "Mention", "href": uri, "name": "@ann"}])
    post = await make_post(instance, ann.id)
    answer = remote_note(EVE, 2, inReplyTo=post.uri)

    await hear(instance, create(note))
    await hear(instance, create(answer))

    assert await known(instance, note["id"]) is None
    assert await known(instance, answer["id"]) is None


async def test_a_block_closes_the_way_for_messages(instance: Instance) -> None:
    ann, rob = await make_person(instance, "ann"), await make_remote(instance)
    await follow(instance, rob.id, ann.id)
    await make_post(instance, ann.id, "@rob@far.example hi", audience=Audience.DIRECT)
    await instance.work(relations.block, ann.id, rob.id)
    uri = (await card(instance, ann.id)).uri
    note = remote_note(ROB, 1, to=[uri], cc=None, tag=[{"type": "Mention", "href": uri}])

    await hear(instance, create(note))

    assert await known(instance, note["id"]) is None


async def test_the_end_of_a_second_reaction_is_not_the_end_of_the_first(
    instance: Instance, ann: Any
) -> None:
    post = await make_post(instance, ann.id)
    party = activity("EmojiReact", ROB, post.uri, content="🎉")
    await hear(instance, activity("Like", ROB, post.uri))
    await hear(instance, party)

    await hear(instance, activity("Undo", ROB, party))

    assert (await seen(instance, post.id)).likes_count == 1
