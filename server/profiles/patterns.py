"""Pictures for people who show no face: a pattern of tiles, mirrored, drawn from a short text.

The same text always gives the same pattern. The text is random, so a pattern says nothing about
anybody and cannot be guessed from a name.
"""

import hashlib
import io
import re
import secrets
from typing import Final

from PIL import Image, ImageDraw

SIZE: Final = 400
_TILES: Final = 5
_SEED: Final = re.compile(r"[0-9a-f]{12}")
# Ground and two tones each; the darker tone keeps a contrast of 3:1 or more on the ground.
_COLOURS: Final = (
    ("#dcece8", "#0d5a57", "#3f8a86"),
    ("#fbe6da", "#a33d14", "#d07a55"),
    ("#e7e7f6", "#45479b", "#7d7fc9"),
    ("#f7e3ed", "#8b2a5c", "#bb6b95"),
    ("#f9ead0", "#7a4a00", "#b3832f"),
    ("#e2eaf0", "#3a5268", "#6f8ba5"),
    ("#e0f0e3", "#22603a", "#5b9a72"),
)


def new_seed() -> str:
    """Return the text of a pattern that nobody has yet."""
    return secrets.token_hex(6)


def is_seed(text: str) -> bool:
    """Tell whether a text can be that of a pattern."""
    return _SEED.fullmatch(text) is not None


def pattern(seed: str) -> bytes:
    """Return the pattern of a text as a PNG, 400 by 400 pixels."""
    drawn = hashlib.sha256(seed.encode()).digest()
    ground, dark, light = _COLOURS[drawn[0] % len(_COLOURS)]
    picture = Image.new("RGB", (SIZE, SIZE), ground)
    pen = ImageDraw.Draw(picture)
    half = (_TILES + 1) // 2
    for column in range(half):
        for row in range(_TILES):
            choice = drawn[1 + column * _TILES + row]
            for place in {column, _TILES - 1 - column}:
                _tile(pen, place, row, choice, dark if choice & 64 else light)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _tile(pen: ImageDraw.ImageDraw, column: int, row: int, choice: int, colour: str) -> None:
    """Draw one tile: empty, a square, a disc or a ring."""
    side = SIZE // (_TILES + 1)
    left, top = side // 2 + column * side, side // 2 + row * side
    box = (left + 4, top + 4, left + side - 4, top + side - 4)
    shape = choice % 4  # 0 leaves the tile empty
    if shape == 1:
        pen.rounded_rectangle(box, radius=12, fill=colour)
    elif shape == 2:  # noqa: PLR2004 - one of the four, as above
        pen.ellipse(box, fill=colour)
    elif shape == 3:  # noqa: PLR2004 - as above
        pen.ellipse(box, outline=colour, width=12)
