"""People as other servers read them: the actor document, the collections, and who gets them."""

import json

import pytest

from activitypub.documents.actor import read_actor
from activitypub.documents.collection import read_collection
from server.federation import hosts
from server.federation.model import HostPolicy, Reach
from server.federation.serving import Asker
from server.people import relations, routes, service
from server.people.documents import actor_document
from server.people.model import PersonKind
from server.people.rules import ANYBODY, Place, Viewer
from server.people.service import FieldChange, ProfileChange
from tests.support.people import card, make_person, make_remote

AS2 = {"Accept": "application/activity+json"}


async def document_of(instance, person):
    shown = await card(instance, person.id)
    return await instance.read(actor_document, shown)


async def test_an_employer_shows_everything_that_other_servers_need(instance):
    ann = await make_person(instance, "ann", display_name="Ann's Bakery")
    await instance.work(
        service.update_profile,
        ann.id,
        ProfileChange(
            summary="Bread.",
            fields=[FieldChange("Site", "https://bakery.example")],
            avatar="/media/a.png",
            avatar_description="a loaf",
        ),
    )

    document = await document_of(instance, ann)

    uri = f"https://ours.example/people/{ann.id}"
    read = read_actor(json.loads(json.dumps(document)))
    assert document["type"] == "Organization"
    assert read.id == uri
    assert read.webfinger == "ann@ours.example"
    assert read.preferred_username == "ann"
    assert read.inbox == f"{uri}/inbox"
    assert read.outbox == f"{uri}/outbox"
    assert read.shared_inbox == "https://ours.example/inbox"
    assert read.followers == f"{uri}/followers"
    assert read.featured == f"{uri}/featured"
    assert read.url == "https://ours.example/@ann"
    assert read.discoverable
    assert read.indexable
    assert not read.manually_approves_followers
    assert read.icon.url == "https://ours.example/media/a.png"
    assert read.icon.description == "a loaf"
    assert read.fields[0].name == "Site"
    assert document["published"] == "2026-11-23T00:00:00Z"
    assert document["publicKey"]["id"] == f"{uri}#main-key"
    assert document["publicKey"]["owner"] == uri
    assert document["assertionMethod"][0]["id"] == f"{uri}#ed25519-key"
    assert document["assertionMethod"][0]["controller"] == uri
    assert document["generator"]["implements"][0]["href"].endswith("rfc9421")


async def test_a_talent_shows_little(instance):
    tom = await make_person(instance, "tom", PersonKind.TALENT, Reach.FEDIVERSE, "Tom")
    await instance.work(
        service.update_profile,
        tom.id,
        ProfileChange(
            fields=[FieldChange("Town", "Ostend")], avatar="/media/a.png", header="/media/b.png"
        ),
    )

    document = await document_of(instance, tom)

    assert document["type"] == "Person"
    assert document["manuallyApprovesFollowers"] is True
    assert document["discoverable"] is False
    assert not {"attachment", "icon", "image"} & document.keys()


async def test_a_browser_is_led_to_the_page_of_whom_it_may_see(instance, client):
    ann = await make_person(instance, "ann")
    tom = await make_person(instance, "tom", PersonKind.TALENT, Reach.HOME)
    browser = {"Accept": "text/html"}

    answer = await client.get(f"/people/{ann.id}", headers=browser, allow_redirects=False)
    hidden = await client.get(f"/people/{tom.id}", headers=browser, allow_redirects=False)

    assert answer.status == 302
    assert answer.headers["Location"] == "/@ann"
    assert "Accept" in answer.headers["Vary"]
    assert hidden.status == 404


@pytest.mark.parametrize("reach", [Reach.HOME, Reach.PARTNERS])
@pytest.mark.parametrize("path", ["", "/followers", "/following", "/followers?page=1"])
async def test_somebody_out_of_sight_has_no_documents(instance, client, reach, path):
    ann = await make_person(instance, "ann", PersonKind.MENTOR, reach)
    answer = await client.get(f"/people/{ann.id}{path}", headers=AS2)
    assert answer.status == 404


