"""What a public body owes its readers: the accessibility statement, made from the settings.

Beside it the living page of the design system, by which accessibility is checked.

Source: Directive (EU) 2016/2102 art. 7 and Implementing Decision (EU) 2018/1523: conformance, what
is not accessible, how it was checked, how to give feedback, and who enforces.
"""

from typing import Final

from aiohttp import web

from server.people.reader import reader_of
from server.platform.choices import Choice, chosen
from server.platform.http.decorators import page
from server.platform.http.render import render
from server.platform.i18n import say

ENFORCER: Final = Choice(
    name="web.accessibility_authority",
    label=say("Authority for accessibility"),
    help=say(
        "Whom people can turn to when you do not answer about accessibility: name and address. "
        "It stands in the accessibility statement."
    ),
    default="",
    most=500,
)
LIMITS: Final = Choice(
    name="web.accessibility_limits",
    label=say("What is not accessible here"),
    help=say("Things you know of, such as videos without subtitles. One on each line."),
    default="",
    most=2_000,
    is_long=True,
)
CHOICES: Final = (ENFORCER, LIMITS)


@page()
async def accessibility(request: web.Request) -> web.StreamResponse:
    """Show the accessibility statement."""
    reader = await reader_of(request)
    authority = await reader.instance.read(chosen, ENFORCER)
    limits = await reader.instance.read(chosen, LIMITS)
    context = {
        "authority": authority,
        "limits": [line.strip() for line in limits.splitlines() if line.strip()],
        "contact": reader.instance.settings.instance.contact_email,
        "languages": reader.instance.site.languages,
    }
    return await render(request, "web/accessibility.html", context)


@page()
async def design(request: web.Request) -> web.StreamResponse:
    """Show every part that pages are made of, as it looks to the reader."""
    return await render(request, "web/design.html")


ROUTES: Final = (
    web.get("/accessibility", accessibility, name="web.accessibility"),
    web.get("/design", design, name="web.design"),
)
