"""`meshwork vocabulary import|list|search`."""

from pathlib import Path

import pytest

from tests.support.command_line import CommandLine, environment_for
from tests.support.esco import BREAD, put_zip, small_distribution


@pytest.fixture
def meshwork(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    run = CommandLine(capsys, environment_for(tmp_path))
    run.did("init")
    return run


def test_import_list_and_search(meshwork: CommandLine, tmp_path: Path) -> None:
    assert "not imported" in meshwork.did("vocabulary", "list")
    path = put_zip(tmp_path / "esco.zip", small_distribution())
    said = meshwork.did("vocabulary", "import", str(path))
    assert said == "Loaded esco.zip (en, es, nl): 3 occupations, 3 skills, 3 links."
    listed = meshwork.did("vocabulary", "list")
    assert "esco_occupation  3" in listed
    assert "esco.zip (en, es, nl)" in listed
    assert BREAD in meshwork.did("vocabulary", "search", "occupation", "brood", "--lang", "nl")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "/nowhere/esco.zip"), "no such file or folder"),
        (("search", "zodiac", "leo"), "no vocabulary is called 'zodiac'"),
        (("search", "isco", "qqqq"), "nothing found"),
    ],
)
def test_refusals_are_one_line(
    meshwork: CommandLine, arguments: tuple[str, ...], words: str
) -> None:
    ran = meshwork("vocabulary", *arguments)
    assert ran.code == 1
    assert words in ran.err
    assert ran.err.count("\n") == 1


def test_called_wrongly_it_exits_with_two(meshwork: CommandLine) -> None:
    assert meshwork("vocabulary").code == 2
    assert meshwork("vocabulary", "import").code == 2
    helped = meshwork("vocabulary", "import", "--help")
    assert helped.code == 0
    assert "a folder or a zip of CSV files" in helped.out
