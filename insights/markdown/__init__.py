"""From Markdown to HTML by one door, `render`; beside it what a text consists of: figures, footnotes, lines."""

from .once import once, remembered
from .renderer import MAX_BYTES, RENDERER, Rendered, pictures_named, read, render, sanitise

__all__ = ["MAX_BYTES", "RENDERER", "Rendered", "once", "pictures_named", "read", "remembered", "render", "sanitise"]
