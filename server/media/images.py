"""From uploaded bytes to a safe picture: pure, without I/O, meant for a thread.

The type is decided by content, never by what the sender says; the number of pixels is checked
before anything is decoded; what comes out is always encoded anew, so that no metadata (place,
camera, names) and no hidden payload survives.
"""

import io
import struct
from dataclasses import dataclass

import blurhash
from PIL import Image, ImageOps, UnidentifiedImageError

ACCEPTED = ("image/jpeg", "image/png", "image/gif", "image/webp")
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")  # the only decoders that ever see the bytes
_LONGEST_SIDE = 2560
_PREVIEW_SIDE = 640
_HASH_SIDE = 64
_QUALITY = 82


class NotAnImage(Exception):
    """The bytes are no picture of a type we take; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One encoded picture; sizes in pixels."""

    content: bytes
    media_type: str
    extension: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ProcessedImage:
    """A picture ready to be stored: the whole, the preview, and the placeholder hash."""

    whole: Encoded
    preview: Encoded
    blurhash: str


def process(uploaded: bytes, *, max_pixels: int) -> ProcessedImage:
    """Return the picture re-encoded. Raises NotAnImage for anything else than a small enough one.

    Animated pictures become their first frame; transparency is kept as PNG, the rest is JPEG.
    """
    picture = _opened(uploaded, max_pixels)
    whole = _fitted(picture, _LONGEST_SIDE)
    return ProcessedImage(
        whole=_encoded(whole),
        preview=_encoded(_fitted(whole, _PREVIEW_SIDE)),
        blurhash=_blurhash(whole),
    )


# Pillow's decoders answer broken files with many types; none of them is a fault of ours.
_DECODER_FAULTS = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    OverflowError,
    TypeError,
    KeyError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def _opened(uploaded: bytes, max_pixels: int) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(uploaded), formats=_FORMATS)
    except _DECODER_FAULTS as error:
        raise NotAnImage("This is not a JPEG, PNG, GIF or WebP picture.") from error
    if picture.width * picture.height > max_pixels:
        raise NotAnImage("The picture has too many pixels.")
    try:
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        has_alpha = "A" in upright.getbands() or "transparency" in upright.info
        return upright.convert("RGBA" if has_alpha else "RGB")
    except _DECODER_FAULTS as error:
        raise NotAnImage("This picture is damaged.") from error


def _fitted(picture: Image.Image, longest: int) -> Image.Image:
    if max(picture.size) <= longest:
        return picture.copy()
    smaller = picture.copy()
    smaller.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return smaller


def _encoded(picture: Image.Image) -> Encoded:
    out = io.BytesIO()
    if picture.mode == "RGBA":
        picture.save(out, "PNG", optimize=True)
        return Encoded(out.getvalue(), "image/png", "png", *picture.size)
    picture.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return Encoded(out.getvalue(), "image/jpeg", "jpg", *picture.size)


def _blurhash(picture: Image.Image) -> str:
    small = picture.convert("RGB")
    small.thumbnail((_HASH_SIDE, _HASH_SIDE))
    wide = small.width >= small.height
    return str(blurhash.encode(small, x_components=4 if wide else 3, y_components=3 if wide else 4))
