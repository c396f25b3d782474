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

    `waits`: what stands there is fetched once a reader scrolls near it.
    """

    sizes: str
    least: int
    most: int
    waits: bool = True


PLACES = {
    "text": Place("(min-width:41em)37em,92vw", 480, 1200),
    "cover": Place("(min-width:64em)min(55.5em,calc(100vw - 21.5em)),92vw", 480, 1600),
    "lead": Place("(min-width:64em)min(41em,54vw),92vw", 480, 1200),
    # On phones a square of 5.5em, which a picture of 3:2 fills with 8.25em of width.
    "card": Place("(min-width:64em)min(22.5em,31vw),(min-width:40em)45vw,8.3em", 320, 800),
    "avatar": Place("2.75em", 320, 320, waits=False),
    "portrait": Place("6em", 320, 320, waits=False),
    "thumb": Place("6em", 320, 320),  # at the desk
    "shown": Place("40em", 800, 1600, waits=False),
    "band": Place("(min-width:77em)72em,92vw", 480, 1600),
}
TYPES = {"avif": "image/avif", "webp": "image/webp"}  # in the order in which a browser is asked


@dataclass(frozen=True, slots=True)
class Files:
    """The renditions of a picture; `base` + `-<width>.<format>` is the address of one. `widths`: by format, rising."""

    base: str = ""
    widths: Mapping[str, Sequence[int]] = field(default_factory=dict)


NO_FILES = Files()


def picture_html(
    address: str,
    alt: str,
    width: int,
    height: int,
    files: Files = NO_FILES,
    *,
    place: str = "text",
    css: str = "",
    early: bool = False,
) -> str:
    """`<picture>` with its sources, or `<img>` alone where there are none.

    `address`: of the stored file, `width` × `height` pixels. `place`: a key of PLACES. `early`: what a reader sees
    first, fetched before other pictures.
    """
    styled = f' class="{escape(css)}"' if css else ""
    stands = PLACES[place]
    when = ' fetchpriority="high"' if early else ' loading="lazy" decoding="async"' if stands.waits else ""
    image = f'<img{styled} src="{escape(address)}" alt="{escape(alt)}" width="{width}" height="{height}"{when}>'
    sources = _sources(files, stands) if files.base else ""
    return f"<picture>{sources}{image}</picture>" if sources else image


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
