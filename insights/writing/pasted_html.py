"""What Google Docs and Word mean, in plain HTML: a bold span is `<strong>`, a paragraph with a list's level an item.

A scanner of its own instead of `html.parser`, whose time grows with the square of what is broken: each letter is looked
at a bounded number of times, and what is nested deeper than MAX_DEPTH loses its tags.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import parse_qs, urlsplit

MAX_DEPTH = 60
MAX_TEXT = 200_000  # letters: no article holds more
MAX_TAGS = 20_000
MAX_QUOTES = 5  # one in another; each writes its mark before every line of what it holds
MAX_LISTS = 9  # one in another, as in Word
MAX_URL = 8000  # characters; no server takes more
MAX_SPAN = 50  # columns or rows that one cell may cover
SHOWN = {
    *("a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"),
    *("strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}

_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:]*+)((?:[^<>"']|"[^"<]*"|'[^'<]*')*+)>""")
_ATTRIBUTE = re.compile(r"""(?<![a-zA-Z:-])([a-zA-Z:-]++)\s*+=\s*+("[^"]*"|'[^']*'|[^\s"'>]++)""")
_RAW = {"script", "style", "title", "xml", "o:documentproperties"}  # what stands in them is not text
_VOID = {"br", "hr", "img", "meta", "link", "input", "col", "wbr"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_LISTS = {"ul", "ol"}
_HOLD_TEXT = {"p", "li", "td", "th", "pre", *_HEADINGS}
_INLINE = {"b", "strong", "i", "em", "span", "font", "u", "s", "strike", "del", "ins", "sub", "sup"}
_NEW_BLOCK = {"p", "div", "table", "blockquote", "pre", *_HEADINGS, *_LISTS}
_LEVEL = re.compile(r"mso-list:l\d+level(\d)")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_NUMBER = re.compile(r"\s*\(?(?:\d{1,3}|[a-z]|[ivxlc]{1,6})[.)]", re.IGNORECASE)
_WEIGHT, _SLANT = (re.compile(rf"(?<![\w-])font-{name}:(\w+)") for name in ("weight", "style"))
_BOLD = {"bold", "bolder", "600", "700", "800", "900"}


@dataclass(slots=True)
class _Rows:
    """A table while it is read. Markdown joins no cells: what one covers beside and below it becomes empty cells, so
    that the others keep their columns."""

    column: int = 0  # of the next cell
    covered: dict[int, int] = field(default_factory=dict)  # column -> rows below that a cell above covers

    def add(self, columns: int, rows: int) -> tuple[int, int]:
        """Take a cell; returns how many empty ones belong before it, and how many after."""
        before = 0
        while self.covered.get(self.column):
            self.covered[self.column] -= 1
            self.column += 1
            before += 1
        if rows > 1:
            self.covered |= dict.fromkeys(range(self.column, self.column + columns), rows - 1)
        self.column += columns
        return before, columns - 1


def _span(values: dict[str, str], name: str) -> int:
    """How many columns or rows a cell covers."""
    told = values.get(name, "").strip()
    return max(1, min(int(told), MAX_SPAN)) if re.fullmatch("[0-9]{1,4}", told) else 1


class PlainHTML:
    """`html`: well-formed, without attributes but `href`; `pictures`: how many stood in it.

    `is_too_large`: it goes on beyond MAX_TEXT or MAX_TAGS, where the reading ends.
    """

    def __init__(self, source: str) -> None:
        self._letters = self._tags = self.pictures = 0
        self._shift = 1 if re.search(r"<h1[\s>]", source, re.IGNORECASE) else 0  # the first level is the page's title
        self._pieces: list[str] = []
        self._open: list[tuple[str, str]] = []  # per open tag: its name, and what ends it
        self._silent = 0  # how deep we are in what is not shown
        self._word_lists: list[str] = []  # Word's lists that are open, outermost first, each with an open item
        self._rows: list[_Rows] = []  # of the tables that are open, outermost first
        self._level = 0  # of a list paragraph of Word whose marker is still to come
        self._marker: list[str] = []
        self._scan(source)
        self.is_too_large = self._has_enough()
        self._close_down_to(0)
        self._end_word_lists(0)
        html = "".join(self._pieces)
        for name in ("strong", "em", "del", "strong"):  # styles that go on from span to span
            html = html.replace(f"</{name}><{name}>", "")
        self.html = html

    def _scan(self, source: str) -> None:
        place = 0
        while (start := source.find("<", place)) >= 0 and not self._has_enough():
            self._text(source[place:start])
            if source.startswith("<!--", start):
                end = source.find("-->", start)
                place = end + 3 if end >= 0 else len(source)
            elif source.startswith(("<!", "<?"), start):
                end = source.find(">", start)
                place = end + 1 if end >= 0 else len(source)
            elif tag := _TAG.match(source, start):
                place = self._tag(tag, source)
            else:
                self._text("<")
                place = start + 1
        self._text(source[place:])

    def _has_enough(self) -> bool:
        return self._letters > MAX_TEXT or self._tags > MAX_TAGS

    def _tag(self, tag: re.Match[str], source: str) -> int:
        """Take one tag; returns where to go on."""
        self._tags += 1
        name = tag[2].lower()
        if tag[1]:
            self._end(name)
        elif name in _RAW:
            end = re.compile(rf"</{name}\b[^<>]*+>", re.IGNORECASE).search(source, tag.end())
            return end.end() if end else len(source)
        else:
            found = _ATTRIBUTE.findall(tag[3])
            self._start(name, {key.lower(): unescape(value.strip("\"'")) for key, value in found})
        return tag.end()

    def _text(self, text: str) -> None:
        if not text:
            return
        if self._silent:
            self._marker.append(text)
            return
        words = unescape(text)
        if not any(held == "pre" for held, _ in self._open):
            words = _BLANKS.sub(" ", words)
        self._letters += len(words)
        if self._level and words.strip():
            self._begin_item("")
        self._pieces.append(escape(words, quote=False))

    def _start(self, name: str, values: dict[str, str]) -> None:
        style = "".join(values.get("style", "").lower().split())
        if name == "img":
            self.pictures += 1
        if name in _VOID:
            if name == "hr" or (name == "br" and any(held in _HOLD_TEXT for held, _ in self._open)):
                self._pieces.append(f"<{name}>")
            return
        if len(self._open) >= MAX_DEPTH:
            return
        if self._silent or re.search(r"mso-list:ignore|display:none|mso-hide:all", style):
            self._silent += 1
            self._open.append((name, ""))
            return
        if name in {"p", "li"}:
            self._end_forgotten(name)
        self._open.append((name, self._begin(name, values, style)))

    def _end(self, name: str) -> None:
        places = [place for place, (held, _) in enumerate(self._open) if held == name]
        if places:
            self._close_down_to(places[-1])

    def _end_forgotten(self, name: str) -> None:
        """A paragraph ends where the next begins, an item likewise, unless a list or a cell lies between."""
        for place in range(len(self._open) - 1, -1, -1):
            held = self._open[place][0]
            if held == name:
                return self._close_down_to(place)
            if held in {*_LISTS, "td", "th", "div", "li", "blockquote"}:
                return None
        return None

    def _close_down_to(self, depth: int) -> None:
        while len(self._open) > depth:
            name, end = self._open.pop()
            if self._silent:
                self._silent -= 1
                if not self._silent:
                    marker, self._marker = "".join(self._marker), []
                    if self._level:
                        self._begin_item(unescape(marker))
            else:
                self._pieces.append(end)
                if name == "p":
                    self._level = 0
                elif name == "table":
                    self._rows.pop()

    def _begin(self, name: str, values: dict[str, str], style: str) -> str:
        """Write what a tag means; returns what ends it."""
        level = _LEVEL.search(style) if name == "p" else None
        if level:
            self._level = max(1, min(int(level[1]), 9))
            return ""
        if name in _INLINE:
            return self._emphasise(name, style)
        if name in _NEW_BLOCK and not self._level:
            self._end_word_lists(0)
        if self._is_too_deep(name):
            self._pieces.append("<br>" if name == "li" else "")
            return ""
        if name == "a":
            address = _plain_address(values.get("href", ""))
            self._pieces.append(f'<a href="{escape(address)}">' if address else "")
            return "</a>" if address else ""
        if name in {"p", "div"} and any(held in {"li", "td", "th"} for held, _ in self._open):
            return " "  # a table and a tight list hold no paragraphs
        if name in _LISTS and self._open and self._open[-1][0] in _LISTS and self._pieces[-1].strip() == "</li>":
            self._pieces[-1] = f"<{name}>"  # Google's inner lists stand beside the item that they belong to
            return f"</{name}></li>"
        if name == "table":
            self._rows.append(_Rows())
        elif name == "tr" and self._rows:
            self._rows[-1].column = 0
        elif name in {"td", "th"} and self._rows:
            before, after = self._rows[-1].add(_span(values, "colspan"), _span(values, "rowspan"))
            self._tags += before + after
            self._pieces.append(f"<{name}></{name}>" * before + f"<{name}>")
            return f"</{name}>" + f"<{name}></{name}>" * after
        if name in _HEADINGS:
            name = f"h{min(6, int(name[1]) + self._shift)}"
        name = "p" if name == "div" else name
        if name not in SHOWN:
            return ""
        self._pieces.append(f"<{name}>")
        return f"</{name}>"

    def _is_too_deep(self, name: str) -> bool:
        if name == "blockquote":
            return sum(held == name for held, _ in self._open) >= MAX_QUOTES
        lists = sum(held in _LISTS for held, _ in self._open)
        return lists >= MAX_LISTS if name in _LISTS else name == "li" and lists > MAX_LISTS

    def _emphasise(self, name: str, style: str) -> str:
        if self._level:  # the frame around an item's marker
            return ""
        weight, slant = _WEIGHT.search(style), _SLANT.search(style)
        is_bold = weight[1] in _BOLD if weight else name in {"b", "strong"}
        is_slanted = slant[1] in {"italic", "oblique"} if slant else name in {"i", "em"}
        is_struck = name in {"s", "strike", "del"} or "line-through" in style
        in_a_heading = any(held in _HEADINGS for held, _ in self._open)  # which is bold as it is
        meant = [("strong", is_bold and not in_a_heading), ("em", is_slanted), ("del", is_struck)]
        names = [mark for mark, holds in meant if holds]
        self._pieces += [f"<{mark}>" for mark in names]
        return "".join(f"</{mark}>" for mark in reversed(names))

    def _begin_item(self, marker: str) -> None:
        """Begin an item of a list of Word; `marker` as Word draws it: "1.", "a)", "·"."""
        level, self._level = self._level, 0
        kind = "ol" if _NUMBER.match(marker) else "ul"
        self._end_word_lists(level)
        if len(self._word_lists) == level and self._word_lists[-1] == kind:
            self._pieces.append("</li>")
        else:
            self._end_word_lists(level - 1)
        while len(self._word_lists) < level:
            self._word_lists.append(kind)
            self._pieces.append(f"<{kind}>" if len(self._word_lists) == level else f"<{kind}><li>")
        self._pieces.append("<li>")

    def _end_word_lists(self, level: int) -> None:
        """End those that lie deeper than `level`."""
        while len(self._word_lists) > level:
            self._pieces.append(f"</li></{self._word_lists.pop()}>")


def _plain_address(address: str) -> str:
    """Where a link leads to in truth; nothing for what is no address on the web."""
    if len(address) > MAX_URL:
        return ""
    try:
        parts = urlsplit(address.strip())
        if parts.hostname in {"www.google.com", "google.com"} and parts.path == "/url":
            asked = parse_qs(parts.query)
            address = next(iter(asked.get("q") or asked.get("url") or [""]))
            parts = urlsplit(address)
    except ValueError:
        return ""
    return address.strip() if parts.scheme in {"http", "https", "mailto"} else ""
