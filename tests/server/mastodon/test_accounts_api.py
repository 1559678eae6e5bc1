"""Looking at people through the API, and changing oneself."""

from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from server.federation.model import Reach
from server.media.model import Media
from server.media.service import delete_unattached
from server.people.model import PersonKind
from tests.support.api import Api, Surface, all_pages, cost_of, links_of
from tests.support.people import make_remote
from tests.support.pictures import picture
from tests.support.shapes import check


async def test_a_token_tells_whose_it_is(ann: Api) -> None:
    shown = await ann.shown("CredentialAccount", "/api/v1/accounts/verify_credentials")
    assert (shown["id"], shown["acct"]) == (str(ann.id), "ann")
    assert shown["source"] == {
        "privacy": "public", "sensitive": False, "language": None, "note": "", "fields": [],
        "follow_requests_count": 0, "hide_collections": False, "discoverable": True,
        "indexable": True, "attribution_domains": [], "quote_policy": "nobody",
    }  # fmt: skip


async def test_an_account_is_shown_to_anybody(surface: Surface, ann: Api) -> None:
    shown = await surface.nobody.shown("Account", f"/api/v1/accounts/{ann.id}")
    assert shown["url"] == "https://ours.example/@ann"
    assert shown["uri"] == f"https://ours.example/people/{ann.id}"
    assert shown["created_at"].endswith("T00:00:00.000Z")


async def test_default_pictures_can_be_fetched(surface: Surface, ann: Api) -> None:
    shown = await ann.get(f"/api/v1/accounts/{ann.id}")
    for name in ("avatar", "avatar_static", "header", "header_static"):
        path = shown[name].removeprefix("https://ours.example")
        async with surface.session.get(surface.base.rstrip("/") + path) as answer:
            assert answer.status == 200
            assert answer.content_type == "image/png"


@pytest.mark.parametrize(
    "handle",
    ["ann", "@ann", "ann@ours.example", "@ann@ours.example", "ANN", "acct:ann@ours.example"],
)
async def test_every_form_of_a_handle_finds_its_account(
    surface: Surface, ann: Api, handle: str
) -> None:
    shown = await surface.nobody.shown("Account", "/api/v1/accounts/lookup", acct=handle)
    assert shown["id"] == str(ann.id)


async def test_somebody_known_from_elsewhere_is_looked_up_with_their_host(
    surface: Surface, ann: Api
) -> None:
    rob = await make_remote(surface.instance)
    shown = await ann.shown("Account", "/api/v1/accounts/lookup", acct="rob@far.example")
    assert (shown["id"], shown["acct"], shown["username"]) == (
        str(rob.id),
        "rob@far.example",
        "rob",
    )


@pytest.mark.parametrize("handle", ["nobody", "ann@", "@", "a b", "ann@else.example", "x" * 390])
async def test_a_handle_of_nobody_is_not_found(ann: Api, handle: str) -> None:
    assert await ann.status_of("GET", "/api/v1/accounts/lookup", params={"acct": handle}) == 404


async def test_a_lookup_without_a_handle_is_refused(ann: Api) -> None:
    assert await ann.status_of("GET", "/api/v1/accounts/lookup") == 422


async def test_who_stays_at_home_is_there_for_members_only(surface: Surface, ann: Api) -> None:
    tala = await surface.person("tala", kind=PersonKind.TALENT, reach=Reach.HOME)
    await ann.shown("Account", f"/api/v1/accounts/{tala.id}")
    assert await surface.nobody.status_of("GET", f"/api/v1/accounts/{tala.id}") == 404
    answer = await surface.nobody.ask("GET", "/api/v1/accounts/lookup?acct=tala")
    assert answer.status == 404


async def test_several_accounts_are_shown_and_unknown_ones_left_out(ann: Api, ben: Api) -> None:
    shown = await ann.shown("[Account]", f"/api/v1/accounts?id[]={ben.id}&id[]={ann.id}&id[]=1")
    assert [one["id"] for one in shown] == [str(ben.id), str(ann.id)]


