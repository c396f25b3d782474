"""Blocks of a text between the clipboard's tree and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from insights.editor.paste.styles import PLAIN, TextStyle


class TooLarge(Exception):
    """More than an article can hold; the message is a sentence for the person who pasted it."""

    def __init__(self, message: str = "That is more than an article can hold; please paste it in parts.") -> None:
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look. "\\n" is a line break; no other text holds one."""

    text: str
    look: TextStyle = PLAIN


@dataclass(slots=True)
class Paragraph:
    """`is_control`: a button stood in it."""

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
    """A line between two parts."""


@dataclass(slots=True)
class Quote:
    blocks: list[Block]


@dataclass(slots=True)
class Item:
    """`number`: the one that is shown before it, in a numbered list."""

    blocks: list[Block]
    number: int = 0


@dataclass(slots=True)
class List:
    is_numbered: bool
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class LeveledItem:
    """An item that names its level instead of standing in a list. `number`: None where it only counts on."""

    level: int
    is_numbered: bool
    number: int | None
    blocks: list[Block]


@dataclass(slots=True)
class Table:
    """Rows of cells; the first is the header."""

    rows: list[list[list[Run]]]


Block = Paragraph | Heading | Code | HorizontalRule | Quote | List | LeveledItem | Table


def flat(blocks: Sequence[Block]) -> list[Run]:
    """Return all text of `blocks` for one line, such as a heading or a cell; a blank stands between two blocks."""
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
