"""Our words in the reader's language: the catalogues of this folder and CLDR.

The catalogues (`locale/*/LC_MESSAGES/kinds.po`) hold every English message id that the schemas and
this package use. They are compiled in memory when first needed, so there is no build step. A
`Voice` bundles what wording needs: a translator and a locale.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

DOMAIN: Final = "kinds"
SPOKEN: Final = ("en", "nl", "fr", "de", "fi", "sv", "ar", "uk", "fa")
"""Languages with a catalogue; the message ids themselves are English."""

Translate = Callable[[str], str]

# Bare "en" is American in CLDR; readers here expect 14 January, as do those of bare "pt".
_TERRITORIES: Final = {"en": "en_GB", "pt": "pt_PT"}
# CLDR files these languages under other codes.
_ALIASES: Final = {"prs": "fa_AF", "kmr": "ku"}


def marked(message: str) -> str:
    """Return the message unchanged; marks it as a message id that catalogues must hold."""
    return message


@dataclass(frozen=True, slots=True)
class Voice:
    """One way of speaking: the language tag, its translator and its CLDR locale."""

    language: str
    translate: Translate
    locale: Locale


@lru_cache(maxsize=16)
def catalogue(language: str) -> Translations:
    """Return the catalogue of a language, compiled from its .po. Empty for English and others."""
    if language == "en" or language not in SPOKEN:
        return Translations()
    source = files("server.posts.kinds").joinpath(f"locale/{language}/LC_MESSAGES/{DOMAIN}.po")
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source.read_bytes()), locale=language, domain=DOMAIN))
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)


# Tags come from other servers too, so what is remembered is bounded.
@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale:
    """Return the CLDR locale for a language tag, or that of English when CLDR has none."""
    tag = language.replace("-", "_")
    try:
        return Locale.parse(_TERRITORIES.get(tag) or _ALIASES.get(tag, tag))
    except (UnknownLocaleError, ValueError):
        base = tag.partition("_")[0]
        return locale_of(base if base != tag else "en")


# Tags come from other servers too, so what is remembered is bounded.
@lru_cache(maxsize=256)
def voice_of(language: str, otherwise: str = "en") -> Voice:
    """Return the voice for a language; one we do not speak is worded in `otherwise`, or English.

    Words and dates come from the same language, so no line is half in one and half in another.
    """
    for tag in (language, otherwise):
        base = tag.partition("-")[0]
        if base in SPOKEN:
            return Voice(tag, catalogue(base).gettext, locale_of(tag))
    return Voice("en", catalogue("en").gettext, locale_of("en"))


def name_of_language(tag: str, locale: Locale) -> str:
    """Return the name of a language for readers of a locale, or the tag itself."""
    key = _ALIASES.get(tag, tag.replace("-", "_"))
    for candidate in (key, tag.partition("-")[0]):
        name = locale.languages.get(candidate)
        if name:
            return str(name)
    return tag
