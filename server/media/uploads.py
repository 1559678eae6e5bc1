"""One upload from bytes to record: checked and encoded on a thread, written, then recorded."""

import asyncio

from server.media.decoding import Decoder
from server.media.images import NotAnImage, ProcessedImage
from server.media.model import Media
from server.media.service import store_image
from server.media.store import FileStore
from server.platform.errors import Invalid, TooLarge
from server.platform.i18n import say
from server.platform.instance import Instance


async def upload_image(
    instance: Instance,
    *,
    person_id: int,
    content: bytes,
    description: str = "",
    focus: tuple[float, float] = (0.0, 0.0),
    keep: bool = False,
) -> Media:
    """Store an uploaded picture; `keep` marks it as used at once, as a profile's picture is.

    Raises TooLarge or Invalid; the files of a picture that is not recorded are taken away again.
    """
    settings = instance.settings.media
    if len(content) > settings.max_image_bytes:
        raise TooLarge
    try:
        decoder = instance.part(Decoder)
        image = await decoder.processed(content, max_pixels=settings.max_pixels)
    except NotAnImage as error:
        raise Invalid(say(str(error))) from error
    store = instance.part(FileStore)
    names = (store.new_name(image.whole.extension), store.new_name(image.preview.extension))
    await asyncio.to_thread(_write_both, store, names, image)
    try:
        return await instance.work(
            store_image,
            person_id=person_id,
            image=image,
            file_name=names[0],
            preview_name=names[1],
            description=description,
            focus=focus,
            attached=keep,
        )
    except BaseException:
        for name in names:
            store.delete(name)
        raise


def _write_both(store: FileStore, names: tuple[str, str], image: ProcessedImage) -> None:
    store.write(names[0], image.whole.content)
    store.write(names[1], image.preview.content)
