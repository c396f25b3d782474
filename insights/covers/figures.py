"""The seven figures of drawn covers.

Each returns SVG: hairlines, then one bold line, then one dot on it. Phones show only the middle square.
"""

from collections.abc import Callable
from math import atan2, cos, exp, hypot, pi, sin, tau

from insights.covers.pen import Chance, Frame, curve, dot, fine, foot, number, on_curve, steps

Figure = Callable[[Frame, Chance], list[str]]


def ridges(frame: Frame, chance: Chance) -> list[str]:
    """Draw stacked traces whose peak drifts from one to the next."""
    count, columns = 17, 38 if frame.width < 400 else 46
    left, right = frame.width * 0.06, frame.width * 0.94
    top, bottom = frame.height * 0.31, frame.height * 0.91
    summit = chance.between(0.45, 0.65)  # height in the stack of the highest trace
    drift = chance.between(0.06, 0.24) * (1 if chance.between(0, 1) < 0.5 else -1)
    hills = [
        (
            chance.between(0.32, 0.68),
            chance.between(0.05, 0.11),
            chance.between(0.3, 1),
            chance.between(0, tau),
        )
        for _ in range(5)
    ]

    def profile(depth: float) -> list[float]:
        shifted = [
            (middle + drift * (depth - summit) + 0.025 * sin(depth * 14 + phase), width, part)
            for middle, width, part, phase in hills
        ]
        return [
            sum(part * exp(-(((column / columns - middle) / width) ** 2)) for middle, width, part in shifted)
            for column in range(columns + 1)
        ]

    chosen = round(summit * (count - 1))
    summit_y = top + (bottom - top) * chosen / (count - 1)
    # Keeps the bold trace below the upper edge, whatever the sum of its hills.
    rise = (summit_y - frame.height * chance.between(0.13, 0.27)) / max(profile(chosen / (count - 1)))
    traces = []
    for row in range(count):
        depth = row / (count - 1)
        swell = rise * exp(-(((depth - summit) / 0.34) ** 2)) * (1 if row == chosen else 0.8)
        base = top + (bottom - top) * depth
        traces.append(
            [
                (left + (right - left) * column / columns, base - swell * height)
                for column, height in enumerate(profile(depth))
            ]
        )
    bold = traces.pop(chosen)
    peak = min(range(1, columns - 1), key=lambda index: on_curve(bold, index)[1])
    lines = "".join(f'<path class="k" d="{curve(trace)}"/>' for trace in traces)
    return [fine(lines, f'<path class="b" d="{curve(bold)}"/>'), dot(on_curve(bold, peak))]


def contours(frame: Frame, chance: Chance) -> list[str]:
    """Draw contour lines of one leaning hill."""
    count, samples = chance.whole(10, 13), 40
    x, y = frame.centre
    stretch = 1.25 if frame.width < 400 else 1.8
    waves = [
        (order, chance.between(0.5, 1) * size, chance.between(0, tau))
        for order, size in ((2, 0.16), (3, 0.19), (5, 0.07))
    ]
    lean_x, lean_y = chance.between(-0.3, 0.3), chance.between(-0.2, 0.2)

    def bulge(angle: float, part: float) -> float:
        return 1 + part * sum(size * cos(order * angle + turn) for order, size, turn in waves)

    turns = [tau * step / samples for step in range(samples)]
    tallest = max(abs(bulge(angle, 1) * sin(angle)) for angle in turns)
    rings = []
    for ring in range(count):
        part = (ring + 1) / count
        radius = frame.reach / tallest * part
        middle_x = x + lean_x * (1 - part) * frame.reach
        middle_y = y + lean_y * (1 - part) * frame.reach
        rings.append(
            [
                (
                    middle_x + stretch * radius * bulge(angle, part) * cos(angle),
                    middle_y + radius * bulge(angle, part) * sin(angle),
                )
                for angle in turns
            ]
        )
    bold = rings.pop(round(count * chance.between(0.5, 0.72)))
    place = on_curve(bold, chance.whole(2, 9))
    lines = "".join(curve(ring, closed=True) for ring in rings)
    return [
        fine(f'<path d="{lines}"/>', f'<path class="b" d="{curve(bold, closed=True)}"/>'),
        dot(place),
    ]


