"""Pictures are decoded few at a time, whoever sends them."""

import asyncio
import threading

import pytest

from server.media.decoding import AT_ONCE, Decoder
from server.media.images import NotAnImage
from tests.support.pictures import picture


def busy() -> int:
    return sum(thread.name.startswith("picture") for thread in threading.enumerate())


async def test_many_pictures_are_decoded_two_at_a_time():
    decoder = Decoder()
    large = picture("PNG", size=(1_500, 1_000))
    most = []

    async def watch() -> None:
        while True:
            most.append(busy())
            await asyncio.sleep(0.005)

    watching = asyncio.create_task(watch())
    made = await asyncio.gather(*(decoder.processed(large, max_pixels=2_000_000) for _ in range(6)))
    watching.cancel()
    decoder.close()

    assert {one.whole.width for one in made} == {1_500}
    assert max(most) == AT_ONCE
    assert busy() == 0


async def test_what_is_no_picture_is_refused_as_such():
    decoder = Decoder()
    with pytest.raises(NotAnImage):
        await decoder.processed(b"no picture", max_pixels=100)
    decoder.close()
