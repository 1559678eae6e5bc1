"""The house: imports point downward, files stay small, tables and routes explain themselves."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from server.features import FEATURES
from server.platform.feature import NOTHING
from server.platform.http.decorators import checked_routes
from server.platform.storage.base import Base

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def _sources() -> list[Path]:
    found = [p for top in ("server", "activitypub", "schemas") for p in (ROOT / top).rglob("*.py")]
    return [p for p in found if "versions" not in p.parts]


def test_imports_point_downward():
    ran = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("path", _sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_tells_one_idea(path: Path):
    text = path.read_text()
    tree = ast.parse(text)
    assert text.count("\n") <= LONGEST_FILE, f"{path} has grown crowded"
    assert ast.get_docstring(tree), f"{path} does not say what it is"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{path}:{node.name} is {length} lines long"


@pytest.mark.parametrize("path", _sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_cycle_is_dodged_and_nothing_is_left_unfinished(path: Path):
    found = re.search(
        r"\b(TYPE_CHECKING|NotImplementedError|TODO|FIXME|utcnow)\b", path.read_text()
    )
    assert found is None, f"{found} in {path}"


def test_every_table_says_whose_it_is_and_when_it_goes():
    for mapper in Base.registry.mappers:
        told = mapper.class_.__doc__ or ""
        assert len(told.split()) >= 8, f"{mapper.class_.__name__} does not explain itself"


def test_every_feature_answers_for_personal_data_and_the_wire():
    for feature in FEATURES:
        assert feature.personal_data is not None
        assert feature.activities is not None
        tables = (ROOT / "server" / feature.name / "model.py").exists()
        assert not tables or feature.personal_data != NOTHING, feature.name


def test_every_route_says_who_may_call_it():
    for feature in FEATURES:
        checked_routes(feature.routes)


def test_foreign_keys_are_indexed():
    for table in Base.metadata.tables.values():
        leading = {index.columns[0].name for index in table.indexes if len(index.columns)}
        leading |= {next(iter(table.primary_key.columns)).name} if table.primary_key else set()
        for constraint in table.constraints:
            columns = list(getattr(constraint, "columns", []))
            if constraint.__class__.__name__ == "UniqueConstraint" and columns:
                leading.add(columns[0].name)
        for column in table.columns:
            if column.foreign_keys and column.unique is not True:
                assert column.name in leading or column.primary_key, f"{table.name}.{column.name}"


def test_no_file_names_a_path_of_somebody_s_machine():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".html", ".yaml", ".json"} and path.exists():
            found = re.search(r"(?<![\w.])/(home|Users|root|work)/[a-z]+", path.read_text())
            assert found is None, f"{name}: {found}"
