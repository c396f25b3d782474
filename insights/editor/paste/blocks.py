"""Blocks of a text, between the clipboard's tree and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from insights.editor.paste.styles import PLAIN, TextStyle


class TooLarge(Exception):
    """More content than an article can hold; the message is shown to the user."""

    def __init__(self, message: str = "The pasted text is too large. Please paste it in parts.") -> None:
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style. "\\n" is a line break; no other text contains one."""

    text: str
    look: TextStyle = PLAIN


@dataclass(slots=True)
class Paragraph:
    """Paragraph; `is_control`: it contained a button."""

    runs: list[Run]
    is_control: bool = False

    @property
    def words(self) -> str:
        return " ".join("".join(run.text for run in self.runs).split())


@dataclass(slots=True)
class Heading:
    level: int
    runs: list[Run]


@dataclass(slots=True)
class Code:
    text: str
    language: str = ""


@dataclass(slots=True)
class HorizontalRule:
    """Horizontal rule between two parts."""


@dataclass(slots=True)
class Quote:
    blocks: list[Block]


@dataclass(slots=True)
class Item:
    """List item. `number`: the number shown before it in a numbered list."""

    blocks: list[Block]
    number: int = 0


@dataclass(slots=True)
class List:
    is_numbered: bool
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class LeveledItem:
    """Item that states its level instead of being nested. `number`: None continues the count."""

    level: int
    is_numbered: bool
    number: int | None
    blocks: list[Block]


@dataclass(slots=True)
class Table:
    """Rows of cells; the first row is the header."""

    rows: list[list[list[Run]]]


Block = Paragraph | Heading | Code | HorizontalRule | Quote | List | LeveledItem | Table


def flat(blocks: Sequence[Block]) -> list[Run]:
    """Return the text of `blocks` as runs for one line, with a blank after each block."""
    runs: list[Run] = []
    for block in blocks:
        if isinstance(block, Paragraph | Heading):
            inner = [replace(run, text=" ") if run.text == "\n" else run for run in block.runs]
        elif isinstance(block, Code):
            inner = [Run(" ".join(block.text.split()), TextStyle(code=True))]
        elif isinstance(block, List):
            inner = [run for item in block.items for run in (*flat(item.blocks), Run(" "))]
        elif isinstance(block, Quote | LeveledItem):
            inner = flat(block.blocks)
        elif isinstance(block, Table):
            inner = [run for row in block.rows for cell in row for run in (*cell, Run(" "))]
        else:
            inner = []
        runs += [*inner, Run(" ")] if inner else []
    return runs
