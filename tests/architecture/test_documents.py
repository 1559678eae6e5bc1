"""What is written for people is true: commands exist, links lead somewhere, locks name no place."""

import argparse
import re
import shlex
from pathlib import Path

import pytest

from server.cli import build_parser

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "deploy").rglob("*.md"), *ROOT.glob("activitypub/*.md")]
)


def _choices(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _code_of(page: Path) -> list[str]:
    """Return the lines of code blocks and the pieces of inline code."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [
        *(line for block in blocks for line in block.splitlines()),
        *re.findall(r"`([^`\n]+)`", prose),
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_is_told_of_exists(page: Path):
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE)
    for line in _code_of(page):
        for told in re.findall(r"(?:^|\s)make ([a-z-]+)", line):
            assert told in targets, f"{page.name}: make {told}"
        found = re.search(r"(?:^|\s|/)meshwork ([a-z].*)$", line)
        if found is None or "…" in line.partition("meshwork")[0]:
            continue
        words = [
            word for word in shlex.split(found[1].rstrip("\\"), comments=True) if word[:1].islower()
        ]
        parser = build_parser()
        for word in words:
            known = _choices(parser)
            if not known:
                break
            assert word in known or not word.isalpha(), f"{page.name}: {line}"
            if word not in known:
                break
            parser = known[word]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_project_leads_somewhere(page: Path):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_locks_pin_versions_and_name_no_registry():
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text("utf-8").splitlines()
        pins = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
        assert pins
        for line in pins:
            assert "==" in line, f"{name}: {line}"
            assert "://" not in line, f"{name}: {line}"
    for lock in (ROOT / "tests").rglob("package-lock.json"):
        if "node_modules" not in lock.parts:
            assert '"resolved"' not in lock.read_text("utf-8"), lock


def test_every_page_for_operators_and_readers_is_there():
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "FEDERATION.md"):
        assert len((ROOT / name).read_text("utf-8").split()) > 100, name
