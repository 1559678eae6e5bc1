"""Files that belong to the program: styles, scripts, icons, fonts, each with a fingerprint.

Folders are read once at start; only what was found then is served, so no path can lead elsewhere.
The fingerprint is in the query, so an answer with the right one may be kept for a year.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from aiohttp import web

from server.platform.errors import NotFound
from server.platform.http.decorators import plain

_HIDDEN: Final = "."
_YEAR: Final = "public, max-age=31536000, immutable"
_HOUR: Final = "public, max-age=3600"


class Assets:
    """The files by their public path (`web/style.css`) and the fingerprint of their content."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._files: dict[str, tuple[Path, str]] = {}
        for prefix, folder in folders.items():
            for path in sorted(folder.rglob("*")):
                inside = path.relative_to(folder)
                if path.is_file() and not any(part.startswith(_HIDDEN) for part in inside.parts):
                    public = "/".join(part for part in (prefix, inside.as_posix()) if part)
                    self._files[public] = (path, _fingerprint(path))

    def url(self, public: str) -> str:
        """Return the address of a file; raises KeyError when there is none, so typos are seen."""
        _, fingerprint = self._files[public]
        return f"/static/{public}?v={fingerprint}"

    def find(self, public: str) -> tuple[Path, str] | None:
        """Return the file behind a public path and its fingerprint, or None."""
        return self._files.get(public)


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


ASSETS: Final = web.AppKey("assets", Assets)


@plain(cross_origin=True)
async def serve_asset(request: web.Request) -> web.StreamResponse:
    """Answer with a file of the program."""
    assets = request.app.get(ASSETS)
    found = assets.find(request.match_info["path"]) if assets else None
    if found is None:
        raise NotFound
    path, fingerprint = found
    fresh = request.rel_url.query.get("v") == fingerprint
    return web.FileResponse(path, headers={"Cache-Control": _YEAR if fresh else _HOUR})


ROUTES: Final[Sequence[web.RouteDef]] = (web.get("/static/{path:.+}", serve_asset, name="static"),)
