"""Meshwork on a phone's home screen: the manifest, the service worker, and the page without a net.

The worker keeps styles and scripts and the posts that were opened, for reading offline; it keeps
nothing of a shared device, and forgets everything at sign-out (Clear-Site-Data).
Source: W3C Web App Manifest, Service Workers.
"""

from typing import Final

from aiohttp import web

from server.people.reader import reader_of
from server.platform.http.assets import ASSETS
from server.platform.http.decorators import page, plain
from server.platform.http.locales import translator_of
from server.platform.http.render import path_for, render
from server.platform.i18n import say
from server.platform.instance import instance_of

_DAY: Final = "public, max-age=86400"
_KEPT: Final = ("web/style.css", "web/mark.svg", "web/live.js", "web/offline.js")


@plain()
async def manifest(request: web.Request) -> web.Response:
    """Answer with the manifest, in the reader's language."""
    site, translator = instance_of(request).site, translator_of(request)
    assets = request.app[ASSETS]
    kinds = ("study", "vacancy", "event")
    names = (say("Studies"), say("Vacancies"), say("Events"))
    return web.json_response(
        {
            "id": "/",
            "name": site.name,
            "short_name": site.name[:12],
            "lang": translator.tag,
            "dir": "rtl" if translator.is_rtl else "ltr",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#faf6ef",
            "theme_color": "#0d5a57",
            "icons": [
                {"src": assets.url("web/mark.svg"), "sizes": "any", "type": "image/svg+xml"},
                {"src": assets.url("web/mark.png"), "sizes": "192x192", "type": "image/png"},
                {"src": assets.url("web/mark-512.png"), "sizes": "512x512", "type": "image/png"},
                {
                    "src": assets.url("web/mark-512.png"),
                    "sizes": "512x512",
                    "type": "image/png",
                    "purpose": "maskable",
                },
            ],
            "shortcuts": [
                {
                    "name": translator.say(name),
                    "url": path_for(request.app, "web.board", kind=kind),
                }
                for kind, name in zip(kinds, names, strict=True)
            ],
        },
        content_type="application/manifest+json",
        headers={"Cache-Control": "private, max-age=3600", "Vary": "Accept-Language, Cookie"},
    )


@plain()
async def service_worker(request: web.Request) -> web.StreamResponse:
    """Answer with the worker; it has to lie at the root to serve every page."""
    assets = request.app[ASSETS]
    found = assets.find("web/worker.js")
    if found is None:
        raise web.HTTPNotFound
    script = found.content.decode()
    files = [assets.url(name) for name in _KEPT if assets.find(name)]
    listed = ",".join(f'"{one}"' for one in files)
    return web.Response(
        text=script.replace("/*FILES*/", listed),
        content_type="text/javascript",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"},
    )


@page()
async def offline(request: web.Request) -> web.StreamResponse:
    """Show what stands in for a page that cannot be reached without a net."""
    await reader_of(request)
    return await render(request, "web/offline.html")


ROUTES: Final = (
    web.get("/manifest.webmanifest", manifest, name="web.manifest"),
    web.get("/worker.js", service_worker, name="web.worker"),
    web.get("/offline", offline, name="web.offline"),
)
