"""Markdown to HTML by `render`, and the parts of a text: figures, footnotes, lines."""

from insights.markup.cached_results import once, remembered
from insights.markup.renderer import (
    MAX_BYTES,
    RENDERER,
    SCHEMES,
    Rendered,
    parse_markdown,
    pictures_named,
    render,
    sanitise,
    scheme_of,
)

__all__ = [
    "MAX_BYTES",
    "RENDERER",
    "SCHEMES",
    "Rendered",
    "once",
    "parse_markdown",
    "pictures_named",
    "remembered",
    "render",
    "sanitise",
    "scheme_of",
]  # fmt: skip