async def test_the_document_is_served_to_everybody_who_may_see_it(instance, client):
    ann = await make_person(instance, "ann")
    answer = await client.get(f"/people/{ann.id}", headers=AS2)
    assert answer.status == 200
    assert answer.content_type == "application/activity+json"
    assert (await answer.json())["preferredUsername"] == "ann"


@pytest.mark.parametrize(
    "path", ["/people/5", "/people/99999999999999999999", "/people/5/followers"]
)
async def test_nobody_is_a_clear_404(instance, client, path):
    answer = await client.get(path, headers=AS2)
    assert answer.status == 404


async def test_a_deleted_person_is_a_tombstone(instance, client):
    ann = await make_person(instance, "ann")
    await instance.work(service.delete_person, ann.id)
    answer = await client.get(f"/people/{ann.id}", headers=AS2)
    assert answer.status == 410
    assert (await answer.json())["type"] == "Tombstone"


async def test_people_elsewhere_are_not_served_here(instance, client):
    rob = await make_remote(instance, "rob")
    answer = await client.get(f"/people/{rob.id}", headers=AS2)
    assert answer.status == 404


async def test_followers_are_listed_page_by_page_without_those_out_of_sight(instance, client):
    ann = await make_person(instance, "ann")
    tom = await make_person(instance, "tom", PersonKind.TALENT, Reach.HOME)
    await instance.work(relations.follow, tom.id, ann.id)
    others = [await make_person(instance, f"p{n}") for n in range(41)]
    for other in others:
        await instance.work(relations.follow, other.id, ann.id)

    whole = read_collection(
        json.loads(await (await client.get(f"/people/{ann.id}/followers", headers=AS2)).text())
    )
    first = json.loads(
        await (await client.get(whole.first.removeprefix("https://ours.example"))).text()
    )
    second = json.loads(
        await (await client.get(first["next"].removeprefix("https://ours.example"))).text()
    )

    listed = first["orderedItems"] + second["orderedItems"]
    assert len(listed) == 41
    assert len(set(listed)) == 41
    assert f"https://ours.example/people/{tom.id}" not in listed
    assert "next" not in second
    assert second["partOf"] == whole.id


async def test_hidden_collections_have_no_pages(instance, client):
    ann = await make_person(instance, "ann")
    tom = await make_person(instance, "tom", PersonKind.TALENT, Reach.FEDIVERSE)
    await instance.work(service.update_profile, ann.id, ProfileChange(hides_collections=True))

    shown = json.loads(await (await client.get(f"/people/{ann.id}/following", headers=AS2)).text())
    talents = json.loads(
        await (await client.get(f"/people/{tom.id}/followers", headers=AS2)).text()
    )
    page = await client.get(f"/people/{ann.id}/following?page=1", headers=AS2)

    assert "first" not in shown
    assert shown["totalItems"] == 0
    assert "first" not in talents
    assert "totalItems" not in talents
    assert page.status == 404


async def test_nonsense_for_a_place_in_a_collection_is_the_first_page(instance, client):
    ann = await make_person(instance, "ann")
    answer = await client.get(f"/people/{ann.id}/followers?page=1&below=x", headers=AS2)
    assert answer.status == 200


async def test_an_asker_looks_from_where_their_server_stands(instance):
    await instance.work(hosts.set_policy, "partner.example", HostPolicy.PARTNER)
    assert routes.viewer_of_asker(Asker()) == ANYBODY
    assert routes.viewer_of_asker(Asker(host="far.example", actor_id=5)) == Viewer(
        5, Place.FEDIVERSE
    )
    assert routes.viewer_of_asker(
        Asker(host="partner.example", actor_id=5, is_partner=True)
    ) == Viewer(5, Place.PARTNER)
