"""Passage of a text that shows why it was found.

We use pieces of plain text, which the template escapes and marks. `ts_headline` and `snippet()` write markup into
unescaped text. Hits are found by index terms, so all forms of a word are marked, and GPT-4o or 人工智能 as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from insights.text.words import spot

LENGTH = 220
LEAD = 60  # characters before the first hit
MOST = 60_000  # characters that are searched

Phrase = tuple[str, ...]  # consecutive terms; a single one for one word


class SnippetPiece(NamedTuple):
    text: str
    is_hit: bool


class _Hit(NamedTuple):
    phrase: Phrase
    start: int
    end: int


def passage(text: str, phrases: Collection[Phrase]) -> list[SnippetPiece]:
    """Return the first passage of `text` with the most different `phrases`; empty if none occurs."""
    text = text[:MOST].replace("\n", " ")
    hits = _hits(text, phrases)
    if not hits:
        return []
    best = max(range(len(hits)), key=lambda at: (len({hit.phrase for hit in _stretch(hits, at)}), -at))
    start = _word_start(text, max(0, hits[best].start - LEAD))
    end = max(hits[best].end, _word_end(text, min(len(text), start + LENGTH)))
    pieces = _marked(text, [hit for hit in hits if start <= hit.start and hit.end <= end], start, end)
    if start > 0:
        pieces.insert(0, SnippetPiece("… ", False))
    if end < len(text):
        pieces.append(SnippetPiece(" …", False))
    return pieces


def highlighted(text: str, phrases: Collection[Phrase]) -> list[SnippetPiece]:
    return _marked(text, _hits(text, phrases), 0, len(text))


def _hits(text: str, phrases: Collection[Phrase]) -> list[_Hit]:
    """Return the places of phrases in a text; of two that overlap, the earlier and longer one."""
    by_first: defaultdict[str, list[Phrase]] = defaultdict(list)
    for phrase in sorted(phrases, key=len, reverse=True):
        by_first[phrase[0]].append(phrase)
    words = list(spot(text))
    terms = [word.term for word in words]
    hits: list[_Hit] = []
    free = 0  # index of the first word without a hit
    for at, word in enumerate(words):
        if at < free:
            continue
        candidates = by_first.get(word.term, [])
        found = next((one for one in candidates if tuple(terms[at : at + len(one)]) == one), None)
        if found is None and (word.other,) in by_first.get(word.other, []):
            found = (word.other,)
        if found:
            free = at + len(found)
            hits.append(_Hit(found, word.start, words[free - 1].end))
    return hits


def _marked(text: str, hits: list[_Hit], start: int, end: int) -> list[SnippetPiece]:
    pieces, at = [], start
    for hit in hits:
        pieces += [SnippetPiece(text[at : hit.start], False), SnippetPiece(text[hit.start : hit.end], True)]
        at = hit.end
    pieces.append(SnippetPiece(text[at:end], False))
    return [piece for piece in pieces if piece.text]


def _stretch(hits: list[_Hit], first: int) -> list[_Hit]:
    latest = hits[first].start + LENGTH - LEAD
    found = []
    for hit in hits[first : first + 40]:
        if hit.end > latest:
            break
        found.append(hit)
    return found


def _word_start(text: str, at: int) -> int:
    if at == 0:
        return 0
    blank = text.find(" ", at, at + 40)
    return at if blank < 0 else blank + 1


def _word_end(text: str, at: int) -> int:
    if at == len(text):
        return at
    blank = text.rfind(" ", at - 40, at)
    return at if blank < 0 else blank