async def test_people_are_found_by_the_beginning_of_their_handle(ann: Api, ben: Api) -> None:
    found = await ann.shown("[Account]", "/api/v1/accounts/search", q="be")
    assert [one["acct"] for one in found] == ["ben"]
    assert await ann.get("/api/v1/accounts/search", q="@ben@ours.example", resolve="true") == found
    assert await ann.get("/api/v1/accounts/search", q="be", following="true") == []
    assert await ann.get("/api/v1/accounts/search", q="") == []


async def test_searching_people_needs_a_token(surface: Surface) -> None:
    assert await surface.nobody.status_of("GET", "/api/v1/accounts/search?q=a") == 401


async def test_followers_page_by_their_relation(surface: Surface, ann: Api) -> None:
    fans = [await surface.person(f"fan{number}") for number in range(5)]
    for fan in fans:
        await fan.post(f"/api/v1/accounts/{ann.id}/follow")
    path = f"/api/v1/accounts/{ann.id}/followers"
    pages = await all_pages(surface.nobody, f"{path}?limit=2")
    newest_first = [str(fan.id) for fan in reversed(fans)]
    assert pages == [newest_first[:2], newest_first[2:4], newest_first[4:]]
    await surface.nobody.shown("[Account]", path)
    last = await surface.nobody.ask("GET", f"{path}?limit=2&max_id=1")
    assert (last.json, last.headers.get("Link")) == ([], None)


async def test_whom_somebody_follows_is_listed(ann: Api, ben: Api) -> None:
    await ann.post(f"/api/v1/accounts/{ben.id}/follow")
    shown = await ben.shown("[Account]", f"/api/v1/accounts/{ann.id}/following")
    assert [one["acct"] for one in shown] == ["ben"]


async def test_hidden_collections_are_listed_to_their_owner_alone(ann: Api, ben: Api) -> None:
    await ann.post(f"/api/v1/accounts/{ben.id}/follow")
    await ann.ask("PATCH", "/api/v1/accounts/update_credentials", json={"hide_collections": True})
    path = f"/api/v1/accounts/{ann.id}/following"
    assert await ben.get(path) == []
    assert len(await ann.get(path)) == 1
    assert (await ben.get(f"/api/v1/accounts/{ann.id}"))["following_count"] == 0


async def test_familiar_followers_are_those_one_follows(
    surface: Surface, ann: Api, ben: Api
) -> None:
    cem = await surface.person("cem")
    await ann.post(f"/api/v1/accounts/{ben.id}/follow")
    await ben.post(f"/api/v1/accounts/{cem.id}/follow")
    path = "/api/v1/accounts/familiar_followers"
    shown = await ann.shown("[FamiliarFollowers]", f"{path}?id[]={cem.id}")
    assert [one["acct"] for one in shown[0]["accounts"]] == ["ben"]


async def test_posts_of_an_account_are_narrowed_as_asked(ann: Api, ben: Api) -> None:
    media = await _uploaded(ann)
    plain = await ann.publish("plain #Welcome")
    reply = await ann.publish("reply", in_reply_to_id=(await ben.publish("of ben"))["id"])
    shown = await ann.publish("", media_ids=[media])
    boost = await ann.post(f"/api/v1/statuses/{(await ben.publish('boosted'))['id']}/reblog")
    path = f"/api/v1/accounts/{ann.id}/statuses"
    everything = [boost["id"], shown["id"], reply["id"], plain["id"]]
    assert await ben.ids(path) == everything
    assert await ben.ids(path, exclude_replies="1") == [boost["id"], shown["id"], plain["id"]]
    assert await ben.ids(path, exclude_reblogs="true") == everything[1:]
    assert await ben.ids(path, only_media="on") == [shown["id"]]
    assert await ben.ids(path, tagged="WELCOME") == [plain["id"]]
    await ben.shown("[Status]", path)


