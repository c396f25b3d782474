"""Ranking of documents: title over excerpt over body, rare words over common ones, then the newest.

A word counts 8 times in the title or a tag, 3 times in the excerpt, at most twice in the body. Adjacent words add
points. Other words of the same stem count less. On a tie, the word as typed comes before its plural.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

from insights.search.exactness import Closeness
from insights.search.queries import Query, QueryPart

IN_HEADING = 8.0
IN_SUMMARY = 3.0
IN_BODY = 2.0
SIDE_BY_SIDE = 3.0
VERY_WORD = 3.0
OF_THE_STEM = 0.3  # keeps other words of the stem in the title below the word itself in the body


def weights(query: Query, frequencies: Mapping[str, int], total: int) -> dict[str, float]:
    """Return the weight of each term, 1 + ln((total + 1) / (frequency + 1)): between 1 and about 12."""
    return {term: 1 + math.log((total + 1) / (frequencies.get(term, 0) + 1)) for term in query.terms}


def rank_document(
    document: str, query: Query, weight: Mapping[str, float], closeness: Mapping[QueryPart, Closeness] | None = None
) -> tuple[float, int]:
    """Return the points, with one decimal, and for ties the number of parts that occur exactly as typed."""
    text = f" {document} "
    points = 0.0
    for part in query.parts:
        weighs = sum(weight[term] for term in part.terms) / len(part.terms) ** 0.5
        of_part = _field(text, part.terms)
        if closeness:
            of_part = of_part * OF_THE_STEM if closeness[part] == Closeness.STEM else of_part + VERY_WORD
        points += weighs * of_part
    terms = [term for part in query.parts for term in part.terms]
    for one, other in pairwise(terms):
        if f" {one} {other} " in text:
            points += SIDE_BY_SIDE * (weight[one] + weight[other]) / 2
    return round(points, 1), sum(near == Closeness.WORD for near in (closeness or {}).values())


def _field(text: str, terms: tuple[str, ...]) -> float:
    """Return the points of a part: its best field, plus a little for repetition."""
    often = text.count(f" {' '.join(terms)} ")
    body = IN_BODY * (1 - 0.7**often)
    if all(f" t.{term} " in text for term in terms):
        return IN_HEADING + body
    if all(f" s.{term} " in text for term in terms):
        return IN_SUMMARY + body
    return body
