"""Publishing: what is stored, who is told, what goes out, and every refusal."""

from datetime import timedelta
from typing import Any

import pytest

from server.federation.model import Reach
from server.people.model import PersonKind
from server.people.relations import OutOfReach
from server.people.rules import Viewer
from server.platform.errors import Invalid, NotAllowed, NotFound
from server.platform.instance import Instance
from server.posts.direct import MessageRefused
from server.posts.documents import note_document
from server.posts.kinds.wire import record_of
from server.posts.model import Audience
from server.posts.service import Draft, PollDraft, publish_post
from tests.support.people import card, make_person, make_remote
from tests.support.posts import (
    follow,
    make_picture,
    make_poll,
    make_post,
    make_vacancy,
    seen,
    sent,
    told,
)


async def test_a_post_is_worded_counted_and_sent_to_followers(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance)
    await follow(instance, rob.id, ann.id)

    post = await make_post(instance, ann.id, "Hello #World\n\nsee https://site.example/a")

    row = await seen(instance, post.id)
    assert row.content.startswith('<p>Hello <a href="https://ours.example/tags/world"')
    assert [tag.name for tag in row.tags] == ["world"]
    assert row.url == f"https://ours.example/@ann/{post.id}"
    assert row.uri == f"https://ours.example/posts/{post.id}"
    assert (await card(instance, ann.id)).posts_count == 1
    create = (await sent(instance))[-1]
    assert create["type"] == "Create"
    assert create["id"] == f"{post.uri}/activity"
    assert create["object"]["type"] == "Note"
    assert create["to"] == ["https://www.w3.org/ns/activitystreams#Public"]
    assert create["targets"]["groups"] == [["followers", ann.id]]
    assert create["proof"]["cryptosuite"] == "eddsa-jcs-2022"


