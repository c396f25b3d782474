"""How well a document answers a query: title over excerpt over body, rare words over common ones, then the newest.

The same arithmetic on every engine, over a few hundred documents at most. A word weighs by how few articles use it.
In the title or a tag it counts eight times, in the excerpt three times; in the body at most twice, however often it
stands there, so that no repetition outruns a title. Words of the query that stand side by side add to that. Where a
word of the query has relatives of the same stem, an article that has only those counts less than one with the word
itself; among equals, the word as it is typed comes before its plural.
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
OF_THE_STEM = 0.3  # so that relatives in the title do not outrun the word itself in the body


def weights(query: Query, frequencies: Mapping[str, int], total: int) -> dict[str, float]:
    """What each term of a query weighs, between 1 and some 12."""
    return {term: 1 + math.log((total + 1) / (frequencies.get(term, 0) + 1)) for term in query.terms}


def rank_document(
    document: str, query: Query, weight: Mapping[str, float], closeness: Mapping[QueryPart, Closeness] | None = None
) -> tuple[float, int]:
    """Return the points of a document and how many parts it has as typed.

    Points have one decimal place: documents that differ by less are told apart by the second number, then by date.
    `closeness`: how near the text comes to each part, if that was looked up.
    """
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
    """What the best field holds of a part, and a little for how often the whole does."""
    often = text.count(f" {' '.join(terms)} ")
    body = IN_BODY * (1 - 0.7**often)
    if all(f" t.{term} " in text for term in terms):
        return IN_HEADING + body
    if all(f" s.{term} " in text for term in terms):
        return IN_SUMMARY + body
    return body
