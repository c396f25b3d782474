"""Parser of the clipboard's HTML into a tree.

We use our own scanner instead of `html.parser`, whose time is quadratic for broken HTML. Ours scans each character a
bounded number of times. Elements deeper than MAX_DEPTH lose their tags.
"""

from __future__ import annotations

import re
from html import unescape

from insights.editor.paste.node import Node
from insights.editor.paste.styles import BLOCKS, keeps_blanks
from insights.text.invisible_characters import without_direction_marks

MAX_DEPTH = 100
MAX_TEXT = 200_000  # characters; no article is longer
MAX_TAGS = 20_000

# A quoted value may contain "<". At most three match attempts overlap at one position, since two in the same kind of
# quote would begin at the same position. So the time is linear.
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)((?:[^<>"']|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?""")
_RAW = {"script", "style", "title", "xml", "o:documentproperties", "textarea", "iframe", "noembed", "noframes"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
_CELLS = {"td", "th"}
_OF_TABLES = {"table", "thead", "tbody", "tfoot", "tr", *_CELLS}
# For each tag: the open tags that it closes, and the tags where this search stops.
_ENDS: dict[str, tuple[set[str], set[str]]] = {
    "li": ({"li"}, {"ul", "ol", "menu", "dir", "blockquote", *_OF_TABLES}),
    "dt": ({"dt", "dd"}, {"dl", "ul", "ol", *_OF_TABLES}),
    "dd": ({"dt", "dd"}, {"dl", "ul", "ol", *_OF_TABLES}),
    "td": (_CELLS, {"table", "tr"}),
    "th": (_CELLS, {"table", "tr"}),
    "tr": ({"tr"}, {"table"}),
    **dict.fromkeys(("thead", "tbody", "tfoot"), ({"thead", "tbody", "tfoot"}, {"table"})),
    "option": ({"option"}, {"select", "datalist"}),
}
_BLANKS = re.compile(r"[ \t\r\n\f\u00a0]+")


class Tree:
    """Parsed tree. `is_too_large`: the source exceeds MAX_TEXT or MAX_TAGS, where parsing stops."""

    def __init__(self, source: str) -> None:
        self._characters = self._tags = 0
        self.root = Node("")
        self._open = [self.root]
        self._pending: list[str] = []  # text since the last tag
        self._scan(without_direction_marks(source).replace("\r\n", "\n").replace("\r", "\n"))
        self.is_too_large = self._has_enough()

    def _scan(self, source: str) -> None:
        place = 0
        while (start := source.find("<", place)) >= 0 and not self._has_enough():
            self._pending.append(source[place:start])
            if source.startswith("<!--", start):
                end = source.find("-->", start)
                place = end + 3 if end >= 0 else len(source)
            elif source.startswith(("<!", "<?"), start):
                end = source.find(">", start)
                place = end + 1 if end >= 0 else len(source)
            elif tag := _TAG.match(source, start):
                place = self._tag(tag, source)
            else:
                self._pending.append("<")
                place = start + 1
        self._pending.append(source[place:])
        self._end_text()

    def _has_enough(self) -> bool:
        return self._characters > MAX_TEXT or self._tags > MAX_TAGS

    def _tag(self, tag: re.Match[str], source: str) -> int:
        self._end_text()
        self._tags += 1
        name = tag[2].lower()
        if tag[1]:
            self._end(name)
        elif name in _RAW:
            end = re.compile(rf"</{name}\b[^<>]*+>", re.IGNORECASE).search(source, tag.end())
            return end.end() if end else len(source)
        else:
            found = _ATTRIBUTE.findall(tag[3])
            self._start(name, {key.lower(): unescape("".join(values)) for key, *values in found})
        return tag.end()

    def _end_text(self) -> None:
        words = without_direction_marks(unescape("".join(self._pending)))
        self._pending = []
        if not words:
            return
        keeps = self._open[-1].keeps
        words = words.replace("\u00a0", " ") if keeps else _BLANKS.sub(" ", words)
        self._characters += len(words)
        self._open[-1].children.append(words)

    def _start(self, name: str, values: dict[str, str]) -> None:
        self._end_forgotten(name)
        parent = self._open[-1]
        if name not in _VOID and len(self._open) > MAX_DEPTH:
            if name in BLOCKS:
                parent.children.append(Node("br"))  # keeps the text of two blocks apart
            return
        style = "".join(values.get("style", "").lower().split())
        node = Node(name, values, style, keeps_blanks(name, style, parent.keeps))
        parent.children.append(node)
        if name in _VOID:
            return
        if name in {"table", "pre"}:
            for outer in self._open:
                outer.is_layout = True
        self._open.append(node)

    def _end(self, name: str) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            held = self._open[place].name
            if held == name:
                del self._open[place:]
                return
            if held in _CELLS and name not in _OF_TABLES:
                return

    def _end_forgotten(self, name: str) -> None:
        """Close an element that ends implicitly before `name`, such as a paragraph before a block."""
        ended, bounds = _ENDS.get(name, (set(), set()))
        if name in BLOCKS and not ended:
            ended, bounds = {"p"}, BLOCKS - {"p"}
        if not ended:
            return
        for place in range(len(self._open) - 1, 0, -1):
            held = self._open[place].name
            if held in ended:
                del self._open[place:]
                return
            if held in bounds:
                return
