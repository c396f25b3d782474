"""Whether an article has the very words of a query, or only others of the same stem.

The index knows stems alone: “tokenizer” finds “tokens”. The vocabulary knows which words share a stem, so only where
there are several are the texts themselves looked into.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum

from insights.search.queries import Query, QueryPart
from insights.text.words import fold

MOST = 60_000  # characters of a text that are looked through
_VOWEL = re.compile("[aeiouy]")
_SHORTEST = 3  # letters that are left of a word without its ending


class Closeness(IntEnum):
    """How near the words of a text are to those of a part: relatives of it, forms of it, or it itself."""

    STEM = 0
    FORM = 1
    WORD = 2


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A word of a query as texts may have it, and its other forms.

    has_relatives: the site uses words of its stem that are no forms of it.
    """

    spellings: tuple[str, ...]
    forms: tuple[str, ...]
    has_relatives: bool


class Exactness:
    """What a query asks of the texts themselves. False if the index says all there is to say."""

    def __init__(self, query: Query, words: Mapping[str, Collection[str]]) -> None:
        """`words`: the folded words of each stem, as the site uses them."""
        self._parts = {part: _wanted(part, words) for part in query.parts}

    def __bool__(self) -> bool:
        return any(self._parts.values())

    def of(self, text: str) -> dict[QueryPart, Closeness]:
        """Return how near a text comes to each part, of whose words the farthest counts."""
        text = without_accents(text[:MOST])
        return {
            part: min((_closeness(wanted, text) for wanted in found), default=Closeness.WORD)
            for part, found in self._parts.items()
        }


def without_accents(text: str) -> str:
    """Return a text in small letters without accents."""
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def inflection_free(word: str) -> str:
    """Return an English word without the endings of plural and tense: tokens → token, tuned and tuning → tun.

    “tokenizer” and “tokenization” stay words of their own, which a stem does not tell from “token”.
    """
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
            # The vocabulary knows LLMs as “llm”; where it knows “tokens”, that is another form.
            spellings = (word,) if f"{word}s" in others else (word, f"{word}s")
            found.append(_Wanted(spellings, tuple(sorted(forms)), has_relatives=forms != others))
    return tuple(found)


def _closeness(wanted: _Wanted, text: str) -> Closeness:
    if any(_has(text, spelling) for spelling in wanted.spellings):
        return Closeness.WORD
    is_form = not wanted.has_relatives or any(_has(text, form) for form in wanted.forms)
    return Closeness.FORM if is_form else Closeness.STEM


def _has(text: str, word: str) -> bool:
    """Whether a text has a word by itself, and not within a longer one."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not text[max(0, at - 1) : at].isalnum() and not text[end : end + 1].isalnum():
            return True
        at = text.find(word, end)
    return False
