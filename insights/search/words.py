"""From text to terms: the one reading of words, for what is indexed, asked for, ranked and marked.

Chosen: folding (case, accents, ligatures) and stemming happen here, in Python, and both engines get plain terms of
letters and digits that they only have to look up. Against the engines' own `porter` and `english`: these differ in
accents, stems and stop words, and two engines would find two sets of articles.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

MAX_TERM = 40  # letters; what is longer is no word that somebody looks for

# Letters that no decomposition takes apart.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
# A word, with its apostrophes; signs of scripts that set no blanks stand for themselves.
_SIGN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_SIGN}]|[^\W_{_SIGN}](?:[^\W_{_SIGN}]|[\u0300-\u036f]|['’](?=[^\W\d_]))*")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")

_stemmer = snowballstemmer.stemmer("english")

# Words that nobody means when they stand beside others; within quotation marks they count.
STOP_WORDS = frozenset(
    re.findall(
        "[a-z]+",
        "a about an and are as at be but by can do does for from has have how i if in into is it its not of on or our"
        " so than that the their there they this to was we what when where which who whose why will with you your",
    )
)


class Spotted(NamedTuple):
    """A word of a text: its term, and where it stands."""

    term: str
    start: int
    end: int


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """A word in its plainest letters: small, without accents and apostrophes; empty if nothing remains."""
    plain = unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS))
    return _NOT_ALPHANUMERIC.sub("", "".join(sign for sign in plain if not unicodedata.combining(sign)))[:MAX_TERM]


@lru_cache(maxsize=100_000)
def term_of(word: str) -> str:
    """What stands for a word in the index: its folded stem; letters outside ASCII by their code."""
    folded = fold(word)
    if folded.isascii():
        return _stemmer.stemWord(folded) if folded.isalpha() else folded
    return f"u{folded.encode().hex()}"[:MAX_TERM]


def words_in(text: str) -> list[str]:
    """The words of a text, as written."""
    return _WORD.findall(text)


def terms_in(text: str) -> list[str]:
    """The terms of a text, in order."""
    return [term for word in _WORD.findall(text) if (term := term_of(word))]


def spot(text: str) -> Iterator[Spotted]:
    """The terms of a text with their places."""
    for match in _WORD.finditer(text):
        if term := term_of(match.group()):
            yield Spotted(term, match.start(), match.end())
