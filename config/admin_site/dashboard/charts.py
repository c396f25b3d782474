"""Bar chart with one bar a day, as numbers for an SVG template: the server draws it, so it needs no JavaScript."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import date_format

DAYS = 30
TOP, BASE = 22, 146  # pixels from the top: end of the highest bar, and baseline
_SHARE = 0.72  # of a day's width, for its bar
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    day: dt.date
    count: int
    label: str  # “Nov 24, 2026: 3 views”
    left: str  # start of the day, in percent
    middle: str
    bar_left: str
    y: int
    height: int
    is_most: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """`bars`: oldest first; `most`: the highest, None if all are empty; `ticks`, `labels`: position and text."""

    id: str
    heading: str
    unit: str
    total: int
    bars: list[Bar]
    most: Bar | None
    most_anchor: str
    ticks: list[tuple[int, str]]
    labels: list[tuple[str, str, str]]
    summary: str
    base: int = BASE
    day_width: str = f"{100 / DAYS:.2f}%"
    bar_width: str = f"{100 / DAYS * _SHARE:.2f}%"

    @property
    def newest_first(self) -> list[Bar]:
        return self.bars[::-1]


def bar_chart(id_: str, heading: str, one: str, many: str, counts: Mapping[dt.date, int], today: dt.date) -> Chart:
    """Return the chart of `counts` by day for the DAYS up to `today`; `one` and `many` name the unit."""
    days = [today - dt.timedelta(days=DAYS - 1 - number) for number in range(DAYS)]
    numbers = [counts.get(day, 0) for day in days]
    scale, half = _scale(max(numbers))
    highest = numbers.index(max(numbers)) if any(numbers) else -1
    width = 100 / DAYS
    bars = []
    for place, (day, count) in enumerate(zip(days, numbers, strict=True)):
        height = round((BASE - TOP) * count / scale)
        height = max(2, height) if count else 0
        bars.append(
            Bar(
                day=day,
                count=count,
                label=f"{date_format(day)}: {count} {one if count == 1 else many}",
                left=_percent(place * width),
                middle=_percent((place + 0.5) * width),
                bar_left=_percent((place + (1 - _SHARE) / 2) * width),
                y=BASE - height,
                height=height,
                is_most=place == highest,
            )
        )
    most, total = bars[highest] if highest >= 0 else None, sum(numbers)
    # Each seventh day counted back from today, which has its own label at the edge.
    weekly = [bar for place, bar in enumerate(bars[:-1]) if (DAYS - 1 - place) % 7 == 0]
    summary = f"{heading}, {date_format(days[0])} to {date_format(today)}: {total} in total"
    if most:
        summary += f"; most on {date_format(most.day)}: {most.count}"
    return Chart(
        id=id_,
        heading=heading,
        unit=many,
        total=total,
        bars=bars,
        most=most,
        most_anchor="start" if highest < 2 else "end" if highest > DAYS - 3 else "middle",
        ticks=[(BASE - round((BASE - TOP) * value / scale), str(value)) for value in (scale, half) if value],
        labels=[(bar.middle, "middle", date_format(bar.day, "M j")) for bar in weekly]
        + [("100%", "end", date_format(today, "M j"))],
        summary=f"{summary}.",
    )


def _scale(most: int) -> tuple[int, int]:
    """Return the top of the axis, 1, 2 or 5 times a power of ten, and its half (0 if not whole)."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power >= most:
                scale = step * power
                return scale, scale // 2 if scale % 2 == 0 else 0
        power *= 10


def _percent(value: float) -> str:
    return f"{value:.2f}%"
