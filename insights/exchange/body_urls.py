"""Replacement of picture and link URLs in a Markdown text. All other bytes stay.

markdown-it's inline tokens have no source positions. So every possible URL is replaced by a unique mark, and the text
is parsed once. A place is real if its mark returns as the URL of a picture or link; code and plain text stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

MAX_URL_LENGTH = 500
_BEFORE = re.compile(r"\](?:\(|:)[ \t]*(?:\n[ \t]*)?(?:>[ \t]*)*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/|#")
_WITH_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_HARMLESS = re.compile(r"[\w:./#?=&%-]+\Z", re.ASCII)
_ANGLES = re.compile(r"[<>\\]")
_STOPS = re.compile(r"[\s\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    url: str
    has_brackets: bool = False

    def filled_with(self, url: str) -> str:
        if self.has_brackets or not _HARMLESS.match(url):
            return f"<{_ANGLES.sub(_escaped, url)}>"
        return url


def replace_picture_urls(text: str, addresses: Mapping[str, str]) -> str:
    """Replace picture URLs; the keys of `addresses` are URLs as parsed: no brackets, escapes or entities."""
    real = _real(text, addresses.__contains__, "image")
    return _filled(text, [(place, place.filled_with(addresses[place.url])) for place, _ in real])


def replace_links(text: str, better: Callable[[str, int], str | None]) -> str:
    """Replace each URL without a scheme by `better(url, position in the text)`, unless that is None."""
    filled = []
    for place, _ in _real(text, _is_relative, "link_open"):
        url = better(place.url, place.start)
        if url is not None and url != place.url:
            filled.append((place, place.filled_with(url)))
    return _filled(text, filled)


class LocalPicture(NamedTuple):
    alt: str
    line: int  # of its first URL, from 1


def local_pictures(text: str) -> dict[str, LocalPicture]:
    """Return the pictures of a text by their relative URLs (no scheme, no leading slash)."""
    found: dict[str, LocalPicture] = {}
    line, at = 1, 0
    for place, alt in _real(text, is_local_file, "image"):
        line, at = line + text.count("\n", at, place.start), place.start
        known = found.get(place.url)
        found[place.url] = LocalPicture((known and known.alt) or alt, known.line if known else line)
    return found


def is_local_file(url: str) -> bool:
    return bool(url) and not _SCHEME.match(url)


def _is_relative(url: str) -> bool:
    return bool(url) and not _WITH_SCHEME.match(url)


def _real(text: str, is_wanted: Callable[[str], bool], kind: str) -> list[tuple[_Place, str]]:
    """Return the wanted places that are URLs of `kind` tokens, in text order, each with its alt text."""
    places = [place for place in _places(text) if is_wanted(place.url)]
    if not places:
        return []
    stem = "hubpicture"
    while stem in text:
        stem += "q"
    marks = {f"{stem}{number}z": place for number, place in enumerate(places)}
    marked = _filled(text, [(place, mark) for mark, place in marks.items()])
    alts = _alts(marked, kind)
    return [(place, alts[mark]) for mark, place in marks.items() if mark in alts]


def _places(text: str) -> Iterator[_Place]:
    for before in _BEFORE.finditer(text):
        start = before.end()
        window = text[start : start + MAX_URL_LENGTH]
        if window.startswith("<"):
            end = re.match(r"<(?:[^<>\\\n]|\\.)*>", window)
            if end:
                yield _Place(start, start + end.end(), unescapeAll(window[1 : end.end() - 1]), True)
            continue
        length = _bare_length(window)
        if 0 < length < MAX_URL_LENGTH:
            yield _Place(start, start + length, unescapeAll(window[:length]))


def _bare_length(window: str) -> int:
    """Return the length of a URL without angle brackets: up to white space or an unopened bracket."""
    depth, position = 0, 0
    while position < len(window):
        character = window[position]
        if _STOPS.match(character):
            break
        if character == "\\" and position + 1 < len(window) and not _STOPS.match(window[position + 1]):
            position += 2
            continue
        if character == "(":
            depth += 1
        elif character == ")":
            if depth == 0:
                break
            depth -= 1
        position += 1
    return position


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match.group()}"


def _filled(text: str, parts: Sequence[tuple[_Place, str]]) -> str:
    pieces, position = [], 0
    for place, filling in parts:
        pieces += [text[position : place.start], filling]
        position = place.end
    return "".join([*pieces, text[position:]])


def _alts(text: str, kind: str) -> dict[str, str]:
    parser = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})
    parser.use(footnote_plugin, inline=False)
    found: dict[str, str] = {}
    pending: list[Token] = list(parser.parse(text))
    while pending:
        token = pending.pop()
        if token.type == kind:
            url = str(token.attrGet("src") or token.attrGet("href") or "")
            found[url] = found.get(url) or _words(token.children or [])
        pending += token.children or []
    return found


def _words(tokens: Sequence[Token]) -> str:
    words = "".join(token.content if token.type in ("text", "code_inline") else " " for token in tokens)
    return " ".join(words.split())
