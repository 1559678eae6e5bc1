"""`meshwork demo`: an instance that shows what it is for, filled with an invented region.

`--second` makes its neighbour on another port, with a data folder of its own; both federate with
each other on one machine. Nothing here is needed to run a real instance.
"""

import argparse
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from server.cli.common import Commands, Failed, command, run_async
from server.cli.database import make_instance
from server.cli.demo.filling import fill
from server.cli.demo.neighbours import FIRST_HOST, follow_neighbours
from server.cli.demo.script import Script, load_script
from server.cli.dumping import has_tables, single_file
from server.cli.serving import serve_until_stopped
from server.features import FEATURES
from server.platform.clock import SetClock
from server.platform.instance import Instance
from server.platform.log import LogStyle, set_up_log
from server.platform.storage.engines import is_sqlite, sqlite_path
from server.privacy.erasures import list_of
from server.settings import PREFIX, Settings, load

_PASSWORD: Final = "welcome-to-the-demo"  # noqa: S105 - printed for everybody who tries it
_HERE: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_SHOWN: Final = ("admin", "coordinator", "employer", "mentor", "talent")


def register(commands: Commands) -> None:
    """Add the command."""
    parser = command(
        commands, "demo", demo,
        about="Make an instance with an invented region in ./data; a second run changes nothing.",
        examples="meshwork demo --serve\nmeshwork demo --second --serve   (in another terminal)\n"
        "meshwork demo --fresh            (begins anew)",
    )  # fmt: skip
    parser.add_argument("--serve", action="store_true", help="serve it, and say how to sign in")
    parser.add_argument(
        "--second", action="store_true", help="the neighbour: ./data-second, port 8081"
    )
    parser.add_argument(
        "--neighbour", default=FIRST_HOST, metavar="HOST",
        help=f"where the first one is served, for --second (default: {FIRST_HOST})",
    )  # fmt: skip
    parser.add_argument("--fresh", action="store_true", help="delete the demonstration first")
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)


@dataclass(frozen=True, slots=True)
class _Mark:
    """The file that says a data folder holds a demonstration, and whether it is complete."""

    path: Path
    complete: bool
    password: str

    def write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps({"complete": self.complete, "password": self.password})
        self.path.write_text(content, encoding="utf-8")
        self.path.chmod(0o600)


def demo(asked: argparse.Namespace) -> None:
    """Make the demonstration unless it is there, and serve it if asked."""
    settings = demo_settings(getattr(asked, "settings", None), second=asked.second)
    script = load_script("second" if asked.second else "first", size=asked.size)
    if asked.size is not None and asked.size < 0:
        raise Failed("--size must not be negative")
    mark = _mark_of(settings)
    if mark is not None and (asked.fresh or not mark.complete):
        _delete(settings, mark)
        mark = None
    if mark is None:
        mark = _made(settings, script)
        print(f"{script.cast['region']} is ready: {len(script.posts)} posts")
    else:
        print(f"{script.cast['region']} is there already; --fresh makes it anew")
    if asked.serve:
        _serve(settings, script, mark.password, asked.neighbour if asked.second else None)


def demo_settings(file: Path | None, *, second: bool) -> Settings:
    """Return the settings of a demonstration: its own, unless a file or the environment says so."""
    if file is not None or PREFIX + "SETTINGS" in os.environ:
        return load(file)
    return load(None, {**_defaults(second=second), **os.environ})


def _defaults(*, second: bool) -> Mapping[str, str]:
    folder, port, name = ("data-second", 8081, "Havnby") if second else ("data", 8080, "Lysmark")
    return {
        "MESHWORK_INSTANCE__BASE_URL": f"http://localhost:{port}",
        "MESHWORK_INSTANCE__NAME": name,
        "MESHWORK_INSTANCE__DESCRIPTION": "A demonstration with an invented region.",
        "MESHWORK_HTTP__LISTEN": f"127.0.0.1:{port}",
        "MESHWORK_DATABASE__URL": f"sqlite+aiosqlite:///{folder}/meshwork.sqlite",
        "MESHWORK_MEDIA__ROOT": f"{folder}/media",
        "MESHWORK_SECRETS__KEY_FILE": f"{folder}/instance.key",
        "MESHWORK_FEDERATION__ALLOWED_PRIVATE_NETWORKS": "127.0.0.0/8,::1/128",
    }


def _mark_of(settings: Settings) -> _Mark | None:
    path = _mark_path(settings)
    if path.exists():
        read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return _Mark(path, complete=bool(read["complete"]), password=str(read["password"]))
    url = settings.database.url
    if is_sqlite(url) and has_tables(sqlite_path(url)):
        raise Failed(f"{sqlite_path(url)} holds an instance that is no demonstration; leaving it")
    return None


def _mark_path(settings: Settings) -> Path:
    return settings.secrets.key_file.with_name("demo.json")


def _delete(settings: Settings, mark: _Mark) -> None:
    """Delete a demonstration, and nothing else that may lie in its folder."""
    if not is_sqlite(settings.database.url):
        raise Failed("a demonstration in PostgreSQL is deleted by dropping its database")
    database = sqlite_path(settings.database.url)
    if has_tables(database):
        single_file(database)
    shutil.rmtree(settings.media.root, ignore_errors=True)
    endings = ("", "-wal", "-shm")
    files = [database.with_name(database.name + ending) for ending in endings]
    for path in (*files, settings.secrets.key_file, list_of(settings), mark.path):
        path.unlink(missing_ok=True)


def _made(settings: Settings, script: Script) -> _Mark:
    host = settings.host.rpartition(":")[0] or settings.host
    password = _PASSWORD if host in _HERE else secrets.token_urlsafe(12)
    mark = _Mark(_mark_path(settings), complete=False, password=password)
    mark.write()
    run_async(_fill(settings, script, password))
    complete = _Mark(mark.path, complete=True, password=password)
    complete.write()
    return complete


async def _fill(settings: Settings, script: Script, password: str) -> None:
    await make_instance(settings)
    clock = SetClock()
    instance = Instance(settings, FEATURES, clock=clock)
    set_up_log(LogStyle("error", "console"), salt=instance.vault.mark("log", "salt").encode())
    async with instance.running(jobs=False):
        await fill(instance, clock, script, password)


def _serve(settings: Settings, script: Script, password: str, neighbour: str | None) -> None:
    async def once_up(instance: Instance) -> None:
        print(_how_to_sign_in(settings, script, password), flush=True)
        if neighbour is not None:
            print(await follow_neighbours(instance, script, neighbour), flush=True)

    run_async(serve_until_stopped(settings, settings.http.listen, once_up=once_up))


def _how_to_sign_in(settings: Settings, script: Script, password: str) -> str:
    logins = script.cast["logins"]
    by_role = {one["is"]: one for one in reversed(logins)}
    chosen = [by_role[role] for role in _SHOWN if role in by_role]
    return "\n".join(
        [
            "",
            f"  {script.cast['story']}",
            f"  Open     {settings.instance.base_url}",
            f"  Sign in  {settings.instance.base_url}/auth/sign_in",
            f"  Password {password}   (the same for everybody)",
            "",
            *(f"  {one['is']:<13}{one['email']:<30}@{one['acts_for'][0]}" for one in chosen),
            "",
            "  Stop with Ctrl-C.",
            "",
        ]
    )
