"""What templates of the pages can say beside the platform's helpers.

Globals and filters that need the application (addresses, the site, pictures through our proxy) are
made once per application by `install`; words of the kinds come from their own catalogue, in the
language of the page.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp_jinja2
from aiohttp import web
from markupsafe import Markup

from server.media.remote import remote_address
from server.people.cards import PersonRow
from server.platform.http.render import path_for
from server.platform.i18n import Message, Translator
from server.platform.instance import INSTANCE
from server.posts.kinds import FACTS, KindFacts
from server.posts.kinds.language import voice_of
from server.web import addresses

_NOT_IN_IDS: Final = re.compile(r"[^\w-]+")
_TONES: Final = 2


@dataclass(frozen=True, slots=True)
class Paths:
    """Addresses of the rooms below that every page leads to."""

    sign_in: str = "/auth/sign_in"
    sign_out: str = "/auth/sign_out"
    act_as: str = "/auth/act_as"


PATHS: Final = Paths()
KINDS: Final[tuple[KindFacts, ...]] = tuple(FACTS.values())


def install(app: web.Application) -> None:
    """Give the templates of an application what pages need; after the platform's own set-up."""
    instance = app[INSTANCE]
    environment = aiohttp_jinja2.get_env(app)
    here: Callable[[], Any] = environment.globals["here"]

    def picture(url: str) -> str:
        shown = remote_address(instance.site, instance.vault, url)
        return shown.removeprefix(instance.site.base_url)

    def current(name: str, **parts: object) -> Markup:
        is_here = path_for(app, name, **parts) == here().path
        return Markup(' aria-current="page"') if is_here else Markup()

    environment.globals.update(
        site=instance.site,
        kinds=KINDS,
        paths=PATHS,
        picture=picture,
        current=current,
        person_path=addresses.person_path,
        post_path=addresses.post_path,
        query_with=lambda **changed: addresses.query_with(here().request, changed),
    )
    environment.filters.update(
        word=lambda text: word(here().translator, text),
        slug=slug,
        initials=initials,
        full_handle=lambda person: full_handle(person, instance.site.host),
        stored=stored,
        direction=addresses.direction_of,
        language_name=lambda tag: addresses.language_name(tag, here().translator.locale),
    )


def word(translator: Translator, text: str | Message) -> str:
    """Return a word of the kinds, or any message, in the language of the page.

    The kinds have a catalogue of their own; it is asked when ours has no answer.
    """
    message = text if isinstance(text, Message) else Message(text)
    said = translator.say(message)
    if said != str(message):
        return said
    translated = voice_of(translator.tag).translate(message.text)
    return translated % message.values if message.values else translated


def slug(name: str) -> str:
    """Return the id that a field's name stands for: letters, digits and single hyphens."""
    return _NOT_IN_IDS.sub("-", name).strip("-")


def initials(person: PersonRow) -> str:
    """Return one or two letters that stand for somebody without a picture."""
    letters = [part[0] for part in person.name.split() if part[0].isalnum()]
    return "".join(letters[:_TONES]).upper() or person.username[:1].upper()


def full_handle(person: PersonRow, host: str) -> str:
    """Return the handle as other servers need it: `@user@host`."""
    return f"@{person.username}@{person.host or host}"


def stored(html: str) -> Markup:
    """Mark HTML that was cleaned when it was stored (`platform.text`); nothing else is given."""
    return Markup(html)  # noqa: S704 - posts and profiles are sanitised before they are stored


def title_of_page(parts: Mapping[str, str]) -> str:
    """Return the words of a page's title, the most particular first."""
    return " – ".join(one for one in parts.values() if one)
