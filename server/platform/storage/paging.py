"""Keyset paging of any statement: the bounds, order and limit that a `Page` asks for."""

from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute

from server.platform.http.paging import Page

Columns = TypeVarTuple("Columns")


def paged(
    statement: Select[*Columns],
    column: ColumnElement[int] | InstrumentedAttribute[int],
    page: Page,
) -> Select[*Columns]:
    """Return the statement bounded, ordered and limited by a time-sorted id column.

    With `min_id` the rows come oldest first; `page_of` turns them round.
    """
    if page.max_id is not None:
        statement = statement.where(column < page.max_id)
    if page.above is not None:
        statement = statement.where(column > page.above)
    return statement.order_by(column.asc() if page.ascends else column.desc()).limit(page.limit)
