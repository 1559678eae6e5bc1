"""Members of remote collections: paged, bounded, and never an endless walk."""

from datetime import UTC, datetime

import pytest
from aiohttp import web

from activitypub.errors import DocumentError, NotFound
from activitypub.fetching.budget import Budget
from activitypub.fetching.collections import members_of
from activitypub.fetching.documents import DocumentFetcher


@pytest.fixture
def fetcher(client):
    return DocumentFetcher(client, key=None, clock=lambda: datetime.now(UTC))


def listing(**fields):
    """A handler that serves a collection at its own URL; `{base}` in values is its server."""

    async def serve(request):
        base = str(request.url.origin())
        document = {"id": str(request.url), "type": "OrderedCollection", **fields}
        filled = {key: fill(value, base) for key, value in document.items()}
        return web.json_response(filled, content_type="application/activity+json")

    return serve


def fill(value, base):
    if isinstance(value, dict):
        return {key: fill(inner, base) for key, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, base) for inner in value]
    return value.replace("{base}", base) if isinstance(value, str) else value


def names(*numbers):
    return [f"https://a.example/{number}" for number in numbers]


async def test_members_come_from_the_collection_itself(peer, fetcher):
    base = await peer(c=listing(orderedItems=names(1, 2)))

    assert list(await members_of(fetcher, f"{base}/c", budget=Budget())) == names(1, 2)


async def test_pages_are_followed_in_order(peer, fetcher):
    base = await peer(
        c=listing(first="{base}/p1"),
        p1=listing(type="OrderedCollectionPage", orderedItems=names(1, 2), next="{base}/p2"),
        p2=listing(type="OrderedCollectionPage", orderedItems=names(3)),
    )

    assert list(await members_of(fetcher, f"{base}/c", budget=Budget())) == names(1, 2, 3)
    assert list(await members_of(fetcher, f"{base}/c", budget=Budget(), limit=2)) == names(1, 2)


async def test_an_embedded_first_page_is_used(peer, fetcher):
    first = {"type": "CollectionPage", "items": names(1), "next": "{base}/p2"}
    base = await peer(
        c=listing(type="Collection", first=first),
        p2=listing(type="CollectionPage", items=names(2)),
    )

    assert list(await members_of(fetcher, f"{base}/c", budget=Budget())) == names(1, 2)


async def test_an_embedded_page_that_is_only_named_is_fetched(peer, fetcher):
    base = await peer(
        c=listing(first={"id": "{base}/p1", "type": "OrderedCollectionPage"}),
        p1=listing(type="OrderedCollectionPage", orderedItems=names(1)),
    )

    assert list(await members_of(fetcher, f"{base}/c", budget=Budget())) == names(1)


async def test_circles_and_endless_pages_end(peer, fetcher):
    async def endless(request):
        step = int(request.query.get("n", "0")) + 1
        document = {
            "id": str(request.url), "type": "OrderedCollectionPage", "orderedItems": names(step),
            "next": f"{request.url.origin()}/endless?n={step}",
        }  # fmt: skip
        return web.json_response(document, content_type="application/activity+json")

    circle = listing(type="OrderedCollectionPage", orderedItems=names(1), next="{base}/circle")
    base = await peer(endless=endless, circle=circle)
    budget = Budget.of(fetches=4)

    assert list(await members_of(fetcher, f"{base}/circle", budget=Budget())) == names(1)
    assert list(await members_of(fetcher, f"{base}/endless", budget=budget)) == names(1, 2, 3, 4)
    assert budget.fetches_left == 0


async def test_a_broken_or_foreign_page_ends_the_list_quietly(peer, fetcher):
    other = await peer(p=listing(type="OrderedCollectionPage", orderedItems=names(9)))
    base = await peer(
        gone=listing(orderedItems=names(1), next="{base}/nowhere"),
        foreign=listing(orderedItems=names(1), next=f"{other}/p"),
        odd=listing(first={"type": 7}),
        note=listing(orderedItems=names(1), next="{base}/n"),
        n=listing(type="Note"),
    )

    for path in ("gone", "foreign", "note"):
        assert list(await members_of(fetcher, f"{base}/{path}", budget=Budget())) == names(1)
    assert await members_of(fetcher, f"{base}/odd", budget=Budget()) == ()


async def test_what_is_no_collection_is_an_error(peer, fetcher):
    base = await peer(n=listing(type="Note"))

    with pytest.raises(DocumentError):
        await members_of(fetcher, f"{base}/n", budget=Budget())
    with pytest.raises(NotFound):
        await members_of(fetcher, f"{base}/nowhere", budget=Budget())
