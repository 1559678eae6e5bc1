"""Liking, boosting, keeping, pinning, muting and voting through the API."""

from typing import Any

import pytest

from tests.support.api import Api, Surface, all_pages, cost_of
from tests.support.shapes import check

POLL = {"options": ["red", "green", "blue"], "expires_in": 600}


async def act(someone: Api, what: str, post: Any, **body: Any) -> Any:
    return check("Status", await someone.post(f"/api/v1/statuses/{post['id']}/{what}", **body))


@pytest.mark.parametrize(
    ("do", "undo", "flag", "count"),
    [
        ("favourite", "unfavourite", "favourited", "favourites_count"),
        ("bookmark", "unbookmark", "bookmarked", None),
        ("mute", "unmute", "muted", None),
    ],
)
async def test_doing_and_undoing_answer_the_post_as_it_is_now(
    ann: Api, ben: Api, do: str, undo: str, flag: str, count: str | None
) -> None:
    post = await ann.publish("x")
    for _ in range(2):
        done = await act(ben, do, post)
        assert done[flag] is True
        assert count is None or done[count] == 1
    assert (await ann.get(f"/api/v1/statuses/{post['id']}"))[flag] is False
    for _ in range(2):
        undone = await act(ben, undo, post)
        assert undone[flag] is False
        assert count is None or undone[count] == 0


async def test_a_boost_is_a_status_of_its_own_around_the_post(ann: Api, ben: Api) -> None:
    post = await ann.publish("x", spoiler_text="cw")
    boost = await act(ben, "reblog", post)
    assert boost["id"] != post["id"]
    assert boost["account"]["acct"] == "ben"
    assert boost["reblog"]["id"] == post["id"]
    assert (boost["reblog"]["reblogged"], boost["reblog"]["reblogs_count"]) == (True, 1)
    assert (await act(ben, "reblog", post))["id"] == boost["id"]
    assert (await act(ben, "reblog", boost))["id"] == boost["id"]
    undone = await act(ben, "unreblog", post)
    assert (undone["id"], undone["reblogged"], undone["reblogs_count"]) == (post["id"], False, 0)
    assert await ben.status_of("GET", f"/api/v1/statuses/{boost['id']}") == 404


async def test_a_boost_is_undone_by_deleting_it(ann: Api, ben: Api) -> None:
    post = await ann.publish("x")
    boost = await act(ben, "reblog", post)
    check("Status", (await ben.ask("DELETE", f"/api/v1/statuses/{boost['id']}")).json)
    assert (await ben.get(f"/api/v1/statuses/{post['id']}"))["reblogged"] is False


async def test_a_boost_has_the_visibility_that_is_asked(ann: Api, ben: Api) -> None:
    post = await ann.publish("x")
    assert (await act(ben, "reblog", post, visibility="private"))["visibility"] == "private"
    path = f"/api/v1/statuses/{post['id']}/reblog"
    assert await ben.status_of("POST", path, json={"visibility": "loud"}) == 422


async def test_acting_on_a_boost_acts_on_what_it_shows(
    surface: Surface, ann: Api, ben: Api
) -> None:
    cem = await surface.person("cem")
    post = await ann.publish("x")
    boost = await act(ben, "reblog", post)
    liked = await act(cem, "favourite", boost)
    assert (liked["id"], liked["favourites_count"]) == (post["id"], 1)
    assert (await act(cem, "unfavourite", boost))["favourites_count"] == 0


async def test_a_post_for_followers_is_boosted_by_its_author_alone(ann: Api, ben: Api) -> None:
    await ben.post(f"/api/v1/accounts/{ann.id}/follow")
    post = await ann.publish("x", visibility="private")
    assert await ben.status_of("POST", f"/api/v1/statuses/{post['id']}/reblog") == 403
    assert (await act(ann, "reblog", post))["visibility"] == "private"


async def test_who_liked_and_who_boosted_is_listed(surface: Surface, ann: Api, ben: Api) -> None:
    cem = await surface.person("cem")
    post = await ann.publish("x")
    for client in (ben, cem):
        await act(client, "favourite", post)
        await act(client, "reblog", post)
    for path in ("favourited_by", "reblogged_by"):
        whole = f"/api/v1/statuses/{post['id']}/{path}"
        shown = await surface.nobody.shown("[Account]", whole)
        assert [one["acct"] for one in shown] == ["cem", "ben"]
        pages = await all_pages(surface.nobody, f"{whole}?limit=1")
        assert pages == [[str(cem.id)], [str(ben.id)]]


@pytest.mark.parametrize(
    ("path", "do"), [("/api/v1/favourites", "favourite"), ("/api/v1/bookmarks", "bookmark")]
)
async def test_kept_posts_page_in_the_order_of_keeping(
    ann: Api, ben: Api, path: str, do: str
) -> None:
    posts = [await ann.publish(str(number)) for number in range(3)]
    for post in posts[::-1]:
        await act(ben, do, post)
    pages = await all_pages(ben, f"{path}?limit=2")
    assert pages == [[posts[0]["id"], posts[1]["id"]], [posts[2]["id"]]]
    await ben.shown("[Status]", path)
    assert await ann.get(path) == []


async def test_five_own_posts_are_pinned_and_no_more(ann: Api, ben: Api) -> None:
    posts = [await ann.publish(str(number)) for number in range(6)]
    for post in posts[:5]:
        assert (await act(ann, "pin", post))["pinned"] is True
    for client, post in ((ann, posts[5]), (ben, posts[0])):
        assert await client.status_of("POST", f"/api/v1/statuses/{post['id']}/pin") == 422
    assert (await act(ann, "unpin", posts[0]))["pinned"] is False
    assert "pinned" not in await ben.get(f"/api/v1/statuses/{posts[1]['id']}")


