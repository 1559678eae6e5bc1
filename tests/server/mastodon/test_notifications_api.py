"""Notifications through the API: what each type carries, filters, pages, reading and clearing."""

import pytest

from tests.support.api import Api, Surface, all_pages, cost_of
from tests.support.shapes import check

PATH = "/api/v1/notifications"


async def types_of(someone: Api, **params: str) -> list[str]:
    return [one["type"] for one in await someone.shown("[Notification]", PATH, **params)]


async def busy(ann: Api, ben: Api) -> str:
    """Let Ben do one thing of each common kind to Ann; return the id of her post."""
    post = str((await ann.publish("x"))["id"])
    await ben.post(f"/api/v1/accounts/{ann.id}/follow")
    await ben.publish("@ann hello")
    await ben.post(f"/api/v1/statuses/{post}/favourite")
    await ben.post(f"/api/v1/statuses/{post}/reblog")
    return post


async def test_each_type_carries_who_and_which_post(ann: Api, ben: Api) -> None:
    post = await busy(ann, ben)
    shown = await ann.shown("[Notification]", PATH)
    assert [one["type"] for one in shown] == ["reblog", "favourite", "mention", "follow"]
    assert {one["account"]["acct"] for one in shown} == {"ben"}
    assert [one["status"]["id"] for one in shown[:2]] == [post, post]
    assert shown[2]["status"]["account"]["acct"] == "ben"
    assert "status" not in shown[3]
    for one in shown:
        assert one["group_key"] == f"ungrouped-{one['id']}"
        assert await ann.shown("Notification", f"{PATH}/{one['id']}") == one


async def test_types_and_people_are_filtered(surface: Surface, ann: Api, ben: Api) -> None:
    await busy(ann, ben)
    cem = await surface.person("cem")
    await cem.post(f"/api/v1/accounts/{ann.id}/follow")
    assert await types_of(ann, **{"types[]": "mention"}) == ["mention"]
    shown = await ann.get(f"{PATH}?types[]=follow&types[]=favourite")
    assert [one["type"] for one in shown] == ["follow", "favourite", "follow"]
    assert "follow" not in await types_of(ann, **{"exclude_types[]": "follow"})
    assert await types_of(ann, account_id=str(cem.id)) == ["follow"]
    assert await types_of(ann, **{"types[]": "something.new"}) == []


async def test_notifications_page_in_both_directions(ann: Api, ben: Api) -> None:
    await busy(ann, ben)
    ids = await ann.ids(PATH)
    assert await all_pages(ann, f"{PATH}?limit=3") == [ids[:3], ids[3:]]
    assert await all_pages(ann, f"{PATH}?limit=2&min_id={ids[3]}", "prev") == [ids[1:3], ids[:1]]
    assert await ann.ids(PATH, since_id=ids[2]) == ids[:2]


async def test_somebody_reads_only_their_own(surface: Surface, ann: Api, ben: Api) -> None:
    await busy(ann, ben)
    first = (await ann.ids(PATH))[0]
    assert await ben.ids(PATH) == []
    assert await ben.status_of("GET", f"{PATH}/{first}") == 404
    assert await ben.status_of("POST", f"{PATH}/{first}/dismiss") == 404
    assert await surface.nobody.status_of("GET", PATH) == 401
    for wrong in ("abc", "1", "9" * 25):
        assert await ann.status_of("GET", f"{PATH}/{wrong}") == 404


async def test_one_is_dismissed_and_then_all_are_cleared(ann: Api, ben: Api) -> None:
    await busy(ann, ben)
    first = (await ann.ids(PATH))[0]
    assert await ann.post(f"{PATH}/{first}/dismiss") == {}
    assert await ann.status_of("POST", f"{PATH}/{first}/dismiss") == 404
    assert len(await ann.ids(PATH)) == 3
    assert await ann.post(f"{PATH}/clear") == {}
    assert await ann.ids(PATH) == []


async def test_what_is_newer_than_the_marker_is_unread(ann: Api, ben: Api) -> None:
    await busy(ann, ben)
    ids = await ann.ids(PATH)
    assert await ann.get(f"{PATH}/unread_count") == {"count": 4}
    await ann.post("/api/v1/markers", notifications={"last_read_id": ids[1]})
    assert await ann.get(f"{PATH}/unread_count") == {"count": 1}


async def test_a_request_a_new_post_an_edit_and_the_end_of_a_poll_are_told(
    surface: Surface, ann: Api, ben: Api
) -> None:
    await ann.ask("PATCH", "/api/v1/accounts/update_credentials", json={"locked": True})
    await ben.post(f"/api/v1/accounts/{ann.id}/follow", notify=True)
    assert await types_of(ann) == ["follow_request"]
    await ann.post(f"/api/v1/follow_requests/{ben.id}/authorize")
    assert await types_of(ann) == ["follow"]
    poll = {"options": ["a", "b"], "expires_in": 600}
    post = await ann.publish("which?", poll=poll)
    await ben.post(f"/api/v1/polls/{post['id']}/votes", choices=[0])
    await ben.post(f"/api/v1/statuses/{post['id']}/reblog")
    await ann.put(f"/api/v1/statuses/{post['id']}", status="which one?", poll=poll)
    surface.later(minutes=11)
    from server.posts.polls import end_polls

    await surface.instance.work(end_polls)
    assert await types_of(ben) == ["poll", "update", "status"]
    assert (await types_of(ann))[0] == "poll"


async def test_what_is_told_of_a_post_goes_with_it(ann: Api, ben: Api) -> None:
    post = await busy(ann, ben)
    await ann.ask("DELETE", f"/api/v1/statuses/{post}")
    assert await types_of(ann) == ["mention", "follow"]


@pytest.mark.parametrize("do", ["mute", "block"])
async def test_muted_and_blocked_people_are_not_heard(ann: Api, ben: Api, do: str) -> None:
    await busy(ann, ben)
    await ann.post(f"/api/v1/accounts/{ben.id}/{do}")
    assert await types_of(ann) == []
    assert await ann.get(f"{PATH}/unread_count") == {"count": 0}


async def test_a_muted_conversation_tells_nothing(ann: Api, ben: Api) -> None:
    post = await ann.publish("x")
    await ann.post(f"/api/v1/statuses/{post['id']}/mute")
    await ben.publish("@ann hello", in_reply_to_id=post["id"])
    await ben.post(f"/api/v1/statuses/{post['id']}/favourite")
    assert await types_of(ann) == []


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", PATH, "read:notifications"),
        ("GET", f"{PATH}/unread_count", "read:notifications"),
        ("POST", f"{PATH}/clear", "write:notifications"),
    ],
)
async def test_each_call_needs_its_scope(
    surface: Surface, ann: Api, method: str, path: str, scope: str
) -> None:
    for scopes, status in (("follow", 403), ("push", 403), (scope, 200)):
        client = await surface.with_scopes(ann, scopes)
        assert await client.status_of(method, path) == status


async def test_a_page_costs_a_constant_number_of_statements(surface: Surface, ann: Api) -> None:
    costs = []
    for number in range(5):
        other = await surface.person(f"other{number}")
        await other.publish(f"@ann {number} #tag{number}")
        if number in {0, 4}:
            costs.append(await cost_of(ann, PATH))
    assert costs[0] == costs[1]
    check("[Notification]", await ann.get(PATH))
