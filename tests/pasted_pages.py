"""Random pages as people copy them, made from a seed with their visible content; and the visible content of HTML.

A visible block is its marker and its characters, each with formatting and URL. The marker is "3." of a numbered item,
"-" of another, else nothing.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

Sign = tuple[str, frozenset[str], str]
WORDS = [
    *("word", "Claim.", "30%", "of", "1986.", "1)", "#", "# of", "-", "- minus", "+", "*", "* star"),
    *("**", "__init__", "a_b"),
    *("[a](b)", "![x](y)", "[^1]", "[x]:", "~~x~~", "~5", "`code`", "``", "&copy;", "&", "&#65;"),
    *("<b>", "</p>", "<!-- x -->"),
    *("<https://a.example>", ">", "> quote", "|", "| a | b |", "---", "===", "\\", "\\*", "C:\\dir"),
    *("!", "a!", "(LLM)", "模型"),
    *("（LLM）", "的", "。", "“quoted”", "it’s", "GPT-4o", "C++", "C#", "$5", "10,000", "é", "naïve"),
    *("😀", "—", "=", "```", "~~~"),
    *("2.", "a.", "x*y", "*y", "x_", "_", "]", "](u)", ":", ":-:", "|-|", "<", "a<b", "3 < 4"),
    *("&lt;", "^", "{", "$x$", "\u200b", "İ"),
]  # fmt: skip
URLS = [
    "https://example.com/a", "https://example.com/a b", "https://example.com/report (final).pdf",
    "https://example.com/x(y", "https://example.com/?a=1&copy=2&lt;=3", "https://example.com/a_b*c*d~~e~~",
    "https://example.com/[x]", "mailto:ann@example.com", "https://example.com/`x`", "https://example.com/模型",
    "https://example.com/a|b", "https://example.com/?q=%20%2B#frag", "https://example.com/<x>",
]  # fmt: skip
STYLES = {
    "strong": ["<b>{}</b>", "<strong>{}</strong>", '<span style="font-weight:700">{}</span>'],
    "em": ["<i>{}</i>", "<em>{}</em>", '<span style="font-style: italic">{}</span>'],
    "s": ["<s>{}</s>", "<del>{}</del>", '<span style="text-decoration:line-through">{}</span>'],
}
RAISED = {
    "<sup>6</sup>": "⁶", "<sup>-12</sup>": "⁻¹²", "<sub>2</sub>": "₂", "<sup>21,5</sup>": "^(21,5)",
    "<sub>max Q</sub>": "_(max Q)",
    '<span style="font-size:0.6em;vertical-align:super;">10</span>': "¹⁰", "<sub>i</sub>": "ᵢ",
    '<span style="vertical-align: sub">Z9</span>': "_(Z9)",
}  # fmt: skip
# Layout as Chromium copies it, and its text for readers.
LAID_OUT = {
    'Price<span style="margin-left: 8px">$5.00</span>': "Price $5.00",
    '<span style="margin-right:0.5em">May</span>25': "May 25",
    'One<bdi style="padding: 0px 6px">two</bdi>three': "One two three",
    '<span style="margin: 0px 12px 0px 0px">Score</span>88.7': "Score 88.7",
    'One<u style="margin-inline: 4px">two</u>three': "One two three",
    'One<span style="padding-inline-start: calc(1rem + 2px)">two</span>': "One two",
    'Monthly<span style="float: right">$20</span>yearly': "Monthly $20 yearly",
    '<span style="display: inline-flex"><span>AI</span><time>May 25</time>2026</span>': "AI May 25 2026",
    '<span style="display: inline-grid"><bdi>Price</bdi><span>10</span></span>': "Price 10",
    '<span style="display: table-cell">Score</span><span style="display: table-cell">88.7</span>': "Score 88.7",
    '<span style="display: inline-block; margin-right: 1em">One</span><span>two</span>': "One two",
    '<span style="display: inline-block; padding: 0 8px">One</span>two': "One two",
    'One<span style="position: absolute; right: 0">two</span>': "One two",
    'One <span style="margin-right: -4px; padding-right: 8px">two</span><bdi>three</bdi>': "One two three",
    '<span style="display: inline-block; width: 80px">Price</span>$5': "Price $5",
    'One<img src="x.png">two': "One two",
    'to<span style="margin: 0; padding: 0px">ke</span>ns': "tokens",
    'to<span style="margin-right: -4px">ke</span>ns': "tokens",
    'to<span style="margin: 0 -4px; padding: 0 4px">ke</span>ns': "tokens",
    'to<span style="padding-top: 8px; margin: 8px 0 1em">ke</span>ns': "tokens",
    'to<span style="margin-right: 0.04em">ke</span>ns': "tokens",
    'to<span style="display: inline-block">ke</span>ns': "tokens",
    '<span style="display: inline-flex"><u>O</u><u>n</u><u>e</u></span>': "One",
    ' <span style="float: left; display: block; margin-right: 8px">T</span>he': " The",
    ' <span style="float: left; font-size: 4em">T</span>HE': " THE",
    '(<bdi style="padding: 0 4px">One</bdi>), two': "(One), two",
    '<span style="display: inline-flex"><span>$</span><span>20</span></span>': "$20",
}  # fmt: skip
NOT_SEEN = [
    "<button>Copy code</button>", "<noscript>Enable scripts</noscript>", "<select><option>One</option></select>",
    '<span style="display:none">hidden</span>', "<!-- a comment -->", "<script>alert(1)</script>", "<o:p></o:p>",
    '<span class="sr-only">for ears</span>', "<svg><title>An icon</title></svg>", '<span data-x="a<b>c"></span>',
]  # fmt: skip
DIVISIONS = [
    "p",
    "div",
    "section",
    "address",
    "center",
    "figcaption",
    "article",
    "aside",
    "header",
    "footer",
    "summary",
]


@dataclass
class Seen:
    """One visible block."""

    signs: list[Sign] = field(default_factory=list)
    marker: str = ""

    @property
    def text(self) -> str:
        return " ".join("".join(sign for sign, _, _ in self.signs).split())

    @property
    def links(self) -> list[tuple[str, str]]:
        """Return URL and text of each link, in order. Two links to one URL with only a blank between count as one."""
        links: list[tuple[str, str]] = []
        last = ""
        for sign, _, url in self.signs:
            if url and url == last:
                links[-1] = (url, links[-1][1] + sign)
            elif last and not url and not sign.strip():
                links[-1] = (last, links[-1][1] + sign)
            elif url:
                links.append((url, sign))
            last = url if url or sign.strip() else last
        return [(url, " ".join(words.split())) for url, words in links if words.strip()]

    def marked(self) -> list[tuple[str, frozenset[str]]]:
        return [(sign, marks) for sign, marks, _ in self.signs if not sign.isspace()]


class Page:
    """`html` as a browser copies it, and `seen`: its blocks."""

    def __init__(self, seed: int, marks: tuple[str, ...] = ("strong", "em", "s", "code")) -> None:
        self.chance = random.Random(seed)
        self._marks = marks
        self.seen: list[Seen] = []
        self.html = "".join(self._block(0) for _ in range(self.chance.randint(1, 4)))

    def _words(self) -> str:
        return self.chance.choice(("", " ", "")).join(self.chance.choices(WORDS, k=self.chance.randint(1, 3)))

    def _inline(self, marks: frozenset[str], url: str, depth: int, has_breaks: bool = True) -> tuple[str, list[Sign]]:
        """Return HTML of some runs of text, and their characters. A line break counts as a line end."""
        html, signs = "", []
        for _ in range(self.chance.randint(1, 4)):
            kind = self.chance.random()
            if kind < 0.5 or depth > 2:
                words = self._words() + self.chance.choice(("", " ", ""))
                html += escape(words, quote=False)
                signs += [(sign, marks, url) for sign in words]
            elif kind < 0.75 and self._marks:
                mark = self.chance.choice(self._marks)
                if mark == "code" and "code" not in marks:
                    words = self._words()
                    html += f"<code>{escape(words, quote=False)}</code>"
                    signs += [(sign, marks | {"code"}, url) for sign in words]
                elif mark != "code":
                    inner, more = self._inline(marks | {mark}, url, depth + 1, has_breaks)
                    html += self.chance.choice(STYLES[mark]).format(inner)
                    signs += more
            elif kind < 0.83 and not url:
                target = self.chance.choice(URLS)
                inner, more = self._inline(marks, target, depth + 1, has_breaks)
                html += f'<a href="{escape(target)}">{inner}</a> '
                signs += [*more, (" ", marks, "")]
            elif kind < 0.9:
                tag, text = self.chance.choice(list(RAISED.items()))
                html += "x" + tag
                signs += [(sign, marks, url) for sign in "x" + text]
            elif kind < 0.93:
                layout, text = self.chance.choice(list(LAID_OUT.items()))
                html += f"x {layout} "
                signs += [(sign, marks, url) for sign in f"x {text} "]
            elif kind < 0.96:
                html += self.chance.choice(NOT_SEEN)
            elif has_breaks:
                html += "<br>"
                signs.append(("\n", marks, url))
        return html, signs

    def _see(self, signs: list[Sign], marker: str = "") -> None:
        if any(sign.strip() for sign, _, _ in signs):
            self.seen.append(Seen(signs, marker))

    def _block(self, depth: int) -> str:
        make = self.chance.choice(
            [self._division] * 4 + [self._heading, self._code, self._table, self._bare, self._terms]
            + ([self._quote, self._list, self._list] if depth < 2 else [])
        )  # fmt: skip
        return make(depth)

    def _division(self, depth: int) -> str:
        html, signs = self._inline(frozenset(), "", 0)
        style = ""
        if self.chance.random() < 0.25:  # columns
            style = self.chance.choice((' style="display: flex; gap: 0px 1.1em"', ' style="display:grid; gap: 1em"'))
            more, other = self._inline(frozenset(), "", 0)
            html, signs = f"<span>{html}</span><bdi>{more}</bdi>", [*signs, (" ", frozenset(), ""), *other]
        self._see(signs)
        name = self.chance.choice(DIVISIONS)
        return f"<{name}{style}>{html}</{name}>"

    def _bare(self, depth: int) -> str:
        html, signs = self._inline(frozenset(), "", 0)
        self._see(signs)
        return f"{html}<hr>"

    def _heading(self, depth: int) -> str:
        html, signs = self._inline(frozenset(), "", 0, has_breaks=False)
        self._see([(sign, marks - {"strong"}, url) for sign, marks, url in signs])
        level = self.chance.randint(1, 6)
        return f"<h{level}>{html}</h{level}>"

    def _code(self, depth: int) -> str:
        lines = [self._words() for _ in range(self.chance.randint(1, 4))]
        text = "\n".join(lines)
        self._see([(sign, frozenset({"pre"}), "") for sign in text])
        return f"<pre><code>{escape(text, quote=False)}</code></pre>"

    def _terms(self, depth: int) -> str:
        html = ""
        for name in ("dt", "dd"):
            inner, signs = self._inline(frozenset(), "", 1)
            self._see([(sign, marks | {"strong"} if name == "dt" else marks, url) for sign, marks, url in signs])
            html += f"<{name}>{inner}</{name}>"
        return f"<dl>{html}</dl>"

    def _table(self, depth: int) -> str:
        rows = []
        for _ in range(self.chance.randint(1, 3)):
            cells = []
            for _ in range(2):
                inner, signs = self._inline(frozenset(), "", 1, has_breaks=False)
                signs = signs if any(sign.strip() for sign, _, _ in signs) else [("x", frozenset(), "")]
                inner = inner if signs[0][0] != "x" or len(signs) > 1 else "x"
                self._see(signs)
                cells.append(f"<td>{inner}</td>")
            rows.append(f"<tr>{''.join(cells)}</tr>")
        return f"<table>{''.join(rows)}</table>"

    def _quote(self, depth: int) -> str:
        return f"<blockquote>{''.join(self._block(depth + 1) for _ in range(self.chance.randint(1, 2)))}</blockquote>"

    def _list(self, depth: int) -> str:
        is_numbered = self.chance.random() < 0.5
        start = self.chance.choice([1, 1, 4, 0, 1986])
        items, number = "", start
        for _ in range(self.chance.randint(1, 3)):
            value = ""
            if is_numbered and self.chance.random() < 0.15:
                number += 3
                value = f' value="{number}"'
            inner, signs = self._inline(frozenset(), "", 1)
            while not any(sign.strip() for sign, _, _ in signs) or "\n" in "".join(sign for sign, _, _ in signs):
                inner, signs = self._inline(frozenset(), "", 1, has_breaks=False)
            self._see(signs, f"{number}." if is_numbered else "-")
            inside = self.chance.choice(
                [self._division, self._code, self._quote, self._list] if depth < 1 else [self._division]
            )
            more = inside(depth + 1) if self.chance.random() < 0.3 else ""
            items += (
                f"<li{value}><p>{inner}</p>{more}</li>"
                if self.chance.random() < 0.5
                else f"<li{value}>{inner}{more}</li>"
            )
            number += 1
        return f'<ol start="{start}">{items}</ol>' if is_numbered else f"<ul>{items}</ul>"


class Reading(HTMLParser):
    """The visible content of a page of ours."""

    _MARKS = {
        "strong": "strong",
        "b": "strong",
        "em": "em",
        "i": "em",
        "del": "s",
        "s": "s",
        "code": "code",
        "pre": "pre",
    }
    _BLOCKS = {
        "p",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "td",
        "th",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "hr",
        "table",
        "tr",
    }

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[Seen] = [Seen()]
        self._open: list[str] = []
        self._url = ""
        self._numbers: list[int | None] = []
        self._marker = ""
        self.feed(html)
        self.close()
        self.seen = [seen for seen in self.seen if seen.text]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "br":
            self.seen[-1].signs.append(("\n", frozenset(), self._url))
        if tag in {"ul", "ol"}:
            self._numbers.append(int(values.get("start") or 1) if tag == "ol" else None)
        if tag in self._BLOCKS:
            self.seen.append(Seen())
        if tag == "li":
            number = self._numbers[-1]
            self._marker = "-" if number is None else f"{number}."
            self._numbers[-1] = None if number is None else number + 1
        if tag == "a":
            self._url = values.get("href") or ""
        if tag not in {"br", "hr"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()
        if tag in {"ul", "ol"}:
            self._numbers.pop()
        if tag == "a":
            self._url = ""
        if tag in self._BLOCKS:
            self.seen.append(Seen())

    def handle_data(self, data: str) -> None:
        marks = frozenset(self._MARKS[tag] for tag in self._open if tag in self._MARKS)
        marks = marks - {"code"} if "pre" in marks else marks
        if data.strip() and self._marker:
            self.seen[-1].marker, self._marker = self._marker, ""
        self.seen[-1].signs += [(sign, marks, self._url) for sign in data]
