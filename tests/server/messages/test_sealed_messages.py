"""Direct messages at rest: nothing of them can be read in the database, everything through it."""

from sqlalchemy import select, update

from server.people.model import PersonKey
from server.people.rules import HOUSE, Viewer
from server.people.service import delete_person
from server.platform.instance import Instance
from server.platform.work import Work
from server.posts.history import revisions, source
from server.posts.model import Audience, Post, PostRevision
from server.posts.privacy import export
from server.posts.service import Change, edit_post
from tests.server.messages.talks import SECRET, listed, make_pair, rows_with, said, write
from tests.support.people import make_person, make_remote
from tests.support.posts import (
    create,
    follow,
    hear,
    kept,
    make_post,
    remote_note,
    seen,
    sent,
    shown,
)


async def test_nothing_of_a_message_stands_readable_in_the_database(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    await write(instance, tala, mo, f"{SECRET} #quokka", key="one")
    assert await rows_with(instance, "zebrafish") == []
    assert await rows_with(instance, "quokka") == []
    assert await rows_with(instance, "quokka") == await rows_with(instance, "no such word")


async def test_both_read_what_was_written_with_its_hashtags(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    await write(instance, tala, mo, f"{SECRET} #quokka")
    (row,) = await listed(instance, mo)
    assert row.last is not None
    assert SECRET in row.last.content
    assert [tag.name for tag in row.last.tags] == ["quokka"]


async def test_a_public_post_stays_as_it_was(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    post = await make_post(instance, ann.id, SECRET, audience=Audience.PUBLIC)
    assert post.sealed is None
    assert "post" in await rows_with(instance, "zebrafish")


async def test_an_edit_and_its_versions_are_sealed_and_readable(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    await write(instance, tala, mo)
    (row,) = await listed(instance, tala)
    await instance.work(
        edit_post, tala, row.last_id, Change(text="Walrus instead", spoiler="Pelican")
    )
    for word in ("zebrafish", "walrus", "pelican"):
        assert await rows_with(instance, word) == []
    found = await instance.read(revisions, Viewer.member(mo), row.last_id)
    assert [SECRET in one.content for one in found] == [True, False]
    assert found[-1].spoiler == "Pelican"
    typed = await instance.read(source, tala, row.last_id)
    assert (typed.text, typed.spoiler) == ("Walrus instead", "Pelican")


async def test_an_edit_that_changes_nothing_makes_no_version(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    await write(instance, tala, mo)
    (row,) = await listed(instance, tala)
    await instance.work(edit_post, tala, row.last_id, Change(text=SECRET))
    stored = await instance.read(lambda r: r.session.scalars(select(PostRevision)).all())
    assert stored == []


async def test_a_row_from_before_stays_readable(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    await write(instance, tala, mo)
    (row,) = await listed(instance, mo)

    def as_before(w: Work) -> None:
        plain = {"sealed": None, "content": "<p>Old words</p>", "source": "Old words"}
        w.session.execute(update(Post).where(Post.id == row.last_id).values(plain))

    await instance.work(as_before)
    assert await said(instance, mo, row.id) == ["Old words"]


async def test_a_message_to_somebody_elsewhere_is_sent_with_its_words(instance: Instance) -> None:
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance)
    await follow(instance, rob.id, ann.id)
    await write(instance, ann.id, rob.id)
    assert await rows_with(instance, "zebrafish") == ["outgoing_activity"]
    made = [one for one in await sent(instance) if one["type"] == "Create"]
    assert SECRET in made[0]["object"]["content"]
    assert made[0]["object"]["to"] == ["https://far.example/users/rob"]


async def test_a_message_from_elsewhere_is_sealed_under_the_receivers_key(
    instance: Instance,
) -> None:
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance)
    await follow(instance, ann.id, rob.id)
    await hear(instance, create(_note_to(f"https://ours.example/people/{ann.id}")))
    assert await rows_with(instance, "zebrafish") == []
    post = await kept(instance, "https://far.example/notes/1")
    assert SECRET in (await seen(instance, post.id, Viewer.member(ann.id))).content
    await instance.work(delete_person, ann.id)
    assert await shown(instance, post.id) is None


async def test_of_two_receivers_the_other_keeps_the_message_when_one_goes(
    instance: Instance,
) -> None:
    ann, ben = await make_person(instance, "ann"), await make_person(instance, "ben")
    rob = await make_remote(instance)
    for one in (ann, ben):
        await follow(instance, one.id, rob.id)
    people = [f"https://ours.example/people/{one.id}" for one in (ann, ben)]
    await hear(instance, create(_note_to(*people)))
    post = await kept(instance, "https://far.example/notes/1")
    await instance.work(delete_person, ann.id)
    assert SECRET in (await seen(instance, post.id, Viewer.member(ben.id))).content


def _note_to(*people: str) -> dict[str, object]:
    tags = [{"type": "Mention", "href": one, "name": "@a"} for one in people]
    return remote_note(
        "https://far.example/users/rob", text=SECRET, to=list(people), cc=[], tag=tags
    )


async def test_erasing_somebody_leaves_a_mark_without_name_and_words(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    await write(instance, tala, mo)
    (row,) = await listed(instance, mo)
    await instance.work(delete_person, tala)
    assert await said(instance, mo, row.id) == [None]
    (left,) = await listed(instance, mo)
    assert (left.last, list(left.people)) == (None, [])
    assert await instance.read(lambda r: r.session.get(PersonKey, tala)) is None


async def test_the_export_of_the_writer_holds_the_words(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    await write(instance, tala, mo)
    assert SECRET in str(await instance.read(export, tala))
    assert SECRET not in str(await instance.read(export, mo))


async def test_without_the_key_nothing_is_shown_and_nothing_fails(instance: Instance) -> None:
    tala, mo, _ = await make_pair(instance)
    await write(instance, tala, mo)
    (row,) = await listed(instance, mo)

    def lose(w: Work) -> None:
        w.session.delete(w.session.get_one(PersonKey, tala))

    await instance.work(lose)
    assert (await seen(instance, row.last_id, HOUSE)).content == ""
