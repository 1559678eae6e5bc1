"""An instance made by `meshwork init`, and commands against it."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine, environment_for


@pytest.fixture(autouse=True)
def quiet_log_afterwards() -> Iterator[None]:
    """Take the handler of a command's log away: it writes to a stream that the test has closed."""
    yield
    root = logging.getLogger()
    for handler in list(root.handlers):
        if getattr(handler, "is_meshwork", False):
            root.removeHandler(handler)
    root.setLevel(logging.WARNING)


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an instance after `init`; each test gets a copy."""
    import os

    from server.cli import main

    folder = tmp_path_factory.mktemp("made")
    environment = environment_for(folder)
    os.environ.update(environment)
    try:
        assert main(["init"]) == 0
    finally:
        for name in environment:
            del os.environ[name]
    return folder


@pytest.fixture
def run(made_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give a command line for an instance that is made and empty."""
    folder = tmp_path / "instance"
    shutil.copytree(made_folder, folder)
    return CommandLine(capsys, environment_for(folder))


@pytest.fixture
def folder(run: CommandLine, tmp_path: Path) -> Path:
    """Return the folder of the instance that `run` works on."""
    return tmp_path / "instance"
