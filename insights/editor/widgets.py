"""Widgets of the article's form."""

from __future__ import annotations

from markdownx.widgets import MarkdownxWidget


class BodyWidget(MarkdownxWidget):
    """Widget of markdownx without its script, which takes the Tab key and adds a second preview."""

    class Media:
        extend = False
