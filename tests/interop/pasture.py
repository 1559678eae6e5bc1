"""The inputs of Fediverse Pasture: objects as servers of every make write them, good and bad.

They come from PyPI by `install.sh`, without the package's dependencies: the one name that its data
modules import from them is a type, for which a plain class stands in.
"""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / ".cache" / "pasture"
THEIRS = "http://pasture-one-actor"


@dataclass(frozen=True, slots=True)
class PastureInput:
    """One example: what it changes of an ordinary Note."""

    name: str
    properties: dict[str, Any]


def pasture_inputs(base: str) -> list[PastureInput]:
    """Return every input with its server's address replaced by `base`, sorted by name."""
    if not FOLDER.is_dir():
        reason = "the inputs of Fediverse Pasture are missing: run tests/interop/install.sh"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return sorted(_read(base), key=lambda one: one.name)


def _read(base: str) -> Iterator[PastureInput]:
    for group, inputs in _available().items():
        for number, example in enumerate(inputs.examples):
            told = json.dumps(example).replace(THEIRS, base)
            yield PastureInput(f"{group} {number:02}", json.loads(told))


def _available() -> dict[str, Any]:
    entry = ModuleType("fediverse_pasture.runner.entry")
    entry.Entry = type("Entry", (), {})  # type: ignore[attr-defined]  # made here
    sys.modules.setdefault("fediverse_pasture", ModuleType("fediverse_pasture"))
    sys.modules.setdefault("fediverse_pasture.runner", ModuleType("fediverse_pasture.runner"))
    sys.modules.setdefault("fediverse_pasture.runner.entry", entry)
    sys.path.insert(0, str(FOLDER))
    try:
        available: dict[str, Any] = import_module("fediverse_pasture_inputs").available
    finally:
        sys.path.remove(str(FOLDER))
    return available