async def test_posts_of_an_account_page_in_both_directions(surface: Surface, ann: Api) -> None:
    ids = [(await ann.publish(str(number)))["id"] for number in range(5)][::-1]
    path = f"/api/v1/accounts/{ann.id}/statuses"
    assert await all_pages(surface.nobody, f"{path}?limit=2") == [ids[:2], ids[2:4], ids[4:]]
    up = await all_pages(surface.nobody, f"{path}?limit=2&min_id={ids[4]}", "prev")
    assert up == [ids[2:4], ids[:2]]
    answer = await surface.nobody.ask("GET", f"{path}?limit=2&exclude_replies=true")
    assert "exclude_replies=true" in links_of(answer)["next"]


async def test_pinned_posts_are_shown_without_pages(ann: Api, ben: Api) -> None:
    first, second = (await ann.publish("1"))["id"], (await ann.publish("2"))["id"]
    await ann.post(f"/api/v1/statuses/{first}/pin")
    answer = await ben.ask("GET", f"/api/v1/accounts/{ann.id}/statuses?pinned=true&limit=1")
    assert [one["id"] for one in check("[Status]", answer.json)] == [first]
    assert "Link" not in answer.headers
    assert second in await ben.ids(f"/api/v1/accounts/{ann.id}/statuses")


@pytest.mark.parametrize("path", ["", "/statuses", "/followers", "/following", "/featured_tags"])
async def test_nothing_is_shown_of_an_account_that_is_not_there(ann: Api, path: str) -> None:
    for wrong in ("1", "abc", "99999999999999999999", "-1", "1.5", "%00"):
        assert await ann.status_of("GET", f"/api/v1/accounts/{wrong}{path}") == 404


async def test_lists_of_accounts_cost_a_constant_number_of_statements(
    surface: Surface, ann: Api
) -> None:
    costs = []
    for number in range(6):
        fan = await surface.person(f"fan{number}")
        await fan.post(f"/api/v1/accounts/{ann.id}/follow")
        if number in {1, 5}:
            path = f"/api/v1/accounts/{ann.id}/followers"
            costs.append(await cost_of(surface.nobody, path))
    assert costs[0] == costs[1] <= 4


async def test_a_profile_is_changed_with_json(ann: Api) -> None:
    answer = await ann.ask(
        "PATCH",
        "/api/v1/accounts/update_credentials",
        json={
            "display_name": "Ann <b>",
            "note": "We hire.\nhttps://jobs.example/all #Work",
            "locked": True,
            "bot": "false",
            "discoverable": False,
            "indexable": "0",
            "source": {"privacy": "unlisted", "sensitive": "1", "language": "nl"},
            "fields_attributes": {
                "0": {"name": "Site", "value": "https://ann.example"},
                "1": {"name": "", "value": ""},
            },
        },
    )
    shown = check("CredentialAccount", answer.json)
    assert shown["display_name"] == "Ann <b>"
    assert 'href="https://jobs.example/all"' in shown["note"]
    assert "<br" in shown["note"]
    assert (shown["locked"], shown["bot"], shown["discoverable"]) == (True, False, False)
    assert shown["source"]["note"] == "We hire.\nhttps://jobs.example/all #Work"
    assert (shown["source"]["privacy"], shown["source"]["language"]) == ("unlisted", "nl")
    assert shown["source"]["fields"] == [
        {"name": "Site", "value": "https://ann.example", "verified_at": None}
    ]
    assert 'href="https://ann.example"' in shown["fields"][0]["value"]
    assert await ann.shown("CredentialAccount", "/api/v1/accounts/verify_credentials") == shown


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
async def test_a_profile_is_changed_with_forms(ann: Api, form: str) -> None:
    pairs = [
        ("display_name", "Anna"),
        ("source[privacy]", "private"),
        ("fields_attributes[0][name]", "Town"),
        ("fields_attributes[0][value]", "Ghent"),
        ("fields_attributes[1][name]", ""),
        ("fields_attributes[1][value]", ""),
    ]
    body: Any = pairs
    if form == "multipart":
        body = aiohttp.FormData(default_to_multipart=True)
        for name, value in pairs:
            body.add_field(name, value)
    answer = await ann.ask("PATCH", "/api/v1/accounts/update_credentials", data=body)
    shown = check("CredentialAccount", answer.json)
    assert (shown["display_name"], shown["source"]["privacy"]) == ("Anna", "private")
    assert [(one["name"], one["value"]) for one in shown["fields"]] == [("Town", "Ghent")]


