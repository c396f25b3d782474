"""Search query: words that must all occur, in any order, and phrases in quotation marks.

There are no operators. Other signs only separate words, so no input is a syntax error, on any engine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from insights.text.transliteration import INVISIBLE
from insights.text.words import STOP_WORDS, fold, spot

MAX_CHARACTERS = 200
MAX_PARTS = 10  # words or phrases; further ones are ignored

_HIDDEN = re.compile(f"[{INVISIBLE}]")
_QUOTES = '"“”„«»'
_AROUND = ",;:!?¡¿"  # punctuation that is not shown around a part
_PIECE = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]|([^\s"“”„«»]+)')


class QueryTooLong(ValueError):
    """A query of more than MAX_CHARACTERS."""


@dataclass(frozen=True, slots=True)
class QueryPart:
    """A word, or several consecutive words; `text` and `words` as typed, `terms` as indexed."""

    text: str
    words: tuple[str, ...]
    terms: tuple[str, ...]
    quoted: bool = False

    @classmethod
    def of(cls, typed: str, *, quoted: bool) -> QueryPart | None:
        spotted = list(spot(typed))
        if not spotted:
            return None
        words = tuple(typed[word.start : word.end] for word in spotted)
        text = " ".join(typed.split())
        shown = text if quoted else text.strip(_AROUND)
        return cls(shown, words, tuple(word.term for word in spotted), quoted)

    @property
    def is_common(self) -> bool:
        return not self.quoted and len(self.terms) == 1 and fold(self.words[0]) in STOP_WORDS

    def __str__(self) -> str:
        return f"“{self.text}”"


@dataclass(frozen=True, slots=True)
class Query:
    """A query; all `parts` must match, and an empty one matches nothing. `text`: the query as typed."""

    parts: tuple[QueryPart, ...] = ()
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __str__(self) -> str:
        has_marks = self.text[:1] in _QUOTES and self.text[-1:] in _QUOTES and len(self.text) > 1
        return self.text if has_marks else f"“{self.text}”"

    @property
    def terms(self) -> frozenset[str]:
        return frozenset(term for part in self.parts for term in part.terms)

    @property
    def phrases(self) -> frozenset[tuple[str, ...]]:
        return frozenset(part.terms for part in self.parts)

    def without(self, left_out: QueryPart) -> Query:
        parts = tuple(part for part in self.parts if part is not left_out)
        return Query(parts, " ".join(f'"{part.text}"' if part.quoted else part.text for part in parts))

    def with_words(self, others: Mapping[str, str]) -> Query:
        """Return the query with some words replaced. `others`: replacement by folded word."""
        return Query(tuple(_respelled(part, others) for part in self.parts), _rewritten(self.text, others))


def read_query(text: str) -> Query:
    if len(text) > MAX_CHARACTERS:
        raise QueryTooLong(len(text))
    parts: dict[tuple[str, ...], QueryPart] = {}
    for match in _PIECE.finditer(_HIDDEN.sub("", text)):
        quoted = match.group(1) is not None
        if part := QueryPart.of(match.group(1) if quoted else match.group(2), quoted=quoted):
            parts.setdefault(part.terms, part)
    # Stop words are ignored beside other words.
    telling = [part for part in parts.values() if not part.is_common]
    return Query(tuple((telling or list(parts.values()))[:MAX_PARTS]), text.strip())


def _respelled(part: QueryPart, others: Mapping[str, str]) -> QueryPart:
    return QueryPart.of(_rewritten(part.text, others), quoted=part.quoted) or part


def _rewritten(text: str, others: Mapping[str, str]) -> str:
    pieces, at = [], 0
    for word in spot(text):
        written = text[word.start : word.end]
        pieces += [text[at : word.start], others.get(fold(written), written)]
        at = word.end
    return "".join([*pieces, text[at:]])
