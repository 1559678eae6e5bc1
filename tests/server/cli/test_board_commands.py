"""`meshwork boards rebuild`: the index of the boards comes back from the posts."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from server.cli.postexamples import example_text
from tests.support.command_line import CommandLine, make_person

COUNT = "SELECT (SELECT count(*) FROM board_entry), (SELECT count(*) FROM board_mark) > 0"


def test_boards_are_indexed_anew(run: CommandLine, folder: Path):
    make_person(run, "ann")
    offer = folder / "post.json"
    offer.write_text(example_text("vacancy", datetime.now(UTC)))
    run.did("post", "create", "--handle", "ann", "--file", str(offer))
    with sqlite3.connect(folder / "meshwork.sqlite") as database:
        assert database.execute(COUNT).fetchone() == (1, 1)
        database.execute("DELETE FROM board_mark")
        database.execute("DELETE FROM board_entry")
    database.close()
    assert run.did("boards", "rebuild") == "The boards are indexed anew"
    with sqlite3.connect(folder / "meshwork.sqlite") as database:
        assert database.execute(COUNT).fetchone() == (1, 1)
    database.close()
