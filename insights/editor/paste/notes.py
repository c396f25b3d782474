"""Footnotes of a copied page: marks of notes, and marks that repeat another."""

from __future__ import annotations

import re

from insights.editor.paste.node import Node
from insights.editor.paste.styles import start_of

MAX_MARK = 7  # characters, such as "[1234]."
_MARK = re.compile(r"[(\[]?(?:\d{1,4}|[*†‡§¶]{1,4})[)\]]?[.:]?")
_NUMBER_CLASSES = {"sdfootnotesym", "sdendnotesym"}  # of LibreOffice
_REPEATED = {"ltx_note_mark", "ltx_tag_note"}  # of LaTeXML, which arXiv uses


def begins_note(node: Node) -> bool:
    """Return whether a link is the number before a note, which leads back to the text."""
    if node.name != "a":
        return False
    if _NUMBER_CLASSES & _classes(node):
        return True
    return node.values.get("href", "").startswith("#") and bool(_MARK.fullmatch(start_of(node, MAX_MARK + 1)))


def is_note(node: Node) -> bool:
    return "ltx_note_outer" in _classes(node)


def without_repeated_marks(node: Node) -> None:
    """Remove the marks that repeat the number of an inline note, in place."""
    node.children = [child for child in node.children if isinstance(child, str) or not _REPEATED & _classes(child)]
    for child in node.children:
        if isinstance(child, Node) and "ltx_note_content" in _classes(child):
            without_repeated_marks(child)


def _classes(node: Node) -> set[str]:
    return set(node.values.get("class", "").split())
