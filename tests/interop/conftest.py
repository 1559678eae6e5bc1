"""Interoperability tests share the journeys' databases."""

from tests.journeys.conftest import (
    new_database,
    on_sqlite,
    postgres_template,
    session,
    template,
)

__all__ = ["new_database", "on_sqlite", "postgres_template", "session", "template"]
