"""The seven figures that a drawn cover may show.

Each figure is a function of a `Frame` and a `Chance` and returns pieces of SVG: hairlines first, then exactly
one bold line, then one dot on it. Curves are quadratic B-splines written with SVG's `t`, because two numbers a
sample keep a drawing of a thousand samples under six kilobytes; a polyline of the same smoothness needs three
times as many. Lengths are pixels of the drawing. What must not be cut off stands in the middle square, the part
that a phone shows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from math import atan2, cos, exp, hypot, pi, sin, tau

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


Figure = Callable[[Frame, Chance], list[str]]


def number(value: float) -> str:
    """A pixel value with at most one decimal, as short as SVG allows."""
    return f"{value:.1f}".removesuffix(".0").replace("-0", "0") if abs(value) < 0.05 else f"{value:.1f}".removesuffix(".0")


def steps(values: Iterable[int]) -> str:
    """Whole numbers in SVG's tightest notation: a minus sign also separates."""
    text = ""
    for value in values:
        text += f"{value}" if value < 0 or not text else f" {value}"
    return text


def curve(points: list[Point], *, closed: bool = False) -> str:
    """Path data of a smooth line drawn by `points` (at least three), in quarters of a pixel.

    The points are control points; the line itself runs through the middles between neighbours, which are whole
    numbers because each point is rounded to an even one. So the reflected controls of `t` never drift.
    """
    even = [(2 * round(x * GRID / 2), 2 * round(y * GRID / 2)) for x, y in points]
    if closed:
        even = [even[-1], *even, even[0]]
    middles = [((a + c) // 2, (b + d) // 2) for (a, b), (c, d) in zip(even, even[1:], strict=False)]
    (x0, y0), (x1, y1), (cx, cy) = middles[0], middles[1], even[1]
    moves = [
        part
        for (ax, ay), (bx, by) in zip(middles[1:], middles[2:], strict=False)
        for part in (bx - ax, by - ay)
    ]
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
    """The reading: one filled dot with a halo. Strokes, so that they keep their size when the drawing scales."""
    at = f"M{number(place[0])} {number(place[1])}h.01"
    return f'<path class="h" d="{at}"/><path class="d" d="{at}"/>'


def foot(frame: Frame) -> str:
    """A clean strip for the marks under a figure that fills its ground."""
    return f'<path class="k" stroke="none" d="M0 {frame.height - 12}h{frame.width}v12H0z"/>'


def ridges(frame: Frame, chance: Chance) -> list[str]:
    """Stacked traces whose peak drifts from one to the next."""
    count, left, right = 17, frame.width * 0.06, frame.width * 0.94
    top, bottom = frame.height * 0.33, frame.height * 0.91
    summit = chance.between(0.42, 0.6)  # which part of the stack rises highest
    drift = chance.between(-0.12, 0.16) or 0.1
    hills = [
        (chance.between(0.34, 0.66), chance.between(0.045, 0.1), chance.between(0.35, 1), chance.between(0, tau))
        for _ in range(4)
    ]
    columns = 38 if frame.width < 400 else 46
    traces = []
    for row in range(count):
        depth = row / (count - 1)
        swell = exp(-(((depth - summit) / 0.27) ** 2)) * frame.height * 0.27
        hill = [
            (middle + drift * (depth - summit) + 0.02 * sin(row * 0.9 + phase), width, part)
            for middle, width, part, phase in hills
        ]
        base = top + (bottom - top) * depth
        trace = []
        for column in range(columns + 1):
            at = column / columns
            rise = sum(part * exp(-(((at - middle) / width) ** 2)) for middle, width, part in hill)
            trace.append((left + (right - left) * at, base - swell * rise))
        traces.append(trace)
    bold = traces.pop(round(summit * (count - 1)))
    peak = min(range(1, columns - 1), key=lambda index: on_curve(bold, index)[1])
    lines = "".join(f'<path class="k" d="{curve(trace)}"/>' for trace in traces)
    return [fine(lines, f'<path class="b" d="{curve(bold)}"/>'), dot(on_curve(bold, peak))]


def contours(frame: Frame, chance: Chance) -> list[str]:
    """Height lines of one hill that leans."""
    count, samples = chance.whole(9, 12), 40
    x, y = frame.centre
    stretch = 1.25 if frame.width < 400 else 1.9
    waves = [(order, chance.between(0.35, 1) * size, chance.between(0, tau)) for order, size in ((2, 0.12), (3, 0.1), (5, 0.05))]
    lean_x, lean_y = chance.between(-0.22, 0.22), chance.between(-0.16, 0.16)
    widest = max(sum(size * cos(order * tau * step / 90 + turn) for order, size, turn in waves) for step in range(90))
    rings = []
    for ring in range(count):
        part = (ring + 1) / count
        radius = frame.reach * 0.97 / (1 + widest) * part**0.9
        away = 1 - part
        rings.append(
            [
                (
                    x + (lean_x * away * frame.reach) + stretch * radius * bulge * cos(angle),
                    y + (lean_y * away * frame.reach) + radius * bulge * sin(angle),
                )
                for angle in (tau * step / samples for step in range(samples))
                for bulge in (1 + part * sum(size * cos(order * angle + turn) for order, size, turn in waves),)
            ]
        )
    bold = rings.pop(round(count * chance.between(0.5, 0.7)))
    place = on_curve(bold, chance.whole(2, 9))
    lines = "".join(curve(ring, closed=True) for ring in rings)
    return [fine(f'<path d="{lines}"/>', f'<path class="b" d="{curve(bold, closed=True)}"/>'), dot(place)]


def waves(frame: Frame, chance: Chance) -> list[str]:
    """Overlapping rings in rows, as on a sea that swells at one place."""
    radius = chance.between(25, 31)
    rings = 5
    swell_x = frame.width * chance.between(0.42, 0.58)
    swell, breadth = chance.between(22, 34), frame.width * chance.between(0.16, 0.24)

    def lift(x: float, row: int) -> float:
        return swell * exp(-(((x - swell_x) / breadth) ** 2)) * exp(-row / 2.6)

    first, gap = 52.0, radius * 0.62
    rows = int((frame.height - first) / gap) + 2
    shells = "".join(
        f'<circle class="k" r="{number(radius)}"/>' if ring == 0 else f'<circle r="{number(radius * (1 - ring * 0.185))}"/>'
        for ring in range(rings)
    )
    places = []
    for row in range(rows):
        x = -radius if row % 2 else 0.0
        while x < frame.width + radius:
            places.append((x, first + row * gap - lift(x, row)))
            x += 2 * radius
    chosen = min(places, key=lambda place: hypot(place[0] - swell_x, (place[1] - frame.height * 0.5) * 1.4))
    uses = "".join(f'<use href="#{frame.name}" x="{number(x)}" y="{number(y)}"/>' for x, y in places)
    side = chance.between(-0.62, -0.5) if chance.between(0, 1) < 0.5 else chance.between(-0.5, -0.38)
    dx, dy = radius * cos(pi * 0.16), radius * sin(pi * 0.16)
    x, y = chosen
    arc = f'<path class="b" d="M{number(x - dx)} {number(y - dy)}A{number(radius)} {number(radius)} 0 0 1 {number(x + dx)} {number(y - dy)}"/>'
    place = x + radius * cos(pi * side), y + radius * sin(pi * side)
    return [f'<defs><g id="{frame.name}">{shells}</g></defs>{uses}{arc}', foot(frame), dot(place)]


def fan(frame: Frame, chance: Chance) -> list[str]:
    """Many ways from one point to another; one of them is taken."""
    x, y = frame.centre
    count = 17
    half = frame.width * 0.31
    left, right = x - half, x + half
    waist = half * chance.between(0.5, 0.72)
    tilt = chance.between(-0.26, 0.26) * frame.reach
    low, high = y + tilt, y - tilt
    gap = 2 * frame.reach / (count - 1)
    nodes = [y - frame.reach + gap * index for index in range(count)]

    def way(node: float) -> str:
        return (
            f"M{number(left)} {number(low)}C{number(left + waist)} {number(low)} {number(x - waist * 0.7)} {number(node)} {number(x)} {number(node)}"
            f"S{number(right - waist)} {number(high)} {number(right)} {number(high)}"
        )

    chosen = chance.whole(2, count - 3)
    lines = "".join(way(node) for index, node in enumerate(nodes) if index != chosen)
    knots = "".join(f"M{number(x)} {number(node)}h.01" for index, node in enumerate(nodes) if index != chosen)
    ends = f'<path stroke-width="6" d="M{number(left)} {number(low)}h.01M{number(right)} {number(high)}h.01"/>'
    pieces = [f'<path d="{lines}"/><path stroke-width="4" d="{knots}"/>', f'<path class="b" d="{way(nodes[chosen])}"/>']
    return [*pieces, ends, dot((x, nodes[chosen]))]


def field(frame: Frame, chance: Chance) -> list[str]:
    """Short strokes in rows that turn round one place."""
    x0 = frame.width * chance.between(0.4, 0.6)
    y0 = frame.height * chance.between(0.36, 0.58)
    calm, twist, spread = chance.between(-0.5, 0.9), pi / 2 * (1 if chance.between(0, 1) < 0.5 else -1), chance.between(46, 64)
    gap, size = 13.5, 9.0
    lines, bold = [], []
    px = py = 0
    for row in range(int((frame.height - 26) / gap)):
        y = 14 + row * gap
        for column in range(int((frame.width - 20) / gap)):
            x = 12 + column * gap + (gap / 2 if row % 2 else 0)
            away = hypot(x - x0, y - y0)
            if away < 8:
                continue
            hold = exp(-((away / spread) ** 2))
            around = atan2(y - y0, x - x0) + twist
            angle = atan2(
                hold * sin(around) + (1 - hold) * sin(calm + 0.3 * sin(x / 70)),
                hold * cos(around) + (1 - hold) * cos(calm + 0.3 * sin(x / 70)),
            )
            dx, dy = round(size * cos(angle) * 2), round(size * sin(angle) * 2)
            sx, sy = round(x * 2 - dx / 2), round(y * 2 - dy / 2)
            if 13 < away < 25:
                bold.append(f"M{steps((sx, sy))}l{steps((dx, dy))}")
                continue
            lines.append(f"m{steps((sx - px, sy - py))}l{steps((dx, dy))}")
            px, py = sx + dx, sy + dy
    group = f'<g transform="scale(.5)"><path d="M0 0{"".join(lines)}"/><path class="b" d="{"".join(bold)}"/></g>'
    return [group, dot((x0, y0))]


def moire(frame: Frame, chance: Chance) -> list[str]:
    """Two sets of rings that disturb each other."""
    x, y = frame.centre
    angle, apart = chance.between(0, tau), chance.between(20, 34)
    dx, dy = apart * cos(angle), apart * sin(angle) * 0.6
    gap = chance.between(6.5, 8)
    count = int(frame.width * 0.55 / gap)
    rings = "".join(f'<circle r="{number(gap * (ring + 1))}"/>' for ring in range(count))
    ax, ay, bx, by = number(x - dx), number(y - dy), number(x + dx), number(y + dy)
    radius = gap * chance.whole(6, 8)
    side = angle + chance.between(-0.9, 0.9)
    place = x + dx + radius * cos(side), y + dy + radius * sin(side)
    sets = f'<g transform="translate({ax} {ay})"><g id="{frame.name}">{rings}</g></g><use href="#{frame.name}" x="{bx}" y="{by}"/>'
    return [sets, f'<circle class="b" cx="{bx}" cy="{by}" r="{number(radius)}"/>', foot(frame), dot(place)]


def rosette(frame: Frame, chance: Chance) -> list[str]:
    """One ellipse, turned many times about its middle."""
    x, y = frame.centre
    count = chance.whole(15, 24)
    long = frame.reach
    short = long * chance.between(0.28, 0.56)
    turn = 180 / count
    shape = f'rx="{number(long)}" ry="{number(short)}"'
    chosen = chance.whole(0, count - 1)
    uses = "".join(f'<use href="#{frame.name}" transform="rotate({turn * index:.4g})"/>' for index in range(1, count))
    angle = chosen * turn / 180 * pi
    place = x - long * cos(angle), y - long * sin(angle)
    return [
        f'<g transform="translate({number(x)} {number(y)})"><ellipse id="{frame.name}" {shape}/>{uses}'
        f'<ellipse class="b" {shape} transform="rotate({turn * chosen:.4g})"/></g>',
        dot(place),
    ]


FIGURES: tuple[Figure, ...] = (ridges, contours, waves, fan, field, moire, rosette)
