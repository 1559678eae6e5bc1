"""Mails from templates, outside any request, in the reader's language.

A room keeps `templates/mail/<name>.txt` (its first line is `Subject: …`) and, where the plain text
is not enough, `<name>.html`, which extends "mail/layout.html". Templates get the values of the
request, `site`, `full(path)` and the helpers of pages, but no visitor and no request.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import jinja2
from aiohttp import web

from server.platform.http.render import Here, environment_of, render_apart
from server.platform.http.visitor import Visitor
from server.platform.i18n import Translator
from server.platform.instance import Instance
from server.platform.mail.letters import Letter
from server.platform.mail.rules import one_line

TEMPLATES: Final = Path(__file__).parent / "templates"
_SUBJECT: Final = "Subject:"


class Composer:
    """Writes letters. Holds the templates and the addresses of all rooms; made when needed."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        folders = {f.name: f.templates for f in instance.features if f.templates is not None}
        self._environment = environment_of({**folders, "mail": TEMPLATES})
        self._router = web.UrlDispatcher()
        for feature in instance.features:
            self._router.add_routes(feature.routes)

    async def compose(
        self, template: str, locale: str | None, values: Mapping[str, Any], *, ending: str | None
    ) -> Letter:
        """Return a letter; `ending` is the address that ends such mails, None when none does.

        Raises jinja2.TemplateError for a template that is missing or wrong, and ValueError when
        its first line is no subject.
        """
        translator = self._instance.languages.translator(locale)
        context = {**values, "site": self._instance.site, "ending": ending}
        written = await self._rendered(f"{template}.txt", translator, context)
        first, _, text = written.lstrip().partition("\n")
        if not first.startswith(_SUBJECT):
            raise ValueError(f"{template}.txt does not begin with a subject")
        subject = one_line(first.removeprefix(_SUBJECT))
        context |= {"subject": subject, "text": text.strip()}
        footer = await self._rendered("mail/footer.txt", translator, context)
        html = await self._rendered(self._html_of(template), translator, context)
        return Letter(
            subject=subject,
            text=f"{text.strip()}\n\n-- \n{footer.strip()}\n",
            html=html,
            language=translator.tag,
        )

    def _html_of(self, template: str) -> str:
        try:
            self._environment.get_template(f"{template}.html")
        except jinja2.TemplateNotFound:
            return "mail/plain.html"
        return f"{template}.html"

    async def _rendered(self, name: str, translator: Translator, context: Mapping[str, Any]) -> str:
        settings = self._instance.settings.instance
        here = Here(
            None,
            translator,
            Visitor.anonymous(),
            self._instance.clock.now(),
            ZoneInfo(settings.time_zone),
            self._router,
            self._instance.site.base_url,
        )
        return await render_apart(self._environment, here, name, context)


def composer_of(instance: Instance) -> Composer:
    """Return the composer of an instance, made at its first mail."""
    try:
        return instance.part(Composer)
    except KeyError:
        composer = Composer(instance)
        instance.add_part(composer)
        return composer
