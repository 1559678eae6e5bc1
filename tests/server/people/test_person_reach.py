"""How far a person is seen, and what is taken back when it becomes less."""

from server.federation import hosts
from server.federation.ledger import Got, hosts_of, note_delivery, note_erasures
from server.federation.model import HostPolicy, Reach
from server.people import queries, relations, service
from server.people.leaving import copies_of
from server.people.model import Follow, FollowState, PersonKind
from server.people.rules import HOUSE, Viewer
from server.people.service import ProfileChange
from tests.server.people.acquaintance import PAGE, follows_ann
from tests.support.people import card, make_person, make_remote


async def test_nothing_of_somebody_at_home_is_ever_sent(instance, sent):
    ann = await make_person(instance, "ann", PersonKind.TALENT, Reach.HOME)
    rob = await make_remote(instance, "rob")

    def follower_from_an_old_backup(w):
        w.session.add(
            Follow(
                id=w.new_id(), follower_id=rob.id, followee_id=ann.id, state=FollowState.ACCEPTED,
                uri="https://far.example/follows/1", created_at=w.now,
            )
        )  # fmt: skip
        w.session.flush()

    await instance.work(follower_from_an_old_backup)
    await instance.work(service.update_profile, ann.id, ProfileChange(display_name="Ann"))

    assert await sent() == []


async def test_raising_the_reach_makes_a_person_visible(instance):
    ann = await make_person(instance, "ann", PersonKind.TALENT, Reach.HOME)
    await instance.work(service.change_reach, ann.id, Reach.FEDIVERSE)
    assert (await instance.read(queries.person_by_id, Viewer(), ann.id)) is not None


async def test_lowering_the_reach_to_home_takes_a_person_back_everywhere(instance, sent, hear):
    ann = await make_person(instance, "ann")
    rob = await make_remote(instance, "rob")
    ben = await make_person(instance, "ben")
    await make_remote(instance, "eva", "fetched.example")
    await instance.work(relations.follow, ben.id, ann.id)
    await follows_ann(hear, ann)
    uri = f"https://ours.example/people/{ann.id}"
    await instance.work(note_delivery, uri, "fetched.example", ann.id, "fetched")

    await instance.work(service.change_reach, ann.id, Reach.HOME)

    (delete,) = await sent()
    assert delete["type"] == "Delete"
    assert delete["object"] == uri
    hosts_told = {inbox[1] for inbox in delete["targets"]["inboxes"]}
    assert hosts_told == {"far.example", "fetched.example"}
    assert await instance.read(queries.person_by_id, Viewer(), ann.id) is None
    shown = await card(instance, ann.id)
    assert shown.followers_count == 1
    assert (await instance.read(queries.relationships, rob.id, [ann.id]))[0].following is False
    assert (await instance.read(queries.relationships, ben.id, [ann.id]))[0].following


async def test_lowering_the_reach_to_partners_spares_the_partners(instance, sent, hear):
    ann = await make_person(instance, "ann")
    await make_remote(instance, "rob", "far.example")
    await make_remote(instance, "pat", "partner.example")
    await make_remote(instance, "eva", "fetched.example")
    await instance.work(hosts.set_policy, "partner.example", HostPolicy.PARTNER)
    await follows_ann(hear, ann, "rob", "far.example")
    await follows_ann(hear, ann, "pat", "partner.example")
    uri = f"https://ours.example/people/{ann.id}"
    await instance.work(note_delivery, uri, "fetched.example", ann.id, "fetched")
    await instance.work(note_delivery, uri, "partner.example", ann.id, "fetched")
    before = len(await sent())

    await instance.work(service.change_reach, ann.id, Reach.PARTNERS)

    (delete,) = (await sent())[before:]
    assert delete["type"] == "Delete"
    assert {inbox[1] for inbox in delete["targets"]["inboxes"]} == {
        "far.example",
        "fetched.example",
    }
    (left,) = await instance.read(queries.followers, HOUSE, ann.id, PAGE)
    assert left.person.acct == "pat@partner.example"


async def test_the_ledger_takes_the_end_of_copies_for_the_end_of_all_a_host_had(instance):
    ann = await make_person(instance, "ann")
    post = "https://ours.example/posts/1"
    for host in ("far.example", "partner.example"):
        await instance.work(note_delivery, post, host, ann.id, "delivered")
    taken = Got(copies_of(await card(instance, ann.id)), "far.example", ann.id)

    await instance.work(note_erasures, [taken])

    assert await instance.read(hosts_of, post) == ["partner.example"]


async def test_the_same_reach_changes_nothing(instance, sent):
    ann = await make_person(instance, "ann")
    await instance.work(service.change_reach, ann.id, Reach.FEDIVERSE)
    assert await sent() == []
