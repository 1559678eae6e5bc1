"""Alembic's entry: runs the migrations on the connection it was given, in one transaction."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from server.platform.storage.base import Moment


def _render(kind: str, value: object, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column type by its name; everything else is Alembic's to write."""
    if kind == "type" and isinstance(value, Moment):
        autogen.imports.add("from server.platform.storage.base import Moment")
        return "Moment()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=True,
    compare_type=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
