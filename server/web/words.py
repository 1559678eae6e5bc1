"""What templates of the pages can say beside the platform's helpers.

Globals and filters that need the application (addresses, the site, pictures through our proxy) are
made once per application by `install`; words of the kinds come from their own catalogue, in the
language of the page.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, cast

import aiohttp_jinja2
from aiohttp import web
from babel import dates
from markupsafe import Markup

from server.media.remote import remote_address
from server.people.cards import PersonRow
from server.platform.http.render import Here, path_for
from server.platform.i18n import Message, Translator
from server.platform.instance import INSTANCE
from server.platform.text import SafeHtml, plain_text
from server.posts.kinds import FACTS, KindFacts
from server.posts.kinds.language import locale_of, voice_of
from server.posts.rows import PostRow
from server.posts.translating import is_offered, may_be_translated
from server.web import addresses
from server.web.controls import slug
from server.web.parcel import AUDIENCES
from server.web.showing import Said, brief_of

_TONES: Final = 2


KINDS: Final[tuple[KindFacts, ...]] = tuple(FACTS.values())


def install(app: web.Application) -> None:
    """Give the templates of an application what pages need; after the platform's own set-up."""
    instance = app[INSTANCE]
    environment = aiohttp_jinja2.get_env(app)
    here = cast("Callable[[], Here]", environment.globals["here"])

    def picture(url: str) -> str:
        shown = remote_address(instance.site, instance.vault, url)
        return shown.removeprefix(instance.site.base_url)

    def current(name: str, **parts: object) -> Markup:
        is_here = path_for(app, name, **parts) == here().path
        return Markup(' aria-current="page"') if is_here else Markup()

    def may_translate(post: PostRow) -> bool:
        """Tell whether a button is worth its place: a service, a reader here, another language."""
        if not is_offered(instance) or here().visitor.person_id is None:
            return False
        written = (post.language or "").partition("-")[0]
        return may_be_translated(post) and written != here().locale.partition("-")[0]

    def is_member() -> bool:
        return bool(here().visitor.has_page_session)

    environment.globals.update(
        site=instance.site,
        kinds=KINDS,
        picture=picture,
        current=current,
        person_path=lambda person: addresses.person_link(person, is_member=is_member()),
        post_path=lambda post: addresses.post_link(post, is_member=is_member()),
        audience_words=AUDIENCES,
        may_translate=may_translate,
        said=lambda faults: [word(here().translator, one) for one in faults],
        pairs=lambda options: [(key, word(here().translator, one)) for key, one in options],
        fault_lines=fault_lines,
        needed=lambda one: True if one.required else "sometimes" if one.conditional else False,
        query_with=lambda **changed: addresses.query_with(here().request, changed),
    )
    environment.filters.update(
        word=lambda text: word(here().translator, text),
        slug=slug,
        initials=initials,
        full_handle=lambda person: full_handle(person, instance.site.host),
        stored=SafeHtml.stored,
        plain=plain_text,
        spoken=spoken,
        said_in=lambda tag: spoken(Said("", tag)),
        day=lambda value, form="long": day(here(), value, form),
        moment=lambda value: moment(here(), value),
        brief=lambda post: brief_of(post, here().translator.tag),
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


def spoken(said: Said) -> Markup:
    """Return the attributes that mark a text with its language and direction."""
    direction = addresses.direction_of(said.language)
    return Markup('lang="{}" dir="{}"').format(said.language, direction)


def day(here: Here, value: date | datetime, form: str = "long") -> str:
    """Return a date as the reader's part of the world writes it; a bare `en` is not American."""
    on = value.astimezone(here.zone).date() if isinstance(value, datetime) else value
    chosen = form if form in {"short", "medium", "full"} else "long"
    return dates.format_date(on, chosen, locale=locale_of(here.locale))


def moment(here: Here, value: datetime) -> str:
    """Return a date and the time on the clock, to the minute."""
    locale = locale_of(here.locale)
    pattern = str(dates.get_datetime_format("medium", locale=locale))
    time = dates.format_time(value, "short", tzinfo=here.zone, locale=locale)
    return pattern.replace("{1}", day(here, value)).replace("{0}", time).replace("'", "")


def initials(person: PersonRow) -> str:
    """Return one or two letters that stand for somebody without a picture."""
    letters = [part[0] for part in person.name.split() if part[0].isalnum()]
    return "".join(letters[:_TONES]).upper() or person.username[:1].upper()


def full_handle(person: PersonRow, host: str) -> str:
    """Return the handle as other servers need it: `@user@host`."""
    return f"@{person.username}@{person.host or host}"


def fault_lines(
    faults: Mapping[str, Sequence[Message]], ids: Mapping[str, str]
) -> list[tuple[str, Message]]:
    """Return what is wrong for the top of a form: field ids ("" for none) and texts."""
    return [(ids.get(name, ""), text) for name, told in faults.items() for text in told]
