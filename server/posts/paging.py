"""Keyset paging of statements: the one way in which lists of posts are cut into pages."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute

from server.platform.http.paging import Page

Columns = TypeVar("Columns", bound="Select[*tuple[Any, ...]]")


def paged(
    statement: Columns, column: InstrumentedAttribute[int] | ColumnElement[int], page: Page
) -> Columns:
    """Return the statement cut to a page by an id column.

    With `min_id` the rows come oldest first, as they are wanted directly above it; `page_of` in
    `platform.http.paging` turns them round.
    """
    if page.max_id is not None:
        statement = statement.where(column < page.max_id)
    if page.above is not None:
        statement = statement.where(column > page.above)
    order = column.asc() if page.ascends else column.desc()
    return statement.order_by(order).limit(page.limit)
