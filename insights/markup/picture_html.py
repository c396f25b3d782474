"""A picture as HTML: the one place where `<picture>`, `srcset` and `sizes` are written, for texts and for templates.

Every place on a page has a line in PLACES: how wide a picture gets there (`sizes`, the style sheet's measures in words
that a browser reads before it has the sheet) and which widths are worth naming there, so that a figure costs few bytes.
Without renditions there is only the `<img>` with the stored file; with them it stays what every browser falls back to.
No preload: the cover's markup stands early in the page and names its files, so that the browser's own look-ahead finds
them, in the format it takes, and `fetchpriority` moves them to the front; a preload would have to guess the format.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape


@dataclass(frozen=True, slots=True)
class Place:
    """`sizes` as in HTML; `least` and `most`: pixels, the narrowest and the widest file that can be of use there.

    `waits`: what stands there is fetched once a reader scrolls near it. `crops`: only a part of the picture is seen.
    """

    sizes: str
    least: int
    most: int
    waits: bool = True
    crops: bool = True


PLACES = {
    "text": Place("(min-width:41em) 37em,92vw", 480, 1200, crops=False),
    "cover": Place("(min-width:64em) min(55.5em,calc(100vw - 21.5em)),92vw", 480, 1600),
    "lead": Place("(min-width:64em) min(41em,54vw),92vw", 480, 1200),
    # On phones a square of 5.5em, which a picture of 3:2 fills with 8.25em of width.
    "card": Place("(min-width:64em) min(22.5em,31vw),(min-width:40em) 45vw,8.3em", 320, 800),
    "avatar": Place("2.75em", 320, 320, waits=False),
    "portrait": Place("6em", 320, 320, waits=False),
    "thumb": Place("6em", 320, 320),  # at the desk
    "shown": Place("40em", 800, 1600, waits=False, crops=False),
    "logo": Place("10em", 320, 320, waits=False, crops=False),
    "band": Place("(min-width:77em) 72em,92vw", 480, 1600),
}
TYPES = {"avif": "image/avif", "webp": "image/webp"}  # in the order in which a browser is asked


@dataclass(frozen=True, slots=True)
class Files:
    """The renditions of a picture; `base` + `-<width>.<format>` is the address of one. `widths`: by format, rising."""

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
    early: bool = False,
    focus: tuple[float, float] = CENTRE,
) -> str:
    """`<picture>` with its sources, or `<img>` alone where there are none.

    `address`: of the stored file, `width` × `height` pixels. `place`: a key of PLACES. `early`: what a reader sees
    first, fetched before other pictures. `focus`: what must stay in view where the place crops, from (0, 0) at the left
    and top edge to (1, 1).
    """
    stands = PLACES[place]
    names = f"{css} {_position(*focus)}".strip() if stands.crops else css
    styled = f' class="{escape(names)}"' if names else ""
    when = ' fetchpriority="high"' if early else ' loading="lazy" decoding="async"' if stands.waits else ""
    image = f'<img{styled} src="{escape(url)}" alt="{escape(alt)}" width="{width}" height="{height}"{when}>'
    sources = _sources(files, stands) if files.base else ""
    return f"<picture>{sources}{image}</picture>" if sources else image


def _position(x: float, y: float) -> str:
    """The classes that lay a crop around a point; none for the middle.

    With these five stops the point is seen wherever a fifth of the picture's width and height is.
    """
    stops = (("x", _nearest_stop(x)), ("y", _nearest_stop(y)))
    return " ".join(f"{axis}{stop}" for axis, stop in stops if stop != 2)


def _nearest_stop(at: float) -> int:
    """The stop at which the smallest crop still shows the point: the share of the picture that it needs is least."""

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
    """`srcset` and `sizes`; where there is one file to choose from, its address is enough."""
    first = min(bisect_left(widths, place.least), len(widths) - 1)
    chosen = widths[first : bisect_left(widths, place.most) + 1]
    if len(chosen) == 1:
        return f'srcset="{base}-{chosen[0]}.{format_}"'
    return f'srcset="{", ".join(f"{base}-{w}.{format_} {w}w" for w in chosen)}" sizes="{place.sizes}"'
