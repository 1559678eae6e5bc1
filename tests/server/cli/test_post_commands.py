"""Posts from files: every kind, ordinary posts, refusals."""

import io
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from schemas import to_wire
from server.cli.postexamples import EXAMPLES, example_text
from tests.support.command_line import CommandLine, make_person
from tests.support.pictures import picture

NOW = datetime.now(UTC)


@pytest.fixture
def author(run: CommandLine) -> str:
    make_person(run, "ann")
    return "ann"


def _write(folder: Path, document: Any) -> str:
    path = folder / "post.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return str(path)


def _rows(folder: Path, statement: str) -> list[Any]:
    connection = sqlite3.connect(folder / "meshwork.sqlite")
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def _create(run: CommandLine, folder: Path, document: Any) -> str:
    return run.did("post", "create", "--handle", "ann", "--file", _write(folder, document))


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_every_example_is_published_as_it_is(
    run: CommandLine, author: str, folder: Path, kind: str
):
    printed = run.did("post", "example", kind)
    made = _create(run, folder, printed)
    assert made.isdecimal()
    stored = _rows(folder, f"SELECT kind, audience, language FROM post WHERE id = {made}")
    assert stored == [(None if kind == "ordinary" else kind, "public", "en")]


def test_a_post_is_read_from_standard_input(run: CommandLine, author: str, folder, monkeypatch):
    text = io.TextIOWrapper(io.BytesIO('{"text": "Hallo, één!"}'.encode()))
    monkeypatch.setattr("sys.stdin", text)
    made = run.did("post", "create", "--handle", author, "--file", "-")
    assert _rows(folder, f"SELECT source FROM post WHERE id = {made}") == [("Hallo, één!",)]


def test_fields_of_a_kind_may_stand_at_the_top(run: CommandLine, author: str, folder: Path):
    around = EXAMPLES["vacancy"](NOW)
    record = around.pop("record")
    made = _create(run, folder, around | record)
    assert _rows(folder, f"SELECT title FROM post WHERE id = {made}") == [("Baker's assistant",)]


def test_the_wire_form_is_read(run: CommandLine, author: str, folder: Path):
    record = EXAMPLES["tool"](NOW)["record"] | {"inLanguage": "en"}
    posting = to_wire("tool", record)
    for document in (posting, {"type": "Note", "svept:posting": posting}):
        made = _create(run, folder, document)
        assert _rows(folder, f"SELECT kind, title FROM post WHERE id = {made}") == [
            ("tool", "CV maker")
        ]


def test_pictures_beside_the_file_are_attached(run: CommandLine, author: str, folder: Path):
    (folder / "sea.jpg").write_bytes(picture())
    made = _create(
        run, folder, {"text": "Look", "media": [{"file": "sea.jpg", "description": "The sea"}]}
    )
    joined = "SELECT description, attached FROM media JOIN post_media ON media.id = media_id"
    assert _rows(folder, f"{joined} WHERE post_id = {made}") == [("The sea", 1)]


def test_a_poll_and_an_audience_are_taken(run: CommandLine, author: str, folder: Path):
    made = _create(
        run, folder,
        {"text": "When?", "visibility": "unlisted", "poll": {"options": ["1", "2"]}},
    )  # fmt: skip
    assert _rows(folder, f"SELECT audience FROM post WHERE id = {made}") == [("unlisted",)]
    assert _rows(folder, f"SELECT count(*) FROM poll WHERE post_id = {made}") == [(1,)]


