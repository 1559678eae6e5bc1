"""People and posts of other servers as clients see them, and how a pasted address is opened."""

from collections.abc import AsyncIterator

import pytest

from server.people.service import move_person
from tests.support.api import Api, Surface
from tests.support.peer import Peer, PeerActor
from tests.support.people import make_remote
from tests.support.shapes import check

PATH = "/api/v2/search"


@pytest.fixture
async def peer(surface: Surface) -> AsyncIterator[Peer]:
    """Give another server on a loopback address."""
    made = Peer(surface.instance.clock)
    async with made.running("127.0.0.7"):
        yield made


@pytest.fixture
def rob(peer: Peer) -> PeerActor:
    """Give somebody on it, with everything that a profile can have."""
    return peer.add_actor(
        "rob",
        summary="<p>I cook <script>alert(1)</script></p>",
        icon={"type": "Image", "url": peer.url("/files/rob.png")},
        image={"type": "Image", "url": peer.url("/files/wide.png")},
        attachment=[{"type": "PropertyValue", "name": "Town", "value": "<b>Turku</b>"}],
        manuallyApprovesFollowers=True,
        published="2020-02-03T04:05:06Z",
    )


async def opened(someone: Api, address: str) -> dict[str, list[dict[str, object]]]:
    return await someone.shown("Search", PATH, q=address, resolve="true")  # type: ignore[no-any-return]


async def test_an_address_of_somebody_elsewhere_opens_them(ann: Api, rob: PeerActor) -> None:
    found = await opened(ann, rob.uri)
    shown = check("Account", found["accounts"][0])
    assert shown["acct"].startswith("rob@127.0.0.7")
    assert (shown["display_name"], shown["locked"]) == ("Rob", True)
    assert "script" not in shown["note"]
    assert shown["avatar"].startswith("https://ours.example/media/remote/")
    assert shown["fields"][0]["name"] == "Town"
    assert await ann.shown("Account", f"/api/v1/accounts/{shown['id']}") == shown


async def test_an_address_of_a_post_elsewhere_opens_it_with_all_it_has(
    ann: Api, peer: Peer, rob: PeerActor
) -> None:
    note = rob.note(
        1,
        "hello :blob:",
        sensitive=True,
        summary="food",
        contentMap={"en": "<p>hello :blob:</p>"},
        attachment=[
            {
                "type": "Document", "mediaType": "image/png", "url": peer.url("/files/a.png"),
                "name": "a pan", "width": 640, "height": 480, "focalPoint": [0.5, -0.5],
                "blurhash": "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH",
            },
            {"type": "Video", "mediaType": "video/mp4", "url": peer.url("/files/b.mp4")},
            {"type": "Document", "url": peer.url("/files/unknown")},
        ],
        tag=[
            {"type": "Hashtag", "name": "#Food", "href": peer.url("/tags/food")},
            {
                "type": "Emoji", "name": ":blob:", "id": peer.url("/emoji/blob"),
                "icon": {"type": "Image", "mediaType": "image/png", "url": peer.url("/e/b.png")},
            },
        ],
    )  # fmt: skip
    peer.publish(note["id"], {"@context": "https://www.w3.org/ns/activitystreams", **note})
    found = await opened(ann, note["id"])
    assert len(found["statuses"]) == 1, found
    shown = check("Status", found["statuses"][0])
    assert (shown["spoiler_text"], shown["sensitive"]) == ("food", True)
    picture, film, other = shown["media_attachments"]
    assert (picture["type"], picture["description"]) == ("image", "a pan")
    assert picture["meta"]["original"]["size"] == "640x480"
    assert picture["meta"]["focus"] == {"x": 0.5, "y": -0.5}
    assert picture["url"].startswith("https://ours.example/media/remote/")
    assert picture["remote_url"] == peer.url("/files/a.png")
    assert (film["type"], film["url"]) == ("video", peer.url("/files/b.mp4"))
    assert other["type"] in {"image", "unknown"}
    assert shown["emojis"][0]["shortcode"] == "blob"
    assert [tag["name"] for tag in shown["tags"]] == ["food"]
    assert shown["application"] is None
    assert await ann.shown("Status", f"/api/v1/statuses/{shown['id']}") == shown
    again = await opened(ann, note["id"])
    assert again["statuses"][0]["id"] == shown["id"]


async def test_a_poll_elsewhere_is_shown_and_voted_in(ann: Api, peer: Peer, rob: PeerActor) -> None:
    question = {
        "@context": "https://www.w3.org/ns/activitystreams",
        **rob.note(2, "which?"),
        "type": "Question",
        "oneOf": [
            {"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": votes}}
            for name, votes in (("red", 3), ("blue", 4))
        ],
        "endTime": "2026-11-24T12:00:00Z",
        "votersCount": 7,
    }
    peer.publish(question["id"], question)
    shown = check("Status", (await opened(ann, question["id"]))["statuses"][0])
    poll = shown["poll"]
    assert [one["votes_count"] for one in poll["options"]] == [3, 4]
    assert (poll["votes_count"], poll["voters_count"], poll["voted"]) == (7, 7, False)
    voted = check("Poll", await ann.post(f"/api/v1/polls/{poll['id']}/votes", choices=[1]))
    assert (voted["voted"], voted["own_votes"]) == (True, [1])


async def test_a_handle_elsewhere_is_asked_for_once_it_is_wished(
    ann: Api, peer: Peer, rob: PeerActor
) -> None:
    handle = f"@rob@{peer.host}"
    found = await ann.get(PATH, q=handle)
    assert found["accounts"] == []
    assert peer.gets == []
    found = await ann.shown("Search", PATH, q=handle, resolve="true")
    # A host with a port is no handle for everybody; where it is not, nothing is found.
    assert len(found["accounts"]) <= 1


@pytest.mark.parametrize("status", [404, 410, 500, 200])
async def test_what_cannot_be_had_elsewhere_finds_nothing(
    ann: Api, peer: Peer, rob: PeerActor, status: int
) -> None:
    peer.publish(peer.url("/notes/9"), {"type": "Note", "content": 7}, status)
    found = await opened(ann, peer.url("/notes/9"))
    assert found == {"accounts": [], "statuses": [], "hashtags": []}


async def test_an_account_that_moved_names_the_new_one(
    surface: Surface, ann: Api, ben: Api
) -> None:
    uri = f"https://ours.example/people/{ben.id}"
    new = await make_remote(surface.instance, "newben", alsoKnownAs=[uri])
    await surface.instance.work(move_person, ben.id, new.id)
    shown = await ann.shown("Account", f"/api/v1/accounts/{ben.id}")
    assert shown["moved"]["acct"] == "newben@far.example"
    own = await ben.shown("CredentialAccount", "/api/v1/accounts/verify_credentials")
    assert own["moved"]["acct"] == "newben@far.example"
    assert await ben.status_of("POST", "/api/v1/statuses", json={"status": "x"}) == 403
    assert await ann.status_of("POST", f"/api/v1/accounts/{ben.id}/follow") == 422