def waves(frame: Frame, chance: Chance) -> list[str]:
    """Draw overlapping rings in rows, with a swell at one place."""
    radius = chance.between(22, 31)
    swell_x = frame.width * chance.between(0.36, 0.64)
    swell, breadth = chance.between(26, 44), chance.between(42, 78)
    first, gap = 62.0, radius * 0.62

    places = []
    for row in range(int((frame.height - first) / gap) + 2):
        x = -radius if row % 2 else 0.0
        while x < frame.width + radius:
            lift = swell * exp(-(((x - swell_x) / breadth) ** 2)) * exp(-row / 3)
            places.append((x, first + row * gap - lift))
            x += 2 * radius
    shells = f'<circle class="k" r="{number(radius)}"/>' + "".join(
        f'<circle r="{number(radius * (1 - ring * 0.185))}"/>' for ring in range(1, 5)
    )
    uses = "".join(f'<use href="#{frame.name}" x="{number(x)}" y="{number(y)}"/>' for x, y in places)
    aim_x = swell_x + chance.between(-50, 50)
    aim_y = frame.height * chance.between(0.4, 0.66)
    x, y = min(places, key=lambda place: hypot(place[0] - aim_x, place[1] - aim_y))
    dx, dy = radius * cos(pi * 0.17), radius * sin(pi * 0.17)  # the part that the next row does not cover
    size = number(radius)
    arc = f"M{number(x - dx)} {number(y - dy)}A{size} {size} 0 0 1 {number(x + dx)} {number(y - dy)}"
    side = pi * (0.5 + chance.between(0.14, 0.26) * (1 if chance.between(0, 1) < 0.5 else -1))
    return [
        f'<defs><g id="{frame.name}">{shells}</g></defs>{uses}<path class="b" d="{arc}"/>',
        foot(frame),
        dot((x + radius * cos(side), y - radius * sin(side))),
    ]


def fan(frame: Frame, chance: Chance) -> list[str]:
    """Draw many ways from one point to another, one of them bold."""
    x, y = frame.centre
    count = 17
    half = frame.width * 0.31
    waist = half * chance.between(0.42, 0.74)
    low = y + chance.between(-0.5, 0.5) * frame.reach
    high = y + chance.between(-0.5, 0.5) * frame.reach
    gap = 2 * frame.reach / (count - 1)
    nodes = [y - frame.reach + gap * index for index in range(count)]

    def way(node: float) -> str:
        stops = (x - half, low), (x - half + waist, low), (x - waist * 0.7, node), (x, node)
        ends = (x + half - waist, high), (x + half, high)
        there = " ".join(f"{number(px)} {number(py)}" for px, py in stops[1:])
        back = " ".join(f"{number(px)} {number(py)}" for px, py in ends)
        return f"M{number(stops[0][0])} {number(stops[0][1])}C{there}S{back}"

    chosen = chance.whole(2, count - 3)
    others = [node for index, node in enumerate(nodes) if index != chosen]
    lines = "".join(way(node) for node in others)
    knots = "".join(f"M{number(x)} {number(node)}h.01" for node in others)
    start, end = f"M{number(x - half)} {number(low)}h.01", f"M{number(x + half)} {number(high)}h.01"
    return [
        f'<path d="{lines}"/><path stroke-width="4" d="{knots}"/><path stroke-width="6" d="{start}{end}"/>',
        f'<path class="b" d="{way(nodes[chosen])}"/>',
        dot((x, nodes[chosen])),
    ]