async def test_a_vote_counts_once(surface: Surface, ann: Api, ben: Api) -> None:
    post = await ann.publish("which?", poll=POLL)
    poll = check("Poll", post["poll"])
    assert (poll["voted"], poll["own_votes"], poll["expires_at"]) == (
        True, [], "2026-11-23T12:10:00.000Z",
    )  # fmt: skip
    path = f"/api/v1/polls/{poll['id']}"
    voted = check("Poll", await ben.post(f"{path}/votes", choices=[1]))
    assert (voted["voted"], voted["own_votes"], voted["votes_count"]) == (True, [1], 1)
    assert [one["votes_count"] for one in voted["options"]] == [0, 1, 0]
    assert await ben.status_of("POST", f"{path}/votes", json={"choices": [0]}) == 422
    assert await ann.status_of("POST", f"{path}/votes", json={"choices": [0]}) == 422
    anonymous = await surface.nobody.shown("Poll", path)
    assert "voted" not in anonymous


@pytest.mark.parametrize(
    "request_body",
    [{"json": {"choices": ["0", "2"]}}, {"data": [("choices[]", "0"), ("choices[]", "2")]}],
)
async def test_several_choices_are_voted_in_any_encoding(
    ann: Api, ben: Api, request_body: dict[str, Any]
) -> None:
    post = await ann.publish("which?", poll={**POLL, "multiple": True, "hide_totals": "true"})
    answer = await ben.ask("POST", f"/api/v1/polls/{post['id']}/votes", **request_body)
    voted = check("Poll", answer.json)
    assert (voted["own_votes"], voted["votes_count"], voted["voters_count"]) == ([0, 2], 2, 1)
    assert [one["votes_count"] for one in voted["options"]] == [None, None, None]


@pytest.mark.parametrize(
    "choices", [[3], [0, 1], [], ["a"], [-1], [99999999999999999999], {"a": 1}, "x"]
)
async def test_an_impossible_vote_is_refused(ann: Api, ben: Api, choices: Any) -> None:
    post = await ann.publish("which?", poll=POLL)
    path = f"/api/v1/polls/{post['id']}"
    assert await ben.status_of("POST", f"{path}/votes", json={"choices": choices}) == 422
    assert (await ben.get(path))["votes_count"] == 0


async def test_a_poll_that_is_over_takes_no_votes(surface: Surface, ann: Api, ben: Api) -> None:
    post = await ann.publish("which?", poll=POLL)
    surface.later(minutes=11)
    path = f"/api/v1/polls/{post['id']}"
    assert (await ben.shown("Poll", path))["expired"] is True
    assert await ben.status_of("POST", f"{path}/votes", json={"choices": [0]}) == 422


async def test_a_poll_is_seen_by_whoever_sees_its_post(
    surface: Surface, ann: Api, ben: Api
) -> None:
    post = await ann.publish("which?", poll=POLL, visibility="private")
    path = f"/api/v1/polls/{post['id']}"
    plain = await ann.publish("no poll")
    for client in (ben, surface.nobody):
        assert await client.status_of("GET", path) == 404
        assert await client.status_of("GET", f"/api/v1/polls/{plain['id']}") == 404
    assert await ben.status_of("POST", f"{path}/votes", json={"choices": [0]}) == 404


async def test_new_options_start_a_poll_again(ann: Api, ben: Api) -> None:
    post = await ann.publish("which?", poll=POLL)
    await ben.post(f"/api/v1/polls/{post['id']}/votes", choices=[0])
    path = f"/api/v1/statuses/{post['id']}"
    same = await ann.put(path, status="which one?", poll=POLL)
    assert same["poll"]["votes_count"] == 1
    other = await ann.put(path, status="which one?", poll={**POLL, "options": ["yes", "no"]})
    assert (other["poll"]["votes_count"], len(other["poll"]["options"])) == (0, 2)


@pytest.mark.parametrize(
    "what",
    ["favourite", "reblog", "bookmark", "pin", "mute", "unmute"],
)
async def test_nothing_is_done_to_what_may_not_be_seen(ann: Api, ben: Api, what: str) -> None:
    secret = await ann.publish("x", visibility="private")
    for wrong in (secret["id"], "1", "abc", "9" * 40):
        assert await ben.status_of("POST", f"/api/v1/statuses/{wrong}/{what}") == 404


@pytest.mark.parametrize(
    ("what", "scope"),
    [
        ("favourite", "write:favourites"), ("bookmark", "write:bookmarks"),
        ("reblog", "write:statuses"), ("pin", "write:accounts"), ("mute", "write:mutes"),
    ],
)  # fmt: skip
async def test_each_deed_needs_its_scope(surface: Surface, ann: Api, what: str, scope: str) -> None:
    post = await ann.publish("x")
    path = f"/api/v1/statuses/{post['id']}/{what}"
    for scopes, status in (("read", 403), ("write:media", 403), (scope, 200), ("write", 200)):
        assert await (await surface.with_scopes(ann, scopes)).status_of("POST", path) == status
    assert await surface.nobody.status_of("POST", path) == 401


async def test_kept_posts_cost_a_constant_number_of_statements(ann: Api, ben: Api) -> None:
    costs = []
    for number in range(5):
        await act(ben, "bookmark", await ann.publish(f"{number} @ben #tag{number}"))
        if number in {0, 4}:
            costs.append(await cost_of(ben, "/api/v1/bookmarks"))
    assert costs[0] == costs[1]
