"""From what a word processor puts on the clipboard to Markdown.

Chosen: one pass over the tags (`pasted_html.py`) that says in plain HTML what Google Docs and Word say in
styles, then nh3, then `markdownify`, which knows tables, escapes and how marks may touch. Against nh3 first: its parser
takes minutes on tags nested ten thousand deep. Against a converter in the browser: one more script to ship. Pictures
do not come along: their addresses lead into somebody's account, or to a file on a disk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import nh3
from markdownify import ATX, BACKSLASH, MarkdownConverter

from insights.writing.pasted_html import SHOWN, PlainHTML

MAX_BYTES = 2_000_000  # of HTML
MAX_MARKDOWN = 200_000  # characters: no article holds more

_TOO_LARGE = "That is more than an article can hold; please paste it in parts."

_MARKS = re.compile(r"<(?:strong|em|del|a|h[2-6]|ul|ol|blockquote|table|code|pre|hr)\b")
_BLOCK = re.compile(r"<(?:div|pre)\b[^<>]*+", re.IGNORECASE)
_MONOSPACE = re.compile(r"\bmonospace")
_BLANKS_AT_THE_END = re.compile(r"(?<![ \t])[ \t]++\n")  # looked at once each: a run of them may be very long


class TooLarge(Exception):
    """More than an article can hold; the message is a sentence for whoever pasted it."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """markdown: without blank lines at its ends; empty when plain text says as much. pictures: those left out."""

    markdown: str
    pictures: int

    @property
    def note(self) -> str:
        """What to say of the pictures; nothing if there were none."""
        if self.pictures > 1:
            return f"{self.pictures} pictures were left out; drop them into the text."
        return "A picture was left out; drop it into the text." if self.pictures else ""


def to_markdown(html: str) -> Pasted:
    """Convert the clipboard's `text/html`. Raises TooLarge."""
    if len(html.encode(errors="replace")) > MAX_BYTES:
        raise TooLarge("That is more than 2 MB at once; please paste it in parts.")
    if _is_from_a_code_editor(html):
        return Pasted("", 0)
    plain = PlainHTML(html)
    if plain.is_too_large:
        raise TooLarge(_TOO_LARGE)
    clean = nh3.clean(plain.html, tags=SHOWN, attributes={"a": {"href"}}, link_rel=None)
    markdown = _CONVERTER.convert(clean).replace("\u00a0", " ")
    markdown = _BLANKS_AT_THE_END.sub("\n", markdown)
    markdown = re.sub(r"\n{3,}", "\n\n", markdown).strip()
    if len(markdown) > MAX_MARKDOWN:
        raise TooLarge(_TOO_LARGE)
    is_marked = bool(_MARKS.search(clean)) or "\n\n" in markdown
    return Pasted(markdown if is_marked else "", plain.pictures)


def _is_from_a_code_editor(html: str) -> bool:
    """Whether a block of it is set in a typewriter's letters: what a code editor copies is code as it stands."""
    values = (value for block in _BLOCK.finditer(html) for value in block[0].lower().split('"'))
    return any(_MONOSPACE.search(value.partition("font-family:")[2]) for value in values)


class _Converter(MarkdownConverter):
    def convert_td(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """A cell; a bar within it, in code and addresses too, would end it."""
        words = " ".join(text.strip().splitlines()).replace("|", r"\|")
        return f" {words} |"

    convert_th = convert_td

    def convert_li(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """An item; `markdownify` counts all items before each of a numbered list, we keep the number at the list."""
        if el.parent is None or el.parent.name != "ol":
            return str(MarkdownConverter.convert_li(self, el, text, parent_tags))  # type: ignore[attr-defined]
        number = int(el.parent.get("data-next", "1"))
        el.parent["data-next"] = str(number + 1)
        mark = f"{number}. "
        first, *others = (text or "").strip().split("\n")
        indented = (" " * len(mark) + line if line else "" for line in others)
        return "\n".join([mark + first, *indented]) + "\n" if first else "\n"

    def convert_pre(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """A fence around code, without the blank lines at its ends. Ours, since the one of `markdownify` looks for them
        in a time that grows with the square of the blanks."""
        text = text.rstrip(" \n")
        before = len(text) - len(text.lstrip(" \n"))
        code = text[text.rfind("\n", 0, before) + 1 :]
        return f"\n\n```\n{code}\n```\n\n" if code else ""


_CONVERTER = _Converter(heading_style=ATX, bullets="-", newline_style=BACKSLASH, table_infer_header=True)
