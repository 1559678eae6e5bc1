"""The demonstration: complete and sound, filled once, begun anew when asked, served on request."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from server.cli.demo import demo_settings
from server.cli.demo.neighbours import follow_neighbours
from server.cli.demo.pictures import MOTIFS, SQUARE, picture
from server.cli.demo.script import age_of, dated, full_record, load_script
from server.posts.kinds import Kind
from server.posts.kinds.advising import advice
from server.posts.kinds.rules import errors_to_publish
from tests.support.command_line import CommandLine, environment_for

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SCRIPTS = ("first", "second")


@pytest.fixture
def demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give a command line whose demonstration lies in a folder of the test."""
    return CommandLine(capsys, environment_for(tmp_path, base_url="http://localhost:8080"))


def _rows(folder: Path, statement: str) -> list[Any]:
    connection = sqlite3.connect(folder / "meshwork.sqlite")
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def test_the_region_has_everybody_it_should():
    cast = load_script("first").cast
    kinds = Counter(person["kind"] for person in cast["people"])
    assert kinds["employer"] >= 5
    assert min(kinds["organisation"], kinds["mentor"], kinds["talent"]) >= 4
    roles = {role for login in cast["logins"] for role in login.get("roles", ())}
    assert roles == {"coach", "coordinator", "moderator", "admin"}


def test_the_region_posts_all_kinds_in_four_languages():
    script = load_script("first")
    assert len(script.posts) >= 60
    assert {post.get("kind") for post in script.posts} == {*map(str, Kind), None}
    by_handle = {person["handle"]: person for person in script.cast["people"]}
    languages = {post.get("lang") or by_handle[post["by"]]["language"] for post in script.posts}
    assert languages == {"en", "nl", "fr", "fi"}


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_picture_has_a_description_and_every_name_exists(name: str):
    script = load_script(name)
    handles = {person["handle"] for person in script.cast["people"]}
    keys = {post["key"] for post in script.posts}
    for post in script.posts:
        assert post["by"] in handles
        assert "picture" not in post or len(post["picture"]["alt"]) > 20
    for login in script.cast["logins"]:
        assert set(login["acts_for"]) <= handles
        assert login["email"].endswith(".example")
    for follower, followed in script.cast["follows"].items():
        assert {follower, *followed} <= handles
    for of_posts in script.doings.values():
        assert set(of_posts) <= keys
        assert {who for doers in of_posts.values() for who in doers} <= handles


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_record_may_be_published_and_needs_no_advice(name: str):
    script = load_script(name)
    authors = {person["handle"]: person for person in script.cast["people"]}
    for post in script.posts:
        if "kind" not in post:
            continue
        record = full_record(post, authors[post["by"]], "https://ours.example/people/1", NOW)
        record |= {
            "identifier": "urn:uuid:3bbd9642-d194-5c1d-85c5-df34ad2cd4f4",
            "state": "OPEN",
        }
        published = NOW - age_of(post["ago"])
        found = errors_to_publish(Kind(post["kind"]), record, published=published, now=published)
        assert found == [], post["key"]
        assert advice(Kind(post["kind"]), record) == [], post["key"]


def test_dates_are_written_from_today_on_the_clock_of_the_region():
    assert dated({"a": ["@+2d", "@-1d 08:30", "x"]}, NOW) == {
        "a": ["2026-11-25", "2026-11-22T08:30:00+01:00", "x"]
    }
    assert age_of("13d 9h").total_seconds() == 13 * 86400 + 9 * 3600
    with pytest.raises(ValueError, match="soon"):
        age_of("soon")


@pytest.mark.parametrize("motif", sorted(MOTIFS))
def test_a_pattern_is_a_picture_and_always_the_same(motif: str):
    drawn = picture(motif, "#336699", size=SQUARE, seed="a")
    assert drawn == picture(motif, "#336699", size=SQUARE, seed="a")
    import io

    with Image.open(io.BytesIO(drawn)) as image:
        assert image.size == SQUARE
        assert len(image.getcolors(10**6) or []) > 5


def test_it_is_filled_once(demo: CommandLine, tmp_path: Path):
    said = demo.did("demo", "--size", "16")
    assert said.endswith("Lysmark is ready: 16 posts")
    states = dict(_rows(tmp_path, "SELECT state, count(*) FROM post GROUP BY state"))
    assert states["filled"] == 1
    assert states["expired"] == 1
    assert states["open"] > 10
    assert _rows(tmp_path, "SELECT count(*) FROM person WHERE kind IS NOT NULL") == [(19,)]
    assert _rows(tmp_path, "SELECT count(*) FROM person WHERE avatar IS NOT NULL") == [(11,)]
    assert _rows(tmp_path, "SELECT count(*) FROM post_like")[0][0] > 10
    assert _rows(tmp_path, "SELECT count(*) FROM post WHERE boost_of_id IS NOT NULL")[0][0] > 3
    assert _rows(tmp_path, "SELECT count(*) FROM home_entry")[0][0] > 20
    before = _rows(tmp_path, "SELECT id, content FROM post ORDER BY id")
    key = (tmp_path / "instance.key").read_text()
    assert "is there already" in demo.did("demo")
    assert _rows(tmp_path, "SELECT id, content FROM post ORDER BY id") == before
    assert "is ready" in demo.did("demo", "--fresh", "--size", "1")
    assert (tmp_path / "instance.key").read_text() != key
    assert _rows(tmp_path, "SELECT count(*) FROM post WHERE boost_of_id IS NULL") == [(1,)]


