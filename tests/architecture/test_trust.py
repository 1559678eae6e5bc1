"""Who may do the dangerous things, read from the sources: there are few places, and they are named.

Types carry trust: only verification builds `Verified`, only cleaning builds `SafeHtml`, only the
guard's client opens connections. Decisions do no I/O, units of work do not await.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CATCH_ALL = {
    "server/platform/http/middleware.py",  # an answer for every request
    "server/platform/jobs/runner.py",  # an end for every job
    "server/platform/storage/runners.py",  # a result for every unit of work
}
CONNECTING = {
    "activitypub/fetching/client.py",
    "activitypub/fetching/guard.py",
    "activitypub/delivery/sending.py",
}
VAGUE = {"utils", "util", "helpers", "helper", "misc", "manager", "managers", "handler", "handlers"}
QUIETED = re.compile(r"#\s*(noqa|type:\s*ignore)(?P<code>[:\[][^#\]]*?\]?)?(?P<why>\s.*)?$")


def _sources(*tops: str) -> list[Path]:
    found = [path for top in tops for path in (ROOT / top).rglob("*.py")]
    return sorted(path for path in found if "versions" not in path.parts)


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


ALL = _sources("server", "activitypub", "schemas")


def _trees(*tops: str) -> Iterator[tuple[str, ast.Module]]:
    for path in _sources(*tops):
        yield _named(path), ast.parse(path.read_text("utf-8"))


def _called(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_only_a_few_named_places_catch_everything():
    found = set()
    for name, tree in _trees("server", "activitypub", "schemas"):
        for node in ast.walk(tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = ast.unparse(node.type) if node.type else "everything"
            ends_in_raise = any(isinstance(one, ast.Raise) for one in ast.walk(node))
            if caught in {"everything", "Exception", "BaseException"} and not ends_in_raise:
                found.add(name)
    assert found <= CATCH_ALL


def test_only_the_guards_client_opens_connections():
    opening = {
        "aiohttp.ClientSession",
        "ClientSession",
        "socket.socket",
        "socket.create_connection",
    }
    for name, tree in _trees("server", "activitypub", "schemas"):
        if name in CONNECTING:
            continue
        assert not opening & set(_called(tree)), name
        assert not {"requests", "urllib.request", "http.client", "httpx"} & set(_imported(tree)), (
            name
        )


def test_trust_is_given_in_one_place_each():
    givers: dict[str, set[str]] = {"Verified": set(), "SafeHtml": set()}
    for name, tree in _trees("server", "activitypub"):
        for called in _called(tree):
            bare = called.split("[")[0].rpartition(".")[2]
            if bare in givers:
                givers[bare].add(name)
    assert givers["Verified"] <= {"activitypub/receiving/verified.py"}
    assert givers["SafeHtml"] <= {"server/platform/text.py", "server/platform/linkify.py"}


def test_decisions_do_no_io():
    for name, tree in _trees("server"):
        if name.endswith("/rules.py"):
            imported = {module.partition(".")[0] for module in _imported(tree)}
            assert not imported & {"aiohttp", "sqlalchemy", "asyncio", "socket"}, name


def test_a_unit_of_work_cannot_await():
    for name, tree in _trees("server"):
        for node in ast.walk(tree):
            if isinstance(node, ast.AsyncFunctionDef) and node.args.args:
                first = node.args.args[0].annotation
                kind = ast.unparse(first) if first is not None else ""
                assert kind not in {"Work", "Reading"}, f"{name}: {node.name}"


@pytest.mark.parametrize("path", ALL, ids=_named)
def test_a_check_is_switched_off_only_with_a_reason_beside_it(path: Path):
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        found = QUIETED.search(line)
        if found is not None:
            assert found["code"], f"{path}:{number} switches everything off"
            rest = line[found.start() :].replace("—", "-").split("#", 2)[1:]
            said = " ".join(rest).partition("-")[2] if len(rest) == 1 else rest[1]
            assert len(said.split()) >= 1, f"{path}:{number} does not say why"


def test_files_are_called_after_what_they_hold():
    for path in ALL:
        assert path.stem not in VAGUE, path
