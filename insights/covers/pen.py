"""Paper, chance and pen of the drawn covers.

Curves are quadratic B-splines written with SVG's `t`: two numbers a sample keep a drawing of a thousand
samples under six kilobytes, where a polyline of the same smoothness needs three times as many. Dots are
strokes of no length and hairlines do not scale (the site's sheet says so), so a thumbnail stays as crisp as
a band.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

Point = tuple[float, float]
GRID = 4  # curves are written in quarters of a pixel, inside <g transform="scale(.25)">


@dataclass(frozen=True, slots=True)
class Frame:
    """The ground of a drawing: width and height in pixels, and a name for ids that no other drawing has."""

    width: int
    height: int
    name: str

    @property
    def centre(self) -> Point:
        """The middle of the part above the graduation marks."""
        return self.width / 2, (self.height - 8) / 2

    @property
    def reach(self) -> float:
        """Half the height that a figure may fill."""
        return (self.height - 28) / 2


class Chance:
    """Numbers that look random and follow from a text alone, on every machine and version of Python."""

    def __init__(self, seed: str) -> None:
        self._seed = sha256(seed.encode()).digest()
        self._block = 0
        self._left: list[int] = []

    def between(self, low: float, high: float) -> float:
        """A number from `low` up to `high`, evenly spread."""
        if not self._left:
            block = sha256(self._seed + self._block.to_bytes(4, "big")).digest()
            self._left = [int.from_bytes(block[at : at + 4], "big") for at in range(0, 32, 4)]
            self._block += 1
        return low + (high - low) * self._left.pop() / 2**32

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.between(0, high - low + 1))


def number(value: float) -> str:
    """A length with at most one decimal, as short as SVG allows."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def steps(values: Iterable[int]) -> str:
    """Whole numbers in SVG's tightest notation: a minus sign also separates."""
    text = ""
    for value in values:
        text += f"{value}" if value < 0 or not text else f" {value}"
    return text


def curve(points: list[Point], *, closed: bool = False) -> str:
    """Path data of a smooth line drawn by `points` (at least three), in quarters of a pixel.

    The points are control points; the line itself runs through the middles between neighbours, which are
    whole numbers because each point is rounded to an even one. So the reflected controls of `t` never drift.
    """
    even = [(2 * round(x * GRID / 2), 2 * round(y * GRID / 2)) for x, y in points]
    if closed:
        even = [even[-1], *even, even[0]]
    middles = [((a + c) // 2, (b + d) // 2) for (a, b), (c, d) in pairwise(even)]
    (x0, y0), (x1, y1), (cx, cy) = middles[0], middles[1], even[1]
    moves = [part for (ax, ay), (bx, by) in pairwise(middles[1:]) for part in (bx - ax, by - ay)]
    tail = "z" if closed else ""
    return f"M{steps((x0, y0))}q{steps((cx - x0, cy - y0, x1 - x0, y1 - y0))}t{steps(moves)}{tail}"


def on_curve(points: list[Point], index: int) -> Point:
    """The place on `curve(points)` between the point at `index` and the next."""
    (ax, ay), (bx, by) = points[index % len(points)], points[(index + 1) % len(points)]
    return (ax + bx) / 2, (ay + by) / 2


def fine(*pieces: str) -> str:
    """A group for path data in quarters of a pixel."""
    return f'<g transform="scale(.25)">{"".join(pieces)}</g>'


def dot(place: Point) -> str:
    """The reading: one filled dot with a halo, as strokes, so that scaling leaves its size alone."""
    at = f"M{number(place[0])} {number(place[1])}h.01"
    return f'<path class="h" d="{at}"/><path class="d" d="{at}"/>'


def foot(frame: Frame) -> str:
    """A clean strip for the marks under a figure that fills its ground."""
    return f'<path class="k" stroke="none" d="M0 {frame.height - 12}h{frame.width}v12H0z"/>'