def _without_title() -> dict[str, Any]:
    document = EXAMPLES["vacancy"](NOW)
    del document["record"]["title"]
    document["record"]["salary"]["maxCents"] = 1
    return document


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "one JSON object"),
        ("{}", "text: can't be blank"),
        ({"txt": "x"}, "'txt' is unknown in a post file; did you mean 'text'"),
        ({"text": 1}, "must be texts"),
        ({"text": "x", "audience": "everybody"}, "audience 'everybody' is unknown"),
        ({"text": "x", "language": 3}, "language must be a text"),
        ({"text": "x", "sensitive": "yes"}, "sensitive must be true or false"),
        ({"text": "x", "in_reply_to": 1.5}, "whole number"),
        ({"text": "x", "in_reply_to": 4}, "Record not found"),
        ({"text": "x", "poll": []}, "poll must be"),
        ({"text": "x", "poll": {"options": "ab"}}, "poll.options"),
        ({"text": "x", "poll": {"options": ["a", "b"], "ends": 1}}, "'ends' is unknown"),
        ({"text": "x", "poll": {"options": ["a"]}}, "poll: needs two to eight options"),
        ({"text": "x", "media": ["a.jpg"]}, "media must be a list"),
        ({"text": "x", "media": [{"file": "none.jpg"}]}, "cannot read"),
        ({"kind": "robot"}, "kind 'robot' is unknown"),
        ({"kind": "tool", "record": []}, "record must be an object"),
        ({"kind": "tool", "record": {}, "extra": 1}, "'extra' is unknown"),
        ({"svept:profile": "vacancy/9"}, "the posting cannot be read"),
        ({"svept:posting": 5}, "the posting cannot be read"),
        (_without_title(), "record/title: This field is required."),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(
    run: CommandLine, author: str, folder: Path, document: Any, why: str
):
    ran = run("post", "create", "--handle", author, "--file", _write(folder, document))
    assert why in ran.refusal
    assert ran.out == ""
    assert _rows(folder, "SELECT count(*) FROM post") == [(0,)]


def test_all_faults_of_a_record_are_named(run: CommandLine, author: str, folder: Path):
    path = _write(folder, _without_title())
    refusal = run("post", "create", "--handle", author, "--file", path).refusal
    assert "record/title" in refusal
    assert "record/salary/maxCents" in refusal


def test_a_missing_file_and_a_missing_author_are_refused(run: CommandLine, folder: Path):
    absent = run("post", "create", "--handle", "bob", "--file", str(folder / "none.json"))
    assert "cannot read" in absent.refusal
    path = _write(folder, {"text": "x"})
    assert "nobody here" in run("post", "create", "--handle", "bob", "--file", path).refusal


def test_a_post_is_edited(run: CommandLine, author: str, folder: Path):
    made = _create(run, folder, {"text": "First"})
    edited = run.did("post", "edit", made, "--file", _write(folder, {"text": "Second"}))
    assert edited == f"Edited {made}"
    assert _rows(folder, f"SELECT source FROM post WHERE id = {made}") == [("Second",)]
    assert _rows(folder, "SELECT count(*) FROM post_revision") == [(2,)]


def test_a_post_keeps_its_kind(run: CommandLine, author: str, folder: Path):
    made = _create(run, folder, {"text": "First"})
    path = _write(folder, example_text("tool", NOW))
    assert "its kind cannot change" in run("post", "edit", made, "--file", path).refusal


def test_a_vacancy_is_closed_and_opened_again(run: CommandLine, author: str, folder: Path):
    made = _create(run, folder, example_text("vacancy", NOW))
    assert run.did("post", "close", made) == f"{made} is filled"
    assert run.did("post", "close", made, "--state", "open") == f"{made} is open"
    ordinary = _create(run, folder, {"text": "x"})
    assert "Only posts of a kind" in run("post", "close", ordinary).refusal


def test_a_post_is_deleted_once(run: CommandLine, author: str, folder: Path):
    made = _create(run, folder, {"text": "x"})
    assert run.did("post", "delete", made, "--handle", "ann") == f"Deleted {made}"
    assert run("post", "delete", made).refusal == f"there is no post {made} of this instance"


def test_only_the_named_author_is_meant(run: CommandLine, author: str, folder: Path):
    make_person(run, "bob")
    made = _create(run, folder, {"text": "x"})
    assert "did not write" in run("post", "delete", made, "--handle", "bob").refusal
    assert "is not the id of a post" in run("post", "delete", "abc").refusal
    assert _rows(folder, "SELECT count(*) FROM post") == [(1,)]
