"""Closeness of a text to a query: the same words, other forms, or only the same stems.

The index has stems only: “tokenizer” finds “tokens”. So a text is read if the site uses several words of a stem.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum

from insights.search.queries import Query, QueryPart
from insights.text.words import fold

MOST = 60_000  # characters of a text that are searched
_VOWEL = re.compile("[aeiouy]")
_SHORTEST = 3  # characters that must remain without the ending


class Closeness(IntEnum):
    STEM = 0  # another word of the same stem
    FORM = 1  # plural or tense of the word
    WORD = 2


@dataclass(frozen=True, slots=True)
class _Wanted:
    spellings: tuple[str, ...]
    forms: tuple[str, ...]
    has_relatives: bool  # the site uses words of the same stem that are not forms of it


class Exactness:
    """Test of texts for the words of a query. False if the index is enough. `words`: the site's words by stem."""

    def __init__(self, query: Query, words: Mapping[str, Collection[str]]) -> None:
        self._parts = {part: _wanted(part, words) for part in query.parts}

    def __bool__(self) -> bool:
        return any(self._parts.values())

    def of(self, text: str) -> dict[QueryPart, Closeness]:
        """Return the closeness of a text to each part; the farthest word of a part counts."""
        text = without_accents(text[:MOST])
        return {
            part: min((_closeness(wanted, text) for wanted in found), default=Closeness.WORD)
            for part, found in self._parts.items()
        }


def without_accents(text: str) -> str:
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def inflection_free(word: str) -> str:
    """Strip English plural and tense endings: tokens → token, tuned and tuning → tun; tokenizer stays."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ied", "y"), ("ed", ""), ("s", "")):
        left = word.removesuffix(ending) + instead
        if word.endswith(ending) and len(left) >= _SHORTEST and _VOWEL.search(left):
            is_plural = ending == "s" and not word.endswith(("ss", "us", "is"))
            if ending != "s" or is_plural:
                word = left
                break
    if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > _SHORTEST else word


def _wanted(part: QueryPart, words: Mapping[str, Collection[str]]) -> tuple[_Wanted, ...]:
    found = []
    for typed, term in zip(part.words, part.terms, strict=True):
        word = fold(typed)
        others = set(words.get(term, ())) - {word}
        if others and word.isascii() and word.isalpha():
            forms = {other for other in others if inflection_free(other) == inflection_free(word)}
            # The vocabulary has LLMs as “llm”; if it has “tokens”, that is another form.
            spellings = (word,) if f"{word}s" in others else (word, f"{word}s")
            found.append(_Wanted(spellings, tuple(sorted(forms)), has_relatives=forms != others))
    return tuple(found)


def _closeness(wanted: _Wanted, text: str) -> Closeness:
    if any(_has(text, spelling) for spelling in wanted.spellings):
        return Closeness.WORD
    is_form = not wanted.has_relatives or any(_has(text, form) for form in wanted.forms)
    return Closeness.FORM if is_form else Closeness.STEM


def _has(text: str, word: str) -> bool:
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not text[max(0, at - 1) : at].isalnum() and not text[end : end + 1].isalnum():
            return True
        at = text.find(word, end)
    return False
