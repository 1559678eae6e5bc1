"""Backup, erasure, restore: what comes back, what must not, and every refusal."""

import json
import os
import shutil
import sqlite3
import stat
import tarfile
import threading
import zipfile
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from server.cli import backup as backup_commands
from server.cli.dumping import dump_sqlite, require_room
from tests.support.command_line import CommandLine, make_person
from tests.support.pictures import picture


def _rows(folder: Path, statement: str) -> list[Any]:
    connection = sqlite3.connect(folder / "meshwork.sqlite")
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def _change(folder: Path, statement: str, *values: Any) -> None:
    connection = sqlite3.connect(folder / "meshwork.sqlite")
    with connection:
        connection.execute(statement, values)
    connection.close()


def _post(run: CommandLine, folder: Path, handle: str, *, with_picture: bool = False) -> str:
    document: dict[str, Any] = {"text": "Hello"}
    if with_picture:
        (folder / "sea.jpg").write_bytes(picture())
        document["media"] = [{"file": "sea.jpg", "description": "The sea"}]
    path = folder / "post.json"
    path.write_text(json.dumps(document))
    return run.did("post", "create", "--handle", handle, "--file", str(path))


def _media(folder: Path) -> set[str]:
    return {path.name for path in (folder / "media").glob("??/*")}


@pytest.fixture
def saved(run: CommandLine, folder: Path, tmp_path: Path) -> Path:
    """Return a backup of an instance with two people, two posts and a picture."""
    make_person(run, "ann")
    make_person(run, "bob", "mentor")
    _post(run, folder, "ann", with_picture=True)
    _post(run, folder, "bob")
    file = tmp_path / "backup.tar.gz"
    run.did("backup", str(file))
    return file


def test_a_backup_holds_database_and_pictures_but_not_the_key(saved: Path, folder: Path):
    with tarfile.open(saved) as tar:
        names = tar.getnames()
        content = b"".join(tar.extractfile(name).read() for name in names)
    assert names[0] == "manifest.json"
    assert names[1] == "database.sqlite"
    assert {name.removeprefix("media/") for name in names[2:-1]} == _media(folder)
    assert len(_media(folder)) == 2
    assert (folder / "instance.key").read_bytes().strip() not in content
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert [path.name for path in saved.parent.iterdir()].count(".backup.tar.gz.part") == 0


def test_a_backup_never_replaces_a_file(run: CommandLine, saved: Path):
    before = saved.read_bytes()
    assert "exists already" in run("backup", str(saved)).refusal
    assert saved.read_bytes() == before


def test_a_backup_into_no_folder_is_refused(run: CommandLine, tmp_path: Path):
    assert "cannot write" in run("backup", str(tmp_path / "none" / "b.tar")).refusal


def test_a_backup_is_refused_when_there_is_no_room(run: CommandLine, tmp_path: Path, monkeypatch):
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - the shape of shutil's answer
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 9 * 10**8, 6 * 10**7))
    require_room(tmp_path, 10**7)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 96 * 10**7, 4 * 10**7))
    assert "not enough room" in run("backup", str(tmp_path / "b.tar")).refusal
    assert not (tmp_path / "b.tar").exists()


def test_the_copy_of_a_database_in_use_is_one_moment_of_it(folder: Path, run, tmp_path: Path):
    """A writer goes on adding pairs; the copy never holds half of one."""
    source = folder / "meshwork.sqlite"
    writer = sqlite3.connect(source, isolation_level=None, check_same_thread=False)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE pair (n INTEGER, filler TEXT)")
    ended = threading.Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            writer.execute("BEGIN IMMEDIATE")
            for _ in range(2):
                writer.execute("INSERT INTO pair VALUES (?, ?)", (number, "x" * 3000))
            writer.execute("COMMIT")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for turn in range(5):
            target = tmp_path / f"copy{turn}"
            dump_sqlite(source, target, lambda _: None)
            copy = sqlite3.connect(target)
            odd = "SELECT count(*) FROM (SELECT n FROM pair GROUP BY n HAVING count(*) <> 2)"
            assert copy.execute(odd).fetchone() == (0,)
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            copy.close()
    finally:
        ended.set()
        thread.join()
        writer.close()


def test_a_restored_instance_is_as_it_was(run: CommandLine, saved: Path, folder: Path):
    before, pictures = run.did("person", "list"), _media(folder)
    posts = _rows(folder, "SELECT id, source FROM post ORDER BY id")
    key = (folder / "instance.key").read_text()
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "instance.key").write_text(key)
    said = run.did("restore", str(saved))
    assert "2 people, 2 posts" in said
    assert run.did("person", "list") == before
    assert _rows(folder, "SELECT id, source FROM post ORDER BY id") == posts
    assert _media(folder) == pictures
    assert not list(folder.glob("*.restoring*"))


