"""Checks of markup that readers would see as typed; code, escaped characters and working links never match."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from insights.markup.source_facts import LINK_BEGINS, LINK_ENDS

from . import foreign_markup
from .body import TypedText
from .findings import MANY, Draft, Finding, Level
from .foreign_markup import mask_part, near, shown

# A tag, comment, declaration or instruction of CommonMark; the bounds keep each linear in time.
_HTML = re.compile(
    r"<!--.{0,200}?-->|<!--|<\?.{0,200}?\?>|<![A-Za-z][^>]{0,200}>|<!\[CDATA\[.{0,200}?\]\]>"
    r"|</?([A-Za-z][A-Za-z0-9-]{0,40})(?:\s[^<>]{0,2000})?/?>",
    re.DOTALL,
)
_REFERENCE = re.compile(r"!?\[([^\[\]\n]{1,300})\]\[([^\[\]\n]{0,300})\]")
_WIKI = re.compile(r"!?\[\[([^\[\]\n]{1,300})\]\]")
_BROKEN = re.compile(
    r"!?\[[^\[\]\n]{1,300}\] ?\((?:[a-z][a-z0-9+.-]{0,20}:|/|\.|#|www\.|<)"
    r"(?:[^()\n]|\([^()\n]{0,200}\)){0,500}\)",
    re.IGNORECASE,
)
_TASK = re.compile(r"\[[ xX]\]\s")
_CALLOUT = re.compile(r"\[![A-Za-z]{2,30}\][+-]?")
_URL = re.compile(r"(?<![\w@/.])(?:https?://|www\.)[^\s<>\x00-\x06\"“”«»]{1,500}", re.IGNORECASE)
_LINK = re.compile(f"{LINK_BEGINS}[^{LINK_ENDS}]*{LINK_ENDS}")
_PUNCTUATION = ".,;:!?*_~'’\"]}"


def check_markup(draft: Draft) -> Iterator[Finding]:
    return islice((found for typed in draft.body.typed for found in _of(typed)), MANY)


def _of(typed: TypedText) -> Iterator[Finding]:
    if typed.opens == "list_item" and (task := _TASK.match(typed.text)):
        cure = "Task lists are not supported. Use a normal list."
        yield _finding(typed, task, f"“{task[0].strip()}” is shown as text.", cure)
    if typed.opens == "blockquote" and (callout := _CALLOUT.match(typed.text)):
        yield _finding(typed, callout, f"“{callout[0]}” is shown as text.", "Use a quotation or bold text instead.")
    yield from _html(typed)
    without_html = _HTML.sub(lambda html: mask_part(html[0], 0, len(html[0])), typed.text)
    pieces, text = foreign_markup.look_for(without_html)
    for piece in pieces:
        line = typed.line + typed.text.count("\n", 0, piece.start)
        yield Finding(piece.level, "markup", "body", piece.sentence, piece.cure, line, piece.near)
    typed = replace(typed, text=text)
    for pattern, said in _BRACKETS:
        for found in pattern.finditer(typed.text):
            yield _finding(typed, found, *said(found))
    yield from _bare_urls(typed)


def _html(typed: TypedText) -> Iterator[Finding]:
    said: set[tuple[str, int]] = set()
    for found in _HTML.finditer(typed.text):
        name = (found[1] or found[0][:4]).lower()
        line = _line(typed, found)
        if name in {one for one, _ in said} if found[0].startswith("</") else (name, line) in said:
            continue
        said.add((name, line))
        if found[0].startswith("<!--"):
            sentence, cure = "An HTML comment is shown as text.", "Remove it."
        else:
            brief = found[0] if len(found[0]) <= 40 else f"{found[0][:39]}…"
            sentence, cure = (
                f"The HTML “{brief}” is shown as text.",
                "Use Markdown, or write it as code if it is an example.",
            )
        yield _finding(typed, found, sentence, cure)


def _bare_urls(typed: TypedText) -> Iterator[Finding]:
    text = _LINK.sub(lambda link: mask_part(link[0], 0, len(link[0])), typed.text)
    named = [found.span() for found in _BROKEN.finditer(text)]
    for found in _URL.finditer(text):
        url = _trimmed(found[0])
        if any(start <= found.start() < end for start, end in named) or ("." not in url and "localhost" not in url):
            continue
        whole = url if url.lower().startswith("http") else f"https://{url}"
        fix = f"<{url}>" if whole == url else f"[{url}]({whole})"
        line, brief = _line(typed, found), url if len(url) <= 60 else f"{url[:59]}…"
        sentence, cure = (
            f"“{brief}” is shown as text, not as a link.",
            "Write it between < and >, or as [text](URL).",
        )
        yield Finding(Level.WARNING, "bare", "body", sentence, cure, line, url, fix)


def _trimmed(url: str) -> str:
    """A URL without the punctuation of the sentence around it."""
    while url[-1:] and (url[-1] in _PUNCTUATION or (url[-1] == ")" and url.count("(") < url.count(")"))):
        url = url[:-1]
    return url


def _reference(found: re.Match[str]) -> tuple[str, str]:
    label = found[2] or found[1]
    return f"“{shown(found[0])}” is shown as text: [{shown(label)}] is not defined.", "Write [text](URL)."


def _wiki(found: re.Match[str]) -> tuple[str, str]:
    return f"“{shown(found[0])}” is shown as text.", "Write [text](URL). Press Ctrl+Shift+K to find an article."


def _broken(found: re.Match[str]) -> tuple[str, str]:
    url = found[0].partition("](")[2] or found[0].rpartition("] (")[2]
    cure = "Write [text](URL) without spaces."
    if re.match(r"(?:javascript|vbscript|file|data):", url, re.IGNORECASE):
        cure = f"Links that begin with “{url.partition(':')[0]}:” are not allowed. Link to a page on the web."
    return f"“{shown(found[0])}” is shown as text, not as a link.", cure


_BRACKETS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, str]]], ...] = (
    (_REFERENCE, _reference),
    (_WIKI, _wiki),
    (_BROKEN, _broken),
)


def _line(typed: TypedText, found: re.Match[str]) -> int:
    return typed.line + typed.text.count("\n", 0, found.start())


def _finding(typed: TypedText, found: re.Match[str], sentence: str, cure: str) -> Finding:
    return Finding(Level.WARNING, "markup", "body", sentence, cure, _line(typed, found), near(found[0]))
