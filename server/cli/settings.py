"""`meshwork settings`: what can be set, what is set, and whether it fits together."""

import argparse
import json
import typing
from dataclasses import fields, is_dataclass

from server.cli.common import Commands, command, settings_of
from server.settings import PREFIX, Settings

_SECRET = ("url",)


def register(commands: Commands) -> None:
    """Add the commands."""
    parser = commands.add_parser("settings", help="Show or check the settings.")
    group = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    command(
        group, "show", show,
        about="Show every setting: its environment variable, its value and what it means.",
        examples="meshwork settings show\nmeshwork settings show --settings meshwork.toml",
    )  # fmt: skip
    command(
        group, "check", check,
        about="Read the settings and say whether they are right; changes nothing.",
        examples="meshwork settings check",
    )  # fmt: skip

    command(
        group, "example", example,
        about="Print a settings file with every setting, its meaning and its default.",
        examples="meshwork settings example > meshwork.toml",
    )  # fmt: skip


def show(asked: argparse.Namespace) -> None:
    """Print every setting."""
    for name, value, told in listed(settings_of(asked)):
        print(f"{name} = {value}\n    {told}")


def check(asked: argparse.Namespace) -> None:
    """Read the settings; an error is printed by the caller."""
    settings = settings_of(asked)
    print(f"The settings are right: {settings.instance.base_url}, {settings.federation.mode} mode")


def example(asked: argparse.Namespace) -> None:
    """Print a settings file in which everything is commented out."""
    del asked
    print(example_text(), end="")


def example_text() -> str:
    """Return the settings file that `deploy/settings.example.toml` is a copy of."""
    lines = [
        "# Settings of Meshwork. What is commented out has the value shown.",
        "# Each is overridden by an environment variable, such as",
        "# MESHWORK_INSTANCE__BASE_URL for base_url in [instance].",
    ]
    defaults = Settings()
    for section in fields(defaults):
        values = getattr(defaults, section.name)
        lines += ["", f"# {type(values).__doc__}", f"[{section.name}]"]
        for one in fields(values):
            value = getattr(values, one.name)
            lines += [f"# {one.metadata.get('help', '')}", f"# {one.name} = {_as_toml(value)}"]
    return "\n".join(lines) + "\n"


def _as_toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_as_toml(str(part)) for part in value) + "]"
    return json.dumps("" if value is None else str(value), ensure_ascii=False)


def listed(settings: Settings) -> typing.Iterator[tuple[str, str, str]]:
    """Return every setting as variable, value and meaning; passwords and keys are hidden."""
    for section in fields(settings):
        values = getattr(settings, section.name)
        if not is_dataclass(values):
            continue
        for one in fields(values):
            variable = f"{PREFIX}{section.name}__{one.name}".upper()
            value = _shown(getattr(values, one.name), one.name)
            yield variable, value, str(one.metadata.get("help", ""))


def _shown(value: object, name: str) -> str:
    if name in {"password", "api_key"} and value:
        return "…"
    if name in _SECRET and "@" in str(value):
        scheme, _, rest = str(value).partition("://")
        return f"{scheme}://…@{rest.rpartition('@')[2]}"
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    return "" if value is None else str(value)
