"""Pictures made for tests."""

import io

from PIL import Image


def picture(
    form: str = "JPEG",
    size: tuple[int, int] = (320, 200),
    colour: str = "#3b7a57",
    **wishes: object,
) -> bytes:
    """Return an encoded picture of one colour."""
    out = io.BytesIO()
    mode = "RGBA" if form in {"PNG", "WEBP"} else "RGB"
    Image.new(mode, size, colour).save(out, form, **wishes)
    return out.getvalue()


def picture_with_place() -> bytes:
    """Return a JPEG whose metadata names a camera and a place."""
    exif = Image.Exif()
    exif[0x010F] = "Camera Maker"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (51.0, 13.0, 30.0)
    exif[0x0112] = 6  # lies on its side
    return picture(size=(400, 200), exif=exif)