def field(frame: Frame, chance: Chance) -> list[str]:
    """Draw short strokes in rows that turn around one place."""
    gap, size = 13.5, 9.0
    middle_x = frame.width * chance.between(0.38, 0.62)
    middle_y = frame.height * chance.between(0.34, 0.6)
    wind = chance.between(-0.9, 0.9)
    twist = chance.between(0.34, 0.5) * pi * (1 if chance.between(0, 1) < 0.5 else -1)
    spread, swing = chance.between(70, 115), chance.between(0.2, 0.6)
    rows, columns = int((frame.height - 24) / gap), int((frame.width - 12) / gap)
    edge_x = (frame.width - gap * (columns - 0.5)) / 2
    edge_y = (frame.height - 8 - gap * (rows - 1)) / 2
    lines, bold = [], []
    pen_x = pen_y = 0
    for row in range(rows):
        y = edge_y + row * gap
        for column in range(columns):
            x = edge_x + column * gap + (gap / 2 if row % 2 else 0)
            away = hypot(x - middle_x, y - middle_y)
            if away < 9:
                continue  # room for the dot
            hold = exp(-((away / spread) ** 2))
            around = atan2(y - middle_y, x - middle_x) + twist
            calm = wind + swing * sin(x / 60) * cos(y / 80)
            angle = atan2(
                hold * sin(around) + (1 - hold) * sin(calm),
                hold * cos(around) + (1 - hold) * cos(calm),
            )
            dx, dy = round(size * cos(angle) * 2), round(size * sin(angle) * 2)
            start_x, start_y = round(x * 2 - dx / 2), round(y * 2 - dy / 2)
            if away < 27:
                bold.append(f"M{steps((start_x, start_y))}l{steps((dx, dy))}")
                continue
            lines.append(f"m{steps((start_x - pen_x, start_y - pen_y))}l{steps((dx, dy))}")
            pen_x, pen_y = start_x + dx, start_y + dy
    strokes = f'<path d="M0 0{"".join(lines)}"/><path class="b" d="{"".join(bold)}"/>'
    return [f'<g transform="scale(.5)">{strokes}</g>', dot((middle_x, middle_y))]


def moire(frame: Frame, chance: Chance) -> list[str]:
    """Draw two sets of rings that interfere."""
    x, y = frame.centre
    angle, apart = chance.between(0, tau), chance.between(20, 34)
    dx, dy = apart * cos(angle), apart * sin(angle) * 0.6
    gap = chance.between(6.5, 8)
    rings = "".join(f'<circle r="{number(gap * (ring + 1))}"/>' for ring in range(int(frame.width * 0.55 / gap)))
    right, down = number(x + dx), number(y + dy)
    radius = gap * chance.whole(6, 8)
    side = angle + chance.between(-0.9, 0.9)
    return [
        f'<g transform="translate({number(x - dx)} {number(y - dy)})"><g id="{frame.name}">{rings}</g></g>',
        f'<use href="#{frame.name}" x="{right}" y="{down}"/>',
        f'<circle class="b" cx="{right}" cy="{down}" r="{number(radius)}"/>',
        foot(frame),
        dot((x + dx + radius * cos(side), y + dy + radius * sin(side))),
    ]


def rosette(frame: Frame, chance: Chance) -> list[str]:
    """Draw one ellipse, rotated many times about its center."""
    x, y = frame.centre
    count = chance.whole(15, 24)
    long = frame.reach
    shape = f'rx="{number(long)}" ry="{number(long * chance.between(0.28, 0.56))}"'
    turns = [180 / count * index for index in range(count)]
    chosen = turns[chance.whole(0, count - 1)]
    uses = "".join(f'<use href="#{frame.name}" transform="rotate({turn:.4g})"/>' for turn in turns[1:])
    angle = chosen / 180 * pi
    return [
        f'<g transform="translate({number(x)} {number(y)})"><ellipse id="{frame.name}" {shape}/>{uses}'
        f'<ellipse class="b" {shape} transform="rotate({chosen:.4g})"/></g>',
        dot((x - long * cos(angle), y - long * sin(angle))),
    ]


FIGURES: tuple[Figure, ...] = (ridges, contours, waves, fan, field, moire, rosette)
