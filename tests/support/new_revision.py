"""Write a migration from the difference between the models and the migrations so far.

Run as `python -m tests.support.new_revision "what changes"`; read and correct what it wrote.
"""

import sys
import tempfile
from pathlib import Path

from sqlalchemy import create_engine

from server.features import FEATURES  # noqa: F401 - loads every table
from server.platform.storage import migrate


def main() -> int:
    """Upgrade an empty SQLite file to the newest migration and write what is missing."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'revision.sqlite'}")
        with engine.begin() as connection:
            if migrate.newest() is not None:
                migrate._upgrade(connection)
            migrate.write_revision(connection, sys.argv[1])
        engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
