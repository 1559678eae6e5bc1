"""Two small statements that the changes of people share, the same on both databases."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Result
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.platform.storage.base import Base


def insert_once(session: Session, table: type[Base], values: Mapping[str, Any]) -> bool:
    """Insert a row unless its unique keys are taken; tell whether it was.

    Two transactions that do the same at once meet here instead of failing.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    inserted = session.execute(dialect.insert(table).values(dict(values)).on_conflict_do_nothing())
    return rows_changed(inserted) > 0


def rows_changed(result: Result[Any]) -> int:
    """Return how many rows a statement inserted, changed or deleted."""
    return int(getattr(result, "rowcount", 0))
