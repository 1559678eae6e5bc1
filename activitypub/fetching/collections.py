"""The members of a remote collection, page by page, within bounds.

Replies, outboxes, featured posts and followers come in pages that their server makes up as it
likes: each page is charged to the budget, none is read twice, all are of one origin.
"""

from activitypub.documents.collection import Collection, Item, read_collection
from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.origin import canonical_url, same_origin
from activitypub.errors import ActivityPubError
from activitypub.fetching.budget import Budget
from activitypub.fetching.documents import DocumentFetcher

MAX_MEMBERS = 200


async def members_of(
    fetcher: DocumentFetcher, url: str, *, budget: Budget, limit: int = MAX_MEMBERS
) -> tuple[Item, ...]:
    """Return the first members of a collection, at most `limit`, in their order.

    Members are ids, or objects that are not to be believed before they are fetched from their
    own ids. A page that cannot be had ends the list without an error; the collection itself
    raises FetchError or DocumentError.
    """
    fetched = await fetcher.fetch_exactly(url, budget=budget)
    collection = read_collection(fetched.document)
    found = list(collection.items)
    visited = {canonical_url(fetched.id)}
    page = _embedded_page(collection)
    if page is not None:
        found += page.items
    step = page.next if page is not None else collection.first or collection.next
    while step is not None and len(found) < limit and same_origin(step, fetched.id):
        if canonical_url(step) in visited:
            break
        visited.add(canonical_url(step))
        page = await _page_at(fetcher, step, budget)
        if page is None:
            break
        found += page.items
        step = page.next
    return tuple(found[:limit])


def _embedded_page(collection: Collection) -> Collection | None:
    """The first page, when the collection brings it along with members in it."""
    document: JsonObject | None = collection.first_page
    if document is None:
        return None
    try:
        page = read_collection({"partOf": collection.id, **document})
    except ActivityPubError:
        return None
    return page if page.items or page.next else None


async def _page_at(fetcher: DocumentFetcher, url: str, budget: Budget) -> Collection | None:
    try:
        fetched = await fetcher.fetch(url, budget=budget)
        return read_collection(fetched.document)
    except ActivityPubError:
        return None
