"""Rows whose time is over: one list of conditions deletes them, and tells beforehand how many.

Each room says in one function of a moment what would be too old then (`Old`); its job deletes by
that list, and the staff's preview counts by it (`Feature.too_old`), so that the two cannot differ.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, delete, func, select
from sqlalchemy.orm import Session

from server.platform.storage.base import Base

Old = tuple[type[Base], ColumnElement[bool]]
"""A table, and which of its rows are too old."""


def count_old(session: Session, found: Iterable[Old]) -> int:
    """Return how many rows are too old, a row of two conditions twice."""
    return sum(
        session.scalar(select(func.count()).select_from(table).where(which)) or 0
        for table, which in found
    )


def delete_old(session: Session, found: Iterable[Old]) -> int:
    """Delete the rows that are too old; return how many they were."""
    gone = 0
    for table, which in found:
        done: Any = session.execute(
            delete(table).where(which), execution_options={"synchronize_session": False}
        )
        gone += done.rowcount if isinstance(done, CursorResult) else 0
    return gone
