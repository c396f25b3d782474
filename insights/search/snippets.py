"""The passage of a text that shows why it was found.

Built from stored plain text as pieces, each a string and whether it is a hit; the template escapes every piece and puts
the marks around it. Against `ts_headline` and `snippet()`, which write markup into text that is not escaped. A hit is
found by the terms that the index has, so every form of a word is marked; words that belong together, as in GPT-4o or
人工智能, are marked together and not one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from insights.text.words import spot

LENGTH = 220
LEAD = 60  # letters before the first hit
MOST = 60_000  # letters that are looked through

Phrase = tuple[str, ...]  # terms that follow one another; of one word a single one


class SnippetPiece(NamedTuple):
    text: str
    is_hit: bool


class _Hit(NamedTuple):
    phrase: Phrase
    start: int
    end: int


def passage(text: str, phrases: Collection[Phrase]) -> list[SnippetPiece]:
    """The stretch of `text` with the most different `phrases`, of several the first; empty where none occurs."""
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
    """All of `text`, its hits marked."""
    return _marked(text, _hits(text, phrases), 0, len(text))


def _hits(text: str, phrases: Collection[Phrase]) -> list[_Hit]:
    """Where phrases stand in a text, of two that overlap the earlier and longer one."""
    by_first: defaultdict[str, list[Phrase]] = defaultdict(list)
    for phrase in sorted(phrases, key=len, reverse=True):
        by_first[phrase[0]].append(phrase)
    words = list(spot(text))
    terms = [word.term for word in words]
    hits: list[_Hit] = []
    free = 0  # the first word that no hit has yet
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
    """The hits that fit into one passage with the first."""
    latest = hits[first].start + LENGTH - LEAD
    found = []
    for hit in hits[first : first + 40]:
        if hit.end > latest:
            break
        found.append(hit)
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
