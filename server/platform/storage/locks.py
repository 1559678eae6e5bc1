"""Letting changes of one kind follow each other where the database would run them together.

On SQLite all changes follow each other anyway. On PostgreSQL two requests of one person may run at
the same moment, and "is it there already? then not again" would be asked by both before either
has written.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def one_at_a_time(session: Session, key: int) -> None:
    """Wait until no other transaction holds this key; it is held until this one ends.

    The key is an id, most often that of the person who acts. Transactions that wait for each
    other in a circle are ended by PostgreSQL and run again.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(key)))
