"""Collections and pages of ours: outboxes, followers, featured posts, threads."""

from collections.abc import Sequence

from activitypub.documents.building.parts import pruned
from activitypub.documents.collection import Item
from activitypub.documents.context import with_context, without_context
from activitypub.documents.jsonbytes import JsonObject

_ORDERED = "OrderedCollection"


def collection_of(
    identifier: str,
    *,
    first: str,
    total_items: int | None = None,
    last: str | None = None,
    owner: str | None = None,
) -> JsonObject:
    """Build an ordered collection whose members stand on pages, newest first."""
    properties = {
        "id": identifier,
        "type": _ORDERED,
        "attributedTo": owner,
        "totalItems": total_items,
        "first": first,
        "last": last,
    }
    return with_context(pruned(properties))


def hidden_collection_of(identifier: str) -> JsonObject:
    """Build a collection that says neither who is in it nor how many.

    Mastodon takes a collection without `first` as hidden.
    """
    return with_context({"id": identifier, "type": _ORDERED})


def listing_of(identifier: str, items: Sequence[Item], *, owner: str | None = None) -> JsonObject:
    """Build a collection with all its members in it, for short ones such as featured posts."""
    return with_context(
        {
            **pruned({"id": identifier, "type": _ORDERED, "attributedTo": owner}),
            "totalItems": len(items),
            "orderedItems": _embedded(items),
        }
    )


def page_of(
    identifier: str,
    *,
    part_of: str,
    items: Sequence[Item],
    following: str | None = None,
    previous: str | None = None,
) -> JsonObject:
    """Build one page of a collection; `following` is the next one, absent on the last."""
    return with_context(
        {
            "id": identifier,
            "type": f"{_ORDERED}Page",
            "partOf": part_of,
            **pruned({"next": following, "prev": previous}),
            # The one array that may be empty: a page without it would not be a page.
            "orderedItems": _embedded(items),
        }
    )


def _embedded(items: Sequence[Item]) -> list[object]:
    return [without_context(item) if isinstance(item, dict) else item for item in items]
