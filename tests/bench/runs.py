"""Runs of load on two servers in turn, and their figures."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, replace

from tests.bench.load import Load, load, median
from tests.bench.site import HEADERS, processor_seconds

Server = tuple[int, int]  # its port, its master's process id


@dataclass(frozen=True)
class Figures:
    """Medians of a page's rounds.

    `ratio` is the median of the rounds' own ratios, whose two runs follow one another.
    """

    bare: Load
    site: Load
    ratio: float


def summed_up(bare: list[Load], site: list[Load]) -> Figures:
    ratios = [ours.per_second / theirs.per_second for theirs, ours in zip(bare, site, strict=True)]
    return Figures(median(bare), median(site), statistics.median(ratios))


def one_run(server: Server, path: str, seconds: int, connections: int, more: dict[str, str] | None = None) -> Load:
    """Load one page, with `more` headers. The processor time is that of the server's workers."""
    before = processor_seconds(server[1])
    run = load(server[0], path, {**HEADERS, **(more or {})}, seconds, connections=connections)
    spent = processor_seconds(server[1]) - before
    return replace(run, processor=spent * 1000 / (run.per_second * seconds))