async def test_a_mention_links_notifies_and_is_delivered(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    bob = await make_person(instance, "bob")
    rob = await make_remote(instance)

    post = await make_post(instance, ann.id, "@bob and @rob@far.example and @nobody")

    row = await seen(instance, post.id)
    assert {one.acct for one in row.mentions} == {"bob", "rob@far.example"}
    assert row.content.count("u-url mention") == 2
    assert await told(instance, bob.id) == [("mention", ann.id, post.id)]
    create = (await sent(instance))[-1]
    assert create["targets"]["inboxes"][0][0] == "https://far.example/inbox"
    assert {tag["name"] for tag in create["object"]["tag"]} == {
        "@bob@ours.example",
        "@rob@far.example",
    }
    assert rob.id in {one.person_id for one in row.mentions}


@pytest.mark.parametrize(
    ("reach", "asked", "given"),
    [
        (Reach.HOME, Audience.PUBLIC, Audience.MEMBERS),
        (Reach.HOME, Audience.PARTNERS, Audience.MEMBERS),
        (Reach.HOME, Audience.FOLLOWERS, Audience.FOLLOWERS),
        (Reach.PARTNERS, Audience.UNLISTED, Audience.PARTNERS),
        (Reach.PARTNERS, Audience.MEMBERS, Audience.MEMBERS),
        (Reach.FEDIVERSE, Audience.PUBLIC, Audience.PUBLIC),
    ],
)
async def test_reach_caps_the_audience(
    instance: Instance, reach: Reach, asked: Audience, given: Audience
) -> None:
    ann = await make_person(instance, "ann", kind=PersonKind.TALENT, reach=reach)

    post = await make_post(instance, ann.id, audience=asked)

    assert post.audience == given


async def test_nothing_of_somebody_at_home_is_sent(instance: Instance) -> None:
    ann = await make_person(instance, "ann", reach=Reach.HOME)
    await make_remote(instance)

    for audience in Audience:
        if audience is not Audience.DIRECT:
            await make_post(instance, ann.id, "@rob@far.example hi", audience=audience)

    assert await sent(instance) == []


async def test_a_post_for_members_is_not_sent(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance)
    await follow(instance, rob.id, ann.id)
    before = len(await sent(instance))

    await make_post(instance, ann.id, "@rob@far.example", audience=Audience.MEMBERS)

    assert len(await sent(instance)) == before


async def test_somebody_at_home_is_told_but_not_named_on_the_wire(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    shy = await make_person(instance, "shy", kind=PersonKind.TALENT, reach=Reach.HOME)
    rob = await make_remote(instance)
    await follow(instance, rob.id, ann.id)

    post = await make_post(instance, ann.id, "@shy look")

    create = (await sent(instance))[-1]
    assert "tag" not in create["object"]
    assert f"/people/{shy.id}" not in str(create["object"])
    assert "mention" not in create["object"]["content"]
    assert await told(instance, shy.id) == [("mention", ann.id, post.id)]
    assert (await seen(instance, post.id, Viewer())).mentions == ()


async def test_an_answer_joins_the_thread_and_is_never_wider(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    bob = await make_person(instance, "bob")
    first = await make_post(instance, ann.id, audience=Audience.MEMBERS)

    answer = await make_post(instance, bob.id, "yes", in_reply_to_id=first.id)

    assert answer.conversation_id == first.conversation_id
    assert answer.audience == Audience.MEMBERS
    assert answer.in_reply_to_person_id == ann.id
    assert (await seen(instance, first.id)).replies_count == 1


async def test_what_may_not_be_seen_cannot_be_answered(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    bob = await make_person(instance, "bob")
    hidden = await make_post(instance, ann.id, audience=Audience.FOLLOWERS)

    with pytest.raises(NotFound):
        await make_post(instance, bob.id, in_reply_to_id=hidden.id)
    with pytest.raises(NotFound):
        await make_post(instance, bob.id, in_reply_to_id=12345)


async def test_the_same_key_gives_the_same_post(instance: Instance) -> None:
    ann = await make_person(instance, "ann")

    first = await make_post(instance, ann.id, "once", idempotency_key="k1")
    again = await make_post(instance, ann.id, "once", idempotency_key="k1")
    other = await make_post(instance, ann.id, "once", idempotency_key="k2")
    instance.clock.move(timedelta(hours=2))  # type: ignore[attr-defined]  # the set clock
    later = await make_post(instance, ann.id, "once", idempotency_key="k1")

    assert first.id == again.id
    assert len({first.id, other.id, later.id}) == 3
    assert (await card(instance, ann.id)).posts_count == 3


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n "}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"text": "x" * 4999, "spoiler": "yy"}, "text"),
        ({"text": "a", "media_ids": [1, 2, 3, 4, 5]}, "media_ids"),
        ({"text": "a", "media_ids": [99]}, "media_ids"),
        ({"text": "a", "language": "not a language"}, "language"),
        ({"text": "a", "poll": PollDraft(options=["one"], expires_in=3600)}, "poll"),
        ({"text": "a", "poll": PollDraft(options=list("abcdefghi"), expires_in=3600)}, "poll"),
        ({"text": "a", "poll": PollDraft(options=["a", "A"], expires_in=3600)}, "poll"),
        ({"text": "a", "poll": PollDraft(options=["a", " "], expires_in=3600)}, "poll"),
        ({"text": "a", "poll": PollDraft(options=["a", "b" * 101], expires_in=3600)}, "poll"),
        ({"text": "a", "poll": PollDraft(options=["a", "b"], expires_in=299)}, "poll"),
        ({"text": "a", "poll": PollDraft(options=["a", "b"], expires_in=2678401)}, "poll"),
        ({"text": "a", "kind": "rumour", "record": {}}, "kind"),
    ],
)
async def test_an_unacceptable_post_changes_nothing(
    instance: Instance, wishes: dict[str, Any], field: str
) -> None:
    ann = await make_person(instance, "ann")

    with pytest.raises(Invalid) as refusal:
        await make_post(instance, ann.id, **{"text": "a", **wishes})

    assert field in refusal.value.details
    assert (await card(instance, ann.id)).posts_count == 0
    assert await sent(instance) == []


async def test_a_link_counts_twenty_three_characters(instance: Instance) -> None:
    ann = await make_person(instance, "ann")

    await make_post(instance, ann.id, "x" * 4976 + " https://site.example/" + "y" * 500)


async def test_pictures_keep_their_order_and_stand_beside_no_poll(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    bob = await make_person(instance, "bob")
    one, two = await make_picture(instance, ann.id), await make_picture(instance, ann.id)
    foreign = await make_picture(instance, bob.id)

    post = await make_post(instance, ann.id, "", media_ids=[two, one])

    assert [media.media_id for media in (await seen(instance, post.id)).media] == [two, one]
    poll = PollDraft(options=["a", "b"], expires_in=3600)
    with pytest.raises(Invalid):
        await make_post(instance, ann.id, media_ids=[one], poll=poll)
    with pytest.raises(Invalid):
        await make_post(instance, ann.id, media_ids=[foreign])
    with pytest.raises(Invalid):
        await make_post(instance, ann.id, media_ids=[one])


async def test_a_poll_is_a_question(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance)
    await follow(instance, rob.id, ann.id)

    post = await make_poll(instance, ann.id)

    row = await seen(instance, post.id, Viewer.member(ann.id))
    assert row.poll is not None
    assert [option.title for option in row.poll.options] == ["tea", "coffee"]
    assert row.poll.voted
    question = (await sent(instance))[-1]["object"]
    assert question["type"] == "Question"
    assert [option["name"] for option in question["oneOf"]] == ["tea", "coffee"]


async def test_a_vacancy_is_readable_and_carries_its_record(instance: Instance) -> None:
    ann = await make_person(instance, "ann", display_name="Harbour Care")
    rob = await make_remote(instance)
    await follow(instance, rob.id, ann.id)

    post = await make_vacancy(instance, ann.id, tags=["care"])

    row = await seen(instance, post.id)
    assert row.title == "Care assistant"
    assert row.content.startswith("<p><strong>Care assistant</strong></p>")
    assert row.closes_at == instance.clock.now() + timedelta(days=30)
    assert {tag.name for tag in row.tags} == {"vacancy", "care"}
    assert row.card is not None
    assert row.card["url"] == row.url
    note = (await sent(instance))[-1]["object"]
    assert note["type"] == "Note"
    assert note["svept:posting"]["svept:profile"] == "vacancy/1"
    assert note["attachment"][0]["href"] == row.url
    assert "name" not in note
    assert list(note["contentMap"]) == ["en"]


async def test_an_employer_that_is_not_the_author_is_named_without_an_address(
    instance: Instance,
) -> None:
    """With somebody else's actor as employer, other instances would show a plain note."""
    ann = await make_person(instance, "ann")
    foreign = {"id": "https://mesh.example/people/9", "name": "Duinzorg"}
    own = {"id": (await card(instance, ann.id)).uri, "name": "Ann's bakery"}

    theirs = await make_vacancy(instance, ann.id, hiringOrganization=foreign)
    hers = await make_vacancy(instance, ann.id, hiringOrganization=own)

    assert (theirs.record or {})["hiringOrganization"] == {"name": "Duinzorg"}
    assert (hers.record or {})["hiringOrganization"] == own
    document = await instance.read(note_document, theirs.id)
    assert record_of(document) is not None


async def test_a_wrong_record_is_refused_by_place(instance: Instance) -> None:
    ann = await make_person(instance, "ann")

    with pytest.raises(Invalid) as refusal:
        await make_vacancy(instance, ann.id, title="", validThrough="2020-01-01T00:00:00Z")

    assert {"record/title", "record/validThrough"} <= set(refusal.value.details)


async def test_a_message_needs_an_open_way(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    bob = await make_person(instance, "bob")
    rob = await make_remote(instance)

    for name in ("@bob", "@rob@far.example"):
        with pytest.raises(MessageRefused):
            await make_post(instance, ann.id, f"{name} hi", audience=Audience.DIRECT)

    await follow(instance, bob.id, ann.id)
    await follow(instance, rob.id, ann.id)
    here = await make_post(instance, ann.id, "@bob hi", audience=Audience.DIRECT)
    before = len(await sent(instance))
    away = await make_post(instance, ann.id, "@rob@far.example hi", audience=Audience.DIRECT)

    activities = await sent(instance)
    assert before == len(activities) - 1
    assert activities[-1]["to"] == [(await card(instance, rob.id)).uri]
    assert activities[-1]["targets"]["inboxes"][0][0].endswith("/users/rob/inbox")
    assert "proof" not in activities[-1]
    # Who was written to may answer, and only they see it.
    answer = await make_post(
        instance, bob.id, "ok", audience=Audience.PUBLIC, in_reply_to_id=here.id
    )
    assert answer.audience == Audience.DIRECT
    assert (await seen(instance, answer.id, Viewer.member(ann.id))).id == answer.id
    assert (await card(instance, ann.id)).posts_count == 0
    assert away.audience == Audience.DIRECT


async def test_somebody_suspended_or_elsewhere_cannot_write(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance)

    def suspend(w: Any) -> None:
        from server.federation.model import Actor

        w.session.get_one(Actor, ann.id).suspended_at = w.now

    await instance.work(suspend)

    with pytest.raises(NotAllowed):
        await make_post(instance, ann.id)
    with pytest.raises(NotFound):
        await instance.work(publish_post, Draft(author_id=rob.id, text="hi"))


async def test_subscribers_hear_of_every_post(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    bob = await make_person(instance, "bob")
    await follow(instance, bob.id, ann.id, notifies=True)

    post = await make_post(instance, ann.id)

    assert ("status", ann.id, post.id) in await told(instance, bob.id)


async def test_a_tag_in_any_script_has_an_address(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance)
    await follow(instance, rob.id, ann.id)

    post = await make_post(instance, ann.id, "#Työpaikka")

    tag = (await sent(instance))[-1]["object"]["tag"][0]
    assert tag["name"] == "#Työpaikka"
    assert tag["href"] == "https://ours.example/tags/ty%C3%B6paikka"
    assert tag["href"] in (await seen(instance, post.id)).content


async def test_a_message_that_cannot_leave_is_refused(instance: Instance) -> None:
    shy = await make_person(instance, "shy", kind=PersonKind.TALENT, reach=Reach.FEDIVERSE)
    rob = await make_remote(instance)
    await follow(instance, rob.id, shy.id)

    def stay(w: Any) -> None:
        from server.federation.actors import change_reach

        change_reach(w, shy.id, Reach.HOME)

    await instance.work(stay)

    with pytest.raises(OutOfReach):
        await make_post(instance, shy.id, "@rob@far.example hi", audience=Audience.DIRECT)
