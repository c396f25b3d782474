"""Covers that the publication draws itself.

An article without a picture gets a drawing that follows from its slug alone: same slug, same bytes, for
ever and on every machine. Chosen against stock pictures (nobody trusts them), against a grey box (a list
with holes) and against files (an inline drawing takes the colours of the page, light or dark, and costs no
request). Look and line widths live in the site's sheet (`.art` and the single letters below it); here are
only shapes.
"""

from functools import lru_cache
from hashlib import sha256

from insights.covers.figures import FIGURES, Figure
from insights.covers.pen import Chance, Frame

CARD = (300, 200)
BAND = (480, 176)
SHUFFLE = b"figure 378:"  # of many, one that puts unlike figures side by side on the demo's first pages


def choose_cover(seed: str) -> Figure:
    """The figure that belongs to `seed`: one of seven."""
    return FIGURES[sha256(SHUFFLE + seed.encode()).digest()[0] % len(FIGURES)]


@lru_cache(maxsize=512)
def draw(seed: str, *, band: bool = False) -> str:
    """An inline `<svg class="art">` for `seed`, usually a slug; decorative, so hidden from screen readers.

    300 by 200 pixels for cards and leads; `band=True` gives 480 by 176, the strip above an article. Ids
    inside carry a hash of seed and shape, so that any number of drawings may stand on one page. One to
    six kilobytes.
    """
    width, height = BAND if band else CARD
    name = "d" + sha256(f"{width}:{seed}".encode()).hexdigest()[:10]
    figure = choose_cover(seed)(Frame(width, height, name), Chance(seed))
    marks = f'<path class="t" stroke-width="11" stroke-dasharray="1 14" d="M0 {height}H{width}"/>'
    return (
        f'<svg class="art" viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice"'
        f' aria-hidden="true">{"".join(figure)}{marks}</svg>'
    )
