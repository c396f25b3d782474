"""Blanks between words that only the layout separates: columns, floats, margins and padding.

Chromium copies styles with the text, and omits white space that a flex or grid container does not show.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from insights.editor.paste.measures import pixels, sides_of
from insights.editor.paste.node import Node
from insights.editor.paste.notes import begins_note, is_note, without_repeated_marks
from insights.editor.paste.pictures import picture_text
from insights.editor.paste.styles import CODE, display_of, is_block, is_hidden, is_of_a_code_editor, shift_of, start_of

MIN_GAP = 2.0  # pixels; less is kerning, as in formulas
LARGE = 30.0  # pixels; a floating first character of this size is a drop cap, whatever follows
MAX_WIDTH = 100  # characters compared with a box of fixed width
_PICTURE = 16.0  # pixels assumed for a picture that is left out
_CHARACTER = 9.0  # pixels, on average

_WIDTH = re.compile(r"(?<![\w-])(?:min-)?width:([^;]{1,20})")
_FLOAT = re.compile(r"(?<![\w-])float:(left|right|inline-start|inline-end)")
_OUT_OF_FLOW = re.compile(r"(?<![\w-])position:(?:absolute|fixed)")
_FONT_SIZE = re.compile(r"(?<![\w-])font-size:([^;]{1,20})")
_HAS_GAP = re.compile(r"(?<![\w-])(?:column-)?gap:[^;]{0,40}?[1-9]|justify-content:space-")
_CONTAINERS = {"flex", "inline-flex", "-webkit-flex", "-webkit-box", "grid", "inline-grid", "table-row"}
_CLOSING = re.compile(r"[,.;:!?)\]}…”’»'\"]+(?:\s|\Z)")
_OPENING = set("([{“‘«„‚")
_CURRENCIES = set("$€£¥₹")
_PERCENT = set("%‰")


def separate(root: Node) -> None:
    _Separator().visit(root)


@dataclass(slots=True)
class _Separator:
    """Walk through a tree in the order of its text; the fields after `last` describe the gap since then."""

    last: str = ""  # up to two characters before, in the same block
    width: float = 0.0  # pixels of margin and padding
    is_firm: bool = False  # a column or float began or ended
    drop_cap: float = 0.0  # font size of a drop cap
    is_raised: bool = False  # in a superscript, which belongs to the word before
    place: tuple[list[Node | str], int] = field(default_factory=lambda: ([], 0))  # where a blank would be inserted

    def visit(self, node: Node, *, is_container: bool = False) -> None:
        """Rebuild the children of `node`. `is_container`: it displays them apart from each other."""
        whole: list[Node | str] = []
        follows = False
        for child in node.children:
            if isinstance(child, str):
                if is_container and child.strip():
                    self._gap(whole, width=MIN_GAP * follows)
                    follows = True
                self._text(child, whole)
            elif is_hidden(child):
                whole.append(child)
            else:
                self._gap(whole, is_firm=is_container and follows)
                follows = True
                self._element(child, whole, is_container)
        node.children = whole

    def _element(self, node: Node, whole: list[Node | str], is_in_container: bool) -> None:
        is_code = node.name in {"pre", "listing", "xmp"} or is_of_a_code_editor(node)
        if _FLOAT.search(node.style) and _initial_of(node):
            node.style += ";display:inline"  # a drop cap belongs to the line after it
        if is_code or is_block(node) or node.name in {"br", "hr"}:
            self._end()
            whole.append(node)
            if not is_code:
                self.visit(node, is_container=_is_container(node))
            self._end()
        elif node.name == "img":
            self._picture(node, whole)
        elif shift_of(node):
            self.width, self.is_raised = 0.0, True
            whole.append(node)
            self.visit(node)
            self.width, self.is_raised = 0.0, False
        else:
            self._inline(node, whole, is_in_container)

    def _inline(self, node: Node, whole: list[Node | str], is_in_container: bool) -> None:
        display = display_of(node)
        is_floating = bool(_FLOAT.search(node.style))
        is_initial = (is_floating or bool(_OUT_OF_FLOW.search(node.style))) and bool(_initial_of(node))
        is_apart = is_floating or display == "table-cell" or (bool(_OUT_OF_FLOW.search(node.style)) and not is_initial)
        is_box = display.startswith("inline-")
        is_apart = is_apart or (is_box and node.name in {"a", "div"} and len(start_of(node)) > 1)
        if is_note(node):
            without_repeated_marks(node)
            is_apart = True
        is_number = not self.last and begins_note(node)
        left, right = sides_of(node.values.get("style", ""), with_padding=node.name not in {*CODE, "mark"})
        self._gap(whole, width=left, is_firm=is_apart)
        whole.append(node)
        self.visit(node, is_container=_is_container(node) or (is_in_container and display == "contents"))
        right += MIN_GAP * is_number + (_empty_width(node) if is_box else 0.0)
        self._gap(whole, width=right, is_firm=is_apart)
        if is_floating and is_initial:
            size = _FONT_SIZE.search(node.style)
            self.drop_cap = max(1.0, pixels(size[1]) if size else 0.0)

    def _picture(self, node: Node, whole: list[Node | str]) -> None:
        words = picture_text(node)
        left, right = sides_of(node.values.get("style", ""))
        self._gap(whole, width=left if words else _PICTURE)
        if words:
            self._text(words, [])
        whole.append(node)
        self._gap(whole, width=right)

    def _gap(self, whole: list[Node | str], *, width: float = 0.0, is_firm: bool = False) -> None:
        """Record a gap at the end of `whole`; of several gaps in a row, the first gets the blank."""
        if not self.width and not self.is_firm:
            self.place = (whole, len(whole))
        self.width += 0.0 if self.is_raised else width
        self.is_firm = self.is_firm or is_firm

    def _text(self, text: str, whole: list[Node | str]) -> None:
        if text and self._needs_blank(text):
            siblings, index = self.place
            siblings.insert(index, " ")
        whole.append(text)
        if text:
            self._end()
            self.last = text[-2:]

    def _needs_blank(self, text: str) -> bool:
        first = text[0]
        if not self.last.strip() or self.last[-1].isspace() or first.isspace():
            return False
        if self.drop_cap and (first in "’'-" or (first.isalpha() and (self.drop_cap >= LARGE or not first.isupper()))):
            return False
        if (self.last[-1].isdigit() and first in _PERCENT) or (self.last.strip() in _CURRENCIES and first.isdigit()):
            return False  # one number, whose sign has its own style
        if self.is_firm:
            return True
        return self.width >= MIN_GAP and self.last[-1] not in _OPENING and not _CLOSING.match(text)

    def _end(self) -> None:
        self.last, self.width, self.is_firm, self.drop_cap, self.is_raised = "", 0.0, False, 0.0, False


def _is_container(node: Node) -> bool:
    """Return whether an element separates its children; a word split into characters needs a gap for that."""
    if display_of(node) not in _CONTAINERS:
        return node.name == "nav"
    parts = [child for child in node.children if isinstance(child, Node) or child.strip()]
    is_word = all(isinstance(part, Node) and part.name != "a" and len(start_of(part)) == 1 for part in parts)
    return not is_word or bool(_HAS_GAP.search(node.style))


def _empty_width(node: Node) -> float:
    found = _WIDTH.search(node.style)
    left = pixels(found[1]) - _CHARACTER * len(start_of(node, MAX_WIDTH)) if found else 0.0
    return left if left > _CHARACTER else 0.0


def _initial_of(node: Node) -> str:
    """Return the only character of an element, quotation marks before it aside; else empty."""
    words = start_of(node).lstrip("“„‘«\"'")
    return words if len(words) == 1 and words.isalpha() else ""
