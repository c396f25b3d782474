"""Command `make_scale`: generate many articles for measurements."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from insights.demo import scale
from insights.management.progress import bar

MOST = 1_000_000


class Command(BaseCommand):
    help = (
        "Let there be COUNT generated articles beside what is there, always the same ones. For measuring only: "
        "use a database that can be thrown away. Safe to stop and to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("count", type=int, metavar="COUNT")
        parser.add_argument("--versions", type=int, default=1, help="versions of each article, the last of them live")

    def handle(self, *args: Any, count: int, versions: int, **options: Any) -> None:
        if not 1 <= count <= MOST or not 1 <= versions <= 100:
            raise CommandError(f"Between 1 and {MOST:,} articles, with 1 to 100 versions each.")
        made = scale.make_scale(
            count, versions=versions, tell=lambda step, done: self._show(step, done, max(count, done))
        )
        self.stdout.write(f"{made} articles were made; there are {count}.")

    def _show(self, step: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{bar(step, done, total)}", ending="\n" if done >= total else "")
