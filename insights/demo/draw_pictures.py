"""Pictures of the demo publication, drawn by `python -m insights.demo.draw_pictures [FOLDER]`.

We draw at twice the size and scale down, because Pillow does not antialias lines. A small palette keeps each file under
40 kB and the ground exactly that of the page. Pictures contain no words, so that captions and alt texts can be read
aloud and translated.
"""

import math
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from PIL import Image, ImageDraw

WASH = (237, 241, 248)
COBALT = (31, 63, 156)
PALE = (190, 202, 230)
SCALE = 2
BLENDS = 11
HAIR, BOLD = 2.0, 6.0
DOT, HALO = 13.0, 20.0

type Point = tuple[float, float]
type Color = tuple[int, int, int]


def palette() -> Image.Image:
    steps = [number / (BLENDS - 1) for number in range(BLENDS)]
    blends = [tuple(round(w + (c - w) * step) for w, c in zip(WASH, COBALT, strict=True)) for step in steps]
    holder = Image.new("P", (1, 1))
    holder.putpalette([channel for color in [*blends, PALE] for channel in color])
    return holder


class Sheet:
    """Picture that is being drawn; coordinates and widths are pixels of the finished picture."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width * SCALE, height * SCALE), WASH)
        self.pen = ImageDraw.Draw(self.image)

    def line(self, points: Iterable[Point], width: float = HAIR, color: Color = COBALT) -> None:
        path = [(x * SCALE, y * SCALE) for x, y in points]
        stroke = round(width * SCALE)
        self.pen.line(path, fill=color, width=stroke, joint="curve")
        if width > HAIR:
            radius = stroke / 2 - 0.5
            for x, y in (path[0], path[-1]):
                self.pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=color)

    def disc(self, x: float, y: float, radius: float, color: Color = COBALT) -> None:
        box = ((x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE)
        self.pen.ellipse(box, fill=color)

    def dot(self, x: float, y: float) -> None:
        self.disc(x, y, HALO, WASH)
        self.disc(x, y, DOT)

    def box(self, x: float, y: float, side: float, *, fill: Color | None = None) -> None:
        """Draw a square with a thin edge and its upper left corner at (x, y)."""
        edges = (x * SCALE, y * SCALE, (x + side) * SCALE, (y + side) * SCALE)
        self.pen.rectangle(edges, fill=fill, outline=COBALT, width=round(HAIR * SCALE))

    def marks(self, step: int = 60) -> None:
        for number, x in enumerate(range(step // 2, self.width, step)):
            length = 22 if number % 5 == 2 else 12
            self.line([(x, self.height - length), (x, self.height)])

    def save(self, path: Path) -> None:
        small = self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)
        small.quantize(palette=palette(), dither=Image.Dither.NONE).save(path, format="PNG", optimize=True)


def bump(x: float, centre: float, spread: float) -> float:
    return math.exp(-(((x - centre) / spread) ** 2))


def rising_traces() -> Sheet:
    """Draw the cover of the lead: stacked traces with one peak that rises on the right."""
    sheet = Sheet(1200, 800)
    rows = 20
    bold: list[Point] = []
    for row in range(rows):
        depth = row / (rows - 1)
        base = 250 + 440 * depth
        trace: list[Point] = []
        for x in range(90, 1111, 4):
            ripple = 12 * math.sin(x / 37 + row * 0.9) * bump(x, 600, 330)
            foothills = 46 * bump(x, 330 + 90 * math.sin(row * 0.7), 95) + 64 * bump(x, 560 - 60 * depth, 80)
            peak = (70 + 190 * math.sin(math.pi * depth)) * bump(x, 800 + 40 * math.sin(row * 0.45), 105)
            foothills *= math.sin(math.pi * (0.15 + 0.8 * depth))
            trace.append((x, base - ripple * 0.5 - foothills - peak))
        # Paint the ground under each trace, so that a nearer one hides what lies behind it.
        hidden = [*trace, (1110, base + 6), (90, base + 6)]
        sheet.pen.polygon([(x * SCALE, y * SCALE) for x, y in hidden], fill=WASH)
        sheet.line(trace)
        if row == 12:
            bold = trace
            sheet.line(trace, BOLD)
    sheet.dot(*min(bold, key=lambda point: point[1]))
    sheet.marks()
    return sheet


def ruled_card() -> Sheet:
    """Draw the cover of the model card article: a pile of cards, one line of the top one bold."""
    sheet = Sheet(1200, 800)
    for number in range(11, -1, -1):
        left, top = 330 + number * 24, 250 - number * 15
        width, height = 330, 440
        corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
        sheet.pen.polygon([(x * SCALE, y * SCALE) for x, y in corners], fill=WASH)
        sheet.line([*corners, corners[0]])
    lengths = (150, 250, 235, 258, 120, 0, 242, 262, 226, 250, 176)
    for number, length in enumerate(lengths):
        y = 300 + number * 34
        if length:
            sheet.line([(366, y), (366 + length, y)], BOLD if number == 7 else HAIR)
    sheet.dot(366 + lengths[7], 300 + 7 * 34)
    sheet.marks()
    return sheet


def attention_grid() -> Sheet:
    """Draw a triangle of squares, one for each pair of a token with itself and all before it."""
    sheet = Sheet(1200, 675)
    count, side = 16, 34
    left, top = 328, 56
    for row in range(count):
        for column in range(row + 1):
            x, y = left + column * side, top + row * side
            sheet.box(x, y, side + HAIR, fill=PALE if row == count - 1 else None)
    edge = top + (count - 1) * side
    right = left + count * side + HAIR
    sheet.line([(left, edge), (right, edge), (right, edge + side), (left, edge + side), (left, edge)], BOLD)
    # No halo here: it would cut the edge of the bold row.
    sheet.disc(right - side / 2, edge + side / 2, DOT - 2)
    sheet.marks()
    return sheet


def staircase() -> Sheet:
    """Draw a smooth curve and the same curve rounded to eight levels."""
    sheet = Sheet(1200, 675)
    top, bottom, levels = 90.0, 580.0, 8
    step = (bottom - top) / (levels - 1)
    for level in range(levels):
        sheet.line([(110, top + level * step), (1090, top + level * step)], color=PALE)

    def height(x: float) -> float:
        turn = (x - 110) / 980 * math.tau
        return 335 - 190 * math.sin(turn * 0.92 + 0.35) - 46 * math.sin(2.3 * turn)

    def rounded(x: float) -> float:
        return top + round((height(x) - top) / step) * step

    columns = range(110, 1091, 28)
    stairs: list[Point] = []
    for x in columns:
        y = rounded(x + 14)
        stairs += [(x, y), (min(x + 28, 1090), y)]
    sheet.line(stairs, BOLD)
    sheet.line([(x, height(x)) for x in range(110, 1091, 2)])
    widest = max(columns, key=lambda x: abs(height(x + 14) - rounded(x + 14)))
    sheet.dot(widest + 14, height(widest + 14))
    sheet.marks()
    return sheet


def intervals() -> Sheet:
    """Draw five results as ranges; the best point lies inside the ranges of its neighbors."""
    sheet = Sheet(1200, 675)
    # Made-up results in percent: middle and half width of the range, the more questions the narrower.
    results = ((58.0, 10.0), (64.0, 7.5), (71.0, 9.0), (67.0, 4.0), (69.0, 2.2))

    def place(percent: float) -> float:
        return 110 + (percent - 40) / 50 * 980

    for percent in range(40, 91, 10):
        sheet.line([(place(percent), 70), (place(percent), 600)], color=PALE)
    for row, (middle, half) in enumerate(results):
        y = 120 + row * 108
        best = row == 2
        width = BOLD if best else HAIR
        sheet.line([(place(middle - half), y), (place(middle + half), y)], width)
        for end in (middle - half, middle + half):
            sheet.line([(place(end), y - 18), (place(end), y + 18)], width)
        if best:
            sheet.dot(place(middle), y)
        else:
            sheet.disc(place(middle), y, 10)
            sheet.disc(place(middle), y, 7.5, WASH)
    sheet.marks()
    return sheet


def three_dials() -> Sheet:
    """Draw the picture of the series: three dials, the last one with a bold hand and a dot."""
    sheet = Sheet(1200, 400)
    for number, (x, share) in enumerate(((240, 0.3), (600, 0.52), (960, 0.71))):
        for radius in (120, 150, 180, 210):
            arc = [math.pi * (1 - step / 120) for step in range(121)]
            sheet.line([(x + radius * math.cos(turn), 320 - radius * math.sin(turn)) for turn in arc])
        for step in range(31):
            turn = math.pi * (1 - step / 30)
            inner = 222 if step % 5 else 216
            outer = 232 if step % 5 else 240
            sheet.line([(x + edge * math.cos(turn), 320 - edge * math.sin(turn)) for edge in (inner, outer)])
        turn = math.pi * (1 - share)
        tip = (x + 180 * math.cos(turn), 320 - 180 * math.sin(turn))
        sheet.line([(x, 320), tip], BOLD if number == 2 else HAIR)
    sheet.dot(*tip)
    sheet.marks()
    return sheet


def rings() -> Sheet:
    """Draw a byline portrait: the publication's rings, with a dot on the third."""
    sheet = Sheet(320, 320)
    for radius in range(30, 151, 24):
        turns = [math.tau * step / 180 for step in range(181)]
        width = BOLD if radius == 78 else HAIR
        sheet.line([(160 + radius * math.cos(turn), 160 + radius * math.sin(turn)) for turn in turns], width)
    sheet.dot(160 + 78 * math.cos(-0.8), 160 + 78 * math.sin(-0.8))
    return sheet


PICTURES: dict[str, Callable[[], Sheet]] = {
    "tokens-cover.png": rising_traces,
    "model-card-cover.png": ruled_card,
    "attention-grid.png": attention_grid,
    "quantization-steps.png": staircase,
    "score-ranges.png": intervals,
    "reading-evaluations.png": three_dials,
    "explainers-desk.png": rings,
}


def draw_all(folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, draw in PICTURES.items():
        path = folder / name
        draw().save(path)
        paths.append(path)
    return paths


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "articles" / "images"
    for drawn in draw_all(target):
        sys.stdout.write(f"{drawn.name}: {drawn.stat().st_size / 1000:.1f} kB\n")
