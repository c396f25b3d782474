"""Widgets of the writing view."""

from __future__ import annotations

from markdownx.widgets import MarkdownxWidget


class BodyWidget(MarkdownxWidget):
    """The widget and what it tells of our views, without its script: that takes the Tab key, and shows a small preview
    of its own where the page stands beside the text."""

    class Media:
        extend = False
