"""What every table is made of: the declarative base, the naming of constraints, column types."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, TypeDecorator
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class _SqliteMoment(sqlite.DATETIME):
    """SQLite's own text of a moment, written by the standard library, which is much faster."""

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:
        """Write `2026-11-23 12:00:00.000000`, as SQLAlchemy does."""
        del dialect
        return lambda value: None if value is None else value.isoformat(" ", "microseconds")

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], datetime | None]:
        """Read it back, aware of its zone."""
        del dialect, coltype
        read = datetime.fromisoformat
        return lambda text: None if text is None else read(text + "+00:00")


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC, on both databases; naive values are refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:  # noqa: ANN401 - SQLAlchemy's type
        """Use a time-zone aware column where the database has one."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(_SqliteMoment())  # type: ignore[no-untyped-call] # SQLAlchemy's
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC; SQLite has no time zones, so they are taken off there."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must be aware of its time zone")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back as aware UTC."""
        del dialect
        if value is None or value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# On SQLite only `INTEGER PRIMARY KEY` is the row's own address; BIGINT would need a second index.
BigId = BigInteger().with_variant(Integer(), "sqlite")
# Not JSONB: it forgets the order of keys, and the first language of a content map is its main one.
Json = JSON()

Id = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=False)]
When = Annotated[datetime, mapped_column(Moment())]
JsonObject = Mapping[str, Any]


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Moment(), int: BigId}  # noqa: RUF012 - SQLAlchemy's form
