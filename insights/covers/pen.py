"""Frame, random numbers and SVG helpers of the drawn covers.

Curves are quadratic B-splines in SVG's `t`: two numbers a sample. An equally smooth polyline needs three times as many.
Dots are strokes of no length, and hairlines do not scale (style sheet), so a thumbnail is as sharp as a band.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

Point = tuple[float, float]
GRID = 4  # curves are written in quarters of a pixel, inside <g transform="scale(.25)">


@dataclass(frozen=True, slots=True)
class Frame:
    """The area of a drawing: size in pixels, and a unique name for its ids."""

    width: int
    height: int
    name: str

    @property
    def centre(self) -> Point:
        """Return the middle of the part above the graduation marks."""
        return self.width / 2, (self.height - 8) / 2

    @property
    def reach(self) -> float:
        """Return half the height that a figure may fill."""
        return (self.height - 28) / 2


class Chance:
    """Pseudorandom numbers that follow from a text alone, equal on every platform and version of Python."""

    def __init__(self, seed: str) -> None:
        self._seed = sha256(seed.encode()).digest()
        self._block = 0
        self._left: list[int] = []

    def between(self, low: float, high: float) -> float:
        if not self._left:
            block = sha256(self._seed + self._block.to_bytes(4, "big")).digest()
            self._left = [int.from_bytes(block[at : at + 4], "big") for at in range(0, 32, 4)]
            self._block += 1
        return low + (high - low) * self._left.pop() / 2**32

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self.between(0, high - low + 1))


def number(value: float) -> str:
    """Return a length with at most one decimal, as short as SVG allows."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def steps(values: Iterable[int]) -> str:
    """Return whole numbers in the shortest notation of SVG: a minus sign also separates."""
    text = ""
    for value in values:
        text += f"{value}" if value < 0 or not text else f" {value}"
    return text


def curve(points: list[Point], *, closed: bool = False) -> str:
    """Return the path data of a smooth line by control points (at least three), in quarters of a pixel.

    It runs through the middles between points, rounded so that they are whole and the controls of `t` do not drift.
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
    """Return the point of `curve(points)` between the point at `index` and the next."""
    (ax, ay), (bx, by) = points[index % len(points)], points[(index + 1) % len(points)]
    return (ax + bx) / 2, (ay + by) / 2


def fine(*pieces: str) -> str:
    return f'<g transform="scale(.25)">{"".join(pieces)}</g>'


def dot(place: Point) -> str:
    """Return a filled dot with a halo, as strokes, so that scaling does not change its size."""
    at = f"M{number(place[0])} {number(place[1])}h.01"
    return f'<path class="h" d="{at}"/><path class="d" d="{at}"/>'


def foot(frame: Frame) -> str:
    """Return a clean strip for the marks under a figure that fills the whole area."""
    return f'<path class="k" stroke="none" d="M0 {frame.height - 12}h{frame.width}v12H0z"/>'
