"""Conversion of the clipboard's HTML to Markdown, with limits on time and size.

We use our own scanner and writer instead of a converter from PyPI. Correct Markdown needs Word's styles, the
characters beside a mark, and the numbers that would begin a list, all at once. Pictures are left out: their URLs lead
to an account on another site, or to a local file.
"""

from __future__ import annotations

from dataclasses import dataclass

from insights.editor.paste.blocks import Block, Code, Paragraph, TooLarge
from insights.editor.paste.code import code_of, reads_as_markdown
from insights.editor.paste.flow import BlockBuilder
from insights.editor.paste.html_tree import Tree
from insights.editor.paste.markdown import written
from insights.editor.paste.node import Node
from insights.editor.paste.spacing import separate
from insights.editor.paste.styles import heading_level, is_of_a_code_editor

MAX_BYTES = 2_000_000  # of HTML
MAX_MARKDOWN = 200_000  # characters; no article is longer


@dataclass(frozen=True, slots=True)
class Pasted:
    """Result. `markdown`: no blank lines at its ends; empty if plain text is enough. `pictures`: number left out."""

    markdown: str
    pictures: int

    @property
    def note(self) -> str:
        if self.pictures > 1:
            return f"{self.pictures} pictures were not pasted. Drop the files into the text."
        return "A picture was not pasted. Drop the file into the text." if self.pictures else ""


def to_markdown(html: str) -> Pasted:
    """Convert the clipboard's `text/html`. Raise TooLarge."""
    if len(html.encode(errors="replace")) > MAX_BYTES:
        raise TooLarge("The pasted text is larger than 2 MB. Please paste it in parts.")
    tree = Tree(html)
    if tree.is_too_large:
        raise TooLarge
    words = tree.root.words()
    separate(tree.root)
    reader = BlockBuilder(tree.root)
    blocks: list[Block] = reader.blocks
    if code := _of_a_code_editor(tree.root):
        if reads_as_markdown(code):
            return Pasted("", 0)
        if "\n" not in code:
            blocks = BlockBuilder(Node("", children=[code])).blocks
    markdown = written(blocks, shift=1 if _has_first_level(tree.root) else 0)
    if len(markdown) > MAX_MARKDOWN:
        raise TooLarge
    is_line = len(blocks) == 1 and isinstance(blocks[0], Paragraph)
    is_plain = is_line and markdown == words
    return Pasted("" if is_plain else markdown, reader.pictures)


def _of_a_code_editor(root: Node) -> str:
    parts = [part for part in root.children if not isinstance(part, str) or part.strip()]
    while len(parts) == 1 and isinstance(part := parts[0], Node) and part.name in {"html", "body"}:
        parts = [one for one in part.children if not isinstance(one, str) or one.strip()]
    parts = [part for part in parts if not (isinstance(part, Node) and part.name in {"meta", "head", "br"})]
    if len(parts) != 1 or not isinstance(part := parts[0], Node) or not is_of_a_code_editor(part):
        return ""
    code: Code = code_of(part)
    return code.text


def _has_first_level(node: Node) -> bool:
    inner = (child for child in node.children if isinstance(child, Node))
    return heading_level(node) == 1 or any(_has_first_level(child) for child in inner)
