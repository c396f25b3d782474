"""Rasterizer of the drawn covers.

We read only the SVG that `insights/covers/covers.py` writes, and draw lines with Pillow. An SVG library would need a
system library, and a second drawing of the figures would need every change twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import acos, cos, hypot, pi, radians, sin, tau
from xml.etree import ElementTree as ET

from PIL import Image, ImageDraw

Point = tuple[float, float]
Colour = tuple[int, int, int]

SAMPLE = 3  # pixels drawn per pixel of the result, in either direction
_WIDTHS = {"b": 2.5, "d": 11.0, "h": 17.0}  # as in the style sheet; lines do not grow with the drawing
_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d*\.\d+|\d+)")
_STEP = re.compile(r"(\w+)\(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Matrix:
    """Transformation x′ = a·x + c·y + e, y′ = b·x + d·y + f, as in SVG."""

    a: float = 1
    b: float = 0
    c: float = 0
    d: float = 1
    e: float = 0
    f: float = 0

    def at(self, point: Point) -> Point:
        x, y = point
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def after(self, inner: Matrix) -> Matrix:
        """Return the transformation that applies `inner` first, then this one."""
        e, f = self.at((inner.e, inner.f))
        return Matrix(
            self.a * inner.a + self.c * inner.b,
            self.b * inner.a + self.d * inner.b,
            self.a * inner.c + self.c * inner.d,
            self.b * inner.c + self.d * inner.d,
            e,
            f,
        )


@dataclass(frozen=True, slots=True)
class DrawingStyle:
    """Colors of ground and lines. `pen`: pixels of a line of width 1."""

    ground: Colour
    line: Colour
    pen: float


def rasterize(svg: str, size: tuple[int, int], look: DrawingStyle) -> Image.Image:
    """Draw `svg`, one of ours, to fill `size` pixels; the rest is cut off equally on both sides."""
    root = ET.fromstring(svg)  # noqa: S314 (our own SVG, of `insights.covers`)
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    picture = Image.new("RGB", (size[0] * SAMPLE, size[1] * SAMPLE), look.ground)
    scale = max(picture.width / width, picture.height / height)
    place = Matrix(scale, 0, 0, scale, (picture.width - width * scale) / 2, (picture.height - height * scale) / 2)
    pen = _Pen(ImageDraw.Draw(picture), look, {one.attrib["id"]: one for one in root.iter() if "id" in one.attrib})
    for child in root:
        pen.draw(child, place, {})
    return picture.resize(size, Image.Resampling.LANCZOS)


class _Pen:
    def __init__(self, canvas: ImageDraw.ImageDraw, look: DrawingStyle, named: dict[str, ET.Element]) -> None:
        self.canvas, self.look, self.named = canvas, look, named

    def draw(self, element: ET.Element, place: Matrix, inherited: dict[str, str]) -> None:
        place = place.after(_matrix(element.attrib.get("transform", "")))
        style = inherited | element.attrib
        if element.tag == "g":
            for child in element:
                self.draw(child, place, {})
        elif element.tag == "use":
            shift = Matrix(e=float(style.get("x", 0)), f=float(style.get("y", 0)))
            self.draw(self.named[style["href"].removeprefix("#")], place.after(shift), {})
        elif element.tag != "defs":
            for points, closed in _outlines(element):
                self._line([place.at(point) for point in points], closed, style)

    def _line(self, points: list[Point], closed: bool, style: dict[str, str]) -> None:
        kind = style.get("class", "")
        if kind == "k" and len(points) > 2:
            self.canvas.polygon(points, fill=self.look.ground)
        if style.get("stroke") == "none":
            return
        width = _WIDTHS.get(kind, float(style.get("stroke-width", 1))) * self.look.pen * SAMPLE
        colour = self.look.ground if kind == "h" else self.look.line
        if kind == "t":
            self._ticks(points, width, style)
            return
        if closed:
            points = [*points, points[0]]
        self.canvas.line(points, fill=colour, width=max(1, round(width)), joint="curve" if kind == "b" else None)
        if not closed:
            for x, y in (points[0], points[-1]):  # round ends; a stroke of no length is a dot
                radius = width / 2
                self.canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def _ticks(self, points: list[Point], width: float, style: dict[str, str]) -> None:
        dash, gap = (float(part) * self.look.pen * SAMPLE for part in style["stroke-dasharray"].split())
        colour = _mixed(self.look.line, self.look.ground, 0.6)
        (x, y), (end, _) = points[0], points[-1]
        while x < end:
            self.canvas.rectangle((x, y - width / 2, x + dash - 1, y + width / 2), fill=colour)
            x += dash + gap


def _mixed(colour: Colour, ground: Colour, part: float) -> Colour:
    red, green, blue = (round(part * a + (1 - part) * b) for a, b in zip(colour, ground, strict=True))
    return red, green, blue


def _matrix(transform: str) -> Matrix:
    matrix = Matrix()
    for name, values in _STEP.findall(transform):
        numbers = [float(value) for value in values.replace(",", " ").split()]
        if name == "translate":
            step = Matrix(e=numbers[0], f=numbers[1])
        elif name == "scale":
            step = Matrix(a=numbers[0], d=numbers[-1])
        else:  # rotate
            turn = radians(numbers[0])
            step = Matrix(cos(turn), sin(turn), -sin(turn), cos(turn))
        matrix = matrix.after(step)
    return matrix


def _outlines(element: ET.Element) -> Iterator[tuple[list[Point], bool]]:
    """Yield the lines of a shape as close points, each with whether it is closed."""
    style = element.attrib
    if element.tag == "path":
        yield from _Path(style["d"]).outlines()
        return
    x, y = float(style.get("cx", 0)), float(style.get("cy", 0))
    rx, ry = float(style.get("rx", style.get("r", 0))), float(style.get("ry", style.get("r", 0)))
    count = 72
    yield [(x + rx * cos(tau * at / count), y + ry * sin(tau * at / count)) for at in range(count)], True


class _Path:
    PIECES = {2: 8, 3: 24}  # segments of a quadratic and a cubic curve; ours are short and long

    def __init__(self, data: str) -> None:
        self.tokens = _TOKEN.findall(data)
        self.at = 0
        self.pen: Point = (0.0, 0.0)
        self.last: Point | None = None  # the last control point, for S and T
        self.points: list[Point] = []

    def outlines(self) -> Iterator[tuple[list[Point], bool]]:
        command = ""
        while self.at < len(self.tokens):
            if self.tokens[self.at].isalpha():
                command = self.tokens[self.at]
                self.at += 1
            if command in "Mm":
                if len(self.points) > 1:
                    yield self.points, False
                self.pen = self._point(command)
                self.points = [self.pen]
                command = "L" if command == "M" else "l"
            elif command in "Zz":
                yield self.points, True
                self.pen, self.points = self.points[0], []
            else:
                self._draw(command)
        if len(self.points) > 1:
            yield self.points, False

    def _number(self) -> float:
        self.at += 1
        return float(self.tokens[self.at - 1])

    def _point(self, command: str) -> Point:
        x, y = self._number(), self._number()
        return (self.pen[0] + x, self.pen[1] + y) if command.islower() else (x, y)

    def _draw(self, command: str) -> None:
        if command in "Hh":
            x = self._number()
            self._to((x + self.pen[0] * command.islower(), self.pen[1]))
        elif command in "Vv":
            y = self._number()
            self._to((self.pen[0], y + self.pen[1] * command.islower()))
        elif command in "Ll":
            self._to(self._point(command))
        elif command in "Aa":
            radius, _, _, _, sweep = (self._number() for _ in range(5))
            self._arc(radius, bool(sweep), self._point(command))
        elif command in "QqTt":
            control = self._point(command) if command in "Qq" else self._mirrored()
            self._curve([control, self._point(command)])
        else:  # C, S
            first = self._point(command) if command in "Cc" else self._mirrored()
            self._curve([first, self._point(command), self._point(command)])

    def _to(self, point: Point) -> None:
        self.points.append(point)
        self.pen, self.last = point, None

    def _mirrored(self) -> Point:
        x, y = self.last or self.pen
        return 2 * self.pen[0] - x, 2 * self.pen[1] - y

    def _curve(self, stops: list[Point]) -> None:
        hull = [self.pen, *stops]
        count = self.PIECES[len(stops)]
        for step in range(1, count + 1):
            part, level = step / count, hull
            while len(level) > 1:
                level = [(a + (c - a) * part, b + (d - b) * part) for (a, b), (c, d) in pairwise(level)]
            self.points.append(level[0])
        self.last, self.pen = stops[-2], stops[-1]

    def _arc(self, radius: float, sweep: bool, end: Point) -> None:
        (x0, y0), (x1, y1) = self.pen, end
        chord = hypot(x1 - x0, y1 - y0)
        radius = max(radius, chord / 2)
        rise = (radius**2 - (chord / 2) ** 2) ** 0.5 * (1 if sweep else -1)
        middle_x, middle_y = (x0 + x1) / 2 - rise * (y1 - y0) / chord, (y0 + y1) / 2 + rise * (x1 - x0) / chord
        start = acos(max(-1.0, min(1.0, (x0 - middle_x) / radius))) * (1 if y0 >= middle_y else -1)
        turn = 2 * acos(max(-1.0, min(1.0, rise / radius if sweep else -rise / radius)))
        turn = min(turn, tau - turn) * (1 if sweep else -1)
        count = max(2, round(abs(turn) / pi * 48))
        for step in range(1, count + 1):
            angle = start + turn * step / count
            self._to((middle_x + radius * cos(angle), middle_y + radius * sin(angle)))
