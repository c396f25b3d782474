"""Lists that other programs write flat: Word with a level per item, Word on the web with a list per item."""

from __future__ import annotations

import re

from insights.editor.paste.blocks import Block, Item, LeveledItem, List
from insights.editor.paste.node import Node

MAX_LISTS = 9  # levels, as in Word
MAX_NUMBER = 999_999_999  # Markdown's largest list number

_LEVEL = re.compile(r"mso-list:l\d+level(\d)")
_NUMBERED = re.compile(r"\(?(?:\d{1,9}|[a-z]|[ivxlc]{1,6})[.)]", re.IGNORECASE)
_WORDS_MARKER = re.compile(r"([·•▪§]|o(?= )|\(?(?:\d{1,3}|[a-z])[.)])\s+", re.IGNORECASE)
_INDENT = re.compile(r"margin-left:([\d.]+)(pt|in|cm|px)")
_QUILL_INDENT = re.compile(r"(?:^|\s)ql-indent-(\d)(?:\s|$)")
_PER_LEVEL = {"pt": 36, "in": 0.5, "cm": 1.27, "px": 48}


def whole_number(value: str) -> int | None:
    return int(value) if re.fullmatch(r"\s*[0-9]{1,9}\s*", value) else None


def word_level(node: Node) -> int:
    """Return the list level of a Word paragraph; 0 for other paragraphs."""
    found = _LEVEL.search(node.style) if node.name in {"p", "li"} else None
    return max(1, min(int(found[1]), MAX_LISTS)) if found else 0


def levels_of(node: Node) -> list[int]:
    """Return the level of each item of a flat list; 0 if neither the item nor (in Slack) the list has one."""
    items = [child for child in node.children if isinstance(child, Node) and child.name == "li"]
    indents = [_QUILL_INDENT.search(item.values.get("class", "")) for item in items]
    base = whole_number(node.values.get("data-indent", ""))
    levels = []
    for item, indent in zip(items, indents, strict=True):
        own = whole_number(item.values.get("data-stringify-indent", ""))
        level = whole_number(item.values.get("data-aria-level", "")) or 0
        if indent or any(indents):
            level = level or 1 + (int(indent[1]) if indent else 0)
        if own is not None or base is not None:
            level = level or 1 + (own if own is not None else base or 0)
        levels.append(min(level, MAX_LISTS))
    return levels


def counts_on(node: Node) -> bool:
    """Return whether the numbers of a flat list continue after the lists nested in it."""
    return "data-indent" in node.values and "start" not in node.values


def marker_of(node: Node) -> str:
    for child in node.children:
        if isinstance(child, Node):
            if "mso-list:ignore" in child.style:
                return child.words()
            if found := marker_of(child):
                return found
    return ""


def typed_marker(node: Node) -> str:
    """Return the marker of a Word item that a mail program made plain text; else empty."""
    if node.name != "p" or not re.search(r"MsoListParagraph", node.values.get("class", "")):
        return ""
    found = _WORDS_MARKER.match(node.words())
    return found[1] if found else ""


def indent_level(node: Node) -> int:
    found = _INDENT.search(node.style)
    return max(1, min(round(float(found[1].rstrip(".")) / _PER_LEVEL[found[2]]), MAX_LISTS)) if found else 1


def without_marker(node: Node, marker: str) -> None:
    left = marker
    for place, child in enumerate(node.children):
        if not left:
            return
        if isinstance(child, str):
            text = child.lstrip()
            taken = len(left) if text.startswith(left) else len(text) if left.startswith(text) else 0
            left = left[taken:]
            node.children[place] = text[taken:]
        else:
            before = child.words()
            without_marker(child, left)
            left = left[max(0, len(before) - len(child.words())) :]


def leveled(level: int, marker: str, blocks: list[Block]) -> LeveledItem:
    """Return an item with the number of its marker; possible Roman numerals continue the count."""
    numbers = re.findall(r"\d{1,9}", marker)
    sign = marker.strip("(). ").lower()
    number = int(numbers[-1]) if numbers else None
    if number is None and len(sign) == 1 and sign in "abefghjknopqrstuwyz":
        number = ord(sign) - ord("a") + 1
    return LeveledItem(level, bool(_NUMBERED.match(marker.strip())), number, blocks)


def gathered(blocks: list[Block]) -> list[Block]:
    """Nest the leveled items in lists, and join lists that continue each other."""
    whole: list[Block] = []
    items: list[LeveledItem] = []
    for block in [*blocks, None]:
        if isinstance(block, LeveledItem):
            items.append(block)
            continue
        for one in (*_nested(items), *([block] if block else [])):
            last = whole[-1] if whole else None
            if isinstance(one, List) and isinstance(last, List) and _goes_on(last, one):
                last.items += one.items
            else:
                whole.append(one)
        items = []
    return whole


def _goes_on(first: List, second: List) -> bool:
    if first.is_numbered != second.is_numbered or not first.items or not second.items:
        return False
    return not first.is_numbered or second.items[0].number == first.items[-1].number + 1


def _nested(items: list[LeveledItem]) -> list[List]:
    whole: list[List] = []
    still_open: list[List] = []  # outermost first
    for item in items:
        level = min(item.level, len(still_open) + 1)
        del still_open[level:]
        if len(still_open) == level and still_open[-1].is_numbered != item.is_numbered:
            still_open.pop()
        if len(still_open) < level:
            new = List(item.is_numbered)
            if still_open:
                still_open[-1].items[-1].blocks.append(new)
            else:
                whole.append(new)
            still_open.append(new)
        there = still_open[-1].items
        number = item.number if item.number is not None else there[-1].number + 1 if there else 1
        there.append(Item(item.blocks, number))
    return whole
