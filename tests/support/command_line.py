"""Running commands as somebody at a terminal does, against an instance in a folder of its own."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.cli import main


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def refusal(self) -> str:
        """The one line that says why it did not work; fails for a command that worked."""
        assert self.code == 1, self
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("meshwork: "), self.err
        return lines[0].removeprefix("meshwork: ")


class CommandLine:
    """Runs `meshwork` with the settings of one instance."""

    def __init__(self, capture: pytest.CaptureFixture[str], environment: dict[str, str]) -> None:
        self._capture = capture
        self.environment = environment

    def __call__(self, *arguments: str) -> Ran:
        """Run a command and return how it ended."""
        self._capture.readouterr()
        with _environment(self.environment):
            try:
                code = main(arguments)
            except SystemExit as ended:  # argparse: called wrongly, or --help
                code = int(ended.code or 0)
        said = self._capture.readouterr()
        return Ran(code, said.out, said.err)

    def did(self, *arguments: str) -> str:
        """Run a command that has to work; return what it printed, without the last line end."""
        ran = self(*arguments)
        assert ran.code == 0, ran
        return ran.out.rstrip("\n")


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: value for name, value in os.environ.items() if name.startswith("MESHWORK_")}
    for name in before:
        del os.environ[name]
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            os.environ.pop(name, None)
        os.environ.update(before)


def environment_for(folder: Path, *, base_url: str = "https://ours.example") -> dict[str, str]:
    """Return the variables of an instance whose files lie in a folder."""
    return {
        "MESHWORK_INSTANCE__BASE_URL": base_url,
        "MESHWORK_DATABASE__URL": f"sqlite+aiosqlite:///{folder}/meshwork.sqlite",
        "MESHWORK_MEDIA__ROOT": f"{folder}/media",
        "MESHWORK_SECRETS__KEY_FILE": f"{folder}/instance.key",
        "MESHWORK_FEDERATION__ALLOWED_PRIVATE_NETWORKS": "127.0.0.0/8",
    }


def make_person(run: CommandLine, handle: str, kind: str = "employer", *more: Sequence[str]) -> int:
    """Make somebody without a login; return their id."""
    said = run.did("person", "create", "--handle", handle, "--kind", kind, *more)  # type: ignore[arg-type]  # texts
    return int(said.partition("id ")[2].partition(")")[0])
