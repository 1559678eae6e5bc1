"""The frame of all commands: help, exit codes, one line of refusal, settings."""

import argparse
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from server.cli import build_parser
from server.cli.settings import example_text
from server.settings import Settings, load
from tests.support.command_line import CommandLine, environment_for

ROOT = Path(__file__).parents[3]


def _leaves(parser: argparse.ArgumentParser, name: str = "") -> dict[str, argparse.ArgumentParser]:
    found = {}
    groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    for group in groups:
        for word, inner in group.choices.items():
            found |= _leaves(inner, f"{name} {word}".strip())
    return found or {name: parser}


def test_every_command_has_help_with_examples():
    commands = _leaves(build_parser())
    assert len(commands) >= 34
    for name, parser in commands.items():
        told = parser.format_help()
        assert "examples:" in told, name
        assert f"meshwork {name}" in told.partition("examples:")[2], name


def test_help_goes_to_standard_output_and_ends_with_0(run: CommandLine):
    ran = run("person", "create", "--help")
    assert ran.code == 0
    assert "--kind" in ran.out
    assert ran.err == ""


def test_a_wrong_call_ends_with_2_and_changes_nothing(run: CommandLine):
    assert run("person", "create").code == 2
    assert run("person", "create", "--kind", "robot").code == 2
    assert run("nonsense").code == 2
    assert run().code == 2


def test_the_module_is_the_command():
    ran = subprocess.run(
        [sys.executable, "-m", "server", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.startswith("meshwork ")


def test_a_missing_database_is_one_line(capsys, tmp_path: Path):
    run = CommandLine(capsys, environment_for(tmp_path))
    assert run("person", "list").refusal == "there is no database yet; run `meshwork init`"
    assert not (tmp_path / "meshwork.sqlite").exists()


def test_an_empty_database_is_one_line(capsys, tmp_path: Path):
    (tmp_path / "meshwork.sqlite").touch()
    run = CommandLine(capsys, environment_for(tmp_path))
    assert "meshwork init" in run("person", "list").refusal


def test_a_file_that_is_no_database_is_one_line(run: CommandLine, folder: Path):
    (folder / "meshwork.sqlite").write_bytes(b"this was never a database" * 100)
    assert "not a database" in run("person", "list").refusal


def test_another_address_than_the_one_it_was_made_with_is_refused(run: CommandLine):
    run.environment["MESHWORK_INSTANCE__BASE_URL"] = "https://other.example"
    assert "another base URL" in run("person", "list").refusal


def test_a_key_of_another_instance_is_refused(run: CommandLine, folder: Path):
    (folder / "instance.key").write_text("ab" * 32)
    assert "another instance key" in run("person", "list").refusal


def test_init_may_be_repeated(run: CommandLine, folder: Path):
    key = (folder / "instance.key").read_text()
    assert "https://ours.example" in run.did("init")
    assert (folder / "instance.key").read_text() == key
    assert run.did("migrate").startswith("The database has schema ")


def test_settings_are_shown_with_variable_and_meaning(run: CommandLine):
    said = run.did("settings", "show")
    assert "MESHWORK_INSTANCE__BASE_URL = https://ours.example" in said
    assert "The public address" in said


def test_the_database_password_is_not_shown(run: CommandLine):
    run.environment["MESHWORK_DATABASE__URL"] = "postgresql+asyncpg://me:hunter2@db.example/x"
    said = run.did("settings", "show")
    assert "hunter2" not in said
    assert "db.example/x" in said


def test_settings_are_checked(run: CommandLine):
    assert "open mode" in run.did("settings", "check")
    run.environment["MESHWORK_FEDERATION__MOD"] = "open"
    assert "did you mean 'federation.mode'" in run("settings", "check").refusal


def test_the_example_of_settings_is_the_defaults(run: CommandLine, tmp_path: Path):
    text = run.did("settings", "example") + "\n"
    assert text == example_text()
    known = {name for section in vars(type(Settings())).get("__slots__", ()) for name in [section]}
    lines = [line.removeprefix("# ") if " = " in line else line for line in text.splitlines()]
    document = tomllib.loads("\n".join(line for line in lines if not line.startswith("MESHWORK")))
    assert set(document) == known
    path = tmp_path / "all.toml"
    body = [line for line in lines if line.startswith("[") or (" = " in line and line[0] != "#")]
    path.write_text("\n".join(body), encoding="utf-8")
    assert load(path, {}) == Settings()


def test_the_settings_file_beside_the_guide_is_that_example():
    kept = (ROOT / "deploy" / "settings.example.toml").read_text(encoding="utf-8")
    assert kept == example_text()


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_long_running_commands_need_a_database(command: str, capsys, tmp_path: Path):
    run = CommandLine(capsys, environment_for(tmp_path))
    assert "meshwork init" in run(command).refusal
