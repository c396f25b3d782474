"""Tables of a page; a table that only lays out a page or an email becomes plain blocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from insights.editor.paste.blocks import Block, Run, Table, TooLarge, flat
from insights.editor.paste.node import Node

MAX_SPAN = 50  # columns or rows that one cell may cover
MAX_EMPTY = 20_000  # empty cells that joined ones leave in one table

Read = Callable[[Node], list[Block]]


@dataclass(slots=True)
class _Covered:
    """Cells that a joined cell covers; they become empty, so that other cells keep their columns."""

    column: int = 0  # of the next cell
    rows: dict[int, int] = field(default_factory=dict)  # column -> rows that a cell above still covers
    empty: int = 0

    def add(self, columns: int, rows: int) -> tuple[int, int]:
        """Take a cell; return how many empty ones belong before and after it. Raise TooLarge above MAX_EMPTY."""
        before = 0
        while self.rows.get(self.column):
            self.rows[self.column] -= 1
            self.column += 1
            before += 1
        if rows > 1:
            self.rows |= dict.fromkeys(range(self.column, self.column + columns), rows - 1)
        self.column += columns
        self.empty += before + columns - 1
        if self.empty > MAX_EMPTY:
            raise TooLarge
        return before, columns - 1


def parts_of(node: Node) -> tuple[list[Node], list[list[Node]]]:
    """Return the parts around a table, such as its caption, and its rows; a layout table has parts only."""
    rows: list[list[Node]] = []
    around: list[Node | str] = []
    _collect(node, rows, around)
    parts = [Node("", children=around)] if around else []
    is_layout = node.is_layout or node.values.get("role") in {"presentation", "none"}
    if is_layout or all(len(row) < 2 for row in rows):
        return parts + [cell for row in rows for cell in row], []
    return parts, rows


def table_of(rows: list[list[Node]], read: Read) -> Table:
    """Return a table without its empty rows; `read` returns the blocks of a cell. Raise TooLarge."""
    covered = _Covered()
    table = Table([])
    for row in rows:
        covered.column = 0
        cells: list[list[Run]] = []
        for cell in row:
            before, after = covered.add(_span(cell, "colspan"), _span(cell, "rowspan"))
            cells += [*([[]] * before), _text(cell, read), *([[]] * after)]
        if any(run.text.strip() for runs in cells for run in runs):
            table.rows.append(cells)
    return table


def _collect(node: Node, rows: list[list[Node]], around: list[Node | str]) -> None:
    for child in node.children:
        if isinstance(child, str):
            around += [child] if child.strip() else []
        elif child.name in {"thead", "tbody", "tfoot"}:
            _collect(child, rows, around)
        elif child.name == "tr":
            rows.append([one for one in child.children if isinstance(one, Node) and one.name in {"td", "th"}])
            around += [one for one in child.children if not isinstance(one, Node) and one.strip()]
        elif child.name in {"td", "th"}:
            rows.append([child])
        else:
            around.append(child)


def _text(cell: Node, read: Read) -> list[Run]:
    runs = flat(read(cell))
    if cell.name == "th":  # headers are bold anyway
        runs = [replace(run, look=run.look._replace(strong=False)) for run in runs]
    return runs


def _span(cell: Node, name: str) -> int:
    value = cell.values.get(name, "").strip()
    return max(1, min(int(value), MAX_SPAN)) if re.fullmatch("[0-9]{1,4}", value) else 1
