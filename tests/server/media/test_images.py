"""Uploaded pictures become safe ones: type by content, metadata stripped, bounded."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from server.media.images import NotAnImage, process
from tests.support.pictures import picture, picture_with_place

MAX = 40_000_000


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_each_accepted_form_is_encoded_anew(form: str):
    made = process(picture(form), max_pixels=MAX)

    assert (made.whole.width, made.whole.height) == (320, 200)
    assert made.whole.media_type in {"image/jpeg", "image/png"}
    assert made.blurhash
    assert Image.open(io.BytesIO(made.preview.content)).size == (320, 200)


def test_metadata_goes_and_the_picture_stands_upright():
    made = process(picture_with_place(), max_pixels=MAX)

    again = Image.open(io.BytesIO(made.whole.content))
    assert not again.getexif()
    assert b"Camera Maker" not in made.whole.content
    assert again.size == (200, 400)


def test_a_large_picture_is_made_smaller():
    made = process(picture(size=(4000, 1000)), max_pixels=MAX)

    assert (made.whole.width, made.whole.height) == (2560, 640)
    assert made.preview.width == 640


def test_too_many_pixels_are_refused_before_decoding():
    with pytest.raises(NotAnImage, match="too many pixels"):
        process(picture("PNG", size=(3000, 3000)), max_pixels=1_000_000)


def with_broken_exif() -> bytes:
    """A picture whose camera data end before they begin."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG", exif=b"Exif\0\0MM\0*")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        b"GIF89a<script>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        picture()[:300],
        with_broken_exif(),
    ],
)
def test_anything_else_is_refused(content: bytes):
    with pytest.raises(NotAnImage):
        process(content, max_pixels=MAX)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    form=st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]),
    at=st.floats(0, 1),
    junk=st.binary(min_size=1, max_size=40),
)
def test_a_damaged_picture_is_processed_or_refused_but_never_breaks(
    form: str, at: float, junk: bytes
):
    whole = picture(form, size=(40, 30))
    cut = int(len(whole) * at)
    try:
        process(whole[:cut] + junk + whole[cut + len(junk) :], max_pixels=100_000)
    except NotAnImage:
        return
