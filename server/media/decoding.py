"""Decoding pictures on threads of its own, few at a time.

A small file can be a picture of forty million pixels, which takes hundreds of megabytes while it
is decoded: whoever sends or links many of them at once must not use up the memory. What decoding
means is in `images`.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from server.media.images import ProcessedImage, process

AT_ONCE: Final = 2


class Decoder:
    """Decodes and encodes anew, two pictures at a time; the others wait. Made once a process."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="picture")

    async def processed(self, content: bytes, *, max_pixels: int) -> ProcessedImage:
        """Return the picture re-encoded. Raises NotAnImage as `images.process` does."""
        work = partial(process, content, max_pixels=max_pixels)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """Let the pictures at hand be finished, and drop those that wait."""
        self._threads.shutdown(wait=True, cancel_futures=True)
