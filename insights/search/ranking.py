"""How well a document answers a query: title over excerpt over body, rare words over common ones, then the newest.

The same arithmetic on every engine, over a few hundred documents at most. A word weighs by how few articles use it.
In the title or a tag it counts eight times, in the excerpt three times; in the body at most twice, however often it
stands there, so that no repetition outruns a title. Words of the query that stand side by side add to that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

from insights.search.queries import Query

IN_HEADING = 8.0
IN_SUMMARY = 3.0
IN_BODY = 2.0
SIDE_BY_SIDE = 3.0


def weights(query: Query, frequencies: Mapping[str, int], total: int) -> dict[str, float]:
    """What each term of a query weighs, between 1 and some 12."""
    return {term: 1 + math.log((total + 1) / (frequencies.get(term, 0) + 1)) for term in query.terms}


def score(document: str, query: Query, weight: Mapping[str, float]) -> float:
    """The points of a document, of one place after the point: what differs by less is told apart by its date."""
    text = f" {document} "
    points = 0.0
    for part in query.parts:
        weighs = sum(weight[term] for term in part.terms) / len(part.terms) ** 0.5
        points += weighs * _field(text, part.terms)
    terms = [term for part in query.parts for term in part.terms]
    for one, other in pairwise(terms):
        if f" {one} {other} " in text:
            points += SIDE_BY_SIDE * (weight[one] + weight[other]) / 2
    return round(points, 1)


def _field(text: str, terms: tuple[str, ...]) -> float:
    """What the best field holds of a part, and a little for how often the whole does."""
    often = text.count(f" {' '.join(terms)} ")
    body = IN_BODY * (1 - 0.7**often)
    if all(f" t.{term} " in text for term in terms):
        return IN_HEADING + body
    if all(f" s.{term} " in text for term in terms):
        return IN_SUMMARY + body
    return body
