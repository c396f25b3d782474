"""What somebody asks for: words that must all be there, in any order; words in quotation marks as they stand.

There are no operators: every sign that is no letter, digit or quotation mark only separates, so that no input is
an error of syntax, on no engine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from insights.search.words import STOP_WORDS, fold, term_of, words_in

MAX_LETTERS = 200
MAX_PARTS = 10  # words or phrases; what follows is left out

_PIECE = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]|([^\s"“”„«»]+)')


class QueryTooLong(ValueError):
    """More letters than anybody types."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word, or several that must follow one another; `words` as typed, `terms` as indexed."""

    words: tuple[str, ...]
    terms: tuple[str, ...]
    quoted: bool = False

    @property
    def is_common(self) -> bool:
        return not self.quoted and len(self.terms) == 1 and fold(self.words[0]) in STOP_WORDS

    def __str__(self) -> str:
        return f"“{' '.join(self.words)}”"


@dataclass(frozen=True, slots=True)
class Query:
    """All of `parts` are wanted. An empty one asks for nothing."""

    parts: tuple[Part, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __str__(self) -> str:
        """In words: “token”, “price” and “open weights”."""
        *others, last = map(str, self.parts) if self.parts else [""]
        return f"{', '.join(others)} and {last}" if others else last

    @property
    def terms(self) -> frozenset[str]:
        return frozenset(term for part in self.parts for term in part.terms)

    def without(self, left_out: Part) -> Query:
        return Query(tuple(part for part in self.parts if part is not left_out))

    def with_words(self, others: dict[str, str]) -> Query:
        """The same query with some words written otherwise."""
        return Query(tuple(_respelled(part, others) for part in self.parts))

    def typed(self) -> str:
        """The query as it may be typed into the field again."""
        typed = (" ".join(part.words) for part in self.parts)
        return " ".join(f'"{text}"' if part.quoted else text for part, text in zip(self.parts, typed, strict=True))


def read_query(text: str) -> Query:
    """What `text` asks for. Raises QueryTooLong."""
    if len(text) > MAX_LETTERS:
        raise QueryTooLong(len(text))
    parts: dict[tuple[str, ...], Part] = {}
    for match in _PIECE.finditer(text):
        quoted = match.group(1) is not None
        words = [word for word in words_in(match.group(1) if quoted else match.group(2)) if term_of(word)]
        if words:
            part = Part(tuple(words), tuple(map(term_of, words)), quoted)
            parts.setdefault(part.terms, part)
    # A word that everybody uses says nothing beside one that says something.
    telling = [part for part in parts.values() if not part.is_common]
    return Query(tuple((telling or list(parts.values()))[:MAX_PARTS]))


def _respelled(part: Part, others: dict[str, str]) -> Part:
    words = tuple(others.get(fold(word), word) for word in part.words)
    return replace(part, words=words, terms=tuple(map(term_of, words)))
