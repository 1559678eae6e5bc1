"""Files that belong to the program: styles, scripts, icons, fonts, each with a fingerprint.

Folders are read once at start; only what was found then is served, so no path can lead elsewhere.
The fingerprint is in the query, so an answer with the right one may be kept for a year. Text is
kept compressed as well: these files hold no secret that compression could give away, as pages do.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from server.platform.errors import NotFound
from server.platform.http.decorators import plain

_HIDDEN: Final = "."
_WORTHWHILE: Final = 0.9
_YEAR: Final = "public, max-age=31536000, immutable"
_HOUR: Final = "public, max-age=3600"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file in memory; `packed` is its gzip form where that is much smaller."""

    content: bytes
    packed: bytes | None
    media_type: str
    fingerprint: str


class Assets:
    """The files by their public path (`web/style.css`)."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._files: dict[str, Asset] = {}
        for prefix, folder in folders.items():
            for path in sorted(folder.rglob("*")):
                inside = path.relative_to(folder)
                if path.is_file() and not any(part.startswith(_HIDDEN) for part in inside.parts):
                    public = "/".join(part for part in (prefix, inside.as_posix()) if part)
                    self._files[public] = _read(path)

    def url(self, public: str) -> str:
        """Return the address of a file; raises KeyError when there is none, so typos are seen."""
        return f"/static/{public}?v={self._files[public].fingerprint}"

    def find(self, public: str) -> Asset | None:
        """Return the file behind a public path, or None."""
        return self._files.get(public)


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    packed = gzip.compress(content, mtime=0)
    return Asset(
        content=content,
        packed=packed if len(packed) < len(content) * _WORTHWHILE else None,
        media_type=_media_type(path),
        fingerprint=hashlib.sha256(content).hexdigest()[:16],
    )


def _media_type(path: Path) -> str:
    # The tables of operating systems disagree about scripts; modules need a JavaScript type.
    if path.suffix == ".js":
        return "text/javascript"
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


ASSETS: Final = web.AppKey("assets", Assets)


@plain(cross_origin=True)
async def serve_asset(request: web.Request) -> web.StreamResponse:
    """Answer with a file of the program, compressed for browsers that read that."""
    assets = request.app.get(ASSETS)
    found = assets.find(request.match_info["path"]) if assets else None
    if found is None:
        raise NotFound
    fresh = request.rel_url.query.get("v") == found.fingerprint
    etag = f'"{found.fingerprint}"'
    headers = {
        "Cache-Control": _YEAR if fresh else _HOUR,
        "ETag": etag,
        "Vary": "Accept-Encoding",
    }
    if etag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    if found.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return web.Response(body=found.packed, headers=headers, content_type=found.media_type)
    return web.Response(body=found.content, headers=headers, content_type=found.media_type)


ROUTES: Final[Sequence[web.RouteDef]] = (web.get("/static/{path:.+}", serve_asset, name="static"),)
