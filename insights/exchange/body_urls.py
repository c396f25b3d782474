"""The addresses of pictures and links in a Markdown text, exchanged without touching any other byte.

markdown-it's inline tokens do not say where in the source they stood. So every place that could be an address is
filled with a mark of its own, the text is parsed once, and only where a mark comes back as the address of a picture (or
of a link) is the place really one: what stands in code or in plain text is left as it is.
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
        """How `address` is written here."""
        if self.has_brackets or not _HARMLESS.match(url):
            return f"<{_ANGLES.sub(_escaped, url)}>"
        return url


def exchange(text: str, addresses: Mapping[str, str]) -> str:
    """The text with the address of each picture replaced by what `addresses` has for it, if anything.

    Addresses are what a reader of CommonMark understands: without brackets, escapes and entities.
    """
    real = _real(text, addresses.__contains__, "image")
    return _filled(text, [(place, place.filled_with(addresses[place.url])) for place, _ in real])


def exchange_links(text: str, better: Callable[[str, int], str | None]) -> str:
    """The text with the address of each link replaced by what `better` gives for it, if anything.

    `better` is asked for addresses without a scheme, and gets the position in the text, too.
    """
    filled = []
    for place, _ in _real(text, _is_relative, "link_open"):
        url = better(place.url, place.start)
        if url is not None and url != place.url:
            filled.append((place, place.filled_with(url)))
    return _filled(text, filled)


class LocalPicture(NamedTuple):
    """The alt text of a picture beside a text, and the line where its address stands first, from 1."""

    alt: str
    line: int


def local_pictures(text: str) -> dict[str, LocalPicture]:
    """Return the pictures of a text by their relative addresses (no scheme, no leading slash)."""
    found: dict[str, LocalPicture] = {}
    line, at = 1, 0
    for place, alt in _real(text, is_local_file, "image"):
        line, at = line + text.count("\n", at, place.start), place.start
        known = found.get(place.url)
        found[place.url] = LocalPicture((known and known.alt) or alt, known.line if known else line)
    return found


def is_local_file(url: str) -> bool:
    """Whether an address names a file beside the text."""
    return bool(url) and not _SCHEME.match(url)


def _is_relative(url: str) -> bool:
    return bool(url) and not _WITH_SCHEME.match(url)


def _real(text: str, is_wanted: Callable[[str], bool], kind: str) -> list[tuple[_Place, str]]:
    """The places whose address is wanted and belongs to tokens of a kind, in the order of the text, with alt texts."""
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
    """How far an address without angle brackets goes: to white space or to a closing bracket that it did not open."""
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
    """The alt text of each picture (of a link: nothing) in a text, by its address as the parser gives it."""
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
