"""Checkboxes of task lists from GitHub, Confluence, Google Docs, Notion and editors in the browser.

They become the text `[x]` and `[ ]`, as Notion copies them, since our Markdown has no checkboxes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from insights.editor.paste.blocks import Block, Paragraph, Run
from insights.editor.paste.node import Node
from insights.editor.paste.styles import LISTS, is_hidden

CHECKED, UNCHECKED = "[x]", "[ ]"
_STATES = {"true": CHECKED, "checked": CHECKED, "done": CHECKED}
# Attributes with the state of an item, in Confluence, Tiptap, Quill and Lexical.
_STATE_ATTRIBUTES = ("data-task-state", "data-checked")


def box_of(node: Node) -> str:
    """Return the checkbox that an element draws, with its state; empty if it draws none."""
    values, classes = node.values, set(node.values.get("class", "").lower().split())
    if node.name == "input":
        is_box = values.get("type", "").lower() == "checkbox"
        return (CHECKED if "checked" in values else UNCHECKED) if is_box else ""
    if node.name == "img":
        is_box = values.get("aria-roledescription", "").lower() == "checkbox"
        return _STATES.get(values.get("alt", "").lower(), UNCHECKED) if is_box else ""
    if values.get("role", "").lower() == "checkbox":
        return _STATES.get(values.get("aria-checked", "").lower(), UNCHECKED)
    for name in _STATE_ATTRIBUTES:
        if name in values:
            return _STATES.get(values[name].lower(), UNCHECKED)
    if values.get("data-list", "") in {"checked", "unchecked"}:
        return _STATES.get(values["data-list"], UNCHECKED)
    if "data-inline-task-id" in values:
        return CHECKED if "checked" in classes else UNCHECKED
    if "checkbox" in classes and classes & {"checkbox-on", "checkbox-off"}:
        return CHECKED if "checkbox-on" in classes else UNCHECKED
    return ""


def is_item(node: Node) -> bool:
    return node.name == "li" or (node.name == "div" and "data-task-state" in node.values)


def with_box(blocks: list[Block], node: Node, *, is_in_task_list: bool = False) -> list[Block]:
    """Return an item's blocks, its checkbox first. `is_in_task_list`: it has one even if none is drawn."""
    box = next((box for box in _boxes(node) if box), "")
    if not box and is_in_task_list:
        box = CHECKED if "checked" in node.values.get("class", "").lower().split() else UNCHECKED
    if not box:
        return blocks
    first, *others = blocks or [Paragraph([])]
    if isinstance(first, Paragraph):
        return [replace(first, runs=[Run(f"{box} "), *first.runs]), *others]
    return [Paragraph([Run(box)]), *blocks]


def is_task_list(node: Node) -> bool:
    return "inline-task-list" in node.values.get("class", "").lower().split()


def _boxes(node: Node) -> Iterator[str]:
    yield box_of(node)
    for child in node.children:
        if isinstance(child, Node) and not (child.name in LISTS or is_item(child) or is_hidden(child)):
            yield from _boxes(child)
