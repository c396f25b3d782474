"""Markdown from blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from insights.editor.paste.blocks import Block, Code, Heading, HorizontalRule, Item, List, Paragraph, Quote, Table, flat
from insights.editor.paste.escaping import escaped_end
from insights.editor.paste.inline import inline_markdown


def written(blocks: Sequence[Block], shift: int = 0) -> str:
    """Return Markdown without blank lines at its ends; headings are lowered by `shift` levels."""
    return _Writer(shift).written(blocks)


class _Writer:
    def __init__(self, shift: int) -> None:
        self._shift = shift

    def written(self, blocks: Sequence[Block], *, is_tight: bool = False) -> str:
        """Return Markdown; `is_tight`: a nested list follows its text without a blank line, where that is allowed."""
        text = ""
        delimiter = ""  # of a numbered list just before
        for block in blocks:
            if isinstance(block, List):
                piece, delimiter = self._list(block, delimiter)
                follows = is_tight and (not block.is_numbered or piece.startswith(("1. ", "1) ")))
            else:
                piece, delimiter, follows = self._block(block), "", False
            if piece:
                text += ("\n" if follows else "\n\n") * bool(text) + piece
        return text

    def _block(self, block: Block) -> str:
        if isinstance(block, Paragraph):
            return inline_markdown(block.runs)
        if isinstance(block, Heading):
            level = max(2, min(6, block.level + self._shift))
            return f"{'#' * level} {escaped_end(inline_markdown(flat([block]), starts=False))}"
        if isinstance(block, Code):
            fence = "`" * (max([2, *map(len, re.findall("`+", block.text))]) + 1)
            return f"{fence}{block.language}\n{block.text}\n{fence}"
        if isinstance(block, Quote):
            return "\n".join(f"> {part}".rstrip(" ") for part in self.written(block.blocks).split("\n"))
        if isinstance(block, Table):
            return self._table(block)
        return "---" if isinstance(block, HorizontalRule) else ""

    def _list(self, block: List, delimiter: str) -> tuple[str, str]:
        """Return a list and its delimiter. Where numbers jump, the other delimiter begins a new list: `2.`, `5)`."""
        items = [item for item in block.items if any(not isinstance(one, HorizontalRule) for one in item.blocks)]
        is_tight = all(_is_short(item) for item in items)
        apart = "\n" if is_tight else "\n\n"
        text = ""
        before: int | None = None
        for item in items:
            mark = "- "
            if block.is_numbered:
                if item.number - 1 != before:
                    delimiter = ")" if delimiter == "." else "."
                    text += "\n" * (bool(text) and is_tight)
                mark = f"{max(0, item.number)}{delimiter} "
                before = item.number
            blocks = [one for one in item.blocks if not isinstance(one, HorizontalRule)]
            first, *others = self.written(blocks, is_tight=is_tight).split("\n")
            indented = [" " * len(mark) + part if part else "" for part in others]
            text += apart * bool(text) + "\n".join([mark + first, *indented])
        return text, delimiter if block.is_numbered else ""

    def _table(self, table: Table) -> str:
        width = max(map(len, table.rows))
        rows = [[inline_markdown(cell, starts=False).replace("|", r"\|") for cell in row] for row in table.rows]
        rows[0] += [""] * (width - len(rows[0]))
        header, *others = (f"| {' | '.join(row)} |" for row in rows)
        return "\n".join([header, f"| {' | '.join(['---'] * width)} |", *others])


def _is_short(item: Item) -> bool:
    first, *others = item.blocks
    return isinstance(first, Paragraph | List) and all(isinstance(one, List) for one in others)
