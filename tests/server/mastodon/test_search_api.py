"""Finding people, posts and hashtags through the API, and opening links."""

import pytest

from server.federation.model import Reach
from server.people.model import PersonKind
from tests.support.api import Api, Surface, cost_of
from tests.support.people import make_remote

PATH = "/api/v2/search"


async def test_all_three_lists_are_there_whatever_is_asked(ann: Api, ben: Api) -> None:
    post = await ann.publish("welcome to the #welcomeday")
    found = await ben.shown("Search", PATH, q="welcome")
    assert [one["id"] for one in found["statuses"]] == [post["id"]]
    assert [one["name"] for one in found["hashtags"]] == ["welcomeday"]
    assert (await ben.shown("Search", PATH, q="an"))["accounts"][0]["acct"] == "ann"
    for wanted in ("accounts", "statuses", "hashtags"):
        found = await ben.shown("Search", PATH, q="welcome", type=wanted)
        assert all(not found[other] for other in found if other != wanted)


@pytest.mark.parametrize("resolve", ["true", "false"])
async def test_an_address_finds_exactly_its_post(ann: Api, ben: Api, resolve: str) -> None:
    post = await ann.publish("x")
    for address in (post["url"], post["uri"]):
        found = await ben.shown("Search", PATH, q=address, resolve=resolve)
        assert [one["id"] for one in found["statuses"]] == [post["id"]]
        assert found["accounts"] == found["hashtags"] == []


@pytest.mark.parametrize("resolve", ["true", "false"])
async def test_an_address_finds_exactly_its_person(
    surface: Surface, ann: Api, ben: Api, resolve: str
) -> None:
    rob = await make_remote(surface.instance)
    for address, person_id in (
        ("https://ours.example/@ann", ann.id),
        (f"https://ours.example/people/{ann.id}", ann.id),
        ("https://far.example/users/rob", rob.id),
    ):
        found = await ben.shown("Search", PATH, q=address, resolve=resolve)
        assert [one["id"] for one in found["accounts"]] == [str(person_id)]


@pytest.mark.parametrize("handle", ["@ann", "@ann@ours.example", "ann@ours.example"])
async def test_a_handle_finds_its_person(ann: Api, ben: Api, handle: str) -> None:
    found = await ben.shown("Search", PATH, q=handle, resolve="true", type="accounts")
    assert [one["acct"] for one in found["accounts"]] == ["ann"]


async def test_an_address_of_ours_that_leads_nowhere_finds_nothing(ann: Api) -> None:
    for address in (
        "https://ours.example/posts/1",
        "https://ours.example/@nobody",
        "https://ours.example/@ann/12",
        "https://ours.example",
        "http://[",
        "https://",
        "https://ours.example/@%00",
    ):
        found = await ann.shown("Search", PATH, q=address, resolve="true")
        assert found == {"accounts": [], "statuses": [], "hashtags": []}


async def test_what_may_not_be_seen_is_not_found_by_its_address(
    surface: Surface, ann: Api, ben: Api
) -> None:
    post = await ann.publish("x", visibility="private")
    tala = await surface.person("tala", kind=PersonKind.TALENT, reach=Reach.HOME)
    for address in (post["url"], post["uri"]):
        found = await ben.shown("Search", PATH, q=address, resolve="true")
        assert found["statuses"] == []
    for query in ("https://ours.example/@tala", "@tala", f"https://ours.example/people/{tala.id}"):
        assert (await surface.nobody.shown("Search", PATH, q=query))["accounts"] == []


async def test_without_a_token_nothing_is_resolved_and_no_posts_are_searched(
    surface: Surface, ann: Api
) -> None:
    await ann.publish("findable words")
    found = await surface.nobody.shown("Search", PATH, q="findable")
    assert found["statuses"] == []
    for extra in ("resolve=true", "offset=5"):
        assert await surface.nobody.status_of("GET", f"{PATH}?q=x&{extra}") == 401


async def test_results_are_narrowed_to_an_author_and_paged_by_position(ann: Api, ben: Api) -> None:
    mine = [(await ann.publish(f"word {number}"))["id"] for number in range(3)][::-1]
    await ben.publish("word")
    found = await ben.get(PATH, q="word", type="statuses", account_id=str(ann.id), limit="2")
    assert [one["id"] for one in found["statuses"]] == mine[:2]
    found = await ben.get(PATH, q="word", type="statuses", account_id=str(ann.id), offset="2")
    assert [one["id"] for one in found["statuses"]] == mine[2:]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("q=x&type=people", 422),
        ("q=x&offset=99999999", 400),
        ("q=x&offset=-1", 400),
        ("q=x&limit=abc", 422),
        ("q=%00", 422),
        ("q=%ff", 400),
        (f"q={'x' * 3000}", 422),
        ("q[a]=b", 422),
        ("q=%25_%5C", 200),
        ("", 200),
    ],
)
async def test_hostile_queries_are_answered_calmly(ann: Api, query: str, status: int) -> None:
    assert await ann.status_of("GET", f"{PATH}?{query}") == status


async def test_a_search_needs_its_scope(surface: Surface, ann: Api) -> None:
    for scopes, status in (("write", 403), ("read:search", 200), ("read", 200)):
        client = await surface.with_scopes(ann, scopes)
        assert await client.status_of("GET", f"{PATH}?q=x") == status


async def test_a_search_costs_a_constant_number_of_statements(ann: Api, ben: Api) -> None:
    costs = []
    for number in range(4):
        await ann.publish(f"word @ben #word{number}")
        if number in {0, 3}:
            costs.append(await cost_of(ben, f"{PATH}?q=word"))
    assert costs[0] == costs[1]
