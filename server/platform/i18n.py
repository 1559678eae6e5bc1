"""The languages people read us in: messages, catalogues, and the choice among locales.

A text that reaches a person is a `Message` (written with `say`) until a `Translator` turns it
into words of one locale. Catalogues are `.po` files of several folders, compiled in memory when
they are loaded, so there is no build step. Dates and numbers are Babel's; nothing here knows HTTP.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE_LOCALE = "en"
"""The language the texts in the code are written in; it needs no catalogue."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text to be said in the reader's language, with the values to fill in.

    `text` uses named placeholders (`%(count)s`). `plural` is the form for every count but one,
    chosen by `count`.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None
    count: int = 1

    def __str__(self) -> str:
        chosen = self.text if self.plural is None or self.count == 1 else self.plural
        return chosen % self.values if self.values else chosen


def say(text: str, /, **values: object) -> Message:
    """Return a message that is translated when somebody reads it; mark for extraction."""
    return Message(text, values)


def say_count(one: str, many: str, count: int, /, **values: object) -> Message:
    """Return a message whose form follows a number; `%(count)s` is filled in by itself."""
    return Message(one, {"count": count, **values}, plural=many, count=count)


@dataclass(frozen=True, slots=True)
class Language:
    """One locale people can choose: its tag, its name in itself, and its direction."""

    tag: str
    name: str
    is_rtl: bool


class Translator:
    """Turns messages into the words of one locale.

    A text without a translation is said as it stands in the code. Never raises on a missing
    catalogue; `gettext` and `ngettext` have the shapes that Jinja's i18n extension wants.
    """

    def __init__(self, tag: str, catalogue: gettext.NullTranslations) -> None:
        self.tag = tag
        self.locale = Locale.parse(tag, sep="-")
        self._catalogue = catalogue

    @property
    def is_rtl(self) -> bool:
        """Tell whether the script is written from right to left (CLDR's character order)."""
        return self.locale.text_direction == "rtl"

    def gettext(self, text: str) -> str:
        """Return the translation of one text; an empty text stays empty (gettext's header)."""
        return self._catalogue.gettext(text) if text else ""

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return the form of a counted text by the locale's own plural rule."""
        return self._catalogue.ngettext(one, many, count)

    def pgettext(self, context: str, text: str) -> str:
        """Return the translation of a text that is ambiguous without its context."""
        return self._catalogue.pgettext(context, text)

    def say(self, message: Message | str) -> str:
        """Return a message in this language with its values, messages among them translated."""
        if isinstance(message, str):
            return message
        if message.plural is None:
            words = self.gettext(message.text)
        else:
            words = self.ngettext(message.text, message.plural, message.count)
        if not message.values:
            return words
        values = {
            name: self.say(value) if isinstance(value, Message) else value
            for name, value in message.values.items()
        }
        return words % values


class Languages:
    """All locales of this instance: their translators, and the choice of one for a reader.

    Built once at start by `load_languages`; `tags` are in the order the settings give.
    """

    def __init__(self, translators: Mapping[str, Translator], default: str) -> None:
        if default not in translators:
            raise ValueError(f"the default locale {default!r} is not among the locales")
        self._translators = dict(translators)
        self._by_lower = {tag.lower(): tag for tag in translators}
        self.default = default

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the locales, such as `nl` or `pt-BR`."""
        return tuple(self._translators)

    def translator(self, tag: str | None) -> Translator:
        """Return the translator of a tag, or of the default locale when it is not ours."""
        return self._translators[(tag and self.match(tag)) or self.default]

    def match(self, tag: str) -> str | None:
        """Return our closest locale to a tag (`nl-BE` finds `nl`), or None; case is ignored."""
        wanted = tag.strip().replace("_", "-").lower()
        while wanted:
            if wanted in self._by_lower:
                return self._by_lower[wanted]
            wanted = wanted.rpartition("-")[0]
        return None

    def negotiate(self, *choices: str | None, accept_language: str | None = None) -> str:
        """Return the locale for a reader: the first known choice, then the browser's, then ours.

        `choices` come most personal first (the person's, the query's, the cookie's); tags that
        are not ours are passed over. `accept_language` is the header of RFC 9110 §12.5.4.
        """
        for tag in (*choices, *preferred_tags(accept_language or "")):
            matched = self.match(tag) if tag else None
            if matched:
                return matched
        return self.default

    def listed(self) -> list[Language]:
        """Return the locales for a menu, each named in its own language."""
        return [
            Language(tag, (one.locale.get_display_name() or tag).capitalize(), one.is_rtl)
            for tag, one in self._translators.items()
        ]


@lru_cache(maxsize=512)  # browsers send few different headers, and every request has one
def preferred_tags(accept_language: str) -> tuple[str, ...]:
    """Return the tags of an Accept-Language header, best first; nonsense is passed over.

    At most 20 entries are read. `*` and tags with weight zero are left out.
    """
    weighted: list[tuple[float, int, str]] = []
    for place, entry in enumerate(accept_language[:1000].split(",")[:20]):
        tag, _, parameter = entry.strip().partition(";")
        weight = _weight(parameter)
        if tag.strip() and tag.strip() != "*" and weight > 0:
            weighted.append((-weight, place, tag.strip()))
    return tuple(tag for _, _, tag in sorted(weighted))


def _weight(parameter: str) -> float:
    name, _, number = parameter.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(number), 0.0), 1.0)
    except ValueError:
        return 0.0


def load_languages(
    folders: Sequence[Path], tags: Iterable[str], *, default: str = SOURCE_LOCALE
) -> Languages:
    """Read the catalogues and return the languages of this instance.

    Each folder holds `TAG/LC_MESSAGES/DOMAIN.po` or `TAG.po` (tags with `-` or `_`); texts of an
    earlier folder win. Raises ValueError for a tag that CLDR does not know.
    """
    translators = {tag: _translator(tag, folders) for tag in dict.fromkeys((default, *tags))}
    return Languages(translators, default)


def _translator(tag: str, folders: Sequence[Path]) -> Translator:
    files = [path for folder in folders for path in _catalogue_files(folder, tag)]
    return _translator_of(tag, tuple((path, path.stat().st_mtime_ns) for path in files))


# Compiling a catalogue takes a tenth of a second; every command and every test would pay for it.
@lru_cache(maxsize=128)
def _translator_of(tag: str, files: tuple[tuple[Path, int], ...]) -> Translator:
    first: gettext.NullTranslations = gettext.NullTranslations()
    for position, (path, _changed) in enumerate(files):
        if position == 0:
            first = _compiled(path)
        else:
            first.add_fallback(_compiled(path))
    try:
        return Translator(tag, first)
    except UnknownLocaleError as unknown:
        raise ValueError(f"no language is called {tag!r}") from unknown


def _catalogue_files(folder: Path, tag: str) -> list[Path]:
    names = dict.fromkeys((tag, tag.replace("-", "_")))
    nested = [path for name in names for path in sorted(folder.glob(f"{name}/LC_MESSAGES/*.po"))]
    flat = [folder / f"{name}.po" for name in names]
    return nested + [path for path in flat if path.is_file()]


def _compiled(path: Path) -> gettext.GNUTranslations:
    with path.open("rb") as source:
        catalogue = read_po(source, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
