"""Meaning of the tags and styles that browsers, word processors, mail programs and note takers copy."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from insights.editor.paste.node import Node
from insights.markup import SCHEMES

MAX_URL = 8000  # characters; no server takes more

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
LISTS = {"ul", "ol", "menu", "dir"}
BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl"),
    *("dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "li"),
    *("main", "nav", "optgroup", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "tr", *HEADINGS, *LISTS),
}
CODE = {"code", "kbd", "samp", "tt"}
# Of these nothing is text of the page.
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
MAX_LOOKED_AT = 20  # elements around the start of a text
MAX_LABEL = 40  # characters of what can be the label of a button that is none by its tag

_WEIGHT, _SLANT = (re.compile(rf"(?<![\w-])font-{name}:(\w+)") for name in ("weight", "style"))
_BOLD = {"bold", "bolder", "600", "700", "800", "900"}
_SHIFTED = re.compile(r"(?<![\w-])vertical-align:(super|sub)(?![\w-])")
_DISPLAY = re.compile(r"(?<![\w-])display:([a-z-]+)")
_SHOWN_AS_BLOCK = {"block", "flex", "grid", "table", "list-item", "flow-root", "table-row", "table-caption"}
_WHITE_SPACE = re.compile(r"(?<![\w-])white-space(?:-collapse)?:([a-z-]+)")
_LINE_ENDS = {"pre", "pre-wrap", "pre-line", "break-spaces", "preserve", "preserve-breaks"}
_MONOSPACE = re.compile(r"font-family:[^;]*(?:monospace|courier|consolas|menlo|monaco)")


class TextStyle(NamedTuple):
    """How a piece of text looks, and where it leads."""

    strong: bool = False
    em: bool = False
    gone: bool = False
    code: bool = False
    href: str = ""


PLAIN = TextStyle()


def keeps_blanks(name: str, style: str, outside: bool) -> bool:
    """Return whether line ends in an element are shown; `outside`: whether they are around it."""
    if name in {"pre", "listing", "xmp"}:
        return True
    if name == "table":
        return False
    found = _WHITE_SPACE.findall(style)
    return found[-1] in _LINE_ENDS if found else outside


def is_hidden(node: Node) -> bool:
    """Return whether nothing of an element is seen, or it is a button."""
    if node.name in _SILENT or node.values.get("hidden", "no") != "no" or _UNSEEN.search(node.style):
        return True
    return bool(_UNSEEN_CLASS.search(node.values.get("class", "")))


def start_of(node: Node, size: int = 3) -> str:
    """Return the first characters that are seen of an element, without the blanks around its pieces.

    What stands too deep in it to be looked at counts as `size` characters.
    """
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
    """Return whether an element is there to be pressed, and its label no part of the text."""
    if node.name == "button":
        return True
    return node.values.get("role", "") in _BUTTONS and len(node.words()) <= MAX_LABEL


def is_copy_label(words: str) -> bool:
    """Return whether `words` can be the label of a button that copies code."""
    return len(words) <= MAX_LABEL and bool(_COPY.fullmatch(words))


def names_a_language(node: Node) -> bool:
    """Return whether the class of an element says that it names the language of some code."""
    return bool(_LANGUAGE_CLASS.search(node.values.get("class", "").lower()))


def display_of(node: Node) -> str:
    """Return how the style of an element displays it; nothing where it does not say."""
    found = _DISPLAY.findall(node.style)
    return found[-1] if found else ""


def is_block(node: Node) -> bool:
    """Return whether an element stands in lines of its own."""
    display = display_of(node)
    if node.name == "div" and display:
        return not display.startswith("inline") or node.keeps
    return node.name in BLOCKS or display in _SHOWN_AS_BLOCK


def is_of_a_code_editor(node: Node) -> bool:
    """Return whether an element is what a code editor or a terminal copies: its own letters, its own line ends."""
    return node.name in {"div", "p"} and node.keeps and bool(_MONOSPACE.search(node.style))


def heading_level(node: Node) -> int:
    """Return the level of a heading, 0 for anything else. Word's title counts as one of the first level."""
    if node.name in HEADINGS:
        return int(node.name[1])
    if node.values.get("role") == "heading" and (level := node.values.get("aria-level", "2")) in set("123456789"):
        return min(int(level), 6)
    return 1 if node.name == "p" and node.values.get("class", "") in {"MsoTitle", "x_MsoTitle"} else 0


def style_of(node: Node, outside: TextStyle) -> TextStyle:
    """Return how the text of an element looks, from its tag, its style and what is around it."""
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
    """Return "super", "sub" or nothing."""
    if node.name in {"sup", "sub"}:
        return "super" if node.name == "sup" else "sub"
    if node.name in {"img", *BLOCKS}:
        return ""
    found = _SHIFTED.search(node.style)
    return found[1] if found else ""


def plain_url(url: str) -> str:
    """Return where a link leads, without the detours of Google and Outlook; nothing for what is no URL on the web."""
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
