"""What somebody asks for: words that must all be there, in any order; words in quotation marks as they stand.

There are no operators: every sign that is no letter, digit or quotation mark only separates, so that no input is
an error of syntax, on no engine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from insights.text.transliteration import INVISIBLE
from insights.text.words import STOP_WORDS, fold, spot

MAX_LETTERS = 200
MAX_PARTS = 10  # words or phrases; what follows is left out

_HIDDEN = re.compile(f"[{INVISIBLE}]")
_PIECE = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]|([^\s"“”„«»]+)')


class QueryTooLong(ValueError):
    """More letters than anybody types."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word, or several that must follow one another; `text` and its `words` as typed, `terms` as indexed."""

    text: str
    words: tuple[str, ...]
    terms: tuple[str, ...]
    quoted: bool = False

    @classmethod
    def of(cls, typed: str, *, quoted: bool) -> Part | None:
        """The part that some characters of a query make; None if there is no word among them."""
        spotted = list(spot(typed))
        if not spotted:
            return None
        words = tuple(typed[word.start : word.end] for word in spotted)
        text = " ".join(typed[spotted[0].start : spotted[-1].end].split())
        return cls(text, words, tuple(word.term for word in spotted), quoted)

    @property
    def is_common(self) -> bool:
        return not self.quoted and len(self.terms) == 1 and fold(self.words[0]) in STOP_WORDS

    def __str__(self) -> str:
        return f"“{self.text}”"


@dataclass(frozen=True, slots=True)
class Query:
    """All of `parts` are wanted. An empty one asks for nothing."""

    parts: tuple[Part, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __str__(self) -> str:
        """In words, each as typed: “C++”, “price” and “open weights”."""
        *others, last = map(str, self.parts) if self.parts else [""]
        return f"{', '.join(others)} and {last}" if others else last

    @property
    def terms(self) -> frozenset[str]:
        return frozenset(term for part in self.parts for term in part.terms)

    @property
    def phrases(self) -> frozenset[tuple[str, ...]]:
        """The terms of each part, which must follow one another."""
        return frozenset(part.terms for part in self.parts)

    def without(self, left_out: Part) -> Query:
        return Query(tuple(part for part in self.parts if part is not left_out))

    def with_words(self, others: dict[str, str]) -> Query:
        """The same query with some words written otherwise."""
        return Query(tuple(_respelled(part, others) for part in self.parts))

    def typed(self) -> str:
        """The query as it may be typed into the field again."""
        return " ".join(f'"{part.text}"' if part.quoted else part.text for part in self.parts)


def read_query(text: str) -> Query:
    """What `text` asks for. Raises QueryTooLong."""
    if len(text) > MAX_LETTERS:
        raise QueryTooLong(len(text))
    parts: dict[tuple[str, ...], Part] = {}
    for match in _PIECE.finditer(_HIDDEN.sub("", text)):
        quoted = match.group(1) is not None
        if part := Part.of(match.group(1) if quoted else match.group(2), quoted=quoted):
            parts.setdefault(part.terms, part)
    # A word that everybody uses says nothing beside one that says something.
    telling = [part for part in parts.values() if not part.is_common]
    return Query(tuple((telling or list(parts.values()))[:MAX_PARTS]))


def _respelled(part: Part, others: dict[str, str]) -> Part:
    text, at = "", 0
    for word in spot(part.text):
        written = part.text[word.start : word.end]
        text, at = text + part.text[at : word.start] + others.get(fold(written), written), word.end
    return Part.of(text + part.text[at:], quoted=part.quoted) or part
