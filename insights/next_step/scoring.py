"""Choice of an article's next step, and the reason for it: pure scoring over plain values.

We use scored keyword rules that editors own instead of a learned ranking, which could not give a reason in one line.
The same values always give the same decision, so it can be stored, previewed and recalculated.

A field contributes weight × min(distinct keywords found in it, cap). The score is the sum.
Confidence is min(1, score / 10). Steps below their threshold drop out. The highest score wins, on a tie the first step.
The contract fixes the form of the decision line.
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
    weight: Decimal
    cap: int


@dataclass(frozen=True, slots=True)
class StepRule:
    slug: str
    keywords: tuple[str, ...]
    weights: Mapping[str, Weight]
    threshold: Decimal


@dataclass(frozen=True, slots=True)
class Text:
    """Visible text of an article's fields, without Markdown; `content` without code."""

    title: str
    excerpt: str
    content: str


@dataclass(frozen=True, slots=True)
class ScorePart:
    field: str
    points: Decimal
    words: tuple[str, ...]  # all keywords found, also those above the cap


@dataclass(frozen=True, slots=True)
class Score:
    slug: str
    points: Decimal
    parts: tuple[ScorePart, ...]  # of the fields that contribute, in the order of FIELDS
    reaches_threshold: bool


@dataclass(frozen=True, slots=True)
class Decision:
    source: Source
    slug: str
    points: Decimal = Decimal(0)
    parts: tuple[ScorePart, ...] = ()

    @property
    def confidence(self) -> Decimal:
        """Return 0 to 1 with two decimals: 1 for a pinned step, 0 for the default."""
        if self.source == "editor":
            return Decimal("1.00")
        ratio = min(Decimal(1), self.points / 10) if self.source == "rule" else Decimal(0)
        return ratio.quantize(Decimal("0.01"), ROUND_HALF_UP)

    def line(self) -> str:
        """Return the decision line of the contract, such as
        `rule: newsletter (score=7.5) title:3, excerpt:1.5, content:3 · confidence: 0.75 · source: rule`."""
        text = f"{self.source}: {self.slug}"
        if self.source == "rule":
            parts = ", ".join(f"{part.field}:{plain_number(part.points)}" for part in self.parts)
            text += f" (score={plain_number(self.points)}) {parts}"
        return f"{text} · confidence: {self.confidence} · source: {self.source}"

    def reason(self) -> str:
        """Return why readers see this step, in one sentence."""
        if self.source == "editor":
            return "Chosen by an editor."
        if self.source == "default":
            return "Shown because no other next step fits this article."
        words = {word.casefold(): word for part in reversed(self.parts) for word in reversed(part.words)}
        return f"Chosen because the article mentions {', '.join(reversed(words.values()))}."

    def as_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "slug": self.slug,
            "points": plain_number(self.points),
            "parts": [{"field": p.field, "points": plain_number(p.points), "words": list(p.words)} for p in self.parts],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Decision:
        """Return the decision that `as_json` has written. Raises KeyError on other data."""
        return cls(
            source=data["source"],
            slug=data["slug"],
            points=Decimal(data["points"]),
            parts=tuple(ScorePart(p["field"], Decimal(p["points"]), tuple(p["words"])) for p in data["parts"]),
        )


def plain_number(number: Decimal) -> str:
    """Return a decimal without trailing zeros or exponent: 3, 1.5, 100."""
    return f"{number.normalize():f}"


def score_step(rule: StepRule, text: Text) -> Score:
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
    return [score_step(rule, text) for rule in rules]


def choose_step(rules: Sequence[StepRule], text: Text, *, default: str, pinned: str = "") -> Decision:
    """Choose a step; `rules` are in the editors' order, `default` and `pinned` are slugs."""
    if pinned:
        return Decision("editor", pinned)
    eligible = [result for result in scores(rules, text) if result.reaches_threshold]
    if not eligible:
        return Decision("default", default)
    best = max(eligible, key=lambda result: result.points)  # max keeps the first of equals
    return Decision("rule", best.slug, best.points, best.parts)


def found(keywords: Iterable[str], text: str) -> tuple[str, ...]:
    """Return the distinct keywords in `text`, spelled as in the rule. A phrase must occur as a whole."""
    running = _running(text)
    distinct: dict[str, str] = {}
    for keyword in keywords:
        if terms := _terms(keyword):
            distinct.setdefault(terms, _composed(keyword))
    return tuple(keyword for terms, keyword in distinct.items() if terms in running)


@lru_cache(maxsize=4)  # all rules look at the same title, excerpt and text
def _running(text: str) -> str:
    """Return the terms of a text in order, then, behind a gap, alternative terms of some words."""
    return f" {' '.join([*terms_in(text), '-', *other_terms_in(text)])} "


@lru_cache(maxsize=4096)
def _terms(keyword: str) -> str:
    """Return the terms of a keyword between spaces; empty if it has no alphanumeric character."""
    return f" {terms} " if (terms := " ".join(terms_in(keyword))) else ""


def _composed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
