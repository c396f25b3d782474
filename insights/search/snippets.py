"""The passage of a text that shows why it was found.

Built from stored plain text as pieces, each a string and whether it is a hit; the template escapes every piece and puts
the marks around it. Against `ts_headline` and `snippet()`, which write markup into text that nobody escaped.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from insights.search.words import Spotted, spot

LETTERS = 220
LEAD = 60  # letters before the first hit
MOST = 60_000  # letters that are looked through


class Piece(NamedTuple):
    text: str
    is_hit: bool


def passage(text: str, terms: Collection[str]) -> list[Piece]:
    """The stretch of `text` with the most different `terms`, of several the first; empty where none occurs."""
    text = text[:MOST].replace("\n", " ")
    hits = [word for word in spot(text) if word.term in terms]
    if not hits:
        return []
    best = max(range(len(hits)), key=lambda at: (len({word.term for word in _stretch(hits, at)}), -at))
    start = _word_start(text, max(0, hits[best].start - LEAD))
    end = _word_end(text, min(len(text), start + LETTERS))
    pieces = marked(text, [word for word in hits if start <= word.start and word.end <= end], start, end)
    if start > 0:
        pieces.insert(0, Piece("… ", False))
    if end < len(text):
        pieces.append(Piece(" …", False))
    return pieces


def highlighted(text: str, terms: Collection[str]) -> list[Piece]:
    """All of `text`, its hits marked."""
    return marked(text, [word for word in spot(text) if word.term in terms], 0, len(text))


def marked(text: str, hits: list[Spotted], start: int, end: int) -> list[Piece]:
    pieces, at = [], start
    for word in hits:
        pieces += [Piece(text[at : word.start], False), Piece(text[word.start : word.end], True)]
        at = word.end
    pieces.append(Piece(text[at:end], False))
    return [piece for piece in pieces if piece.text]


def _stretch(hits: list[Spotted], first: int) -> list[Spotted]:
    """The hits that fit into one passage with the first."""
    latest = hits[first].start + LETTERS - LEAD
    found = []
    for word in hits[first : first + 40]:
        if word.end > latest:
            break
        found.append(word)
    return found


def _word_start(text: str, at: int) -> int:
    """The beginning of the next word, unless `at` is the text's own."""
    if at == 0:
        return 0
    blank = text.find(" ", at, at + 40)
    return at if blank < 0 else blank + 1


def _word_end(text: str, at: int) -> int:
    """The end of the word before, unless `at` is the text's own."""
    if at == len(text):
        return at
    blank = text.rfind(" ", at - 40, at)
    return at if blank < 0 else blank
