"""Pictures for a demonstration: quiet patterns in the colours of whoever shows them."""

import io
import math
import random
from collections.abc import Callable, Mapping
from typing import Final

from PIL import Image, ImageColor, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Size = tuple[int, int]
Motif = Callable[[ImageDraw.ImageDraw, Size, Colour, random.Random], None]

WIDE: Final = (960, 540)
SQUARE: Final = (320, 320)
_PAPER: Final = (250, 246, 238)
_TWICE: Final = 2
"""Drawn at twice the size and made smaller, so that edges are smooth."""


def picture(motif: str, colour: str, *, size: Size, seed: str) -> bytes:
    """Return a pattern as PNG; the same seed draws the same one. Raises KeyError for no motif."""
    base = ImageColor.getrgb(colour)[:3]
    large = (size[0] * _TWICE, size[1] * _TWICE)
    image = Image.new("RGB", large, _mixed(base, 0.12))
    chance = random.Random(f"{seed} {motif}")  # noqa: S311 - a pattern, not a secret
    MOTIFS[motif](ImageDraw.Draw(image), large, base, chance)
    small = image.resize(size, Image.Resampling.LANCZOS).filter(ImageFilter.SMOOTH)
    out = io.BytesIO()
    small.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _mixed(colour: Colour, share: float) -> Colour:
    """Return a colour on paper: 0 is the paper, 1 the colour itself."""
    red, green, blue = (
        round(paper + (ink - paper) * share) for ink, paper in zip(colour, _PAPER, strict=True)
    )
    return red, green, blue


def _curve(size: Size, level: float, height: float, turns: float, shift: float) -> list[Size]:
    width, bottom = size
    points = [
        (x, round(level + height * math.sin(turns * math.tau * x / width + shift)))
        for x in range(0, width + 8, 8)
    ]
    return [*points, (width, bottom), (0, bottom)]


def _layers(
    draw: ImageDraw.ImageDraw, size: Size, colour: Colour, chance: random.Random, turns: float
) -> None:
    layers = 6
    for layer in range(layers):
        level = size[1] * (0.35 + 0.11 * layer)
        height = size[1] * chance.uniform(0.03, 0.08)
        points = _curve(size, level, height, turns, chance.uniform(0, math.tau))
        draw.polygon(points, fill=_mixed(colour, 0.25 + 0.75 * layer / (layers - 1)))


def _waves(draw: ImageDraw.ImageDraw, size: Size, colour: Colour, chance: random.Random) -> None:
    _disc(draw, (size[0] * 0.72, size[1] * 0.26), size[1] * 0.13, (255, 233, 190))
    _layers(draw, size, colour, chance, 3)


def _dunes(draw: ImageDraw.ImageDraw, size: Size, colour: Colour, chance: random.Random) -> None:
    _layers(draw, size, colour, chance, 1.2)


def _disc(draw: ImageDraw.ImageDraw, at: tuple[float, float], radius: float, fill: Colour) -> None:
    x, y = at
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def _sun(draw: ImageDraw.ImageDraw, size: Size, colour: Colour, chance: random.Random) -> None:
    middle = (size[0] * 0.5, size[1] * 0.55)
    far, rays = max(size), 28
    for ray in range(rays):
        angle = math.tau * ray / rays + chance.uniform(-0.02, 0.02)
        edge = [
            (middle[0] + far * math.cos(angle + turn), middle[1] + far * math.sin(angle + turn))
            for turn in (0, math.tau / rays / 2)
        ]
        draw.polygon([middle, *edge], fill=_mixed(colour, 0.35))
    _disc(draw, middle, size[1] * 0.3, _mixed(colour, 0.9))
    _disc(draw, middle, size[1] * 0.22, _mixed(colour, 0.65))


def _tiles(draw: ImageDraw.ImageDraw, size: Size, colour: Colour, chance: random.Random) -> None:
    side = size[1] // 6
    for top in range(0, size[1] + side, side):
        for left in range(0, size[0] + side, side):
            fill = _mixed(colour, chance.choice((0.2, 0.35, 0.55, 0.75, 1.0)))
            draw.rectangle((left + 4, top + 4, left + side - 6, top + side - 6), fill=fill)


def _dots(draw: ImageDraw.ImageDraw, size: Size, colour: Colour, chance: random.Random) -> None:
    step = size[1] // 7
    for row, y in enumerate(range(step // 2, size[1], step)):
        for x in range(step // 2 + (row % 2) * step // 2, size[0] + step, step):
            radius = step * chance.uniform(0.18, 0.42)
            _disc(draw, (x, y), radius, _mixed(colour, chance.uniform(0.3, 1.0)))


def _sails(draw: ImageDraw.ImageDraw, size: Size, colour: Colour, chance: random.Random) -> None:
    for boat in range(7):
        x = size[0] * (0.08 + 0.14 * boat) + chance.uniform(-20, 20)
        tall = size[1] * chance.uniform(0.35, 0.7)
        foot = size[1] * 0.86
        draw.polygon(
            [(x, foot - tall), (x, foot), (x + tall * 0.45, foot)], fill=_mixed(colour, 0.9)
        )
        draw.polygon(
            [(x - 8, foot - tall * 0.8), (x - 8, foot), (x - tall * 0.3, foot)],
            fill=_mixed(colour, 0.45),
        )
    draw.rectangle((0, size[1] * 0.88, size[0], size[1]), fill=_mixed(colour, 0.65))


def _grid(draw: ImageDraw.ImageDraw, size: Size, colour: Colour, chance: random.Random) -> None:
    step = size[1] // 9
    for _ in range(14):
        left = chance.randrange(0, size[0] // step) * step
        top = chance.randrange(0, size[1] // step) * step
        draw.rectangle((left, top, left + step, top + step), fill=_mixed(colour, 0.8))
    for x in range(0, size[0], step):
        draw.line((x, 0, x, size[1]), fill=_mixed(colour, 0.4), width=3)
    for y in range(0, size[1], step):
        draw.line((0, y, size[0], y), fill=_mixed(colour, 0.4), width=3)


def _arches(draw: ImageDraw.ImageDraw, size: Size, colour: Colour, chance: random.Random) -> None:
    span = size[0] // 5
    draw.rectangle((0, size[1] * 0.3, size[0], size[1]), fill=_mixed(colour, 0.75))
    for arch in range(6):
        left = arch * span - span // 3
        top = size[1] * chance.uniform(0.44, 0.5)
        draw.ellipse((left, top, left + span * 0.8, top + span), fill=_mixed(colour, 0.15))
        draw.rectangle(
            (left, top + span / 2, left + span * 0.8, size[1] * 0.9), fill=_mixed(colour, 0.15)
        )
    draw.rectangle((0, size[1] * 0.9, size[0], size[1]), fill=_mixed(colour, 1.0))


MOTIFS: Final[Mapping[str, Motif]] = {
    "waves": _waves,
    "dunes": _dunes,
    "sun": _sun,
    "tiles": _tiles,
    "dots": _dots,
    "sails": _sails,
    "grid": _grid,
    "arches": _arches,
}
