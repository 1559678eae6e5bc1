"""A server of another make, built with Fedify, meets ours over real HTTP.

Each journey runs twice: once the other side signs and takes draft-cavage only, once RFC 9421 only.
So both forms are proved in both directions, and our second knock with them.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from server.posts.model import PostState
from server.posts.service import Change, Draft, close_post, delete_post, edit_post, publish_post
from tests.support.apps import Served, eventually, served
from tests.support.clients import ApiClient
from tests.support.fedify import CAVAGE, RFC9421, FedifyPeer, fedify_peer
from tests.support.people import make_person, make_token

pytestmark = [pytest.mark.node, pytest.mark.slow]

KINDS = ("study", "vacancy", "event", "project", "tool")


@dataclass
class Meeting:
    """Our instance with an employer, and Hana's."""

    ours: Served
    employer: Any
    api: ApiClient
    peer: FedifyPeer

    @property
    def actor(self) -> str:
        return self.ours.url(f"/people/{self.employer.id}")

    async def got(self, activity_type: str, object_id: str) -> dict[str, Any]:
        """Return the last activity of a type about an object, once Fedify has taken it."""

        async def ask() -> dict[str, Any] | None:
            about = [
                one
                for one in await self.peer.arrived(activity_type)
                if (one["object"]["id"] if isinstance(one["object"], dict) else one["object"])
                == object_id
            ]
            return about[-1] if about else None

        found = await eventually(ask)
        assert found is not None
        return found

    async def notified(self, kind: str) -> dict[str, Any]:
        """Return the employer's newest notification of a type, once there is one."""

        async def ask() -> dict[str, Any] | None:
            page = await self.api.get("/api/v1/notifications", **{"types[]": kind})
            return page[0] if page else None

        found = await eventually(ask)
        assert found is not None
        return found

    async def follow(self) -> str:
        """Let Hana follow the employer and return the id of her Follow."""
        done = await self.peer.act("follow", actor=self.actor)
        assert (await self.got("Accept", done["id"]))["actor"] == self.actor
        return str(done["id"])


@pytest.fixture(params=[CAVAGE, RFC9421], ids=["cavage", "rfc9421"])
async def meeting(
    request: pytest.FixtureRequest, new_database, tmp_path, session
) -> AsyncIterator[Meeting]:
    async with (
        fedify_peer("127.0.0.21", request.param) as peer,
        served(await new_database(), tmp_path / "ours", address="127.0.0.22") as ours,
    ):
        employer = await make_person(ours.instance, "harbour", display_name="Harbour Works")
        token = await make_token(ours.instance, employer.id)
        yield Meeting(ours, employer, ApiClient(session, ours.base, token), peer)


async def test_five_kinds_an_edit_and_ends_reach_a_follower_elsewhere(meeting, record_of):
    ours, peer = meeting.ours, meeting.peer
    await meeting.follow()
    assert (await meeting.notified("follow"))["account"]["acct"] == peer.handle

    posts = {}
    for kind in KINDS:
        draft = Draft(author_id=meeting.employer.id, kind=kind, record=record_of(kind))
        posts[kind] = await ours.instance.work(publish_post, draft)
    for kind, post in posts.items():
        note = (await meeting.got("Create", post.uri))["object"]
        assert note["type"] == ("Event" if kind == "event" else "Note")
        assert note["attributedTo"] == meeting.actor
        assert post.title in note["content"]
        assert note["content"] == next(iter(note["contentMap"].values()))
        record = note["svept:posting"]
        assert record["svept:profile"] == f"{kind}/1"
        assert record["svept:state"] == "OPEN"
    assert len(await peer.arrived("Create")) == len(KINDS)

    vacancy = posts["vacancy"]
    changed = {**record_of("vacancy"), "totalJobOpenings": 7}
    await ours.instance.work(edit_post, meeting.employer.id, vacancy.id, Change(record=changed))
    edited = (await meeting.got("Update", vacancy.uri))["object"]
    assert edited["svept:posting"]["sdo:totalJobOpenings"] == 7
    assert edited["updated"] > edited["published"]

    await ours.instance.work(close_post, meeting.employer.id, vacancy.id, PostState.FILLED)

    async def is_filled() -> bool:
        last = (await meeting.got("Update", vacancy.uri))["object"]
        return bool(last["svept:posting"]["svept:state"] == "FILLED")

    await eventually(is_filled)

    await ours.instance.work(delete_post, meeting.employer.id, posts["tool"].id)
    await meeting.got("Delete", posts["tool"].uri)
    assert await ours.given_up() == []
    if peer.form == RFC9421:  # the first knock was refused, the second understood, then remembered
        assert {one["form"] for one in await peer.refused()} == {CAVAGE}
        assert len(await peer.refused()) < len(await peer.arrived())
    else:
        assert await peer.refused() == []