async def test_what_is_not_sent_of_a_profile_stays(ann: Api) -> None:
    path = "/api/v1/accounts/update_credentials"
    await ann.ask("PATCH", path, json={"display_name": "Ann", "note": "Hello"})
    answer = await ann.ask("PATCH", path, json={"note": ""})
    assert (answer.json["display_name"], answer.json["note"]) == ("Ann", "")


async def test_pictures_of_a_profile_are_uploaded_and_get_new_addresses(
    surface: Surface, ann: Api
) -> None:
    addresses = set()
    for _ in range(2):
        form = aiohttp.FormData()
        form.add_field("avatar", picture(), filename="me.jpg", content_type="image/jpeg")
        form.add_field("header", picture("PNG"), filename="wide.png", content_type="image/png")
        answer = await ann.ask("PATCH", "/api/v1/accounts/update_credentials", data=form)
        shown = check("CredentialAccount", answer.json)
        addresses |= {shown["avatar"], shown["header"]}
        path = shown["avatar"].removeprefix("https://ours.example")
        async with surface.session.get(surface.base.rstrip("/") + path) as fetched:
            assert fetched.status == 200
            assert fetched.content_type == "image/jpeg"
            assert fetched.headers["Access-Control-Allow-Origin"] == "*"
    assert len(addresses) == 4
    kept = await surface.instance.read(lambda r: r.session.scalar(select(func.count(Media.id))))
    assert kept == 2
    removed = await ann.ask("DELETE", "/api/v1/profile/avatar")
    assert check("CredentialAccount", removed.json)["avatar"].endswith(
        "/static/mastodon/avatar.png"
    )
    assert removed.json["header"] in addresses


async def test_pictures_of_a_refused_profile_are_not_kept_for_good(
    surface: Surface, ann: Api
) -> None:
    form = aiohttp.FormData()
    form.add_field("avatar", picture(), filename="me.jpg", content_type="image/jpeg")
    form.add_field("display_name", "x" * 101)
    assert await ann.status_of("PATCH", "/api/v1/accounts/update_credentials", data=form) == 422
    surface.later(hours=25)
    await surface.instance.work(delete_unattached)
    assert await surface.instance.read(lambda r: r.session.scalar(select(Media.id))) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"display_name": "x" * 101},
        {"note": "x" * 2_001},
        {"source": {"privacy": "everybody"}},
        {"source": "public"},
        {"locked": "perhaps"},
        {"fields_attributes": [{"name": "n", "value": "v"}] * 9},
        {"fields_attributes": "name"},
        {"avatar": "https://far.example/me.png"},
        {"display_name": {"a": "b"}},
    ],
)
async def test_a_wrong_profile_is_refused_and_changes_nothing(ann: Api, wrong: Any) -> None:
    before = await ann.get("/api/v1/accounts/verify_credentials")
    answer = await ann.ask("PATCH", "/api/v1/accounts/update_credentials", json=wrong)
    assert answer.status == 422
    assert answer.json["details"]
    assert await ann.get("/api/v1/accounts/verify_credentials") == before


async def test_preferences_follow_the_profile(ann: Api) -> None:
    await ann.ask(
        "PATCH",
        "/api/v1/accounts/update_credentials",
        json={"source": {"privacy": "unlisted", "language": "fr"}},
    )
    assert await ann.get("/api/v1/preferences") == {
        "posting:default:visibility": "unlisted",
        "posting:default:sensitive": False,
        "posting:default:language": "fr",
        "posting:default:quote_policy": "nobody",
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }


async def _uploaded(someone: Api) -> str:
    form = aiohttp.FormData()
    form.add_field("file", picture(), filename="a.jpg", content_type="image/jpeg")
    answer = await someone.ask("POST", "/api/v2/media", data=form)
    return str(answer.json["id"])
