"""Which call to action an article ends in, and why: pure scoring over plain values.

Chosen: scored keyword rules that editors own, with exact decimal arithmetic and a decision that can be printed,
against a learned ranking, which could not say why in one line. No database, no request: the same values always
give the same decision, so it can be stored with the version, shown beside the form while somebody types, and
recomputed.

A field contributes weight × min(distinct keywords found in it, cap); the score is the sum; confidence is
min(1, score / 10). Steps below their own threshold drop out; the highest score wins; a tie goes to the step that
stands first. The line's form is fixed by the project's contract.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Literal

from insights.text.words import other_terms_in, terms_in

Source = Literal["rule", "editor", "default"]
FIELDS = ("title", "excerpt", "content")


@dataclass(frozen=True, slots=True)
class Weight:
    """What one distinct keyword is worth in a field, and how many of them count."""

    weight: Decimal
    cap: int


@dataclass(frozen=True, slots=True)
class StepRule:
    """A step as the scoring sees it: `slug`, keywords, a `Weight` per field name, the least score that counts."""

    slug: str
    keywords: tuple[str, ...]
    weights: Mapping[str, Weight]
    threshold: Decimal


@dataclass(frozen=True, slots=True)
class Text:
    """The three fields of an article: visible text, no Markdown; `content` without code."""

    title: str
    excerpt: str
    content: str


@dataclass(frozen=True, slots=True)
class ScorePart:
    """A field's contribution to a score, with the keywords that were found in it (all of them, also above the cap)."""

    field: str
    points: Decimal
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """What one step's rule makes of a text; `parts` holds the fields that contribute, in the order of FIELDS."""

    slug: str
    points: Decimal
    parts: tuple[ScorePart, ...]
    reaches_threshold: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The chosen step and the reason."""

    source: Source
    slug: str
    points: Decimal = Decimal(0)
    parts: tuple[ScorePart, ...] = ()

    @property
    def confidence(self) -> Decimal:
        """0 to 1, two decimals: 1 for an editor's pin, 0 for the default."""
        if self.source == "editor":
            return Decimal("1.00")
        ratio = min(Decimal(1), self.points / 10) if self.source == "rule" else Decimal(0)
        return ratio.quantize(Decimal("0.01"), ROUND_HALF_UP)

    def line(self) -> str:
        """The decision in the contract's words, such as
        `rule: newsletter (score=7.5) title:3, excerpt:1.5, content:3 · confidence: 0.75 · source: rule`."""
        text = f"{self.source}: {self.slug}"
        if self.source == "rule":
            parts = ", ".join(f"{part.field}:{plain_number(part.points)}" for part in self.parts)
            text += f" (score={plain_number(self.points)}) {parts}"
        return f"{text} · confidence: {self.confidence} · source: {self.source}"

    def as_json(self) -> dict[str, Any]:
        """A JSON-safe dict; decimals as strings."""
        return {
            "source": self.source,
            "slug": self.slug,
            "points": plain_number(self.points),
            "parts": [{"field": p.field, "points": plain_number(p.points), "words": list(p.words)} for p in self.parts],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Decision:
        """The inverse of `as_json`. Raises KeyError on data that it did not write."""
        return cls(
            source=data["source"],
            slug=data["slug"],
            points=Decimal(data["points"]),
            parts=tuple(ScorePart(p["field"], Decimal(p["points"]), tuple(p["words"])) for p in data["parts"]),
        )


def plain_number(number: Decimal) -> str:
    """A decimal without trailing zeros and never with an exponent: 3, 1.5, 100."""
    return f"{number.normalize():f}"


def score_step(rule: StepRule, text: Text) -> Score:
    """What `rule` makes of `text`."""
    parts = []
    for field in FIELDS:
        weight = rule.weights[field]
        words = found(rule.keywords, getattr(text, field))
        points = weight.weight * min(len(words), weight.cap)
        if points:
            parts.append(ScorePart(field, points, words))
    total = sum((part.points for part in parts), Decimal(0))
    return Score(rule.slug, total, tuple(parts), total > 0 and total >= rule.threshold)


def scores(rules: Iterable[StepRule], text: Text) -> list[Score]:
    """Every step's score, in the order given."""
    return [score_step(rule, text) for rule in rules]


def choose_step(rules: Sequence[StepRule], text: Text, *, default: str, pinned: str = "") -> Decision:
    """Decide for a text.

    `rules` stand in the editors' order; `default` and `pinned` are slugs, `pinned` empty when the rules may choose.
    """
    if pinned:
        return Decision("editor", pinned)
    eligible = [result for result in scores(rules, text) if result.reaches_threshold]
    if not eligible:
        return Decision("default", default)
    best = max(eligible, key=lambda result: result.points)  # max keeps the first of equals
    return Decision("rule", best.slug, best.points, best.parts)


def found(keywords: Iterable[str], text: str) -> tuple[str, ...]:
    """The distinct keywords that stand in `text`: as words that follow one another, read as the search reads them."""
    running = _running(text)
    distinct: dict[str, str] = {}
    for keyword in keywords:
        if terms := _terms(keyword):
            distinct.setdefault(terms, _folded(keyword))
    return tuple(keyword for terms, keyword in distinct.items() if terms in running)


@lru_cache(maxsize=4)  # all rules look at the same title, excerpt and text
def _running(text: str) -> str:
    """The terms of a text in order, and behind a gap those by which some words are found as well."""
    return f" {' '.join([*terms_in(text), '-', *other_terms_in(text)])} "


@lru_cache(maxsize=4096)
def _terms(keyword: str) -> str:
    """The terms of a keyword between blanks; empty when there is no letter or digit in it."""
    return f" {terms} " if (terms := " ".join(terms_in(keyword))) else ""


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text.casefold()).split())
