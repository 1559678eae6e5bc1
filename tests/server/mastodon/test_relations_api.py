"""Following, blocking and muting through the API."""

from typing import Any

import pytest

from server.federation.model import Reach
from server.people.model import PersonKind
from tests.support.api import Api, Surface, all_pages, cost_of
from tests.support.people import make_remote
from tests.support.shapes import check


async def does(someone: Api, what: str, other: Api, **body: Any) -> Any:
    path = f"/api/v1/accounts/{other.id}/{what}"
    return check("Relationship", await someone.post(path, **body))


async def stands(someone: Api, other: Api) -> Any:
    path = f"/api/v1/accounts/relationships?id[]={other.id}"
    return (await someone.shown("[Relationship]", path))[0]


async def test_following_and_parting_are_answered_as_they_stand(ann: Api, ben: Api) -> None:
    followed = await does(ann, "follow", ben)
    assert (followed["following"], followed["showing_reblogs"]) == (True, True)
    assert (await stands(ben, ann))["followed_by"] is True
    assert (await does(ann, "unfollow", ben))["following"] is False


async def test_the_switches_of_a_follow_change_one_at_a_time(ann: Api, ben: Api) -> None:
    await does(ann, "follow", ben, reblogs="false")
    again = await does(ann, "follow", ben, notify=True)
    assert (again["showing_reblogs"], again["notifying"]) == (False, True)


async def test_a_scalar_and_a_list_of_ids_are_answered_alike(ann: Api, ben: Api) -> None:
    path = "/api/v1/accounts/relationships"
    for query in (f"id={ben.id}", f"id[]={ben.id}", f"id[0]={ben.id}"):
        shown = await ann.shown("[Relationship]", f"{path}?{query}")
        assert [one["id"] for one in shown] == [str(ben.id)]
    assert await ann.get(path) == []
    assert await ann.get(f"{path}?id[]=1") == []


async def test_a_locked_account_is_asked_first(surface: Surface, ann: Api, ben: Api) -> None:
    await ben.ask("PATCH", "/api/v1/accounts/update_credentials", json={"locked": True})
    asked = await does(ann, "follow", ben)
    assert (asked["following"], asked["requested"]) == (False, True)
    assert (await stands(ben, ann))["requested_by"] is True
    shown = await ben.shown("[Account]", "/api/v1/follow_requests")
    assert [one["acct"] for one in shown] == ["ann"]
    path = f"/api/v1/follow_requests/{ann.id}"
    check("Relationship", await ben.post(f"{path}/authorize"))
    assert (await stands(ann, ben))["following"] is True
    cem = await surface.person("cem")
    await does(cem, "follow", ben)
    check("Relationship", await ben.post(f"/api/v1/follow_requests/{cem.id}/reject"))
    assert (await stands(cem, ben))["requested"] is False
    assert await ben.status_of("POST", f"{path}/authorize") == 404


async def test_somebody_elsewhere_is_requested_until_they_accept(
    surface: Surface, ann: Api
) -> None:
    rob = await make_remote(surface.instance)
    followed = check("Relationship", await ann.post(f"/api/v1/accounts/{rob.id}/follow"))
    assert (followed["requested"], followed["following"]) == (True, False)


async def test_a_block_ends_both_follows_and_is_listed(ann: Api, ben: Api) -> None:
    await does(ann, "follow", ben)
    await does(ben, "follow", ann)
    blocked = await does(ann, "block", ben)
    assert (blocked["blocking"], blocked["following"], blocked["followed_by"]) == (
        True,
        False,
        False,
    )
    assert [one["acct"] for one in await ann.shown("[Account]", "/api/v1/blocks")] == ["ben"]
    assert await ben.status_of("GET", f"/api/v1/accounts/{ann.id}") == 404
    assert await ben.status_of("POST", f"/api/v1/accounts/{ann.id}/follow") in {403, 404}
    assert (await does(ann, "unblock", ben))["blocking"] is False
    assert await ann.get("/api/v1/blocks") == []


