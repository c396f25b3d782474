"""Share image of an article: text on the left, its cover or its drawn figure on the right.

It is shown at a third to a half of its size, so text has at least 26 pixels. The font is a subset of Source Serif
(`fonts/`, with its license). Characters without a glyph are left out, because empty boxes look worse.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from insights.covers import draw
from insights.covers.svg_pixels import Colour, DrawingStyle, rasterize

SIZE = (1200, 630)
FACE = Path(__file__).parent / "fonts" / "text-regular.ttf"

PAPER: Colour = (250, 251, 251)
WASH: Colour = (237, 241, 248)
INK: Colour = (23, 26, 34)
SOFT: Colour = (78, 85, 101)
ACCENT: Colour = (31, 63, 156)

LEFT, RIGHT = 64, 616  # edges of the text
FIGURE = 660  # left edge of the figure
TITLE_TOP, TITLE_HEIGHT = 122, 360
FOOT = 514  # the rule above the site's name
TITLE_SIZES = range(80, 33, -2)
COLOURS = 128


FIGURE_SIZE = (SIZE[0] - FIGURE, SIZE[1])
LOGO_BOX = (200, 48)


@dataclass(frozen=True, slots=True)
class Card:
    seed: str  # chooses the figure, as on the page
    site: str
    label: str
    title: str
    byline: str = ""
    cover: str = ""  # the stored file, instead of the figure
    focus: tuple[float, float] = (0.5, 0.5)  # focal point of the cover
    logo: str = ""  # the stored file, instead of the mark


def draw_card(card: Card, *, cover: Image.Image | None = None, logo: Image.Image | None = None) -> Image.Image:
    """Return the image, in a palette of under 100 kB with a figure. `cover`: FIGURE_SIZE; `logo`: within LOGO_BOX."""
    picture = Image.new("RGB", SIZE, PAPER)
    if cover is None:
        picture.paste(rasterize(draw(card.seed), FIGURE_SIZE, DrawingStyle(WASH, ACCENT, pen=1.9)), (FIGURE, 0))
    else:
        picture.paste(cover, (FIGURE, 0), cover)
    canvas = ImageDraw.Draw(picture)
    site = drawable_text(card.site)
    _one_line(canvas, drawable_text(card.label), 30, 60, ACCENT)
    title = drawable_text(card.title)
    size, lines = fitted(title if _says_enough(card.title, title) else site)
    for number, line in enumerate(lines):
        canvas.text((LEFT, TITLE_TOP + number * leading(size)), line, font=_face(size), fill=INK)
    canvas.rectangle((LEFT, FOOT, RIGHT, FOOT + 1), fill=INK)
    left = LEFT + 50
    if logo is None:
        _mark(canvas, LEFT + 17, FOOT + 42)
    else:
        picture.paste(logo, (LEFT, FOOT + 18 + (LOGO_BOX[1] - logo.height) // 2), logo)
        left = LEFT + max(34, logo.width) + 16
    _one_line(canvas, site, 30, FOOT + 24, INK, left=left)
    byline = drawable_text(card.byline)
    _one_line(canvas, byline if byline != site else "", 26, FOOT + 66, SOFT, left=left)
    if cover is None:
        return picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    return picture.quantize(256, dither=Image.Dither.FLOYDSTEINBERG)


def fitted(title: str) -> tuple[int, list[str]]:
    """Return the largest size at which a title fits, and its lines; the last one is cut if no size fits."""
    for size in TITLE_SIZES:
        lines = _wrapped(title, size)
        if lines and len(lines) * leading(size) <= TITLE_HEIGHT and not _breaks_words(title, lines):
            return size, lines
    size = TITLE_SIZES[-1]
    lines, most = _wrapped(title, size), TITLE_HEIGHT // leading(size)
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(lines[most - 1], size, must=True)]
    return size, lines


def drawable_text(text: str) -> str:
    known = (sign if _is_known(sign) else " " if sign.isspace() else "" for sign in unicodedata.normalize("NFC", text))
    return " ".join("".join(known).split())


def _says_enough(text: str, left: str) -> bool:
    characters = sum(map(str.isalnum, text))
    return bool(left) and sum(map(str.isalnum, left)) * 2 >= characters


@lru_cache(maxsize=4096)
def _is_known(sign: str) -> bool:
    if sign == " ":
        return True
    if not sign.isprintable():
        return False
    return _picture_of(sign) != _picture_of("\U0010ffff")


def _picture_of(sign: str) -> tuple[tuple[int, int], bytes]:
    mask = _face(30).getmask(sign)
    return mask.size, bytes(mask)


@lru_cache(maxsize=64)
def _face(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FACE), size)


def leading(size: int) -> int:
    return round(size * 1.14)


def width(text: str, size: int) -> float:
    return _face(size).getlength(text)


def _wrapped(text: str, size: int) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width(longer, size) <= RIGHT - LEFT:
            line = longer
            continue
        if line:
            lines.append(line)
        while width(word, size) > RIGHT - LEFT:
            fits = next(count for count in range(len(word) - 1, 0, -1) if width(word[:count], size) <= RIGHT - LEFT)
            lines.append(word[:fits])
            word = word[fits:]
        line = word
    return [*lines, line] if line else lines


def _breaks_words(text: str, lines: list[str]) -> bool:
    return " ".join(lines) != " ".join(text.split())


def _cut(text: str, size: int, *, must: bool = False, room: int = RIGHT - LEFT) -> str:
    """Shorten the text to `room` pixels with an ellipsis; `must`: add an ellipsis in any case."""
    if not must and width(text, size) <= room:
        return text
    while text and width(f"{text}…", size) > room:
        text = text[:-1].rstrip()
    return f"{text}…"


def _one_line(canvas: ImageDraw.ImageDraw, text: str, size: int, top: int, colour: Colour, left: int = LEFT) -> None:
    canvas.text((left, top), _cut(text, size, room=RIGHT - left), font=_face(size), fill=colour)


def _mark(canvas: ImageDraw.ImageDraw, x: int, y: int) -> None:
    for radius, shift in ((17, 0), (11, 2)):
        box = (x - radius + shift, y - radius + shift, x + radius + shift, y + radius + shift)
        canvas.ellipse(box, outline=ACCENT, width=2)
    canvas.ellipse((x + 1, y + 1, x + 7, y + 7), fill=ACCENT)