def test_posts_lie_in_the_past_in_their_order(demo: CommandLine, tmp_path: Path):
    demo.did("demo", "--second", "--size", "9")
    moments = [row[0] for row in _rows(tmp_path, "SELECT published_at FROM post ORDER BY id")]
    assert moments == sorted(moments)
    assert moments[0] < moments[-1] < datetime.now(UTC).isoformat(" ")


def test_one_that_was_interrupted_is_begun_anew(demo: CommandLine, tmp_path: Path):
    demo.did("demo", "--second", "--size", "1")
    mark = tmp_path / "demo.json"
    mark.write_text(json.dumps(json.loads(mark.read_text()) | {"complete": False}))
    assert "is ready: 2 posts" in demo.did("demo", "--second", "--size", "2")


def test_a_real_instance_is_never_touched(demo: CommandLine, tmp_path: Path):
    demo.did("init")
    for more in ([], ["--fresh"]):
        assert "is no demonstration" in demo("demo", *more).refusal
    assert demo.did("person", "list").startswith("HANDLE")


def test_a_demonstration_that_is_served_is_not_deleted(demo: CommandLine, tmp_path: Path):
    demo.did("demo", "--second", "--size", "0")
    server = sqlite3.connect(tmp_path / "meshwork.sqlite")
    server.execute("PRAGMA journal_mode=WAL")
    server.execute("SELECT count(*) FROM post").fetchone()
    assert "stop the server" in demo("demo", "--second", "--fresh").refusal
    server.close()


def test_the_two_have_folders_ports_and_names_of_their_own(monkeypatch):
    for name in [name for name in os.environ if name.startswith("MESHWORK_")]:
        monkeypatch.delenv(name)
    first, second = (demo_settings(None, second=which) for which in (False, True))
    assert first.instance.base_url == "http://localhost:8080"
    assert second.instance.base_url == "http://localhost:8081"
    assert second.http.listen == "127.0.0.1:8081"
    assert second.secrets.key_file == Path("data-second/instance.key")
    assert {first.media.root, second.media.root} == {Path("data/media"), Path("data-second/media")}
    monkeypatch.setenv("MESHWORK_HTTP__LISTEN", "127.0.0.1:9000")
    assert demo_settings(None, second=True).http.listen == "127.0.0.1:9000"


def test_the_password_is_drawn_where_others_can_reach_it(demo: CommandLine, tmp_path: Path):
    demo.environment["MESHWORK_INSTANCE__BASE_URL"] = "https://demo.example"
    demo.did("demo", "--second", "--size", "0")
    kept = json.loads((tmp_path / "demo.json").read_text())["password"]
    assert kept != "welcome-to-the-demo"
    assert len(kept) >= 16


async def test_without_a_neighbour_the_second_says_how_to_have_one(instance: Any):
    said = await follow_neighbours(instance, load_script("second"), f"127.0.0.1:{_free()}")
    assert "Nobody was found" in said


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Served:
    """Demonstrations that are served by processes of their own; ended after the test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, name: str, *more: str) -> tuple[int, subprocess.Popen[str]]:
        port = _free()
        environment = {
            **os.environ,
            **environment_for(self._folder / name, base_url=f"http://localhost:{port}"),
            "MESHWORK_HTTP__LISTEN": f"127.0.0.1:{port}",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "server", "demo", "--serve", *more],
            env=environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.processes.append(process)
        return port, process

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    started = Served(tmp_path)
    yield started
    started.end()


def _until(process: subprocess.Popen[str], words: str) -> str:
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def _get(url: str) -> tuple[int, bytes]:
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - our own server
        return answer.status, answer.read()


def test_it_serves_says_how_to_sign_in_and_stops_when_told(served: Served):
    port, process = served.start("first", "--size", "3")
    said = _until(process, "Stop with")
    assert f"http://localhost:{port}/auth/sign_in" in said
    for word in ("welcome-to-the-demo", "admin", "employer", "mentor", "talent"):
        assert word in said
    status, page = _get(f"http://127.0.0.1:{port}/@duinzicht")
    assert status == 200
    assert b"Duinzicht" in page
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_the_second_follows_people_of_the_first(served: Served, tmp_path: Path, capsys):
    first_port, first = served.start("first", "--size", "0")
    _until(first, "Stop with")
    host = f"localhost:{first_port}"
    _, second = served.start("second", "--second", "--size", "0", "--neighbour", host)
    assert f"7 people of {host} are followed" in _until(second, host)
    accepted = "SELECT count(*) FROM follow JOIN actor ON actor.id = follower_id"
    wanted = f"{accepted} WHERE actor.host <> '' AND state = 'accepted'"
    assert _eventually(lambda: _rows(tmp_path / "first", wanted)[0][0] == 7)
    # A post made by a command while the server runs goes out, and arrives at the second.
    run = CommandLine(capsys, environment_for(tmp_path / "first", base_url=f"http://{host}"))
    post = tmp_path / "post.json"
    post.write_text(json.dumps({"text": "Hello over the bay"}))
    made = run.did("post", "create", "--handle", "lysmark", "--file", str(post))
    arrived = f"SELECT count(*) FROM post WHERE uri = 'http://{host}/posts/{made}'"
    assert _eventually(lambda: _rows(tmp_path / "second", arrived) == [(1,)])
    run.did("post", "delete", made)
    assert _eventually(lambda: _rows(tmp_path / "second", arrived) == [(0,)])


def _eventually(holds: Callable[[], bool]) -> bool:
    ends = time.monotonic() + 40
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(0.3)
    return False
