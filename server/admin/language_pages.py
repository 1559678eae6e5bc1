"""The languages of this instance: which are offered, and how much of each is translated."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from aiohttp import web
from babel import Locale
from babel.messages.pofile import read_po

from server.admin.choices_pages import ADMINS
from server.people.reader import reader_of
from server.platform.http.decorators import page
from server.platform.http.render import render
from server.platform.instance import Instance

_ALL: Final = 100


@dataclass(frozen=True, slots=True)
class State:
    """How far one language is: texts in all, translated ones, and those a person has to review."""

    tag: str
    name: str
    is_offered: bool
    texts: int
    translated: int
    unsure: int

    @property
    def percent(self) -> int:
        """The translated part, rounded down, so that 100 means all of it."""
        return _ALL * self.translated // self.texts if self.texts else _ALL


@page(needs="login", staff=ADMINS)
async def languages(request: web.Request) -> web.StreamResponse:
    """Show the state of each language that there is a catalogue for."""
    reader = await reader_of(request)
    return await render(request, "admin/languages.html", {"states": states(reader.instance)})


def states(instance: Instance) -> list[State]:
    """Return the languages, those of this instance first, in the order of its settings."""
    offered = instance.site.languages
    folders = tuple(feature.locale for feature in instance.features if feature.locale)
    tags = [*offered, *sorted(set(_tags(folders)) - set(offered))]
    return [_state(tag, folders, is_offered=tag in offered) for tag in tags]


def _tags(folders: tuple[Path, ...]) -> list[str]:
    return [path.name for folder in folders for path in folder.iterdir() if path.is_dir()]


def _state(tag: str, folders: tuple[Path, ...], *, is_offered: bool) -> State:
    found = [path for folder in folders for path in folder.glob(f"{tag}/LC_MESSAGES/*.po")]
    counts = [_counts(path) for path in found]
    texts, translated, unsure = (sum(column[n] for column in counts) for n in range(3))
    name = Locale.parse(tag, sep="-").get_display_name() or tag
    return State(tag, name.capitalize(), is_offered, texts, translated, unsure)


@cache
def _counts(path: Path) -> tuple[int, int, int]:
    with path.open("rb") as file:
        messages = [one for one in read_po(file) if one.id]
    translated = sum(1 for one in messages if _is_translated(one.string))
    unsure = sum(1 for one in messages if one.fuzzy)
    return len(messages), translated, unsure


def _is_translated(said: str | list[str] | tuple[str, ...] | None) -> bool:
    return all(said) if isinstance(said, list | tuple) else bool(said)
