"""Drawn covers of articles without a picture: same slug, same bytes, on every server.

We draw inline SVG instead of stock pictures, gray boxes or files. It takes the colors of the page, light or dark, and
costs no request. Colors and line widths are in the style sheet (`.art` and the one-character classes below it).
"""

from functools import lru_cache
from hashlib import sha256

from insights.covers.figures import FIGURES, Figure
from insights.covers.pen import Chance, Frame

CARD = (300, 200)
BAND = (480, 176)
SHUFFLE = b"figure 378:"  # chosen so that adjacent figures differ on the demo's first pages


def choose_cover(seed: str) -> Figure:
    return FIGURES[sha256(SHUFFLE + seed.encode()).digest()[0] % len(FIGURES)]


@lru_cache(maxsize=512)
def draw(seed: str, *, band: bool = False) -> str:
    """Return an inline `<svg class="art">` of 1 to 6 kB for `seed`, usually a slug.

    300 by 200 pixels, or 480 by 176 as a `band`. Ids have a hash, so one page may contain any number of drawings.
    """
    width, height = BAND if band else CARD
    name = "d" + sha256(f"{width}:{seed}".encode()).hexdigest()[:10]
    figure = choose_cover(seed)(Frame(width, height, name), Chance(seed))
    marks = f'<path class="t" stroke-width="11" stroke-dasharray="1 14" d="M0 {height}H{width}"/>'
    return (
        f'<svg class="art" viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice"'
        f' aria-hidden="true">{"".join(figure)}{marks}</svg>'
    )