def test_the_erased_stay_erased_after_a_restore(run: CommandLine, saved: Path, folder: Path):
    pictures = _media(folder)
    assert "Erased." in run.did("erase", "ann", "--yes")
    said = run.did("restore", str(saved), "--force")
    assert "Erased again: 1 of 1" in said
    listed = run.did("person", "list")
    assert "ann" not in listed
    assert "bob" in listed
    assert _rows(folder, "SELECT count(*) FROM post") == [(1,)]
    # The pictures that came back with the backup are deleted by the first job of the server.
    jobs = _rows(folder, "SELECT payload FROM job WHERE kind = 'media.delete_files'")
    assert {name for row in jobs for name in json.loads(row[0])["names"]} == pictures


def test_what_waited_to_be_delivered_is_not_sent_again(run: CommandLine, saved: Path, folder: Path):
    assert _rows(folder, "SELECT count(*) FROM job WHERE kind = 'fan_out'")[0][0] >= 1
    said = run.did("restore", str(saved), "--force")
    assert "Not sent again: " in said
    assert "Not sent again: 0" not in said
    assert _rows(folder, "SELECT count(*) FROM job WHERE kind IN ('fan_out', 'deliver')") == [(0,)]


@pytest.mark.parametrize("kind", ["Delete", "Undo"])
def test_what_takes_something_back_is_sent_again(
    run: CommandLine, saved: Path, folder: Path, tmp_path: Path, kind: str
):
    _change(folder, "UPDATE outgoing_activity SET activity_type = ?", kind)
    waiting = _rows(folder, "SELECT count(*) FROM job WHERE kind = 'fan_out'")
    file = tmp_path / "again.tar"
    run.did("backup", str(file))
    assert "Not sent again: 0" in run.did("restore", str(file), "--force")
    assert _rows(folder, "SELECT count(*) FROM job WHERE kind = 'fan_out'") == waiting


def test_tokens_do_not_come_back(run: CommandLine, folder: Path, tmp_path: Path):
    make_person(run, "ann")
    run.did("token", "create", "--handle", "ann")
    run.did("backup", str(tmp_path / "b.tar"))
    run.did("restore", str(tmp_path / "b.tar"), "--force")
    assert _rows(folder, "SELECT count(*) FROM oauth_token WHERE revoked_at IS NULL") == [(0,)]


def test_pictures_from_after_the_backup_go(run: CommandLine, saved: Path, folder: Path):
    before = _media(folder)
    _post(run, folder, "bob", with_picture=True)
    assert _media(folder) > before
    run.did("restore", str(saved), "--force")
    assert _media(folder) == before


def test_an_instance_that_is_there_is_not_replaced_without_force(
    run: CommandLine, saved: Path, folder: Path
):
    make_person(run, "carol")
    assert "--force replaces it" in run("restore", str(saved)).refusal
    assert "carol" in run.did("person", "list")


def test_a_database_in_use_is_not_replaced(run: CommandLine, saved: Path, folder: Path):
    server = sqlite3.connect(folder / "meshwork.sqlite")
    server.execute("PRAGMA journal_mode=WAL")
    server.execute("SELECT count(*) FROM post").fetchone()
    assert "stop the server" in run("restore", str(saved), "--force").refusal
    server.close()
    assert "Restored" in run.did("restore", str(saved), "--force")


def test_a_backup_without_its_key_is_refused(run: CommandLine, saved: Path, folder: Path):
    key = folder / "instance.key"
    key.rename(folder / "away")
    assert "put the instance key back first" in run("restore", str(saved), "--force").refusal
    assert not key.exists()
    key.write_text("cd" * 32)
    assert "another instance key" in run("restore", str(saved), "--force").refusal
    shutil.copy(folder / "away", key)
    assert "bob" in run.did("person", "list")


def test_a_backup_of_another_instance_is_refused(run: CommandLine, saved: Path):
    run.environment["MESHWORK_INSTANCE__BASE_URL"] = "https://other.example"
    assert "the backup is of https://ours.example" in run("restore", str(saved)).refusal


def test_a_backup_of_the_other_database_is_refused(run: CommandLine, saved: Path):
    run.environment["MESHWORK_DATABASE__URL"] = "postgresql+asyncpg://nobody@127.0.0.1:1/none"
    assert "is of a sqlite database" in run("restore", str(saved)).refusal


def _shortened(file: Path, target: Path) -> None:
    target.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _changed_database(file: Path, target: Path) -> None:
    _rewritten(file, target, lambda name, raw: raw[:-1] + b"x" if name.endswith("sqlite") else raw)


def _without_a_picture(file: Path, target: Path) -> None:
    dropped: list[str] = []

    def keep(name: str, raw: bytes) -> bytes | None:
        if name.startswith("media/") and not dropped:
            dropped.append(name)
            return None
        return raw

    _rewritten(file, target, keep)


