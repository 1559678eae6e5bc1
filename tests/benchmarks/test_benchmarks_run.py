"""That the benchmarks run; what they measure is nobody's assertion."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_smallest_benchmark_runs_and_says_what_it_measured(tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    ran = subprocess.run(
        [
            sys.executable, "-m", "tests.benchmarks", "--quick", "--only", "enqueue",
            "--database", "sqlite", "--json", str(result),
        ],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    told = json.loads(result.read_text())
    assert told["machine"]["Python"]
    [goal] = told["goals"]
    assert goal["name"] == "enqueue 1,000 deliveries"
    assert goal["value"] > 0
    assert "one transaction" in ran.stdout


@pytest.mark.slow
def test_an_unknown_benchmark_is_refused_with_the_list_of_those_there_are() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--only", "nothing"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip
    assert ran.returncode == 2
    assert "enqueue" in ran.stderr
