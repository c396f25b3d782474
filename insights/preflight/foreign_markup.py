"""Markup of other systems: template tags, attribute lists, shortcodes, formulas, highlights and hidden comments.

Parsed code and pictures never match. Patterns have a bounded length, so that hostile text costs linear time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from insights.markup.source_facts import ESCAPED, LINK_BEGINS, LINK_ENDS, OTHER

from .findings import Level

_PAREN, _PAREN_END = ESCAPED["("], ESCAPED[")"]
_OPEN, _CLOSE = ESCAPED["["], ESCAPED["]"]
_ESCAPES = {sign: f"\\{typed}" for typed, sign in ESCAPED.items()}
_UNSEEN = re.compile(f"[{LINK_BEGINS}{LINK_ENDS}]")
_NO_LINE_END = re.compile(r"[^\n]")

_BRACES = r"(?:[^{}]|\{[^{}]{0,100}\}){0,300}"
_TEMPLATE = re.compile(rf"\{{\{{[<%].{{0,200}}?[%>]\}}\}}|\{{%.{{0,200}}?%\}}|\{{\{{\{{?{_BRACES}\}}?\}}\}}", re.DOTALL)
_TEMPLATE_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\n{]{0,100}\{[{%](?:[^()\n]|\([^()\n]{0,200}\)){0,500}\)")

_NAME_OR_CLASS = r"[.#][A-Za-z_][\w:-]{0,60}"
_VALUE = r"[A-Za-z_][\w:-]{0,60}=(?:[\"“”][^\"“”{}\n]{0,200}[\"“”]|'[^'{}\n]{0,200}'|[^\s{}\"'“”]{1,200})"
_ATTRIBUTES = re.compile(
    r"\{:{1,2}/?[ \t]*[.#\w][^{}\n]{0,200}\}|\{:{1,2}/\}"  # kramdown
    rf"|\{{[ \t]*{_NAME_OR_CLASS}(?:[ \t]+(?:{_NAME_OR_CLASS}|{_VALUE})){{0,10}}[ \t]*\}}"  # Pandoc, PHP Markdown Extra
    rf"|(?<=[{OTHER}{LINK_ENDS}\])])\{{[ \t]*{_VALUE}(?:[ \t]+(?:{_NAME_OR_CLASS}|{_VALUE})){{0,10}}[ \t]*\}}"
)

_SHORTCODE = re.compile(
    rf"[\[{_OPEN}](/?)([A-Za-z][\w{OTHER}-]{{0,30}})([\s=][^\[\]{_OPEN}{_CLOSE}]{{0,400}})?/?[\]{_CLOSE}](?!\()"
    rf"(?:\s{{0,5}}[{LINK_BEGINS}]?https?://[^\s\[\]{_OPEN}{_CLOSE}]{{1,500}}\s{{0,5}}(?=[\[{_OPEN}]/))?"
)
_ALONE = {"gallery", "playlist"}  # without attributes or an end; other names may be words in brackets
_PREFIXES = re.compile(rf"(?:wp|su|vc|et|fusion)[_{OTHER}]")  # of WordPress's page builders
_QUOTED_VALUE = re.compile(rf"\s[\w{OTHER}-]{{1,40}}=[\"“”'‘’]")

_HIGHLIGHT = re.compile(r"(?<![\w=<>!])==(?=[^\s=])[^=\n]{0,300}(?<![\s=])==(?![\w=])")
_COMMENT = re.compile(
    r"(?<![\w%])%%(?!%)(?:[^%]|%(?!%)){0,2000}%%(?![\w%])"
    r"|^[ \t]*%%(?!%)[^\n]{0,200}|(?<=[^\s%\d])[ \t]*%%[ \t]*$",  # its other end is in another paragraph
    re.MULTILINE,
)
_FORMULA = re.compile(
    r"(?<![\w$])\$\$(?!\$)(?P<block>(?:[^$]|\$(?!\$)){1,2000})\$\$(?!\$)"
    r"|^[ \t]*(?P<fence>\$\$)[ \t]*$"  # the formula is in another paragraph
    r"|(?<![\w$])\$(?=[^\s$])(?P<line>[^$\n]{1,500})(?<!\s)\$(?![\w$])"
    rf"|{_PAREN}(?P<paren>[^{_PAREN}{_PAREN_END}]{{1,500}}){_PAREN_END}"
    rf"|(?P<alone>^[ \t]*)?{_OPEN}(?P<bracket>[^{_OPEN}{_CLOSE}]{{1,2000}}){_CLOSE}",
    re.MULTILINE,
)
_IS_TEX = re.compile(r"\\[A-Za-z]|[A-Za-z0-9)\]}]\^|(?<![A-Za-z])[A-Za-z]_[\w{]|_\{")
_IS_TERM = re.compile(
    r"\s*[A-Za-z](?:\([^()]{0,40}\))?['′]?\s*\Z|\s*[A-Za-z]\w{0,2}\s*[-+*/<>=≤≥≈≠]|[^\s,;.]+=[^\s,;]+\Z"
)

_CONTAINER = re.compile(
    r"^:::+[ \t]*(?:\{[^{}\n]{1,100}\}|[A-Za-z][^\n]{0,100})"
    r"|^(?:!!!|\?\?\?\+?)[ \t]+(?:note|abstract|info|tip|success|question|warning|failure|danger|bug|example|quote"
    r"|important|caution|hint|attention|error|seealso)\b[^\n]{0,100}",
    re.MULTILINE,
)
_CONTENTS = re.compile(rf"^[\[{_OPEN}]TOC[\]{_CLOSE}]$", re.MULTILINE | re.IGNORECASE)

Words = tuple[str, str]  # problem and fix
Say = Callable[[re.Match[str]], Words | None]  # None: this is not markup; empty strings: already reported


@dataclass(frozen=True, slots=True)
class Foreign:
    start: int
    sentence: str
    cure: str
    near: str
    level: Level = Level.WARNING


def look_for(text: str) -> tuple[list[Foreign], str]:
    """Return the foreign markup in a text of `insights/markup/source_facts.py`, and the text with OTHER instead."""
    found: list[Foreign] = []
    for pattern, say in _PATTERNS:
        text = _look(text, pattern, say(text), found)
    return found, text


def shown(typed: str) -> str:
    """Return a typed text as readers see it, without its signs; “…” stands for code and pictures."""
    for sign, characters in _ESCAPES.items():
        typed = typed.replace(sign, characters[1])
    text = " ".join(_UNSEEN.sub("", typed).replace(OTHER, "…").split())
    return text if len(text) <= 60 else f"{text[:59]}…"


def near(typed: str) -> str:
    """Return the beginning of a typed text as it stands in its source, up to the first part that is not plain."""
    text = re.split(f"[{OTHER}{LINK_BEGINS}{LINK_ENDS}\n]", typed.lstrip(), maxsplit=1)[0]
    for sign, characters in _ESCAPES.items():
        text = text.replace(sign, characters)
    return text


def mask_part(text: str, start: int, end: int) -> str:
    """Return a part of a typed text with OTHER in place of its characters; lines can still be counted."""
    return _NO_LINE_END.sub(OTHER, text[start:end])


def _look(text: str, pattern: re.Pattern[str], say: Say, found: list[Foreign]) -> str:
    parts, at = [], 0
    for match in pattern.finditer(text):
        words = say(match)
        if words is None:
            continue
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        if words[0]:
            level = Level.ERROR if pattern is _COMMENT else Level.WARNING
            found.append(Foreign(start, *words, near(match[0]), level))
        parts += [text[at : match.start()], mask_part(text, *match.span())]
        at = match.end()
    return "".join([*parts, text[at:]])


def _simply(cure: str) -> Callable[[str], Say]:
    return lambda text: lambda match: (_as_text(match), cure)


def _as_text(match: re.Match[str]) -> str:
    return f"“{shown(match[0])}” is shown as text."


def _template_link(text: str) -> Say:
    def say(match: re.Match[str]) -> Words:
        if match[0].startswith("!"):
            sentence = f"The picture “{shown(match[1])}” is not shown: readers see “{shown(match[0])}”."
            return sentence, "Insert the picture from the library. Template tags are not supported."
        return f"“{shown(match[0])}” is shown as text, not as a link.", "Write the URL between ( and )."

    return say


def _attributes(text: str) -> Say:
    def say(match: re.Match[str]) -> Words:
        is_id = re.match(r"\{:?[ \t]*#", match[0])
        why = "the links to headings are made from the heading text" if is_id else "attributes are not supported"
        return _as_text(match), f"Remove it; {why}."

    return say


_SHORTCODE_CURES = {
    "caption": 'Insert the picture from the library; write its caption as ![…](… "caption").',
    "gallery": "Insert the pictures from the library, one by one.",
    "embed": "Write a link: [text](URL).",
}


def _shortcode(text: str) -> Say:
    """Report an opening shortcode once, with its end, and an end only if nothing opened it."""
    closed = {match[2].lower() for match in _SHORTCODE.finditer(text) if match[1]}
    opened: set[str] = set()

    def say(match: re.Match[str]) -> Words | None:
        name, is_end = match[2].lower(), bool(match[1])
        if is_end and name in opened:
            return "", ""
        is_meant = name in closed | _ALONE or _PREFIXES.match(name) or _QUOTED_VALUE.search(match[3] or "")
        if not is_end and (not is_meant or (match[3] and "=" not in match[3] and name not in closed)):
            return None
        opened.add(name)
        return _as_text(match), _SHORTCODE_CURES.get(name, "Shortcodes are not supported. Write Markdown instead.")

    return say


def _formula(text: str) -> Say:
    def say(match: re.Match[str]) -> Words | None:
        kind = match.lastgroup or ""
        content = match[kind]
        is_alone = match["alone"] is not None and text[match.end() : match.end() + 1] in ("", "\n")
        # Money and editors' own brackets, “$5 and 3$” or “\[T\]he”, are not formulas.
        may_be_term = is_alone if kind == "bracket" else not re.match(r"\d[\d.,]*\s", content)
        if kind == "fence" or _IS_TEX.search(content) or (may_be_term and _IS_TERM.match(content)):
            return f"The formula “{shown(match[0])}” is shown as text.", _NO_TEX
        return None

    return say


_NO_TEX = "TeX is not supported. Use plain characters (E = mc²), code or a picture."
_HIDDEN = "Remove it, or write it as code if it is an example."
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[str], Say]], ...] = (
    (_COMMENT, lambda text: lambda match: (f"Readers would see the hidden comment “{shown(match[0])}”.", _HIDDEN)),
    (_FORMULA, _formula),
    (_TEMPLATE_LINK, _template_link),
    (_TEMPLATE, _simply("Template tags are not supported. Write Markdown instead.")),
    (_CONTAINER, _simply("Use a quotation or bold text instead.")),
    (_ATTRIBUTES, _attributes),
    (_CONTENTS, _simply("Remove it. The table of contents is made from the headings.")),
    (_SHORTCODE, _shortcode),
    (_HIGHLIGHT, _simply("Write **bold** or *italic* instead.")),
)
