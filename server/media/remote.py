"""Pictures of other servers, fetched through us so that no reader's address reaches them.

Only addresses that this server wrote itself are served: each carries an authentication code, so
nobody can use the instance as an open proxy. Fetched pictures are re-encoded like uploads and kept
for a week.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from activitypub.errors import FetchError
from activitypub.fetching.client import MEDIA_LIMITS
from server.federation.wire import Wire
from server.media.decoding import Decoder
from server.media.images import Encoded, NotAnImage
from server.platform.errors import NotFound
from server.platform.instance import Instance
from server.platform.secrets import Vault
from server.platform.work import Site

KEPT = timedelta(days=7)
_PURPOSE = "remote picture"
_AT_ONCE = 16  # each holds a whole picture in memory until it is decoded
_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png"}


def remote_address(site: Site, vault: Vault, url: str) -> str:
    """Return the address under which this instance serves a picture of another server.

    Addresses of our own are returned as they are.
    """
    if url.startswith((site.base_url + "/", "/")):
        return url if url.startswith("http") else site.url(url)
    return site.url(_link(vault, url))


# The pictures of a page come up again and again; only addresses that were already shown are kept.
@lru_cache(maxsize=4096)
def _link(vault: Vault, url: str) -> str:
    packed = base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
    return f"/media/remote/{_mark(vault, url)}/{packed}"


def unpacked(vault: Vault, mark: str, packed: str) -> str:
    """Return the address that a link of ours names. Raises NotFound for one we did not write."""
    try:
        url = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except (binascii.Error, ValueError) as error:
        raise NotFound from error
    if not hmac.compare_digest(_mark(vault, url).encode(), mark.encode()):
        raise NotFound
    return url


def _mark(vault: Vault, url: str) -> str:
    return vault.mark(_PURPOSE, url)[:32]


class RemotePictures:
    """The cache of fetched pictures: files named by a hash of their address."""

    def __init__(self, root: Path) -> None:
        self._root = root / "remote"
        self._under_way: dict[str, asyncio.Lock] = {}
        self._few = asyncio.Semaphore(_AT_ONCE)

    async def picture(self, instance: Instance, url: str) -> Path:
        """Return the file of a picture, fetched now if need be. Raises NotFound without one."""
        name = hashlib.sha256(url.encode()).hexdigest()
        found = self._cached(name)
        if found is not None:
            return found
        lock = self._under_way.setdefault(name, asyncio.Lock())
        try:
            async with lock, self._few:
                return self._cached(name) or await self._fetched(instance, url, name)
        finally:
            self._under_way.pop(name, None)

    def forget_old(self, now: datetime) -> int:
        """Delete pictures fetched more than a week ago; return how many."""
        count = 0
        for path in self._root.glob("*/*"):
            if now.timestamp() - path.stat().st_mtime > KEPT.total_seconds():
                path.unlink(missing_ok=True)
                count += 1
        return count

    def _cached(self, name: str) -> Path | None:
        for extension in _EXTENSIONS.values():
            path = self._root / name[:2] / f"{name}.{extension}"
            if path.exists():
                return path
        return None

    async def _fetched(self, instance: Instance, url: str, name: str) -> Path:
        settings = instance.settings.media
        try:
            answer = await instance.part(Wire).client.get(
                url,
                headers={"Accept": "image/*"},
                limits=replace(MEDIA_LIMITS, max_bytes=settings.max_image_bytes),
            )
        except FetchError as error:
            raise NotFound from error
        if answer.status != 200:  # noqa: PLR2004 - HTTP's own number
            raise NotFound
        try:
            decoder = instance.part(Decoder)
            image = await decoder.processed(answer.body, max_pixels=settings.max_pixels)
        except NotAnImage as error:
            raise NotFound from error
        return await asyncio.to_thread(self._write, name, image.whole)

    def _write(self, name: str, picture: Encoded) -> Path:
        path = self._root / name[:2] / f"{name}.{_EXTENSIONS[picture.media_type]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".part")
        temporary.write_bytes(picture.content)
        temporary.replace(path)
        return path
