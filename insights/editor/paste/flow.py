"""Blocks of a text, built from the clipboard's tree."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from insights.editor.paste.blocks import (
    Block,
    Heading,
    HorizontalRule,
    Item,
    LeveledItem,
    List,
    Paragraph,
    Quote,
    Run,
    flat,
)
from insights.editor.paste.code import code_of, without_labels
from insights.editor.paste.lists import (
    MAX_LISTS,
    counts_on,
    gathered,
    indent_level,
    leveled,
    levels_of,
    marker_of,
    typed_marker,
    whole_number,
    without_marker,
    word_level,
)
from insights.editor.paste.node import Node
from insights.editor.paste.pictures import emoji_of, formula_of
from insights.editor.paste.styles import (
    LISTS,
    TextStyle,
    heading_level,
    is_block,
    is_button,
    is_copy_label,
    is_hidden,
    is_of_a_code_editor,
    names_a_language,
    shift_of,
    style_of,
)
from insights.editor.paste.superscripts import raised
from insights.editor.paste.tables import parts_of, table_of
from insights.editor.paste.tasks import box_of, is_item, is_task_list, with_box

MAX_QUOTES = 5  # levels; each adds its mark to every line
_ANCHORS = {"", "#", "¶", "§", "🔗", "∞", "link", "\u200b"}  # link texts of heading anchors
_BREAK = "\n"


@dataclass(slots=True)
class _Flow:
    blocks: list[Block] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    is_control: bool = False

    @property
    def last(self) -> str:
        return next((run.text[-1] for run in reversed(self.runs) if run.text), "")

    def add(self, *blocks: Block) -> None:
        self.end()
        self.blocks += blocks

    def end(self) -> None:
        """Finish the current paragraph; two or more line breaks split it."""
        part: list[Run] = []
        breaks, look = 0, TextStyle()
        for run in self.runs:
            if run.text == _BREAK:
                breaks, look = breaks + 1, run.look
            elif run.text.strip():
                if breaks > 1:
                    self.blocks.append(Paragraph(part))
                    part = []
                part += [Run(_BREAK, look)] * (breaks == 1 and bool(part))
                breaks = 0
                part.append(run)
            elif not breaks:
                part.append(run)
        if part or self.is_control:
            self.blocks.append(Paragraph(part, self.is_control))
        self.runs, self.is_control = [], False


class BlockBuilder:
    """Builder of `blocks` from a tree; `pictures` counts those left out. Raises TooLarge."""

    def __init__(self, root: Node) -> None:
        self.pictures = 0
        self._lists = self._items_read = self._quotes = self._headings = 0
        self._keeps_buttons = False
        self.blocks = self._read(root, TextStyle())

    def _read(self, node: Node, look: TextStyle) -> list[Block]:
        flow = _Flow()
        self._fill(node, look, flow)
        flow.end()
        return gathered(without_labels(flow.blocks))

    def _fill(self, node: Node, look: TextStyle, flow: _Flow) -> None:
        for child in node.children:
            if isinstance(child, Node):
                self._element(child, look, flow)
                continue
            for number, part in enumerate(child.split(_BREAK)):
                flow.runs += [Run(_BREAK, look)] * bool(number) + [Run(part, look)] * bool(part)

    def _element(self, node: Node, look: TextStyle, flow: _Flow) -> None:
        if is_hidden(node) or ("mso-list:ignore" in node.style and not self._headings):
            return
        if box := box_of(node):
            if not self._items_read and not is_item(node):
                flow.runs.append(Run(f" {box} ", look))
            if node.name in {"input", "img"}:
                return
        if is_button(node) and (not self._keeps_buttons or is_copy_label(node.words())):
            flow.is_control = True
        elif node.name == "br":
            flow.runs.append(Run(_BREAK, look))
        elif node.name == "hr":
            flow.add(HorizontalRule())
        elif node.name == "img":
            self._picture(node, look, flow)
        elif not (self._block(node, look, flow) or self._sign(node, look, flow)):
            self._text(node, look, flow)

    def _block(self, node: Node, look: TextStyle, flow: _Flow) -> bool:
        """Add a block other than a paragraph; return whether the element is one."""
        inner = style_of(node, look)
        if node.name in {"pre", "listing", "xmp"} or is_of_a_code_editor(node):
            code = code_of(node)
            flow.add(*([code] if code.text else []))
        elif level := heading_level(node):
            flow.add(*self._heading(node, level, inner))
        elif node.name == "blockquote" and self._quotes < MAX_QUOTES:
            self._quotes += 1
            blocks = self._read(node, inner)
            flow.add(*([Quote(blocks)] if blocks else []))
            self._quotes -= 1
        elif node.name in LISTS:
            flow.add(*self._list(node, inner))
        elif level := word_level(node):
            flow.add(leveled(level, marker_of(node), self._read(node, inner)))
        elif marker := typed_marker(node):
            without_marker(node, marker)
            flow.add(leveled(indent_level(node), marker, self._read(node, inner)))
        elif is_item(node):
            flow.add(List(False, [Item(self._item(node, inner))]))
        elif node.name == "table":
            around, rows = parts_of(node)
            table = table_of(rows, lambda cell: self._read(cell, style_of(cell, inner))) if rows else None
            self._parts(around, inner, flow)
            if table:
                flow.add(*([table] if table.rows else []))
        else:
            return False
        return True

    def _parts(self, parts: list[Node], look: TextStyle, flow: _Flow) -> None:
        for part in parts:
            flow.end()
            self._fill(part, style_of(part, look), flow)
            flow.end()

    def _text(self, node: Node, look: TextStyle, flow: _Flow) -> None:
        inner = style_of(node, look)
        if node.name == "dt":
            inner = inner._replace(strong=True)
        if is_block(node):
            flow.end()
            self._fill(node, inner, flow)
            flow.is_control = flow.is_control or (bool(flow.runs) and names_a_language(node))
            flow.end()
        elif self._headings and "#" in inner.href and node.words().lower() in _ANCHORS:
            return
        elif "copy" in node.values.get("class", "").lower() and is_copy_label(node.words()):
            flow.is_control = True
        else:
            flow.is_control = flow.is_control or names_a_language(node)
            self._fill(node, inner, flow)

    def _sign(self, node: Node, look: TextStyle, flow: _Flow) -> bool:
        """Add a superscript, subscript, quote, ruby text or fraction; return whether the element is one."""
        inner = style_of(node, look)
        parts = [child for child in node.children if isinstance(child, Node)]
        if shift := shift_of(node):
            flow.runs += raised(self._runs(node, inner), shift, flow.last)
        elif node.name == "q":
            flow.runs += [Run("“", inner), *self._runs(node, inner), Run("”", inner)]
        elif node.name == "rt":
            flow.runs += [Run("(", inner), *self._runs(node, inner), Run(")", inner)]
        elif node.name in {"msup", "msub", "msubsup"} and len(parts) > 1:
            flow.runs += self._runs(parts[0], inner)
            for part, shift in zip(parts[1:], ("super",) if node.name == "msup" else ("sub", "super"), strict=False):
                flow.runs += raised(self._runs(part, inner), shift, flow.last)
        elif node.name == "mfrac" and len(parts) == 2:
            flow.runs += [*self._runs(parts[0], inner), Run("/", inner), *self._runs(parts[1], inner)]
        else:
            return False
        return True

    def _runs(self, node: Node, look: TextStyle) -> list[Run]:
        flow = _Flow()
        self._fill(node, look, flow)
        if not flow.blocks:
            return flow.runs
        flow.end()
        return flat(flow.blocks)[:-1]

    def _picture(self, node: Node, look: TextStyle, flow: _Flow) -> None:
        if sign := emoji_of(node):
            flow.runs.append(Run(sign, look))
        elif tex := formula_of(node):
            flow.runs.append(Run(tex, look._replace(code=True)))
        else:
            self.pictures += 1

    def _heading(self, node: Node, level: int, look: TextStyle) -> list[Block]:
        self._headings += 1
        runs = flat(self._read(node, look))
        if not runs:  # a heading that opens its section is a button
            self._keeps_buttons = True
            runs = flat(self._read(node, look))
            self._keeps_buttons = False
        runs = [replace(run, look=run.look._replace(strong=False)) for run in runs]
        self._headings -= 1
        return [Heading(level, runs)] if any(run.text.strip() for run in runs) else []

    def _list(self, node: Node, look: TextStyle) -> list[Block]:
        self._lists += 1
        items = self._items(node, look)
        self._lists -= 1
        if self._lists >= MAX_LISTS:
            return [block for item in items for block in item.blocks]
        levels = levels_of(node)
        if not self._lists and len(levels) == len(items) and all(levels):
            return [
                LeveledItem(level, node.name == "ol", None if counts_on(node) else item.number, item.blocks)
                for level, item in zip(levels, items, strict=True)
            ]
        return [List(node.name == "ol", items)] if any(item.blocks for item in items) else []

    def _items(self, node: Node, look: TextStyle) -> list[Item]:
        items: list[Item] = []
        own = [child for child in node.children if isinstance(child, Node) and child.name == "li"]
        step = -1 if "reversed" in node.values else 1
        start = whole_number(node.values.get("start", ""))
        number = start if start is not None else len(own) if step < 0 else 1
        for child in node.children:
            if isinstance(child, Node) and child.name == "li":
                if is_hidden(child):
                    continue
                value = whole_number(child.values.get("value", ""))
                number = value if value is not None else number
                blocks = self._item(child, style_of(child, look), is_in_task_list=is_task_list(node))
                items.append(Item(blocks, number))
                number += step
                continue
            blocks = self._read(Node("", children=[child]), look)
            if isinstance(child, Node) and child.name in LISTS and items:
                items[-1].blocks += blocks  # Google Docs puts an inner list beside its item
            elif blocks:
                items.append(Item(blocks, number))
        return items

    def _item(self, node: Node, look: TextStyle, *, is_in_task_list: bool = False) -> list[Block]:
        self._items_read += 1
        blocks = self._read(node, look)
        self._items_read -= 1
        return with_box(blocks, node, is_in_task_list=is_in_task_list)
