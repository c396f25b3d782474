"""Document of a text in the index: one row of terms, the same for both engines.

    t.china t.ai s.china s.ai s.cost s.report d.2.2.9f… y.2026 c.3 m.24317 - china ai - cost - report … - body …

`t.` marks a term of the title and tags, `s.` one of title, tags and excerpt. Year, category and month are terms, too,
so a filter is looked up like a word. `-` keeps a phrase from crossing fields. `d.` marks the digest of the text.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from insights.local_time import publication_zone
from insights.models import Version
from insights.text.words import RULES, fold, other_terms_in, terms_in, words_in

LAYOUT = "2"  # increase it when the same words give another document
EDITION = f"{LAYOUT}.{RULES}."  # prefix of every digest, so that entries of older rules are found
GAP = "-"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MONTH = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Source:
    version: int
    title: str
    excerpt: str
    body: str
    tags: tuple[str, ...]
    category: int | None
    listed_at: dt.datetime

    @classmethod
    def of(cls, version: Version, tags: Iterable[str]) -> Source:
        return cls(
            version.pk, version.title, version.excerpt, version.search_text, tuple(sorted(tags)),
            version.category_id, version.listed_at or _EPOCH,  # unscheduled: only its words are still used
        )  # fmt: skip

    @property
    def place(self) -> int:
        """Return the sort key: second of publication, then version id; 63 bits hold the years 1 to 9999."""
        return int((self.listed_at - _EPOCH).total_seconds()) << 24 | self.version % (1 << 24)

    @property
    def year(self) -> int:
        return local_year(self.listed_at)

    def digest(self) -> str:
        parts = (self.title, self.excerpt, self.body, *self.tags, self.category, self.year, self.place)
        return EDITION + hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=13).hexdigest()

    def document(self) -> str:
        title, tags = _field(self.title), [_field(tag) for tag in self.tags]
        excerpt, body = _field(self.excerpt), _field(self.body)
        heading = dict.fromkeys(term for terms in (title, *tags) for term in terms if term != GAP)
        summary = dict.fromkeys([*heading, *(term for term in excerpt if term != GAP)])
        marks = [*(f"t.{term}" for term in heading), *(f"s.{term}" for term in summary), digest_term(self.digest())]
        marks += [year_term(self.year), category_term(self.category or 0), month_term(month_of(self.place))]
        fields = [term for field in (title, *tags, excerpt, body) for term in (GAP, *field)]
        return " ".join([*marks, *fields])

    def words(self) -> set[str]:
        found = {word for text in (self.title, self.excerpt, self.body, *self.tags) for word in words_in(text)}
        return {folded for word in found if (folded := fold(word))}


def _field(text: str) -> list[str]:
    """Return the terms of a text in order, then a gap and the alternative terms."""
    others = other_terms_in(text)
    return [*terms_in(text), *([GAP, *others] if others else [])]


def local_year(value: dt.datetime) -> int:
    return value.astimezone(publication_zone()).year


def digest_term(digest: str) -> str:
    return f"d.{digest}"


def year_term(year: int) -> str:
    return f"y.{year}"


def category_term(pk: int) -> str:
    return f"c.{pk}"


def published_at_of(place: int) -> dt.datetime:
    return _EPOCH + dt.timedelta(seconds=place >> 24)


def month_of(place: int) -> int:
    return (place >> 24) // int(_MONTH.total_seconds()) + 100_000  # never negative


def month_term(month: int) -> str:
    return f"m.{month}"
