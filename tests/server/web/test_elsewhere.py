"""Following from one's own server, and opening here what was found elsewhere."""

from typing import Any
from urllib.parse import quote

import pytest

from server.people.queries import person_by_handle
from server.people.rules import HOUSE
from server.platform.http.paging import Page
from server.platform.instance import Instance
from server.posts.queries import account_posts
from tests.support.page_reader import PageReader
from tests.support.people import make_person, make_remote
from tests.support.posts import make_post


async def test_webfinger_says_where_our_people_go_on(
    instance: Instance, anybody: PageReader
) -> None:
    await make_person(instance, "ann")
    async with anybody.client.get(
        "/.well-known/webfinger", params={"resource": f"acct:ann@{instance.site.host}"}
    ) as answer:
        links = {one["rel"]: one for one in (await answer.json())["links"]}

    subscribe = links["http://ostatus.org/schema/1.0/subscribe"]["template"]
    assert subscribe == instance.site.url("/authorize_interaction?uri={uri}")
    assert "{object}" in links["https://w3id.org/fep/3b86/Follow"]["template"]


async def test_a_visitor_is_led_to_their_own_server(
    instance: Instance, anybody: PageReader
) -> None:
    ann = await make_person(instance, "ann")
    post = await make_post(instance, ann.id)
    await anybody.get("/@ann")

    assert await anybody.post("/@ann/follow_from", [("from", "mastodon.example")]) == 200
    link = anybody.page.select_one("main a.button")
    assert link is not None
    actor = quote(f"{instance.site.base_url}/people/{ann.id}", safe="")
    assert link["href"] == f"https://mastodon.example/authorize_interaction?uri={actor}"

    path = f"/@ann/{post.id}/interact_from"
    assert await anybody.post(path, [("from", "https://mastodon.example/")]) == 200
    assert quote(post.uri, safe="") in anybody.body


@pytest.mark.parametrize(
    "typed", ["", "ann", "@a@b@c", "javascript:alert(1)", "@x@unreachable.invalid", "http://"]
)
async def test_an_account_that_is_none_is_asked_for_again(
    instance: Instance, anybody: PageReader, typed: str
) -> None:
    await make_person(instance, "ann")
    await anybody.get("/@ann")

    assert await anybody.post("/@ann/follow_from", [("from", typed)]) == 422

    assert anybody.page.select_one("#from-fault")


async def test_somebody_at_home_is_followed_from_nowhere(
    instance: Instance, anybody: PageReader
) -> None:
    from server.people.model import PersonKind

    await make_person(instance, "tala", kind=PersonKind.TALENT, reach=None)
    await make_person(instance, "ann")
    await anybody.get("/@ann")

    assert await anybody.post("/@tala/follow_from", [("from", "mastodon.example")]) == 404


async def test_what_was_found_elsewhere_opens_here(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance, "ann")
    await make_remote(instance, "rita", "there.example")
    remote = await instance.read(person_by_handle, HOUSE, "rita@there.example")
    assert remote is not None
    post = await make_post(instance, ann.id)
    reader: PageReader = await sign_in(ann.id)

    for wanted, path in (
        (remote.uri, "/@rita@there.example"),
        ("acct:rita@there.example", "/@rita@there.example"),
        (post.uri, f"/@ann/{post.id}"),
        (f"{instance.site.base_url}/people/{ann.id}", "/@ann"),
    ):
        assert await reader.get(f"/authorize_interaction?uri={quote(wanted)}") == 303
        assert reader.headers["Location"] == path
    for wanted in ("", "https://127.0.0.1:1/none", "nobody@there.invalid"):
        assert await reader.get(f"/authorize_interaction?uri={quote(wanted)}") == 404


async def test_words_begun_elsewhere_stand_in_the_form(instance: Instance, sign_in: Any) -> None:
    ann = await make_person(instance, "ann")
    reader: PageReader = await sign_in(ann.id)
    begun = 'Look: https://there.example/1 <b>"new"</b>'
    assert await reader.get(f"/new/post?text={quote(begun)}") == 200
    assert dict(reader.form("/new/post"))["text"] == begun
    assert await reader.get(f"/new/post?text={'x' * 6_000}") == 422
    assert await instance.read(account_posts, HOUSE, ann.id, Page(5)) == []
