"""What stands in the index for a text: one row of terms, the same for both engines.

    t.china t.ai s.china s.ai s.cost s.report y.2026 c.3 m.24317 - china ai - cost - report … - body …

`t.` marks a term of the title and tags, `s.` one of title, tags and excerpt; year, category and month of publication
are terms too. So a search in a field, a filter and a stretch of time are looked up like a word, and every engine has to
know only one thing: which rows hold all of these terms. `-` keeps a phrase from running from one field into the next.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from insights.models import Version
from insights.search.words import fold, terms_in, words_in
from insights.told_moments import publication_zone

EDITION = "1"  # of this layout and of the words' reading; a new one makes every document anew
GAP = "-"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MONTH = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Source:
    """What a document is made from."""

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
            version.category_id, version.listed_at or _EPOCH,  # off the schedule: only its words are still asked for
        )  # fmt: skip

    @property
    def place(self) -> int:
        """Where it stands among all: by second of publication, then by version; 63 bits hold the years 1 to 9999."""
        return int((self.listed_at - _EPOCH).total_seconds()) << 24 | self.version % (1 << 24)

    @property
    def year(self) -> int:
        """The year that readers see under the title."""
        return local_year(self.listed_at)

    def digest(self) -> str:
        parts = (EDITION, self.title, self.excerpt, self.body, *self.tags, self.category, self.year, self.place)
        return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16).hexdigest()

    def document(self) -> str:
        title, tags = terms_in(self.title), [terms_in(tag) for tag in self.tags]
        excerpt, body = terms_in(self.excerpt), terms_in(self.body)
        heading = dict.fromkeys(term for terms in (title, *tags) for term in terms)
        summary = dict.fromkeys([*heading, *excerpt])
        marks = [*(f"t.{term}" for term in heading), *(f"s.{term}" for term in summary)]
        marks += [year_term(self.year), category_term(self.category or 0), month_term(month_of(self.place))]
        fields = [term for field in (title, *tags, excerpt, body) for term in (GAP, *field)]
        return " ".join([*marks, *fields])

    def words(self) -> set[str]:
        """The words that it uses, folded: what the site's vocabulary learns."""
        found = {word for text in (self.title, self.excerpt, self.body, *self.tags) for word in words_in(text)}
        return {folded for word in found if (folded := fold(word))}


def local_year(moment: dt.datetime) -> int:
    """The year of a moment in the publication's zone."""
    return moment.astimezone(publication_zone()).year


def year_term(year: int) -> str:
    return f"y.{year}"


def category_term(pk: int) -> str:
    return f"c.{pk}"


def moment_of(place: int) -> dt.datetime:
    """When what stands at a place was published, to the second."""
    return _EPOCH + dt.timedelta(seconds=place >> 24)


def month_of(place: int) -> int:
    """The number of the month (30 days) that a place lies in."""
    return (place >> 24) // int(_MONTH.total_seconds()) + 100_000  # never negative


def month_term(month: int) -> str:
    return f"m.{month}"