def _newer(file: Path, target: Path) -> None:
    _rewritten(
        file, target,
        lambda name, raw: raw.replace(b'"format": 1', b'"format": 9') if "manif" in name else raw,
    )  # fmt: skip


def _rewritten(file: Path, target: Path, change: Any) -> None:
    with tarfile.open(file) as old, tarfile.open(target, "w") as new:
        for entry in old.getmembers():
            raw = change(entry.name, old.extractfile(entry).read())
            if raw is not None:
                entry.size = len(raw)
                import io

                new.addfile(entry, io.BytesIO(raw))


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (_shortened, "damaged"),
        (_changed_database, "damaged"),
        (_without_a_picture, "damaged"),
        (_newer, "another version"),
        (lambda _, target: target.write_bytes(b"no tar at all" * 100), "damaged"),
    ],
)
def test_a_damaged_backup_changes_nothing(
    run: CommandLine, saved: Path, folder: Path, tmp_path: Path, damage: Any, why: str
):
    damage(saved, tmp_path / "damaged.tar")
    make_person(run, "carol")
    assert why in run("restore", str(tmp_path / "damaged.tar"), "--force").refusal
    assert "carol" in run.did("person", "list")
    assert not list(folder.glob("*.restoring*"))


def test_a_name_that_leads_elsewhere_is_never_written(run, saved: Path, tmp_path: Path):
    with tarfile.open(saved) as old, tarfile.open(tmp_path / "bad.tar", "w") as new:
        for entry in old.getmembers():
            raw = old.extractfile(entry)
            if entry.name.startswith("media/"):
                entry.name = "media/../../escaped.jpg"
            new.addfile(entry, raw)
    refusal = run("restore", str(tmp_path / "bad.tar"), "--force").refusal
    assert "damaged" in refusal
    assert not list(tmp_path.rglob("escaped.jpg"))


def test_no_such_backup_is_one_line(run: CommandLine, tmp_path: Path):
    assert "no such file" in run("restore", str(tmp_path / "none.tar")).refusal


def test_a_damaged_list_of_erasures_stops_the_restore(run: CommandLine, saved: Path, folder: Path):
    (folder / "erasures.jsonl").write_text("nonsense\n")
    assert "line 1 of" in run("restore", str(saved), "--force").refusal


def test_a_line_that_was_cut_off_was_never_confirmed(run: CommandLine, saved: Path, folder: Path):
    run.did("erase", "bob", "--yes")
    with (folder / "erasures.jsonl").open("a") as file:
        file.write('{"person": "12')
    assert "Erased again: 1 of 1" in run.did("restore", str(saved), "--force")


def test_an_interrupted_restore_leaves_the_old_instance(
    run: CommandLine, saved: Path, folder: Path, monkeypatch
):
    make_person(run, "carol")

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(backup_commands, "_remove_logs", interrupted)
    assert run("restore", str(saved), "--force").code == 130
    monkeypatch.undo()
    assert "carol" in run.did("person", "list")


def test_erasing_lists_the_effects_and_asks(run: CommandLine, saved: Path, folder: Path):
    ran = run("erase", "ann")
    assert "1 posts with their pictures go" in ran.out
    assert ran.refusal == "nothing was erased; confirm with --yes"
    assert "ann" in run.did("person", "list")
    assert not (folder / "erasures.jsonl").exists()


def test_the_list_of_erasures_names_nobody(run: CommandLine, saved: Path, folder: Path):
    run.did("erase", "ann", "--yes")
    path = folder / "erasures.jsonl"
    assert "ann" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "nobody here" in run("erase", "ann", "--yes").refusal


def test_a_person_is_exported_into_a_private_file(run: CommandLine, saved: Path, tmp_path: Path):
    file = tmp_path / "ann.zip"
    assert "posts" in run.did("export", "ann", str(file))
    with zipfile.ZipFile(file) as archive:
        assert "README.txt" in archive.namelist()
        assert "Hello" in archive.read("data.json").decode() or any(
            "Hello" in archive.read(name).decode(errors="replace") for name in archive.namelist()
        )
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "exists already" in run("export", "ann", str(file)).refusal
    assert "nobody here" in run("export", "zoe", str(tmp_path / "zoe.zip")).refusal
    assert not (tmp_path / "zoe.zip").exists()


def test_a_folder_that_may_not_be_written_is_one_line(run: CommandLine, saved, tmp_path: Path):
    if os.geteuid() == 0:
        locked = Path("/proc/nowhere.zip")
    else:
        (tmp_path / "locked").mkdir(mode=0o500)
        locked = tmp_path / "locked" / "ann.zip"
    assert "cannot write" in run("export", "ann", str(locked)).refusal
