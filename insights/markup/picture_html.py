"""HTML of a picture: the only place where `<picture>`, `srcset` and `sizes` are written.

The `<img>` with the stored file is always the fallback. We use no preload, since it would have to guess the format.
Browsers find the cover early in the page, and `fetchpriority` moves it to the front.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape


@dataclass(frozen=True, slots=True)
class Place:
    sizes: str  # as in HTML
    least: int  # pixels of the narrowest useful file
    most: int  # pixels of the widest useful file
    waits: bool = True  # lazy loading
    crops: bool = True  # only a part of the picture is shown


PLACES = {
    "text": Place("(min-width:41em) 37em,92vw", 480, 1200, crops=False),
    "cover": Place("(min-width:64em) min(55.5em,calc(100vw - 21.5em)),92vw", 480, 1600),
    "lead": Place("(min-width:64em) min(41em,54vw),92vw", 480, 1200),
    # On phones a square of 5.5em, which a picture of 3:2 fills with 8.25em of width.
    "card": Place("(min-width:64em) min(22.5em,31vw),(min-width:40em) 45vw,8.3em", 320, 800),
    "avatar": Place("2.75em", 320, 320, waits=False),
    "portrait": Place("6em", 320, 320, waits=False),
    "thumb": Place("6em", 320, 320),  # in the admin
    "shown": Place("40em", 800, 1600, waits=False, crops=False),
    "logo": Place("10em", 320, 320, waits=False, crops=False),
    "band": Place("(min-width:77em) 72em,92vw", 480, 1600),
}
TYPES = {"avif": "image/avif", "webp": "image/webp"}  # in order of preference


@dataclass(frozen=True, slots=True)
class Files:
    """The renditions of a picture. `base` + `-<width>.<format>` is a URL; `widths`: by format, ascending."""

    base: str = ""
    widths: Mapping[str, Sequence[int]] = field(default_factory=dict)


NO_FILES = Files()
CENTRE = (0.5, 0.5)
_STOPS = (0, 0.25, 0.5, 0.75, 1)  # as in the style sheets' classes x0 to x4 and y0 to y4


def picture_html(
    url: str,
    alt: str,
    width: int,
    height: int,
    files: Files = NO_FILES,
    *,
    place: str = "text",
    css: str = "",
    early: bool = False,  # loaded before other pictures
    focus: tuple[float, float] = CENTRE,
) -> str:
    """Return `<picture>` with its sources, or `<img>` alone if there are none.

    `url`: of the stored file. `place`: a key of PLACES. `focus`: the point to keep visible; (0, 0) is at the top
    left.
    """
    stands = PLACES[place]
    names = f"{css} {_position(*focus)}".strip() if stands.crops else css
    styled = f' class="{escape(names)}"' if names else ""
    when = ' fetchpriority="high"' if early else ' loading="lazy" decoding="async"' if stands.waits else ""
    image = f'<img{styled} src="{escape(url)}" alt="{escape(alt)}" width="{width}" height="{height}"{when}>'
    sources = _sources(files, stands) if files.base else ""
    return f"<picture>{sources}{image}</picture>" if sources else image


def _position(x: float, y: float) -> str:
    """Return the classes that crop around a point. It is visible if at least a fifth of each side is."""
    stops = (("x", _nearest_stop(x)), ("y", _nearest_stop(y)))
    return " ".join(f"{axis}{stop}" for axis, stop in stops if stop != 2)


def _nearest_stop(at: float) -> int:
    """Return the index of the stop at which the smallest crop still shows the point."""

    def needed(number: int) -> float:
        stop = _STOPS[number]
        return (stop - at) / stop if stop > at else (at - stop) / (1 - stop) if stop < at else 0

    return min(range(len(_STOPS)), key=needed)


def _sources(files: Files, place: Place) -> str:
    base = escape(files.base)
    return "".join(
        f'<source type="{kind}" {_choice(base, format_, widths, place)}>'
        for format_, kind in TYPES.items()
        if (widths := files.widths.get(format_))
    )


def _choice(base: str, format_: str, widths: Sequence[int], place: Place) -> str:
    first = min(bisect_left(widths, place.least), len(widths) - 1)
    chosen = widths[first : bisect_left(widths, place.most) + 1]
    if len(chosen) == 1:
        return f'srcset="{base}-{chosen[0]}.{format_}"'
    return f'srcset="{", ".join(f"{base}-{w}.{format_} {w}w" for w in chosen)}" sizes="{place.sizes}"'
