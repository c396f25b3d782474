"""Command `measure_search`: measure the rank of expected articles for a file of queries."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from insights.search.measurement import QueriesRefused, mean_reciprocal_rank, measure, read_queries


class Command(BaseCommand):
    help = "Run the queries of a YAML file (kind → query → slug or slugs) and print the mean reciprocal rank."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the YAML file, such as tests/insights/search/search_queries.yaml")

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        try:
            measured = measure(read_queries(path))
        except QueriesRefused as refused:
            raise CommandError(str(refused)) from None
        if not measured:
            raise CommandError(f"{path} contains no query.")
        for one in measured:
            rank = f"{one.rank:>4}" if one.rank else "   —"
            self.stdout.write(f"{rank}  {one.expected.kind}: {one.expected.text} → {', '.join(one.expected.slugs)}")
        self.stdout.write("")
        for kind in dict.fromkeys(one.expected.kind for one in measured):
            of_kind = [one for one in measured if one.expected.kind == kind]
            self.stdout.write(f"{mean_reciprocal_rank(of_kind):.3f}  {kind} ({len(of_kind)})")
        self.stdout.write(f"{mean_reciprocal_rank(measured):.3f}  mean reciprocal rank of all {len(measured)}")
