"""From Markdown to HTML by one door, `render`; beside it what a text consists of: figures, footnotes, lines."""

from insights.markup.cached_results import once, remembered
from insights.markup.renderer import (
    MAX_BYTES,
    RENDERER,
    SCHEMES,
    Rendered,
    pictures_named,
    read,
    render,
    sanitise,
    scheme_of,
)

__all__ = [
    "MAX_BYTES", "RENDERER", "SCHEMES", "Rendered", "once", "pictures_named", "read", "remembered", "render",
    "sanitise", "scheme_of",
]  # fmt: skip
