"""Pictures for the demo: a hill or two under a sky, and before it what the work is about. Drawn here, from nothing."""

import colorsys
import io
import random
from collections.abc import Callable

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 800, 600
_FINER = 2
"""Drawn so much larger and made smaller, which takes the steps out of the edges."""

Colour = tuple[int, int, int]
PAPER: Colour = (253, 250, 244)
INK: Colour = (52, 60, 78)


class Pen:
    """Draws flat shapes in a square of 100 by 100 in the middle of a picture."""

    def __init__(self, draw: ImageDraw.ImageDraw, accent: Colour) -> None:
        self._draw = draw
        self._unit = HEIGHT * _FINER / 100 * 0.52
        self._left = WIDTH * _FINER / 2 - 50 * self._unit
        self._top = HEIGHT * _FINER / 2 - 48 * self._unit
        self.accent = accent

    def _at(self, *numbers: float) -> list[float]:
        return [(self._left if n % 2 == 0 else self._top) + number * self._unit for n, number in enumerate(numbers)]

    def box(self, *corners: float, fill: Colour, radius: float = 3) -> None:
        self._draw.rounded_rectangle(self._at(*corners), radius * self._unit, fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        self._draw.ellipse(self._at(x - radius, y - radius, x + radius, y + radius), fill=fill)

    def oval(self, *corners: float, fill: Colour) -> None:
        self._draw.ellipse(self._at(*corners), fill=fill)

    def shape(self, *points: float, fill: Colour) -> None:
        self._draw.polygon(self._at(*points), fill=fill)

    def line(self, *points: float, fill: Colour, width: float = 4) -> None:
        self._draw.line(self._at(*points), fill=fill, width=int(width * self._unit), joint="curve")
        for n in (0, len(points) - 2):
            self.disc(points[n], points[n + 1], width / 2, fill)


def _house(pen: Pen) -> None:
    pen.shape(12, 50, 50, 14, 88, 50, fill=INK)
    pen.box(22, 46, 78, 88, fill=PAPER, radius=2)
    pen.box(43, 60, 57, 88, fill=pen.accent, radius=2)
    pen.box(28, 54, 38, 64, fill=pen.accent, radius=1)
    pen.box(62, 54, 72, 64, fill=pen.accent, radius=1)
    for x, y, size in ((86, 20, 9), (14, 24, 6)):
        pen.shape(x, y - size, x + 2, y - 2, x + size, y, x + 2, y + 2, x, y + size, x - 2, y + 2, x - size, y,
                  x - 2, y - 2, fill=PAPER)  # fmt: skip


def _plant(pen: Pen) -> None:
    pen.line(50, 62, 50, 24, fill=INK, width=3)
    for side in (-1, 1):
        for y, reach in ((50, 26), (36, 20)):
            tip = 50 + side * reach
            pen.oval(min(50, tip), y - 9, max(50, tip), y + 5, fill=pen.accent)
    pen.disc(50, 20, 9, PAPER)
    pen.disc(50, 20, 4, INK)
    pen.shape(30, 62, 70, 62, 64, 90, 36, 90, fill=INK)
    pen.box(27, 58, 73, 67, fill=PAPER, radius=2)


def _drop(pen: Pen) -> None:
    pen.shape(50, 8, 76, 50, 24, 50, fill=PAPER)
    pen.disc(50, 60, 29, PAPER)
    pen.oval(33, 54, 43, 74, fill=pen.accent)


def _bolt(pen: Pen) -> None:
    pen.disc(50, 50, 42, PAPER)
    pen.shape(56, 14, 28, 56, 47, 56, 42, 88, 72, 42, 53, 42, fill=pen.accent)


def _hammer(pen: Pen) -> None:
    pen.line(30, 86, 62, 36, fill=PAPER, width=9)
    pen.shape(40, 22, 56, 10, 86, 34, 76, 50, fill=INK)
    pen.disc(78, 76, 8, pen.accent)
    pen.disc(78, 76, 3, INK)


def _truck(pen: Pen) -> None:
    pen.box(6, 28, 60, 72, fill=PAPER)
    pen.shape(62, 40, 80, 40, 94, 56, 94, 72, 62, 72, fill=pen.accent)
    pen.shape(67, 45, 78, 45, 86, 56, 67, 56, fill=PAPER)
    for x in (24, 76):
        pen.disc(x, 74, 11, INK)
        pen.disc(x, 74, 4, PAPER)


def _book(pen: Pen) -> None:
    pen.box(8, 24, 92, 82, fill=INK)
    for left, right in ((12, 49), (51, 88)):
        pen.box(left, 20, right, 77, fill=PAPER, radius=2)
        for y in (34, 44, 54):
            pen.line(left + 7, y, right - 7, y, fill=pen.accent, width=2.5)


def _laptop(pen: Pen) -> None:
    pen.box(18, 20, 82, 66, fill=INK)
    pen.box(22, 24, 78, 62, fill=pen.accent, radius=1)
    pen.line(36, 35, 46, 43, 36, 51, fill=PAPER, width=3)
    pen.line(50, 52, 64, 52, fill=PAPER, width=3)
    pen.shape(14, 68, 86, 68, 96, 80, 4, 80, fill=PAPER)


def _flower(pen: Pen) -> None:
    for x, y in ((50, 26), (70, 40), (62, 64), (38, 64), (30, 40)):
        pen.disc(x, y, 16, PAPER)
    pen.disc(50, 47, 13, pen.accent)


def _dumbbell(pen: Pen) -> None:
    pen.line(20, 50, 80, 50, fill=INK, width=7)
    for left, right, top in ((14, 24, 26), (26, 33, 34), (76, 86, 26), (67, 74, 34)):
        pen.box(left, top, right, 100 - top, fill=PAPER if top == 26 else pen.accent)


def _paw(pen: Pen) -> None:
    pen.oval(28, 48, 72, 86, fill=PAPER)
    for x, y in ((20, 44), (40, 26), (60, 26), (80, 44)):
        pen.oval(x - 9, y - 12, x + 9, y + 12, fill=PAPER)


def _camera(pen: Pen) -> None:
    pen.shape(34, 32, 40, 20, 60, 20, 66, 32, fill=INK)
    pen.box(10, 30, 90, 80, fill=INK, radius=6)
    pen.disc(50, 55, 21, PAPER)
    pen.disc(50, 55, 15, pen.accent)
    pen.disc(45, 50, 4, PAPER)
    pen.disc(80, 40, 3, PAPER)


def _balloons(pen: Pen) -> None:
    for x, y, fill in ((32, 36, PAPER), (68, 32, pen.accent), (50, 24, INK)):
        pen.line(x, y + 16, 50, 90, fill=INK, width=1.2)
        pen.oval(x - 15, y - 18, x + 15, y + 18, fill=fill)


def _cake(pen: Pen) -> None:
    pen.box(18, 56, 82, 86, fill=PAPER)
    pen.box(28, 38, 72, 58, fill=pen.accent)
    for x in (38, 50, 62):
        pen.line(x, 36, x, 28, fill=INK, width=2.5)
        pen.oval(x - 2.5, 16, x + 2.5, 25, fill=PAPER)
    pen.line(20, 70, 80, 70, fill=pen.accent, width=3)


_DRAWN: dict[str, tuple[float, Callable[[Pen], None]]] = {
    "home-cleaning": (0.52, _house), "gardening": (0.33, _plant), "plumbing": (0.56, _drop),
    "electrical": (0.13, _bolt), "handyman": (0.08, _hammer), "moving": (0.60, _truck), "tutoring": (0.68, _book),
    "it-help": (0.48, _laptop), "beauty": (0.92, _flower), "fitness": (0.03, _dumbbell), "pet-care": (0.10, _paw),
    "photography": (0.75, _camera), "childcare": (0.97, _balloons), "events": (0.84, _cake),
}  # fmt: skip
"""The hue of each category, and what stands for it."""


def picture(category: str, variant: str) -> bytes:
    """A JPEG, always the same for the same two."""
    hue, subject = _DRAWN.get(category, (0.58, _house))
    chance = random.Random(f"{category} {variant}")  # noqa: S311 -- for hills, not for secrets
    hue = (hue + chance.uniform(-0.04, 0.04)) % 1
    image = Image.new("RGB", (1, 2))
    image.putpixel((0, 0), _colour(hue, 0.30, 0.97))
    image.putpixel((0, 1), _colour((hue + 0.06) % 1, 0.12, 0.99))
    image = image.resize((WIDTH * _FINER, HEIGHT * _FINER), Image.Resampling.BILINEAR)
    draw = ImageDraw.Draw(image)
    sun, size = chance.uniform(0.12, 0.88) * WIDTH * _FINER, chance.uniform(60, 110) * _FINER
    top = chance.uniform(0.06, 0.2) * HEIGHT * _FINER
    draw.ellipse((sun - size, top, sun + size, top + 2 * size), fill=_colour((hue + 0.1) % 1, 0.08, 1.0))
    for depth in range(3):
        middle, reach = chance.uniform(0, 1) * WIDTH * _FINER, chance.uniform(0.7, 1.1) * WIDTH * _FINER
        crest = (0.58 + 0.13 * depth) * HEIGHT * _FINER
        hill = (middle - reach, crest, middle + reach, crest + 2.2 * HEIGHT * _FINER)
        draw.ellipse(hill, fill=_colour(hue, 0.30 + 0.09 * depth, 0.86 - 0.11 * depth))
    subject(Pen(draw, _colour((hue + 0.5) % 1, 0.45, 0.88)))
    file = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.BOX).save(file, "JPEG", quality=88)
    return file.getvalue()


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)
