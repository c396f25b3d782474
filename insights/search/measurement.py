"""Quality of the search: queries with the articles they must find, and the mean reciprocal rank.

Articles below “did you mean” count, too. An article that is not on the first page counts 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from insights.search.finding import search
from insights.search.queries import read_query


class QueriesRefused(ValueError):
    """A file without valid queries; the message has the reason."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A query of a kind, and the slugs of articles, one of which must come first."""

    kind: str
    text: str
    slugs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    expected: Expected
    rank: int  # from 1; 0 where it is not on the first page

    @property
    def reciprocal(self) -> float:
        return 1 / self.rank if self.rank else 0.0


def read_queries(path: Path) -> list[Expected]:
    """Read a YAML file: kind → query → slug or slugs. Raises QueriesRefused."""
    try:
        kinds: Any = yaml.safe_load(path.read_text())
        return [
            Expected(kind, str(text), tuple([slugs] if isinstance(slugs, str) else slugs))
            for kind, queries in kinds.items()
            for text, slugs in queries.items()
        ]
    except OSError as error:
        raise QueriesRefused(f"{path} cannot be read ({error.strerror}).") from None
    except (yaml.YAMLError, AttributeError, TypeError) as error:
        raise QueriesRefused(f"{path} must be YAML (kind → query → slug or slugs): {error}") from None


def measure(queries: Sequence[Expected]) -> list[Measured]:
    return [Measured(expected, _rank(expected)) for expected in queries]


def mean_reciprocal_rank(measured: Sequence[Measured]) -> float:
    return sum(one.reciprocal for one in measured) / len(measured) if measured else 0.0


def _rank(expected: Expected) -> int:
    slugs = [hit.version.article.slug for hit in search(read_query(expected.text)).page(1)]
    return next((rank for rank, slug in enumerate(slugs, 1) if slug in expected.slugs), 0)
