"""Meaning of the tags and styles that browsers, word processors, mail programs and note apps copy."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from insights.editor.paste.node import Node
from insights.markup import SCHEMES

MAX_URL = 8000  # characters; no server accepts more

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
LISTS = {"ul", "ol", "menu", "dir"}
BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl"),
    *("dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "li"),
    *("main", "nav", "optgroup", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "tr", *HEADINGS, *LISTS),
}
CODE = {"code", "kbd", "samp", "tt"}
# Elements without text of the page.
_SILENT = {
    *("annotation", "annotation-xml", "audio", "canvas", "datalist", "noscript", "object", "option", "rp"),
    *("script", "select", "style", "svg", "template", "video"),
}
_BUTTONS = {"button", "menu", "menuitem", "toolbar", "tooltip"}
_UNSEEN = re.compile(r"display:none|mso-hide:all|visibility:hidden")
_UNSEEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-text|katex-html|MathJax_Preview|mwe-math-mathml-a11y)(?:\s|$)"
)
_COPY = re.compile(
    r"(?:copy|copied)(?: code| text| link| snippet| to clipboard)?[!.]?|copy to clipboard", re.IGNORECASE
)
_LANGUAGE_CLASS = re.compile(r"(?<![a-z])(?:lang|language|code[-_]?(?:header|title|label|lang\w*))(?![a-z])")
MAX_LOOKED_AT = 20  # parts searched for the start of a text
MAX_LABEL = 40  # characters; longer text is no label of a button

_WEIGHT, _SLANT = (re.compile(rf"(?<![\w-])font-{name}:(\w+)") for name in ("weight", "style"))
_BOLD = {"bold", "bolder", "600", "700", "800", "900"}
_SHIFTED = re.compile(r"(?<![\w-])vertical-align:(super|sub)(?![\w-])")
_DISPLAY = re.compile(r"(?<![\w-])display:([a-z-]+)")
_SHOWN_AS_BLOCK = {"block", "flex", "grid", "table", "list-item", "flow-root", "table-row", "table-caption"}
_WHITE_SPACE = re.compile(r"(?<![\w-])white-space(?:-collapse)?:([a-z-]+)")
_LINE_ENDS = {"pre", "pre-wrap", "pre-line", "break-spaces", "preserve", "preserve-breaks"}
_MONOSPACE = re.compile(r"font-family:[^;]*(?:monospace|courier|consolas|menlo|monaco)")


class TextStyle(NamedTuple):
    strong: bool = False
    em: bool = False
    gone: bool = False
    code: bool = False
    href: str = ""


PLAIN = TextStyle()


def keeps_blanks(name: str, style: str, outside: bool) -> bool:
    """Return whether an element shows line ends; `outside`: whether its parent does."""
    if name in {"pre", "listing", "xmp"}:
        return True
    if name == "table":
        return False
    found = _WHITE_SPACE.findall(style)
    return found[-1] in _LINE_ENDS if found else outside


def is_hidden(node: Node) -> bool:
    if node.name in _SILENT or node.values.get("hidden", "no") != "no" or _UNSEEN.search(node.style):
        return True
    return bool(_UNSEEN_CLASS.search(node.values.get("class", "")))


def start_of(node: Node, size: int = 3) -> str:
    """Return the first visible characters; `size` dots if MAX_LOOKED_AT parts are not enough to find them."""
    text = ""
    pending: list[Node | str] = [node]
    for _ in range(MAX_LOOKED_AT):
        if not pending or len(text) >= size:
            return text[:size]
        part = pending.pop()
        if isinstance(part, str):
            text += part.strip()[:size]
        elif not is_hidden(part):
            pending += reversed(part.children[:MAX_LOOKED_AT])
    return "." * size


def is_button(node: Node) -> bool:
    """Return whether an element is a control, whose label is not part of the text."""
    if node.name == "button":
        return True
    return node.values.get("role", "") in _BUTTONS and len(node.words()) <= MAX_LABEL


def is_copy_label(words: str) -> bool:
    return len(words) <= MAX_LABEL and bool(_COPY.fullmatch(words))


def names_a_language(node: Node) -> bool:
    """Return whether an element's class marks it as the language label of some code."""
    return bool(_LANGUAGE_CLASS.search(node.values.get("class", "").lower()))


def display_of(node: Node) -> str:
    found = _DISPLAY.findall(node.style)
    return found[-1] if found else ""


def is_block(node: Node) -> bool:
    display = display_of(node)
    if node.name == "div" and display:
        return not display.startswith("inline") or node.keeps
    return node.name in BLOCKS or display in _SHOWN_AS_BLOCK


def is_of_a_code_editor(node: Node) -> bool:
    """Return whether a code editor or terminal copied it: monospace font, preserved line ends."""
    return node.name in {"div", "p"} and node.keeps and bool(_MONOSPACE.search(node.style))


def heading_level(node: Node) -> int:
    """Return the level of a heading, 0 for other elements; Word's title has level 1."""
    if node.name in HEADINGS:
        return int(node.name[1])
    if node.values.get("role") == "heading" and (level := node.values.get("aria-level", "2")) in set("123456789"):
        return min(int(level), 6)
    return 1 if node.name == "p" and node.values.get("class", "") in {"MsoTitle", "x_MsoTitle"} else 0


def style_of(node: Node, outside: TextStyle) -> TextStyle:
    weight, slant = _WEIGHT.search(node.style), _SLANT.search(node.style)
    strong = outside.strong or node.name in {"b", "strong"}
    if weight and weight[1] != "inherit":
        strong = weight[1] in _BOLD
    em = outside.em or node.name in {"i", "em"}
    if slant and slant[1] != "inherit":
        em = slant[1] in {"italic", "oblique"}
    return TextStyle(
        strong=strong,
        em=em,
        gone=outside.gone or node.name in {"s", "strike", "del"} or "line-through" in node.style,
        code=outside.code or node.name in CODE,
        href=(plain_url(node.values.get("href", "")) if node.name == "a" else "") or outside.href,
    )


def shift_of(node: Node) -> str:
    """Return "super", "sub" or an empty string."""
    if node.name in {"sup", "sub"}:
        return "super" if node.name == "sup" else "sub"
    if node.name in {"img", *BLOCKS}:
        return ""
    found = _SHIFTED.search(node.style)
    return found[1] if found else ""


def plain_url(url: str) -> str:
    """Return a link's target without redirects of Google and Outlook; empty if it is no web URL."""
    if len(url) > MAX_URL:
        return ""
    url = re.sub(r"[\t\r\n]", "", url).strip()
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if host in {"www.google.com", "google.com"} and parts.path == "/url":
            asked = parse_qs(parts.query)
            url = next(iter(asked.get("q") or asked.get("url") or [""]))
        elif host.endswith(".safelinks.protection.outlook.com"):
            url = next(iter(parse_qs(parts.query).get("url") or [url]))
        scheme = urlsplit(url).scheme
    except ValueError:
        return ""
    return url.strip() if scheme in SCHEMES else ""
