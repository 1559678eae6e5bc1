"""Collections and their pages, read. Ours are built in `building.collections`."""

from collections.abc import Mapping
from dataclasses import dataclass

from activitypub.documents.jsonbytes import JsonObject
from activitypub.documents.names import COLLECTION_TYPES, MAX_ITEMS, PAGE_TYPES
from activitypub.documents.origin import require_own_id
from activitypub.documents.reading import as_object, id_of, integer_of, members, type_of
from activitypub.documents.urls import is_web_url
from activitypub.errors import DocumentError

Item = str | JsonObject
"""A member of a collection: its id, or the object itself, which is not to be believed as such."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection or one page of it.

    `items` are those that stand in this very document, at most 1,000. `first` is the id of the
    first page; `first_page` is that page when it is embedded. A collection without `first` and
    `items` hides its members.
    """

    id: str
    type: str
    total_items: int | None
    items: tuple[Item, ...]
    first: str | None
    first_page: JsonObject | None
    last: str | None
    next: str | None
    previous: str | None
    part_of: str | None
    owner: str | None

    @property
    def is_page(self) -> bool:
        """Whether this is a page of another collection."""
        return self.type in PAGE_TYPES

    @property
    def is_hidden(self) -> bool:
        """Whether the members are kept back."""
        return not self.is_page and not self.items and not self.first and not self.first_page


def read_collection(document: Mapping[str, object], *, limit: int = MAX_ITEMS) -> Collection:
    """Read a collection or a page, with at most `limit` items.

    An embedded page without an id takes the id of its collection (`partOf`). Raises DocumentError
    when the document is no collection or has neither id nor `partOf`.
    """
    kind = type_of(document, COLLECTION_TYPES | PAGE_TYPES)
    if kind is None:
        raise DocumentError("the document is not a collection")
    part_of = id_of(document.get("partOf"))
    identifier = id_of(document.get("id")) or part_of or require_own_id(document)
    return Collection(
        id=identifier,
        type=kind,
        total_items=integer_of(document.get("totalItems")),
        items=_items(document, limit=limit),
        first=id_of(document.get("first")),
        first_page=as_object(document.get("first")),
        last=id_of(document.get("last")),
        next=id_of(document.get("next")),
        previous=id_of(document.get("prev")),
        part_of=part_of,
        owner=id_of(document.get("attributedTo")),
    )


def _items(document: Mapping[str, object], *, limit: int) -> tuple[Item, ...]:
    """`orderedItems` where there are any, else `items`; servers mix the two up."""
    raw = document.get("orderedItems")
    if raw is None:
        raw = document.get("items")
    return tuple(
        member
        for member in members(raw, limit=limit)
        if isinstance(member, dict) or (isinstance(member, str) and is_web_url(member))
    )


def item_id(item: Item) -> str | None:
    """Return the id of a member, whether it is given as an id or as an object."""
    return id_of(item)