async def test_likes_boosts_and_replies_from_elsewhere_are_seen_and_can_be_taken_back(
    meeting, record_of
):
    peer, api = meeting.peer, meeting.api
    draft = Draft(author_id=meeting.employer.id, kind="vacancy", record=record_of("vacancy"))
    post = await meeting.ours.instance.work(publish_post, draft)
    follow = await meeting.follow()
    about = {"object": post.uri, "actor": meeting.actor}

    like = await peer.act("like", **about)
    liked = await meeting.notified("favourite")
    assert (liked["account"]["acct"], liked["status"]["id"]) == (peer.handle, str(post.id))
    boost = await peer.act("boost", **about)
    assert (await meeting.notified("reblog"))["status"]["id"] == str(post.id)
    reply = await peer.act("reply", **about, text="<p>Is <em>Tigrinya</em> spoken?</p>")
    answered = (await meeting.notified("mention"))["status"]
    assert answered["uri"] == reply["id"]
    assert answered["in_reply_to_id"] == str(post.id)
    assert "Tigrinya" in answered["content"]

    status = await api.get(f"/api/v1/statuses/{post.id}")
    counts = ("favourites_count", "reblogs_count", "replies_count")
    assert [status[name] for name in counts] == [1, 1, 1]
    liked_by = await api.get(f"/api/v1/statuses/{post.id}/favourited_by")
    boosted_by = await api.get(f"/api/v1/statuses/{post.id}/reblogged_by")
    assert [one["acct"] for one in liked_by + boosted_by] == [peer.handle] * 2
    thread = await api.get(f"/api/v1/statuses/{post.id}/context")
    assert [one["uri"] for one in thread["descendants"]] == [reply["id"]]

    await peer.act("undo", id=like["id"], actor=meeting.actor)
    await peer.act("undo", id=boost["id"], actor=meeting.actor)
    await peer.act("undo", id=follow, actor=meeting.actor)

    async def is_undone() -> bool:
        status = await api.get(f"/api/v1/statuses/{post.id}")
        me = await api.get("/api/v1/accounts/verify_credentials")
        return [status[name] for name in counts[:2]] == [0, 0] and me["followers_count"] == 0

    await eventually(is_undone)
    later = await meeting.ours.instance.work(
        publish_post, Draft(author_id=meeting.employer.id, text="Who hears this?")
    )
    await meeting.ours.settled()
    about_later = [one for one in await peer.arrived("Create") if one["object"]["id"] == later.uri]
    assert about_later == [], "who unfollowed gets nothing more"


async def test_our_person_follows_somebody_elsewhere_and_reads_what_they_write(meeting):
    peer, api = meeting.peer, meeting.api
    hana = await api.account(peer.handle)
    assert hana["display_name"] == "Hana of the other side"
    assert "Reads about work." in hana["note"]

    await api.post(f"/api/v1/accounts/{hana['id']}/follow")

    async def is_followed() -> bool:
        [relation] = await api.get("/api/v1/accounts/relationships", id=hana["id"])
        return bool(relation["following"])

    await eventually(is_followed)
    written = await peer.act("post", text="<p>Good morning <script>alert(1)</script>all</p>")

    async def read(url: str) -> Any:
        home = await api.get("/api/v1/timelines/home")
        return next((status for status in home if status["uri"] == url), None)

    seen = await eventually(lambda: read(written["id"]))
    assert seen["account"]["id"] == hana["id"]
    assert "Good morning" in seen["content"]
    assert "<script" not in seen["content"]

    await api.post(f"/api/v1/statuses/{seen['id']}/favourite")
    await meeting.got("Like", written["id"])
    await api.post(f"/api/v1/statuses/{seen['id']}/reblog")
    await meeting.got("Announce", written["id"])
    answer = await api.post(
        "/api/v1/statuses", status=f"@{peer.handle} welcome", in_reply_to_id=seen["id"]
    )
    got = (await meeting.got("Create", answer["uri"]))["object"]
    assert got["inReplyTo"] == written["id"]
    assert [tag["href"] for tag in got["tag"] if tag["type"] == "Mention"] == [peer.actor]

    await peer.act("edit", key=written["key"], text="<p>Good evening</p>")
    await eventually(lambda: _says(read, written["id"], "Good evening"))
    await peer.act("withdraw", key=written["key"])

    async def is_gone() -> bool:
        return (await api.ask("GET", f"/api/v1/statuses/{seen['id']}")).status == 404

    await eventually(is_gone)
    await api.post(f"/api/v1/accounts/{hana['id']}/unfollow")
    assert await eventually(lambda: peer.arrived("Undo"))


async def _says(read: Any, url: str, text: str) -> bool:
    found = await read(url)
    return bool(found and text in found["content"] and found["edited_at"])


async def test_the_other_side_reads_our_documents_with_its_own_signature(meeting, record_of):
    draft = Draft(author_id=meeting.employer.id, kind="vacancy", record=record_of("vacancy"))
    post = await meeting.ours.instance.work(publish_post, draft)

    actor = (await meeting.peer.act("fetch", url=meeting.actor))["document"]
    note = (await meeting.peer.act("fetch", url=post.uri))["document"]

    assert actor["preferredUsername"] == "harbour"
    assert actor["name"] == "Harbour Works"
    assert note["id"] == post.uri
    assert post.title in note["content"]
    nothing = await meeting.peer.act("fetch", url=meeting.ours.url("/posts/1"))
    assert nothing["document"] is None