async def test_a_mute_ends_by_itself(surface: Surface, ann: Api, ben: Api) -> None:
    muted = await does(ann, "mute", ben, duration=3600, notifications="0")
    assert (muted["muting"], muted["muting_notifications"]) == (True, False)
    assert muted["muting_expires_at"] == "2026-11-23T13:00:00.000Z"
    listed = await ann.shown("[Account]", "/api/v1/mutes")
    assert [(one["acct"], one["mute_expires_at"]) for one in listed] == [
        ("ben", "2026-11-23T13:00:00.000Z")
    ]
    surface.later(hours=2)
    assert (await stands(ann, ben))["muting"] is False
    assert await ann.get("/api/v1/mutes") == []


async def test_a_mute_without_duration_is_for_ever(ann: Api, ben: Api) -> None:
    muted = await does(ann, "mute", ben, duration=0)
    assert (muted["muting"], muted["muting_notifications"]) == (True, True)
    assert muted["muting_expires_at"] is None
    assert (await does(ann, "unmute", ben))["muting"] is False


async def test_a_note_is_the_writers_alone(ann: Api, ben: Api) -> None:
    assert (await does(ann, "note", ben, comment="met in May"))["note"] == "met in May"
    assert (await stands(ben, ann))["note"] == ""
    assert (await does(ann, "note", ben, comment=""))["note"] == ""


async def test_a_follower_can_be_removed(ann: Api, ben: Api) -> None:
    await does(ben, "follow", ann)
    assert (await does(ann, "remove_from_followers", ben))["followed_by"] is False


async def test_nobody_follows_themselves(ann: Api) -> None:
    assert await ann.status_of("POST", f"/api/v1/accounts/{ann.id}/follow") == 422


@pytest.mark.parametrize(
    "what",
    ["follow", "unfollow", "block", "unblock", "mute", "unmute", "note", "remove_from_followers"],
)
async def test_nothing_is_done_to_somebody_who_is_not_there(ann: Api, what: str) -> None:
    for wrong in ("1", "abc", "99999999999999999999999"):
        assert await ann.status_of("POST", f"/api/v1/accounts/{wrong}/{what}") == 404


@pytest.mark.parametrize(
    ("what", "scope"),
    [("follow", "write:follows"), ("block", "write:blocks"), ("mute", "write:mutes")],
)
async def test_the_old_follow_scope_and_the_fine_one_both_do(
    surface: Surface, ann: Api, ben: Api, what: str, scope: str
) -> None:
    for scopes, status in ((scope, 200), ("follow", 200), ("read", 403), ("write:media", 403)):
        client = await surface.with_scopes(ann, scopes)
        assert await client.status_of("POST", f"/api/v1/accounts/{ben.id}/{what}") == status


@pytest.mark.parametrize("values", [{"duration": "long"}, {"duration": -1}, {"notifications": "?"}])
async def test_a_wrong_mute_is_refused(ann: Api, ben: Api, values: dict[str, Any]) -> None:
    answer = await ann.ask("POST", f"/api/v1/accounts/{ben.id}/mute", json=values)
    assert answer.status == 422
    assert (await stands(ann, ben))["muting"] is False


async def test_blocks_page_by_the_block(surface: Surface, ann: Api) -> None:
    others = [await surface.person(f"other{number}") for number in range(3)]
    for other in others:
        await does(ann, "block", other)
    pages = await all_pages(ann, "/api/v1/blocks?limit=2")
    assert pages == [[str(others[2].id), str(others[1].id)], [str(others[0].id)]]


async def test_relationships_cost_a_constant_number_of_statements(
    surface: Surface, ann: Api
) -> None:
    others = [await surface.person(f"other{number}") for number in range(4)]
    costs = []
    for some in (others[:1], others):
        query = "&".join(f"id[]={one.id}" for one in some)
        costs.append(await cost_of(ann, f"/api/v1/accounts/relationships?{query}"))
    assert costs[0] == costs[1] <= 6


async def test_who_stays_at_home_follows_nobody_elsewhere(surface: Surface) -> None:
    tala = await surface.person("tala", kind=PersonKind.TALENT, reach=Reach.HOME)
    rob = await make_remote(surface.instance)
    assert await tala.status_of("POST", f"/api/v1/accounts/{rob.id}/follow") == 403
