"""Making people, changing what they show, their end, and finding them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.federation.gone import gone
from server.federation.keys import rsa_keys
from server.federation.model import Actor, Reach
from server.people import jobs, queries, relations, service
from server.people.leaving import recount
from server.people.model import Person, PersonKind
from server.people.rules import HOUSE, Viewer
from server.people.service import FieldChange, ProfileChange
from server.platform.errors import Invalid, NotFound
from tests.server.people.acquaintance import follows_ann
from tests.support.people import card, make_person, make_remote


async def test_a_talent_starts_at_home_under_a_random_name(instance):
    made = await make_person(instance, None, PersonKind.TALENT, None)

    shown = await card(instance, made.id)
    assert shown.reach is Reach.HOME
    assert shown.locked
    assert shown.hides_collections
    assert not shown.discoverable
    assert shown.username.count("_") == 2
    assert shown.uri == f"https://ours.example/people/{made.id}"


async def test_an_employer_starts_in_the_fediverse_and_can_be_found(instance):
    made = await make_person(instance, "bakery", PersonKind.EMPLOYER, None, "The Bakery")

    shown = await card(instance, made.id)
    assert shown.reach is Reach.FEDIVERSE
    assert shown.actor_type == "Organization"
    assert shown.discoverable
    assert not shown.locked
    assert shown.name == "The Bakery"


@pytest.mark.parametrize("handle", ["", "a b", "x" * 31])
async def test_a_malformed_handle_is_refused(instance, handle):
    with pytest.raises(Invalid) as refused:
        await make_person(instance, handle)
    assert "handle" in refused.value.details


async def test_a_handle_is_taken_in_any_case_of_letters(instance):
    await make_person(instance, "ann")
    with pytest.raises(Invalid) as refused:
        await make_person(instance, "ANN")
    assert refused.value.details["handle"][0].code == "ERR_TAKEN"


async def test_a_changed_profile_is_shown_as_html_and_sent_to_followers(instance, sent, hear):
    ann = await make_person(instance, "ann")
    await make_remote(instance, "rob")
    await follows_ann(hear, ann)
    before = len(await sent())
    change = ProfileChange(
        display_name="  Ann   B. ",
        summary="Bread & <b>rolls</b>\nhttps://bakery.example",
        fields=[FieldChange("Site", "https://bakery.example"), FieldChange(" ", "dropped")],
        avatar="/media/a.png",
        language="nl",
    )

    shown = await instance.work(service.update_profile, ann.id, change)

    assert shown.display_name == "Ann B."
    assert "&lt;b&gt;" in shown.summary_html
    assert 'href="https://bakery.example"' in shown.summary_html
    assert [line["name"] for line in shown.fields] == ["Site"]
    assert shown.fields[0]["value"].startswith("<a ")
    (update,) = (await sent())[before:]
    assert update["type"] == "Update"
    assert update["object"]["name"] == "Ann B."
    assert update["object"]["icon"]["url"] == "https://ours.example/media/a.png"
    assert update["targets"]["groups"] == [["followers", ann.id]]
    assert update["proof"]["cryptosuite"] == "eddsa-jcs-2022"


async def test_an_empty_text_clears_and_none_leaves(instance):
    ann = await make_person(instance, "ann", display_name="Ann")
    await instance.work(
        service.update_profile, ann.id, ProfileChange(avatar="/media/a.png", summary="hello")
    )
    shown = await instance.work(service.update_profile, ann.id, ProfileChange(avatar=""))
    assert shown.avatar is None
    assert shown.summary_text == "hello"
    assert shown.display_name == "Ann"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (ProfileChange(display_name="x" * 101), "display_name"),
        (ProfileChange(summary="x" * 2_001), "summary"),
        (ProfileChange(fields=[FieldChange("a", "b")] * 9), "fields"),
        (ProfileChange(fields=[FieldChange("a", "b" * 256)]), "fields"),
        (ProfileChange(default_audience="everybody"), "privacy"),
        (ProfileChange(also_known_as=["javascript:alert(1)"]), "also_known_as"),
        (ProfileChange(avatar="https://evil.example/x.png"), "avatar"),
        (ProfileChange(header="//evil.example/x.png"), "header"),
        (ProfileChange(language="x" * 36), "language"),
    ],
)
async def test_a_wrong_field_is_named_and_changes_nothing(instance, sent, change, field):
    ann = await make_person(instance, "ann", display_name="Ann")
    before = await card(instance, ann.id)
    with pytest.raises(Invalid) as refused:
        await instance.work(service.update_profile, ann.id, change)
    assert field in refused.value.details
    assert await card(instance, ann.id) == before
    assert await sent() == []


async def test_nobody_changes_somebody_elsewhere(instance):
    rob = await make_remote(instance, "rob")
    with pytest.raises(NotFound):
        await instance.work(service.update_profile, rob.id, ProfileChange(display_name="x"))


async def test_a_deleted_person_is_gone_and_every_server_is_told(instance, sent, hear):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    await make_remote(instance, "rob")
    await make_remote(instance, "sue")
    await follows_ann(hear, ann, "rob")
    await follows_ann(hear, ann, "sue")
    await instance.work(relations.follow, ben.id, ann.id)

    await instance.work(service.delete_person, ann.id)

    (delete,) = await sent()
    assert delete["object"] == f"https://ours.example/people/{ann.id}"
    assert len(delete["targets"]["inboxes"]) == 1
    assert await instance.read(queries.person_by_id, HOUSE, ann.id) is None
    assert await instance.read(gone, f"https://ours.example/people/{ann.id}") is not None
    assert (await card(instance, ben.id)).following_count == 0
    assert ann.id in await instance.read(rsa_keys, [ann.id])
    with pytest.raises(NotFound):
        await instance.work(service.delete_person, ann.id)


async def test_what_is_left_of_a_deleted_person_goes_after_a_month(instance):
    ann = await make_person(instance, "ann")
    await instance.work(service.delete_person, ann.id)
    await instance.jobs.run_until_empty()
    assert await instance.read(rsa_keys, [ann.id]) == {}
    with pytest.raises(Invalid):
        await make_person(instance, "ann")

    instance.clock.move(timedelta(days=31))
    await instance.jobs.run_until_empty()

    def row(r):
        return r.session.scalar(select(Actor).where(Actor.id == ann.id))

    assert await instance.read(row) is None
    await make_person(instance, "ann")


async def test_nobody_deletes_somebody_elsewhere_as_if_they_were_here(instance):
    rob = await make_remote(instance, "rob")
    with pytest.raises(NotFound):
        await instance.work(service.delete_person, rob.id)


async def test_who_is_suspended_is_not_there_until_restored(instance):
    ann = await make_person(instance, "ann")
    await instance.work(service.suspend_person, ann.id)
    assert await instance.read(queries.person_by_id, Viewer.member(1), ann.id) is None
    await instance.work(service.restore_person, ann.id)
    assert await instance.read(queries.person_by_id, Viewer.member(1), ann.id) is not None


async def test_counters_can_be_written_anew(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    await instance.work(relations.follow, ben.id, ann.id)

    def spoil(w):
        for person in w.session.scalars(select(Person)):
            person.followers_count = person.following_count = 99

    await instance.work(spoil)
    await instance.work(recount)

    assert (await card(instance, ann.id)).followers_count == 1
    assert (await card(instance, ann.id)).following_count == 0
    assert (await card(instance, ben.id)).following_count == 1


async def test_mutes_that_ran_out_are_swept_away(instance):
    ann = await make_person(instance, "ann")
    ben = await make_person(instance, "ben")
    until = instance.clock.now() + timedelta(minutes=5)
    await instance.work(relations.mute, ann.id, ben.id, until=until)
    instance.clock.move(timedelta(minutes=5))
    await instance.work(jobs.end_mutes)
    assert not await instance.work(relations.unmute, ann.id, ben.id)


async def test_a_search_finds_handles_and_the_names_of_those_who_allow_it(instance):
    ann = await make_person(instance, "ann", display_name="Bakery Ann")
    await make_person(instance, "tom", PersonKind.TALENT, Reach.HOME, "Bakery Tom")
    await make_remote(instance, "annabel")
    viewer = Viewer.member(ann.id)

    async def found(viewer, text, **wishes):
        rows = await instance.read(queries.search_people, viewer, text, **wishes)
        return [row.acct for row in rows]

    assert await found(viewer, "@ann") == ["ann", "annabel@far.example"]
    assert await found(viewer, "annabel@far") == ["annabel@far.example"]
    assert await found(viewer, "ann@ours.example") == ["ann"]
    assert await found(viewer, "bakery") == ["ann"]
    assert await found(viewer, "tom") == ["tom"]
    assert await found(Viewer(), "tom") == []
    assert await found(Viewer(), "annabel") == []
    assert await found(viewer, "100%") == []
    assert await found(viewer, " ") == []
    assert await found(viewer, "ann", limit=1, offset=1) == ["annabel@far.example"]
    assert await found(viewer, "ann", only_followed=True) == []
